"""A run of the client gate as a report: a suite for each tier, a check for each answer put to the client."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from contracts.model.contract import Source
from contracts.model.gate import TIERS, Expects, Gate, Tried
from contracts.model.report import Check, Place, Problem, Report, Suite
from contracts.reports.gate_text import case_text, headline, outside_text, tier_text, verdict_tail
from contracts.reports.gravity import gravest
from contracts.reports.grouping import inert
from contracts.reports.of_runs import judged, marked, parsed

_EXPECTED: dict[Expects, str] = {
    "survive": "the client ends with 0",
    "either": "the client ends with 0, or complains",
    "notice": "the client complains",
}


def report(gate: Gate) -> Report:
    """Everything there is to tell of a run."""
    problems = [_problem(gate, one) for one in gate.tried if one.outcome == "failed"]
    rows = [("contract", f"{gate.contract.operation}  ({gate.digest[:12]})"), ("client", shlex.join(gate.command))]
    rows += [("cause", line) for line in (headline(gate),) if line]
    rows += [(tier, tier_text(gate, tier)) for tier in TIERS if gate.of(tier)]
    rows += [("outside", outside_text(gate))] if gate.outside else []
    return Report(
        command="gate",
        subject=f"{gate.contract.operation} ({gate.digest[:12]})",
        verdict=gate.verdict,
        tail=verdict_tail(gate),
        rows=tuple(rows),
        suites=tuple(_suites(gate)),
        problems=gravest([*problems, *_outside(gate)]),
    )


def _suites(gate: Gate) -> Iterator[Suite]:
    for tier in TIERS:
        if gate.of(tier):
            yield _suite(gate, tier, tuple(_check(gate, one) for one in gate.of(tier)))
    for problem in _outside(gate):
        yield _suite(gate, "outside", (judged(problem.id, (problem,)),))


def _suite(gate: Gate, name: str, checks: tuple[Check, ...]) -> Suite:
    return Suite(name=f"{gate.contract.operation} {name}", classname=f"{gate.contract.slug}.{name}", checks=checks)


def _check(gate: Gate, one: Tried) -> Check:
    if one.outcome == "not checked":
        return Check(name=one.case.name, outcome="skipped", why=one.how)
    problems = (_problem(gate, one),) if one.outcome == "failed" else ()
    return judged(one.case.name, problems)


def _problem(gate: Gate, one: Tried) -> Problem:
    case = one.case
    return Problem(
        id=case.name,
        level=case.tier,
        fatal=one in gate.failing,
        summary=f"{case.description}; {one.how}",
        pointer="",
        expected=_EXPECTED[case.expects],
        seen=(one.how,),
        count=1,
        fingerprint=marked("gate", gate.contract.operation, case.tier, case.name),
        promised=_promised(gate, case.rules),
        places=(Place(where="", answer=parsed(case.body)),),
        text=tuple(inert(line) for line in case_text(gate, one)),
    )


def _promised(gate: Gate, rules: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for rule in gate.contract.rules if rule.id in rules for source in rule.sources))


def _outside(gate: Gate) -> Iterator[Problem]:
    """The requests for no operation of the contract, as one problem."""
    if not gate.outside:
        return
    yield Problem(
        id="outside",
        level="outside",
        fatal="outside" in gate.also_failing,
        summary="The client asks for what is no operation of the contract.",
        pointer="",
        expected="requests for the contract's operation alone",
        seen=tuple(f"{sent.request.method} {sent.request.url}" for sent in gate.outside[:5]),
        count=len(gate.outside),
        fingerprint=marked("gate", gate.contract.operation, "outside"),
        text=(f"outside    {inert(outside_text(gate))}",),
    )
