"""The command line: options in, one call of `wiring`, text out, and the exit code."""

from __future__ import annotations

from contracts.cli.group import main, run

__all__ = ["main", "run"]
