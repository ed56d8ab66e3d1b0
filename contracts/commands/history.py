"""`contracts history`: show what a history file remembers."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contracts.commands.options import form_option
from contracts.errors import Exit


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@form_option
def history(file: Path, form: str) -> None:
    """Show what FILE, written by --history, remembers: since when, until when, in how many runs."""
    from contracts.history import recalled

    known = recalled(file)
    if form == "json":
        from contracts.reports.json_ import serialised

        click.echo(serialised(known), nl=False)
    else:
        from contracts.history.printing import render

        click.echo(render(known), nl=False)
    sys.exit(Exit.KEPT if known.operations else Exit.NOT_CHECKED)
