"""The JSON report: for machines, whatever the run holds."""

from __future__ import annotations

import json
from typing import Any

from contracts.model.finding import Evidence, Judgement, Sighting
from contracts.model.run import Aside, Checked, Idle, Proof, Run, Unreadable
from contracts.reports.json_ import render
from tests.reports.conftest import MakeFinding, MakeRun, verified


def test_a_run_is_an_object(run: MakeRun, finding: MakeFinding, proofs: tuple[Proof, ...]) -> None:
    """The whole document of a run with a finding met twice."""
    document = json.loads(render(verified(run(finding(), finding(seen="6"), proofs=proofs))))
    (one,) = document.pop("runs")
    assert document == {"verdict": "broken", "idle": [], "beside": []}
    assert one == {
        "contract": "get-a-thing",
        "operation": "GET /things/{id}",
        "digest": "f" * 32,
        "verdict": "broken",
        "targets": [
            {
                "name": "cassettes",
                "what": "2 recordings of the reference provider",
                "checked": {"reference": 2},
                "successes": 1,
                "unchecked": None,
                "unreadable": [],
            }
        ],
        "findings": [
            {
                "rule": "a.type",
                "level": "violation",
                "pointer": "/a",
                "expected": "a string",
                "seen": "5",
                "count": 2,
                "fingerprint": "0123456789abcdef",
                "promised": [
                    {"page": "page.txt", "line": 7, "kind": "documented", "hand": False},
                    {"page": "hand.toml", "line": 0, "kind": "assumed", "hand": True},
                ],
                "broken": {"place": "cassettes/one.yaml", "line": None, "index": 0, "origin": "reference"},
            }
        ],
        "accepted": [],
        "evidence": [
            {
                "branch": "a=null",
                "rule": "a.type",
                "seen": {"reference": {"count": 2, "first": "cassettes/one.yaml"}},
            },
            {"branch": "a=value", "rule": "a.type", "seen": {}},
        ],
        "proof": {"rules": 3, "unproven": ["c.drift"]},
    }


def test_the_verdict_is_over_all(run: MakeRun, finding: MakeFinding) -> None:
    """Broken where one is, kept where some are; nothing at all is not checked."""

    def verdict(*runs: Run) -> Any:
        return json.loads(render(verified(*runs)))["verdict"]

    kept, broken, unchecked = run(), run(finding()), run(targets=())
    assert verdict(kept, unchecked, broken) == "broken"
    assert verdict(kept, unchecked) == "kept"
    assert verdict(unchecked, unchecked) == "not checked"
    assert verdict(kept, kept) == "kept"
    assert verdict() == "not checked"


def test_counts_of_one_origin_are_added_over_targets(run: MakeRun) -> None:
    """Two targets of one origin are one count with the first sighting; another origin stays apart."""
    more = Evidence(
        seen={
            "reference": {"a=null": Sighting(count=3, first="later")},
            "live": {"a=null": Sighting(count=1, first="https://x")},
        }
    )
    target = Checked(
        name="reference", what="", judgement=Judgement(evidence=more, checked={"reference": 1}, successes=1)
    )
    document = json.loads(render(verified(run(targets=(*run().targets, target)))))
    assert document["runs"][0]["evidence"][0]["seen"] == {
        "reference": {"count": 5, "first": "cassettes/one.yaml"},
        "live": {"count": 1, "first": "https://x"},
    }


def test_text_from_outside_comes_back_unchanged(poisoned: Run, hostile: str) -> None:
    """The document is plain ASCII lines, and reading it gives every text as it was."""
    text = render(verified(poisoned))
    assert text.isascii()
    assert not [character for character in text if not character.isprintable() and character != "\n"]
    (found,) = json.loads(text)["runs"]
    (finding,) = found["findings"]
    assert (finding["rule"], finding["seen"], finding["broken"]["place"]) == (hostile, hostile, hostile)


def test_idle_contracts_and_what_is_nobody_s_stand_beside_the_runs(run: MakeRun) -> None:
    """Each idle one by name with its reason; what recordings hold beside, with what of it can't be read."""
    idle = (Idle(contract=run().contract, why="no answer in the recordings"),)
    damaged = Unreadable(what="answer", reason="is damaged", count=2, place="log.ndjson", line=5)
    asides = (Aside(target="paths", what="log.ndjson (beside 2 unreadable answers)", unreadable=(damaged,)),)
    document = json.loads(render(verified(run(), idle=idle, asides=asides)))
    assert document["idle"] == [
        {"contract": "get-a-thing", "operation": "GET /things/{id}", "why": "no answer in the recordings"}
    ]
    (beside,) = document["beside"]
    assert (beside["target"], beside["what"]) == ("paths", "log.ndjson (beside 2 unreadable answers)")
    assert [(one["reason"], one["count"], one["line"]) for one in beside["unreadable"]] == [("is damaged", 2, 5)]
