"""The JUnit report: valid XML of the usual shape, whatever the run holds."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from contracts.model.finding import Judgement, recurring
from contracts.model.report import Report
from contracts.model.run import Checked, Proof, Run
from contracts.reports import rendered
from tests.reports.conftest import MakeFinding, MakeRun, verified

ORDER = ["skipped", "failure", "system-out"]
COUNTS = {"tests", "failures", "errors", "skipped"}


def render(runs: Report) -> str:
    """The document of these runs."""
    return rendered("junit", runs)


def read(text: str) -> ET.Element:
    """The document's root; fails where it isn't of the shape that JUnit's readers agree on."""
    root = ET.fromstring(text.encode())  # noqa: S314  our own
    assert (root.tag, root.attrib) == ("testsuites", {"name": "contracts"})
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == COUNTS | {"name"}
        assert {case.tag for case in suite} <= {"testcase"}
        for case in suite:
            assert set(case.attrib) == {"classname", "name"}
            tags = [part.tag for part in case]
            assert tags == sorted(tags, key=ORDER.index)
            assert all(part.get("message") is not None for part in case if part.tag != "system-out")
        counted = {
            "tests": len(suite),
            "failures": sum(case.find("failure") is not None for case in suite),
            "errors": 0,
            "skipped": sum(case.find("skipped") is not None for case in suite),
        }
        assert {name: int(suite.attrib[name]) for name in COUNTS} == counted
    return root


def cases(suite: ET.Element) -> dict[str, list[str]]:
    """The parts of each case, by the case's name."""
    return {case.attrib["name"]: [part.tag for part in case] for case in suite}


def test_each_rule_is_a_case_of_each_target(run: MakeRun, finding: MakeFinding) -> None:
    """A broken rule fails, a weaker finding is told, another tool's finding is a case of its own."""
    note = finding(rule="other.tool", level="note", fingerprint="1")
    drift = finding(rule="c.drift", level="drift", fingerprint="2")
    root = read(render(verified(run(note, drift, finding(), finding(fingerprint="3", pointer="/b")))))
    (suite,) = root
    assert suite.get("name") == "GET /things/{id} on cassettes"
    assert cases(suite) == {
        "a.type": ["failure", "failure"],
        "b.type": [],
        "c.drift": ["system-out"],
        "other.tool": ["system-out"],
    }
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.attrib == {"message": "a.type holds.", "type": "violation"}
    assert "broken at   cassettes/one.yaml /a" in str(failure.text)


def test_drift_fails_where_it_was_asked_to(run: MakeRun, finding: MakeFinding) -> None:
    """The same finding is a failure under `--fail-on drift`; a note never is."""
    findings = [finding(rule="c.drift", level="drift"), finding(rule="b.type", level="note", fingerprint="1")]
    root = read(render(verified(run(*findings, fail_on="drift"))))
    assert cases(root[0]) == {"a.type": [], "b.type": ["system-out"], "c.drift": ["failure"]}


def test_an_unchecked_target_is_skipped_but_for_what_it_broke(run: MakeRun, finding: MakeFinding) -> None:
    """A case is skipped with the reason, or it fails; it never does both."""
    judgement = Judgement(met=recurring([finding()]))
    target = Checked(name="live", what="", judgement=judgement, unchecked="no success answer")
    root = read(render(verified(run(targets=(target,)))))
    assert cases(root[0]) == {"a.type": ["failure"], "b.type": ["skipped"], "c.drift": ["skipped"]}
    assert [part.get("message") for part in root.iter("skipped")] == ["no success answer"] * 2


def test_the_proof_is_a_suite(run: MakeRun, proofs: tuple[Proof, ...]) -> None:
    """A case for each rule; one that can't be shown to fail says under which names it was caught."""
    nothing = replace(proofs[1], caught=())
    root = read(render(verified(run(proofs=(proofs[0], nothing, proofs[2])))))
    assert [suite.get("name") for suite in root] == ["GET /things/{id} on cassettes", "GET /things/{id} proof"]
    assert cases(root[1]) == {"a.type": [], "b.type": ["failure"], "c.drift": ["failure"]}
    assert [part.get("message") for part in root[1].iter("failure")] == [
        "a break of this rule is caught under nothing",
        "a break of this rule is caught under a.type, b.type",
    ]


def test_text_from_outside_stays_text(poisoned: Run, hostile: str) -> None:
    """The document can be read, holds no element that isn't ours, and shows nothing invisible in a finding."""
    text = render(verified(poisoned))
    root = read(text)
    assert text.encode()
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", *ORDER}
    for failure in root[0].iter("failure"):
        assert not [character for character in str(failure.text) if not character.isprintable() and character != "\n"]
    if hostile.isprintable():
        assert root[0][-1].get("name") == hostile


def test_no_run_is_an_empty_document() -> None:
    """Still XML."""
    assert list(read(render(verified()))) == []


def test_the_same_run_gives_the_same_bytes(poisoned: Run) -> None:
    """Twice, and from an equal value."""
    assert render(verified(poisoned)).encode() == render(verified(replace(poisoned))).encode()
