"""The reference provider on loopback, for hand and for other programs; legal answers where there is no such world."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from contracts.consumer.double import path_of
from contracts.model.frozen import frozen
from contracts.provider.app import request_of
from contracts.provider.serving import serve
from contracts.wiring.documents import Held, hand_of
from contracts.wiring.owners import Owners
from contracts.wiring.targets import faults_of, has_world, reference

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


MOST = 20
"""So many operations are told of, each with a key and rows."""


@frozen
class _Served:
    """One operation's provider, a key that it takes, and rows that it knows."""

    held: Held
    app: WSGIApplication
    key: str
    rows: tuple[str, ...]


class _Providers:
    """A WSGI application that hands each request to the provider of its operation."""

    def __init__(self, served: Sequence[_Served]) -> None:
        self._served = {id(one.held.contract): one for one in served}
        self._owners = Owners(one.held.contract for one in served)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side; whoever asks for nothing that there is hears that from any of them."""
        request = request_of(environ, "")
        known = self._owners.contracts
        owner = self._owners.asked(request) or next((one for one in known if path_of(one, request)), known[0])
        return self._served[id(owner)].app(environ, start_response)


def serve_reference(
    held: tuple[Held, ...], port: int, faults: tuple[str, ...], seed: int, told: Callable[[str], None]
) -> None:
    """Serves until interrupted; tells the URL, and for each operation a throwaway key, rows, and how to check it."""
    served = [_provider(one, own, seed) for one, own in zip(held, _faults_of_each(held, faults), strict=True)]
    try:
        with serve(_Providers(served), port) as url:
            told(f"url   {url}")
            for one in served[:MOST]:
                for line in _lines(one, url, several=len(served) > 1):
                    told(line)
            if len(served) > MOST:
                told(f"more  {len(served) - MOST} other operations; --contract NAME tells of one")
            for fault in faults:
                told(f"fault {fault}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        told("ended")


def _lines(served: _Served, url: str, *, several: bool) -> Iterator[str]:
    contract = served.held.contract
    if several:
        yield f"of    {contract.operation}"
    yield f"key   {served.key}"
    yield f"rows  {','.join(served.rows)}"
    ids = f" --ids {','.join(served.rows[:3])}" if served.rows and served.rows[0] else ""
    named = f" --contract {contract.slug}" if several else ""
    yield f"try   {hand_of(contract).variable}={served.key} contracts verify --against {url}{named}{ids}"


def _faults_of_each(held: tuple[Held, ...], faults: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The faults that are each contract's. Raises Unusable for one that is nobody's."""
    if not faults:
        return (() for _ in held)
    known = [{rule.id for rule in one.contract.rules} for one in held]
    for fault in faults:
        if not any(fault in rules for rules in known):
            faults_of(held[0], (fault,))  # says so
    return (tuple(fault for fault in faults if fault in rules) for rules in known)


def _provider(held: Held, faults: tuple[str, ...], seed: int) -> _Served:
    """What to serve, a key that it takes, and rows that it knows. Raises Unusable."""
    if has_world(held.contract):
        provider, key, world = reference(held, seed, faults)
        rows = tuple("/".join(map(str, row)) for row in world.rows())
        return _Served(held=held, app=provider, key=key, rows=rows)
    from contracts.provider.legal import LegalProvider
    from contracts.rules.legal import KEY, legal_parameters

    row = "/".join(str(value) for value in legal_parameters(held.contract).values())
    return _Served(held=held, app=LegalProvider(held.contract, faults_of(held, faults)), key=KEY, rows=(row,))


def faults_text(held: tuple[Held, ...]) -> str:
    """The rules of each contract that can be broken, below its operation where there are several."""
    parts = []
    for one in held:
        rules = "".join(f"{rule.id}  ({rule.level}) {rule.summary}\n" for rule in one.contract.rules)
        parts.append(f"{one.contract.operation}\n{rules}" if len(held) > 1 else rules)
    return "\n".join(parts)
