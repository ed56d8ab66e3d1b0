"""Every kind of rule: what it writes is what it reads, and what it spoils breaks it alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checking import Checker
from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Response
from contracts.model.json import Json
from contracts.rules import KINDS, ordered, spoil
from contracts.rules.branches import branches
from contracts.rules.instance import ABSENT
from contracts.rules.json_types import json_type
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.parameters import binds
from contracts.rules.parsing import parse
from contracts.rules.samples import breaking, candidates, keeps, value_rules
from contracts.rules.values import label_of
from tests.rules.synthetic import CONTRACTS, REPLY, SHOP, answered, contract_of, shop

CHECKERS = {name: Checker(contract) for name, contract in CONTRACTS.items()}
BINDING = [(name, rule) for name, contract in CONTRACTS.items() for rule in contract.rules if binds(rule)]
SAID = {(rule.kind, json.dumps(rule.says)): rule for contract in (REPLY, SHOP) for rule in contract.rules}


def test_the_made_up_contract_has_every_kind() -> None:
    """No row of the table goes untested: the made-up shop uses each kind."""
    assert {rule.kind for rule in SHOP.rules} == set(KINDS)


@pytest.mark.parametrize("rule", SAID.values(), ids=lambda rule: rule.id)
def test_what_a_kind_writes_it_reads_back(rule: Rule) -> None:
    """The fragment of a rule, read as a schema, says what the rule says; a schema without it says nothing."""
    kind = KINDS[rule.kind]
    if not kind.fragment(rule.says):
        assert kind.judge or kind.name in {"required", "closed"}
        return
    assert kind.parse(kind.fragment(rule.says)) == rule.says
    assert kind.parse(json.loads(json.dumps(kind.fragment(rule.says)))) == rule.says
    assert kind.parse({"description": "silent"}) is None
    if kind.name != "condition":
        assert set(kind.fragment(rule.says)) - {"format"} <= {*kind.keywords, "format"}


@pytest.mark.parametrize(("name", "rule"), BINDING, ids=[f"{name}-{rule.id}" for name, rule in BINDING])
def test_a_spoiled_interaction_breaks_its_rule_alone(name: str, rule: Rule) -> None:
    """From a good interaction of some status, the rule's own spoiling leads to findings of this rule and no other."""
    contract = CONTRACTS[name]
    caught = []
    for answer in contract.answers:
        good = legal_interaction(contract, answer.status)
        broken = spoil(rule, contract, good)
        if broken is not None:
            caught.append({finding.rule for finding in CHECKERS[name].judge(broken).findings})
            changed = (broken.request != good.request, broken.response != good.response)
            repeated = rule.kind == "parameter-range" and broken.response.body != good.response.body
            assert changed == ((True, repeated) if rule.target == "request" else (False, True))
    assert {rule.id} in caught


@pytest.mark.parametrize("name", CONTRACTS)
def test_legal_interactions_keep_the_contract(name: str) -> None:
    """What the proof starts from has no finding, of any level, for any status."""
    contract = CONTRACTS[name]
    for answer in contract.answers:
        assert CHECKERS[name].judge(legal_interaction(contract, answer.status)).findings == ()


@pytest.mark.parametrize("rule", REPLY.rules + SHOP.rules, ids=lambda rule: rule.id)
def test_texts_are_one_sentence(rule: Rule) -> None:
    """Each rule has a promise that ends as a sentence does, and a short expectation without a line break."""
    text = KINDS[rule.kind].sentence(rule.at, rule.says)
    expected = KINDS[rule.kind].expected(rule.says)
    assert text.endswith(".")
    assert "\n" not in text
    assert expected
    assert "\n" not in expected
    assert " a integer" not in text


def test_an_optional_parameter_promises_no_refusal() -> None:
    """Only of a required parameter it is said that a request without it is refused."""
    texts = {rule.at[0]: KINDS["parameter"].sentence(rule.at, rule.says) for rule in SHOP.about("request", "parameter")}
    assert "refused" in texts["unit"]
    assert texts["page"] == "page is an integer in the query."


def test_rules_come_in_one_order() -> None:
    """However the rules were found, they are listed alike."""
    assert ordered(tuple(reversed(REPLY.rules)), REPLY.fields)[5:] == REPLY.rules[5:]
    assert ordered(REPLY.rules, REPLY.fields) == REPLY.rules


def _field(**keywords: Any) -> tuple[Contract, dict[str, Rule]]:
    contract = contract_of({"type": "object", "properties": {"x": keywords}})
    return contract, {rule.kind: rule for rule in contract.rules if rule.at == ("x",)}


bounds = st.integers(-50, 50) | st.floats(-50, 50).map(lambda value: round(value, 2))


