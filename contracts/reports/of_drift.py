"""A comparison as a report: a suite of changes, a check for each kind, and a suite of the rules that traffic broke."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.drift import Change, Drift
from contracts.model.report import Place, Problem, Report, Suite
from contracts.model.run import Checked
from contracts.reports.changes import both_sides, by_severity, change_text, verdict_tail
from contracts.reports.drift_text import foot_rows, head_rows
from contracts.reports.gravity import gravest
from contracts.reports.grouping import grouped
from contracts.reports.of_runs import accepted_suites, finding_problem, judged, suite_of


def report(drift: Drift) -> Report:
    """Everything there is to tell of a comparison."""
    exemplars = drift.traffic.judgement.exemplars if drift.traffic else {}
    findings = [finding_problem(drift, group, exemplars) for group in grouped(drift.findings)]
    return Report(
        command="drift",
        subject=f"{drift.old} with {drift.new}",
        verdict=drift.verdict,
        tail=verdict_tail(drift),
        rows=(*head_rows(drift), *foot_rows(drift)),
        triage=drift.triage,
        suites=tuple(_suites(drift)),
        problems=gravest([*(_problem(drift, change) for change in by_severity(drift.changes)), *findings]),
    )


def _suites(drift: Drift) -> Iterator[Suite]:
    classname = drift.contract.slug if drift.contract else "contracts"
    kinds: dict[str, list[Problem]] = {}
    for change in by_severity(drift.changes):
        kinds.setdefault(change.kind, []).append(_problem(drift, change))
    checks = tuple(judged(kind, gravest(problems)) for kind, problems in kinds.items())
    yield Suite(
        name=f"{drift.old} with {drift.new}",
        classname=f"{classname}.changes",
        checks=checks or (judged("unchanged", ()),),
    )
    traffic = drift.traffic
    if traffic and drift.contract:
        target = Checked(name=traffic.what, what=traffic.what, judgement=traffic.judgement, unchecked=traffic.unchecked)
        yield suite_of(drift, drift.contract, target)
    yield from accepted_suites(drift, classname)


def _problem(drift: Drift, change: Change) -> Problem:
    old, new = both_sides(change)
    return Problem(
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
        text=tuple(change_text(drift, change)),
        accepted=drift.accepted.of(change.kind, change.pointer),
    )
