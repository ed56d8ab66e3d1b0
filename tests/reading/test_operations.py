"""Operations of documents nobody derived: answers, bodies, credentials, parameters and headers."""

from __future__ import annotations

import json
from typing import Any

import pytest

import contracts
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of
from tests.reading.answers import answer, broken, from_text
from tests.rules.synthetic import contract_of, described


def _answers(**answers: Any) -> Contract:
    """The contract of an operation with these answers, `_200` for 200."""
    document = described({})
    document["paths"]["/things"]["get"]["responses"] = {key.strip("_"): value for key, value in answers.items()}
    return from_text(json.dumps(document, indent=1))


def _json(schema: Any, media: str = "application/json") -> dict[str, Any]:
    return {"description": "It.", "content": {media: {"schema": schema}}}


A, B, C = ({"type": "object", "required": [name]} for name in "abc")


def test_a_status_is_held_to_its_own_answer_its_range_or_the_default() -> None:
    """The nearest that is documented; ids name the answer, the only body of success aside."""
    contract = _answers(_200=_json(A), _4XX=_json(B), _404=_json(C), default=_json({"type": "array"}))
    assert broken(contract, {}) == {"a.required": "/a"}
    assert broken(contract, {}, 404) == {"404.c.required": "/c"}
    assert broken(contract, {}, 422) == {"4XX.b.required": "/b"}
    assert broken(contract, {}, 503) == {"default.type": ""}
    assert contract.main == "success"


def test_an_undocumented_status_is_drift() -> None:
    """Where nothing stands for it, the status is told and its body is nobody's business."""
    contract = _answers(_200=_json(A), _4XX=_json(B))
    assert broken(contract, 5, 500) == {"response.status": "#status"}
    assert contracts.judge(contract, answer(contract, 5, 500)).findings[0].level == "drift"


def test_default_alone_is_the_answer_of_success() -> None:
    """Where no success is documented, `default` is it."""
    contract = _answers(default=_json(A))
    assert broken(contract, {}) == {"a.required": "/a"}
    assert contract.success.key == "default"


def test_several_successes_are_called_by_their_status() -> None:
    """No one of them is the body; where they share one schema it is one body."""
    contract = _answers(_200=_json(A), _201=_json(B))
    assert broken(contract, {}) == {"200.a.required": "/a"}
    assert broken(contract, {}, 201) == {"201.b.required": "/b"}
    document = described({})
    document["paths"]["/things"]["get"]["responses"] = dict.fromkeys(
        ("200", "201"), _json({"$ref": "#/components/schemas/A"})
    )
    document["components"] = {"schemas": {"A": A}}
    (shared,) = contracts_of(document_of(document, "x"))
    assert broken(shared, {}, 201) == {"a.required": "/a"}


def test_a_shared_problem_is_called_by_its_schema() -> None:
    """Several refusals with one component are one body of its name."""
    document = described({})
    problem = _json({"$ref": "#/components/schemas/ApiProblem"}, "application/problem+json")
    document["paths"]["/things"]["get"]["responses"] |= dict.fromkeys(("400", "404"), problem)
    document["components"] = {"schemas": {"ApiProblem": A}}
    (contract,) = contracts_of(document_of(document, "x"))
    assert broken(contract, {}, 404, media="application/problem+json") == {"api-problem.a.required": "/a"}


