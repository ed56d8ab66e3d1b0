"""What came of a command as text: pure functions, one table of printed formats and one of written reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from contracts.model.drift import Drift
    from contracts.model.gate import Gate, Gates
    from contracts.model.report import Report
    from contracts.model.run import Verification

Result: TypeAlias = "Verification | Gate | Gates | Drift"

# Modules of this room. Each, and what only it needs, is imported when it is first called: a run needs one or two.

FORMATS = {
    "text": {"Verification": "terminal", "Gate": "gate_text", "Gates": "gates_text", "Drift": "drift_text"},
    "json": {"Verification": "json_", "Gate": "gate_json", "Gates": "gates_json", "Drift": "drift_json"},
}
"""What `--format` prints, of every command: who renders the outcome of which."""

REPORTS = {"junit": "junit", "sarif": "sarif", "markdown": "markdown", "github": "github", "html": "html"}
"""Who renders the one value that every command's outcome is turned into."""

_REPORT_OF = {"Verification": "of_runs", "Gate": "of_gate", "Gates": "of_gates", "Drift": "of_drift"}

WRITTEN = ("json", *REPORTS)
"""What `--report FORMAT=PATH` writes, of every command."""


def report_of(result: Result) -> Report:
    """What came of a command as every written report tells it."""
    report: Callable[[Result], Report] = import_module(f"contracts.reports.{_REPORT_OF[type(result).__name__]}").report
    return report(result)


def printed(form: str, result: Result) -> str:
    """What came of a command in one of `FORMATS`."""
    render: Callable[[Result], str] = import_module(f"contracts.reports.{FORMATS[form][type(result).__name__]}").render
    return render(result)


def written(form: str, result: Result, beside: frozenset[str] = frozenset()) -> str:
    """What came of a command in one of `WRITTEN`.

    `beside` are the names of the files in the report's folder: an HTML report links to the contract's page there.
    """
    if form in FORMATS:
        return printed(form, result)
    render: Callable[[Report], str] = import_module(f"contracts.reports.{REPORTS[form]}").render
    return render(replace(report_of(result), beside=beside))
