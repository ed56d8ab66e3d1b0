"""Results made by hand: a small contract, and findings with whatever a hostile server or page may put into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, cast

import pytest

from contracts.model.accepted import Acceptance, Accepted
from contracts.model.contract import Body, Contract, Field, Index, Level, Rule, Source
from contracts.model.drift import Change, Cited, Drift, Observed, Traffic, Triaged, Unseen
from contracts.model.finding import Branch, Evidence, Finding, Judgement, Sighting, recurring
from contracts.model.gate import Case, Cause, Gate, Sent, Tried
from contracts.model.interaction import Interaction, Request, Response
from contracts.model.json import Json
from contracts.model.report import Report
from contracts.model.run import Checked, Proof, Results, Run, Unreadable
from contracts.reading.openapi import contracts_of, document_of
from contracts.reports.assembling import report_of

SOURCE = Source(page="page.txt", line=7, kind="documented")
HAND = Source(page="hand.toml", line=0, kind="assumed", hand=True)

MakeFinding: TypeAlias = Callable[..., Finding]
MakeRun: TypeAlias = Callable[..., Run]


def rule(name: str, level: Level = "violation") -> Rule:
    """A rule of this id."""
    return Rule(
        id=name,
        kind="type",
        target="success",
        at=(name[0],),
        says={"types": ["string"]},
        summary=f"{name} holds.",
        sources=(SOURCE,),
        level=level,
    )


RULES = (rule("a.type"), rule("b.type"), rule("c.drift", "drift"))


class Few:
    """An index of these three rules and nothing else, so that reports of them stay short."""

    rules = RULES
    fields = (Field(at=("a",), target="success"), Field(at=("b",), target="success"))
    conflicts = ()

    def examples(self, _body: Body) -> tuple[Json, ...]:
        """No answer is shown."""
        return ()


def _contract() -> Contract:
    good = {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
    tree = {"openapi": "3.1.0", "paths": {"/things/{id}": {"get": {"responses": {"200": good}}}}}
    (plain,) = contracts_of(document_of(tree, "page.txt"))
    server, index = "https://api.example.com", cast("Index", Few())
    return replace(plain, slug="get-a-thing", title="Get a thing", server=server, index=index)


CONTRACT = _contract()
BRANCHES = (Branch(rule="a.type", name="a=null"), Branch(rule="a.type", name="a=value"))


def verified(*runs: Run, **parts: object) -> Report:
    """The report of `verify` with these runs, and whatever else is given."""
    return report_of(replace(Results(command="verify", parts=runs), **parts))  # type: ignore[arg-type]  # as they are named


def gated(*gates: Gate) -> Report:
    """The report of these gates."""
    return report_of(Results(command="gate", parts=gates, needed="judged"))


def compared(*drifts: Drift) -> Report:
    """The report of these comparisons."""
    return report_of(Results(command="drift", parts=drifts))


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
        evidence = Evidence(seen=seen)
        judgement = Judgement(met=recurring(findings), evidence=evidence, checked={"reference": 2}, successes=1)
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
    "::error file=x,line=1::y\n::error::z\r%0A::stop-commands::q",
    "`one` ``two`` ``` | a | b |</details></summary></code><script>alert(1)</script>",
    "[link](javascript:alert(1)) ![i](x) <https://a.example> www.a.example @octocat #1 *b* _i_ ~~s~~ &lt; \\",
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
        met=recurring([bad]),
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
            Checked(
                name=hostile,
                what=hostile,
                judgement=Judgement(),
                unchecked=hostile,
                unreadable=(Unreadable(what="answer", reason=hostile, count=2, place=hostile, line=1),),
            ),
        ),
        branches=(*BRANCHES, Branch(rule=hostile, name=hostile)),
        proofs=(Proof(rule=replace(RULES[0], id=hostile), broken=None, caught=(hostile,)),),
    )


def change(text: str = "email", **parts: object) -> Change:
    """A field that went; `text` is whatever comes from outside of it."""
    made = Change(
        severity="breaking",
        kind="field.removed",
        pointer=f"/{text}",
        old=text,
        new=None,
        summary=f"{text} is gone.",
        fingerprint="00000000000000aa",
        rules=("a.type",),
        sources=(
            Cited(side="old", source=Source(page="old.txt", line=7, kind="documented")),
            Cited(side="new", source=Source(page="new.txt", line=9, kind="documented")),
        ),
    )
    return replace(made, **parts)  # type: ignore[arg-type]  # the parts are the caller's to name rightly


def case(name: str, body: bytes = b'{"a": 1}') -> Case:
    """A legal case of the small contract."""
    return Case(
        name=name, tier="legal", description=f"`{name}` is so", status=200, headers=(), body=body, rules=("a.type",)
    )


def gate_of(*tried: Tried, **parts: object) -> Gate:
    """A run of one client."""
    made = Gate(contract=CONTRACT, digest="f" * 32, command=("client", "two words"), tried=tried)
    return replace(made, **parts)  # type: ignore[arg-type]  # the parts are the caller's to name rightly


def failed(name: str, output: str = "", url: str = "/things/1", *, outside: bool = False) -> Tried:
    """A failed case with one request."""
    asked = Request(method="GET", url=url, headers=(("Authorization", "Bearer k"),))
    sent = (Sent(request=asked, status=200, outside=outside),)
    return Tried(case=case(name), outcome="failed", how="exit 1", code=1, output=output, sent=sent)


PASSED = Tried(case=case("b"), outcome="passed", how="exit 0", code=0)


def interaction(body: bytes, place: str = "cassettes/one.yaml", index: int = 0) -> Interaction:
    """An exchange with this body."""
    request = Request(method="GET", url="https://api.example.com/things/1")
    return Interaction(
        request=request, response=Response(status=200, body=body), origin="reference", place=place, index=index
    )


def traffic(*findings: Finding, **parts: object) -> Traffic:
    """Sixteen answers with an undocumented field; `b` was never there."""
    judgement = Judgement(met=recurring(findings), checked={"recorded": 16}, successes=15)
    made = Traffic(
        what="16 recordings",
        judgement=judgement,
        observed=Observed(
            answers=15,
            places={("a",): {"string": 15}, ("extra",): {"null": 2, "string": 12}, ("extra", "[]"): {"string": 1}},
            parents={("a",): 15, ("extra",): 15},
        ),
        unseen_fields=(Unseen(name="b", observations=15),),
        unseen_branches=(Unseen(name="a=null", observations=1),),
        branches=BRANCHES,
    )
    return replace(made, **parts)  # type: ignore[arg-type]  # the parts are the caller's to name rightly


TRIAGED = Triaged(
    moved="API drifted from the page", pointer="/a", what="a number now", page="page.txt:7 a string", traffic="a number"
)


def entry(text: str = "known", rule: str = "a.type", pointer: str = "/a") -> Acceptance:
    """An entry of a file of accepted findings, of this reason."""
    return Acceptance(rule=rule, pointer=pointer, reason=text, until="2030-12-31", place="accepted.toml", line=3)


@pytest.fixture
def drift(finding: MakeFinding) -> Drift:
    """Two changes, a finding met twice, and one of what is accepted, all told at once."""
    first = finding(at="2026-01-01T00:00:00Z")
    return Drift(
        old="old.txt",
        new="new.txt",
        contract=CONTRACT,
        changes=(
            change(severity="additive", kind="field.added", pointer="/n", old=None, new={"type": "string"},
                   fingerprint="00000000000000ab"),
            change(),
        ),
        traffic=traffic(first, replace(first, seen="6", at="2026-02-01T00:00:00Z")),
        triage=(TRIAGED,),
    )  # fmt: skip


@pytest.fixture(params=["verify", "gate", "drift"])
def result(request: pytest.FixtureRequest, run: MakeRun, finding: MakeFinding, drift: Drift) -> Report:
    """What came of each command, broken and with something accepted where that can be."""
    command: str = request.param
    if command == "gate":
        asked = failed("c", url="/other", outside=True)
        return gated(gate_of(failed("a"), asked, PASSED, also_failing=("outside",)))
    stale = finding(rule="accepted.unused", origin="accepted", place="accepted.toml", line=9, promised=())
    accepted = Accepted(
        entries=(entry(rule="c.drift"), entry(rule="field.added", pointer="/n")), stale=(replace(stale, pointer="/x"),)
    )
    if command == "drift":
        return compared(replace(drift, accepted=accepted))
    excused = finding(rule="c.drift", level="drift", fingerprint="00000000000000ff", line=12, index=2)
    return verified(run(finding(), finding(seen="6"), excused, accepted=accepted))


@pytest.fixture(params=["verify", "gate", "drift"])
def poison(request: pytest.FixtureRequest, poisoned: Run, hostile: str) -> Report:
    """What came of each command, every text from outside the hostile one."""
    command: str = request.param
    (bad,) = poisoned.targets[0].judgement.findings
    if command == "verify":
        accepted = Accepted(entries=(replace(entry(hostile), rule="x", place=hostile),), stale=(bad,))
        return verified(replace(poisoned, accepted=accepted))
    if command == "gate":
        cause = Cause(names=(hostile,), description=hostile, rule=hostile, promised=hostile)
        tried = replace(failed(hostile, output=hostile, url="/" + hostile, outside=True), how=hostile)
        unasked = replace(PASSED, outcome="not checked", how=hostile)
        return gated(gate_of(tried, unasked, PASSED, causes=(cause,), command=(hostile,), also_failing=("outside",)))
    source = Cited(side="new", source=Source(page=hostile, line=3, kind="documented"))
    unseen = (Unseen(name=hostile, observations=1),)
    observed = Observed(answers=1, places={(hostile,): {hostile: 1}})
    return compared(
        Drift(
            old=hostile,
            new=hostile,
            contract=poisoned.contract,
            changes=(
                change(hostile, kind=hostile, new={hostile: [hostile]}, sources=(source,)),
                change(hostile, kind="wording.changed", sources=(source,)),
                change(hostile, kind="known"),
            ),
            traffic=traffic(bad, what=hostile, observed=observed, unseen_fields=unseen, unseen_branches=unseen),
            triage=(replace(TRIAGED, pointer=hostile, what=hostile, page=hostile, contract=hostile, traffic=hostile),),
            accepted=Accepted(entries=(replace(entry(hostile), rule="known", pointer="/" + hostile, place=hostile),)),
        )
    )
