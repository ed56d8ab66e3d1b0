"""What came of a command: printed, written as reports, shown in GitHub Actions, and as an exit code."""

from __future__ import annotations

import os
from pathlib import Path

import click

from contracts.errors import Exit, Unusable
from contracts.model.run import Verdict
from contracts.reports import WRITTEN, Result, printed, written


def _pairs(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[Path, str]:
    """`FORMAT=PATH` pairs as formats by path, each format a known one."""
    found: dict[Path, str] = {}
    for text in given:
        form, _, path = text.partition("=")
        if form not in WRITTEN or not path:
            raise click.BadParameter(f"{text!r} is not FORMAT=PATH with FORMAT one of {', '.join(WRITTEN)}")
        if Path(path) in found:
            raise click.BadParameter(f"{path} is named twice")
        found[Path(path)] = form
    return found


report_option = click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=PATH",
    callback=_pairs,
    help=f"Also write: {', '.join(WRITTEN)}; repeatable.",
)


def tell(result: Result, form: str, reports: dict[Path, str]) -> None:
    """Prints, then writes the reports: one that can't be written loses nothing of a run that took its time.

    In GitHub Actions the annotations and the step's summary are told as well. Raises Unusable, once all is done, for
    the reports that can't be written.
    """
    from contracts.sources.files import write_text

    click.echo(printed(form, result), nl=False)
    problems = []
    for path, name in reports.items():
        try:
            write_text(path, written(name, result, _pages_beside(path)))
        except Unusable as error:
            problems.append(str(error))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_github(result)
    if problems:
        raise Unusable("; ".join(problems))


def _pages_beside(path: Path) -> frozenset[str]:
    """The names of the HTML files in a report's folder; none where it can't be looked into."""
    try:
        return frozenset(other.name for other in path.parent.glob("*.html"))
    except OSError:
        return frozenset()


def _tell_github(result: Result) -> None:
    """Annotations on standard error, which GitHub reads as well; the summary behind what the step's file holds."""
    click.echo(written("github", result), nl=False, err=True)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    try:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(written("markdown", result))
    except (OSError, ValueError) as error:
        from contracts.reports.grouping import inert

        why = getattr(error, "strerror", None) or error
        click.echo(f"contracts: GITHUB_STEP_SUMMARY: {inert(summary)}: can't be written: {why}", err=True)


def exit_code(verdict: Verdict) -> Exit:
    """The exit code that a verdict ends a command with."""
    return {"broken": Exit.BROKEN, "not checked": Exit.NOT_CHECKED, "kept": Exit.KEPT}[verdict]
