"""Legal and broken answers as Hypothesis strategies, compiled once from a contract's table of choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.checking import Checker
from contracts.consumer.body_with_choices import concrete, settle
from contracts.consumer.legal_cases import Table, answering
from contracts.errors import Unusable
from contracts.model.contract import RESPONSE, Contract
from contracts.model.interaction import Interaction
from contracts.model.json import Json, Path
from contracts.proving.proof import prove
from contracts.rules import spoil
from contracts.rules.edits import encoded
from contracts.rules.instance import ABSENT, alike, replaced, value_at
from contracts.rules.json_types import types_of
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_carrier
from contracts.rules.samples import value_rules

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_LONGEST = 40
_WIDE = 2**63


def legal_bodies(contract: Contract) -> SearchStrategy[Json]:
    """Bodies that keep every rule: one small draw a place, then what the conditions force."""
    from hypothesis import strategies

    table, checker = _table(contract), Checker(contract)
    good = checker.look(legal_carrier(contract, table.target))
    places = tuple(table.choices)
    draws = strategies.tuples(*(_listed(table, at) for at in places))
    free = [drawn.map(_at(at)) for at in places if (drawn := _free(table, at)) is not None]

    more = strategies.one_of(strategies.none(), *free)

    @strategies.composite
    def answers(draw: Callable[[SearchStrategy[Any]], Any]) -> Json:
        body = table.base
        one_more = draw(more)
        for at, value in (*zip(places, draw(draws), strict=True), *([one_more] if one_more else [])):
            body = _put(table, body, at, value)
        settled = settle(contract, table.target, body, {}, table.offers)
        legal = settled is not ABSENT and checker.keeps(replace(good, body=settled))
        return settled if legal else table.base

    return answers()


def _table(contract: Contract) -> Table:
    """The choices of the body of success. Raises Unusable where there is none that can be made."""
    try:
        if contract.main:
            return Table(contract, contract.main)
        reason = "success has no JSON of a known form"
    except NoAnswer as error:
        reason = str(error)
    raise Unusable(f"no legal answer of {contract.operation} can be made: {reason}")


def _at(at: Path) -> Callable[[Json], tuple[Path, Json]]:
    return lambda value: (at, value)


def _put(table: Table, body: Json, at: Path, value: Json) -> Json:
    """The body with a value at its place, where what holds the place is there in this draw."""
    steps = concrete(at, body, table.names)
    if not steps:
        return value
    parent, step = value_at(body, steps[:-1]), steps[-1]
    if isinstance(step, int):
        return replaced(body, steps, value) if isinstance(parent, list) and parent else body
    return replaced(body, steps, value) if isinstance(parent, dict) else body


def _listed(table: Table, at: Path) -> SearchStrategy[Json]:
    """The base's own value first, then the other choices at the place."""
    from hypothesis import strategies

    first = table.at(table.base, at)
    others = [choice.value for choice in table.choices[at] if not alike(choice.value, first)]
    known = first is not ABSENT or len(others) < len(table.choices[at])
    return strategies.sampled_from([first, *others] if known else others)


def _free(table: Table, at: Path) -> SearchStrategy[Any] | None:
    """Values that nobody listed, where the place's rules are such that these keep them by their making."""
    from hypothesis import strategies

    says: dict[str, dict[str, Any]] = {rule.kind: rule.says for rule in value_rules(table.contract, table.target, at)}
    if "type" not in says or says.keys() & {"enum", "format", "pattern"}:
        return None
    types = types_of(says["type"])
    if "string" in types:
        size = says.get("length", {})
        least = size.get("minLength", 0)
        most = min(size.get("maxLength", least + _LONGEST), least + _LONGEST)
        return strategies.text(strategies.characters(exclude_categories=["Cs"]), min_size=least, max_size=most)
    bounds = says.get("range", {})
    if "integer" in types and not bounds.keys() & {"exclusiveMinimum", "exclusiveMaximum"}:
        return strategies.integers(bounds.get("minimum", -_WIDE), bounds.get("maximum", _WIDE - 1))
    return None


def breakable(contract: Contract) -> dict[str, Interaction]:
    """The rules about answers that can be broken alone, each with an interaction that does."""
    return {
        proof.rule.id: proof.broken
        for proof in prove(contract)
        if proof.holds and proof.broken is not None and proof.rule.target != "request"
    }


def broken_interactions(contract: Contract) -> SearchStrategy[tuple[str, Interaction]]:
    """Each breakable rule, with a drawn legal answer spoiled where that breaks the rule alone.

    Raises Unusable where no rule can be broken.
    """
    from hypothesis import strategies

    checker, proven, bodies = Checker(contract), breakable(contract), legal_bodies(contract)
    if not proven:
        raise Unusable(f"no rule of {contract.operation} can be broken alone")
    names = strategies.sampled_from(list(proven))

    @strategies.composite
    def broken(draw: Callable[[SearchStrategy[Any]], Any]) -> tuple[str, Interaction]:
        name, body = draw(names), draw(bodies)
        rule = contract.rule(name)
        if rule.target in {RESPONSE, contract.main} and (not rule.answers or contract.success.key in rule.answers):
            spoiled = spoil(rule, contract, answering(contract, encoded(body)))
            if spoiled is not None and {one.rule for one in checker.judge(spoiled).findings} == {name}:
                return name, spoiled
        return name, proven[name]

    return broken()
