"""The string formats that a contract asserts, decided by jsonschema-rs in both validators; any other is a note."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs

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
def _compiled(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)


def has_format(name: str, value: object) -> bool:
    """Whether a value is of a format; what is no text is none of a format's business, nor is a format not asserted."""
    if not isinstance(value, str) or name not in FORMATS:
        return True
    try:
        return bool(_compiled(name).is_valid(value))
    except ValueError:  # a text that has no form in UTF-8
        return False
