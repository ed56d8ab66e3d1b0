"""Two validators, one verdict: the fast screen never says "kept" of what the exact explainer finds broken."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checking import Checker, Screen
from contracts.checking.explainer import _errors, explain
from contracts.model.contract import Contract, Rule, Target
from contracts.model.json import Json, pointer
from contracts.rules import spoil
from contracts.rules.exchange import look, parse
from contracts.rules.legal import legal_interaction
from contracts.rules.places import ABSENT, replaced
from contracts.writing import Written, body_schema
from tests.proving.mirror import bodies
from tests.rules.synthetic import CONTRACTS, REPLY, SHOP, answered

Location = tuple[str | int, ...]
NUMBERS: list[Any] = [
    0, 1, -1, 1.0, -0.0, 0.5, 0.49999999999999994, 1e-300, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1,
    -(2**63), -(2**63) - 1, 2**64, 2**64 - 1, 10**30, 10**400, float(2**53), 9.2e18, 9.3e18, -9.3e18,
    9223372036854775807.0,
    -9223372036854775808.0, 9223372036854774784.0, 1e300, 1.7976931348623157e308, 10.000000000000002, 9.999999999999998,
]  # fmt: skip
OTHERS: list[Any] = [
    None,
    True,
    False,
    "",
    "x",
    "Finished",
    "Done",
    "2024-03-08T10:00:00Z",
    [],
    {},
    ["new"],
    [{}],
    {"a": 1},
]


@cache
def schemas(name: str, target: Target) -> tuple[Written, Screen]:
    """The schema of one body with every rule asserted, and its screen."""
    written = body_schema(CONTRACTS[name], target, weak=True)
    return written, Screen(written)


def agree(name: str, body: Json) -> bool:
    """Whether the body keeps the contract by both validators; fails where they differ or a location leads nowhere."""
    written, screen = schemas(name, "success")
    parsed, careful = parse(json.dumps(body).encode())
    explained = explain(written, parsed)
    if screen.keeps(parsed, careful=careful):
        assert explained == ()
    elif not careful:
        assert explained
    good = answered(CONTRACTS[name], body)
    checker = Checker(CONTRACTS[name])
    findings = [
        finding for finding in checker.judge(good).findings if finding.rule in {one.rule.id for one in explained}
    ]
    assert bool(findings) is bool(explained)
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
    """Bodies made from the written schema keep it, and those made to break it don't, for both validators."""
    written = body_schema(CONTRACTS[name], "success")
    checker = Checker(CONTRACTS[name])
    seen = []

    @settings(max_examples=40)
    @given(bodies(written.schema, legal=legal))
    def every(body: Json) -> None:
        agree(name, body)
        findings = checker.judge(answered(CONTRACTS[name], body)).findings
        broken = [one for one in findings if one.level == "violation" and not one.rule.endswith("echoes-request")]
        seen.append(bool(broken))

    every()
    assert seen
    assert set(seen) == {not legal}


def test_a_careful_body_is_not_screened() -> None:
    """A body with rounded numbers is never kept by the screen, whatever it holds."""
    _, screen = schemas("reply", "success")
    assert screen.keeps(REPLY.example[0])
    assert not screen.keeps(REPLY.example[0], careful=True)


# Locations: from a rule into the schema, and from an error there back to the rule.


def _rules_of(contract: Contract) -> list[Rule]:
    written = [body_schema(contract, target, weak=True) for target in ("success", "problem")]
    return list({rule.id: rule for one in written for rule in one.locations.values()}.values())


LOCATED = [(name, rule) for name in ("reply", "shop") for rule in _rules_of(CONTRACTS[name])]


@pytest.mark.parametrize("name", ["reply", "shop"])
def test_every_rule_of_a_body_stands_somewhere(name: str) -> None:
    """Each rule that JSON Schema can say has a location of its own, and the location exists in the schema."""
    contract = CONTRACTS[name]
    for target in ("success", "problem"):
        written = body_schema(contract, target, weak=True)
        expected = {rule.id for rule in contract.about(target) if rule.kind != "echo"}
        assert {rule.id for rule in written.locations.values()} == expected
        for location in written.locations:
            node: Any = written.schema
            for step in location[:-1] if "required" in location[-2:-1] else location:
                node = node[step]
            if location[-2:-1] == ("required",):
                assert location[-1] in node


def _by_screen(name: str, target: Target, body: Json) -> set[tuple[str, str]]:
    """Rule and place of everything that jsonschema-rs finds."""
    written, screen = schemas(name, target)
    found = set()
    for location, place in screen.locations(body):
        node: Any = written.schema
        value: Any = body
        for step in location[:-1]:
            known = step in node if isinstance(node, dict) else True
            node = node[step] if known else node
        for step in place:
            value = value[step]
        missing = [key for key in node["required"] if key not in value] if location[-1] == "required" else []
        extra = (
            [key for key in value if key not in node["properties"]] if location[-1] == "additionalProperties" else []
        )
        for key in missing or extra or [""]:
            rule = written.rule(location, key if missing else "")
            assert rule is not None
            found.add((rule.id, pointer((*place, key) if key else place)))
    return found


def _by_explainer(name: str, target: Target, body: Json) -> set[tuple[str, str]]:
    """Rule and place of everything that jsonschema finds."""
    written, _ = schemas(name, target)
    return {(broken.rule.id, broken.pointer) for broken in explain(written, body)}


@pytest.mark.parametrize(("name", "rule"), LOCATED, ids=[f"{name}-{rule.id}" for name, rule in LOCATED])
def test_an_error_leads_back_to_the_rule_it_came_from(name: str, rule: Rule) -> None:
    """A body with one wrong value: each validator's errors lead to its rule, all of them at that one place."""
    contract = CONTRACTS[name]
    spoiled = [spoil(rule, contract, legal_interaction(contract, answer.status)) for answer in contract.answers]
    led: set[str] = set()
    for broken in spoiled:
        if broken is None:
            continue
        exchange = look(contract, broken, {})
        assert exchange.answer is not None
        if not exchange.has_body:
            continue
        screened = _by_screen(name, exchange.answer.body, exchange.body)
        assert screened == _by_explainer(name, exchange.answer.body, exchange.body)
        assert len({place for _, place in screened}) == 1
        led |= {found for found, _ in screened}
    assert rule.id in led


@pytest.mark.parametrize("name", ["reply", "shop"])
@settings(max_examples=40)
@given(data=st.data())
def test_all_errors_lead_to_the_same_rules(name: str, data: st.DataObject) -> None:
    """Many faults at once: both validators' errors lead to the same rules at the same places."""
    body = CONTRACTS[name].example[0]
    for _ in range(data.draw(st.integers(1, 6))):
        steps = data.draw(st.sampled_from([place for place in _places(body) if place]))
        body = replaced(body, steps, data.draw(st.sampled_from([*OTHERS, 0, 1, 77, "extra"])))
    assert _by_screen(name, "success", body) == _by_explainer(name, "success", body)


def test_an_unknown_location_leads_nowhere() -> None:
    """A location outside every rule is no rule's, instead of the nearest one's."""
    written = body_schema(REPLY, "success", weak=True)
    assert written.rule(("properties", "unheard-of", "type")) is None
    assert written.rule(()) is None
    assert written.rule(("required",), "email") == REPLY.rule("email.required")
    assert len(list(_errors(written, {}))) == 16
    assert SHOP.rule("lines[].sku.required") == body_schema(SHOP, "success", weak=True).rule(
        ("properties", "lines", "items", "required"), "sku"
    )
