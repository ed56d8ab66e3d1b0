"""Whether a single value keeps a rule, for making values; the verdict over an answer is the validators'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.json import Json, Path
from contracts.rules.formats import EXAMPLES, has_format
from contracts.rules.kind import Says
from contracts.rules.patterns import TEXTS, made_texts, matches, text_for
from contracts.rules.places import ABSENT, same
from contracts.rules.shape import SAMPLES, is_type, json_type

_LONGEST = 2_000_000
"""Texts longer than this aren't made up."""


def _in_range(says: Says, value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    bounds: dict[str, Any] = says
    return (
        ("minimum" not in says or value >= bounds["minimum"])
        and ("maximum" not in says or value <= bounds["maximum"])
        and ("exclusiveMinimum" not in says or value > bounds["exclusiveMinimum"])
        and ("exclusiveMaximum" not in says or value < bounds["exclusiveMaximum"])
    )


def _sized(kind: type[str | list[Json]], least: str, most: str) -> Callable[[Says, Json], bool]:
    def keeps(says: Says, value: Json) -> bool:
        bounds: dict[str, Any] = says
        return not isinstance(value, kind) or bounds.get(least, 0) <= len(value) <= bounds.get(most, len(value))

    return keeps


_KEEPS: dict[str, Callable[[dict[str, Any], Json], bool]] = {
    "type": lambda says, value: is_type(value, says["types"]),
    "enum": lambda says, value: value is None or any(same(value, known) for known in says["values"]),
    "format": lambda says, value: has_format(says["format"], value),
    "range": _in_range,
    "length": _sized(str, "minLength", "maxLength"),
    "pattern": lambda says, value: not isinstance(value, str) or matches(says["pattern"], value),
    "count": _sized(list, "minItems", "maxItems"),
}

VALUE_KINDS = frozenset(_KEEPS)
"""The kinds of rules about a single value."""


def keeps(rule: Rule, value: Json) -> bool:
    """Whether a value keeps a rule about a single value; one of another type is the type rule's business."""
    return _KEEPS[rule.kind](rule.says, value)


def value_rules(contract: Contract, target: str, at: Path) -> tuple[Rule, ...]:
    """The rules about the single value at a place."""
    return tuple(rule for rule in contract.placed(target, at) if rule.kind in _KEEPS)


def candidates(rules: Iterable[Rule]) -> Iterator[Json]:
    """Values to choose from at a place with these rules: what they list, the ends of their bounds, and just beyond."""
    says: dict[str, Any] = {}
    for rule in rules:
        says |= rule.says
    yield from _candidates(says)


def _candidates(says: dict[str, Any]) -> Iterator[Json]:
    yield from says.get("values", ())
    if says.get("format") in EXAMPLES:
        yield EXAMPLES[says["format"]]
    bounds = [says[name] for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if name in says]
    yield from (1, 0, *(int(bound) + step for bound in bounds for step in (0, 1, -1)), *bounds)
    if len(bounds) > 1:
        yield sum(bounds) / len(bounds)
    yield from TEXTS
    for size in [says[name] for name in ("minLength", "maxLength") if name in says]:
        for step in (0, -1, 1):
            yield from _texts(size + step, says.get("format"), text_for(says.get("pattern", "")))
    yield from (value + 1 for value in says.get("values", ()) if json_type(value) == "integer")
    yield from (*SAMPLES.values(), True)


def _texts(size: int, form: str | None, text: str) -> Iterator[str]:
    """Texts of a size: of a format or like a text where there is one, and of one letter."""
    if not 0 <= size <= _LONGEST:
        return
    head, tail = {"email": ("", "@example.com"), "uri": ("https://example.com/", "")}.get(form or "", ("", ""))
    yield (text + text[-1:] * (size - len(text)))[:size]
    for letter in "xA1a-":
        if size > len(head + tail):
            yield head + letter * (size - len(head + tail)) + tail
        yield letter * size


def keeping(rules: Iterable[Rule]) -> Json:
    """A small value that keeps all the rules, or `ABSENT` where none is known."""
    known = tuple(rules)
    return next((value for value in candidates(known) if all(keeps(rule, value) for rule in known)), ABSENT)


def breaking(rule: Rule, contract: Contract, *first: Json) -> Json:
    """A value that breaks this rule, and no other about its place where one is known; `ABSENT` where none breaks it.

    `first` are the values to try before any other.
    """
    rules = value_rules(contract, rule.target, rule.at)
    others = tuple(other for other in rules if other is not rule)
    some: Json = ABSENT
    for value in (value for value in chain(first, candidates(rules)) if not keeps(rule, value)):
        if all(keeps(other, value) for other in others):
            return value
        some = value if some is ABSENT else some
    return some


_OF_A_SCALAR = frozenset(
    """type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum
    multipleOf""".split()
)


def scalar(node: dict[str, Any], kind: str) -> Json:
    """A small value that keeps what a schema says of a value that holds no others; null where none is known."""
    listed = [node["const"]] if "const" in node else node.get("enum")
    if isinstance(listed, list):
        return next((value for value in listed if value is not None), None)
    if kind == "boolean":
        return True
    said = {keyword: value for keyword, value in node.items() if keyword in _OF_A_SCALAR}
    return _small(json.dumps({"type": kind} | said, sort_keys=True) if said.keys() - {"type"} else "", kind)


@lru_cache(maxsize=4096)
def _small(schema: str, kind: str) -> Json:
    """The first value of a few that keeps a schema, which is given as text; an empty one says no more than the type."""
    import jsonschema_rs

    said: dict[str, Any] = json.loads(schema) if schema else {"type": kind}
    validator = jsonschema_rs.Draft202012Validator(said, validate_formats=True)
    multiple = said.get("multipleOf")
    first: list[Json] = [multiple * step for step in (1, 10, 100, 1000)] if multiple else []
    if kind == "string" and "pattern" in said:
        first = [*made_texts(said["pattern"], said.get("minLength", 0))]
    return next((value for value in chain(first, _candidates(said)) if validator.is_valid(value)), None)
