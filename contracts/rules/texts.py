"""Values that travel as text, in a path, a query or a header, held against their schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import jsonschema_rs

from contracts.model.json import Json

_SCALARS = {"string", "integer", "number", "boolean", "null"}


def fits(schema: dict[str, Json], text: str) -> bool:
    """Whether a text may be a value of a schema, in whichever type it can be read.

    Lists and objects are written in many styles; any text may be one.
    """
    types = schema.get("type")
    listed = {types} if isinstance(types, str) else set(types) if isinstance(types, list) else set()
    if not listed <= _SCALARS:
        return True
    validator = _compiled(json.dumps(schema, sort_keys=True, default=str))
    return validator is None or any(validator.is_valid(value) for value in _readings(text))


def _readings(text: str) -> Iterator[Json]:
    yield text
    if text in {"true", "false"}:
        yield text == "true"
    if len(text) < _LONGEST:
        with suppress(ValueError):
            yield int(text) if text.lstrip("-").isdecimal() and text.isascii() else float(text)


_LONGEST = 400


@lru_cache(maxsize=1024)
def _compiled(schema: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError):
        return None
