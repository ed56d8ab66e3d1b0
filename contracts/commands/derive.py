"""`contracts derive`: read documentation into contracts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.commands.options import contract_option, form_option
from contracts.errors import Exit, Unusable

if TYPE_CHECKING:
    from contracts.commands.derive_sources import Taken


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the api's openapi.json and <slug>.schema.json here."
)
@click.option("--strict", is_flag=True, help="Exit 1 while a sentence of a page is unaccounted for.")
@contract_option
@form_option
def derive(sources: tuple[Path, ...], out: Path | None, names: tuple[str, ...], form: str, *, strict: bool) -> None:
    """Read documentation into contracts: a page saved as text, an export in Markdown, or an OpenAPI document.

    A folder or a glob is several sources. A page and a description of the same operation are two witnesses of one
    contract. What can't be read hides nothing of the others.
    """
    from contracts.commands.derive_output import place
    from contracts.commands.derive_sources import sources_of, together
    from contracts.commands.telling import as_json, as_text

    read, problems = _taken(sources_of(sources))
    taken = together(read, names) if read else ()
    contracts = tuple(contract for one in taken for contract in one.contracts)
    if taken:
        click.echo(as_json(contracts) if form == "json" else "\n".join(map(as_text, taken)), nl=False)
    for problem in problems:
        click.echo(f"contracts: {problem}", err=True)
    failed = strict and any(contract.unaccounted for contract in contracts)
    if failed:
        click.echo("contracts: not accounted for: write a rule or a waiver for each sentence listed", err=True)
    elif out is not None and taken:
        for path in place(taken, out):
            click.echo(f"contracts: wrote {path}", err=True)
    sys.exit(Exit.UNUSABLE if problems else Exit.BROKEN if failed else Exit.KEPT)


def _taken(sources: tuple[Path, ...]) -> tuple[tuple[Taken, ...], list[str]]:
    """What could be read of the sources, and in a line each why others could not."""
    from contracts.commands.derive_sources import take
    from contracts.model.text import inert

    taken: list[Taken] = []
    problems: list[str] = []
    for source in sources:
        try:
            taken.append(take(source))
        except Unusable as error:
            problems.append(inert(" ".join(str(error).split())))
    return tuple(taken), problems
