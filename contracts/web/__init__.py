"""Self-contained pages: one base template, one style, one small script; nothing is ever fetched."""

from __future__ import annotations

from contracts.web.pages import page

__all__ = ["page"]
