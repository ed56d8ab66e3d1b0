"""Reports made by hand, for the tests of the page that is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.model.contract import Source
from contracts.model.json import Json, pointer
from contracts.model.report import Check, Place, Problem, Report, Suite

PROMISED = (Source(page="page.txt", line=7, kind="documented"),)

HOSTILE = (
    "</script><script>document.title='ran'</script>", "<img src=x onerror=\"document.title='ran'\">",
    "\"><svg onload=document.title='ran'> ' autofocus onfocus=alert(1)",
    "--></style><!-- {{ 7 * 7 }} {% raw %} &lt;b&gt; &amp;", "javascript:alert(1)",
    "\u202eright-to-left\u202c \u2066isolated\u2069 zero\u200bwidth \u2028line",
    "\x1b[2J\x00\x07one\r\ntwo\ttab \ud800", "::error file=x::y",
)  # fmt: skip


def problem(number: int, **parts: Any) -> Problem:
    """A finding of rule `a.type` at `/a`; whatever is given replaces its part."""
    made = Problem(
        id="a.type",
        level="violation",
        fatal=True,
        summary="a is a string.",
        pointer="/a",
        expected="a string",
        seen=("5",),
        count=1,
        fingerprint=f"{number:016x}",
        promised=PROMISED,
        places=(place(),),
    )
    return replace(made, **parts)


def place(**parts: Any) -> Place:
    """A place in a recording, with the answer met there."""
    answer: Json = {"a": 5, "b": {"c": [1, 2]}}
    made = Place(where="one.yaml", line=3, pointer="/a", origin="reference", answer=(answer,))
    return replace(made, **parts)


def report(*problems: Problem, **parts: Any) -> Report:
    """A report of `verify` with these problems, and a check for each rule."""
    names = dict.fromkeys(["kept.type", *(one.id for one in problems)])
    checks = tuple(
        Check(name=name, outcome="failed" if met else "passed", problems=met)
        for name in names
        for met in [tuple(one for one in problems if one.id == name)[:3]]
    )
    made = Report(
        command="verify",
        subject="GET /things/{id} (0123456789ab)",
        verdict="broken" if problems else "kept",
        tail=f": {len(problems)} findings" if problems else " by 1 recording",
        rows=(("checked", "1 recording: 1 answer"), ("evidence", "1 of 2 branches"), ("", "1 from reference")),
        suites=(Suite(name="GET /things/{id} on cassettes", classname="get-a-thing", checks=checks),),
        problems=problems,
        record=dict,
    )
    return replace(made, **parts)


def mixed() -> Report:
    """Three rules, three levels, two origins: what a filter has to tell apart."""
    far = {"a": "x" * 600, "list": [{"id": number, "deep": [[number]]} for number in range(50)]}
    return report(
        problem(
            *(1,),
            count=2,
            places=(place(at="2026-01-30T12:00:00Z"), place(at="2026-01-31T12:00:00Z", line=40)),
            since="2026-01-30T12:00:00Z",
            last="2026-01-31T12:00:00Z",
        ),
        problem(2, id="b.required", pointer="/b/gone", summary="b.gone is there.", places=(place(pointer="/b/gone"),)),
        problem(
            *(3,),
            id="closed",
            level="drift",
            fatal=False,
            pointer="/list/40/deep",
            places=(place(origin="live", pointer="/list/40/deep", answer=(far,)),),
        ),
        problem(
            *(4,),
            id="closed",
            level="note",
            fatal=False,
            pointer="#status",
            places=(place(where="", origin="", answer=()),),
        ),
    )


def poisoned(text: str) -> Report:
    """A report in which every text that comes from outside is this one."""
    bad = problem(
        1,
        id=text,
        level=text,
        summary=text,
        pointer=pointer((text,)),
        expected=text,
        seen=(text, text),
        promised=(Source(page=text, line=1, kind="documented"),),
        places=(
            place(where=text, pointer=pointer((text,)), origin=text, at=text, answer=({text: text, "more": [text]},)),
        ),
        details=((text, text),),
    )
    gone = replace(bad, fingerprint="2" * 16, places=(place(pointer=pointer((text, text)), answer=({"a": text},)),))
    skipped = Check(name=text, outcome="skipped", why=text)
    suites = (Suite(name=text, classname=text, checks=(skipped,)),)
    return report(bad, gone, command=text, subject=text, tail=text, rows=((text, text),), suites=suites)


def many(count: int) -> Report:
    """So many different findings, of a hundred rules, three places each."""
    answer: Json = {f"field{number}": "x" * 20 for number in range(20)}
    places = tuple(
        Place(where="one.yaml", line=line, pointer="/field7", origin="live", answer=(answer,)) for line in (3, 30, 300)
    )
    return report(
        *(
            problem(number, id=f"rule{number % 100}.type", pointer=f"/field{number}", count=3, places=places)
            for number in range(count)
        )
    )
