"""The exact explainer: every broken place of a body, each under its rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from contracts.model.contract import Contract
from contracts.model.json import Json, pointer
from contracts.rules import KINDS, Break
from contracts.rules.error_paths import Assertion
from contracts.rules.instance import ABSENT, short, value_at
from contracts.rules.listing import Listing, listing_of
from contracts.rules.other_keywords import forms
from contracts.rules.places import or_null
from contracts.rules.validators import Error

_WHOLE = frozenset(
    """anyOf oneOf not contains propertyNames dependentSchemas dependentRequired unevaluatedProperties unevaluatedItems
    items""".split()
)
"""Kinds that are about the value at their own place, wherever inside it an error was met."""


def explain(contract: Contract, target: str, body: Json, *, made: bool = False) -> tuple[Break, ...]:
    """Every broken rule of a body, one break for each place; empty where it keeps the schema.

    Of a body that is `made`, and so of values that both validators read alike, the fast one's word is taken. Raises
    Undecided where no validator comes to a verdict.
    """
    listing = listing_of(contract)
    find = listing.validators.fast_errors if made else listing.validators.errors
    errors = find(listing.bodies[target].at, body)
    found: dict[tuple[str, str], Break] = {}
    for error in _plain(listing, target, body, tuple(_causes(errors))):
        for broken in breaks(listing, target, body, error):
            found.setdefault((broken.rule.id, broken.pointer), broken)
    return tuple(found.values())


def _causes(errors: tuple[Error, ...]) -> Iterator[Error]:
    """The errors without what only follows: where a part of a schema fails, what it evaluates counts as unevaluated."""
    for error in errors:
        *above, keyword = error.path
        follows = keyword in {"unevaluatedProperties", "unevaluatedItems"} and any(
            other.place == error.place and [*other.path[: len(above)]] == above and _evaluates(other.path[len(above) :])
            for other in errors
        )
        if not follows:
            yield error


def _evaluates(path: tuple[Any, ...]) -> bool:
    return len(path) > 1 or path[0] in {"anyOf", "oneOf", "additionalProperties"}


def _plain(listing: Listing, target: str, body: Json, errors: tuple[Error, ...]) -> Iterator[Error]:
    """The errors, that of an "or null" taken for those of what the value should be."""
    for error in errors:
        _, told = listing.rule_of(target, error)
        wrapper = or_null(told.node) if isinstance(told.node, dict) else None
        if error.inner and wrapper is not None and wrapper[0] == told.keyword:
            solid = [inner for inner in error.inner if inner and inner[0].path[len(error.path)] == wrapper[1]]
            yield from _plain(listing, target, body, tuple(one for inner in solid for one in inner))
        else:
            yield error


def breaks(listing: Listing, target: str, body: Json, error: Error) -> Iterator[Break]:
    """What one error breaks: a rule a name that is missing or unknown, else one."""
    if error.missing and error.path[-1] == "required":
        for name in error.missing:
            rule, told = listing.rule_of(target, error, name)
            inside = told.keyword != "required"
            place = error.place if inside and told.keyword in _WHOLE else (*error.place, name)
            place = error.place[: told.depth] if rule.kind == "if" else place
            yield _break(rule, told, place, ABSENT if place != error.place else value_at(body, place), error)
        return
    rule, told = listing.rule_of(target, error)
    if error.unknown and rule.kind in {"closed", "additionalProperties"}:
        for name in error.unknown:
            yield _break(rule, told, (*error.place, name), value_at(body, (*error.place, name)), error)
        return
    place = error.place[: told.depth] if told.keyword in _WHOLE or rule.kind == "if" else error.place
    yield _break(rule, told, place, value_at(body, place), error)


def _break(rule: Any, told: Assertion, place: tuple[str | int, ...], seen: Json, error: Error) -> Break:
    expected = KINDS[rule.kind].expected(rule.says)
    if told.keyword in {"anyOf", "oneOf"}:
        expected = _nearest(told, error, value_at(seen, error.place[told.depth :])) or expected
    return Break(rule=rule, pointer=pointer(place), expected=expected, seen=short(seen), value=seen)


def _nearest(told: Assertion, error: Error, seen: Json) -> str:
    """What the alternative that comes nearest asks for and the value hasn't."""
    named = forms({told.keyword: told.node.get(told.keyword)}, told.keyword)
    if not error.inner:
        several = told.keyword == "oneOf" and error.path[-1] == "oneOf"
        return f"one of {', '.join(named[:10])}; more than one of them fits" if several else ""
    chosen = _discriminated(told.node, told.keyword, seen)
    nearest = min(error.inner, key=lambda errors: (_position(errors, error) != chosen, *_distance(errors, error)))
    position = _position(nearest, error)
    name = named[position] if isinstance(position, int) and position < len(named) else str(position)
    first = max(nearest, key=lambda one: len(one.place)) if len(nearest) == 1 else nearest[0]
    where = pointer(first.place[len(error.place) :])
    what = ", ".join(first.missing) if first.missing else ""
    listed = f"{'one' if told.keyword == 'oneOf' else 'any'} of {', '.join(named[:10])}"
    return f"{listed}; nearest is {name}, which wants {what or first.path[-1]}{f' at {where}' if where else ''}"


def _position(errors: tuple[Error, ...], choice: Error) -> Any:
    return errors[0].path[len(choice.path)]


def _discriminated(node: Any, keyword: str, seen: Json) -> int | None:
    """The position of the alternative that a value names itself, by the discriminator; None where it names none."""
    told = node.get("discriminator")
    name = told.get("propertyName") if isinstance(told, dict) else None
    value = seen.get(name) if isinstance(seen, dict) else None
    if not isinstance(value, str):
        return None
    mapping = told.get("mapping")
    target = mapping.get(value, value) if isinstance(mapping, dict) else value
    called = [str(option.get("$ref", "")) if isinstance(option, dict) else "" for option in node[keyword]]
    names = [unquote(reference).rpartition("/")[2] for reference in called]
    wanted = str(target).rpartition("/")[2]
    return names.index(wanted) if wanted in names else None


def _distance(errors: tuple[Error, ...], choice: Error) -> tuple[bool, int, int, int]:
    """How far a value is from an alternative: the wrong type altogether, a wrong constant, then how much is wrong."""
    depth = len(choice.place)
    root = any(len(one.place) == depth and one.path[-1] in {"type", "enum", "const"} for one in errors)
    constants = sum(len(one.place) == depth + 1 and one.path[-1] in {"enum", "const"} for one in errors)
    return root, constants, len(errors), -max((len(one.place) for one in errors), default=0)
