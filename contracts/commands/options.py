"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
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
"""The names as a tuple, for `documents.contracts_here`."""
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


def excuses_in(file: Path | None) -> Callable[[Results[Part]], Results[Part]]:
    """What to do to a result so that the accepted findings in a file excuse it; the file is read at once."""
    if file is None:
        return lambda result: result
    from datetime import UTC, datetime

    from contracts.commands.accepted_findings import accept, read_accepted

    accepted = read_accepted(file)
    return lambda result: accept(result, accepted, datetime.now(UTC).date())
