"""One body made whole: values put at their places, and what the conditions then force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json, Path
from contracts.rules.legal import legal_parameters
from contracts.rules.places import ABSENT, Steps, alike, find, replaced, value_at
from contracts.rules.relations import Side, echoed_parameter, put_below, side
from contracts.rules.sample import legal_value

_MOST_ROUNDS = 40
"""Conditions that still force something after so many rounds force it in a circle."""

Pins = Mapping[Path, Json]
Offers = Callable[[Path], Iterable[Json]]


def concrete(at: Path) -> Steps:
    """A documented place in one body: of arrays, the first element."""
    return tuple(0 if step == ITEM else step for step in at)


def put(contract: Contract, body: Json, at: Path, value: Json) -> Json:
    """The body with a value at a place; parents that are missing, null or empty are made first."""
    steps = concrete(at)
    for depth in range(1, len(steps)):
        if not _holds_next(value_at(body, steps[:depth]), steps[depth]):
            if value is ABSENT:
                return body
            made: Json = legal_value(contract, "success", at[:depth])
            if not _holds_next(made, steps[depth]):
                return body
            body = replaced(body, steps[:depth], made)
    return replaced(body, steps, value)


def _holds_next(parent: Json, step: str | int) -> bool:
    return (isinstance(parent, list) and len(parent) > 0) if isinstance(step, int) else isinstance(parent, dict)


def base_body(contract: Contract, offers: Offers) -> Json:
    """The documented example, or a small legal body where there is none, echoing the documented request."""
    body: Json = contract.example[0] if contract.example else legal_value(contract, "success")
    asked = legal_parameters(contract)
    for echo in contract.about("success", "echo"):
        for steps, _ in list(find(body, echo.at)):
            body = replaced(body, steps, asked[echoed_parameter(echo.says)])
    settled = settle(contract, body, {}, offers)
    return body if settled is ABSENT else settled


def settle(contract: Contract, body: Json, pins: Pins, offers: Offers) -> Json:
    """The body with what is pinned put in place and whatever the conditions then force; `ABSENT` where they can't.

    `offers` names the values that a place may take instead, where a pinned consequence forbids what triggers it.
    """
    for at, value in pins.items():
        body = put(contract, body, at, value)
    rules = contract.about("success", "condition")
    for _ in range(_MOST_ROUNDS):
        broken = next(_broken(rules, body), None)
        if broken is None:
            if not all(_stands(body, at, value) for at, value in pins.items()):
                break
            return body
        body = _mended(contract, body, broken, pins, offers)
        if body is ABSENT:
            break
    nothing: Json = ABSENT
    return nothing


def _stands(body: Json, at: Path, value: Json) -> bool:
    """Whether a place holds a value; left out is only what had a place to be left out of."""
    steps = concrete(at)
    return alike(value_at(body, steps), value) and (value is not ABSENT or isinstance(value_at(body, steps[:-1]), dict))


@frozen
class _Broken:
    rule: Rule
    scope: Steps
    when: Side
    then: Side


def _broken(rules: Iterable[Rule], body: Json) -> Iterator[_Broken]:
    for rule in rules:
        when, then = side(rule.says, "when"), side(rule.says, "then")
        for steps, scope in find(body, rule.at):
            triggered = any(when.holds(value) for _, value in find(scope, when.path))
            if triggered and not _followed(scope, then):
                yield _Broken(rule=rule, scope=steps, when=when, then=then)


def _followed(scope: Json, then: Side) -> bool:
    """As JSON Schema has it: a missing property breaks nothing, a parent that is no object does."""
    value: Any = scope
    for step in then.path:
        if not isinstance(value, dict):
            return False
        if step not in value:
            return True
        value = value[step]
    return then.holds(value)


def _mended(contract: Contract, body: Json, broken: _Broken, pins: Pins, offers: Offers) -> Json:
    """The consequence put in place, or the trigger taken away where the consequence is pinned."""
    first = broken.scope == concrete(broken.rule.at)
    held = pins if first else {}
    place = broken.rule.at + broken.then.path
    if not _pinned(place, held):
        return put_below(contract, broken.rule, body, broken.scope, broken.then.path, broken.then.values[0])
    for value in broken.then.values:
        if place in held and alike(held[place], value):
            return put_below(contract, broken.rule, body, broken.scope, broken.then.path, value)
    trigger = broken.rule.at + broken.when.path
    others = () if _pinned(trigger, held) else offers(trigger)
    value = next((one for one in others if one is not ABSENT and not broken.when.holds(one)), ABSENT)
    return value if value is ABSENT else put_below(contract, broken.rule, body, broken.scope, broken.when.path, value)


def _pinned(at: Path, pins: Pins) -> bool:
    """Whether a place, or one above it that is then no longer there, is held."""
    return any(at[: len(held)] == held and (held == at or not _solid(value)) for held, value in pins.items())


def _solid(value: Json) -> bool:
    return isinstance(value, dict | list) and bool(value)
