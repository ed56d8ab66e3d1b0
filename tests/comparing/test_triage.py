"""Which side moved: each difference of page, contract and traffic is told once, under the right name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checking import Checker
from contracts.comparing.changes import compare
from contracts.comparing.observing import Observer
from contracts.comparing.triage import JudgedContract, triage
from contracts.model.contract import Contract
from contracts.model.drift import Observed, Triaged
from contracts.model.finding import Judgement, once
from contracts.model.interaction import Interaction, Request, Response
from contracts.model.json import Json
from contracts.rules.edits import encoded
from tests.comparing.tiny import ROWS, tiny, written_at

STRING: Json = {"type": "string"}
SMALL: Json = {"type": "string", "enum": ["small"]}
BOTH: Json = {"type": "string", "enum": ["small", "large"]}

OUTDATED = "contract out of date with the page"
PAGE = "page changed"
API = "API drifted from the page"
OBSERVED = "only observed, documented nowhere"
ITSELF = "page contradicts itself"


def answer(body: Json, status: int = 200, path: str = "/things", media: str = "application/json") -> Interaction:
    """An answer as it was recorded."""
    return Interaction(
        request=Request(method="GET", url=f"https://api.example.com{path}"),
        response=Response(status=status, headers=(("Content-Type", media),), body=encoded(body)),
        origin="recorded",
        place="a.har",
    )


def paged(said: dict[str, Any]) -> Contract:
    """A tiny contract as if a page had been its source."""
    return replace(tiny(said), page="page.txt")


def told(old: dict[str, Any], new: dict[str, Any], *answers: Interaction) -> tuple[Triaged, ...]:
    """The triage of two forms of a tiny contract and some traffic."""
    return sorted_out(tiny(old), replace(tiny(new), page="new.txt"), *answers)


def sorted_out(contract: Contract, page: Contract, *answers: Interaction) -> tuple[Triaged, ...]:
    """The triage of a contract, a page's contract, and the traffic that is of their operations."""
    contract, page = (replace(one, page=one.page.replace(".json", ".txt")) for one in (contract, page))
    observer = Observer()
    held = []
    for side, see in ((contract, observer.see), (page, None)):
        checker = Checker(side)
        judged = checker.judge_all([one for one in answers if checker.owns(one)], see)
        held.append(JudgedContract(contract=side, judgement=judged))
    return triage(held[0], held[1], compare(contract, page, ROWS), observer.observed())


def table(found: tuple[Triaged, ...]) -> list[tuple[str, str]]:
    """What moved, and where."""
    return [(one.moved, one.pointer) for one in found]


