"""`contracts serve`: the reference provider on loopback, for hand and for other programs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.options import contract_option
from contracts.commands.vendor_data import hand_of

if TYPE_CHECKING:
    from contracts.provider.app import Operation

MOST = 20
"""So many operations are told of, each with a key and rows."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@contract_option
@click.option("--fault", "faults", multiple=True, metavar="RULE", help="Break just this rule; repeatable.")
@click.option("--list-faults", is_flag=True, help="List the rules that can be broken, and end.")
def serve(port: int, names: tuple[str, ...], faults: tuple[str, ...], *, list_faults: bool) -> None:
    """Serve the reference provider, or legal answers, on loopback until Ctrl-C."""
    here = contracts_here(names)
    if list_faults:
        click.echo(_faults(here), nl=False)
    else:
        _serve(here, port, faults)


def _serve(here: tuple[LocalContract, ...], port: int, faults: tuple[str, ...]) -> None:
    """Serves until interrupted; tells the URL, and for each operation a throwaway key, rows, and how to check it."""
    from contracts.commands.reference import reference
    from contracts.provider.serving import serve as serving

    provider = reference(*here, faults=faults)
    try:
        with serving(provider, port) as url:
            click.echo(f"url   {url}")
            for operation in provider.operations[:MOST]:
                for line in _lines(operation, url, provider.key, several=len(here) > 1):
                    click.echo(line)
            if len(here) > MOST:
                click.echo(f"more  {len(here) - MOST} other operations; --contract NAME tells of one")
            for fault in faults:
                click.echo(f"fault {fault}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("ended")


def _lines(operation: Operation, url: str, key: str, *, several: bool) -> Iterator[str]:
    from contracts.rules.legal_exchanges import legal_parameters

    contract = operation.contract
    known = operation.known or (tuple(map(str, legal_parameters(contract).values())),)
    rows = ["/".join(ids) for ids in known]
    if several:
        yield f"of    {contract.operation}"
    yield f"key   {key}"
    yield f"rows  {','.join(rows)}"
    ids = f" --ids {','.join(rows[:3])}" if rows[0] else ""
    named = f" --contract {contract.slug}" if several else ""
    yield f"try   {hand_of(contract).variable}={key} contracts verify --against {url}{named}{ids}"


def _faults(here: tuple[LocalContract, ...]) -> str:
    """The rules of each contract that can be broken, below its operation where there are several."""
    parts = []
    for one in here:
        rules = "".join(f"{rule.id}  ({rule.level}) {rule.summary}\n" for rule in one.contract.rules)
        parts.append(f"{one.contract.operation}\n{rules}" if len(here) > 1 else rules)
    return "\n".join(parts)
