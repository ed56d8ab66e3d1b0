"""Bodies made from a JSON Schema by somebody else's generator, to hold our own reading of it against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import schemathesis

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from contracts.model.json import Json


def bodies(schema: Mapping[str, Any], *, legal: bool) -> SearchStrategy[Json]:
    """Strategy of JSON values that keep a JSON Schema, formats included, or of values that break it.

    Schemathesis generates request bodies, so the schema is held up to it as the body of a mirror operation.
    """
    schema = _sendable(schema)
    media = {"application/json": {"schema": schema}}
    mirror = {"post": {"requestBody": {"required": True, "content": media}, "responses": {"204": {"description": ""}}}}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "mirror", "version": "1"},
        "paths": {"/mirror": mirror},
    }
    document["$defs"] = schema.get("$defs", {})  # where the references of the schema lead
    mode = schemathesis.GenerationMode.POSITIVE if legal else schemathesis.GenerationMode.NEGATIVE
    loaded = schemathesis.openapi.from_dict(document, config=schemathesis.Config())
    loaded.config.analysis.constants.enabled = False  # else bodies depend on what is installed
    loaded.config.generation.codec = None  # the same characters as UTF-8, without a table that takes seconds
    cases: SearchStrategy[Any] = loaded["/mirror"]["POST"].as_strategy(generation_mode=mode)
    # Among the illegal ones are raw bytes that aren't JSON: no schema has a say in those.
    return cases.map(lambda case: case.body).filter(lambda body: not isinstance(body, bytes))


def _sendable(schema: Any) -> Any:
    """A copy of a schema without `readOnly`, since a request would leave out what bears it."""
    if isinstance(schema, Mapping):
        return {name: _sendable(value) for name, value in schema.items() if (name, value) != ("readOnly", True)}
    return [_sendable(one) for one in schema] if isinstance(schema, list) else schema
