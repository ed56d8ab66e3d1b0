"""The system's own Chromium, started so that it keeps to itself."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
"""Without a sandbox, since build machines are root in a container; it is shown files of ours alone."""


def chromium() -> str | None:
    """The path of a browser, or None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
