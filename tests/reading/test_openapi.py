"""OpenAPI documents nobody derived: read as they are meant, or refused in one line."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.checking import Checker
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.proving.proof import prove
from contracts.reading.openapi import load
from contracts.rules.branching import branches
from contracts.rules.legal import legal_interaction
from contracts.writing import openapi, schema_document, text
from tests.rules.synthetic import DOCUMENT, SHOP

NAME = "foreign.json"
JSON = "application/json"


def foreign(schema: Any, **parts: Any) -> dict[str, Any]:
    """A document of one operation whose success body has this schema."""
    operation = {"responses": {"200": {"description": "It.", "content": {JSON: {"schema": schema}}}}}
    paths = {"/things/{id}": {"get": operation | parts.pop("operation", {})}}
    paths["/things/{id}"]["parameters"] = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    ]
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths} | parts


def read(document: Any) -> Contract:
    """The document's one contract, which can be written, checked and drawn from."""
    (contract,) = load(document, NAME)
    assert load(json.loads(text(openapi(contract))), NAME) == (contract,)
    return contract


def says(contract: Contract) -> dict[str, Any]:
    """What each rule of the success body says, by id."""
    return {rule.id: rule.says for rule in contract.about("success") if rule.kind != "closed"}


def test_a_foreign_document_gets_rules_of_default_names() -> None:
    """Every keyword that is known becomes a rule named by place and kind, documented on no known line."""
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string", "enum": ["x", "y"], "description": "An a."},
            "b": {"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 5},
        },
    }
    contract = read(foreign(schema, servers=[{"url": "https://h.example/v1/"}]))
    assert says(contract) == {
        "body.type": {"types": ["object"]},
        "a.required": {},
        "a.type": {"types": ["string"]},
        "a.enum": {"values": ["x", "y"]},
        "b.type": {"types": ["array"]},
        "b.count": {"maxItems": 5},
        "b[].type": {"types": ["integer"]},
        "b[].range": {"minimum": 1},
    }
    assert (contract.server, contract.path, contract.slug) == ("https://h.example", "/v1/things/{id}", "get-things-id")
    rule = contract.rule("a.enum")
    assert (rule.sources[0].page, rule.sources[0].line, rule.level) == (NAME, 0, "violation")
    assert contract.rule("response.undocumented-field").level == "drift"
    assert contract.rule("request.id").says == {"in": "path", "required": True, "type": "integer"}
    assert contract.fields[0].description == "An a."
    assert all(proof.holds for proof in prove(contract))
    assert branches(contract)


NULLABLE = {
    "type list": {"type": ["string", "null"]},
    "nullable": {"type": "string", "nullable": True},
    "anyOf": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "anyOf, null first": {"anyOf": [{"type": "null"}, {"type": "string"}], "title": "T"},
    "oneOf": {"oneOf": [{"type": "string"}, {"type": "null"}]},
    "anyOf of a reference": {"anyOf": [{"$ref": "#/components/schemas/Text"}, {"type": "null"}]},
    "nullable beside a reference": {"$ref": "#/components/schemas/Text", "nullable": True},
    "allOf of a reference": {"allOf": [{"$ref": "#/components/schemas/Text"}], "nullable": True},
}


@pytest.mark.parametrize("spelling", NULLABLE)
def test_or_null_is_known_in_every_spelling(spelling: str) -> None:
    """All ways of saying "or null" are one type rule."""
    components = {"schemas": {"Text": {"type": "string"}}}
    contract = read(foreign({"type": "object", "properties": {"a": NULLABLE[spelling]}}, components=components))
    assert says(contract)["a.type"] == {"types": ["string", "null"]}


def test_references_and_their_neighbours_count() -> None:
    """A reference is followed, through others too; what stands beside it holds as well."""
    components = {
        "schemas": {
            "Thing": {"$ref": "#/components/schemas/a~1b~0c"},
            "a/b~c": {"type": "object", "properties": {"t": {"$ref": "#/components/schemas/Text", "maxLength": 5}}},
            "Text": {"type": "string", "minLength": 1},
        }
    }
    contract = read(foreign({"$ref": "#/components/schemas/Thing"}, components=components))
    assert says(contract) == {
        "body.type": {"types": ["object"]},
        "t.type": {"types": ["string"]},
        "t.length": {"minLength": 1, "maxLength": 5},
    }


