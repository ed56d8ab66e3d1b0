"""One row read through two operations in one run: each field that both tell is the same in both.

No contract promises this, so it is no rule of one; and between two questions a row may have changed, so it is drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contracts.checking.checker import Checker
from contracts.model.contract import REQUEST, Contract
from contracts.model.finding import Finding
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json, Path, pointer
from contracts.rules.echoes import echoed_parameter
from contracts.rules.instance import Steps, find, same, short
from contracts.rules.routing import belongs

SAMENESS = "response.same-row"
MOST_ROWS = 10_000
"""So many rows of one run are remembered: those read first."""


@frozen
class Shape:
    """Objects with these fields are rows of one kind; two with the same values in the `key` are the same row."""

    fields: frozenset[str]
    key: tuple[str, ...]


@frozen
class Row:
    """One row as an answer told it: the operation that was asked, and the fields."""

    operation: str
    body: Mapping[str, Json]


class Sameness:
    """What the answers of a run say of rows, whichever of these contracts they are of.

    A kind of row is what an operation answers that is asked for one: an object at the top of its body that repeats each
    parameter of the path, under an echo or under the parameter's own name. Every object anywhere in an answer of the
    same server that is documented with the same fields is a row of that kind.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        every = tuple(contracts)
        kinds = [(contract.server, kind) for contract in every if (kind := _kind(contract)) is not None]
        places: dict[int, list[tuple[Path, Shape]]] = {
            id(contract): [
                (at, kind)
                for at, fields in _objects(contract).items()
                for server, kind in dict.fromkeys(kinds)
                if fields == kind.fields and server == contract.server
            ]
            for contract in every
        }
        met = [kind for listed in places.values() for kind in {kind for _, kind in listed}]
        self._places = {
            number: [(at, kind) for at, kind in listed if met.count(kind) > 1] for number, listed in places.items()
        }
        self._rows: dict[tuple[Shape, tuple[str, ...]], Row] = {}

    def read(self, checker: Checker, interaction: Interaction) -> Iterator[Finding]:
        """Remembers the rows of an answer; each field that another operation told otherwise is a finding."""
        contract = checker.contract
        places = self._places.get(id(contract), ())
        if not places or belongs(contract, interaction) is None:
            return
        exchange = checker.look(interaction)
        if not exchange.has_body or exchange.target != contract.main:
            return
        for at, kind in places:
            for steps, value in find(exchange.body, at):
                if isinstance(value, dict):
                    yield from self._compared(checker, interaction, kind, steps, value)

    def _compared(
        self, checker: Checker, interaction: Interaction, kind: Shape, steps: Steps, value: dict[str, Json]
    ) -> Iterator[Finding]:
        if not all(type(value.get(name)) in {int, str} for name in kind.key):
            return
        key = kind, tuple(map(repr, map(value.get, kind.key)))
        known = self._rows.get(key)
        if known is None:
            if len(self._rows) < MOST_ROWS:
                self._rows[key] = Row(operation=checker.contract.operation, body=value)
            return
        if known.operation == checker.contract.operation:
            return
        for name, told in value.items():
            if name in known.body and not same(told, known.body[name]):
                yield checker.foreign(
                    interaction,
                    rule=SAMENESS,
                    level="drift",
                    summary=f"A row is the same here as in the answer of {known.operation}.",
                    expected=f"{short(known.body[name])}, as {known.operation} said in this run",
                    seen=short(told),
                    pointer=pointer((*steps, name)),
                )


def _kind(contract: Contract) -> Shape | None:
    """What an operation answers that is asked for one row; None where it isn't known which row an answer is of."""
    names = [rule.at[0] for rule in contract.about(REQUEST, "parameter") if rule.says["in"] == "path"]
    fields = _objects(contract).get((), frozenset())
    echoes = contract.about(contract.main, "echo") if contract.main else ()
    repeated = {echoed_parameter(rule.says): rule.at[0] for rule in echoes if len(rule.at) == 1}
    key = [repeated.get(name) or next((one for one in fields if _plain(one) == _plain(name)), "") for name in names]
    return Shape(fields=fields, key=tuple(sorted(key))) if key and all(key) else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _objects(contract: Contract) -> dict[Path, frozenset[str]]:
    """The objects of the body of success by their places, each with the names of its fields."""
    found: dict[Path, set[str]] = {}
    for field in contract.fields:
        if field.target == contract.main and field.at and field.at[-1][:1] not in {"[", "{"}:
            found.setdefault(field.at[:-1], set()).add(field.at[-1])
    return {at: frozenset(names) for at, names in found.items()}
