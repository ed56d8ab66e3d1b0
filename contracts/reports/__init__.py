"""What came of a command as text: pure functions, one table of printed formats and one of written reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.model.run import Run

if TYPE_CHECKING:
    from contracts.model.drift import Drift
    from contracts.model.gate import Gate
    from contracts.model.report import Report

Result: TypeAlias = "tuple[Run, ...] | Gate | Drift"

# Each renderer, and what only it needs, is imported when it is first called: a run needs one or two of them.


def _text(result: Result) -> str:
    if isinstance(result, tuple):
        from contracts.reports import terminal

        return terminal.render(result)
    from contracts.model.gate import Gate

    if isinstance(result, Gate):
        from contracts.reports import gate_text

        return gate_text.render(result)
    from contracts.reports import drift_text

    return drift_text.render(result)


def _json(result: Result) -> str:
    if isinstance(result, tuple):
        from contracts.reports import json_

        return json_.render(result)
    from contracts.model.gate import Gate

    if isinstance(result, Gate):
        from contracts.reports import gate_json

        return gate_json.render(result)
    from contracts.reports import drift_json

    return drift_json.render(result)


def _junit(report: Report) -> str:
    from contracts.reports import junit

    return junit.render(report)


def _sarif(report: Report) -> str:
    from contracts.reports import sarif

    return sarif.render(report)


def _markdown(report: Report) -> str:
    from contracts.reports import markdown

    return markdown.render(report)


def _github(report: Report) -> str:
    from contracts.reports import github

    return github.render(report)


def _html(report: Report) -> str:
    from contracts.reports import html

    return html.render(report)


FORMATS: dict[str, Callable[[Result], str]] = {"text": _text, "json": _json}
"""What `--format` prints, of every command."""

REPORTS: dict[str, Callable[[Report], str]] = {
    "junit": _junit,
    "sarif": _sarif,
    "markdown": _markdown,
    "github": _github,
    "html": _html,
}
"""What is made of the one value that every command's outcome is turned into."""

WRITTEN = ("json", *REPORTS)
"""What `--report FORMAT=PATH` writes, of every command."""


def report_of(result: Result) -> Report:
    """What came of a command as every written report tells it."""
    if isinstance(result, tuple):
        from contracts.reports import of_runs

        return of_runs.report(result)
    from contracts.model.gate import Gate

    if isinstance(result, Gate):
        from contracts.reports import of_gate

        return of_gate.report(result)
    from contracts.reports import of_drift

    return of_drift.report(result)


def printed(form: str, result: Result) -> str:
    """What came of a command in one of `FORMATS`."""
    return FORMATS[form](result)


def written(form: str, result: Result, beside: frozenset[str] = frozenset()) -> str:
    """What came of a command in one of `WRITTEN`.

    `beside` are the names of the files in the report's folder: an HTML report links to the contract's page there.
    """
    if form in FORMATS:
        return printed(form, result)
    return REPORTS[form](replace(report_of(result), beside=beside))


__all__ = ["FORMATS", "REPORTS", "WRITTEN", "Result", "printed", "report_of", "written"]
