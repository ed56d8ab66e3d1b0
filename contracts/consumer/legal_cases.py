"""Legal answers, complete and small: the documented example, then one case for each branch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, count, takewhile

from contracts.checking import Checker
from contracts.consumer.body_with_choices import base_body, concrete, settle
from contracts.consumer.choices import Choice, choices
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import Case
from contracts.model.interaction import Interaction
from contracts.model.json import ITEM, Json, Path
from contracts.rules.branches import around
from contracts.rules.conditions import side
from contracts.rules.edits import encoded, with_body
from contracts.rules.exchange import Exchange
from contracts.rules.instance import ABSENT, alike, differing, value_at
from contracts.rules.kind import Watch
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_carrier, legal_interaction
from contracts.rules.listing import listing_of

BASE = "example"


class Table:
    """The choices of one body, compiled once: the base, and how any combination of choices becomes a legal body.

    Raises NoAnswer where no legal body is known.
    """

    def __init__(self, contract: Contract, target: str) -> None:
        self.contract, self.target = contract, target
        self.names = partial(contract.index.names, target)
        contract.index.base(target)  # says why there is none, before anything else is looked at
        self._all = choices(contract, target)
        self.base = base_body(contract, target, self.offers)
        plain = {at: tuple(one for one in offered if not self._said(one)) for at, offered in self._all.items()}
        self.choices = {at: offered for at, offered in plain.items() if offered}

    def _said(self, choice: Choice) -> bool:
        """True where the base says "some value" already, with one that somebody thought of."""
        return choice.label == "value" and self.at(self.base, choice.at) not in (None, ABSENT)

    def at(self, body: Json, at: Path) -> Json:
        """The first value at a documented place of a body, or `ABSENT`."""
        return value_at(body, concrete(at, body, self.names))

    def offers(self, at: Path) -> Iterator[Json]:
        """The values that a place may take."""
        return (choice.value for choice in self._all.get(at, ()))

    def body(self, pins: Iterable[Choice]) -> Json:
        """The base with these choices made and what they force; `ABSENT` where they can't stand together."""
        return settle(self.contract, self.target, self.base, {one.at: one.value for one in pins}, self.offers)

    def taken_at(self, body: Json, at: Path) -> Iterator[Choice]:
        """The choices that a body makes at one place."""
        value = self.at(body, at)
        if value is not ABSENT or isinstance(self.at(body, at[:-1]), dict):
            yield from (choice for choice in self.choices[at] if alike(choice.value, value))


def success_bodies(contract: Contract) -> tuple[str, ...]:
    """The names of the bodies of every answer of success."""
    successes = (answer for answer in contract.answers if answer.success)
    return tuple(dict.fromkeys(name for answer in successes for name in answer.bodies.values()))


def answering(contract: Contract, body: bytes) -> Interaction:
    """The documented request answered with success and this body."""
    return with_body(legal_interaction(contract, contract.success.status), body)


@frozen
class Unmade:
    """A case of which no legal answer can be made, and why."""

    name: str
    reason: str


def legal_cases(contract: Contract) -> tuple[Case, ...]:
    """The base, and one case for each branch; the same bytes each time.

    Every case keeps every rule, whatever its level. Raises Unusable where no legal answer can be made at all.
    """
    return cases_and_unmade(contract)[0]


def cases_and_unmade(contract: Contract) -> tuple[tuple[Case, ...], tuple[Unmade, ...]]:
    """The legal cases of every body of success, and what none could be made of. Raises Unusable as `legal_cases`."""
    found: list[Case] = []
    unmade: list[Unmade] = []
    checker = Checker(contract)
    for name in success_bodies(contract):
        try:
            cases, missing = _Maker(checker, name).cases()
        except NoAnswer as error:
            cases, missing = (), (Unmade(name=_base(contract, name), reason=str(error)),)
        found += cases
        unmade += missing
    found += _bare(contract, others=bool(found or unmade))
    if not found:
        raise Unusable(f"no legal answer can be made for {unmade[0].name}: {unmade[0].reason}")
    return named_apart(found), tuple(unmade)


def _base(contract: Contract, name: str) -> str:
    return BASE if name == contract.main else f"{name}.{BASE}"


def _bare(contract: Contract, *, others: bool) -> Iterator[Case]:
    """The answers of success that have no body of a known form."""
    bare = [answer for answer in contract.answers if answer.success and not answer.bodies]
    for answer in bare or ([] if others else [contract.success]):
        response = legal_interaction(contract, answer.status).response
        name = BASE if not others and answer.key == contract.success.key else f"status={answer.key}"
        yield Case(
            name=name, tier="legal", description=f"the answer is a documented {answer.status}", status=answer.status,
            headers=response.headers, body=response.body, traits=tuple({name: 0, f"status={answer.key}": 0}),
        )  # fmt: skip


