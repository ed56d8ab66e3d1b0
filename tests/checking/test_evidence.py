"""Evidence: which branches were exercised, by whom, and where first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from contracts.checking import Checker
from contracts.model.contract import Contract
from contracts.model.finding import Sighting, merged
from contracts.model.json import Json
from contracts.rules.branches import branches
from contracts.rules.legal_exchanges import legal_interaction
from tests.recorded import recorded
from tests.rules.synthetic import CASSETTES, CONTRACTS, EXAMPLE, REPLY, SHOP, answered

NEVER = {
    "status=403", "status=429", "problem.code=absent", "problem.type=present",
    "problem.instance=present",
}  # fmt: skip
"""What the recordings of the reference provider can't show: it always can answer, and writes one form of problem."""


def seen(contract: Contract, body: Json, status: int = 200) -> dict[str, int]:
    """The branches that one answer takes, and how often."""
    evidence = Checker(contract).judge(answered(contract, body, status)).evidence
    return {name: sighting.count for branches in evidence.seen.values() for name, sighting in branches.items()}


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_branch_has_a_name_of_its_own(name: str) -> None:
    """No two branches are called alike, and each belongs to a rule of the contract."""
    names = Counter(branch.name for branch in branches(CONTRACTS[name]))
    assert names
    assert set(names.values()) == {1}
    assert all(CONTRACTS[name].rule(branch.rule) for branch in branches(CONTRACTS[name]))


def test_the_branches_of_the_contract() -> None:
    """Each enum value, null and value of what may be null, both flags, both sides of conditions, each status."""
    names = {branch.name for branch in branches(REPLY)}
    assert {
        "statusInSequence=outOfOffice", "callStatus=toCall", "meetingStatus=meetingBooked", "email=null", "email=value",
        "emailDisposition=null", "emailDisposition=value", "emailDisposition.isReplied=true",
        "emailDisposition.isReplied=false", "isOptedOut=true", "currentStep.no-step", "currentStep.step",
        "currentStep.finished", "currentStep.not-finished", "statusInSequence.finished",
        "statusInSequence.not-finished",
        "status=200", "status=400", "status=401", "status=403", "status=404", "status=429",
        "problem.code=present", "problem.code=absent",
    } <= names  # fmt: skip
    assert not [name for name in names if name.startswith(("contactId", "sequenceId", "addingDate"))]


def test_the_recordings_reach_every_branch_but_the_named_ones() -> None:
    """The committed recordings take every branch; what they can't take is listed by name, and nothing else is."""
    judgement = Checker(REPLY).judge_all(recorded(CASSETTES))
    taken = {name for found in judgement.evidence.seen.values() for name in found}
    assert judgement.findings == ()
    assert {branch.name for branch in branches(REPLY)} - taken == NEVER
    assert taken <= {branch.name for branch in branches(REPLY)}


@pytest.mark.parametrize(("contract", "body", "absent", "present"), [
    (SHOP, {**EXAMPLE, "state": None}, {"state.step=null", "state.step=value", "state.no-step"}, {"state=null"}),
    (SHOP, {**EXAMPLE, "lines": []}, {"lines[].price=null", "lines[].free=true", "lines[].no-price"}, set()),
    (SHOP, {"kind": "small"}, {"kind=large", "kind.large"},
     {"kind=small", "kind.small", "kind.not-large", "day=absent"}),
    (SHOP, EXAMPLE, {"day=absent", "kind=null"}, {"day=present", "kind=large", "lines[].price=null", "note=string"}),
    (SHOP, {**EXAMPLE, "note": 1}, {"note=string"}, {"note=integer"}),
    (SHOP, {**EXAMPLE, "note": 1.5, "kind": "huge", "digit": True}, {"note=integer", "digit=1"}, {"kind=value"}),
    (SHOP, None, {"day=absent", "kind=null"}, {"status=200"}),
    (REPLY, {"emailDisposition": None},
     {"emailDisposition.isReplied=true", "emailDisposition.isReplied=false", "emailDisposition=value"},
     {"emailDisposition=null"}),
])  # fmt: skip
def test_what_an_answer_exercises(contract: Contract, body: Json, absent: set[str], present: set[str]) -> None:
    """What is there counts; below a null or missing parent nothing is exercised, absence included."""
    names = set(seen(contract, body))
    assert present <= names
    assert not absent & names


def test_problems_are_seen_in_problems_alone() -> None:
    """A problem document takes the problem's branches and no branch of the success body."""
    names = set(seen(REPLY, {"title": "t", "status": 404, "detail": "d", "email": None}, 404))
    assert names == {"status=404", *(f"problem.{name}=absent" for name in ("code", "errors", "type", "instance"))}


