"""One comparison as a part of a report: a suite of changes, a check for each kind, and the rules that traffic broke."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace

from contracts.model.drift import ADJECTIVES, SEVERITIES, Change, Drift, Traffic
from contracts.model.identity import digest
from contracts.model.json import ITEM, Json, dotted
from contracts.model.report import Part, Place, Problem, Suite, gravest, written
from contracts.model.text import many
from contracts.reports.finding_records import answers_of, excuse_of, finding_records
from contracts.reports.findings import (
    accepted_suites,
    answers_text,
    by_level,
    checked_text,
    different,
    evidence_rows,
    headed,
    judged,
    problem_of,
    suite_of,
    unreadable_rows,
)
from contracts.reports.records import (
    AcceptedChange,
    ChangeRecord,
    Cited,
    DriftRecord,
    TrafficRecord,
    UndocumentedRecord,
)

MOST = 300
"""So many characters are shown of one side of a change."""


def part_of(drift: Drift) -> Part:
    """Everything there is to tell of a comparison."""
    changes = sorted(drift.changes, key=lambda change: SEVERITIES.index(change.severity))
    problems, findings = [_changed(drift, change) for change in changes], [*_findings(drift)]
    traffic, tail = drift.traffic, _tail(drift)
    nothing: tuple[str, ...] = () if changes else ("changes",)
    if traffic and not drift.met and not traffic.unchecked:
        nothing += ("findings",)
    return Part(
        title=f"{drift.old} with {drift.new}",
        operation=drift.contract.operation if drift.contract else "",
        verdict=drift.verdict,
        tail=tail,
        line=drift.old + tail,
        quiet=drift.verdict == "kept" and not changes and not drift.met,
        record=lambda: _record(drift, changes, findings),
        head=tuple(_head(drift)),
        nothing=nothing,
        foot=tuple(_observed(drift, traffic)) if traffic else (),
        suites=tuple(_suites(drift, problems)),
        problems=gravest([*problems, *findings]),
        triage=drift.triage,
    )


def _head(drift: Drift) -> Iterator[tuple[str, str]]:
    """What was compared with what."""
    yield "compared", f"{drift.old} with {drift.new}"
    if drift.contract:
        yield "contract", f"{drift.contract.operation}  ({digest(drift.contract)[:12]})"
    if drift.traffic:
        yield "checked", checked_text(drift.traffic)
        yield from unreadable_rows(drift.traffic)


def _observed(drift: Drift, traffic: Traffic) -> Iterator[tuple[str, str]]:
    """What traffic showed: fields documented nowhere, fields and branches never seen, and the evidence."""
    extra = []
    for one in _undocumented(drift, traffic):
        types = ", ".join(f"{name} {count}" for name, count in one.types.items())
        extra.append(f"{one.name} is documented nowhere: {types}" + (f", of {one.of}" if one.of else ""))
    yield from headed("extra", extra)
    missed = []
    for noun, unseen in (("fields", traffic.unseen_fields), ("branches", traffic.unseen_branches)):
        if unseen and not traffic.unchecked:
            names = ", ".join(f"{one.name} (0 of {one.observations})" for one in unseen)
            missed.append(f"{noun} never observed: {names}")
    yield from headed("unseen", missed)
    if traffic.branches:
        rows = evidence_rows(traffic.branches, (traffic.judgement,))
        yield from (row for row in rows if not row[1].startswith("never observed"))


def _undocumented(drift: Drift, traffic: Traffic) -> tuple[UndocumentedRecord, ...]:
    """The places that the contract doesn't know, with their observed types; elements of an array go with it."""
    contract, observed = drift.contract, traffic.observed
    if contract is None:
        return ()
    known = {field.at for field in contract.fields if field.target == contract.main}
    return tuple(
        UndocumentedRecord(
            name=dotted(place),
            types=dict(sorted(observed.places[place].items(), key=lambda pair: (-pair[1], pair[0]))),
            of=observed.parents.get(place, 0),
        )
        for place in sorted(observed.places)
        if place and place[-1] != ITEM and place not in known
    )


def _said(value: Json) -> str:
    """What one side says, as JSON on one line."""
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def _both_sides(change: Change) -> tuple[str, str]:
    """What each side says; of a wording the old one is known by its digests alone."""
    if change.kind.startswith("wording."):
        new = change.new if isinstance(change.new, list | tuple) else ()
        return "other words", " ".join(map(str, new)) or "nothing"
    return _said(change.old), _said(change.new)


