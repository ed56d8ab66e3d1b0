"""What a text may be, decided by jsonschema-rs wherever it is asked for.

Patterns are ECMA-262's, found anywhere; formats those that a contract asserts, any other is a note; and values that
travel as text are held against their schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs

from contracts.model.json import Json


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return None


def usable(pattern: str) -> bool:
    """True where the pattern is one of ECMA-262."""
    return _pattern(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """True where the pattern is found anywhere in the text; a pattern that can't be used is found in none."""
    compiled = _pattern(pattern)
    try:
        return compiled is not None and bool(compiled.is_valid(text))
    except ValueError:  # a text that has no form in UTF-8
        return False


EXAMPLES: dict[str, str] = {
    "date-time": "2024-03-08T10:00:00+00:00",
    "date": "2024-03-08",
    "time": "10:00:00Z",
    "duration": "P1D",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
}
"""Every format that is asserted, with a text of it."""

FORMATS = frozenset(EXAMPLES)

WIDTHS = {"int32": 2**31, "int64": 2**63}
"""Half the number of values of each documented integer width: its range is from minus this to this less one."""

IGNORED = {
    name: lambda _: True
    for name in """idn-email idn-hostname iri iri-reference json-pointer regex relative-json-pointer uri-reference
    uri-template""".split()
}
"""Formats that jsonschema-rs knows and that nothing is held to."""


@lru_cache(maxsize=len(FORMATS))
def _format(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)


def has_format(name: str, value: object) -> bool:
    """True where a value is of a format; what is no text is none of its business, nor is a format not asserted."""
    if not isinstance(value, str) or name not in FORMATS:
        return True
    try:
        return bool(_format(name).is_valid(value))
    except ValueError:  # a text that has no form in UTF-8
        return False


_SCALARS = {"string", "integer", "number", "boolean", "null"}


def fits(schema: dict[str, Json], text: str) -> bool:
    """True where a text may be a value of a schema, in whichever type it can be read.

    Lists and objects are written in many styles; any text may be one.
    """
    types = schema.get("type")
    listed = {types} if isinstance(types, str) else set(types) if isinstance(types, list) else set()
    if not listed <= _SCALARS:
        return True
    validator = _schema(json.dumps(schema, sort_keys=True, default=str))
    whole = "integer" in listed and "number" not in listed
    return validator is None or any(validator.is_valid(value) for value in _readings(text, whole=whole))


def _readings(text: str, *, whole: bool) -> Iterator[Json]:
    """What a text may stand for; where only `whole` numbers are meant, one with a point is none."""
    yield text
    if text in {"true", "false"}:
        yield text == "true"
    if _INTEGER.fullmatch(text):
        yield int(text)
    elif not whole and _NUMBER.fullmatch(text):
        yield float(text)


_INTEGER = re.compile("-?[0-9]{1,400}")
_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,3})?")


@lru_cache(maxsize=1024)
def _schema(schema: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError):
        return None
