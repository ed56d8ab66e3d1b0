"""References, and what of a document can't be read: followed within its folder alone, and no neighbour pays for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.commands.documents import read_document
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of
from tests.reading.answers import answer, broken, from_text, yaml_of
from tests.rules.synthetic import described


def _with(schema: Any, schemas: dict[str, Any], version: str = "3.1.0") -> Contract:
    document = described(schema, version=version) | {"components": {"schemas": schemas}}
    return from_text(json.dumps(document, indent=1))


REFERENCES: dict[str, tuple[Any, dict[str, Any]]] = {
    "through others": ({"$ref": "#/components/schemas/A"}, {
        "A": {"$ref": "#/components/schemas/a~1b~0c"}, "a/b~c": {"$ref": "#/components/schemas/S%20p"},
        "S p": {"properties": {"t": {"type": "string"}}},
    }),
    "through an array": ({"$ref": "#/components/schemas/A/allOf/0"}, {
        "A": {"allOf": [{"properties": {"t": {"type": "string"}}}]},
    }),
    "by $id": ({"$ref": "things/t"}, {
        "A": {"$id": "things/t", "properties": {"t": {"type": "string"}}},
    }),
    "by $id and pointer": ({"$ref": "urn:x:a#/$defs/T"}, {
        "A": {"$id": "urn:x:a", "$defs": {"T": {"properties": {"t": {"$ref": "#/$defs/S"}}}, "S": {"type": "string"}}},
    }),
    "by $anchor": ({"$ref": "urn:x:thing#here"}, {
        "A": {"$id": "urn:x:thing", "$defs": {"T": {"$anchor": "here", "properties": {"t": {"type": "string"}}}}},
    }),
    "by $anchor of the document": ({"$ref": "#here"}, {
        "A": {"$anchor": "here", "properties": {"t": {"type": "string"}}},
    }),
    "names with braces": ({"$ref": "#/components/schemas/A%7Bx%7D"}, {
        "A{x}": {"properties": {"t": {"type": "string"}}},
    }),
    "into a response": ({"$ref": "#/paths/~1things/get/responses/200/content/application~1json/schema/$defs/T"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", REFERENCES)
def test_a_reference_is_followed(case: str) -> None:
    """Wherever in the document it leads, and however that is called."""
    schema, schemas = REFERENCES[case]
    if not schemas:
        schema = {"allOf": [schema], "$defs": {"T": {"properties": {"t": {"type": "string"}}}}}
    contract = _with(schema, schemas)
    assert broken(contract, {"t": 1}) == {"t.type": "/t"}
    assert broken(contract, {"t": "x"}) == {}
    assert contract.conflicts == ()


def test_files_beside_the_document_are_read(tmp_path: Path) -> None:
    """A reference may lead into other files, theirs into more, within the folder alone; back into the first too."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "openapi.json").write_text(json.dumps(described({"$ref": "deep/thing.yaml#/Thing"})))
    (tmp_path / "deep" / "thing.yaml").write_text(
        "Thing:\n  properties:\n    t: {$ref: '#/Text'}\n    o: {$ref: ../other.json}\n    self: {$ref: '#/Thing'}\n"
        "Text: {type: string}\n"
    )
    (tmp_path / "other.json").write_text('{"type": "integer"}')
    contract = contracts.load(tmp_path / "openapi.json")
    assert broken(contract, {"t": 1, "o": "x", "self": {"t": 2}}).keys() >= {"t.type", "o.type"}
    assert broken(contract, {"t": "x", "o": 1, "self": {"self": {"t": "x"}}}) == {}
    assert contract.conflicts == ()


@pytest.mark.parametrize("reference", [
    "../secret.json", "/etc/hostname", "file:///etc/hostname", "https://127.0.0.1:9/x.json", "http://h.invalid/x",
    "missing.json", "bad.json", "link.json", "other.json#/nothing", "", "#/nothing/here", "#nothing", "\\\\h\\x",
    "a\x00b", "http://[", "n" * 5_000,
])  # fmt: skip
def test_nothing_outside_the_folder_is_read(reference: str, tmp_path: Path) -> None:
    """Neither the network nor other folders, not through a link either: that place alone isn't checked, and is told."""
    folder = tmp_path / "here"
    folder.mkdir()
    for name in (tmp_path / "secret.json", folder / "other.json"):
        name.write_text('{"type": "integer"}')
    (folder / "bad.json").write_text("{")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    schema = {"type": "object", "properties": {"a": {"$ref": reference}, "b": {"type": "string"}}}
    (folder / "openapi.json").write_text(json.dumps(described(schema), indent=1))
    (contract,) = contracts_of(read_document(folder / "openapi.json"))
    assert broken(contract, {"a": "x", "b": 1}) == {"b.type": "/b"}
    if reference:
        (conflict,) = contract.conflicts
        assert conflict.decided == "not checked there"
        assert conflict.field.endswith("/properties/a")
        assert conflict.sources[0].line


