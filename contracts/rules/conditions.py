"""Conditions inside a body: where one value stands, another place has these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path, dotted
from contracts.model.text import kebab
from contracts.rules.instance import ABSENT, Steps, find, replaced, same, short, value_at
from contracts.rules.json_types import is_type
from contracts.rules.kind import Kind, Says, Watch, rule_id
from contracts.rules.samples import candidates, keeps, value_rules

_NOTHING: dict[str, Any] = {"not": {}}
_MOST_BODIES = 50
"""So many ways of breaking a condition are tried, before the first one is taken."""


@frozen
class ConditionSide:
    """One half of a condition: a path below its scope, and the values that make it true; without any, none is there."""

    path: Path
    values: tuple[Json, ...]

    def holds(self, value: Json) -> bool:
        """True where a value is one of them."""
        return any(same(value, known) for known in self.values)

    @property
    def text(self) -> str:
        """`displayName is "Finished"`."""
        if not self.values:
            return f"{dotted(self.path)} is absent"
        return f"{dotted(self.path)} is {' or '.join(short(value) for value in self.values)}"

    @property
    def label(self) -> str:
        """A short name: null of `stepId` is `no-step`, a value its own name in lower case."""
        if not self.values:
            return f"without-{kebab(self.path[-1])}"
        if self.values == (None,):
            return "no-" + kebab(re.sub(r"Id$", "", self.path[-1]))
        return "-or-".join(kebab(str(value)) for value in self.values)


def side(says: Says, which: str) -> ConditionSide:
    """One side of a condition's data: `when` or `then`."""
    data: Any = says[which]
    return ConditionSide(path=tuple(data["path"]), values=tuple(data["is"]))


def condition_id(target: str, at: Path, says: Says) -> str:
    """What a condition is called that no record names: `currentStep.no-step-is-finished`."""
    return rule_id(target, at, f"{side(says, 'when').label}-is-{side(says, 'then').label}")


def _sentence(at: Path, says: Says) -> str:
    where = f"In {dotted(at)}, " if at else ""
    sentence = f"{where}{side(says, 'then').text} wherever {side(says, 'when').text}."
    return sentence[0].upper() + sentence[1:] if at else sentence


def _value_schema(values: tuple[Json, ...]) -> dict[str, Any]:
    if not values:
        return _NOTHING
    if values == (None,):
        return {"type": "null"}
    if all(isinstance(value, str) for value in values):
        return {"type": "string"} | ({"const": values[0]} if len(values) == 1 else {"enum": list(values)})
    return {"enum": list(values)}


def _nested(path: Path, values: tuple[Json, ...], *, required: bool) -> dict[str, Any]:
    schema = _value_schema(values)
    for name in reversed(path):
        schema = {"type": "object", "properties": {name: schema}} | ({"required": [name]} if required else {})
    return schema


def _fragment(says: Says) -> dict[str, Any]:
    when, then = side(says, "when"), side(says, "then")
    return {
        "if": _nested(when.path, when.values, required=True),
        "then": _nested(then.path, then.values, required=False),
    }


def _unnested(schema: Any, *, required: bool) -> dict[str, Json] | None:
    """One side of a condition, None where the schema says anything more or else than `_nested` can write."""
    path: list[str] = []
    while isinstance(schema, dict) and isinstance(schema.get("properties"), dict) and len(schema["properties"]) == 1:
        name, inner = next(iter(schema["properties"].items()))
        if schema.get("type", "object") != "object" or schema.get("required", []) != ([name] if required else []):
            return None
        if not schema.keys() <= {"type", "properties", "required"}:
            return None
        path.append(name)
        schema = inner
    if schema == _NOTHING and path and not required:
        return {"path": list(path), "is": []}
    if not path or not isinstance(schema, dict) or not schema.keys() <= {"type", "const", "enum"}:
        return None
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    values = [None] if schema == {"type": "null"} else values
    types: Any = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    if not isinstance(values, list) or not isinstance(types, list) or {"enum", "const"} <= schema.keys():
        return None
    kept = [value for value in values if not types or is_type(value, types)]
    return {"path": list(path), "is": kept} if kept else None


def _parse(schema: dict[str, Any]) -> Says | None:
    when, then = _unnested(schema.get("if"), required=True), _unnested(schema.get("then"), required=False)
    return {"when": when, "then": then} if when and then and "else" not in schema else None


def breaches(rule: Rule, body: Json) -> Iterator[Steps]:
    """The scopes in a body where the trigger of a condition stands and its consequence doesn't, as JSON Schema has it.

    A missing property breaks nothing, a parent that is no object does.
    """
    when, then = side(rule.says, "when"), side(rule.says, "then")
    for steps, scope in find(body, rule.at):
        if any(when.holds(value) for _, value in find(scope, when.path)) and not _follows(scope, then):
            yield steps


