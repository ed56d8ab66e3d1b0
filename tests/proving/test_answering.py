"""Generated answers: legal ones, always and only, and ones that break one rule each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import contracts
from contracts.checking import Checker
from contracts.consumer.legal_cases import answering
from contracts.model.interaction import Interaction
from contracts.proving.answering import breakable
from contracts.proving.hypothesis_draws import drawn
from contracts.rules.branches import branches
from contracts.rules.edits import encoded
from tests.rules.synthetic import CONTRACTS, REPLY

CHECKERS = {name: Checker(contract) for name, contract in CONTRACTS.items()}
LEGAL = {name: contracts.answers(contract) for name, contract in CONTRACTS.items()}
BROKEN = {name: contracts.broken_answers(contract) for name, contract in CONTRACTS.items()}


@pytest.mark.parametrize("name", CONTRACTS)
@given(data=st.data())
def test_every_answer_is_legal(name: str, data: st.DataObject) -> None:
    """No finding of any level."""
    body = data.draw(LEGAL[name])
    assert CHECKERS[name].judge(answering(CONTRACTS[name], encoded(body))).findings == ()


@pytest.mark.parametrize("name", CONTRACTS)
def test_nothing_is_discarded(name: str) -> None:
    """As many answers as were asked for, of which hardly two are alike."""
    found = drawn(LEGAL[name], 100, 1)
    assert len(found) == 100
    assert len({json.dumps(body) for body in found}) > 75


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_few_hundred_answers_take_every_branch(name: str) -> None:
    """Generation reaches what the cases list."""
    contract, checker = CONTRACTS[name], CHECKERS[name]
    judged = checker.judge_all(answering(contract, encoded(body)) for body in drawn(LEGAL[name], 300, 2))
    wanted = {branch.name for branch in branches(contract) if contract.rule(branch.rule).target == "success"}
    assert wanted - judged.evidence.seen["generated"].keys() == set()


def test_answers_shrink_to_the_documented_example() -> None:
    """What a failure doesn't need is as the page shows it; what it needs drags along only what rules force."""
    example: Any = REPLY.example[0]

    def without_step(body: Any) -> bool:
        return body["currentStep"]["stepId"] is None

    found: Any = find(contracts.answers(REPLY), without_step)
    assert {key: value for key, value in found.items() if value != example[key]} == {
        "currentStep": {"stepId": None, "displayName": "Finished"}
    }
    assert find(contracts.answers(REPLY), lambda _: True) == example


@pytest.mark.parametrize("name", CONTRACTS)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_broken_answer_breaks_its_rule_alone(name: str, data: st.DataObject) -> None:
    """The pair's rule, and no other one."""
    rule, interaction = data.draw(BROKEN[name])
    assert {finding.rule for finding in CHECKERS[name].judge(interaction).findings} == {rule}


def test_every_rule_about_answers_is_broken_sometime() -> None:
    """All of them are drawn from, and none about requests: a client's parser sees answers."""
    rules = {rule.id for rule in REPLY.rules if rule.target != "request"}
    assert breakable(REPLY).keys() == rules
    assert len({rule for rule, _ in drawn(BROKEN["reply"], 300, 3)}) > len(rules) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A part of a user's own model."""

    stepId: int | None  # noqa: N815  the API's name
    displayName: str  # noqa: N815  the API's name


@given(contracts.answers(REPLY))
def test_dataclasses_take_every_legal_answer(body: Any) -> None:
    """`json.loads` into a model of plain dataclasses."""
    value = json.loads(json.dumps(body))
    step = Step(**value["currentStep"])
    assert (step.stepId is None) == (step.displayName == "Finished")
    assert datetime.fromisoformat(value["addingDate"]).tzinfo is not None


@given(contracts.broken_answers(REPLY))
def test_a_careful_parser_can_be_held_to_broken_answers(pair: tuple[str, Interaction]) -> None:
    """What is drawn says which rule it breaks, so that a test can pick its own; the rule's promise is at hand."""
    rule, interaction = pair
    assert REPLY.rule(rule).summary
    assert interaction.response.status in {200, *range(400, 600)}