@given(low=bounds, high=bounds, strict=st.booleans(), kind=st.sampled_from(["integer", "number"]))
def test_a_number_out_of_range_is_found_for_any_bounds(low: Any, high: Any, strict: bool, kind: str) -> None:
    """Whatever the bounds, open or closed: the value made to break them breaks them, and is of the right type."""
    names = ("exclusiveMinimum", "exclusiveMaximum") if strict else ("minimum", "maximum")
    contract, rules = _field(type=kind, **dict(zip(names, (low, high), strict=True)))
    bad = breaking(rules["range"], contract)
    assert not keeps(rules["range"], bad)
    assert keeps(rules["type"], bad)


@given(least=st.integers(0, 30), more=st.integers(0, 30), pattern=st.sampled_from(["^[a-z]+$", "^[A-Z]+$", "^[0-9]+$"]))
def test_length_and_pattern_are_told_apart(least: int, more: int, pattern: str) -> None:
    """At a place with both, a legal text keeps both, and the one made to break one keeps the other."""
    contract, rules = _field(minLength=least, maxLength=least + more, pattern=pattern)
    if least + more:
        legal = contract.index.part("success", ("x",))
        assert all(keeps(rule, legal) for rule in value_rules(contract, "success", ("x",)))
    bad = breaking(rules["length"], contract)
    assert (keeps(rules["length"], bad), keeps(rules["pattern"], bad)) == (False, True)


def test_a_value_that_nothing_breaks_is_absent() -> None:
    """A rule that allows everything has no breaking value, and says so instead of inventing one."""
    contract, rules = _field(minLength=0)
    assert breaking(rules["length"], contract) is ABSENT
    assert spoil(rules["length"], contract, answered(contract, {"x": "a"})) is None


def test_candidates_are_json() -> None:
    """Every value to choose from can travel in a body."""
    for rule in SHOP.about("success"):
        for value in candidates((rule,)):
            json_type(value)
            json.dumps(value, allow_nan=False)


def test_a_condition_without_an_example_is_spoiled_in_the_body_itself() -> None:
    """A provider's own answer, or a contract without example, can break a condition too, in an array's item as well."""
    contract = shop(example=False)
    rule = contract.rule("lines[].no-price-is-free")
    body: dict[str, Any] = {"lines": [{"sku": "a", "price": 1}, {"sku": "b", "price": 2}]}
    spoiled = spoil(rule, contract, answered(contract, body))
    assert spoiled is not None
    value: Any = parse(spoiled.response.body)[0]
    assert value["lines"][0]["price"] is None
    assert value["lines"][0]["free"] is not True
    assert value["lines"][1] == body["lines"][1]


@pytest.mark.parametrize("body", [{"state": None}, {"state": "x"}, {}, [], None, "x", {"lines": []}])
def test_a_condition_without_a_place_has_nothing_to_break(body: Json) -> None:
    """Where the condition's scope is missing, null or of another type, nothing is spoiled and nothing crashes."""
    contract = shop(example=False)
    assert spoil(contract.rule("state.no-step-is-done"), contract, answered(contract, body)) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b"{}", b'"x"', b"5"])
def test_spoiling_takes_any_answer(body: bytes) -> None:
    """A fault meets whatever answer the provider gives: spoiling changes it or leaves it, and never raises."""
    for contract in (REPLY, SHOP):
        for answer in contract.answers:
            response = Response(status=answer.status, body=body)
            other = replace(legal_interaction(contract, answer.status), response=response)
            spoiled = [spoil(rule, contract, other) for rule in contract.rules]
            assert {one.origin for one in spoiled if one is not None} <= {other.origin}


def test_an_integer_among_numbers_is_an_integer() -> None:
    """What two schemas of one place say of its type holds together, whichever comes first."""
    for both in ([{"type": "number"}, {"type": "integer"}], [{"type": "integer"}, {"type": "number"}]):
        contract = contract_of({"type": "object", "properties": {"x": {"allOf": both}}})
        assert [rule.says for rule in contract.about("success", "type") if rule.at == ("x",)] == [
            {"types": ["integer"]}
        ]


def test_the_sides_of_a_condition_are_called_by_its_whole_place() -> None:
    """However deep the condition lies."""
    text = {"type": ["string", "null"]}
    when = {"properties": {"c": {"type": "null"}}, "required": ["c"]}
    inner = {"properties": {"c": text, "d": text}, "allOf": [{"if": when, "then": {"properties": {"d": {"const": 1}}}}]}
    contract = contract_of({"properties": {"a": {"properties": {"b": inner}}}})
    assert {"a.b.no-c", "a.b.c"} <= {branch.name for branch in branches(contract)}


@pytest.mark.parametrize(("value", "label"), [(None, "null"), (True, "true"), (5, "5"), ("x", "x")])
def test_a_listed_value_is_called_as_json_writes_it(value: Json, label: str) -> None:
    """A text alone goes without its quotation marks."""
    assert label_of(value) == label