def _follows(scope: Json, then: ConditionSide) -> bool:
    value: Any = scope
    for step in then.path:
        if not isinstance(value, dict):
            return False
        if step not in value:
            return True
        value = value[step]
    return then.holds(value)


def _holds(rule: Rule, body: Json) -> bool:
    """True where a condition holds throughout a body."""
    return next(breaches(rule, body), None) is None


def _bodies(rule: Rule, contract: Contract, body: Json) -> Iterator[Json]:
    """The body with the trigger set and the consequence not, in every way that keeps the rules about both places."""
    when, then = side(rule.says, "when"), side(rule.says, "then")
    scope = next((steps for steps, value in find(body, rule.at) if isinstance(value, dict)), None)
    if scope is None:
        return
    current = [value for _, value in find(body, (*rule.at, *then.path))]
    rules = value_rules(contract, rule.target, (*rule.at, *then.path))
    values = [value for value in (*current[:1], *candidates(rules)) if not then.holds(value)]
    for trigger in when.values:
        triggered = put_below(contract, rule, body, scope, when.path, trigger)
        for value in values:
            if all(keeps(other, value) for other in rules):
                yield put_below(contract, rule, triggered, scope, then.path, value)


def put_below(  # noqa: PLR0913, PLR0917  a place in a body takes many words
    contract: Contract, rule: Rule, body: Json, scope: Steps, path: Path, value: Json
) -> Json:
    """The body with a value below the scope of a condition; a parent that is null or missing is made."""
    for depth in range(1, len(path)):
        steps = (*scope, *path[:depth])
        if not isinstance(value_at(body, steps), dict):
            body = replaced(body, steps, contract.index.part(rule.target, (*rule.at, *path[:depth])))
    return replaced(body, (*scope, *path), value)


def _spoil(rule: Rule, contract: Contract, body: Json) -> Json:
    """The documented example broken: trigger set, consequence not; echoes of this request and other conditions kept."""
    others = [other for other in contract.about(rule.target, "condition") if other is not rule]
    good = contract.example[0] if contract.example and rule.target == contract.main else body
    for echo in contract.about(rule.target, "echo"):
        for steps, value in find(body, echo.at):
            good = replaced(good, steps, value)
    made = [*islice(_bodies(rule, contract, good), _MOST_BODIES)]
    known = [*made, *(_settled(others, contract, bad) for bad in made)]
    known += [freed for bad in made for freed in _freed(rule, others, contract, bad)]
    known = [bad for bad in known if not _holds(rule, bad)]
    return next((bad for bad in known if all(_holds(other, bad) for other in others)), known[0] if known else ABSENT)


def _settled(others: list[Rule], contract: Contract, body: Json) -> Json:
    """The body with what other conditions force in it."""
    for other in others:
        then = side(other.says, "then")
        for steps in list(breaches(other, body)):
            body = put_below(contract, other, body, steps, then.path, next(iter(then.values), ABSENT))
    return body


def _freed(rule: Rule, others: list[Rule], contract: Contract, body: Json) -> Iterator[Json]:
    """The body with the trigger of another condition that it breaks taken away, where it still breaks this one."""
    for other in others:
        if _holds(other, body):
            continue
        when = side(other.says, "when")
        scope = next((steps for steps, value in find(body, other.at) if isinstance(value, dict)), None)
        rules = value_rules(contract, rule.target, (*other.at, *when.path))
        free = (one for one in candidates(rules) if not when.holds(one) and all(keeps(known, one) for known in rules))
        for value in islice(free, 1 if scope is not None else 0):
            freed = put_below(contract, other, body, scope or (), when.path, value)
            if not _holds(rule, freed):
                yield freed


def _branch(rule: Rule, *, held: bool) -> str:
    label = side(rule.says, "when").label
    other = label.removeprefix("no-") if label.startswith("no-") else "not-" + label
    return f"{rule.id.rsplit('.', 1)[0]}.{label if held else other}"


def _watch(rule: Rule) -> Watch:
    when = side(rule.says, "when")
    names = (_branch(rule, held=False),), (_branch(rule, held=True),)
    return Watch(
        at=rule.at + when.path, by="value", names=lambda value: names[when.holds(value)], values=tuple(when.values)
    )


CONDITION = Kind(
    name="condition",
    keywords=("if",),
    sentence=_sentence,
    expected=lambda says: f"{side(says, 'then').text} where {side(says, 'when').text}",
    spoil_body=_spoil,
    fragment=_fragment,
    parse=_parse,
    branches=lambda rule: (_branch(rule, held=True), _branch(rule, held=False)),
    watch=_watch,
)
