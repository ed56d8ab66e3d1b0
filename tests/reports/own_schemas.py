"""The schemas in `schemas/own/`, made of the types that JSON is written from; run as a module it writes them anew."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

from contracts.model.history import History
from contracts.reports import records

SHAPES = {**records.SHAPES, "history": (History,)}
OWN = Path(__file__).parents[2] / "schemas" / "own"

_PLAIN = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def schema(command: str) -> dict[str, Any]:
    """The schema of what one command prints: of any of its shapes, each described by its docstring."""
    found: dict[str, Any] = {}
    shapes = [_of(shape, found) for shape in SHAPES[command]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Output of `contracts {command} --format json`",
        "description": SHAPES[command][0].__doc__,
        **(shapes[0] if len(shapes) == 1 else {"oneOf": shapes}),
        "$defs": found,
    }


def _of(hint: Any, found: dict[str, Any]) -> dict[str, Any]:
    """A type as a schema; each class is in `found` once, by its name."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is tuple:
        return {"type": "array", "items": _of(parts[0], found)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(parts[1], found)}
    if origin in {types.UnionType, typing.Union}:
        return {"anyOf": [_of(part, found) for part in parts]}
    if not is_dataclass(hint):
        return {"type": _PLAIN[hint]}
    name = typing.cast("type", hint).__name__
    if name not in found:
        found[name] = {}  # a type may hold itself
        found[name] = _object(hint, found)
    return {"$ref": f"#/$defs/{name}"}


def _object(kind: Any, found: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    properties = {
        field.name: {} if field.type == "Json" else _of(hints[field.name], found)  # any JSON there is
        for field in fields(kind)
    }
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def text(command: str) -> str:
    """The file of one command's schema."""
    return json.dumps(schema(command), indent=2) + "\n"


if __name__ == "__main__":
    for each in SHAPES:
        (OWN / f"{each}.schema.json").write_text(text(each), encoding="utf-8")
