"""The memory as text and as JSON: since when, until when, in how many runs, and what never happened."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.model.finding import Branch
from contracts.model.history import Chronicle, History, Past, Thing, ThingKind, Visit
from contracts.reports.history_json import render_json
from contracts.reports.history_text import MOST_FINDINGS, MOST_RUNS, MOST_VALUES, render_text

SCHEMA = Path(__file__).parents[2] / "schemas" / "own" / "history.schema.json"


def past(first: str = "08-01", last: str = "11-20", runs: int = 12, replays: int = 0, *, dated: bool = True) -> Past:
    """Met by so many runs, ten times in each."""
    return Past(
        first=f"2026-{first}T03:00:00Z",
        last=f"2026-{last}T04:00:00Z",
        count=runs * 10,
        runs=runs,
        replays=replays,
        dated=dated,
    )


def thing(kind: ThingKind, name: str = "", origin: str = "live", seen: str = "", **parts: str) -> Thing:
    """A thing of `live`; a finding is a violation at `/state`."""
    broken = {"level": "violation", "pointer": "/state", "fingerprint": "0123456789abcdef"} | parts
    return Thing(origin=origin, kind=kind, name=name, seen=seen, **(broken if kind in ("finding", "value") else {}))


PAST = {
    thing("answer"): past(),
    thing("success"): past(runs=11),
    thing("answer", origin="recorded live"): past(last="08-01", runs=14, replays=14),
    thing("branch", "email=null"): past(runs=9),
    thing("branch", "email=null", "recorded live"): past(last="08-01", runs=14, replays=14),
    thing("branch", "email=value", "recorded live"): past(runs=3, replays=1, dated=False),
    thing("branch", "old=null"): past(last="09-01", runs=2),
    thing("rule", "email.type"): past(),
    thing("rule", "email.type", "recorded live"): past(last="08-01", runs=14, replays=14),
    thing("rule", "state.enum"): past(),
    thing("finding", "state.enum"): past("11-19", runs=2),
    thing("value", "state.enum", seen='"later"'): past("11-20", runs=1),
    thing("value", "state.enum", seen='"new"'): past("11-19", runs=2),
    thing("finding", "closed", level="drift", pointer="*", fingerprint=""): past("11-19", runs=2),
}
VISIT = Visit(
    at="2026-11-20T03:00:00Z", command="verify", operation="GET /things/{id}", digest="f" * 32, verdict="broken"
)
CHRONICLE = Chronicle(
    operation="GET /things/{id}",
    digest="f" * 32,
    runs=14,
    first="2026-08-01T03:00:00Z",
    last="2026-11-20T03:00:00Z",
    verdicts={"broken": 3, "kept": 11},
    rules=("email.type", "id.required", "state.enum"),
    branches=tuple(Branch(rule="email.type", name=f"email={side}") for side in ("null", "value", "other")),
    past=PAST,
)
HISTORY = History(operations=(CHRONICLE,), latest=(VISIT, replace(VISIT, at="2026-11-19T03:00:00Z", verdict="kept")))


def test_the_whole_text() -> None:
    """Each thing with its origin, its first and last moment, in how many of the runs that had answers; then gaps."""
    assert render_text(HISTORY) == (
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
        "           state.enum  last exercised 2026-11-20 (live); last broken 2026-11-20 (live)\n"
        "           not known to have been exercised: id.required\n"
        "findings   violation state.enum /state  first 2026-11-19, last 2026-11-20, in 2 of 12 runs (live)\n"
        '             "new"  first 2026-11-19, last 2026-11-20, in 2 of 12 runs (live)\n'
        '             "later"  first 2026-11-20, last 2026-11-20, in 1 of 12 runs (live)\n'
        "           drift closed at further places  first 2026-11-19, last 2026-11-20, in 2 of 12 runs (live)\n"
        "\n"
        "latest     2026-11-20T03:00:00Z  verify GET /things/{id}: broken\n"
        "           2026-11-19T03:00:00Z  verify GET /things/{id}: kept\n"
    )


def test_nothing_met_is_said() -> None:
    """A history of runs without an answer, and one without any run."""
    bare = replace(CHRONICLE, past={}, rules=(), branches=())
    text = render_text(History(operations=(bare,), latest=()))
    for head in ("answers", "branches", "rules", "findings", "latest"):
        assert f"{head:<10} none\n" in text
    assert render_text(History(operations=(), latest=())) == "latest     none\n"


def test_long_lists_end_and_say_so() -> None:
    """Findings, values of one and runs are cut in the text; JSON has every finding and value."""
    findings = {thing("finding", f"r{number}"): past() for number in range(MOST_FINDINGS + 7)}
    values = {thing("value", "r0", seen=f"{number:03}"): past() for number in range(MOST_VALUES + 3)}
    history = History(operations=(replace(CHRONICLE, past=findings | values),), latest=(VISIT,) * (MOST_RUNS + 1))
    text = render_text(history)
    assert "and 7 more; --format json has them all\n" in text
    assert "and 3 more values; --format json has them\n" in text
    assert text.count("verify GET") == MOST_RUNS
    (operation,) = json.loads(render_json(history))["operations"]
    assert len(operation["findings"]) == MOST_FINDINGS + 7
    assert len(operation["findings"][0]["values"]) == MOST_VALUES + 3


LIVE = {
    "origin": "live",
    "first": "2026-08-01T03:00:00Z",
    "last": "2026-11-20T04:00:00Z",
    "count": 120,
    "runs": 12,
    "replays": 0,
    "dated": True,
}
RECORDED = LIVE | {
    "origin": "recorded live",
    "last": "2026-08-01T04:00:00Z",
    "count": 140,
    "runs": 14,
    "replays": 14,
}


def the_operation() -> Any:
    """The one operation of the document."""
    (operation,) = json.loads(render_json(HISTORY))["operations"]
    return operation


def test_the_document_says_what_was_asked() -> None:
    """The operation, its runs with both moments in full, the answers of each origin, and the latest runs."""
    operation = the_operation()
    assert {name: operation[name] for name in ("operation", "digest", "runs")} == {
        "operation": "GET /things/{id}",
        "digest": "f" * 32,
        "runs": {
            "count": 14,
            "first": "2026-08-01T03:00:00Z",
            "last": "2026-11-20T03:00:00Z",
            "verdicts": {"broken": 3, "kept": 11},
        },
    }
    assert operation["answers"] == [LIVE, RECORDED]
    assert operation["successes"] == [LIVE | {"count": 110, "runs": 11}]
    assert [run["verdict"] for run in json.loads(render_json(HISTORY))["latest"]] == ["broken", "kept"]


def test_the_document_says_what_was_exercised() -> None:
    """Each branch with its rule and each rule, whether promised still, and each origin by itself."""
    operation = the_operation()
    assert operation["branches"][0] == {
        "branch": "email=null",
        "rule": "email.type",
        "promised": True,
        "seen": [LIVE | {"count": 90, "runs": 9}, RECORDED],
    }
    assert [(one["branch"], one["rule"], one["promised"], len(one["seen"])) for one in operation["branches"][1:]] == [
        ("email=value", "email.type", True, 1),
        ("email=other", "email.type", True, 0),
        ("old=null", None, False, 1),
    ]
    broken = [{"origin": "live", "last": "2026-11-20T04:00:00Z"}]
    assert operation["rules"] == [
        {"rule": "email.type", "promised": True, "exercised": [LIVE, RECORDED], "broken": []},
        {"rule": "id.required", "promised": True, "exercised": [], "broken": []},
        {"rule": "state.enum", "promised": True, "exercised": [LIVE], "broken": broken},
    ]


def test_the_document_says_what_was_found() -> None:
    """Each finding with its values; one that stands for places too many to keep has no fingerprint."""
    first, further = the_operation()["findings"]
    new = LIVE | {"first": "2026-11-19T03:00:00Z", "count": 20, "runs": 2}
    of_value = {name: value for name, value in new.items() if name != "origin"}
    assert first == new | {
        "rule": "state.enum",
        "level": "violation",
        "pointer": "/state",
        "fingerprint": "0123456789abcdef",
        "values": [
            of_value | {"seen": '"new"'},
            of_value | {"seen": '"later"', "first": "2026-11-20T03:00:00Z", "count": 10, "runs": 1},
        ],
    }
    assert (further["pointer"], further["fingerprint"]) == ("*", None)


def validator() -> Draft202012Validator:
    """Of the committed schema."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    "history",
    [HISTORY, History(operations=(), latest=()), replace(HISTORY, operations=(replace(CHRONICLE, past={}),))],
    ids=["full", "empty", "bare"],
)
def test_the_document_keeps_its_schema(history: History) -> None:
    """The one that is committed for those who read it."""
    validator().validate(json.loads(render_json(history)))


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
    text, schema = render_json(HISTORY), validator()
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
    met = {
        thing("answer", origin=hostile): past(),
        thing("branch", hostile, hostile): past(),
        thing("rule", hostile, hostile): past(),
        thing("finding", hostile, hostile, level=hostile, pointer=hostile, fingerprint=hostile): past(),
        thing("value", hostile, hostile, hostile, level=hostile, pointer=hostile, fingerprint=hostile): past(),
    }
    bad = replace(
        CHRONICLE, operation=hostile, digest=hostile, first=hostile, last=hostile, verdicts={hostile: 1}, past=met
    )
    visit = Visit(at=hostile, command=hostile, operation=hostile, digest=hostile, verdict=hostile)
    history = History(operations=(bad,), latest=(visit,))
    text = render_text(history)
    assert not [one for one in text if not one.isprintable() and one != "\n"]
    assert text.count("\n") == 11
    (operation,) = json.loads(render_json(history))["operations"]
    assert operation["findings"][0]["values"][0]["seen"] == hostile
    assert render_text(replace(history)) == text
    assert render_json(replace(history)) == render_json(history)
