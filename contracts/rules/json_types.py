"""Presence and type: what stands where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.json import Json, Path, dotted, pointer
from contracts.rules.edits import edited_at
from contracts.rules.exchange import Exchange
from contracts.rules.instance import ABSENT, find, replaced, short
from contracts.rules.kind import Break, Kind, Says, Watch, named
from contracts.rules.texts import matches

SAMPLES: dict[str, Json] = {"null": None, "string": "", "integer": 0, "boolean": False, "array": [], "object": {}}
"""The smallest value of each JSON type."""


def json_type(value: Json) -> str:
    """The JSON Schema type of a value; a float without fraction is an integer, as JSON Schema has it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "array" if isinstance(value, list) else "object"


def is_type(value: Json, types: list[str]) -> bool:
    """True where a value is of one of the types; every integer is a number as well."""
    kind = json_type(value)
    return kind in types or (kind == "integer" and "number" in types)


def types_of(says: Says) -> list[str]:
    """The JSON types that a type rule allows."""
    types = says["types"]
    assert isinstance(types, list)
    return [str(name) for name in types]


def only_shown(rule: Rule) -> bool:
    """True where a type is known from examples alone, and without null: they can't show that null never comes.

    Null is then weaker than a violation, and any other type isn't.
    """
    shown = bool(rule.sources) and all(source.kind == "example" for source in rule.sources)
    return rule.kind == "type" and shown and "null" not in types_of(rule.says)


def asserted(rule: Rule) -> Says:
    """What a rule says as a violation: a type that only examples show says nothing against null."""
    return {"types": [*types_of(rule.says), "null"]} if only_shown(rule) else rule.says


def phrase(says: Says) -> str:
    """`string or null`."""
    return " or ".join(types_of(says))


def _article(text: str) -> str:
    return text if text.startswith("null") else ("an " if text[0] in "aeio" else "a ") + text


def _type_sentence(at: Path, says: Says) -> str:
    what = "The body" if not at else dotted(at)
    return f"{what} is {_article(phrase(says))}."


def wrong_values(rule: Rule) -> list[Json]:
    """The smallest value of each type that a type rule doesn't allow, the likeliest to break it alone first."""
    types = types_of(rule.says)
    allowed = [*types, "null"] if only_shown(rule) else types
    wrong = [value for value in SAMPLES.values() if not is_type(value, allowed)]
    return wrong if wrong or is_type(None, types) else [None]


def _wrong(rule: Rule, contract: Contract, body: Json) -> Json:
    samples = wrong_values(rule)
    return edited_at(rule, contract, body, lambda _: samples[0], adding=True) if samples else ABSENT


def _labels(says: Says) -> dict[str, str]:
    """Branch label by JSON type, for those types that leave an answer a choice."""
    types = types_of(says)
    solid = [name for name in types if name != "null"]
    labels = {"null": "null"} if "null" in types else {}
    if solid == ["boolean"]:
        return labels | {"true": "true", "false": "false"}
    if len(solid) > 1:
        return labels | {name: name for name in solid}
    return labels | {solid[0]: "value"} if labels and solid else {}


def _type_branches(rule: Rule) -> tuple[str, ...]:
    return tuple(f"{named(rule)}={label}" for label in dict.fromkeys(_labels(rule.says).values()))


def _type_watch(rule: Rule) -> Watch:
    names = {kind: f"{named(rule)}={label}" for kind, label in _labels(rule.says).items()}
    names.setdefault("integer", names.get("number", ""))

    def taken(value: Json) -> Iterator[str]:
        kind = str(value).lower() if isinstance(value, bool) and "true" in names else json_type(value)
        if names.get(kind):
            yield names[kind]

    if "true" in names:
        return Watch(at=rule.at, by="listed", names=taken, values=(True, False))
    return Watch(at=rule.at, by="type", names=taken)


def _type_parse(schema: dict[str, Any]) -> Says | None:
    types = schema.get("type")
    if types is None:
        return None
    return {"types": [types] if isinstance(types, str) else list(types)}


def _type_fragment(says: Says) -> dict[str, Any]:
    types = types_of(says)
    return {"type": types[0] if len(types) == 1 else types}


TYPE = Kind(
    name="type",
    keywords=("type",),
    sentence=_type_sentence,
    expected=phrase,
    spoil_body=_wrong,
    fragment=_type_fragment,
    parse=_type_parse,
    branches=_type_branches,
    watch=_type_watch,
)

REQUIRED = Kind(
    name="required",
    keywords=("required",),
    sentence=lambda at, _: f"{dotted(at)} is present.",
    expected=lambda _: "present",
    spoil_body=lambda rule, contract, body: edited_at(rule, contract, body, lambda _: ABSENT),
)
"""Presence stands on the parent's `required` list, where the writer places it."""


def _extended(rule: Rule, contract: Contract, body: Json) -> Json:
    """A field that nobody documented, where a documented one is: the nearest place that says which there are."""
    for at, _, _ in (*contract.index.closed(rule.target), ((), (), ())):
        for steps, value in find(body, at, partial(contract.index.names, rule.target)):
            if isinstance(value, dict):
                return replaced(body, steps, {**value, "undocumented": 0})
    nothing: Json = ABSENT
    return nothing


def _judge_closed(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    """Names that nobody documented, where the schema doesn't forbid them itself."""
    if exchange.target != rule.target or not exchange.has_body:
        return
    rule = replace(rule, level="drift") if rule.level == "violation" else rule  # the schema itself forbids none of them
    for at, known, patterns in exchange.contract.index.closed(rule.target):
        for steps, value in exchange.find(at):
            if isinstance(value, dict) and not value.keys() <= known:
                for name in value:
                    if name not in known and not any(matches(pattern, name) for pattern in patterns):
                        place = pointer((*steps, name))
                        yield Break(
                            rule=rule, pointer=place, expected="a documented field", seen=short(value[name]),
                            value=value[name],
                        )  # fmt: skip


CLOSED = Kind(
    name="closed",
    level="drift",
    keywords=("additionalProperties",),
    judge=_judge_closed,
    sentence=lambda _, __: "Every field is a documented one.",
    expected=lambda _: "a documented field",
    spoil_body=_extended,
)
"""Stands on every object with documented fields; the writer places it."""