MEDIA = {
    "itself": ("application/json", "application/json", {"a.required": "/a"}),
    "a parameter sent": ("application/json", "application/json; charset=utf-8", {"a.required": "/a"}),
    "a parameter documented": ("application/json; charset=utf-8", "application/json", {"a.required": "/a"}),
    "both, in another case": ("Application/JSON;charset=UTF-8", "application/json ; A=b", {"a.required": "/a"}),
    "a suffix": ("application/vnd.x+json", "application/vnd.x+json; v=1", {"a.required": "/a"}),
    "a range": ("application/*", "application/vnd.y+json", {"a.required": "/a"}),
    "any": ("*/*", "application/json", {"a.required": "/a"}),
    "any, no JSON": ("*/*", "text/csv", {}),
    "another": ("application/json", "text/html", {"response.media-type": "#header/Content-Type", "a.required": "/a"}),
    "none": ("application/json", "", {"response.media-type": "#header/Content-Type", "a.required": "/a"}),
    "lines of JSON": ("application/x-ndjson", "application/x-ndjson", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", MEDIA)
def test_a_media_type_is_known_by_type_and_range(case: str) -> None:
    """Parameters and case don't matter; a range holds its types; what isn't JSON is there and no more."""
    documented, sent, ids = MEDIA[case]
    assert broken(_answers(_200=_json(A, documented)), {}, media=sent) == ids


def test_each_media_type_has_its_own_body() -> None:
    """An answer is held to the schema of the type that it has."""
    contract = _answers(_200={"content": {
        "application/json": {"schema": A}, "application/vnd.b+json": {"schema": B}, "text/csv": {"schema": {}},
    }})  # fmt: skip
    assert [*broken(contract, {}).values()] == ["/a"]
    assert [*broken(contract, {}, media="application/vnd.b+json").values()] == ["/b"]
    assert broken(contract, b"a,b", media="text/csv") == {}


@pytest.mark.parametrize(("media", "body", "ids"), [
    ("text/plain", b"words", {}),
    ("image/png", b"\x89PNG\x00\xff", {}),
    ("application/octet-stream", b"{", {}),
    ("application/json", b"{", {"response.json": ""}),
    ("application/json", b"", {"response.json": ""}),
    ("text/plain", b"", {"response.media-type": ""}),
])  # fmt: skip
def test_a_body_that_is_no_json_has_to_be_there(media: str, body: bytes, ids: dict[str, str]) -> None:
    """Text and binary answers are present, and nothing more is asked of them."""
    assert broken(_answers(_200=_json({"type": "string"}, media)), body, media=media) == ids


def test_an_empty_204_keeps_a_description_of_its_body() -> None:
    """A 204 never has one; the conflict is shown with its line."""
    contract = _answers(_204=_json(A))
    assert broken(contract, b"", 204, media="") == {}
    (conflict,) = contract.conflicts
    assert conflict.sources[0].line
    assert "204" in conflict.problem


def test_an_answer_without_content_may_have_none() -> None:
    """Nothing is asked of a body that nobody described."""
    contract = _answers(_200={"description": "Done."}, _404={"description": "No."})
    assert broken(contract, b"", media="") == broken(contract, b"", 404, media="") == {}


# Credentials


SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
    "tls": {"type": "mutualTLS"},
}
BEARER, BASIC, KEY, COOKIE = (
    ("Authorization", "Bearer k"), ("Authorization", "Basic k"), ("X-Key", "k"), ("Cookie", "a=b; sid=k"),
)  # fmt: skip


@pytest.mark.parametrize(("security", "sent", "query", "kept"), [
    ([{"key": []}], (KEY,), "", True),
    ([{"key": []}], (), "", False),
    ([{"key": []}, {"bearer": []}], (BEARER,), "", True),
    ([{"key": []}, {"bearer": []}], (BASIC,), "", False),
    ([{"key": [], "bearer": []}], (BEARER,), "", False),
    ([{"key": [], "bearer": []}], (BEARER, KEY), "", True),
    ([{"query": []}], (), "?key=k", True),
    ([{"query": []}], (), "?other=k", False),
    ([{"cookie": []}], (COOKIE,), "", True),
    ([{"cookie": []}], (("Cookie", "a=b"),), "", False),
    ([{"basic": []}], (BASIC,), "", True),
    ([{"oauth": ["read", "write"]}], (BEARER,), "", True),
    ([{"oauth": ["read", "write"]}], (BASIC,), "", False),
    ([{"key": []}, {}], (), "", True),
    ([{}], (), "", True),
    ([], (), "", True),
    ([{"tls": []}], (), "", True),
    ([{"tls": [], "key": []}], (KEY,), "", True),
    ([{"nobody": []}], (), "", True),
    (None, (), "", False),
])  # fmt: skip
def test_a_success_was_asked_for_with_a_credential(security: Any, sent: Any, query: str, kept: bool) -> None:
    """Any one of the ways will do, each with all that it asks for; nothing, where nothing is one of them."""
    document = described({})
    document["components"] = {"securitySchemes": SCHEMES}
    document["security"] = [{"key": []}]
    if security is not None:
        document["paths"]["/things"]["get"]["security"] = security
    (contract,) = contracts_of(document_of(document, "x"))
    found = broken(contract, {}, sent=sent, query=query)
    assert found == ({} if kept else {"request.authorization": "#request"})


def test_scopes_are_told() -> None:
    """Which scopes a credential needs stands in the rule's own sentence, and nothing is judged by them."""
    document = described({})
    document["components"] = {"securitySchemes": SCHEMES}
    document["paths"]["/things"]["get"]["security"] = [{"oauth": ["read:things", "write:things"]}]
    (contract,) = contracts_of(document_of(document, "x"))
    assert "read:things" in contract.rule("request.authorization").summary


# Parameters and headers


@pytest.mark.parametrize(("parameter", "query", "kept"), [
    ({"schema": {"type": "integer", "minimum": 2}}, "?q=2", True),
    ({"schema": {"type": "integer", "minimum": 2}}, "?q=1", False),
    ({"schema": {"type": "integer"}, "required": True}, "", False),
    ({"schema": {"type": "boolean"}}, "?q=true", True),
    ({"schema": {"type": "boolean"}}, "?q=maybe", False),
    ({"schema": {"type": "string", "enum": ["a", "1"]}}, "?q=1", True),
    ({"schema": {"type": "string", "enum": ["a", "b"]}}, "?q=c", False),
    ({"schema": {"type": ["integer", "null"]}}, "?q=5", True),
    ({"schema": {"type": "array", "items": {"type": "integer"}}}, "?q=1&q=2", True),
    ({"schema": {"type": "array", "items": {"type": "integer"}}, "style": "form", "explode": False}, "?q=1,2", True),
    ({"schema": {"type": "object"}, "style": "deepObject"}, "?q[a]=1", True),
    ({"schema": {"type": "array"}, "required": True}, "?q=1", True),
    ({"schema": {"type": "object"}, "style": "deepObject", "required": True}, "?q[a]=1", True),
    ({"schema": {"type": "object"}, "required": True}, "?a=1&b=2", True),
    ({"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}, "?q=%7B%7D", True),
    ({"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}, "", False),
    ({"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}}}, "?q=%7B%7D", False),
    ({"content": {"application/json": {"schema": {"type": "object"}}}}, "?q=%7B", False),
    ({"schema": {"$ref": "#/components/schemas/N"}}, "?q=x", False),
    ({"schema": {"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["all"]}]}}, "?q=all", True),
])  # fmt: skip
def test_a_parameter_is_held_to_its_schema(parameter: dict[str, Any], query: str, kept: bool) -> None:
    """A text that can be read as a value of it keeps it; lists and objects may be written in many styles."""
    document = described({})
    document["components"] = {"schemas": {"N": {"type": "integer"}}}
    document["paths"]["/things"]["get"]["parameters"] = [{"name": "q", "in": "query"} | parameter]
    (contract,) = contracts_of(document_of(document, "x"))
    assert broken(contract, {}, query=query) == ({} if kept else {"request.q": "#request"})


def test_parameters_of_the_path_item_count_and_may_be_overridden() -> None:
    """The operation's own wins, and one in the path is a segment of it."""
    document = described({})
    item = document["paths"].pop("/things")
    item["parameters"] = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {"name": "q", "in": "query", "schema": {"type": "integer"}},
    ]
    item["get"]["parameters"] = [{"name": "q", "in": "query", "schema": {"type": "string"}}]
    document["paths"]["/things/{id}"] = item
    (contract,) = contracts_of(document_of(document, "x"))
    assert broken(contract, {}, path="/things/5", query="?q=x") == {}
    assert broken(contract, {}, path="/things/x") == {"request.id": "#request"}


@pytest.mark.parametrize(("header", "sent", "kept"), [
    ({"required": True}, (), False),
    ({"required": True}, (("X-N", "anything"),), True),
    ({"schema": {"type": "integer"}}, (), True),
    ({"schema": {"type": "integer"}}, (("x-n", "5"),), True),
    ({"schema": {"type": "integer"}}, (("X-N", "five"),), False),
    ({"schema": {"type": "integer", "maximum": 9}}, (("X-N", "10"),), False),
    ({"schema": {"type": "string", "enum": ["a"]}, "required": True}, (("X-N", "b"),), False),
    ({"schema": {"type": "string", "format": "date-time"}}, (("X-N", "soon"),), False),
    ({"schema": {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}}, (("X-N", "long"),), False),
    ({"schema": {"type": "array", "items": {"type": "integer"}}}, (("X-N", "1,2"),), True),
])  # fmt: skip
def test_a_response_header_is_held_to_its_whole_schema(header: dict[str, Any], sent: Any, kept: bool) -> None:
    """Its presence where it is required, its value where it is there."""
    contract = _answers(_200=_json({}) | {"headers": {"X-N": header}})
    assert broken(contract, {}, headers=sent) == ({} if kept else {"response.x-n": "#header/X-N"})


# Direction


def test_what_is_for_requests_alone_isnt_missed_in_an_answer() -> None:
    """A required writeOnly name, by itself or by its schema, may be absent; a readOnly one is due."""
    document = described({
        "type": "object", "required": ["name", "password", "pin", "id"],
        "properties": {
            "name": {"type": "string"}, "password": {"type": "string", "writeOnly": True},
            "pin": {"$ref": "#/components/schemas/Secret"}, "id": {"type": "string", "readOnly": True},
        },
    })  # fmt: skip
    document["components"] = {"schemas": {"Secret": {"type": "string", "writeOnly": True}}}
    (contract,) = contracts_of(document_of(document, "x"))
    assert broken(contract, {"name": "x", "id": "1"}) == {}
    assert broken(contract, {"name": "x"}) == {"id.required": "/id"}
    assert broken(contract, {"name": "x", "id": "1", "password": 5}) == {"password.type": "/password"}
    assert not {rule.id for rule in contract.rules} & {"password.required", "pin.required"}


# Alternatives


def _choice(keyword: str = "oneOf", **more: Any) -> Contract:
    cat: dict[str, Any] = {
        "type": "object",
        "required": ["kind", "lives"],
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
    }
    dog: dict[str, Any] = {
        "type": "object",
        "required": ["kind", "bark"],
        "properties": {"kind": {"const": "dog"}, "bark": {"type": "string"}},
    }
    if more.pop("bare", False):
        for option in (cat, dog):
            option["properties"]["kind"] = {"type": "string"}
    document = described({keyword: [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]} | more)
    document["components"] = {"schemas": {"Cat": cat, "Dog": dog}}
    (contract,) = contracts_of(document_of(document, "x"))
    return contract


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(("more", "body", "told"), [
    ({}, {"kind": "dog", "lives": 9}, "nearest is Dog, which wants bark"),
    ({}, {"kind": "cat", "lives": "x"}, "nearest is Cat, which wants type at /lives"),
    ({"bare": True, "discriminator": {"propertyName": "kind", "mapping": {"d": "#/components/schemas/Dog"}}},
     {"kind": "d", "lives": "nine"}, "nearest is Dog, which wants bark"),
    ({"bare": True, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat"}}},
     {"kind": "c", "bark": 5}, "nearest is Cat, which wants lives"),
    ({"bare": True, "discriminator": {"propertyName": "kind"}}, {"kind": "Dog", "lives": "x"},
     "nearest is Dog, which wants bark"),
    ({"bare": True}, {"kind": "x", "bark": 5}, "nearest is Dog, which wants type at /bark"),
])  # fmt: skip
def test_a_broken_choice_is_explained_by_the_nearest_alternative(keyword: str, more: Any, body: Any, told: str) -> None:
    """By the discriminator, a constant, or what comes closest; one finding under one rule says what is wrong in it."""
    contract = _choice(keyword, **dict(more))
    (found,) = contracts.judge(contract, answer(contract, body)).findings
    assert (found.rule, found.pointer) == (f"body.{keyword}", "")
    assert told in found.expected


def test_a_choice_that_is_kept_twice_says_so() -> None:
    """`oneOf` with two that fit is another fault than with none."""
    contract = contract_of({"oneOf": [{"type": "integer"}, {"minimum": 0}]})
    (found,) = contracts.judge(contract, answer(contract, 5)).findings
    assert found.rule == "body.oneOf"
    assert found.expected == "one of integer, 1; more than one of them fits"


# Ids


def test_an_id_is_a_function_of_the_place() -> None:
    """Beyond the listed places a finding has the id that a listed one there would have."""
    wide = {"type": "object", "properties": {f"n{number}": {"type": "integer"} for number in range(2_500)}}
    contract = contract_of(wide)
    listed = {rule.id for rule in contract.rules}
    assert "n10.type" in listed
    assert "n2400.type" not in listed
    assert broken(contract, {"n10": "x", "n2400": "x"}) == {"n10.type": "/n10", "n2400.type": "/n2400"}
    assert broken(contract_of(wide), {"n2400": "x"}) == {"n2400.type": "/n2400"}


KEYWORDS: dict[str, tuple[Any, Any, str, str]] = {
    "multipleOf": ({"multipleOf": 2}, 3, "body.multipleOf", ""),
    "uniqueItems": ({"uniqueItems": True}, [1, 1], "body.uniqueItems", ""),
    "const": ({"const": 1}, 2, "body.enum", ""),
    "not": ({"not": {"type": "string"}}, "x", "body.not", ""),
    "contains": ({"contains": {"type": "integer"}}, ["x"], "body.contains", ""),
    "maxContains": ({"contains": {"type": "integer"}, "maxContains": 1}, [1, 2], "body.contains", ""),
    "propertyNames": ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "body.propertyNames", ""),
    "minProperties": ({"minProperties": 1}, {}, "body.minProperties", ""),
    "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "body.dependentRequired", ""),
    "dependentSchemas": ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}, "body.dependentSchemas", ""),
    "unevaluatedProperties": (
        {"properties": {"a": {}}, "unevaluatedProperties": False}, {"b": 1}, "body.unevaluatedProperties", "",
    ),
    "unevaluatedItems": ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2], "body.unevaluatedItems", ""),
    "prefixItems": ({"prefixItems": [{"type": "string"}]}, [1], "[0].type", "/0"),
    "items": ({"prefixItems": [{}], "items": False}, [1, 2], "body.items", ""),
    "elements": ({"items": {"items": {"type": "string"}}}, [[1]], "[][].type", "/0/0"),
    "patternProperties": ({"patternProperties": {"^x": {"type": "string"}}}, {"xy": 1}, "{^x}.type", "/xy"),
    "a map": ({"additionalProperties": {"type": "string"}}, {"y": 1}, "{}.type", "/y"),
    "additionalProperties": (
        {"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, "response.undocumented-field", "/b",
    ),
    "deep additionalProperties": (
        {"properties": {"a": {"properties": {"x": {}}, "additionalProperties": False}}}, {"a": {"b": 1}},
        "a.additionalProperties", "/a/b",
    ),
    "a boolean": ({"properties": {"a": False}}, {"a": 1}, "a.not", "/a"),
    "required alone": ({"required": ["a"]}, {}, "a.required", "/a"),
    "if": ({"if": {"required": ["a"]}, "then": {"maxProperties": 1}}, {"a": 9, "b": 1}, "body.if", ""),
    "allOf": ({"allOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]}, 5, "body.type", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", KEYWORDS)
def test_every_keyword_is_a_rule_at_its_place(case: str) -> None:
    """Known or not, it is listed under its id, judged, and told once, at the value that breaks it."""
    schema, body, rule, pointer = KEYWORDS[case]
    contract = contract_of(schema)
    assert broken(contract, body) == {rule: pointer}
    assert rule in {one.id for one in contract.rules}


# Bodies beyond what a validator takes


HOSTILE: dict[str, bytes] = {
    "300 levels": b'{"down":' * 300 + b"{}" + b"}" * 300,
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a lone surrogate as a name": b'{"\\udfff": 1}',
    "huge": b'{"n": 1e400, "m": -' + b"9" * 5000 + b"}",
    "fractions": b'{"n": 0.1e-400}',
    "a long text": b'{"name": "' + b"x" * 1_000_000 + b'"}',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_body_ends_the_judging(case: str) -> None:
    """Depth, half characters and numbers beyond any float come to a verdict."""
    document = described({"$ref": "#/components/schemas/Tree"})
    document["components"] = {"schemas": {"Tree": {
        "type": "object", "properties": {
            "down": {"$ref": "#/components/schemas/Tree"}, "name": {"type": "string", "pattern": "."},
            "n": {"type": "number"}, "m": {"type": "integer", "maximum": 5},
        }, "additionalProperties": True,
    }}}  # fmt: skip
    (contract,) = contracts_of(document_of(document, "x"))
    assert broken(contract, HOSTILE[case]) == {}
