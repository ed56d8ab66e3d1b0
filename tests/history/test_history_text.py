"""The memory as text and as JSON: since when, until when, in how many runs, and what never happened."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.commands.history import MOST_FINDINGS, MOST_VALUES, render
from contracts.model.history import (
    BranchPast,
    Chronicle,
    FindingPast,
    History,
    OriginPast,
    RulePast,
    Runs,
    ValuePast,
)
from contracts.reports.json_ import serialised

SCHEMA = Path(__file__).parents[2] / "schemas" / "own" / "history.schema.json"


def span(first: str = "08-01", last: str = "11-20", runs: int = 12, replays: int = 0) -> dict[str, Any]:
    """Met by so many runs, ten times in each."""
    return {
        "first": f"2026-{first}T03:00:00Z",
        "last": f"2026-{last}T04:00:00Z",
        "count": runs * 10,
        "runs": runs,
        "replays": replays,
        "dated": True,
    }


def past(origin: str = "live", **parts: Any) -> OriginPast:
    """Something met at an origin."""
    return OriginPast(origin=origin, **span(**parts))


def finding(rule: str = "state.enum", **parts: Any) -> FindingPast:
    """A violation at `/state`; whatever is given replaces its part."""
    made = FindingPast(
        rule=rule, origin="live", level="violation", pointer="/state", fingerprint="0123456789abcdef",
        **span("11-19", runs=2),
    )  # fmt: skip
    return replace(made, **parts)


REPLAYED = past("recorded live", last="08-01", runs=14, replays=14)
CHRONICLE = Chronicle(
    operation="GET /things/{id}",
    digest="f" * 32,
    runs=Runs(count=14, first="2026-08-01T03:00:00Z", last="2026-11-20T03:00:00Z", verdicts={"broken": 3, "kept": 11}),
    answers=(past(), REPLAYED),
    successes=(past(runs=11),),
    branches=(
        BranchPast(branch="email=null", rule="email.type", promised=True, seen=(past(runs=9), REPLAYED)),
        BranchPast(
            branch="email=value",
            rule="email.type",
            promised=True,
            seen=(replace(past("recorded live", runs=3, replays=1), dated=False),),
        ),
        BranchPast(branch="email=other", rule="email.type", promised=True),
        BranchPast(branch="old=null", rule=None, promised=False, seen=(past(last="09-01", runs=2),)),
    ),
    rules=(
        RulePast(rule="email.type", promised=True, exercised=(past(), REPLAYED)),
        RulePast(rule="id.required", promised=True),
        RulePast(
            rule="state.enum",
            promised=True,
            exercised=(past(),),
        ),
    ),
    findings=(
        finding(
            values=(
                ValuePast(seen='"new"', **span("11-19", runs=2)),
                ValuePast(seen='"later"', **span("11-20", runs=1)),
            )
        ),
        finding("closed", level="drift", pointer="*", fingerprint=None),
    ),
)
HISTORY = History(operations=(CHRONICLE,))


def test_the_whole_text() -> None:
    """Each thing with its origin, its first and last moment, in how many of the runs that had answers; then gaps."""
    assert render(HISTORY) == (
        "history    GET /things/{id}  (ffffffffffff)\n"
        "runs       14, 2026-08-01 to 2026-11-20: 3 broken, 11 kept\n"
        "answers    120 answers, 110 of them successes; "
        "first 2026-08-01, last 2026-11-20, in 12 of 14 runs (live)\n"
        "           140 answers, 0 of them successes; "
        "first 2026-08-01, last 2026-08-01, in 14 of 14 runs (recorded live, replayed)\n"
        "branches   email=null   first 2026-08-01, last 2026-11-20, in 9 of 12 runs (live)\n"
        "           email=null   first 2026-08-01, last 2026-08-01, in 14 of 14 runs (recorded live, replayed)\n"
        "           email=value  first 2026-08-01, last 2026-11-20, in 3 of 14 runs "
        "(recorded live, 1 only replayed, dated by run)\n"
        "           old=null     first 2026-08-01, last 2026-09-01, in 2 of 12 runs (live); "
        "no longer in the contract\n"
        "           never observed: email=other\n"
        "rules      email.type  last exercised 2026-11-20 (live), 2026-08-01 (recorded live)\n"
        "           state.enum  last exercised 2026-11-20 (live)\n"
        "           not known to have been exercised: id.required\n"
        "findings   violation state.enum /state  first 2026-11-19, last 2026-11-20, in 2 of 12 runs (live)\n"
        '             "new"  first 2026-11-19, last 2026-11-20, in 2 of 12 runs (live)\n'
        '             "later"  first 2026-11-20, last 2026-11-20, in 1 of 12 runs (live)\n'
        "           drift closed at further places  first 2026-11-19, last 2026-11-20, in 2 of 12 runs (live)\n"
    )


def test_nothing_met_is_said() -> None:
    """A history of runs without an answer, and one without any run."""
    bare = Chronicle(operation="GET /", digest="f" * 32, runs=CHRONICLE.runs)
    text = render(History(operations=(bare,)))
    for head in ("answers", "branches", "rules", "findings"):
        assert f"{head:<10} none\n" in text
    assert render(History()) == "history    none\n"


def test_long_lists_end_and_say_so() -> None:
    """Findings and values of one are cut in the text; JSON has every finding and value."""
    values = tuple(ValuePast(seen=f"{number:03}", **span()) for number in range(MOST_VALUES + 3))
    findings = tuple(finding(f"r{number}", values=() if number else values) for number in range(MOST_FINDINGS + 7))
    history = History(operations=(replace(CHRONICLE, findings=findings),))
    text = render(history)
    assert "and 7 more; --format json has them all\n" in text
    assert "and 3 more values; --format json has them\n" in text
    (operation,) = json.loads(serialised(history))["operations"]
    assert len(operation["findings"]) == MOST_FINDINGS + 7
    assert len(operation["findings"][0]["values"]) == MOST_VALUES + 3


def test_the_document_is_the_value() -> None:
    """Every part of it stands there under its own name."""
    document = json.loads(serialised(HISTORY))
    (operation,) = document["operations"]
    assert list(operation) == "operation digest runs answers successes branches rules findings".split()
    assert operation["answers"][0] == {"origin": "live"} | span()
    assert operation["branches"][3] == {
        "branch": "old=null",
        "rule": None,
        "promised": False,
        "seen": [{"origin": "live"} | span(last="09-01", runs=2)],
    }
    assert operation["rules"][2]["exercised"] == [{"origin": "live"} | span()]
    assert operation["findings"][0]["values"][1] == {"seen": '"later"'} | span("11-20", runs=1)


def validator() -> Draft202012Validator:
    """Of the committed schema."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    "history",
    [HISTORY, History(), replace(HISTORY, operations=(replace(CHRONICLE, answers=(), branches=()),))],
    ids=["full", "empty", "bare"],
)
def test_the_document_keeps_its_schema(history: History) -> None:
    """The one that is committed for those who read it."""
    validator().validate(json.loads(serialised(history)))


