"""Every construct of a document is like itself and told where it changes: understood, or told from another."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.documents import read_document
from contracts.comparing.counterparts import pair
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of
from tests.comparing.tiny import compared, kinds
from tests.rules.synthetic import ROOT

SPECS = ROOT.parent / "shared" / "specs" / "public"
PUBLIC = sorted(path.name for path in SPECS.glob("*")) if SPECS.is_dir() else []

JSON = "application/json"
PROBLEM = "application/problem+json"
TEXT = {"type": "string"}
SCHEMAS = "#/components/schemas"
ODD: dict[str, Any] = {
    "anything": True,
    "never": False,
    "choice": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, TEXT], "discriminator": {"propertyName": "kind"}},
    "any": {"anyOf": [TEXT, {"type": "integer"}, {"type": "null"}]},
    "maybe": {"anyOf": [{"oneOf": [TEXT, {"type": "boolean"}]}, {"type": "null"}]},
    "both": {"allOf": [{"pattern": "^a"}, {"type": "string", "pattern": "z$"}]},
    "tree": {"$ref": "#/components/schemas/Tree"},
    "cats": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Cat"}},
    "named": {"type": "object", "patternProperties": {"^x-": TEXT}, "propertyNames": {"maxLength": 9}},
    "pair": {"type": "array", "prefixItems": [TEXT, {"type": "integer"}], "items": False},
    "set": {"type": "array", "uniqueItems": True, "contains": {"type": "integer"}, "minContains": 2},
    "step": {"type": "number", "multipleOf": 0.5, "not": {"const": 1.5}},
    "code": {"type": "string", "format": "iban", "contentEncoding": "base64"},
    "wide": {"type": "integer", "format": "int32", "default": 3},
    "one": {"const": "a"},
    "secret": {"type": "string", "writeOnly": True},
    "sealed": {"type": "object", "properties": {"a": True}, "unevaluatedProperties": False},
}
ODD_BODY: dict[str, Any] = {
    "type": "object",
    "properties": ODD,
    "required": ["anything", "nowhere"],
    "minProperties": 1,
    "dependentRequired": {"set": ["step"]},
    "if": {"required": ["step"]},
    "then": {"required": ["code"]},
    "else": {"required": ["pair"]},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Odd", "version": "1"},
    "servers": [{"url": "https://odd.example/v1"}],
    "security": [{"key": [], "login": ["read"]}, {}],
    "paths": {
        "/odd/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "post": {
                "parameters": [
                    {"name": "f", "in": "query", "style": "deepObject", "explode": True,
                     "schema": {"type": "object", "properties": {"a": TEXT}}},
                    {"name": "q", "in": "query", "content": {JSON: {"schema": {"oneOf": [TEXT, {"type": "null"}]}}}},
                    {"name": "c", "in": "cookie", "schema": {"type": "array", "items": TEXT}},
                ],
                "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Tree"}}}},
                "callbacks": {"done": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": ""}}}}}},
                "responses": {
                    "200": {
                        "description": "",
                        "content": {JSON: {"schema": ODD_BODY}, "text/csv": {"schema": TEXT}},
                        "headers": {
                            "X-Kind": {"schema": {"type": "string", "enum": ["a", "b"]}},
                            "X-Rate": {"required": True, "schema": {"type": "integer", "minimum": 0}},
                            "X-Free": {"schema": TEXT},
                        },
                        "links": {"next": {"operationId": "next"}},
                    },
                    "202": {"description": "", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Cat"}}}},
                    "204": {"description": ""},
                    "404": {"description": "", "content": {PROBLEM: {"schema": {"properties": {"a": TEXT}}}}},
                    "4XX": {"description": "", "content": {PROBLEM: {"schema": {"properties": {"b": TEXT}}}}},
                    "default": {"description": "", "content": {"*/*": {}}},
                },
            },
            "get": {"responses": {"default": {"description": "", "content": {JSON: {"schema": {"items": TEXT}}}}}},
            "delete": {"responses": {}},
        }
    },
    "components": {
        "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}},
        "schemas": {
            "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}, "kitten": {"$ref": f"{SCHEMAS}/Cat"}}},
            "Tree": {
                "type": "object",
                "properties": {"below": {"type": "array", "items": {"$ref": f"{SCHEMAS}/Tree"}}},
            },
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "key"},
            "login": {"type": "oauth2", "flows": {}},
        },
    },
}  # fmt: skip


def operations(tree: dict[str, Any]) -> tuple[Contract, ...]:
    """The contracts of a document."""
    return contracts_of(document_of(tree, "odd.json"))


def told(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The changes of every operation, in a line each."""
    pairs = pair(operations(old), operations(new))
    assert all(one is not None and other is not None for one, other in pairs)
    return [line for one, other in pairs for line in kinds(compared(one, other))]


