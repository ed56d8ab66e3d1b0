"""Runs made by hand: a small contract, and findings with whatever a hostile server or page may put into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from contracts.model.contract import Answer, Contract, Level, Rule, Source
from contracts.model.finding import Branch, Evidence, Finding, Judgement, Sighting
from contracts.model.run import Checked, Proof, Run

SOURCE = Source(page="page.txt", line=7, kind="documented")
HAND = Source(page="hand.toml", line=0, kind="assumed", hand=True)

MakeFinding: TypeAlias = Callable[..., Finding]
MakeRun: TypeAlias = Callable[..., Run]


def rule(name: str, level: Level = "violation") -> Rule:
    """A rule of this id."""
    return Rule(
        id=name, kind="type", target="success", says={}, summary=f"{name} holds.", sources=(SOURCE,), level=level
    )


RULES = (rule("a.type"), rule("b.type"), rule("c.drift", "drift"))
CONTRACT = Contract(
    slug="get-a-thing",
    title="Get a thing",
    method="GET",
    server="https://api.example.com",
    path="/things/{id}",
    page="page.txt",
    rules=RULES,
    answers=(Answer(status=200, description="", media=("application/json",), body="success"),),
)
BRANCHES = (Branch(rule="a.type", name="a=null"), Branch(rule="a.type", name="a=value"))


@pytest.fixture
def finding() -> MakeFinding:
    """Makes a finding of rule `a.type`; whatever is given replaces its part."""

    def make(**parts: object) -> Finding:
        made = Finding(
            rule="a.type",
            level="violation",
            pointer="/a",
            expected="a string",
            seen="5",
            summary="a.type holds.",
            fingerprint="0123456789abcdef",
            promised=(SOURCE, HAND),
            origin="reference",
            place="cassettes/one.yaml",
        )
        return replace(made, **parts)  # type: ignore[arg-type]  # the parts are the caller's to name rightly

    return make


@pytest.fixture
def run() -> MakeRun:
    """Makes a run of one target with these findings; whatever else is given replaces its part."""

    def make(*findings: Finding, **parts: object) -> Run:
        seen = {"reference": {"a=null": Sighting(count=2, first="cassettes/one.yaml")}}
        judgement = Judgement(findings=findings, evidence=Evidence(seen=seen), checked={"reference": 2}, successes=1)
        target = Checked(name="cassettes", what="2 recordings of the reference provider", judgement=judgement)
        made = Run(contract=CONTRACT, digest="f" * 32, targets=(target,), branches=BRANCHES)
        return replace(made, **parts)  # type: ignore[arg-type]  # as above

    return make


@pytest.fixture
def proofs() -> tuple[Proof, ...]:
    """Two rules that can fail, and one that is caught under another's name."""
    return (
        Proof(rule=RULES[0], broken=None, caught=("a.type",)),
        Proof(rule=RULES[1], broken=None, caught=("b.type",)),
        Proof(rule=RULES[2], broken=None, caught=("a.type", "b.type")),
    )


HOSTILE = (
    "\x1b[2J\x1b]0;title\x07",
    "one\ntwo\r\nthree\ttab",
    "\x00\x08\x7f\x9b",
    "]]><failure/><!-- & --> &amp; \"quoted\" 'quoted'",
    "[bold red]markup[/] [/nothing]",
    "\u202eright-to-left\u202c \u2066isolated\u2069 \u200f\u061c",
    "zero\u200bwidth \ufeff \u2028line\u2029paragraph",
    "surrogate \ud800, not a character \uffff \U000e0041",
    "=cmd|'/c calc'!A1",
    "x" * 5000,
)


@pytest.fixture(params=HOSTILE, ids=lambda text: ascii(text)[:20])
def hostile(request: pytest.FixtureRequest) -> str:
    """A text that would rather be something else."""
    text: str = request.param
    return text


@pytest.fixture
def poisoned(run: MakeRun, finding: MakeFinding, hostile: str) -> Run:
    """A run in which every text that comes from outside is the hostile one."""
    bad = finding(
        rule=hostile,
        pointer="/" + hostile,
        expected=hostile,
        seen=hostile,
        summary=hostile,
        place=hostile,
        origin=hostile,
        promised=(Source(page=hostile, line=3, kind="documented"),),
    )
    judgement = Judgement(
        findings=(bad,),
        evidence=Evidence(seen={hostile: {"a=null": Sighting(count=1, first=hostile)}}),
        checked={hostile: 1},
        successes=1,
    )
    good = run()
    return replace(
        good,
        contract=replace(CONTRACT, path="/" + hostile, slug=hostile),
        targets=(
            Checked(name=hostile, what=hostile, judgement=judgement),
            Checked(name=hostile, what=hostile, judgement=Judgement(), unchecked=hostile),
        ),
        branches=(*BRANCHES, Branch(rule=hostile, name=hostile)),
        proofs=(Proof(rule=replace(RULES[0], id=hostile), broken=None, caught=(hostile,)),),
    )
