"""Legal answers, complete and small: the documented example, then one case for each branch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count

from contracts.checking import Checker
from contracts.consumer.choices import Choice, choices
from contracts.consumer.pairing import pairs_covered
from contracts.consumer.settling import base_body, concrete, settle
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.gate import Case
from contracts.model.interaction import Interaction
from contracts.model.json import Json, Path
from contracts.rules.legal import legal_interaction
from contracts.rules.places import ABSENT, alike, value_at
from contracts.rules.relations import side
from contracts.rules.spoiling import encoded, with_body

BASE = "example"


class Table:
    """A contract's choices, compiled once: the base body, and how any combination of choices becomes a legal body."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.answer = legal_interaction(contract, contract.success.status)
        self._all = choices(contract)
        self.base = base_body(contract, self.offers)
        plain = {at: tuple(one for one in offered if not self._said(one)) for at, offered in self._all.items()}
        self.choices = {at: offered for at, offered in plain.items() if offered}

    def _said(self, choice: Choice) -> bool:
        """Whether the base says "some value" already, with one that somebody thought of."""
        return choice.label == "value" and value_at(self.base, concrete(choice.at)) not in (None, ABSENT)

    def offers(self, at: Path) -> Iterator[Json]:
        """The values that a place may take."""
        return (choice.value for choice in self._all.get(at, ()))

    def body(self, pins: Iterable[Choice]) -> Json:
        """The base with these choices made and what they force; `ABSENT` where they can't stand together."""
        return settle(self.contract, self.base, {choice.at: choice.value for choice in pins}, self.offers)

    def taken(self, body: Json) -> Iterator[Choice]:
        """The choices that a body makes."""
        for at, offered in self.choices.items():
            value = value_at(body, concrete(at))
            parent = value_at(body, concrete(at[:-1]))
            if value is not ABSENT or isinstance(parent, dict):
                yield from (choice for choice in offered if alike(choice.value, value))


def answering(contract: Contract, body: bytes) -> Interaction:
    """The documented request answered with success and this body."""
    return with_body(legal_interaction(contract, contract.success.status), body)


def legal_cases(contract: Contract, *, pairwise: bool = False) -> tuple[Case, ...]:
    """The base, one case for each branch, and on request a set that covers every pair; the same bytes each time.

    Every case keeps every rule, whatever its level. Raises Unusable where one doesn't: the contract contradicts itself.
    """
    table, checker = Table(contract), Checker(contract)
    made: dict[bytes, Case] = {}
    for name, body, choice in _bodies(table, pairwise=pairwise):
        data = encoded(body)
        if data not in made:
            made[data] = _case(table, checker, name, data, body, choice)
    return named_apart(made.values())


def named_apart(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases, numbered where they would have the name of one before: the text "1" beside the number, say."""
    found: dict[str, Case] = {}
    for case in cases:
        others = (f"{case.name}-{number}" for number in count(2))
        name = next(name for name in chain((case.name,), others) if name not in found)
        found[name] = replace(case, name=name)
    return tuple(found.values())


def _bodies(table: Table, *, pairwise: bool) -> Iterator[tuple[str, Json, Choice | None]]:
    yield BASE, table.base, None
    for offered in table.choices.values():
        for choice in offered:
            body = table.body([choice])
            if body is not ABSENT:
                yield _name(table.contract, choice), body, choice
    if pairwise:
        for number, body in enumerate(pairs_covered(table.choices, table.body, table.taken), 1):
            yield f"pairwise-{number:03}", body, None


def _name(contract: Contract, choice: Choice) -> str:
    """The branch's name: of a null that triggers a condition, the condition's (`currentStep.no-step`)."""
    for rule in contract.about("success", "condition"):
        when = side(rule.says, "when")
        if rule.at + when.path == choice.at and when.values == (None,) and choice.value is None:
            return f"{rule.id.rsplit('.', 1)[0]}.{when.label}"
    return choice.name


def _case(  # noqa: PLR0913, PLR0917  each is a part of the case
    table: Table, checker: Checker, name: str, data: bytes, body: Json, choice: Choice | None
) -> Case:
    interaction = with_body(table.answer, data)
    judged = checker.judge(interaction)
    if judged.findings:
        rules = ", ".join(dict.fromkeys(finding.rule for finding in judged.findings))
        message = f"no legal answer can be made for {name}: it breaks {rules}; the contract contradicts itself there"
        raise Unusable(message)
    branches = chain.from_iterable(judged.evidence.seen.values())
    return Case(
        name=name,
        tier="legal",
        description=choice.description if choice else _plain(table, name),
        status=interaction.response.status,
        headers=interaction.response.headers,
        body=data,
        rules=(choice.rule,) if choice else (),
        traits=tuple(dict.fromkeys((name, *branches, *(one.name for one in table.taken(body))))),
    )


def _plain(table: Table, name: str) -> str:
    if name != BASE:
        return "branches are combined"
    return "the answer is the documented example" if table.contract.example else "the answer is a small legal one"
