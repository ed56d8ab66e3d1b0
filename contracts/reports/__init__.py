"""What came of a command as text: one report, and a table of the formats that render it."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.model.report import Report

# Modules of this room. Each, and what only it needs, is imported when it is first called: a run needs one or two.

FORMATS = {"text": "terminal", "json": "json_"}
"""What `--format` prints, of every command."""

REPORTS = {"junit": "junit", "sarif": "sarif", "markdown": "markdown", "github": "github", "html": "html"}

WRITTEN = ("json", *REPORTS)
"""What `--report FORMAT=PATH` writes, of every command."""


def rendered(form: str, report: Report, beside: frozenset[str] = frozenset()) -> str:
    """A report in any format.

    `beside` are the names of the files in the report's folder: an HTML report links to the contract's page there.
    """
    text: str = import_module(f"contracts.reports.{(FORMATS | REPORTS)[form]}").render(replace(report, beside=beside))
    return text
