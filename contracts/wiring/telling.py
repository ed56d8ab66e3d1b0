"""What came of a command, told: a run printed or written as a report, an error as one harmless line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contracts.errors import Unusable
from contracts.model.run import Run
from contracts.reports import FORMATS, REPORTS
from contracts.reports.grouping import inert
from contracts.sources.files import write_text

__all__ = ["FORMATS", "REPORTS", "one_line", "write_reports"]


def one_line(error: Exception) -> str:
    """An error's text on one line, its control characters made visible."""
    return inert(" ".join(str(error).split()))


def write_reports(runs: tuple[Run, ...], reports: Mapping[Path, str]) -> None:
    """Writes a report of the named form to each path; one that can't be written doesn't keep the others back.

    Raises Unusable for all that couldn't be.
    """
    problems = []
    for path, form in reports.items():
        try:
            write_text(path, REPORTS[form](runs))
        except Unusable as error:
            problems.append(str(error))
    if problems:
        raise Unusable("; ".join(problems))
