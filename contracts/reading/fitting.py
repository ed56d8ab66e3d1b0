"""Whether the documented example keeps the rules that were derived from its own page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sized
from typing import TypeAlias

from contracts.model.contract import Rule
from contracts.model.json import Json, dotted
from contracts.rules.formats import FORMATS
from contracts.rules.places import find, same
from contracts.rules.relations import side
from contracts.rules.shape import is_type, json_type, types_of
from contracts.rules.values import listed

Judge: TypeAlias = Callable[[dict[str, Json], Json], bool]


def misfits(rules: tuple[Rule, ...], example: Json) -> Iterator[tuple[Rule, str]]:
    """The rules of the success body that the example breaks, each with what the example has there."""
    for rule in rules:
        if rule.target == "success" and rule.level == "violation":
            problem = _misfit(rule, example)
            if problem:
                yield rule, problem


def _misfit(rule: Rule, example: Json) -> str:
    if rule.kind == "required":
        parents = [value for _, value in find(example, rule.at[:-1]) if json_type(value) == "object"]
        return "" if len(list(find(example, rule.at))) == len(parents) else "it is missing there"
    if rule.kind == "condition":
        when, then = side(rule.says, "when"), side(rule.says, "then")
        for _, scope in find(example, rule.at):
            triggered = any(when.holds(value) for _, value in find(scope, when.path))
            if triggered and not all(then.holds(value) for _, value in find(scope, then.path)):
                return f"{dotted(then.path)} is another there"
        return ""
    wrong = [value for _, value in find(example, rule.at) if not _keeps(rule.kind, rule.says, value)]
    return f"it is {json_type(wrong[0])} there" if wrong and rule.kind == "type" else "it breaks that" if wrong else ""


def _keeps(kind: str, says: dict[str, Json], value: Json) -> bool:
    """Whether one value keeps a rule of that kind; values of another type are the type rule's business."""
    judge = _JUDGES.get(kind)
    return judge is None or judge(says, value)


def _in_range(says: dict[str, Json], value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    inside = value not in (says.get("exclusiveMinimum"), says.get("exclusiveMaximum"))
    return inside and all(_within(value, says.get(low), says.get(high)) for low, high in _RANGES)


def _sized(kind: type[Sized], low: str, high: str) -> Judge:
    return lambda says, value: not isinstance(value, kind) or _within(len(value), says.get(low), says.get(high))


_RANGES = (("minimum", "maximum"), ("exclusiveMinimum", "exclusiveMaximum"))


def _within(value: float, low: Json, high: Json) -> bool:
    low_enough = not isinstance(high, int | float) or value <= high
    return low_enough and (not isinstance(low, int | float) or value >= low)


def _matches(pattern: str, value: str) -> bool:
    """Whether a text matches; a pattern that this language doesn't know is not the example's fault."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


_JUDGES: dict[str, Judge] = {
    "type": lambda says, value: is_type(value, types_of(says)),
    "enum": lambda says, value: any(same(value, known) for known in listed(says)),
    "format": lambda says, value: FORMATS[str(says["format"])](value),
    "pattern": lambda says, value: not isinstance(value, str) or _matches(str(says["pattern"]), value),
    "length": _sized(str, "minLength", "maxLength"),
    "count": _sized(list, "minItems", "maxItems"),
    "range": _in_range,
}
