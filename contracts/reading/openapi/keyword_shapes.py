"""The shapes that the keywords of a schema must have: what has another can't be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.model.document import ONE_SCHEMA, SCHEMA_LIST, SCHEMA_MAP
from contracts.rules.texts import usable

_TYPES = {"null", "string", "integer", "number", "boolean", "array", "object"}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: Any) -> bool:
    return (type(value) is int and value >= 0) or (type(value) is float and value.is_integer() and value >= 0)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_type(value: Any) -> bool:
    if isinstance(value, str):
        return value in _TYPES
    return _is_names(value) and bool(value) and set(value) <= _TYPES


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "type": (_is_type, "a JSON type or a list of them"),
    "enum": (_is_list, "a list of values"),
    "required": (_is_names, "a list of names"),
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
    "uniqueItems": (lambda value: isinstance(value, bool), "true or false"),
    "dependentRequired": (lambda value: _is_map(value) and all(map(_is_names, value.values())), "lists of names"),
    "$ref": (_is_text, "a text"),
    "pattern": (_is_text, "a text"),
    "format": (_is_text, "a text"),
    **dict.fromkeys(SCHEMA_LIST, (lambda value: isinstance(value, list) and bool(value), "a list of schemas")),
    **dict.fromkeys(SCHEMA_MAP, (_is_map, "a mapping of schemas")),
    **dict.fromkeys(ONE_SCHEMA, (lambda value: isinstance(value, dict | bool), "a schema")),
    **dict.fromkeys(("minimum", "maximum"), (_is_number, "a number")),
    **dict.fromkeys(
        ("exclusiveMinimum", "exclusiveMaximum"), (lambda value: isinstance(value, int | float), "a number")
    ),
    **dict.fromkeys(
        "minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains".split(),
        (_is_size, "a whole number"),
    ),
}
"""What each keyword that asserts something must hold."""


def wrong(node: Any) -> str:
    """What is wrong with a schema's keywords, "" where nothing is."""
    if not isinstance(node, dict):
        return "a schema has to be an object"
    for key, value in node.items():
        shape = _SHAPES.get(key)
        if shape is not None and not shape[0](value):
            return f"the keyword {key!r} has to be {shape[1]}"
    for pattern in (*([node["pattern"]] if "pattern" in node else ()), *node.get("patternProperties", ())):
        if not usable(pattern):
            return f"the pattern {pattern[:80]!r} isn't one of ECMA-262"
    return ""
