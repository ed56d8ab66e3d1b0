"""What a report holds of a run: places with their answers, the different things seen, both sides of a change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.model.drift import Drift
from contracts.model.finding import Finding, Judgement, once, together
from contracts.model.report import Place
from contracts.model.run import Checked, Idle, Proof
from contracts.reports.terminal import problem_text
from tests.reports.conftest import (
    CONTRACT,
    HAND,
    PASSED,
    SOURCE,
    MakeFinding,
    MakeRun,
    compared,
    failed,
    gate_of,
    gated,
    interaction,
    traffic,
    verified,
)


def judged(findings: tuple[Finding, ...], *bodies: bytes) -> tuple[Checked, ...]:
    """One target with these findings, and an exemplar for each body."""
    kept = tuple(interaction(body, index=index) for index, body in enumerate(bodies))
    met = replace(together(map(once, findings), lambda _: 0)[0], answers=(*kept, None, None, None)[: len(findings[:3])])
    judgement = Judgement(met=(met,), checked={"reference": 9})
    return (Checked(name="cassettes", what="9 recordings", judgement=judgement),)


def test_a_problem_has_its_first_places_with_their_answers(run: MakeRun, finding: MakeFinding) -> None:
    """Three places, the answer where one is kept and is JSON; the first five different values; the whole count."""
    found = tuple(finding(seen=str(number % 7), index=number, line=number + 1, at=f"t{number}") for number in range(9))
    report = verified(run(targets=judged(found, b'{"a": 0}', b"no JSON")))
    (problem,) = report.problems
    assert (problem.count, problem.seen) == (9, ("0", "1", "2", "3", "4"))
    assert [(place.index, place.line, place.at, place.answer) for place in problem.places] == [
        (0, 1, "t0", ({"a": 0},)),
        (1, 2, "t1", ()),
        (2, 3, "t2", ()),
    ]
    assert problem.promised == (SOURCE, HAND)
    assert next(problem_text(problem)) == "violation  a.type  (9 times)"


@pytest.mark.parametrize("body", [b"", b"\xff", b"NaN", b"[" * 100_000, b"1" * 10_000], ids=lambda body: repr(body[:6]))
def test_what_is_no_json_is_left_out(run: MakeRun, finding: MakeFinding, body: bytes) -> None:
    """A body that can't be read as JSON fails nothing."""
    (problem,) = verified(run(targets=judged((finding(),), body))).problems
    assert problem.places[0].answer == ()


def test_the_same_place_is_named_once(run: MakeRun, finding: MakeFinding) -> None:
    """Two findings of one spot of one answer are one place."""
    (problem,) = verified(run(finding(), finding(pointer="/b"), finding(seen="6"))).problems
    assert [place.pointer for place in problem.places] == ["/a", "/b"]


def test_targets_are_added_up_and_told_apart(run: MakeRun, finding: MakeFinding) -> None:
    """A problem of two targets is one of the report, and one in the suite of each."""
    two = (*judged((finding(),)), replace(judged((finding(place="x"),))[0], name="live"))
    report = verified(run(targets=two))
    assert [problem.count for problem in report.problems] == [2]
    assert [problem.count for suite in report.suites for problem in suite.checks[0].problems] == [1, 1]


def test_the_report_says_what_the_terminal_says(run: MakeRun, proofs: tuple[Proof, ...]) -> None:
    """The rows of the summary, the verdict and what it rests on; a rule without proof is a problem."""
    report = verified(run(proofs=proofs))
    assert report.command == "verify"
    assert report.subject == "GET /things/{id} (ffffffffffff)"
    assert (report.verdict, report.tail) == ("broken", ": 1 rule without proof")
    assert [head for head, _ in report.rows] == ["contract", "checked", "evidence", "", "", "proof"]
    assert [(one.id, one.level, one.fatal) for one in report.problems] == [("c.drift", "proof", True)]


def test_several_contracts_are_counted_and_what_is_broken_comes_first(run: MakeRun, finding: MakeFinding) -> None:
    """Each run is a line, each problem says of which operation it is, and idle ones are a suite that was skipped."""
    other = run(finding(fingerprint="1"), contract=replace(CONTRACT, path="/others", slug="get-others"))
    idle = Idle(contract=replace(CONTRACT, path="/idle", slug="get-idle"), why="no answer")
    report = verified(run(), run(targets=()), other, idle=(idle,))
    assert report.subject == "4 contracts: 1 broken, 1 not checked, 1 kept, 1 idle"
    assert (report.verdict, report.tail) == ("broken", ": 1 of 4 contracts; 1 not checked; 1 kept; 1 idle")
    assert [head for head, _ in report.rows] == ["broken", "not checked", "idle", "kept"]
    assert [problem.subject for problem in report.problems] == ["GET /others"]
    assert report.suites[0].name == "GET /others on cassettes"
    assert [(check.name, check.outcome, check.why) for check in report.suites[-1].checks] == [
        ("GET /idle", "skipped", "no answer")
    ]


def test_a_gate_is_a_suite_a_tier() -> None:
    """A failed case cites the rules it is about and holds the answer; one that doesn't count is told."""
    late = replace(failed("t"), case=replace(failed("t").case, tier="tomorrow", expects="either", rules=()))
    report = gated(gate_of(failed("a"), PASSED, late, replace(PASSED, outcome="not checked")))
    assert [suite.name for suite in report.suites] == ["GET /things/{id} legal", "GET /things/{id} tomorrow"]
    assert [check.outcome for check in report.suites[0].checks] == ["failed", "passed", "skipped"]
    assert report.suites[1].checks[0].outcome == "told"
    first, second = report.problems
    assert (first.id, first.promised, first.places) == ("a", (SOURCE,), (Place(where="", answer=({"a": 1},)),))
    assert (second.id, second.fatal, second.expected) == ("t", False, "the client ends with 0, or complains")


def test_a_change_points_at_the_new_side_and_cites_the_old(drift: Drift) -> None:
    """One check a kind of change, and one a rule that traffic was held to."""
    report = compared(drift)
    assert [suite.name for suite in report.suites] == ["old.txt with new.txt", "GET /things/{id} on 16 recordings"]
    assert [(one.name, one.outcome) for one in report.suites[0].checks] == [
        ("field.removed", "failed"),
        ("field.added", "told"),
    ]
    removed = report.problems[0]
    assert (removed.places[0].where, removed.places[0].line) == ("new.txt", 9)
    assert [source.page for source in removed.promised] == ["old.txt"]
    assert (removed.expected, removed.seen) == ('"email"', ("nothing",))


def test_nothing_changed_is_a_check_that_passed() -> None:
    """A suite is never empty, so that a reader sees that something was compared."""
    (suite,) = compared(Drift(old="a", new="b")).suites
    assert [(check.name, check.outcome) for check in suite.checks] == [("unchanged", "passed")]


def test_drift_that_was_not_checked_is_skipped(drift: Drift) -> None:
    """Traffic that never came skips every rule with its reason; without a contract there is no rule."""
    unasked = replace(drift, traffic=traffic(unchecked="no key"))
    assert {(check.outcome, check.why) for check in compared(unasked).suites[1].checks} == {("skipped", "no key")}
    assert len(compared(replace(unasked, contract=None)).suites) == 1
