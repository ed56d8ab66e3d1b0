"""A JSON Schema alone as a contract: read like any other, compared as far as it goes, refused in one line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.reading.openapi import contract_of_schema
from contracts.writing import schema_document
from tests.comparing.tiny import compared, kinds, tiny
from tests.rules.synthetic import REPLY, SHOP

DEEP: dict[str, Any] = {}
for _ in range(300):
    DEEP = {"properties": {"a": DEEP}}


@pytest.mark.parametrize("contract", [REPLY, SHOP], ids=["reply", "shop"])
def test_our_own_schema_says_what_its_contract_says(contract: Any) -> None:
    """A written schema read back differs in nothing from its contract, as far as a schema can hold one."""
    bare = contract_of_schema(schema_document(contract), "own.schema.json")
    assert (bare.method, bare.path, bare.server, bare.page) == ("", "", "", "own.schema.json")
    assert bare.success.status == 200
    assert (compared(contract, bare), compared(bare, contract)) == ((), ())


def test_references_and_definitions_are_followed() -> None:
    """Definitions of the document are used wherever a reference leads to them, at the top as well."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "#/$defs/thing",
        "title": "Thing",
        "$defs": {
            "thing": {"type": "object", "properties": {"a": {"$ref": "#/definitions/word"}}, "required": ["a"]},
        },
        "definitions": {"word": {"type": ["string", "null"]}},
    }
    bare = contract_of_schema(document, "thing.json")
    assert (bare.slug, bare.title) == ("thing", "Thing")
    assert bare.rule("a.type").says == {"types": ["string", "null"]}
    assert bare.rule("a.required").sources[0].page == "thing.json"


def test_only_the_body_is_compared() -> None:
    """Against a bare schema the request, the statuses and what only an example suggested play no part."""
    whole = tiny({"path": "/a/{b}", "auth": ["X-Key", ""], "statuses": [404], "shown": ["a"]})
    properties = {"a": {"type": "string"}}
    same = contract_of_schema({"type": "object", "properties": properties}, "s.json")
    assert (compared(whole, same), compared(same, whole)) == ((), ())
    more = contract_of_schema({"type": "object", "properties": properties | {"b": {"type": "integer"}}}, "s.json")
    assert kinds(compared(whole, more)) == ["field.added /b"]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (None, "no JSON Schema"),
        (True, "no JSON Schema"),
        ([], "no JSON Schema"),
        ({}, "says nothing"),
        ({"$defs": {"a": {"type": "string"}}}, "says nothing"),
        ({"$ref": "#"}, "says nothing"),
        ({"$ref": "other.json"}, "says nothing"),
        ({"type": "text"}, "says nothing"),
        ({"type": "object", "properties": []}, "says nothing"),
        (DEEP, "nested deeper"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_says_nothing_is_refused_in_one_line(document: object, problem: str) -> None:
    """One line names the document and what is wrong with it."""
    with pytest.raises(Unusable, match=problem) as caught:
        contract_of_schema(document, "bad.json")
    assert str(caught.value).startswith("bad.json: ")
    assert "\n" not in str(caught.value)


WORDS = st.sampled_from(
    ["type", "properties", "items", "required", "enum", "$ref", "allOf", "if", "object", "#/a", "a"]
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(ANY)
def test_no_document_ends_in_a_traceback(document: object) -> None:
    """Whatever JSON is given, it is a contract or refused."""
    try:
        contract = contract_of_schema(document, "any.json")
    except Unusable:
        return
    assert compared(contract, contract) == ()