def _places(document: Any, steps: tuple[str | int, ...] = ()) -> Iterable[tuple[str | int, ...]]:
    """Every property of a document, first items of lists alone."""
    items = document.items() if isinstance(document, dict) else enumerate(document[:1])
    for step, value in items:
        if isinstance(document, dict) and steps[-1:] != ("verdicts",):
            yield (*steps, step)
        if isinstance(value, dict | list):
            yield from _places(value, (*steps, step))


def test_the_schema_misses_nothing() -> None:
    """Without any one of its properties, or with one more beside it, the document is refused."""
    text, schema = serialised(HISTORY), validator()
    for steps in _places(json.loads(text)):
        for change in ("gone", "more"):
            document = json.loads(text)
            parent = document
            for step in steps[:-1]:
                parent = parent[step]
            if change == "gone":
                del parent[steps[-1]]
            else:
                parent["more"] = 1
            assert not schema.is_valid(document), (steps, change)


def test_text_from_outside_is_inert(hostile: str) -> None:
    """Nothing of it reaches a terminal as it was; in JSON it comes back unchanged. The same bytes each time."""
    met = (past(hostile),)
    value = ValuePast(seen=hostile, **span())
    bad = Chronicle(
        operation=hostile,
        digest=hostile,
        runs=Runs(count=1, first=hostile, last=hostile, verdicts={hostile: 1}),
        answers=met,
        branches=(*CHRONICLE.branches[2:3], BranchPast(branch=hostile, rule=hostile, promised=True, seen=met)),
        rules=(*CHRONICLE.rules[1:2], RulePast(rule=hostile, promised=True, exercised=met)),
        findings=(
            finding(hostile, origin=hostile, level=hostile, pointer=hostile, fingerprint=hostile, values=(value,)),
        ),
    )
    history = History(operations=(bad,))
    text = render(history)
    assert not [one for one in text if not one.isprintable() and one != "\n"]
    assert text.count("\n") == 9
    (operation,) = json.loads(serialised(history))["operations"]
    assert operation["findings"][0]["values"][0]["seen"] == hostile
    assert render(replace(history)) == text
    assert serialised(replace(history)) == serialised(history)
