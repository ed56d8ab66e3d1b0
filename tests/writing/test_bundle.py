"""The schema of any contract's success body: whole in itself, and of standard keywords alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.checking import Checker
from contracts.commands.documents import read_document
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.exchange import look
from contracts.writing import schema_document
from tests.rules.synthetic import ROOT, answered, described

PUBLISHED = ROOT.parent / "shared" / "specs" / "public"


def contract(schema: Any, **components: Any) -> Contract:
    """The contract of an operation whose answer has this schema."""
    document = described(schema) | {"components": {"schemas": components}}
    return contracts_of(document_of(document, "made up"))[0]


def admits(schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema, valid by itself, admits a value; nothing is fetched for it."""
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


def test_a_definition_that_holds_itself_is_bundled_once() -> None:
    """The body's own definition is the root; what it refers to stands under `$defs`, whatever its name."""
    tree = {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"$ref": "#/components/schemas/a~1b c"},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "beside": {"$ref": "#/components/schemas/Tree/properties/kind"},
        },
    }
    schema = schema_document(
        contract({"$ref": "#/components/schemas/Tree"}, Tree=tree, **{"a/b c": {"enum": ["x", "y"]}})
    )
    assert schema["properties"]["below"]["items"] == {"$ref": "#"}
    assert admits(schema, {"kind": "x", "below": [{"kind": "y"}], "beside": "x"})
    assert not admits(schema, {"kind": "x", "below": [{"kind": "z"}]})
    assert not admits(schema, {"kind": "x", "beside": "z"})


def test_two_definitions_of_one_name_stay_two() -> None:
    """What is referred to by places that end alike has two names."""
    inner = {"type": "object", "properties": {"id": {"type": "integer"}}}
    other = {"type": "object", "properties": {"id": {"type": "string"}}}
    body = {
        "a": {"$ref": "#/components/schemas/A/properties/id"},
        "b": {"$ref": "#/components/schemas/B/properties/id"},
    }
    schema = schema_document(contract({"type": "object", "properties": body}, A=inner, B=other))
    assert sorted(schema["$defs"]) == ["id", "id2"]
    assert admits(schema, {"a": 1, "b": "x"})
    assert not admits(schema, {"a": "x", "b": "x"})
    assert not admits(schema, {"a": 1, "b": 1})


def test_what_is_no_standard_keyword_is_left_out() -> None:
    """Extensions, and OpenAPI's own words, are for other tools; names of properties aren't taken for them."""
    cat = {"type": "object", "required": ["xml"], "properties": {"xml": {"const": 1}, "x-tail": {"type": "null"}}}
    body = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "null"}],
        "discriminator": {"propertyName": "xml"},
        "externalDocs": {"url": "https://x"},
        "x-own": 1,
    }
    schema = schema_document(contract(body, Cat=cat | {"xml": {"name": "cat"}, "example": {"xml": 1}}))
    assert schema.keys() == {"$schema", "$id", "title", "$comment", "oneOf", "$defs"}
    assert schema["$defs"]["Cat"].keys() == {"type", "required", "properties", "examples"}
    assert admits(schema, {"xml": 1, "x-tail": None})
    assert not admits(schema, {"xml": 2})


def test_what_a_text_promises_is_in_the_schema_too() -> None:
    """The schema is written of the document as it is judged by, whoever has asked for the rules before."""
    body = {
        "type": "object",
        "properties": {"state": {"type": "string", "description": "One of `on`, `off`. May be null."}},
    }
    one = contract(body)
    schema = schema_document(one)
    for value in ("on", "up", None, 1):
        kept = not Checker(one).broken(look(one, answered(one, {"state": value}), {}))
        assert admits(schema, {"state": value}) is kept, value
    assert not admits(schema, {"state": 1})


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*")) or [None], ids=lambda path: path and path.stem)
def test_every_published_description_has_schemas(path: Path | None) -> None:
    """Each of some of them is valid in itself and admits the legal answer of its operation."""
    if path is None:
        pytest.skip(f"no descriptions at {PUBLISHED}")
    try:
        found = contracts_of(read_document(path))
    except Unusable:
        return
    for one in found[::25]:
        if one.main:
            schema = schema_document(one)
            assert admits(schema, one.index.base(one.main)), one.operation
