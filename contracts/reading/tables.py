"""The shape of hand-written data: which tables and keys there are, and the line where each entry stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from contracts.errors import Unusable
from contracts.model.contract import LEVELS, SourceKind

# The keys of each table: a type, or a list of one type written `[type]`.
TOP: dict[str, Any] = {"server": str, "method": str, "path": str, "key_variable": str}
TABLES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "limits": ({"requests": int, "seconds": int}, ("requests", "seconds")),
    "answers": (
        {"status": int, "description": str, "media": [str], "body": str, "may_be_empty": bool, "source": str},
        ("status", "description", "body"),
    ),
    "headers": (
        {"name": str, "statuses": [int], "pattern": str, "source": str, "level": str},
        ("name", "statuses", "pattern"),
    ),
    "problem": ({"name": str, "type": str, "required": bool, "source": str}, ("name", "type")),
    "rules": (
        {
            "id": str,
            "kind": str,
            "field": str,
            "summary": str,
            "level": str,
            "source": str,
            "expression": str,
            "when": dict,
            "then": dict,
            "sentences": [str],
        },
        ("id", "kind", "field", "summary"),
    ),
    "waivers": ({"field": str, "reason": str, "digests": [str]}, ("field", "reason", "digests")),
}
OPERATION_TABLES = ("rules", "waivers")
_CHOICES = {
    "source": get_args(SourceKind),
    "level": LEVELS,
    "body": ("success", "problem"),
    "kind": ("echo", "condition"),
}


def bad(where: str, problem: str) -> Unusable:
    """The error for a place in a data file."""
    return Unusable(f"{where}: {problem}")


def _fits(value: object, kind: object) -> bool:
    if isinstance(kind, list):
        return isinstance(value, list) and all(type(item) is kind[0] for item in value)
    return type(value) is kind


def checked(table: Mapping[str, Any], keys: Mapping[str, Any], needed: tuple[str, ...], where: str) -> dict[str, Any]:
    """The table without its sub-tables, once every key is known, of its type, and none is missing.

    Raises Unusable.
    """
    known = {**keys, **dict.fromkeys(TABLES)} if keys is TOP else keys
    for key, value in table.items():
        if key not in known:
            raise bad(where, f"unknown key `{key}`; known are {', '.join(known)}")
        if known[key] is not None and not _fits(value, known[key]):
            kind = known[key]
            wanted = f"a list of {kind[0].__name__}" if isinstance(kind, list) else kind.__name__
            raise bad(where, f"`{key}` must be {wanted}")
        if key in _CHOICES and known[key] is str and value not in _CHOICES[key]:
            raise bad(where, f"`{key}` must be one of {', '.join(_CHOICES[key])}")
    for key in needed:
        if key not in table:
            raise bad(where, f"`{key}` is missing")
    return {key: value for key, value in table.items() if known[key] is not None}


def entries(text: str, name: str, key: str, found: object) -> tuple[dict[str, Any], ...]:
    """The entries of one table array, each checked, with its place under the keys "" (name) and "line".

    Raises Unusable.
    """
    heads = [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if re.match(rf"\s*\[\[\s*{key}\s*\]\]\s*(?:#|$)", line)
    ]
    if not isinstance(found, list) or len(heads) != len(found):
        raise bad(name, f"write each entry of `{key}` under a [[{key}]] header of its own")
    keys, needed = TABLES[key]
    return tuple(
        {**checked(entry, keys, needed, f"{name}:{line}"), "": name, "line": line}
        for line, entry in zip(heads, found, strict=True)
    )


def where_of(entry: Mapping[str, Any]) -> str:
    """File and line of an entry."""
    return f"{entry['']}:{entry['line']}"
