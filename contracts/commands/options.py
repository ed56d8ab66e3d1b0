"""Options that several commands take, and the progress that they show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contracts.errors import Unusable

if TYPE_CHECKING:
    from contracts.commands.targets import Progress
    from contracts.model.drift import Drift
    from contracts.model.run import Results, Run

    Part = TypeVar("Part", Run, Drift)

form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What is printed."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same requests."
)
contract_option = click.option(
    "--contract", "names", multiple=True, metavar="NAME",
    help="Only of this: a slug, 'METHOD /path', an api, a glob of these; repeatable.",
)  # fmt: skip
"""The names as a tuple, for `wiring.documents.contracts_here`."""
ids_option = click.option(
    "--ids", multiple=True, metavar="[NAME=]ROWS|FILE",
    help="Rows known to exist: 100/12345,100/12346, or a CSV or NDJSON file; NAME= says of which contract; repeatable.",
)  # fmt: skip
key_file_option = click.option(
    "--key-file", type=click.Path(path_type=Path), metavar="FILE", help="Read the key from here, not the environment."
)
accepted_option = click.option(
    "--accepted", type=click.Path(path_type=Path), metavar="FILE", help="Findings accepted for a time, in TOML."
)
history_option = click.option(
    "--history", type=click.Path(path_type=Path), metavar="FILE", help="Add this run to a history file (SQLite)."
)

pairwise_option = click.option("--pairwise", is_flag=True, help="Also a small set in which every two branches meet.")


def each_done(*steps: Callable[[], object]) -> None:
    """Takes every step, whatever becomes of those before. Raises Unusable, in one line, for all that can't be done."""
    problems: list[str] = []

    def take(step: Callable[[], object]) -> None:
        try:
            step()
        except Unusable as error:
            problems.append(str(error))

    with ExitStack() as left:
        for step in reversed(steps):
            left.callback(take, step)
    if problems:
        raise Unusable("; ".join(problems))


def excuses_in(file: Path | None) -> Callable[[Results[Part]], Results[Part]]:
    """What to do to a result so that the accepted findings in a file excuse it; the file is read at once."""
    if file is None:
        return lambda result: result
    from datetime import UTC, datetime

    from contracts.commands.accepted_findings import accept, read_accepted

    accepted = read_accepted(file)
    return lambda result: accept(result, accepted, datetime.now(UTC).date())


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, a line for each target elsewhere, on standard error; nothing where it is over at once."""
    if quiet:
        yield lambda _name, _done, _total: None
    elif not sys.stderr.isatty():
        seen: set[str] = set()

        def line(name: str, _done: int, _total: int) -> None:
            if name not in seen:
                seen.add(name)
                click.echo(f"contracts: asking {name} ...", err=True)

        yield line
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress as Bars

        with Bars(console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def bar(name: str, done: int, total: int) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(escape(name), total=None)
                bars.update(tasks[name], completed=done, total=total or None)

            yield bar
