"""What a command shows: progress, what came of it in print, as reports and in GitHub Actions, and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from contracts.errors import Exit, Unusable
from contracts.model.text import inert
from contracts.reports import WRITTEN, rendered

if TYPE_CHECKING:
    from contracts.commands.targets import Progress
    from contracts.model.report import Report
    from contracts.reports.assembling import AnyResults


INTERRUPTED = 130
"""The exit code of what SIGINT ended, as shells have it."""


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


def finish(
    results: AnyResults, form: str, reports: dict[Path, str], remember: Callable[[], object] = lambda: None,
    *, interrupted: bool = False,
) -> NoReturn:  # fmt: skip
    """Tells what came of a command, has it remembered whatever becomes of that, and ends with the verdict's exit code.

    One that was interrupted ends as such. Raises Unusable, in one line, for all that can't be done.
    """
    problems: list[str] = []
    try:
        _tell(results, form, reports)
    except Unusable as error:
        problems.append(str(error))
    finally:
        try:
            remember()
        except Unusable as error:
            problems.append(str(error))
    if problems:
        raise Unusable("; ".join(problems))
    if interrupted:
        sys.exit(INTERRUPTED)
    sys.exit({"broken": Exit.BROKEN, "not checked": Exit.NOT_CHECKED, "kept": Exit.KEPT}[results.verdict])


def _tell(results: AnyResults, form: str, reports: dict[Path, str]) -> None:
    """Prints, then writes the reports: one that can't be written loses nothing of a run that took its time.

    In GitHub Actions the annotations and the step's summary are told as well. Raises Unusable, once all is done, for
    the reports that can't be written.
    """
    from contracts.reports.assembling import report_of
    from contracts.reports.terminal import render, screen_of
    from contracts.sources.files import write_text

    report = report_of(results)
    screen = screen_of(sys.stdout) if form == "text" else None
    text = rendered(form, report) if screen is None else render(report, screen)
    click.echo(text, nl=False, color=True if screen else None)
    problems = []
    for path, name in reports.items():
        try:
            write_text(path, rendered(name, report, _pages_beside(path)))
        except Unusable as error:
            problems.append(str(error))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_github(report)
    if problems:
        raise Unusable("; ".join(problems))


def _pages_beside(path: Path) -> frozenset[str]:
    """The names of the HTML files in a report's folder; none where it can't be looked into."""
    try:
        return frozenset(other.name for other in path.parent.glob("*.html"))
    except OSError:
        return frozenset()


def _tell_github(report: Report) -> None:
    """Annotations on standard error, which GitHub reads as well; the summary behind what the step's file holds."""
    click.echo(rendered("github", report), nl=False, err=True)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    try:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(rendered("markdown", report))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        click.echo(f"contracts: GITHUB_STEP_SUMMARY: {inert(summary)}: can't be written: {why}", err=True)


class Interruption:
    """Whether somebody has asked, by SIGINT, that something ends early; who asks twice is obeyed at once."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this lasts, it is asked for; else the process ends."""
        before = signal.getsignal(signal.SIGINT)

        def ask(_number: int, _frame: object) -> None:
            self.asked = True
            signal.signal(signal.SIGINT, before)

        try:
            signal.signal(signal.SIGINT, ask)
        except ValueError:  # not the main thread, which alone is told of signals
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, a line for each target elsewhere, on standard error; nothing where it is over at once.

    Of recordings that a user names it shows bytes, on a terminal alone.
    """
    if quiet:
        yield lambda _name, _done, _total: None
    elif not sys.stderr.isatty():
        seen: set[str] = set()

        def line(name: str, _done: int, _total: int) -> None:
            if name not in seen and name != "paths":
                seen.add(name)
                click.echo(f"contracts: asking {name} ...", err=True)

        yield line
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress as Bars
        from rich.progress import TextColumn

        columns = (*Bars.get_default_columns(), TextColumn("{task.fields[rate]}"))
        with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def bar(name: str, done: int, total: int) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(escape(name), total=None, rate="")
                speed = bars.tasks[tasks[name]].speed or 0.0
                rate = f"{done / 2**20:,.0f} of {total / 2**20:,.0f} MB, {speed / 2**20:,.0f} MB/s"
                bars.update(tasks[name], completed=done, total=total or None, rate=rate if name == "paths" else "")

            yield bar
