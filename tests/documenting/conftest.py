"""Sheets of the committed contract and of the made-up shop, each made once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.consumer.legal_cases import legal_cases
from contracts.documenting.changelog import RecordedChange, Release
from contracts.documenting.matrix import CaseResult, GateResult
from contracts.documenting.sheet import Sheet
from contracts.model.contract import Conflict, Contract, Field, Rule, Source, Unaccounted, Waiver
from contracts.model.finding import Evidence, Judgement, Sighting
from contracts.model.identity import digest
from contracts.proving.proof import prove
from contracts.rules.branches import branches
from tests.rules.synthetic import DRAFTS, REPLY, SHOP, held

HOSTILE = (
    "</code></pre><script>alert(1)</script>\"'`<img src=x onerror=alert(2)>|[a](javascript:b)\u202e\x1b[31m\n::error::x"
)


def judgement(contract: Contract) -> Judgement:
    """Every second branch seen live, every third in a recording of the reference provider, the first on a host."""
    names = [branch.name for branch in branches(contract)]
    moment = "2026-10-02T08:00:00Z"
    return Judgement(
        evidence=Evidence(
            seen={
                "live": {name: Sighting(count=3, first="live.yaml", since=moment, last=moment) for name in names[::2]},
                "reference": {name: Sighting(count=1, first="cassettes/x/one.yaml#1") for name in names[::3]},
                "staging.example.com": {names[0]: Sighting(count=7, first="log.har#1", since=moment, last=moment)},
            }
        ),
        checked={"live": 4, "reference": 9},
    )


def survival(contract: Contract) -> GateResult:
    """A client that fails at the second legal case and survives the others."""
    names = [case.name for case in legal_cases(contract)]
    results = {name: CaseResult(outcome="passed", how="left with 0") for name in names}
    return GateResult(
        command="python -m client",
        digest=digest(contract),
        results=results | {names[1]: CaseResult(outcome="failed", how="left with 1")},
    )


def full(contract: Contract) -> Sheet:
    """A sheet with everything that can be known."""
    change = RecordedChange(
        severity="breaking", kind="type.changed", pointer="/id", old="integer", new="object", summary="id is an object"
    )
    return Sheet(
        contract=contract,
        vendor="shop",
        variable="SHOP_KEY",
        judgement=judgement(contract),
        proofs=prove(contract),
        cases=legal_cases(contract),
        survival=survival(contract),
        releases=(
            Release(date="2026-11-01", old="a" * 32, new="b" * 32, changes=(change,)),
            Release(date="", old="", new="a" * 32, changes=()),
        ),
    )


def spoiled(text: str) -> Contract:
    """The shop with a text wherever a page or a person may put one."""

    def bad_rule(rule: Rule) -> Rule:
        known: Any = rule.says.get("values", [])
        says = {**rule.says, "values": [*known, text]} if rule.kind == "enum" else rule.says
        return replace(rule, summary=text, says=says, sources=(Source(page=text, line=1, kind="documented"),))

    def bad_field(field: Field) -> Field:
        return replace(field, description=text)

    known = DRAFTS["shop"]
    draft = replace(
        known,
        title=text,
        page=text,
        rules=(*map(bad_rule, known.rules),),
        fields=(*map(bad_field, known.fields),),
        answers=tuple(replace(answer, description=text) for answer in known.answers),
        conflicts=(Conflict(field=text, problem=text, decided=text, sources=()),),
        waivers=(Waiver(field=text, reason=text, digests=(text,)),),
        unaccounted=(Unaccounted(field=text, line=3, digest=text, text=text),),
    )
    return held(draft)


def spoiled_sheet(text: str) -> Sheet:
    """The spoiled shop, seen by an origin and put to a client of that name."""
    contract = spoiled(text)
    seen = {text: {branch.name: Sighting(count=1, first=text) for branch in branches(contract)}}
    change = RecordedChange(severity="none", kind=text, pointer=text, old=text, new=text, summary=text)
    return Sheet(
        contract=contract,
        vendor=text,
        variable=text,
        judgement=Judgement(evidence=Evidence(seen=seen), checked={text: 1}),
        unchecked=text,
        proofs=prove(SHOP),
        cases=legal_cases(contract),
        survival=GateResult(command=text, digest="0" * 32, results={"example": CaseResult(outcome="failed", how=text)}),
        releases=(Release(date=text, old=text, new=text, changes=(change,)),),
    )


@pytest.fixture(scope="session")
def shop() -> Sheet:
    """All that can be known about the shop."""
    return full(SHOP)


@pytest.fixture(scope="session")
def reply() -> Sheet:
    """The committed contract with nothing known about it."""
    return Sheet(contract=REPLY, vendor="reply", variable="REPLY_API_KEY", judgement=Judgement(), unchecked="none")


@pytest.fixture(scope="session")
def nasty() -> Sheet:
    """The hostile shop, seen by a hostile origin, with a hostile client."""
    return spoiled_sheet(HOSTILE)