def body(**fields: Json) -> dict[str, Any]:
    """A tiny contract whose answer has these fields."""
    return {"body": fields}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[Json], list[tuple[str, str, str]]]] = {
    "the traffic has what only the page lists": (
        body(a=SMALL), body(a=BOTH), [{"a": "large"}, {"a": "large"}, {"a": "small"}],
        [(OUTDATED, "/a", 'breaks the contract here 2 times and keeps the page: "large" at a.har')]),
    "the traffic has a field that only the page lists": (
        body(a=STRING), body(a=STRING, b=STRING), [{"a": "x", "b": "y"}],
        [(OUTDATED, "/b", 'breaks the contract here once and keeps the page: "y" at a.har')]),
    "the traffic has what stands below a new field": (
        body(a=STRING), body(a=STRING, b={"type": "object", "properties": {"c": STRING}}), [{"a": "x", "b": {"c": 1}}],
        [(PAGE, "/b", "breaks both here: the contract once, the page once")]),
    "the traffic lacks what the page no longer promises": (
        body(a=STRING) | {"required": ["a"]}, body(a=STRING), [{}],
        [(OUTDATED, "/a", "breaks the contract here once and keeps the page: absent at a.har")]),
    "the traffic still keeps the contract": (
        body(a=BOTH), body(a=SMALL), [{"a": "large"}, {"a": "small"}],
        [(PAGE, "/a", 'keeps the contract here and breaks the page once: "large" at a.har')]),
    "the traffic keeps both": (
        body(a=BOTH), body(a=SMALL), [{"a": "small"}, {"a": "small"}],
        [(PAGE, "/a", "keeps the contract here, 2 times")]),
    "the traffic never had it": (
        body(a=BOTH), body(a=SMALL), [{}, {}], [(PAGE, "/a", "never exercised this")]),
    "there is no traffic": (body(a=BOTH), body(a=SMALL), [], [(PAGE, "/a", "never exercised this")]),
    "the traffic has yet another value": (
        body(a=SMALL), body(a=BOTH), [{"a": "huge"}, {"a": "large"}],
        [(OUTDATED, "/a", "breaks both here: the contract 2 times, the page once"),
         (API, "/a", '"huge" at a.har, once')]),
    "the traffic has yet another value, and none that is new on the page": (
        body(a=SMALL), body(a=BOTH), [{"a": "huge"}, {"a": "small"}],
        [(PAGE, "/a", "breaks both here: the contract once, the page once"), (API, "/a", '"huge" at a.har, once')]),
    "the traffic breaks what both promise": (
        body(a=STRING, b={"type": "array", "items": {"type": "integer"}}),
        body(a=STRING, b={"type": "array", "items": {"type": "integer"}}),
        [{"a": None, "b": [1, "x", "y"]}, {"a": 5}],
        [(API, "/a", "null at a.har, 2 times"), (API, "/b/*", '"x" at a.har, 2 times')]),
    "the traffic has what nobody lists": (
        body(a=STRING), body(a=STRING), [{"a": "x", "z": None}, {"a": "x", "z": 5}],
        [(OBSERVED, "/z", "null at a.har, 2 times")]),
    "a renamed field under its new name": (
        body(status=SMALL) | {"required": ["status"]}, body(orderStatus=SMALL) | {"required": ["orderStatus"]},
        [{"orderStatus": "small"}],
        [(OUTDATED, "/status", "breaks the contract here 2 times and keeps the page: absent at a.har")]),
    "a renamed field under its old name": (
        body(status=SMALL) | {"required": ["status"]}, body(orderStatus=SMALL) | {"required": ["orderStatus"]},
        [{"status": "small"}],
        [(PAGE, "/status", "keeps the contract here and breaks the page 2 times: absent at a.har")]),
    "a change beside an undocumented field": (
        body(a={"type": "object", "properties": {"b": STRING}}),
        body(a={"type": ["object", "null"], "properties": {"b": STRING}}),
        [{"a": {"b": "x", "c": 1}}, {"a": None}],
        [(OUTDATED, "/a", "breaks the contract here once and keeps the page: null at a.har"),
         (OBSERVED, "/a/c", "1 at a.har, once")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_difference_is_told_once(case: str) -> None:
    """Under the name of the side that moved, with what the traffic says of it."""
    old, new, bodies, expected = CASES[case]
    found = told(old, new, *map(answer, bodies))
    assert [(one.moved, one.pointer, one.traffic) for one in found] == expected


def test_both_sources_are_cited() -> None:
    """What page and contract say, with their lines; a side that says nothing says so."""
    (change,) = told(body(a=SMALL), body(a=BOTH), answer({"a": "large"}))
    assert (change.page, change.contract) == ('["small", "large"] at tiny.json', '["small"] at tiny.json')
    assert "`a`" in change.what
    contract = tiny(body(a={"type": "string", "x-rules": {"type": written_at(7)}}))
    (drifted,) = sorted_out(contract, contract, answer({"a": 5}))
    assert (drifted.page, drifted.contract) == ("string at tiny.json:7", "string at tiny.json:7")
    (new,) = sorted_out(contract, contract, answer({"z": 5}), answer({"z": "x"}), answer({"z": 6}))
    assert (new.what, new.page, new.contract) == (
        "came as integer or string",
        "says nothing of it",
        "says nothing of it",
    )


def test_what_stands_around_the_body() -> None:
    """A status or media type that one side lists, or none; a parameter that recordings can't judge."""
    old, new = body(a=STRING), body(a=STRING) | {"statuses": [404]}
    gone = answer({}, 404, media="application/problem+json")
    assert table(told(old, new, gone)) == [(OUTDATED, "#status/404")]
    assert table(told(new, old, gone)) == [(PAGE, "#status/404")]
    assert told(new, old, answer({}))[0].traffic == "never exercised this"
    assert table(told(old, old, gone)) == [(OBSERVED, "#status/404")]
    assert told(old, old, gone)[0].what == "404 came"
    other = answer({}, media="text/plain")
    assert table(told(old, old, other)) == [(OBSERVED, "#header/Content-Type")]
    assert table(told(old, old | {"media": ["text/plain"]}, other)) == [(OUTDATED, "#status/200")]
    wanted = {"name": "q", "in": "query", "required": True, "schema": STRING}
    without = answer({"a": "x"})
    assert table(told(old | {"parameters": [wanted]}, old, without)) == [(PAGE, "#parameter/q")]
    (asked,) = told(old | {"parameters": [wanted]}, old, replace(without, origin="live"))
    assert (asked.moved, asked.pointer) == (OUTDATED, "#parameter/q")


def test_a_credential_that_changed() -> None:
    """Answered without the old one, the contract is out of date; the change has no other line."""
    old, new = body(a=STRING) | {"auth": ["X-Key", ""]}, body(a=STRING)
    live = replace(answer({"a": "x"}), origin="live")
    (change,) = told(old, new, live)
    assert (change.moved, change.pointer) == (OUTDATED, "#authorization")
    assert change.traffic == "breaks the contract here once and keeps the page: absent, answered with 200 at a.har"
    assert table(told(old, old, live)) == [(API, "#authorization")]


def test_a_finding_that_no_change_explains_is_never_dropped() -> None:
    """Whichever side it is of: a change of the whole body explains nothing that stands inside it."""
    narrow, wide = paged(body(a=SMALL)), paged(body(a=BOTH))
    one = answer({"a": "large"})
    held = [JudgedContract(contract=side, judgement=Checker(side).judge(one)) for side in (narrow, wide)]
    whole = replace(compare(narrow, wide, ROWS)[0], pointer="", rules=())
    change, left = triage(held[0], held[1], (whole,), Observed())
    assert (change.moved, change.traffic) == (PAGE, "never exercised this")
    assert (left.moved, left.pointer, left.page) == (OUTDATED, "/a", "is kept")
    (left,) = triage(held[1], held[0], (), Observed())
    assert (left.moved, left.pointer, left.contract) == (API, "/a", "is kept")


def test_an_operation_that_moved() -> None:
    """Traffic at the new path keeps the page; traffic at the old one says nothing about the page."""
    old, new = body(a=STRING) | {"path": "/v1/things"}, body(a=STRING) | {"path": "/v2/things"}
    (there,) = told(old, new, answer({"a": "x"}, path="/v2/things"))
    assert (there.moved, there.pointer, there.traffic) == (
        OUTDATED,
        "#operation",
        "asks the page's operation alone, once",
    )
    (here,) = told(old, new, answer({"a": "x"}, path="/v1/things"))
    assert (here.moved, here.traffic) == (PAGE, "keeps the contract here, once")
    moved, drifted = told(old, new, answer({"a": 5}, path="/v1/things"))
    assert (moved.moved, drifted.moved, drifted.page) == (PAGE, API, "was never asked")
    _, changed = told(old, new | body(a={"type": "integer"}), answer({"a": 5}, path="/v1/things"))
    assert (changed.moved, changed.traffic) == (
        PAGE,
        "breaks the contract here once and never asked the page: 5 at a.har",
    )


def test_a_page_that_contradicts_itself() -> None:
    """Each conflict of the page, whatever else; its place, both lines, and what was decided."""
    said = body(a=STRING, b={"type": "array", "items": {"type": "object", "properties": {"c": STRING}}})
    sources = [{"page": "tiny.json", "line": line, "kind": "documented"} for line in (5, 9, 9)]
    conflicts = [
        {"field": name, "problem": "They differ.", "decided": "the list is followed", "sources": sources}
        for name in ("b[].c", "body")
    ]
    found = sorted_out(tiny(said), tiny(said | {"conflicts": conflicts}))
    assert table(found) == [(ITSELF, "/b/*/c"), (ITSELF, "")]
    assert (found[0].what, found[0].page) == ("They differ.", "tiny.json:5 and tiny.json:9")
    assert (found[0].contract, found[0].traffic) == ("the list is followed", "")


def test_what_comes_from_a_description_is_called_so() -> None:
    """A contract that was derived from an OpenAPI document has that for its only witness."""
    contract = replace(tiny(body(a=STRING)), page="api.yaml")
    observer, checker = Observer(), Checker(contract)
    held = JudgedContract(contract=contract, judgement=checker.judge_all([answer({"a": 5})], observer.see))
    (found,) = triage(held, held, (), observer.observed())
    assert found.moved == "API drifted from the description"
    assert [name for name, _ in found.witnesses] == ["description", "contract", "traffic"]


def test_what_is_not_about_the_api_is_left_out() -> None:
    """Findings that no rule of the contracts makes, and notes; a sentence is no matter of traffic."""
    contract = tiny(body(a=STRING))
    checker = Checker(contract, {"a.type": "note"})
    one = answer({"a": 5})
    leak = checker.foreign(one, rule="custody.leak", level="violation", summary="s", expected="e", seen="n")
    judged = replace(checker.judge(one), met=(*checker.judge(one).met, once(leak)))
    held = JudgedContract(contract=contract, judgement=judged)
    assert len(judged.findings) == 2
    assert triage(held, held, (), Observed()) == ()
    (sentence,) = told(body(a=STRING), body(a=STRING) | {"unaccounted": "It never is."}, answer({"a": "x"}))
    assert (sentence.moved, sentence.traffic) == (PAGE, "")


def test_other_words_explain_no_finding() -> None:
    """A block that was reworded where the API breaks both sides is a line of its own, and traffic no matter of it."""
    contract = paged(body(a=STRING))
    held = JudgedContract(contract=contract, judgement=Checker(contract).judge(answer({"a": 5})))
    (change,) = compare(contract, paged(body(a=SMALL)), ROWS)
    words, drifted = triage(held, held, (replace(change, kind="wording.changed", rules=()),), Observed())
    assert (words.moved, words.traffic) == (PAGE, "")
    assert (drifted.moved, drifted.pointer) == (API, "/a")


def test_a_guess_that_the_api_breaks_is_documented_nowhere() -> None:
    """A rule of level drift rests on an assumption; breaking it is no drift from the page."""
    contract = paged(body(a=STRING))
    judged = Checker(contract, {"a.type": "drift"}).judge(answer({"a": 5}))
    held = JudgedContract(contract=contract, judgement=judged)
    (found,) = triage(held, held, (), Observed())
    assert (found.moved, found.page) == (OBSERVED, "string at tiny.json")


def test_nothing_moved() -> None:
    """Equal contracts and traffic that keeps them are no lines at all."""
    contract = tiny(body(a=STRING))
    assert sorted_out(contract, contract, answer({"a": "x"})) == ()
    idle = JudgedContract(contract=contract, judgement=Judgement())
    assert triage(idle, idle, (), Observed()) == ()
