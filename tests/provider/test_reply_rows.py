"""The rows of Reply's contact, by hand: what the page shows, every branch of it, and whatever events make of them."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.checking import Checker
from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.reference import reference
from contracts.model.finding import Judgement
from contracts.provider.app import Provider
from contracts.provider.known_rows import Row
from contracts.proving.probing import in_process, probe
from contracts.rules.branches import branches
from tests import alone

HELD = alone.held()
CONTRACT = HELD.contract
CHECKER = Checker(CONTRACT)
ROWS = reference(HELD).operations[0].rows

STEPS = {
    100: ((5420, "email"), (5421, "email"), (5422, "linkedIn")),
    200: ((6100, "call"), (6101, "linkedIn"), (6102, "email")),
    300: ((7000, "call"),),
}
"""The steps of each sequence: their ids, and what executing them does."""
FINISHED = {"stepId": None, "displayName": "Finished"}


def judged(rows: tuple[Row, ...]) -> Judgement:
    """What the contract says of the answers to these rows, and of each refusal."""
    (operation,) = reference(HELD).operations
    provider = Provider([replace(operation, rows=rows)], "key")
    return CHECKER.judge_all(probe(CONTRACT, in_process(CONTRACT, provider), [row.ids for row in rows]))


def bodies() -> list[dict[str, Any]]:
    """The bodies of success, each to be edited."""
    found: list[Any] = [deepcopy(row.body) for row in ROWS if not row.status]
    return found


def test_the_first_row_is_the_documented_example() -> None:
    """Its ids and its body, names in the page's order."""
    (example,) = CONTRACT.example
    assert isinstance(example, dict)
    assert json.dumps(ROWS[0].body) == json.dumps(example)
    assert ROWS[0].ids == (str(example["sequenceId"]), str(example["contactId"]))


@pytest.mark.parametrize("held", contracts_here(), ids=lambda held: held.contract.slug)
def test_the_rows_reach_every_branch_of_success(held: LocalContract) -> None:
    """Each row of each operation keeps its contract, notes included; none of the body's branches is left out."""
    contract, provider = held.contract, reference(held)
    ids = [row.ids for row in provider.operations[0].rows]
    found = Checker(contract).judge_all(probe(contract, in_process(contract, provider), ids))
    assert found.findings == ()
    seen = {name for taken in found.evidence.seen.values() for name in taken}
    assert {one.name for one in branches(contract) if contract.rule(one.rule).target == contract.main} <= seen


def test_personal_values_are_invented() -> None:
    """Every address but the documented example's stands in a reserved domain."""
    domains = {body["email"].rpartition("@")[2] for body in bodies()[1:] if body["email"]}
    assert domains == {"example.com", "example.org", "example.net"}


def at_step(body: dict[str, Any], position: int) -> None:
    """The contact comes to a step of the sequence, or to its end."""
    steps = STEPS[body["sequenceId"]]
    if position >= len(steps):
        body |= {"statusInSequence": "finished", "currentStep": dict(FINISHED)}
        return
    step, kind = steps[position]
    body |= {"statusInSequence": "active", "currentStep": {"stepId": step, "displayName": str(position + 1)}}
    if kind == "email" and body["email"] is None:
        body["statusInSequence"] = "inactive"
    elif kind == "call":
        body["callStatus"] = "toCall"
    else:
        body[f"{kind}AccountId"] = 2**63 - 1


def position(body: dict[str, Any]) -> int | None:
    """Which step of the sequence is under way, None where none is."""
    ids = [step for step, _ in STEPS[body["sequenceId"]]]
    step = body["currentStep"]["stepId"]
    return None if step is None else ids.index(step)


class Events(RuleBasedStateMachine):
    """Any events in any order, each an edit of a row."""

    rows = st.integers(0, 63)
    kept: ClassVar[set[str]] = set()
    """Answers that were judged already, in any run: they make up most of what there is to judge."""

    @initialize()
    def begin(self) -> None:
        """The rows as they are written."""
        self.bodies = {(body["sequenceId"], body["contactId"]): body for body in bodies()}

    def body(self, number: int) -> dict[str, Any]:
        """The body of one of the rows, by any number."""
        return list(self.bodies.values())[number % len(self.bodies)]

    @rule(number=rows, sequence=st.sampled_from([*STEPS]))
    def enrol(self, number: int, sequence: int) -> None:
        """A contact enters another sequence at its first step."""
        body = deepcopy(self.body(number)) | {"sequenceId": sequence, "emailDisposition": None}
        body |= {"emailAccountId": None, "linkedInAccountId": None}
        if (sequence, body["contactId"]) not in self.bodies:
            at_step(body, 0)
            self.bodies[sequence, body["contactId"]] = body

    @rule(number=rows)
    def advance(self, number: int) -> None:
        """The step under way is executed, and the next one begins."""
        body = self.body(number)
        now = position(body)
        if now is not None and body["statusInSequence"] == "active":
            kind = STEPS[body["sequenceId"]][now][1]
            if kind == "email":
                body["emailDisposition"] = {"isReplied": False, "isBounced": False}
            elif kind == "call":
                body["callStatus"] = "called"
            at_step(body, now + 1)

    @rule(number=rows, flag=st.sampled_from(["isReplied", "isBounced"]))
    def come_back(self, number: int, flag: str) -> None:
        """An email that was sent comes back."""
        body = self.body(number)
        if body["emailDisposition"] is not None:
            body["emailDisposition"][flag] = True

    @rule(number=rows, status=st.sampled_from(["paused", "outOfOffice"]))
    def pause(self, number: int, status: str) -> None:
        """The contact waits where they stand."""
        self.body(number)["statusInSequence"] = status

    @rule(number=rows)
    def resume(self, number: int) -> None:
        """The contact goes on where they stood, or is finished where no step is left."""
        body = self.body(number)
        now = position(body)
        at_step(body, len(STEPS[body["sequenceId"]]) if now is None else now)

    @rule(number=rows)
    def finish(self, number: int) -> None:
        """No step stays under way."""
        self.body(number).update(statusInSequence="finished", currentStep=dict(FINISHED))

    @rule(number=rows, fact=st.sampled_from([
        {"isOptedOut": True}, {"callStatus": "called"}, {"meetingStatus": "meetingBooked"}, {"email": "n@example.com"},
        {"firstName": None, "company": None},
    ]))  # fmt: skip
    def befall(self, number: int, fact: dict[str, Any]) -> None:
        """Something becomes true of a person, in all sequences alike."""
        contact = self.body(number)["contactId"]
        for body in self.bodies.values():
            if body["contactId"] == contact:
                body.update(fact)

    @invariant()
    def every_answer_keeps_the_contract(self) -> None:
        """Whatever happened, what the provider says of every row has no finding; what was judged before isn't again."""
        new = {json.dumps(body): ids for ids, body in getattr(self, "bodies", {}).items()}
        new = {text: ids for text, ids in new.items() if text not in self.kept}
        rows = tuple(
            Row(name=text, ids=(str(ids[0]), str(ids[1])), status=0, body=json.loads(text)) for text, ids in new.items()
        )
        if rows:
            assert judged(rows).findings == ()
            self.kept.update(new)


TestEvents = Events.TestCase
TestEvents.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
