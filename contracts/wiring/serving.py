"""The reference provider on loopback, for hand and for other programs; legal answers where there is no such world."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from contracts.provider.serving import serve
from contracts.wiring.documents import Held, hand_of
from contracts.wiring.targets import faults_of, has_world, reference

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def serve_reference(held: Held, port: int, faults: tuple[str, ...], seed: int, told: Callable[[str], None]) -> None:
    """Serves until interrupted; tells the URL, the throwaway key, rows to ask for, and how to check it."""
    app, key, rows = _provider(held, faults, seed)
    variable = hand_of(held.contract).variable
    try:
        with serve(app, port) as url:
            told(f"url   {url}")
            told(f"key   {key}")
            told(f"rows  {','.join(rows)}")
            ids = f" --ids {','.join(rows[:3])}" if rows and rows[0] else ""
            told(f"try   {f'{variable}={key} ' if variable else ''}contracts verify --against {url}{ids}")
            for fault in faults:
                told(f"fault {fault}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        told("ended")


def _provider(held: Held, faults: tuple[str, ...], seed: int) -> tuple[WSGIApplication, str, list[str]]:
    """What to serve, a key that it takes, and rows that it knows. Raises Unusable."""
    if has_world(held.contract):
        provider, key, world = reference(held, seed, faults)
        return provider, key, ["/".join(map(str, row)) for row in world.rows()]
    from contracts.provider.legal import LegalProvider
    from contracts.rules.legal import KEY, legal_parameters

    row = "/".join(str(value) for value in legal_parameters(held.contract).values())
    return LegalProvider(held.contract, faults_of(held, faults)), KEY, [row]
