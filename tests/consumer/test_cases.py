"""Legal answers: every one keeps the contract, together they take every branch, and they are always the same."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.checking import Checker
from contracts.consumer.legal_cases import BASE, answering, legal_cases
from contracts.consumer.tomorrow_and_error_cases import error_cases, tomorrow_cases
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.gate import Case
from contracts.rules.branches import branches
from contracts.rules.instance import ABSENT
from tests.rules.synthetic import CONTRACTS, DRAFTS, REPLY, SHOP, held, made


@pytest.fixture(params=CONTRACTS)
def contract(request: pytest.FixtureRequest) -> Contract:
    """Each of the contracts."""
    return CONTRACTS[request.param]


def leaves(value: Any, at: str = "") -> dict[str, Any]:
    """Every value of a body by its place."""
    if isinstance(value, dict) and value:
        return {place: one for name, inner in value.items() for place, one in leaves(inner, f"{at}.{name}").items()}
    return {at: value}


def test_every_case_keeps_the_contract(contract: Contract) -> None:
    """No finding of any level, drift included, in any case."""
    checker = Checker(contract)
    found = {case.name: checker.judge(answering(contract, case.body)).findings for case in every(contract)}
    assert {name: findings for name, findings in found.items() if findings} == {}


def every(contract: Contract) -> tuple[Case, ...]:
    """The legal cases."""
    return legal_cases(contract)


def test_the_cases_take_every_branch(contract: Contract) -> None:
    """Every branch of the success body is taken by some case, as the checker's own evidence says."""
    checker = Checker(contract)
    taken = {
        name
        for case in every(contract)
        for seen in checker.judge(answering(contract, case.body)).evidence.seen.values()
        for name in seen
    }
    wanted = {branch.name for branch in branches(contract) if contract.rule(branch.rule).target == "success"}
    assert wanted - taken == set()


def test_the_traits_of_a_case_are_what_the_checker_sees(contract: Contract) -> None:
    """A case's branches hold all the evidence that its answer gives."""
    checker = Checker(contract)
    for case in every(contract):
        (seen,) = checker.judge(answering(contract, case.body)).evidence.seen.values()
        assert set(seen) <= set(case.traits)


def test_order_and_bytes_are_always_the_same(contract: Contract) -> None:
    """Two listings are equal, the base stands first, and names and bodies are each there once."""
    cases = every(contract)
    assert cases == every(contract)
    assert cases[0].name == BASE
    assert len({case.name for case in cases}) == len({case.body for case in cases}) == len(cases)


def test_a_case_differs_in_its_branch_and_in_what_that_forces() -> None:
    """One place differs from the documented example; two more where the conditions tie them together."""
    base = leaves(json.loads(every(REPLY)[0].body))
    tied = {".statusInSequence", ".currentStep.stepId", ".currentStep.displayName"}
    for case in every(REPLY)[1:]:
        other = leaves(json.loads(case.body))
        changed = {place for place in base.keys() | other.keys() if base.get(place, ABSENT) != other.get(place, ABSENT)}
        if case.name == "emailDisposition=null":
            assert {place.split(".")[1] for place in changed} == {"emailDisposition"}
        else:
            assert len(changed) == 1 or changed <= tied, case.name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("emailDisposition=null", {"emailDisposition": None}),
        ("currentStep.no-step", {"currentStep": {"stepId": None, "displayName": "Finished"}}),
        (
            "statusInSequence=finished",
            {"statusInSequence": "finished", "currentStep": {"stepId": None, "displayName": "Finished"}},
        ),
        ("emailAccountId=max", {"emailAccountId": 2**63 - 1}),
        ("linkedInAccountId=min", {"linkedInAccountId": -(2**63)}),
        ("linkedInAccountId=value", {"linkedInAccountId": 1}),
        ("email=empty", {"email": ""}),
        ("addingDate=z", {"addingDate": "2024-03-08T10:00:00Z"}),
    ],
)
def test_named_cases_are_what_they_say(name: str, expected: dict[str, Any]) -> None:
    """Each differs from the documented example in just this."""
    case = next(case for case in every(REPLY) if case.name == name)
    example: Any = REPLY.example[0]
    assert {key: value for key, value in json.loads(case.body).items() if value != example[key]} == expected


def test_a_pinned_consequence_takes_its_trigger_away() -> None:
    """A level below what a large item needs makes the item another kind, and that needs a state."""
    case = next(case for case in every(SHOP) if case.name == "level=min")
    body = json.loads(case.body)
    assert (body["level"], body["kind"]) == (0, None)


def test_a_contract_that_contradicts_itself_is_refused() -> None:
    """Two conditions that want two values of one place: one line says so, and no illegal answer is served."""
    opted, called = ["isOptedOut"], ["callStatus"]
    conditions: Any = [((opted, True), (called, "none")), ((called, "none"), (opted, True)),
                       ((opted, True), (called, "called"))]  # fmt: skip
    rules = tuple(
        made(f"x.{index}", "condition", "success", (), {"when": {"path": when[0], "is": [when[1]]},
                                                        "then": {"path": then[0], "is": [then[1]]}}, ("200",))
        for index, (when, then) in enumerate(conditions)
    )  # fmt: skip
    draft = DRAFTS["reply"]
    with pytest.raises(Unusable, match="no legal answer can be made for example: "):
        every(held(replace(draft, rules=(*draft.rules, *rules))))


def test_tomorrow_is_never_legal(contract: Contract) -> None:
    """Each of tomorrow's answers breaks the rule that it is about, and is no legal case."""
    checker = Checker(contract)
    legal = {case.body for case in every(contract)}
    for case in tomorrow_cases(contract):
        broken = {finding.rule for finding in checker.judge(answering(contract, case.body)).findings}
        assert set(case.rules) <= broken, case.name
        assert broken, case.name
        assert (case.tier, case.body in legal) == ("tomorrow", False)


def test_tomorrow_holds_every_kind_of_slip() -> None:
    """An extra field at every object, a new value in every enum, each field gone, nulls and numbers as text."""
    names = {case.name for case in tomorrow_cases(REPLY)}
    assert {"undocumented-field", "currentStep.undocumented-field", "callStatus=new-value", "email.gone"} <= names
    assert {"isOptedOut=unpromised-null", "contactId=as-text", "currentStep.stepId=as-text"} <= names
    assert sum(name.endswith("=new-value") for name in names) == len(REPLY.about("success", "enum"))
    assert sum(name.endswith(".gone") for name in names) == len(REPLY.about("success", "required"))


def test_errors_are_the_documented_ones_and_the_ways_of_the_wire() -> None:
    """Each documented refusal keeps the contract, 429 says when to come back; then what proxies and cables do."""
    found = {case.name: case for case in error_cases(REPLY)}
    documented = [f"error={status}" for status in (400, 401, 403, 404, 429)]
    assert list(found) == [*documented, "error=500", "error=proxy", "error=proxy-200", "error=cut", "error=slow"]
    assert dict(found["error=429"].headers)["Retry-After"].isdigit()
    assert found["error=cut"].cut == len(found["error=cut"].body) // 2
    assert found["error=slow"].delay > 5