def named_apart(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases, numbered where they would have the name of one before: the text "1" beside the number, say."""
    found: dict[str, Case] = {}
    for case in cases:
        others = (f"{case.name}-{number}" for number in count(2))
        name = next(name for name in chain((case.name,), others) if name not in found)
        found[name] = replace(case, name=name)
    return tuple(found.values())


class _Maker:
    """Makes the cases of one body. Raises NoAnswer where no legal one is known."""

    def __init__(self, checker: Checker, target: str) -> None:
        self.checker, self.target = checker, target
        self.contract = checker.contract
        self.table = Table(self.contract, target)
        self.interaction = legal_carrier(self.contract, target)
        self.exchange = replace(checker.look(self.interaction), body=self.table.base)
        self.traits = _Traits(checker, self.table, self.exchange)

    def cases(self) -> tuple[tuple[Case, ...], tuple[Unmade, ...]]:
        """Each case, and what none could be made of."""
        made: dict[bytes, Case] = {}
        unmade: list[Unmade] = []
        for name, body, choice in self._bodies():
            exchange = replace(self.exchange, body=body)
            kept = self.checker.keeps(exchange)
            if not kept:
                exchange = self._mended(exchange, choice)
            if not kept and not self.checker.keeps(exchange):
                reason = f"it breaks {', '.join(self.checker.broken(exchange))}; the contract contradicts itself there"
                if choice is None:
                    raise NoAnswer(reason)
                unmade.append(Unmade(name=name, reason=reason))
                continue
            data = encoded(exchange.body)
            if data not in made:
                made[data] = self._case(name, data, exchange.body, choice)
        return tuple(made.values()), tuple(unmade)

    def _mended(self, exchange: Exchange, choice: Choice | None) -> Exchange:
        """The exchange with what a choice breaks elsewhere mended, where the choice still stands; else as it is."""
        if choice is None:
            return exchange
        try:
            body = listing_of(self.contract).mended(self.target, exchange.body)
        except NoAnswer:
            return exchange
        stands = alike(self.table.at(body, choice.at), choice.value)
        return replace(exchange, body=body) if stands else exchange

    def _bodies(self) -> Iterator[tuple[str, Json, Choice | None]]:
        table = self.table
        yield _base(self.contract, self.target), table.base, None
        for offered in table.choices.values():
            for choice in offered:
                body = table.body([choice])
                if body is not ABSENT:
                    yield self._name(choice), body, choice

    def _name(self, choice: Choice) -> str:
        """The branch's name: of a null that triggers a condition, the condition's (`currentStep.no-step`)."""
        for rule in self.contract.about(self.target, "condition"):
            when = side(rule.says, "when")
            if rule.at + when.path == choice.at and when.values == (None,) and choice.value is None:
                return f"{rule.id.rsplit('.', 1)[0]}.{when.label}"
        return choice.name

    def _case(self, name: str, data: bytes, body: Json, choice: Choice | None) -> Case:
        response = self.interaction.response
        return Case(
            name=name,
            tier="legal",
            description=choice.description if choice else self._plain(),
            status=response.status,
            headers=response.headers,
            body=data,
            rules=(choice.rule,) if choice and choice.rule else (),
            traits=tuple(dict.fromkeys((name, *self.traits.of(body)))),
        )

    def _plain(self) -> str:
        shown = self.contract.index.examples(self.contract.bodies[self.target])
        return "the answer is the documented example" if shown else "the answer is a small legal one"


class _Traits:
    """The branches and choices that bodies take: worked out for the base, and then where another differs from it."""

    def __init__(self, checker: Checker, table: Table, exchange: Exchange) -> None:
        self._exchange, self._base = exchange, table.base
        self._around = [*around(exchange)]
        takers = [
            *((watch.at, partial(self._watched, watch)) for watch in checker.watches(table.target)),
            *((at, partial(self._chosen, table, at)) for at in table.choices),
        ]
        self._takers = [take for _, take in takers]
        self._of_base = [take(table.base) for take in self._takers]
        self._at: dict[Path, list[int]] = {}
        self._in: dict[Path, list[int]] = {}
        for position, (at, _) in enumerate(takers):
            fixed = tuple(ITEM if step[:1] == "[" else step for step in takewhile(lambda step: step[:1] != "{", at))
            self._at.setdefault(fixed, []).append(position)
            self._in.setdefault(fixed[:-1], []).append(position)

    def of(self, body: Json) -> Iterator[str]:
        """The names, in the order of the rules and then of the choices."""
        found = [*self._of_base]
        for position in {one for at in _differences(self._base, body, ()) for one in self._looking(at)}:
            found[position] = self._takers[position](body)
        return chain(self._around, chain.from_iterable(found))

    def _looking(self, at: Path) -> Iterable[int]:
        """The positions of what looks at a place, at what is right in it, or at what it is in."""
        above = (self._at.get(at[:depth], ()) for depth in range(len(at) + 1))
        return chain(self._in.get(at, ()), *above)

    def _watched(self, watch: Watch, body: Json) -> tuple[str, ...]:
        return tuple(watch.taken(replace(self._exchange, body=body)))

    @staticmethod
    def _chosen(table: Table, at: Path, body: Json) -> tuple[str, ...]:
        return tuple(choice.name for choice in table.taken_at(body, at))


def _differences(one: Json, other: Json, at: Path) -> Iterator[Path]:
    """Where two bodies that share their values differ: the deepest places, with all that only one of them has."""
    if one is other:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for name in differing(one, other):
            yield from _differences(one.get(name, ABSENT), other.get(name, ABSENT), (*at, name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from _differences(first, second, (*at, ITEM))
    else:
        yield from _places(one, at)
        yield from _places(other, at)


def _places(value: Json, at: Path) -> Iterator[Path]:
    """A place and all places in it."""
    yield at
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*at, name))
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner, (*at, ITEM))