def test_an_unlisted_status_and_a_broken_body_exercise_nothing() -> None:
    """An answer that isn't documented, or no JSON, is no evidence for anything but its status."""
    good = legal_interaction(REPLY, 200)
    checker = Checker(REPLY)
    teapot = replace(good, response=replace(good.response, status=418))
    assert checker.judge(teapot).evidence.seen == {"generated": {}}
    html = replace(good, response=replace(good.response, body=b"<html>"))
    assert set(checker.judge(html).evidence.seen["generated"]) == {"status=200"}


def test_counts_of_origins_are_never_added_up() -> None:
    """Each origin keeps its own counts and its own first sighting, however judgements are merged."""
    checker = Checker(REPLY)
    good = legal_interaction(REPLY, 200)
    places = [("recorded", "a.yaml", 0), ("recorded", "a.yaml", 1), ("live", "https://x", 0), ("recorded", "b.yaml", 0)]
    many = [replace(good, origin=origin, place=place, index=index) for origin, place, index in places]
    whole = checker.judge_all(many)
    assert whole.evidence.seen["recorded"]["status=200"] == Sighting(count=3, first="a.yaml")
    assert whole.evidence.seen["live"]["status=200"] == Sighting(count=1, first="https://x")
    assert checker.judge(many[1]).evidence.seen["recorded"]["status=200"].first == "a.yaml#1"
    assert merged(checker.judge(one) for one in many) == whole
    assert merged([checker.judge_all(many[:2]), checker.judge_all(many[2:])]) == whole
    assert whole.evidence.observed("status=200")
    assert not whole.evidence.observed("status=404")


MOMENTS = ["2026-02-01T00:00:00Z", "", "2026-01-31T23:59:59Z", "2026-03-01T00:00:00Z", ""]


def test_a_sighting_spans_the_known_moments() -> None:
    """Since the earliest moment and until the latest, whatever the order; where nobody noted it, it counts alone."""
    checker = Checker(REPLY)
    many = [replace(legal_interaction(REPLY, 200), at=at) for at in MOMENTS]
    seen = checker.judge_all(many).evidence.seen["generated"]["status=200"]
    assert (seen.count, seen.since, seen.last) == (5, "2026-01-31T23:59:59Z", "2026-03-01T00:00:00Z")
    for cut in range(len(many)):
        parts = merged([checker.judge_all(many[:cut]), checker.judge_all(many[cut:])])
        assert parts.evidence.seen["generated"]["status=200"] == seen
    silent = checker.judge(many[1]).evidence.seen["generated"]["status=200"]
    assert (silent.since, silent.last) == ("", "")


def test_the_first_three_answers_of_each_finding_are_kept() -> None:
    """Those of the first three findings, without what may hold a key; good answers are not kept."""
    checker = Checker(SHOP)
    bad = {**EXAMPLE, "lines": [{**line, "sku": 1} for line in EXAMPLE["lines"][:1]], "digit": 9}
    many = [replace(answered(SHOP, bad), index=index) for index in range(5)]
    whole = checker.judge_all([legal_interaction(SHOP, 200), *many])
    fingerprints = {finding.fingerprint for finding in whole.findings}
    assert len(fingerprints) == 2
    kept = [(one.index, one.response.body) for one in many[:3]]
    for fingerprint in fingerprints:
        (met,) = (one for one in whole.met if one.first.fingerprint == fingerprint)
        assert [(one.index, one.response.body) for one in met.answers if one] == kept
        assert not any(one and (one.request.headers or one.response.headers) for one in met.answers)
    assert merged(checker.judge(one) for one in many).met == whole.met
    assert merged([checker.judge_all(many[:2]), checker.judge_all(many[2:])]).met == whole.met


def test_each_success_body_is_handed_on_once() -> None:
    """Parsed, in order; neither problems nor what is no JSON."""
    seen: list[Json] = []
    good, html = legal_interaction(SHOP, 200), legal_interaction(SHOP, 200)
    html = replace(html, response=replace(html.response, body=b"<html>"))
    many = [good, legal_interaction(SHOP, 404), html, answered(SHOP, {"kind": 1})]
    judged = Checker(SHOP).judge_all(many, seen.append)
    assert seen == [EXAMPLE, {"kind": 1}]
    assert judged == Checker(SHOP).judge_all(many)


def test_merging_keeps_findings_and_successes() -> None:
    """Judgements of several targets add up to one of all their interactions."""
    checker = Checker(REPLY)
    one, two = answered(REPLY, {"email": 1}), legal_interaction(REPLY, 404)
    assert merged([checker.judge(one), checker.judge(two)]) == checker.judge_all([one, two])
    empty: Any = merged([])
    assert (empty.findings, empty.checked, empty.successes, empty.evidence.seen) == ((), {}, 0, {})
