"""The reference provider on loopback, for hand and for other programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from contracts.provider.app import Operation
from contracts.provider.serving import serve
from contracts.rules.legal_exchanges import legal_parameters
from contracts.wiring.documents import Held, hand_of
from contracts.wiring.targets import reference

MOST = 20
"""So many operations are told of, each with a key and rows."""


def serve_reference(held: tuple[Held, ...], port: int, faults: tuple[str, ...], told: Callable[[str], None]) -> None:
    """Serves until interrupted; tells the URL, and for each operation a throwaway key, rows, and how to check it.

    Raises Unusable.
    """
    provider = reference(*held, faults=faults)
    try:
        with serve(provider, port) as url:
            told(f"url   {url}")
            for operation in provider.operations[:MOST]:
                for line in _lines(operation, url, provider.key, several=len(held) > 1):
                    told(line)
            if len(held) > MOST:
                told(f"more  {len(held) - MOST} other operations; --contract NAME tells of one")
            for fault in faults:
                told(f"fault {fault}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        told("ended")


def _lines(operation: Operation, url: str, key: str, *, several: bool) -> Iterator[str]:
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


def faults_text(held: tuple[Held, ...]) -> str:
    """The rules of each contract that can be broken, below its operation where there are several."""
    parts = []
    for one in held:
        rules = "".join(f"{rule.id}  ({rule.level}) {rule.summary}\n" for rule in one.contract.rules)
        parts.append(f"{one.contract.operation}\n{rules}" if len(held) > 1 else rules)
    return "\n".join(parts)
