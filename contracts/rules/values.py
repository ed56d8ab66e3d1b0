"""What a single value may be: listed values, formats, and bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.json import Json, dotted
from contracts.rules.edits import edited_at
from contracts.rules.instance import ABSENT, same, short
from contracts.rules.kind import Kind, Says, Watch, named
from contracts.rules.samples import breaking
from contracts.rules.texts import FORMATS, WIDTHS


def listed(says: Says) -> list[Json]:
    """The values that an enum rule lists."""
    values = says["values"]
    assert isinstance(values, list)
    return values


def _spoiling(*first: Callable[[Says], Json]) -> Callable[[Rule, Contract, Json], Json]:
    """Puts a value at the rule's place that breaks this rule alone, `first` ones before any other."""

    def spoil(rule: Rule, contract: Contract, body: Json) -> Json:
        value = breaking(rule, contract, *(make(rule.says) for make in first))
        return value if value is ABSENT else edited_at(rule, contract, body, lambda _: value, adding=True)

    return spoil


def _enum_watch(rule: Rule) -> Watch:
    names = [(known, f"{named(rule)}={label_of(known)}") for known in listed(rule.says) if known is not None]

    def taken(value: Json) -> Iterator[str]:
        return (name for known, name in names if same(value, known))

    return Watch(at=rule.at, by="listed", names=taken, values=tuple(known for known, _ in names))


def _enum_parse(schema: dict[str, Any]) -> Says | None:
    """The listed values; a null that the type allows is the type's to say."""
    if not {"enum", "const"} & schema.keys():
        return None
    values = list(schema["enum"]) if "enum" in schema else [schema["const"]]
    types = schema.get("type")
    nullable = isinstance(types, list) and "null" in types
    return {"values": [value for value in values if value is not None or not nullable]}


def label_of(value: Json) -> str:
    """How a listed value is called where it stands among words."""
    return value if isinstance(value, str) else short(value)


ENUM = Kind(
    name="enum",
    keywords=("enum", "const"),
    sentence=lambda at, says: f"{dotted(at)} is one of {', '.join(short(value) for value in listed(says))}.",
    expected=lambda says: "one of " + ", ".join(short(value) for value in listed(says)),
    spoil_body=_spoiling(lambda _: "undocumented"),
    fragment=lambda says: {"enum": listed(says)},
    parse=_enum_parse,
    branches=lambda rule: tuple(f"{named(rule)}={label_of(value)}" for value in listed(rule.says) if value is not None),
    watch=_enum_watch,
)


def _named_format(says: Says) -> str:
    return str(says["format"])


FORMAT = Kind(
    name="format",
    keywords=("format",),
    sentence=lambda at, says: f"{dotted(at)} is written as a {_named_format(says)}.",
    expected=_named_format,
    spoil_body=_spoiling(lambda says: f"not a {_named_format(says)}"),
    fragment=lambda says: {"format": _named_format(says)},
    parse=lambda schema: {"format": schema["format"]} if schema.get("format") in FORMATS else None,
)


_RANGE = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LOWER_FIRST = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


def _range_text(says: Says) -> str:
    text = " and ".join(f"{words} {says[name]}" for name, words in _LOWER_FIRST.items() if name in says)
    return f"an {says['format']}: {text}" if "format" in says else text


def _outside(says: dict[str, Any]) -> Json:
    if "maximum" in says:
        return int(says["maximum"]) + 1
    if "minimum" in says:
        return int(says["minimum"]) - 1
    edge: Json = says["exclusiveMaximum"] if "exclusiveMaximum" in says else says["exclusiveMinimum"]
    return edge


def _range_parse(schema: dict[str, Any]) -> Says | None:
    says = {name: schema[name] for name in _RANGE if name in schema}
    if schema.get("format") in WIDTHS:
        half = WIDTHS[schema["format"]]
        says = {"format": schema["format"], "minimum": -half, "maximum": half - 1} | says
    return says or None


RANGE = Kind(
    name="range",
    keywords=_RANGE,
    sentence=lambda at, says: f"{dotted(at)} is {_range_text(says)}.",
    expected=_range_text,
    spoil_body=_spoiling(_outside),
    fragment=dict,
    parse=_range_parse,
)


def _keep(*names: str) -> Any:
    return lambda schema: {name: schema[name] for name in names if name in schema} or None


def _count_text(says: Says, least: str, most: str, what: str) -> str:
    bounds = (("at least", least), ("at most", most))
    return f"{' and '.join(f'{words} {says[name]}' for words, name in bounds if name in says)} {what}"


def _length_text(says: Says) -> str:
    return _count_text(says, "minLength", "maxLength", "characters long")


def _items_text(says: Says) -> str:
    return _count_text(says, "minItems", "maxItems", "elements long")


def _spoil_items(rule: Rule, contract: Contract, body: Json) -> Json:
    says: dict[str, Any] = rule.says
    size: int = says["maxItems"] + 1 if "maxItems" in says else says["minItems"] - 1

    def resize(value: Json) -> Json:
        items = list(value) if isinstance(value, list) and value else [None]
        return (items * size)[:size]

    return edited_at(rule, contract, body, resize, adding=True) if size >= 0 else ABSENT


LENGTH = Kind(
    name="length",
    keywords=("minLength", "maxLength"),
    sentence=lambda at, says: f"{dotted(at)} is {_length_text(says)}.",
    expected=_length_text,
    spoil_body=_spoiling(),
    fragment=dict,
    parse=_keep("minLength", "maxLength"),
)

PATTERN = Kind(
    name="pattern",
    keywords=("pattern",),
    sentence=lambda at, says: f"{dotted(at)} matches {says['pattern']}.",
    expected=lambda says: f"text matching {says['pattern']}",
    spoil_body=_spoiling(),
    fragment=dict,
    parse=_keep("pattern"),
)

COUNT = Kind(
    name="count",
    keywords=("minItems", "maxItems"),
    sentence=lambda at, says: f"{dotted(at)} is {_items_text(says)}.",
    expected=_items_text,
    spoil_body=_spoil_items,
    fragment=dict,
    parse=_keep("minItems", "maxItems"),
)
