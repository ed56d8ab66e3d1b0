"""Runs of `verify` as a report: a suite for each target, a check for each rule judged there, and the proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from contracts.model.contract import Contract
from contracts.model.drift import Drift
from contracts.model.finding import Finding
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.model.report import Check, Place, Problem, Report, Suite
from contracts.model.run import Checked, Proof, Run, Verification
from contracts.reports.gravity import gravest
from contracts.reports.grouping import INDENT, Group, finding_text, grouped, inert, row, written
from contracts.reports.several import is_of_several, line_rows, rest_rows, subject, worst_first
from contracts.reports.several import tail as several_tail
from contracts.reports.terminal import foot_rows, head_rows, verdict_tail

MOST_PLACES = 3


def report(done: Verification) -> Report:
    """Everything there is to tell of these runs, what is broken first."""
    runs, several = worst_first(done.runs), is_of_several(done)
    if several:
        tail = several_tail(done)
        lines = [*line_rows(done)]
        worse = [line for line in lines if line[0] != "kept"]
        rows = (*worse, *rest_rows(done), *lines[len(worse) :])  # a long table is cut at its end
    else:
        tail = "".join(verdict_tail(run) for run in runs)
        rows = tuple(line for run in runs for line in (*head_rows(run), *foot_rows(run)))
    return Report(
        command="verify",
        subject=subject(done) if several else "".join(f"{run.contract.operation} ({run.digest[:12]})" for run in runs),
        verdict=done.verdict,
        tail=tail,
        rows=rows,
        suites=(*(suite for run in runs for suite in _suites(run)), *_idle_suites(done)),
        problems=gravest(problem for run in runs for problem in _problems(run, run.contract.operation * several)),
    )


def _idle_suites(done: Verification) -> Iterator[Suite]:
    """The contracts that no answer was had of, where there are any."""
    checks = (Check(name=one.contract.operation, outcome="skipped", why=one.why) for one in done.idle)
    if done.idle:
        yield Suite(name="idle", classname="contracts.idle", checks=tuple(checks))


def marked(*parts: str) -> str:
    """16 hex digits that name a problem by what makes it the same one."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def parsed(body: bytes) -> tuple[Json, ...]:
    """A body as JSON, or nothing where it isn't."""
    try:
        return (json.loads(body, parse_constant=_refuse),)
    except (ValueError, RecursionError):
        return ()


def _refuse(name: str) -> Json:
    message = f"{name} is no JSON"
    raise ValueError(message)


def finding_problem(run: Run | Drift, group: Group, exemplars: dict[str, tuple[Interaction, ...]]) -> Problem:
    """The findings of one fingerprint as one problem, with the first few places and their answers."""
    first = group.first
    accepted = run.accepted.of(first.rule, first.pointer)
    moments = sorted({finding.at for finding in group.members} - {""})
    return Problem(
        id=first.rule,
        level=first.level,
        fatal=run.breaks(first),
        summary=first.summary,
        pointer=first.pointer,
        expected=first.expected,
        seen=group.seen,
        count=group.count,
        fingerprint=first.fingerprint,
        promised=first.promised,
        places=tuple(_places(group, exemplars.get(first.fingerprint, ()))),
        text=tuple(finding_text(group, accepted)),
        accepted=accepted,
        since=moments[0] if moments else "",
        last=moments[-1] if moments else "",
    )


def _places(group: Group, exemplars: tuple[Interaction, ...]) -> Iterator[Place]:
    met: set[tuple[str, int, str]] = set()
    for finding in group.members:
        key = finding.place, finding.index, finding.pointer
        if key in met:
            continue
        met.add(key)
        kept = next((one for one in exemplars if (one.place, one.index) == key[:2]), None)
        yield Place(
            where=finding.place,
            line=finding.line,
            index=finding.index,
            pointer=finding.pointer,
            origin=finding.origin,
            at=finding.at,
            answer=parsed(kept.response.body) if kept else (),
        )
        if len(met) == MOST_PLACES:
            return


def suite_of(run: Run | Drift, contract: Contract, target: Checked) -> Suite:
    """One target: a check for each rule of the contract, and for each other rule that found something."""
    by_rule: dict[str, list[Finding]] = {rule.id: [] for rule in contract.rules}
    for finding in target.judgement.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    exemplars = target.judgement.exemplars
    checks = []
    for rule, findings in by_rule.items():
        if target.unchecked and not findings:
            checks.append(Check(name=rule, outcome="skipped", why=target.unchecked))
        else:
            problems = gravest(finding_problem(run, group, exemplars) for group in grouped(findings))
            checks.append(judged(rule, problems))
    return Suite(name=f"{contract.operation} on {target.name}", classname=contract.slug, checks=tuple(checks))


def judged(name: str, problems: tuple[Problem, ...]) -> Check:
    """A check that took place, and what came of it."""
    fatal = any(problem.fatal for problem in problems)
    return Check(name=name, outcome="failed" if fatal else "told" if problems else "passed", problems=problems)


def accepted_suites(run: Run | Drift, classname: str) -> Iterator[Suite]:
    """The entries of the file of accepted findings, where there is one: those that no longer hold have failed."""
    entries, stale = run.accepted.entries, run.accepted.stale
    if not entries and not stale:
        return
    checks = [judged(f"{one.rule} {one.pointer}".strip(), ()) for one in entries]
    for group in grouped(stale):
        problem = finding_problem(run, group, {})
        name = f"{problem.id} {group.first.place}:{group.first.line}"
        checks.append(Check(name=name, outcome="failed", problems=(problem,)))
    yield Suite(name="accepted", classname=f"{classname}.accepted", checks=tuple(checks))


def _suites(run: Run) -> Iterator[Suite]:
    for target in run.targets:
        yield suite_of(run, run.contract, target)
    if run.proofs:
        checks = tuple(
            judged(one.rule.id, () if one.holds or one.reason else (_unproven(run, one),)) for one in run.proofs
        )
        classname = f"{run.contract.slug}.proof"
        yield Suite(name=f"{run.contract.operation} proof", classname=classname, checks=checks)
    yield from accepted_suites(run, run.contract.slug)


def _unproven(run: Run, proof: Proof) -> Problem:
    caught = ", ".join(proof.caught) or "nothing"
    summary = f"a break of this rule is caught under {caught}"
    promises = [INDENT + f"promised at {inert(written(source))}" for source in proof.rule.sources]
    return Problem(
        id=proof.rule.id,
        level="proof",
        fatal=True,
        summary=summary,
        pointer="",
        expected="a break of this rule to be caught under its name alone",
        seen=(caught,),
        count=1,
        fingerprint=marked("proof", run.contract.operation, proof.rule.id),
        promised=proof.rule.sources,
        text=(row("proof", inert(proof.rule.id)), INDENT + inert(summary), *promises),
    )


def _problems(run: Run, subject: str) -> Iterable[Problem]:
    """The problems of a run; `subject` is the operation where there are several, else ""."""
    exemplars: dict[str, tuple[Interaction, ...]] = {}
    for target in run.targets:
        for fingerprint, kept in target.judgement.exemplars.items():
            exemplars[fingerprint] = exemplars.get(fingerprint, ()) + kept
    for group in grouped(run.findings):
        yield replace(finding_problem(run, group, exemplars), subject=subject)
    for proof in run.unproven:
        yield replace(_unproven(run, proof), subject=subject)
