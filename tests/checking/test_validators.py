"""Two validators, one verdict: the fast screen never says "kept" of what the exact explainer finds broken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checking import Checker
from contracts.checking.explainer import explain
from contracts.model.json import Json
from contracts.rules.instance import ABSENT, replaced
from contracts.rules.listing import listing_of
from contracts.rules.parsing import parse
from contracts.writing import schema_document
from tests.proving.mirror import bodies
from tests.rules.synthetic import CONTRACTS, answered, contract_of

Location = tuple[str | int, ...]
NUMBERS: list[Any] = [
    0, 1, -1, 1.0, -0.0, 0.5, 0.49999999999999994, 1e-300, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1,
    -(2**63), -(2**63) - 1, 2**64, 2**64 - 1, 10**30, 10**400, float(2**53), 9.2e18, 9.3e18, -9.3e18,
    9223372036854775807.0,
    -9223372036854775808.0, 9223372036854774784.0, 1e300, 1.7976931348623157e308, 10.000000000000002, 9.999999999999998,
]  # fmt: skip
OTHERS: list[Any] = [
    None, True, False, "", "x", "Finished", "Done", "2024-03-08T10:00:00Z", [], {}, ["new"], [{}], {"a": 1},
]  # fmt: skip
CHECKERS = {name: Checker(contract) for name, contract in CONTRACTS.items()}


def agree(name: str, body: Json) -> bool:
    """Whether the body keeps the contract by both validators; fails where they differ or an error leads nowhere."""
    contract = CONTRACTS[name]
    listing, at = listing_of(contract), contract.bodies["success"].at
    parsed, careful = parse(json.dumps(body).encode())
    explained = explain(contract, "success", parsed)
    if not careful:
        assert listing.validators.keeps(at, parsed) is not bool(explained)
        fast = explain(contract, "success", parsed, made=True)
        assert {(one.rule.id, one.pointer) for one in fast} == {(one.rule.id, one.pointer) for one in explained}
    findings = {finding.rule for finding in CHECKERS[name].judge(answered(contract, body)).findings}
    assert bool(findings & {one.rule.id for one in explained}) is bool(explained)
    return not explained


def _places(body: Json, steps: Location = ()) -> list[Location]:
    below = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [steps, *(place for step, value in below for place in _places(value, (*steps, step)))]


PLACES = {name: _places(contract.example[0]) for name, contract in CONTRACTS.items() if contract.example}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("value", NUMBERS + OTHERS + [ABSENT], ids=lambda value: repr(value)[:25])
def test_any_value_at_any_place_has_one_verdict(name: str, value: Json) -> None:
    """The example with one value replaced or taken away, numbers at the ends of every width included."""
    verdicts = [
        agree(name, replaced(CONTRACTS[name].example[0], steps, value))
        for steps in PLACES[name]
        if steps and not (value is ABSENT and isinstance(steps[-1], int))
    ]
    assert not all(verdicts)


@pytest.mark.parametrize("name", PLACES)
@settings(max_examples=60)
@given(data=st.data())
def test_mutated_examples_have_one_verdict(name: str, data: st.DataObject) -> None:
    """Several places changed at once, to values of any kind."""
    body = CONTRACTS[name].example[0]
    values = (
        st.sampled_from(NUMBERS + OTHERS) | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
    )
    for _ in range(data.draw(st.integers(1, 4))):
        steps = data.draw(st.sampled_from([place for place in _places(body) if place]))
        body = replaced(body, steps, data.draw(values))
    agree(name, body)


@pytest.mark.parametrize("name", ["reply", "shop"])
@pytest.mark.parametrize("legal", [True, False])
def test_generated_bodies_have_one_verdict(name: str, legal: bool) -> None:
    """Bodies made from the written schema keep the contract, and those made to break it don't."""
    seen = []

    @settings(max_examples=20)
    @given(bodies(schema_document(CONTRACTS[name]), legal=legal))
    def every(body: Json) -> None:
        agree(name, body)
        findings = CHECKERS[name].judge(answered(CONTRACTS[name], body)).findings
        broken = [one for one in findings if one.level == "violation" and not one.rule.endswith("echoes-request")]
        seen.append(bool(broken))

    every()
    assert seen
    assert set(seen) == {not legal}


def test_a_schema_in_a_circle_ends_in_a_verdict() -> None:
    """What refers to itself for the same value over and over ends, without taking twice as long each time."""
    circle = {"if": {"$ref": "#/paths/~1things/get/responses/200/content/application~1json/schema"}, "then": {
        "$ref": "#/paths/~1things/get/responses/200/content/application~1json/schema",
    }, "type": "object"}  # fmt: skip
    contract = contract_of(circle)
    assert Checker(contract).judge(answered(contract, 5)).findings


@pytest.mark.parametrize("value", [10**400, -(10**400), 10**400 + 1])
def test_a_number_beyond_every_float_has_a_verdict(value: int) -> None:
    """A step that has a fraction, asked of it, ends no judge."""
    properties = {"a": {"type": "number", "multipleOf": 0.5}, "b": {"type": "string"}}
    contract = contract_of({"type": "object", "properties": properties})
    judged = Checker(contract).judge(answered(contract, {"a": value, "b": 1}))
    assert "b.type" in {met.first.rule for met in judged.met}
