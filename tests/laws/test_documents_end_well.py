"""The law of documents: whatever is in one, it is read or refused in one line, and never ends in anything else."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

import contracts
from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request, Response
from contracts.reading.openapi import contracts_of, read
from contracts.rules.legal_bodies import NoAnswer
from tests.rules.synthetic import DOCUMENT

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**70, "", "x", "object", "\ud800", "(", "#", "#/", "#/paths", "http://[", "../x",
    "#/components/schemas/T", "a" * 300, [], [None], ["string", 5], [[]], {}, {"": None}, {"$ref": "#/nowhere"},
    {"$ref": "#"}, {"$ref": 5}, {"type": "integer"}, {"$ref": "#/components/schemas/T"}, {"nullable": True},
    {"allOf": [True, False]}, {"$id": "http://["}, {"$anchor": 5}, {"example": None},
    {"content": {"application/json": {"schema": False}}},
)  # fmt: skip

RICH: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "servers": [{"url": "https://{h}.example/v1", "variables": {"h": {"default": "a"}}}],
    "security": [{"key": []}, {}],
    "paths": {"/t/{id}": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "get": {
            "summary": "One", "operationId": "one", "security": [{"key": [], "o": ["s"]}],
            "parameters": [
                {"$ref": "#/components/parameters/Q"},
                {"name": "f", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
            ],
            "responses": {
                "200": {
                    "description": "It.", "headers": {"X-N": {"schema": {"type": "integer"}, "required": True}},
                    "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/T"}, "example": {"a": "x", "t": {"a": "y"}},
                    }},
                },
                "4XX": {"$ref": "#/components/responses/Bad"},
                "default": {"description": "Else.", "content": {"text/plain": {"schema": {"type": "string"}}}},
            },
        },
        "post": {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}, "responses": {
            "204": {"description": "None.", "content": {"application/json": {"schema": {"type": "object"}}}},
        }},
    }},
    "components": {
        "schemas": {
            "T": {
                "type": "object", "required": ["a"], "properties": {
                    "a": {"type": "string", "nullable": True, "enum": ["x", "y"]},
                    "t": {"$ref": "#/components/schemas/T", "nullable": True},
                    "n": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "format": "int32", "example": 1},
                    "u": {"oneOf": [{"$ref": "#/components/schemas/T"}, {"type": "string", "pattern": "^a"}],
                          "discriminator": {"propertyName": "a", "mapping": {"x": "#/components/schemas/T"}}},
                    "w": {"type": "string", "writeOnly": True},
                    "l": {"type": "array", "items": {"allOf": [{"type": "integer"}, {"maximum": 5}]}, "minItems": 1},
                },
                "additionalProperties": {"type": "string"},
            },
        },
        "parameters": {
            "Q": {"name": "q", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
        },
        "responses": {
            "Bad": {"description": "Bad.", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "k"}, "o": {"type": "oauth2", "flows": {}},
        },
    },
}  # fmt: skip
DOCUMENTS = (RICH, RICH, json.loads(DOCUMENT.read_text()))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container with each of its steps."""
    for step, inner in [*(value.items() if isinstance(value, dict) else enumerate(value))]:
        yield value, step
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _mutated(document: Any, pick: random.Random) -> Any:
    document = deepcopy(document)
    for _ in range(pick.randint(1, 3)):
        holder, step = pick.choice([*_places(document)])
        way = pick.random()
        if way < 0.2:
            del holder[step]
        elif way < 0.3 and isinstance(holder, dict):
            holder[str(pick.choice(["$ref", "x", "", "type", "allOf", "nullable", "404"]))] = holder.pop(step)
        elif way < 0.4:
            holder[step] = deepcopy(pick.choice([*_places(document)])[0])
        else:
            holder[step] = deepcopy(pick.choice(ODD))
    return document


@pytest.mark.parametrize("part", range(4))
def test_a_broken_document_ends_in_a_contract_or_one_line(part: int) -> None:
    """Names dropped, values of other types, references broken: all that is read can be listed, judged and made."""
    pick = random.Random(part)  # noqa: S311  the same documents each time
    read_ = refused = 0
    for _ in range(30):
        document = _mutated(pick.choice(DOCUMENTS), pick)
        text = json.dumps(document)
        try:
            found = contracts_of(read(text, "api.json"))
        except Unusable:
            refused += 1
            continue
        read_ += 1
        for contract in found:
            assert all(rule.id and rule.summary for rule in contract.rules)
            assert all(conflict.problem for conflict in contract.conflicts)
            _ = contract.fields, contract.example
            for name in contract.bodies:
                with contextlib.suppress(NoAnswer):
                    contract.index.base(name)
            for status, body in ((200, b'{"a": 1, "t": {"u": 5}}'), (404, b"[]"), (204, b""), (500, b"x")):
                path = contract.path.replace("{id}", "5").replace("{contact_id}", "6")
                request = Request(method=contract.method, url=f"{contract.server}{path}?q=%7B&f[a]=1&k=1")
                response = Response(status=status, headers=(("Content-Type", "application/json"),), body=body)
                with contextlib.suppress(Unusable):  # a path of another form
                    contracts.judge(contract, Interaction(request=request, response=response, origin="live"))
    assert read_ > 20
    assert refused < 10
