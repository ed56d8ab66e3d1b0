"""One body made whole: values put at their places, and what the conditions then force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.json import MAP, Json, Path
from contracts.rules.conditions import ConditionSide, breaches, put_below, side
from contracts.rules.echoes import echoed_parameter
from contracts.rules.instance import ABSENT, Names, Steps, alike, find, of_many, replaced, value_at
from contracts.rules.legal_exchanges import legal_parameters
from contracts.rules.listing import listing_of
from contracts.rules.samples import text_for

_MOST_ROUNDS = 40
"""Conditions that still force something after so many rounds force it in a circle."""

Pins = Mapping[Path, Json]
Offers = Callable[[Path], Iterable[Json]]


def concrete(at: Path, body: Json = None, names: Names = lambda _: frozenset()) -> Steps:
    """A documented place in one body: of arrays the first element, of maps the first name that is there."""
    if not any(map(of_many, at)):
        return at
    value: Any = body
    steps: list[str | int] = []
    for depth, step in enumerate(at):
        found: str | int = _new(step, value)
        if step[:1] == "{" and isinstance(value, dict) and step not in value:
            found = next((one[0] for one, _ in find(value, (step,), partial(_below, names, at[:depth]))), found)
        steps.append(found)
        value = value_at(value, (found,))
    return tuple(steps)


def _below(names: Names, above: Path, at: Path) -> frozenset[str]:
    return names((*above, *at))


def _new(step: str, value: Json) -> str | int:
    """What a step is called where nothing stands for it yet."""
    if step[:1] not in {"[", "{"} or (isinstance(value, dict) and (step[0] == "[" or step in value)):
        return step
    if step[0] == "[":
        return int(step[1:-1]) if step[1:-1].isdecimal() else 0
    return "name1" if step == MAP else text_for(step[1:-1]) or "name1"


def put(contract: Contract, target: str, body: Json, at: Path, value: Json) -> Json:
    """The body with a value at a place; parents that are missing, null or empty are made first."""
    names = partial(contract.index.names, target)
    for depth in range(1, len(at)):
        steps = concrete(at[: depth + 1], body, names)
        if not _holds_next(value_at(body, steps[:-1]), steps[-1]):
            if value is ABSENT:
                return body
            made = listing_of(contract).frame(target, at[:depth])
            if not isinstance(made, list if isinstance(steps[-1], int) else dict):
                return body
            body = _placed(body, steps[:-1], made)
    return _placed(body, concrete(at, body, names), value)


def _placed(body: Json, steps: Steps, value: Json) -> Json:
    """The body with a value put in, at the end of an array as well; as it is where there is no such place."""
    parent, step = value_at(body, steps[:-1]), steps[-1] if steps else 0
    if steps and isinstance(step, int) and (not isinstance(parent, list) or step >= len(parent)):
        if value is ABSENT or not isinstance(parent, list):
            return body
        return replaced(body, steps[:-1], [*parent, value])
    return body if steps and not isinstance(parent, dict | list) else replaced(body, steps, value)


def _holds_next(parent: Json, step: str | int) -> bool:
    return (isinstance(parent, list) and len(parent) > 0) if isinstance(step, int) else isinstance(parent, dict)


def base_body(contract: Contract, target: str, offers: Offers) -> Json:
    """The documented example, or a small legal body where there is none, echoing the documented request.

    Raises NoAnswer.
    """
    body = contract.index.base(target)
    echoes = contract.about(target, "echo")
    asked = legal_parameters(contract) if echoes else {}
    for echo in echoes:
        for steps, _ in list(find(body, echo.at)):
            body = replaced(body, steps, asked[echoed_parameter(echo.says)])
    settled = settle(contract, target, body, {}, offers)
    return body if settled is ABSENT else settled


def settle(contract: Contract, target: str, body: Json, pins: Pins, offers: Offers) -> Json:
    """The body with what is pinned put in place and whatever the conditions then force; `ABSENT` where they can't.

    `offers` names the values that a place may take instead, where a pinned consequence forbids what triggers it.
    """
    for at, value in pins.items():
        body = put(contract, target, body, at, value)
    rules = contract.about(target, "condition")
    names = partial(contract.index.names, target)
    for _ in range(_MOST_ROUNDS):
        broken = next(_broken(rules, body), None)
        if broken is None:
            if not all(_stands(body, at, value, names) for at, value in pins.items()):
                break
            return body
        body = _mended(contract, body, broken, pins, offers)
        if body is ABSENT:
            break
    nothing: Json = ABSENT
    return nothing


def _stands(body: Json, at: Path, value: Json, names: Names) -> bool:
    """True where a place holds a value; left out is only what had a place to be left out of."""
    steps = concrete(at, body, names)
    return alike(value_at(body, steps), value) and (value is not ABSENT or isinstance(value_at(body, steps[:-1]), dict))


@frozen
class _Broken:
    rule: Rule
    scope: Steps
    when: ConditionSide
    then: ConditionSide


def _broken(rules: Iterable[Rule], body: Json) -> Iterator[_Broken]:
    for rule in rules:
        when, then = side(rule.says, "when"), side(rule.says, "then")
        for steps in breaches(rule, body):
            yield _Broken(rule=rule, scope=steps, when=when, then=then)


def _mended(contract: Contract, body: Json, broken: _Broken, pins: Pins, offers: Offers) -> Json:
    """The consequence put in place, or the trigger taken away where the consequence is pinned."""
    first = broken.scope == concrete(broken.rule.at)
    held = pins if first else {}
    place = broken.rule.at + broken.then.path
    if not _pinned(place, held):
        forced: Json = next(iter(broken.then.values), ABSENT)
        return put_below(contract, broken.rule, body, broken.scope, broken.then.path, forced)
    for value in broken.then.values:
        if place in held and alike(held[place], value):
            return put_below(contract, broken.rule, body, broken.scope, broken.then.path, value)
    trigger = broken.rule.at + broken.when.path
    others = () if _pinned(trigger, held) else offers(trigger)
    value = next((one for one in others if one is not ABSENT and not broken.when.holds(one)), ABSENT)
    return value if value is ABSENT else put_below(contract, broken.rule, body, broken.scope, broken.when.path, value)


def _pinned(at: Path, pins: Pins) -> bool:
    """True where a place, or one above it that is then no longer there, is held."""
    return any(at[: len(held)] == held and (held == at or not _solid(value)) for held, value in pins.items())


def _solid(value: Json) -> bool:
    return isinstance(value, dict | list) and bool(value)
