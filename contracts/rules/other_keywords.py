"""What is known of any keyword: its sentence, and a few ways in which a value might break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.json import Json, Path, dotted
from contracts.rules.edits import edited_at
from contracts.rules.instance import ABSENT, short
from contracts.rules.kind import Kind, Says

_SENTENCES = {
    "multipleOf": "{at} is a multiple of {says}.",
    "uniqueItems": "No two elements of {at} are equal.",
    "minProperties": "{at} has at least {says} names.",
    "maxProperties": "{at} has at most {says} names.",
    "anyOf": "{at} has at least one of {forms}.",
    "oneOf": "{at} has exactly one of {forms}.",
    "not": "{at} is nothing that {says} describes.",
    "contains": "{at} has an element as {says} describes it.",
    "propertyNames": "The names in {at} are as {says} describes them.",
    "dependentRequired": "In {at} some names come only with others: {says}.",
    "dependentSchemas": "{at} keeps {says} where these names are there.",
    "additionalProperties": "{at} has no other names than those described.",
    "unevaluatedProperties": "{at} has no other names than those described.",
    "items": "{at} has no more elements than those described.",
    "unevaluatedItems": "{at} has no other elements than those described.",
    "if": "{at} keeps what a condition asks of it.",
}


def forms(says: Says, keyword: str) -> tuple[str, ...]:
    """What the alternatives of a choice are called: by their schema's name, their title, their type, or position."""
    options: Any = says.get(keyword)
    names: list[str] = []
    for position, option in enumerate(options if isinstance(options, list) else ()):
        node = option if isinstance(option, dict) else {}
        name = str(node.get("$ref", "")).rpartition("/")[2] or node.get("title") or node.get("type")
        name = name if isinstance(name, str) else str(position)
        names.append(name if name not in names else f"{name}-{position}")
    return tuple(names)


def _sentence(keyword: str) -> Callable[[Path, Says], str]:
    def sentence(at: Path, says: Says) -> str:
        text = _SENTENCES.get(keyword, "{at} keeps `" + keyword + "`: {says}.")
        listed = ", ".join(forms(says, keyword)[:10])
        made = text.format(
            at=dotted(at) if at else "the body", says=short(says.get(keyword)), forms=f"the forms {listed}"
        )
        return made[0].upper() + made[1:] if not at else made

    return sentence


def _expected(keyword: str) -> Callable[[Says], str]:
    def expected(says: Says) -> str:
        names = forms(says, keyword)
        if keyword in {"anyOf", "oneOf"} and names:
            return f"{'one' if keyword == 'oneOf' else 'any'} of {', '.join(names[:10])}"
        return f"{keyword} {short(says.get(keyword))}"

    return expected


def _near(keyword: str, value: Json, says: Json) -> Iterator[Json]:
    """Values that may break a keyword, the likeliest first."""
    if keyword == "multipleOf" and isinstance(value, int | float) and isinstance(says, int | float):
        yield from (value + says / 2, value + 1, value + 0.5)
    if keyword == "uniqueItems" and isinstance(value, list) and value:
        yield [*value, value[0]]
    if isinstance(value, dict):
        if keyword == "minProperties":
            yield {}
        if keyword == "maxProperties" and isinstance(says, int):
            yield value | {f"more{number}": next(iter(value.values()), None) for number in range(says + 1)}
        if keyword in {"additionalProperties", "unevaluatedProperties"}:
            yield value | {"undocumented": 0}
        yield from (value | {"~ no name ~": 0}, value | {"undocumented": 0})
        for name in value:
            yield {other: inner for other, inner in value.items() if other != name}
    if isinstance(value, list):
        yield from ([*value, {"undocumented": 0}], [], [*value, *value])
    yield from ({"undocumented": 0}, ["undocumented"], "undocumented", -1, 0.5, True, None, [], {})


def spoils(rule: Rule, contract: Contract, body: Json) -> Iterator[Json]:
    """The body with the rule's place changed in several ways, any of which may break the rule alone."""
    shown: list[Json] = []

    def remember(value: Json) -> Json:
        shown.append(value)
        return value

    if edited_at(rule, contract, body, remember, adding=True) is ABSENT:
        return
    for value in _near(rule.kind, shown[0], rule.says.get(rule.kind)):
        yield edited_at(rule, contract, body, lambda _, value=value: value, adding=True)  # type: ignore[misc]


@lru_cache(maxsize=256)
def plain(keyword: str) -> Kind:
    """The row of a keyword of which nothing more is known."""

    def spoil(rule: Rule, contract: Contract, body: Json) -> Json:
        return next(spoils(rule, contract, body), ABSENT)

    def parse(schema: dict[str, Any]) -> Says | None:
        return {keyword: schema[keyword]} if keyword in schema else None

    return Kind(name=keyword, sentence=_sentence(keyword), expected=_expected(keyword), spoil_body=spoil, parse=parse)
