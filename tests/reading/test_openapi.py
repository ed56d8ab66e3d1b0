"""OpenAPI documents nobody derived: their text, the dialect of 3.0, null in every spelling, their own examples."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of, read
from contracts.reading.openapi.document_text import read_tree
from tests.reading.answers import broken, from_text, yaml_of
from tests.rules.synthetic import contract_of, described

# The text


def test_yaml_is_read_by_its_version_1_2() -> None:
    """Only true, false, null and numbers are no texts; names are always texts."""
    tree: Any = read_tree("""
        - {NO: NO, on: on, 'y': y, 1: 12:30, 2.5: 0o17, true: 0x1F, null: 1e3}
        - [2024-03-08, 1_000, 017, +5, -.5, ~, Null, TRUE, '5', !!str 7]
    """, "x.yaml")  # fmt: skip
    first, second = tree
    assert first == {"NO": "NO", "on": "on", "y": "y", "1": "12:30", "2.5": 15, "true": 31, "null": 1000.0}
    assert second == ["2024-03-08", "1_000", 17, 5, -0.5, None, None, True, "5", "7"]
    assert [type(value) for value in second[2:5]] == [int, int, float]


def test_an_enum_of_country_codes_stays_one_of_texts() -> None:
    """`NO` in a list of countries is Norway."""
    contract = from_text(yaml_of("type: object\nproperties:\n  country: {enum: [NO, SE, on]}"))
    assert broken(contract, {"country": "NO"}) == {}
    assert broken(contract, {"country": False}) == {"country.enum": "/country"}


def test_aliases_are_what_they_stand_for() -> None:
    """An anchor's value counts wherever its alias stands, and rules name each of the places."""
    contract = from_text(yaml_of("""
type: object
properties:
  one: &text {type: string, maxLength: 3}
  two: *text
"""))  # fmt: skip
    assert broken(contract, {"one": 1, "two": "four"}) == {"one.type": "/one", "two.length": "/two"}


_BOMB = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(8))