def test_all_of_references_is_their_union() -> None:
    """Properties and required names of every part hold, not those of the last one alone."""
    components = {
        "schemas": {
            "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            "B": {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}},
        }
    }
    parts = [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]
    schema = {"allOf": [*parts, {"properties": {"c": {"type": "boolean"}}, "required": ["c"]}]}
    contract = read(foreign(schema, components=components))
    assert set(says(contract)) == {
        "body.type", "a.type", "a.required", "b.type", "b.required", "c.type", "c.required",
    }  # fmt: skip


def test_a_condition_is_read_from_a_schema_or_its_all_of() -> None:
    """`if` and `then` hold wherever they stand, and get an id from what they say."""
    when = {"properties": {"a": {"const": "x"}}, "required": ["a"]}
    then = {"properties": {"b": {"type": "null"}}}
    for schema in ({"if": when, "then": then}, {"allOf": [{"if": when, "then": then}]}):
        contract = read(foreign({"type": "object", "properties": {"a": {}, "b": {}}} | schema))
        assert says(contract)["body.x-is-no-b"] == {
            "when": {"path": ["a"], "is": ["x"]},
            "then": {"path": ["b"], "is": [None]},
        }


def test_names_of_our_own_can_be_field_names() -> None:
    """Fields called like parts of the contract keep ids of their own."""
    names = ("body", "problem", "request", "response", "status", "type")
    contract = read(foreign({"type": "object", "properties": {name: {"type": "string"} for name in names}}))
    assert {"body.type", "body.body.type", "body.problem.type", "type.type", "status.type"} <= set(says(contract))


