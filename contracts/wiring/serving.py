"""The reference provider on loopback, for hand and for other programs."""

from __future__ import annotations

import time
from collections.abc import Callable

from contracts.provider.serving import serve
from contracts.wiring.documents import Held, hand_of
from contracts.wiring.targets import reference


def serve_reference(held: Held, port: int, faults: tuple[str, ...], seed: int, told: Callable[[str], None]) -> None:
    """Serves until interrupted; tells the URL, the throwaway key, rows to ask for, and how to check it."""
    provider, key, world = reference(held, seed, faults)
    variable = hand_of(held.contract).variable
    rows = ["/".join(map(str, row)) for row in world.rows()]
    try:
        with serve(provider, port) as url:
            told(f"url   {url}")
            told(f"key   {key}")
            told(f"rows  {','.join(rows)}")
            told(f"try   {variable}={key} contracts verify --against {url} --ids {','.join(rows[:3])}")
            for fault in faults:
                told(f"fault {fault}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        told("ended")
