"""`contracts explain`: say what one rule promises."""

from __future__ import annotations

import click

from contracts.commands.options import contract_option


@click.command()
@click.argument("rule")
@contract_option
def explain(rule: str, names: tuple[str, ...]) -> None:
    """Say what RULE promises, where that is written, how well it is known, and how it would fail."""
    from contracts.commands.documenting import explain as explained

    click.echo(explained(rule, names), nl=False)
