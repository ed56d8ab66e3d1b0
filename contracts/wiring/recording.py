"""The committed cassettes: every case of the reference world, and the documented refusals, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.errors import ContractBroken
from contracts.model.contract import Contract
from contracts.model.identity import digest
from contracts.model.interaction import Interaction
from contracts.provider.serving import serve
from contracts.provider.world import World
from contracts.proving.probing import NOT_INTEGER, UNKNOWN, filled
from contracts.sources.http import Server, ask
from contracts.sources.recording import Provenance, record
from contracts.wiring.documents import Held, levels_here
from contracts.wiring.targets import authorization_of, cassette_folder, path_parameters, reference

WRONG_KEY = "wrong-key"


def record_reference(held: Held, told: Callable[[Path, bool], None]) -> None:
    """Records every case of the reference provider.

    `told` hears of each cassette and whether it changed. Raises ContractBroken where an answer isn't admitted.
    """
    provider, key, world = reference(held, 0)
    contract, checker = held.contract, Checker(held.contract, levels_here((held.contract,)))

    def admit(interaction: Interaction) -> None:
        findings = checker.judge(interaction).findings
        if findings:
            broken = ", ".join(dict.fromkeys(finding.rule for finding in findings))
            message = f"{interaction.place}: the answer breaks {broken}; nothing was stored"
            raise ContractBroken(message)

    with serve(provider) as url:
        for name, path, sent in _cases(contract, world, key):
            server = Server(base_url=url, key=sent, origin="reference", **authorization_of(contract))
            provenance = Provenance(
                origin="reference",
                contract=digest(contract),
                version=version("reply-contracts"),
                now=datetime.now(UTC),
                asked=url,
                documented=contract.server,
                header=server.header,
            )
            target = cassette_folder(held) / f"{name}.yaml"
            told(target, record(target, _fetching(server, contract.method, path), provenance, admit))


def _fetching(server: Server, method: str, path: str) -> Callable[[Any], object]:
    return lambda session: ask(session, server, method, path)


def _cases(contract: Contract, world: World, key: str) -> Iterator[tuple[str, str, str | None]]:
    """Each case's name, path, and the key that it is asked with."""
    names = path_parameters(contract)
    rows = {name: dict(zip(names, map(str, row), strict=True)) for name, row in world.cases.items()}
    for name, row in rows.items():
        yield name, filled(contract, row), key
    first = next(iter(rows.values()))
    yield "error-401-without-key", filled(contract, first), None
    yield "error-401-wrong-key", filled(contract, first), WRONG_KEY
    for name in names:
        kebab = name.replace("_", "-")
        yield f"error-400-malformed-{kebab}", filled(contract, first | {name: NOT_INTEGER}), key
        yield f"error-404-unknown-{kebab}", filled(contract, first | {name: UNKNOWN}), key