def _changed(drift: Drift, change: Change) -> Problem:
    old, new = _both_sides(change)
    return Problem(
        kind="change",
        id=change.kind,
        level=change.severity,
        fatal=drift.breaks(change),
        summary=change.summary,
        pointer=change.pointer,
        expected=old,
        seen=(new,),
        count=1,
        fingerprint=change.fingerprint,
        promised=tuple(cited.source for cited in change.sources if cited.side == "old"),
        places=tuple(
            Place(where=cited.source.page, line=cited.source.line, pointer=change.pointer)
            for cited in change.sources
            if cited.side == "new"
        ),
        details=tuple((f"{cited.side} at", written(cited.source)) for cited in change.sources),
        accepted=drift.accepted.of(change.kind, change.pointer),
    )


def _findings(drift: Drift) -> Iterator[Problem]:
    """What traffic broke, with the other values and the first and last moment."""
    for met in by_level(drift.met):
        problem = problem_of(met, drift)
        also = [("also", ", ".join(problem.seen[1:]))] if problem.seen[1:] else []
        last = f", last {problem.last}" if problem.last != problem.since else ""
        when = [("met", f"first {problem.since}{last}")] if problem.since else []
        yield replace(problem, details=(*also, *when))


def _suites(drift: Drift, problems: Iterable[Problem]) -> Iterator[Suite]:
    classname = drift.contract.slug if drift.contract else "contracts"
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(problem.id, []).append(problem)
    checks = tuple(judged(kind, gravest(problems)) for kind, problems in kinds.items())
    yield Suite(
        name=f"{drift.old} with {drift.new}",
        classname=f"{classname}.changes",
        checks=checks or (judged("unchanged", ()),),
    )
    if drift.traffic and drift.contract:
        yield suite_of(drift, drift.contract, drift.traffic, drift.traffic.what)
    yield from accepted_suites(drift, classname)


def _tail(drift: Drift) -> str:
    """What the verdict rests on: how much is broken, how much else moved, and what the wire said."""
    traffic = drift.traffic
    if drift.verdict == "not checked":
        assert traffic
        return f": {traffic.what}: {traffic.unchecked}{_others(drift)}{_excused(drift)}"
    if drift.verdict == "broken":
        return f": {_broken(drift)}{_others(drift)}{_excused(drift)}"
    changed = ": nothing changed" if not drift.changes else ""
    unasked = "; no traffic was looked at" if drift.contract else ""
    wire = f"; {traffic.what}: {answers_text(traffic.judgement)}" if traffic else unasked
    return changed + _others(drift, first=bool(drift.changes)) + wire + _excused(drift)


def _counted(changes: Iterable[Change]) -> list[str]:
    """`2 breaking changes`, `1 additive change`."""
    severities = [change.severity for change in changes]
    return [many(severities.count(one), ADJECTIVES[one]) for one in SEVERITIES if one in severities]


def _broken(drift: Drift) -> str:
    findings = sum(met.any_of(drift.breaks) for met in by_level(drift.met))
    parts = [*_counted(drift.fatal), *([different(findings)] if findings else [])]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _others(drift: Drift, *, first: bool = False) -> str:
    """The changes that neither break nor are accepted."""
    rest = [one for one in drift.changes if not drift.breaks(one) and not drift.accepted.of(one.kind, one.pointer)]
    if not rest:
        return ": nothing else changed" if first else ""
    return f"{':' if first else ';'} {', '.join(_counted(rest))}"


def _excused(drift: Drift) -> str:
    of = drift.accepted.of
    changes = sum(of(change.kind, change.pointer) is not None for change in drift.changes)
    findings = sum(of(met.first.rule, met.first.pointer) is not None for met in by_level(drift.met))
    parts = [many(count, noun) for count, noun in ((changes, "change"), (findings, "finding")) if count]
    return f"; {' and '.join(parts)} accepted" if parts else ""


def _record(drift: Drift, changes: Iterable[Change], problems: Iterable[Problem]) -> DriftRecord:
    found = [(_change(change), drift.accepted.of(change.kind, change.pointer)) for change in changes]
    findings, accepted = finding_records(problems)
    return DriftRecord(
        verdict=drift.verdict,
        old=drift.old,
        new=drift.new,
        changes=tuple(record for record, entry in found if not entry),
        findings=findings,
        accepted=(
            *(AcceptedChange(**excuse_of(entry), change=record) for record, entry in found if entry),
            *accepted,
        ),
        triage=drift.triage,
        traffic=_traffic(drift, drift.traffic) if drift.traffic else None,
    )


def _traffic(drift: Drift, traffic: Traffic) -> TrafficRecord:
    return TrafficRecord(
        **answers_of(traffic),
        undocumented=_undocumented(drift, traffic),
        unseen_fields=traffic.unseen_fields,
        unseen_branches=traffic.unseen_branches,
    )


def _change(change: Change) -> ChangeRecord:
    """A change with both sides."""
    return ChangeRecord(
        severity=change.severity,
        kind=change.kind,
        pointer=change.pointer,
        old=change.old,
        new=change.new,
        rules=change.rules,
        sources=tuple(Cited(side=cited.side, **asdict(cited.source)) for cited in change.sources),
    )
