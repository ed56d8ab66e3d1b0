"""Whether the documented example keeps the rules that were derived from its own page."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.contract import SUCCESS, Rule
from contracts.model.json import Json, dotted
from contracts.rules.keeping import VALUE_KINDS, keeps
from contracts.rules.places import find
from contracts.rules.relations import side
from contracts.rules.shape import json_type


def misfits(rules: tuple[Rule, ...], example: Json, body: str = SUCCESS) -> Iterator[tuple[Rule, str]]:
    """The rules of a body that an example of it breaks, each with what the example has there."""
    for rule in rules:
        if rule.target == body and rule.level == "violation":
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
    if rule.kind not in VALUE_KINDS:
        return ""
    wrong = [value for _, value in find(example, rule.at) if not keeps(rule, value)]
    return f"it is {json_type(wrong[0])} there" if wrong and rule.kind == "type" else "it breaks that" if wrong else ""