UNREADABLE: dict[str, Any] = {
    "type": {"type": "text"}, "types": {"type": []}, "enum": {"enum": "x"}, "required": {"required": True},
    "properties": {"properties": ["a"]}, "items": {"items": [{}]}, "allOf": {"allOf": {}}, "empty anyOf": {"anyOf": []},
    "pattern": {"pattern": "("}, "minLength": {"minLength": -1}, "minimum": {"minimum": "1"}, "ref": {"$ref": 1},
    "multipleOf": {"multipleOf": 0}, "dangling": {"$ref": "#/components/schemas/Nobody"}, "a list": [],
    "a text": "string",
    "patternProperties": {"patternProperties": {"[": {}}}, "dependentRequired": {"dependentRequired": {"a": "b"}},
    "nothing": None, "itself": {"$ref": "#/components/schemas/Self"}, "uniqueItems": {"uniqueItems": "yes"},
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
@pytest.mark.parametrize("shared", [False, True])
def test_what_cant_be_read_costs_its_node_alone(case: str, shared: bool) -> None:
    """`true` in its place and a conflict with its line, in the operation itself or in a component that it uses."""
    schemas: dict[str, Any] = {"Self": {"$ref": "#/components/schemas/Self"}, "Unused": {"type": "text"}}
    whole = {"type": "object", "properties": {"a": UNREADABLE[case], "b": {"type": "string"}}, "required": ["b"]}
    if shared:
        schemas["Thing"] = whole
        whole = {"$ref": "#/components/schemas/Thing"}
    contract = _with(whole, schemas)
    values: list[Any] = [1, "x", None, [], {}]
    for value in values:
        assert broken(contract, {"a": value, "b": 1}) == {"b.type": "/b"}
    assert broken(contract, {}) == {"b.required": "/b"}
    (conflict,) = contract.conflicts
    text = json.dumps(
        described({"$ref": "#/components/schemas/Thing"} if shared else whole) | {"components": {"schemas": schemas}},
        indent=1,
    ).splitlines()
    told = text[conflict.sources[0].line - 1]
    assert ('"Self"' if case == "itself" else '"a"') in told
    assert conflict.decided == "not checked there"


def test_neighbours_outside_of_schemas_dont_pay_either() -> None:
    """Parameters, responses and operations that can't be read are passed over; the rest of the document is held."""
    document: dict[str, Any] = described({"type": "string"})
    get = document["paths"]["/things"]["get"]
    get["parameters"] = [None, {"name": 5}, {"$ref": "#/nowhere"}, {"name": "q", "in": "query", "schema": []}]
    get["responses"] |= {
        "201": None,
        "202": {"$ref": "#/nowhere"},
        "203": {"content": []},
        "nope": {},
        "404": {"content": {"x": 1}},
    }
    get["security"] = [{"nobody": []}]
    document["paths"] |= {"/a": None, "/b": {"get": []}, "/c": {"$ref": "#/nowhere"}, "/d": {"get": {}}, "x": []}
    document["servers"] = [{"url": "http://["}, 5]
    found = {one.path: one for one in contracts_of(document_of(document, "x"))}
    assert found.keys() == {"/things", "/d"}
    assert broken(found["/things"], 1) == {"body.type": ""}
    assert found["/things"].conflicts


def test_lines_are_those_of_the_source() -> None:
    """Each rule knows the line of its keyword, through references and rewritten places, in YAML and in JSON."""
    text = yaml_of("""
type: object
required: [a]
properties:
  a:
    type: string
    nullable: true
  b:
    anyOf:
      - type: integer
        maximum: 5
      - type: 'null'
""")  # fmt: skip
    lines = {rule.id: rule.sources[0].line for rule in from_text(text).rules if rule.target == "success"}
    assert lines["body.type"] == 10
    assert lines["a.required"] == 11
    assert lines["a.type"] == 14
    assert lines["b.type"] == 18
    assert lines["b.range"] == 19
    as_json = json.dumps(described({"type": "object", "properties": {"a": {"maximum": 5}}}), indent=1)
    (line,) = [one.sources[0].line for one in from_text(as_json).rules if one.id == "a.range"]
    assert '"maximum"' in as_json.splitlines()[line - 1]


def test_recursion_ends() -> None:
    """A definition that returns is judged at every depth, by the rules of where it was first met, however deep."""
    tree = {"type": "object", "properties": {"n": {"type": "integer"}, "down": {"$ref": "#/components/schemas/Tree"}}}
    contract = _with({"$ref": "#/components/schemas/Tree"}, {"Tree": tree})
    body: dict[str, Any] = {"n": "x"}
    for _ in range(150):
        body = {"n": 1, "down": body}
    assert broken(contract, body) == {"n.type": "/down" * 150 + "/n"}


def test_a_definition_of_itself_alone_ends_too() -> None:
    """`A` as all of `B`, which is `A`, says nothing, and no judging runs into it without end."""
    schemas = {"A": {"allOf": [{"$ref": "#/components/schemas/B"}]}, "B": {"$ref": "#/components/schemas/A"}}
    contract = _with({"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "integer"}]}, schemas)
    findings = contracts.judge(contract, answer(contract, "x")).findings
    assert {finding.rule for finding in findings} <= {"internal.undecided", "body.anyOf"}