@pytest.mark.parametrize(("text", "told"), [
    ("openapi: 3.1.0\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + _BOMB, "values, aliases written out"),
    ("openapi: 3.1.0\na: &a [*a]", "stands for what isn't there, or for itself"),
    ("openapi: 3.1.0\na: *b", "stands for what isn't there, or for itself"),
    ("openapi: 3.1.0\na: " + "[" * 300 + "]" * 300, "nested deeper than 200 levels"),
    ('{"openapi": "3.1.0", "a": ' + "[" * 300 + "]" * 300 + "}", "nested deeper than 200 levels"),
    ('{"openapi": "3.1.0", "a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested deeper than 200 levels"),
    ("openapi: 3.1.0\n--- \nopenapi: 3.1.0", "a second YAML document"),
    ("openapi: 3.1.0\na: [", "not YAML at line"),
    ("openapi: 3.1.0\n? [a]\n: b", "a mapping or a list as a name (line 2)"),
    ('{"openapi": "3.1.0",\n', "begins like JSON but is none at line 2"),
    ('{"openapi": "3.1.0", "a": NaN}', "NaN is no JSON number"),
    ('{"openapi": "3.1.0", "a": ' + "9" * 5000 + "}", "a number of absurdly many digits"),
    ("openapi: 3.1.0\na: \x01", "can't stand in YAML"),
    ("", "no OpenAPI 3 document"),
    ("[]", "no OpenAPI 3 document"),
    ("openapi: 2.5", "no OpenAPI 3 document"),
    ("a: " + "x" * (32 * 2**20), "larger than 32 MB"),
    ("swagger: '2.0'\npaths: {}", "a Swagger 2.0 document"),
    ("swagger: 2.0\npaths: {}", "npx swagger2openapi"),
], ids=range(19))  # fmt: skip
def test_what_is_no_document_is_refused_in_one_line(text: str, told: str) -> None:
    """Bombs, cut files and other formats end in one line that says what and where."""
    start = time.perf_counter()
    with pytest.raises(Unusable) as raised:
        read(text, "api.yaml")
    message = str(raised.value)
    assert told in message
    assert message.startswith("api.yaml: ")
    assert "\n" not in message
    assert len(message) < 250
    assert time.perf_counter() - start < 5


def test_a_large_document_is_read() -> None:
    """Just below the bound nothing is refused."""
    text = yaml_of("type: string") + "info:\n  description: " + "x" * (31 * 2**20)
    assert broken(from_text(text), 1) == {"body.type": ""}


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_version_may_stand_anywhere(form: str) -> None:
    """The `openapi` key is a name like any other."""
    document = described({"type": "string"})
    version = document.pop("openapi")
    document["components"] = {"schemas": {f"T{number}": {"type": "string"} for number in range(500)}}
    text = json.dumps(document | {"openapi": version})
    if form == "yaml":
        text = yaml.safe_dump(document, sort_keys=False) + f"openapi: {version}\n"
    assert broken(from_text(text), 1) == {"body.type": ""}


def test_3_2_is_read_as_3_1_and_told() -> None:
    """A newer document is held as the newest that is known, and one conflict says so."""
    contract = contract_of({"type": ["string", "null"]}, version="3.2.0")
    assert broken(contract, 1) == {"body.type": ""}
    assert broken(contract, None) == {}
    assert [one.decided for one in contract.conflicts] == ["read as 3.1"]
    assert contract_of({}, version="3.1.7").conflicts == ()


def test_reading_leaves_the_given_document_alone() -> None:
    """Whoever gives a parsed document gets it back as it was."""
    document = described({"type": "object", "properties": {"a": {"type": "string", "nullable": True}, "b": {}}})
    document["components"] = {"schemas": {"A": {"$id": "a", "allOf": [{"$ref": "#/components/schemas/A"}]}}}
    before = json.dumps(document)
    contracts_of(document_of(document, "x"))
    assert json.dumps(document) == before


# Null and 3.0


NULLABLE: dict[str, tuple[str, Any, str]] = {
    "3.0 type": ("3.0.3", {"type": "string", "nullable": True}, ""),
    "3.0 enum with null": ("3.0.3", {"type": "string", "nullable": True, "enum": ["a", None]}, ""),
    "3.0 enum": ("3.0.3", {"type": "string", "nullable": True, "enum": ["a"]}, "enum doesn't list null"),
    "3.0 reference": ("3.0.3", {"$ref": "#/components/schemas/T", "nullable": True}, "no type stands beside it"),
    "3.0 allOf": ("3.0.3", {"allOf": [{"$ref": "#/components/schemas/T"}], "nullable": True}, "no type"),
    "3.0 no type": ("3.0.3", {"minLength": 1, "nullable": True, "enum": ["a"]}, "no type"),
    "3.1 type": ("3.1.0", {"type": "string", "nullable": True}, "no keyword of 3.1"),
    "3.1 types": ("3.1.0", {"type": ["string"], "nullable": True}, "no keyword of 3.1"),
    "3.1 reference": ("3.1.0", {"$ref": "#/components/schemas/T", "nullable": True}, "no type"),
    "3.1 const": ("3.1.0", {"type": "string", "const": "a", "nullable": True}, "no keyword of 3.1"),
    "list": ("3.1.0", {"type": ["string", "null"]}, ""),
    "anyOf": ("3.1.0", {"anyOf": [{"type": "string"}, {"type": "null"}]}, ""),
    "oneOf, null first": ("3.1.0", {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/T"}]}, ""),
}


@pytest.mark.parametrize("spelling", NULLABLE)
def test_or_null_is_known_in_every_spelling(spelling: str) -> None:
    """Null is allowed, another type isn't, under one rule; what says nothing by the letter is a conflict there."""
    version, schema, told = NULLABLE[spelling]
    document = described({"type": "object", "properties": {"a": schema}}, version=version)
    document["components"] = {"schemas": {"T": {"type": "string"}}}
    text = json.dumps(document, indent=1)
    contract = from_text(text)
    assert broken(contract, {"a": None}) == {}
    assert broken(contract, {"a": "a"}) == {}
    assert broken(contract, {"a": 1}) == ({"a.enum": "/a"} if spelling == "3.0 no type" else {"a.type": "/a"})
    assert [told in conflict.problem for conflict in contract.conflicts] == [True] * bool(told)
    for conflict in contract.conflicts:
        assert conflict.field.endswith("/properties/a/nullable")
        assert text.splitlines()[conflict.sources[0].line - 1].strip().startswith('"nullable"')


def test_a_false_nullable_says_nothing() -> None:
    """`nullable: false` is the rule anyway."""
    contract = contract_of({"type": "string", "nullable": False}, version="3.0.0")
    assert broken(contract, None) == {"body.type": ""}
    assert contract.conflicts == ()


@pytest.mark.parametrize(("version", "long"), [("3.0.3", {}), ("3.1.0", {"a.length": "/a"})])
def test_what_stands_beside_a_reference_counts_from_3_1_on(version: str, long: dict[str, str]) -> None:
    """3.0 ignores siblings of `$ref`; 3.1 holds them as well."""
    document = described(
        {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/T", "maxLength": 2}}}, version=version
    )
    document["components"] = {"schemas": {"T": {"type": "string"}}}
    (contract,) = contracts_of(document_of(document, "x"))
    assert broken(contract, {"a": "abc"}) == long
    assert broken(contract, {"a": 1}) == {"a.type": "/a"}


@pytest.mark.parametrize(("version", "conflicts"), [("3.0.3", 0), ("3.1.0", 1)])
def test_a_boolean_bound_is_read_as_3_0_has_it(version: str, conflicts: int) -> None:
    """`exclusiveMinimum: true` makes `minimum` exclusive, `false` says nothing; in 3.1 that is a conflict."""
    contract = contract_of({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, version=version)
    assert broken(contract, 5) == {"body.range": ""}
    assert broken(contract, 6) == {}
    assert len(contract.conflicts) == conflicts
    assert broken(contract_of({"maximum": 5, "exclusiveMaximum": False}, version=version), 5) == {}


@pytest.mark.parametrize(("name", "half"), [("int32", 2**31), ("int64", 2**63)])
def test_integer_widths_are_ranges(name: str, half: int) -> None:
    """They hold on integers and numbers, beside narrower bounds too, and say nothing of texts."""
    contract = contract_of({"type": "object", "properties": {"n": {"type": "integer", "format": name}}})
    assert broken(contract, {"n": half - 1}) == broken(contract, {"n": -half}) == {}
    assert broken(contract, {"n": half}) == broken(contract, {"n": -half - 1}) == {"n.range": "/n"}
    assert broken(contract_of({"type": "string", "format": name}), "x") == {}
    narrow = contract_of({"type": "integer", "format": name, "minimum": 0, "exclusiveMaximum": 10})
    assert broken(narrow, 9) == {}
    assert broken(narrow, 10) == broken(narrow, -1) == {"body.range": ""}


# Examples that break their schema


def _problem(first: Any, second: Any, *examples: Any, keyword: str = "oneOf") -> Contract:
    document = described({keyword: [first, second]})
    media = document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]
    media["examples"] = {f"e{number}": {"value": value} for number, value in enumerate(examples)}
    return from_text(json.dumps(document, indent=1))


def test_an_overlapping_choice_that_its_own_example_breaks_is_read_as_any() -> None:
    """The vendor's example keeps two of the alternatives; so may an answer, and a conflict shows both lines."""
    one = {"type": "object", "properties": {"a": {"type": "string"}}}
    two = {"type": "object", "properties": {"b": {"type": "string"}}}
    contract = _problem(one, two, {"a": "x"})
    assert broken(contract, {"a": "x"}) == {}
    assert broken(contract, {"a": 1, "b": 1}) == {"body.anyOf": ""}
    (conflict,) = contract.conflicts
    assert (conflict.decided, len(conflict.sources)) == ("read as meant: any of them", 2)
    assert all(source.line for source in conflict.sources)
    assert contract.example == ({"a": "x"},)


def test_a_choice_that_no_example_breaks_stays_exclusive() -> None:
    """Without an example's word an overlapping `oneOf` stands by its letter."""
    one, two = {"required": ["a"]}, {"required": ["b"]}
    contract = _problem(one, two, {"a": "x"})
    assert broken(contract, {"a": 1, "b": 1}) == {"body.oneOf": ""}
    assert contract.conflicts == ()
    neither = _problem(one, two, {"c": "x"})
    assert [rule.level for rule in neither.rules if rule.kind == "oneOf"] == ["drift"]


BREAKS: dict[str, tuple[Any, Any, str]] = {
    "type": ({"type": "string"}, 1, "a.type"),
    "null": ({"type": "string"}, None, "a.type"),
    "enum": ({"enum": ["x"]}, "y", "a.enum"),
    "bound": ({"maximum": 5}, 6, "a.range"),
    "pattern": ({"type": "string", "pattern": "^a"}, "b", "a.pattern"),
    "format": ({"type": "string", "format": "date"}, "soon", "a.format"),
    "multipleOf": ({"multipleOf": 2}, 3, "a.multipleOf"),
    "anyOf": ({"anyOf": [{"minimum": 9}, {"type": "string"}]}, 3, "a.anyOf"),
    "not": ({"not": {"type": "string"}}, "x", "a.not"),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_keyword_that_a_documented_answer_breaks_is_drift_there(case: str) -> None:
    """The rule stands, weaker; its neighbours stay as they are, the conflict is shown, the example isn't used."""
    schema, value, rule = BREAKS[case]
    document = described({"type": "object", "properties": {"a": schema, "b": {"type": "string"}}})
    media = document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]
    media["example"] = {"a": value, "b": "x"}
    contract = from_text(json.dumps(document, indent=1))
    assert {one.id for one in contract.rules if one.level == "drift"} == {
        rule, "response.status", "response.media-type", "response.undocumented-field",
    }  # fmt: skip
    assert [one.field for one in contract.conflicts] == ["a"]
    assert all(source.line for source in contract.conflicts[0].sources)
    assert contract.example == ()
    assert broken(contract, media["example"]) == {rule: "/a"}


def test_a_required_name_that_an_example_lacks_is_drift() -> None:
    """Presence too, and only of the name that is missing."""
    contract = contract_of({"required": ["a", "b"]}, example={"a": 1})
    assert {rule.id: rule.level for rule in contract.rules if rule.kind == "required"} == {
        "a.required": "violation", "b.required": "drift",
    }  # fmt: skip


def test_a_bare_null_as_an_example_says_nothing() -> None:
    """Tools write `example: null` where nobody gave one."""
    for contract in (
        contract_of({"type": "object"}, example=None),
        contract_of({"type": "object", "example": None}),
        contract_of({"type": "object", "properties": {"a": {"type": "string", "example": None}}}),
    ):
        assert contract.conflicts == ()
        assert broken(contract, None) == {"body.type": ""}
        assert contract.rule("body.type").level == "violation"


def test_an_example_of_one_place_breaks_nothing_but_itself() -> None:
    """What stands beside a keyword as an example is no whole answer: the rule is as strong as before."""
    contract = contract_of({"type": "object", "properties": {"a": {"type": "string", "maxLength": 1, "example": "xy"}}})
    assert contract.rule("a.length").level == "violation"
    assert [conflict.field for conflict in contract.conflicts] == ["a"]
    assert broken(contract, contract.index.base("success")) == {}
