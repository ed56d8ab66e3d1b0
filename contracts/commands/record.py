"""`contracts record`: record answers into cassettes, scrubbed and held to the contracts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.commands.options import contract_option, ids_option, key_file_option, progress_shown
from contracts.errors import Exit, Unusable

if TYPE_CHECKING:
    from contracts.commands.recording import Recorded


@click.command()
@click.option("--against", required=True, metavar="TARGET", help="reference, live or a URL: whose answers to record.")
@contract_option
@ids_option
@click.option("--case", metavar="NAME", help="The cassette's name, for one row; else its scrubbed ids.")
@key_file_option
@click.option("--budget", type=click.IntRange(1, 100), default=100, show_default=True, help="Requests a minute.")
def record(  # noqa: PLR0913, PLR0917  one for each option
    against: str, names: tuple[str, ...], ids: tuple[str, ...], case: str | None, key_file: Path | None, budget: int
) -> None:
    """Record answers into cassettes/, scrubbed and held to the contracts, one file for each case."""
    from contracts.commands.documents import contracts_here
    from contracts.commands.keys import refuse_one_key_for_many
    from contracts.commands.recording import SCRUB_KEY, Asked, left_behind, record_all
    from contracts.commands.targets import is_target

    if against == "cassettes" or not is_target(against):
        raise Unusable(f"--against {against}: nothing to record; give reference, live or a URL")
    if against == "reference" and key_file is not None:
        raise Unusable("--key-file: the reference provider makes a key of its own; leave it out")
    asked = Asked(against=against, ids=ids, case=case, key_file=key_file, budget=budget)
    here = contracts_here(names)
    refuse_one_key_for_many((held.contract for held in here), (against,), key_file)
    with progress_shown(quiet=against == "reference") as progress:

        def told(one: Recorded, number: int, total: int) -> None:
            progress(against, number, total)
            _told(one)

        done, idle = record_all(here, asked, told)
    from contracts.reports.assembling import idle_rows

    for _, text in idle_rows(idle):
        click.echo(f"contracts: not asked: {text}", err=True)
    older = left_behind(done) if case is None and against != "reference" else 0
    if older:
        click.echo(
            f"contracts: {SCRUB_KEY} is not set, so the names are this run's own, and {older} scrubbed earlier"
            " stayed beside them; delete those, and set it to renew recordings in their place",
            err=True,
        )
    if any(one.outcome == "rejected" for one in done):
        sys.exit(Exit.BROKEN)
    if not any(one.outcome and one.success for one in done):
        click.echo("contracts: no success answer was had; check the key, and the rows named with --ids", err=True)
        sys.exit(Exit.NOT_CHECKED)


def _told(one: Recorded) -> None:
    """What became of one case: a line, then its findings and what is different now."""
    from contracts.model.text import inert
    from contracts.reports.terminal import findings_text

    click.echo(f"{one.outcome or 'not checked':<11} {one.path}{': ' if one.reason else ''}{inert(one.reason)}")
    for line in findings_text(one.findings):
        click.echo(f"            {inert(line)}")
    for line in one.differences:
        click.echo(f"            {inert(line)}")
