"""A comparison as a person reads it: each change, what traffic broke, which side moved, the verdict last."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.drift import Drift, Triaged
from contracts.model.identity import digest
from contracts.reports.changes import by_severity, change_text, more_text, traffic_rows, verdict_tail
from contracts.reports.grouping import finding_text, grouped, inert, row
from contracts.reports.terminal import checked_text, evidence_rows, unreadable_rows


def render(drift: Drift) -> str:
    """The report; its last line is the verdict and what it rests on."""
    return "".join(f"{inert(line)}\n" for line in _lines(drift))


def head_rows(drift: Drift) -> Iterator[tuple[str, str]]:
    """What was compared with what."""
    yield "compared", f"{drift.old} with {drift.new}"
    if drift.contract:
        yield "contract", f"{drift.contract.operation}  ({digest(drift.contract)[:12]})"
    if drift.traffic:
        yield "checked", checked_text(drift.traffic)
        yield from unreadable_rows(drift.traffic)


def foot_rows(drift: Drift) -> Iterator[tuple[str, str]]:
    """What traffic showed."""
    if drift.traffic:
        yield from traffic_rows(drift, drift.traffic)
        if drift.traffic.branches:
            judgements = (drift.traffic.judgement,)
            rows = evidence_rows(drift.traffic.branches, judgements)
            yield from (one for one in rows if not one[1].startswith("never observed"))


def _lines(drift: Drift) -> Iterator[str]:
    for head, text in head_rows(drift):
        yield row(head, text)
    for change in by_severity(drift.changes):
        yield ""
        yield from change_text(drift, change)
    groups = grouped(drift.findings)
    for group in groups:
        yield ""
        yield from finding_text(group, drift.accepted.of(group.first.rule, group.first.pointer))
        yield from more_text(group)
    if drift.changes or groups:
        yield ""
    if not drift.changes:
        yield row("changes", "none")
    if drift.traffic and not groups and not drift.traffic.unchecked:
        yield row("findings", "none")
    for head, text in foot_rows(drift):
        yield row(head, text)
    wide = max((len(one.moved) for one in drift.triage), default=0)
    for head, one in zip(["triage"] + [""] * len(drift.triage), drift.triage, strict=False):
        yield row(head, _triaged(one, wide))
    yield row("verdict", f"{drift.verdict}{verdict_tail(drift)}")


def _triaged(one: Triaged, wide: int) -> str:
    """One difference on one line: which side moved, where, what, and what each source says."""
    sources = "; ".join(f"{name}: {text}" for name, text in one.witnesses)
    return f"{one.moved:<{wide}}  {one.pointer or 'the whole body'}  {one.what}" + (f"  [{sources}]" if sources else "")