def test_what_is_around_the_body_is_read() -> None:
    """Headers, credentials, parameters of path and operation, other statuses."""
    problem = {"application/problem+json": {"schema": {"type": "object", "properties": {"title": {"type": "string"}}}}}
    content = {JSON: {"schema": {"type": "object"}, "example": {"a": 1}}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "required": ["odd"]}}
    operation = {
        "operationId": "readThing",
        "security": [{"key": []}],
        "parameters": [limit, {"$ref": "#/components/parameters/Id"}],
        "responses": {
            "404": {"description": "", "content": problem},
            "429": {"description": "", "headers": {"Retry-After": {"required": True}}, "content": problem},
            "503": {"description": "", "headers": {"Retry-After": {"required": True}, "X": {}}, "content": problem},
            "200": {"description": "", "content": content},
            "401": {"description": "who"},
        },
    }
    components = {
        "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    }
    contract = read(foreign({}, operation=operation, components=components))
    assert [answer.status for answer in contract.answers] == [200, 401, 404, 429, 503]
    assert contract.rule("response.retry-after").statuses == (429, 503)
    assert contract.rule("request.authorization").says == {"header": "X-Key", "scheme": ""}
    assert contract.rule("request.id").says["type"] == "string"
    assert contract.rule("request.limit").says == {"in": "query", "required": False, "type": "integer"}
    assert contract.rule("problem.title.type").statuses == (401, 404, 429, 503)
    assert contract.example == ({"a": 1},)
    assert contract.title == "readThing"


@pytest.mark.parametrize(("servers", "server", "path"), [
    ([], "", "/things/{id}"),
    ([{"url": "/"}], "", "/things/{id}"),
    ([{"url": "/api/"}], "", "/api/things/{id}"),
    ([{"url": "https://a.example"}, {"url": "https://b.example"}], "https://a.example", "/things/{id}"),
    ([{"url": "https://{r}.example/{v}", "variables": {"r": {"default": "eu"}, "v": {"default": "v2"}}}],
     "https://eu.example", "/v2/things/{id}"),
])  # fmt: skip
def test_the_base_path_belongs_to_the_path(servers: Any, server: str, path: str) -> None:
    """Requests are matched by their whole path, the server's part of it included."""
    contract = read(foreign({}, servers=servers))
    assert (contract.server, contract.path) == (server, path)
    good = legal_interaction(contract, 200)
    assert not [one for one in Checker(contract).judge(good).findings if one.level == "violation"]


def test_a_closed_body_is_a_violation_where_the_document_says_so() -> None:
    """`additionalProperties: false` promises; silence and `true` don't."""
    for extra, level in (
        ({}, "drift"),
        ({"additionalProperties": True}, "drift"),
        ({"additionalProperties": False}, "violation"),
    ):
        contract = read(foreign({"type": "object", "properties": {"a": {}}} | extra))
        assert contract.rule("response.undocumented-field").level == level


def test_an_example_that_breaks_its_schema_is_not_kept() -> None:
    """An example is where the proof starts, so it must keep the rules beside it."""
    document = foreign({"type": "object", "properties": {"a": {"type": "string"}}})
    media = document["paths"]["/things/{id}"]["get"]["responses"]["200"]["content"][JSON]
    for example, kept in (({"a": "x"}, ({"a": "x"},)), ({"a": 1}, ())):
        media["example"] = example
        assert read(document).example == kept


def test_every_operation_is_a_contract() -> None:
    """In the document's order; what stands under a path beside its methods is no operation."""
    document = foreign({})
    document["paths"]["/others"] = {"summary": "x", "post": {"responses": {"201": {"description": ""}}}, "get": None}
    del document["paths"]["/others"]["get"]
    assert [contract.operation for contract in load(document, NAME)] == ["GET /things/{id}", "POST /others"]


def _with(schema: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["paths"]["/things/{id}"]["get"]["responses"]["200"]["content"][JSON]["schema"] = schema

    return change


def _operation(**parts: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["paths"]["/things/{id}"]["get"].update(parts)


def _whole(**parts: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update(parts)


def _properties(**properties: Any) -> Callable[[dict[str, Any]], None]:
    return _with({"type": "object", "properties": properties})


CYCLE = {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}}
TREE: dict[str, Any] = {
    "type": "object",
    "properties": {"left": {"$ref": "#/components/schemas/T"}, "right": {"$ref": "#/components/schemas/T"}},
}
DOUBLING = {f"D{number}": {"type": "object", "properties": {
    side: {"$ref": f"#/components/schemas/D{number + 1}"} for side in ("l", "r")
}} for number in range(40)} | {"D40": {}}  # fmt: skip
DOUBLED = {f"D{number}": {"allOf": [{"$ref": f"#/components/schemas/D{number + 1}"}, {"title": "x"},
    {"$ref": f"#/components/schemas/D{number + 1}"}]} for number in range(40)} | {"D40": {}}  # fmt: skip
CHAIN = {f"C{number}": {"$ref": f"#/components/schemas/C{number + 1}"} for number in range(3000)} | {"C3000": True}


def _referring(name: str, schemas: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        _with({"$ref": f"#/components/schemas/{name}"})(document)
        document["components"] = schemas if "schemas" in schemas else {"schemas": schemas}

    return change


def _recorded(record: Any) -> Callable[[dict[str, Any]], None]:
    return _properties(a={"type": "string", "x-rules": {"type": record}})


def _deep(depth: int) -> Any:
    schema: Any = {}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


PROBLEM = {"description": "", "content": {JSON: {"schema": {"type": "object"}}}}
OTHER = {"description": "", "content": {JSON: {"schema": {"type": "string"}}}}
GOOD = {"description": "", "content": {JSON: {"schema": {}}}}


def _reviewed(said: Any) -> Callable[[dict[str, Any]], None]:
    return _operation(**{"x-contract": {"reviewed": said}})


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "unknown keyword": (_properties(a={"multipleOf": 3}), "the keyword 'multipleOf' can't be held"),
    "oneOf": (_with({"oneOf": [{"type": "string"}, {"type": "integer"}]}), "the keyword 'oneOf' can't be held"),
    "anyOf of nulls": (_with({"anyOf": [{"type": "null"}, {"type": "null"}, {}]}), "the keyword 'anyOf'"),
    "not": (_with({"not": {}}), "the keyword 'not'"),
    "a map": (_with({"type": "object", "additionalProperties": {"type": "string"}}), "names that aren't listed"),
    "prefixItems": (_with({"prefixItems": []}), "the keyword 'prefixItems'"),
    "else": (_with({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
                    "then": {"properties": {"b": {"const": 1}}}, "else": {}}), "a condition of this form"),
    "if without required": (_with({"if": {"properties": {"a": {"const": 1}}},
                                   "then": {"properties": {"b": {"const": 1}}}}), "a condition of this form"),
    "if that says more": (_with({"if": {"properties": {"a": {"const": 1, "minimum": 0}}, "required": ["a"]},
                                 "then": {"properties": {"b": {"const": 1}}}}), "a condition of this form"),
    "then that requires": (_with({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
                                  "then": {"properties": {"b": {"const": 1}}, "required": ["b"]}}),
                           "a condition of this form"),
    "if without then": (_with({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}}), "a condition"),
    "boolean schema": (_properties(a=True), "an object is expected"),
    "type of another language": (_properties(a={"type": "text"}), "'type' has to be a JSON type"),
    "no type": (_properties(a={"type": []}), "'type' has to be"),
    "type twice": (_properties(a={"type": ["string", "string"]}), "'type' has to be"),
    "enum of nothing": (_properties(a={"enum": []}), "'enum' has to be"),
    "enum as text": (_properties(a={"enum": "abc"}), "'enum' has to be"),
    "pattern that is none": (_properties(a={"pattern": "("}), "pattern '(' can't be used"),
    "length below zero": (_properties(a={"minLength": -1}), "'minLength' has to be"),
    "exclusive as a flag": (_properties(a={"minimum": 1, "exclusiveMinimum": True}), "'exclusiveMinimum' has to be"),
    "required of no property": (_with({"required": ["a"]}), "the required name 'a'"),
    "required as a flag": (_properties(a={"required": True}), "'required' has to be a list"),
    "two types": (_with({"type": "object", "allOf": [{"type": "array"}]}), "the keyword 'type' with two values"),
    "two schemas of a property": (
        _with({"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "null"}}}]}),
        "the property 'a' with two schemas",
    ),
    "ids alike": (_properties(**{"a": {"properties": {"b": {"type": "null"}}}, "a.b": {"type": "null"}}), "two rules"),
    "a reference to nowhere": (_with({"$ref": "#/components/schemas/X"}), "leads nowhere"),
    "a reference to elsewhere": (_with({"$ref": "https://x.example/a.json"}), "leads nowhere"),
    "a reference that is none": (_with({"$ref": 5}), "leads nowhere"),
    "references in a circle": (_referring("A", CYCLE), "leads nowhere"),
    "a schema inside itself": (_referring("T", {"T": TREE}), "contains itself"),
    "a list inside itself": (_referring("L", {"L": {"type": "array", "items": {"$ref": "#/components/schemas/L"}}}),
                             "contains itself"),
    "an allOf inside itself": (
        _referring("L", {"L": {"allOf": [{"$ref": "#/components/schemas/L"}]}}), "contains itself"),
    "references that double": (_referring("D0", DOUBLING), "contains itself"),
    "parts that double": (_referring("D0", DOUBLED), "contains itself"),
    "a long chain": (_referring("C0", CHAIN), "an object is expected"),
    "deep": (_with(_deep(70)), "contains itself"),
    "deeper": (_with(_deep(400)), "nested deeper"),
    "no responses": (_operation(responses={}), "exactly one success status"),
    "no success": (_operation(responses={"404": PROBLEM}), "exactly one success status"),
    "two successes": (_operation(responses={"200": GOOD, "201": GOOD}), "exactly one success status"),
    "a range": (_operation(responses={"200": GOOD, "4XX": PROBLEM}), "ranges and default"),
    "default": (_operation(responses={"200": GOOD, "default": PROBLEM}), "ranges and default"),
    "two problems": (_operation(responses={"200": GOOD, "400": PROBLEM, "404": OTHER}), "several forms"),
    "a choice of credentials": (
        lambda document: document.update(security=[{"a": []}, {"b": []}]), "a choice of credentials (a, b)"),
    "both credentials": (_whole(security=[{"a": [], "b": []}]), "a choice of credentials"),
    "an unknown credential": (_whole(security=[{"a": []}]), "an object is expected at security scheme 'a'"),
    "a credential in the query": (
        _whole(security=[{"a": []}],
               components={"securitySchemes": {"a": {"type": "apiKey", "in": "query", "name": "k"}}}),
        "a credential that isn't in a header"),
    "a parameter that is not described": (
        lambda document: document["paths"]["/things/{id}"].update(parameters=[]), "the parameter 'id' isn't described"),
    "a parameter somewhere": (_operation(parameters=[{"name": "a", "in": "body"}]), "`in` is one of"),
    "parameters as an object": (_operation(parameters={}), "a list is expected"),
    "a bad header pattern": (
        _operation(responses={"200": GOOD | {"headers": {"X": {"required": True, "schema": {"pattern": "["}}}}}),
        "pattern '[' can't be used"),
    "a level of its own": (
        _recorded({"id": "a", "level": "fatal", "summary": "", "sources": []}),
        "the level is one of"),
    "a record without id": (
        _recorded({"level": "note", "summary": "", "sources": []}), "a text"),
    "a record with a strange source": (
        _recorded({
            "id": "a", "level": "note", "summary": "", "sources": [{"page": "p", "line": "7", "kind": "documented"}]}),
        "an incomplete source"),
    "an address that is none": (_whole(servers=[{"url": "http://["}]), "no address"),
    "servers as an object": (_whole(servers={"url": "x"}), "a list is expected"),
    "no paths": (_whole(paths={}), "no operation under `paths`"),
    "paths as a list": (_whole(paths=[]), "an object is expected at paths"),
    "a path without methods": (_whole(paths={"/a": {"parameters": []}}), "no operation"),
    "OpenAPI 2": (_whole(openapi="2.0"), "no OpenAPI 3 document"),
    "provenance that is none": (
        _operation(**{"x-contract": {"conflicts": [{"field": "a", "hue": "b"}]}}), "Conflict needs"),
    "digests as one text": (
        _operation(**{"x-contract": {"waivers": [{"field": "a", "reason": "b", "digests": "cd"}]}}), "a list"),
    "a digest that is a number": (
        _operation(**{"x-contract": {"waivers": [{"field": "a", "reason": "b", "digests": [1]}]}}), "a text"),
    "a line that is a text": (
        _operation(**{"x-contract": {"unaccounted": [{"field": "a", "line": "1", "digest": "", "text": ""}]}}),
        "a whole number"),
    "a review that is null": (_reviewed(None), "an object is expected at x-contract/reviewed"),
    "a review without a date": (_reviewed({"url": "", "digest": ""}), "Reviewed needs 'date'"),
    "a review with more to it": (
        _reviewed({"url": "", "date": "", "digest": "", "self": ""}), "x-contract/reviewed"),
    "a review with a number": (_reviewed({"url": "", "date": 5, "digest": ""}), "a text is expected"),
    "blocks as an object": (_reviewed({"url": "", "date": "", "digest": "", "blocks": {}}), "a list is expected"),
    "a block that is none": (
        _reviewed({"url": "", "date": "", "digest": "", "blocks": [{"section": "a", "name": "b"}]}),
        "Block needs 'digests'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_held_is_refused_in_one_line(case: str) -> None:
    """The line names the document, the place and the reason; nothing is dropped silently and nothing hangs."""
    change, reason = REFUSED[case]
    document = foreign({})
    read(document)
    change(document)
    with pytest.raises(Unusable) as raised:
        load(document, NAME)
    assert str(raised.value).startswith(NAME + ": ")
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("document", [None, 5, "openapi", [], {}, {"openapi": 3}, {"openapi": None, "paths": {}}])
def test_what_is_no_openapi_is_refused(document: Any) -> None:
    """Any other JSON is named as such."""
    with pytest.raises(Unusable, match=f"^{NAME}: no OpenAPI 3 document"):
        load(document, NAME)


@pytest.mark.parametrize("slug", ["../../etc/passwd", "a/b", "", ".", "x" * 1000, "a b", "a\x00b"])
def test_a_slug_never_leaves_its_folder(slug: str) -> None:
    """Files are named after it, so a hostile one is made harmless."""
    document = foreign({}, operation={"x-contract": {"slug": slug}, "responses": {"200": GOOD}})
    (contract,) = load(document, NAME)
    assert contract.slug.replace("-", "").isalnum()
    assert len(contract.slug) <= 100


KEYS = [
    "type", "$ref", "properties", "items", "allOf", "anyOf", "if", "then", "enum", "const", "get", "responses", "200",
    "content", "schema", "x-rules",
]  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["object", "string", "(", "$ref", "#/", "#/components", "200", "x-rules", "/a/{b}", "http://["]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.text(max_size=4) | st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def _nodes(value: Any, steps: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [steps, *(found for step, inner in below for found in _nodes(inner, (*steps, step)))]


DOCUMENTS: list[Any] = [json.loads(DOCUMENT.read_text()), json.loads(text(openapi(SHOP)))]
NODES = [_nodes(document) for document in DOCUMENTS]


def usable(document: Any) -> None:
    """Loading gives contracts that can be written, checked and told about, or raises Unusable in one line."""
    try:
        contracts = load(document, NAME)
    except Unusable as error:
        assert "\n" not in str(error)  # noqa: PT017  the one other outcome
        return
    for contract in contracts:
        text(openapi(contract))
        text(schema_document(contract))
        branches(contract)
        checker = Checker(contract)
        for answer in contract.answers:
            good = legal_interaction(contract, answer.status)
            if checker.owns(good):
                checker.judge(good)


@given(values)
def test_arbitrary_json_is_unusable_or_a_contract(document: Any) -> None:
    """Any JSON value whatsoever."""
    usable(document)
    if isinstance(document, dict):
        usable({"openapi": "3.1.0"} | document)
        usable({"openapi": "3.1.0", "paths": {"/a": document}})
        usable(foreign(document))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([0, 1]), st.data())
def test_a_damaged_document_is_unusable_or_a_contract(which: int, data: st.DataObject) -> None:
    """One of our own documents with some parts replaced by anything, taken away or moved."""
    document = copy.deepcopy(DOCUMENTS[which])
    for _ in range(data.draw(st.integers(1, 3))):
        steps = data.draw(st.sampled_from(NODES[which][1:]))
        parent = document
        try:
            for step in steps[:-1]:
                parent = parent[step]
            parent[steps[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # gone with an earlier change
        how = data.draw(st.sampled_from(["replace", "delete", "move"]))
        if how == "delete":
            del parent[steps[-1]]
        else:
            parent[steps[-1]] = data.draw(values) if how == "replace" else copy.deepcopy(DOCUMENTS[which]["paths"])
    usable(document)


_TREE = "#/components/schemas/Tree"


def test_a_request_body_is_known_by_a_digest() -> None:
    """Another schema, also one that is referred to, gives another digest; other prose gives the same."""

    def digest_of(thing: dict[str, Any]) -> str:
        document: dict[str, Any] = {
            "openapi": "3.1.0",
            "paths": {
                "/a": {
                    "post": {
                        "requestBody": {
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
                        },
                        "responses": {"200": {"description": ""}},
                    }
                }
            },
            "components": {"schemas": {"Thing": thing, "Tree": {"properties": {"t": {"$ref": _TREE}}}}},
        }
        return load(document, "a.json")[0].request_body

    plain = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert digest_of(plain) == digest_of({**plain, "description": "A thing."}) != ""
    assert digest_of(plain) != digest_of({"type": "object", "properties": {"a": {"type": "integer"}}})
    assert digest_of({"$ref": _TREE})
