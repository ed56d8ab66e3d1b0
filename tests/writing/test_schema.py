"""The schema file: standard keywords, violations alone, the same bytes each time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from contracts.checking import Checker
from contracts.model.contract import Rule
from contracts.model.json import Json
from contracts.rules import spoil
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.parsing import parse
from contracts.writing import schema_document, text
from tests.rules.synthetic import CONTRACTS, DRAFTS, held, without

SHOP, REPLY = DRAFTS["shop"], DRAFTS["reply"]

ASSERTIONS = {
    "type", "enum", "const", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
    "maxLength", "pattern", "minItems", "maxItems", "required", "additionalProperties",
}  # fmt: skip
STRUCTURE = {"properties", "items", "allOf", "if", "then"}
WORDS = {"title", "description", "$comment"}


def walk(schema: Any) -> list[dict[str, Any]]:
    """Every schema inside a schema, itself first."""
    inner = [*schema.get("properties", {}).values(), *schema.get("allOf", ())]
    inner += [schema[name] for name in ("items", "if", "then") if name in schema]
    return [schema, *(found for one in inner for found in walk(one))]


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_document_keeps_the_meta_schema(name: str) -> None:
    """It is a valid schema of the 2020-12 dialect, and says that it is one."""
    document = schema_document(CONTRACTS[name])
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_schema_file_has_standard_keywords_only(name: str) -> None:
    """No extension, no reference, no `oneOf`, no `else`: any strict tool takes it, and each error has one cause."""
    document = schema_document(CONTRACTS[name])
    used = {key for node in walk(document) for key in node}
    assert used - {"$schema", "$id"} <= ASSERTIONS | STRUCTURE | WORDS
    assert len(walk(document)) > 20


def test_rules_are_told_in_comments_and_titles() -> None:
    """A reader of the file finds the id and summary of each rule at its place."""
    whole = text(schema_document(CONTRACTS["reply"]))
    for rule in REPLY.about("success"):
        if rule.level == "violation" and rule.at and rule.kind != "condition":
            assert json.dumps(f"{rule.id}: {rule.summary}", ensure_ascii=False)[1:-1] in whole
    step = schema_document(CONTRACTS["reply"])["properties"]["currentStep"]
    ids = [rule.id for rule in REPLY.about("success", "condition") if rule.at == ("currentStep",)]
    assert [entry["title"] for entry in step["allOf"]] == ids


def test_each_conditional_is_an_entry_of_its_own() -> None:
    """`if` stands with `required`, so that an absent property triggers nothing; `then` tells types."""
    for node in walk(schema_document(CONTRACTS["shop"])):
        if "if" in node:
            assert node.keys() == {"title", "$comment", "if", "then"}
            assert node["if"]["required"] == list(node["if"]["properties"])
            assert all("required" not in inner for inner in walk(node["then"]))


def test_forms_are_the_friendliest() -> None:
    """A nullable type is a list inline, a nullable enum lists null, int64 is a format with its range."""
    properties = schema_document(CONTRACTS["shop"])["properties"]
    assert properties["kind"]["type"] == ["string", "null"]
    assert properties["kind"]["enum"] == ["small", "large", None]
    big = {"type": ["integer", "null"], "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
    assert big.items() <= properties["big"].items()
    assert list(properties["level"]) == ["description", "$comment", "type", "minimum", "maximum"]


@pytest.mark.parametrize("name", DRAFTS)
def test_writing_is_deterministic(name: str) -> None:
    """The same contract gives the same bytes, and writing changes nothing in it."""
    contract = CONTRACTS[name]
    before = repr(contract.document.tree)
    assert text(schema_document(contract)) == text(schema_document(contract))
    assert repr(contract.document.tree) == before
    assert text(schema_document(contract)).endswith("}\n")


def _broken_bodies(name: str) -> list[tuple[Rule, Json]]:
    contract = CONTRACTS[name]
    good = legal_interaction(contract, 200)
    checker = Checker(contract)
    spoiled = [(rule, spoil(rule, contract, good)) for rule in contract.about("success")]
    return [
        (rule, parse(one.response.body)[0])
        for rule, one in spoiled
        if one is not None and {finding.rule for finding in checker.judge(one).findings} == {rule.id}
    ]


@pytest.mark.parametrize("name", CONTRACTS)
def test_violations_are_asserted_and_nothing_weaker(name: str) -> None:
    """A body that breaks one rule breaks the written schema exactly where the rule is a violation it can say."""
    schema = schema_document(CONTRACTS[name])
    written = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    broken = _broken_bodies(name)
    weaker = {rule.id for rule, _ in broken if rule.level != "violation" or rule.kind == "echo"}
    assert {rule.id for rule, body in broken if written.is_valid(body)} == weaker
    assert len(weaker) >= 3
    assert len(broken) == len(CONTRACTS[name].about("success"))


@pytest.mark.parametrize("name", ["reply", "shop"])
def test_drift_conditions_are_found_by_us(name: str) -> None:
    """What the schema doesn't assert is found all the same, as drift."""
    contract = CONTRACTS[name]
    (rule,) = (one for one in contract.about("success", "condition") if one.level == "drift")
    broken = spoil(rule, contract, legal_interaction(contract, 200))
    assert broken is not None
    assert [(one.rule, one.level) for one in Checker(contract).judge(broken).findings] == [(rule.id, "drift")]


def test_a_weaker_level_takes_the_keyword_away() -> None:
    """A rule that is only drift is no keyword; a closed body that is a violation is one on every object."""
    drift = replace(SHOP, rules=tuple(replace(rule, level="drift") for rule in SHOP.rules))
    used = {key for node in walk(schema_document(held(drift))) for key in node}
    assert not used & ASSERTIONS
    closed = replace(SHOP, rules=tuple(replace(rule, level="violation") for rule in SHOP.rules))
    document = schema_document(held(closed))
    assert document["additionalProperties"] is False
    assert document["properties"]["lines"]["items"]["additionalProperties"] is False
    assert len(document["allOf"]) == 2


def test_a_contract_of_nothing_is_an_empty_schema() -> None:
    """Without rules and fields there is nothing to assert."""
    bare = replace(without(SHOP, *(rule.id for rule in SHOP.rules)), fields=())
    head = {"$schema", "$id", "title", "$comment"}
    assert schema_document(held(bare)).keys() == head