def edited(edit: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The document with one edit."""
    tree = copy.deepcopy(DOCUMENT)
    edit(tree)
    return tree


def post(tree: dict[str, Any]) -> Any:
    """The operation with all that is odd."""
    return tree["paths"]["/odd/{id}"]["post"]


def body(tree: dict[str, Any]) -> Any:
    """The schema of its body."""
    return post(tree)["responses"]["200"]["content"][JSON]["schema"]


def at(tree: dict[str, Any], name: str) -> Any:
    """The schema of one property of its body."""
    return body(tree)["properties"][name]


def test_every_odd_construct_is_like_itself() -> None:
    """Nothing is told of a document and itself, nor where an extension alone differs, which makes it look further."""
    assert told(DOCUMENT, DOCUMENT) == []

    def note(tree: dict[str, Any]) -> None:
        for operation in tree["paths"]["/odd/{id}"].values():
            if isinstance(operation, dict):
                operation["x-note"] = "new"

    assert told(DOCUMENT, edited(note)) == []
    assert told(edited(note), DOCUMENT) == []


EDITS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a choice": (lambda tree: at(tree, "choice")["oneOf"].pop(), "alternative.removed /choice"),
    "what a choice refers to": (
        lambda tree: tree["components"]["schemas"]["Cat"]["properties"].pop("kitten"), "field.removed /choice/kitten"),
    "a choice or null": (lambda tree: at(tree, "maybe")["anyOf"][0]["oneOf"].pop(), "alternative.removed /maybe"),
    "null beside a choice": (lambda tree: at(tree, "maybe")["anyOf"].pop(), "value.covered /maybe"),
    "a discriminator": (lambda tree: at(tree, "choice").pop("discriminator"), "operation.unread /choice"),
    "a second pattern": (lambda tree: at(tree, "both")["allOf"][1].update(pattern="y$"), "operation.unread /both"),
    "a recursion": (
        lambda tree: tree["components"]["schemas"]["Tree"]["properties"]["below"].update(items=TEXT),
        "field.type /tree/below/*"),
    "a map": (lambda tree: at(tree, "cats").update(additionalProperties=TEXT), "field.type /cats/{}"),
    "names by pattern": (lambda tree: at(tree, "named")["patternProperties"].update({"^x-": {"type": "integer"}}),
                         "field.type /named/{^x-}"),
    "a form of names": (lambda tree: at(tree, "named").pop("propertyNames"), "operation.unread /named"),
    "a first element": (
        lambda tree: at(tree, "pair")["prefixItems"].__setitem__(0, {"type": "null"}),
        "field.nullable /pair/[0]"),
    "no more elements": (lambda tree: at(tree, "pair").pop("items"), "operation.unread /pair"),
    "distinct elements": (lambda tree: at(tree, "set").pop("uniqueItems"), "limits.widened /set"),
    "so many that fit": (lambda tree: at(tree, "set").update(minContains=1), "operation.unread /set"),
    "a multiple": (lambda tree: at(tree, "step").update(multipleOf=0.25), "limits.widened /step"),
    "what it is not": (lambda tree: at(tree, "step").pop("not"), "operation.unread /step"),
    "a format of its own": (lambda tree: at(tree, "code").update(format="bic"), "format.changed /code"),
    "an encoding": (lambda tree: at(tree, "code").pop("contentEncoding"), "operation.unread /code"),
    "a width": (lambda tree: at(tree, "wide").update(format="int64"), "limits.widened /wide"),
    "a constant": (lambda tree: at(tree, "one").update(const="b"), "enum.value-added /one"),
    "what is sealed": (lambda tree: at(tree, "sealed").pop("unevaluatedProperties"), "names.opened /sealed"),
    "what never comes": (
        lambda tree: body(tree)["properties"].update(never=True),
        "operation.unread /never"),
    "a name described nowhere": (
        lambda tree: body(tree)["required"].pop(), "field.removed /nowhere"),
    "a condition of its own": (
        lambda tree: body(tree).update({"else": {}}), "operation.unread "),
    "names that come together": (
        lambda tree: body(tree)["dependentRequired"].update(set=["one"]),
        "operation.unread "),
    "now only for requests": (lambda tree: at(tree, "code").update(writeOnly=True), "field.removed /code"),
    "a text body": (lambda tree: post(tree)["responses"]["200"]["content"]["text/csv"].update(schema={"maxLength": 1}),
                    "field.type-unsaid #status/200"),
    "a link": (lambda tree: post(tree)["responses"]["200"].pop("links"), "operation.unread #status/200"),
    "another success": (lambda tree: post(tree)["responses"]["202"]["content"][JSON].update(schema=TEXT),
                        "field.type #status/202"),
    "one success fewer": (lambda tree: post(tree)["responses"].pop("202"), "operation.unread #status/202"),
    "one of two problems": (
        lambda tree: post(tree)["responses"]["404"]["content"][PROBLEM].update(schema={"properties": {"a": {}}}),
        "field.type-unsaid #status/404/a"),
    "a range of statuses": (
        lambda tree: post(tree)["responses"]["4XX"]["content"][PROBLEM].update(schema={"properties": {"b": {}}}),
        "field.type-unsaid #status/4XX/b"),
    "a listed range": (lambda tree: post(tree)["responses"].pop("4XX"), "status.removed #status/4XX"),
    "an optional header's values": (
        lambda tree: post(tree)["responses"]["200"]["headers"]["X-Kind"]["schema"].update(enum=["a", "c"]),
        "header.widened #header/X-Kind"),
    "an optional header": (lambda tree: post(tree)["responses"]["200"]["headers"].pop("X-Free"),
                           "operation.unread #header/X-Free"),
    "a promised header's form": (
        lambda tree: post(tree)["responses"]["200"]["headers"]["X-Rate"]["schema"].update(minimum=1),
        "header.narrowed #header/X-Rate"),
    "a style": (lambda tree: post(tree)["parameters"][0].update(style="form"), "parameter.style #parameter/f"),
    "a parameter's parts": (
        lambda tree: post(tree)["parameters"][0]["schema"]["properties"].update(a={}),
        "parameter.widened #parameter/f"),
    "a parameter's content": (
        lambda tree: post(tree)["parameters"][1]["content"][JSON].update(schema={"oneOf": [{"type": "null"}]}),
        "parameter.type #parameter/q"),
    "a parameter's elements": (lambda tree: post(tree)["parameters"][2]["schema"].update(items={}),
                               "parameter.widened #parameter/c"),
    "a scope": (lambda tree: tree["security"][0].update(login=["write"]), "operation.unread #authorization"),
    "no way without a key": (lambda tree: tree["security"].pop(), "authorization.changed #authorization"),
    "a callback": (lambda tree: post(tree).pop("callbacks"),
                   "webhook.removed #callbacks/done/{$request.body#~1url}/post"),
    "a request's body": (lambda tree: post(tree).pop("requestBody"), "request.body #body"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_every_odd_construct_that_changes_is_told_where_it_stands(name: str) -> None:
    """By its meaning where that is understood, else as unknown, at its place; in either direction something is told."""
    edit, expected = EDITS[name]
    assert expected in told(DOCUMENT, edited(edit))
    assert told(edited(edit), DOCUMENT)


def test_a_body_that_one_of_several_failures_loses_is_told() -> None:
    """Failures share a body; where one of them has it no longer, that status says so, and the others nothing."""
    shared = {"content": {PROBLEM: {"schema": {"type": "object", "properties": {"a": TEXT}}}}}

    def failing(*statuses: str) -> dict[str, Any]:
        answers: dict[str, Any] = {
            status: shared if status in statuses else {"content": {PROBLEM: {}}} for status in ("400", "404")
        }
        return edited(lambda tree: post(tree).update(responses=answers))

    assert told(failing("400", "404"), failing("404")) == ["field.type-unsaid #status/400"]
    assert told(failing("404"), failing("404")) == []
    assert told(failing("404"), failing()) == ["field.type-unsaid #problem"]


SAME: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a choice in another order": lambda tree: at(tree, "choice")["oneOf"].reverse(),
    "a reference followed": lambda tree: at(tree, "cats").update(
        additionalProperties={"allOf": [{"$ref": "#/components/schemas/Cat"}]}
    ),
    "words": lambda tree: at(tree, "choice").update(description="A cat, or its name.", examples=["Tom"]),
    "a default": lambda tree: at(tree, "wide").update(default=4),
    "what is only for requests": lambda tree: at(tree, "secret").update(type="integer"),
    "answers in another order": lambda tree: post(tree)["responses"].update(
        {"200": post(tree)["responses"].pop("200")}
    ),
    "a media type's parameter": lambda tree: post(tree)["responses"]["404"].update(
        content={f"{PROBLEM}; charset=utf-8": {"schema": {"properties": {"a": TEXT}}}}
    ),
    "ways in in another order": lambda tree: tree["security"].reverse(),
}


@pytest.mark.parametrize("name", SAME)
def test_what_says_the_same_is_silent(name: str) -> None:
    """Order, words, references and what no client of the answers sees are no change."""
    assert told(DOCUMENT, edited(SAME[name])) == []


@pytest.mark.skipif(not PUBLIC, reason="the set of public descriptions is not part of this checkout")
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_description_is_like_itself(name: str) -> None:
    """Read twice, each operation has its counterpart, and in every third nothing changed; Swagger 2.0 isn't read."""
    try:
        old, new = (contracts_of(read_document(Path(SPECS, name))) for _ in range(2))
    except Unusable as error:
        assert "Swagger 2.0" in str(error)  # noqa: PT017  one of a few files
        return
    pairs = pair(old, new)
    assert len(pairs) == len(old)
    assert [kinds(compared(one, other)) for one, other in pairs[::3]] == [[]] * len(pairs[::3])
