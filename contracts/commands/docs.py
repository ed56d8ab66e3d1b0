"""`contracts docs`: write the contracts as pages for people."""

from __future__ import annotations

from pathlib import Path

import click

from contracts.commands.options import contract_option
from contracts.errors import Unusable


@click.command()
@contract_option
@click.option("--out", type=click.Path(path_type=Path), default="site", show_default=True, help="The folder to write.")
@click.option("--history", type=click.Path(path_type=Path), metavar="FILE", help="Show a time line from this history.")
@click.option("--gate", type=click.Path(path_type=Path), metavar="FILE", help="Show what a client survives.")
@click.option("--markdown", is_flag=True, help="Only the Markdown, beside the schemas in the working directory.")
def docs(names: tuple[str, ...], out: Path, history: Path | None, gate: Path | None, *, markdown: bool) -> None:
    """Write the contracts as pages for people: HTML that needs no network, and Markdown."""
    from contracts.commands.documenting import write_markdown, write_site

    if markdown and (history or gate):
        raise Unusable("--markdown tells of what is in the repository alone; leave --history and --gate out")
    for path in write_markdown(names) if markdown else write_site(out, history, gate, names):
        click.echo(f"contracts: wrote {path}", err=True)
