"""Values that travel as text, in a path, a query or a header, held against their schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
def _compiled(schema: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError):
        return None
