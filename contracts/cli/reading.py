"""The commands that read documentation."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contracts.cli.options import form_option
from contracts.errors import Exit


@click.command()
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write <slug>.schema.json and openapi.json here.")
@click.option("--strict", is_flag=True, help="Exit 1 while a sentence of the page is unaccounted for.")
@form_option
def derive(page: Path, out: Path | None, form: str, *, strict: bool) -> None:
    """Read a documentation PAGE, saved as text, into a contract."""
    from contracts.wiring.deriving import as_json, as_text, derive_page, write_documents

    derived = derive_page(page)
    contract = derived.contract
    click.echo(as_json(contract) if form == "json" else as_text(contract), nl=False)
    failed = strict and contract.unaccounted
    if failed:
        click.echo("contracts: not accounted for: write a rule or a waiver for each sentence listed", err=True)
    elif out is not None:
        for path in write_documents(derived, out):
            click.echo(f"contracts: wrote {path}", err=True)
    sys.exit(Exit.BROKEN if failed else Exit.KEPT)
