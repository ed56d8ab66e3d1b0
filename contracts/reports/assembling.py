"""Parts put together to the one report of a command: what is broken first, how many are what, and what is idle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.model.report import Check, Part, Report, Suite, gravest
from contracts.model.run import Idle, Results, Run, Verdict
from contracts.model.text import listed, many
from contracts.reports.findings import unreadable_rows

if TYPE_CHECKING:
    from contracts.model.drift import Drift
    from contracts.model.gate import Gate

AnyResults: TypeAlias = "Results[Run] | Results[Drift] | Results[Gate]"

NAMED = 20
"""So many idle contracts of one reason are named."""
_WORST: tuple[Verdict, ...] = ("broken", "not checked", "kept")


def report_of(results: AnyResults) -> Report:
    """What came of a command, over all contracts."""
    part_of = import_module(f"contracts.reports.{results.command}").part_of  # a run needs one of the three
    made: tuple[Part, ...] = tuple(map(part_of, results.parts))
    parts = tuple(sorted(made, key=lambda part: _WORST.index(part.verdict)))
    several = len(results.parts) + len(results.idle) != 1
    problems = (replace(one, subject=part.operation * several) for part in parts for one in part.problems)
    report = Report(
        command=results.command,
        subject="".join(part.title for part in parts),
        verdict=results.verdict,
        tail="".join(part.tail for part in parts),
        rows=tuple(row for part in parts for row in part.rows or (*part.head, *part.foot)),
        suites=(*(suite for part in parts for suite in part.suites), *_idle_suites(results.idle)),
        problems=gravest(problems),
        parts=parts,
        record=lambda: _record(results, parts if results.command == "verify" else made),
        triage=tuple(moved for part in parts for moved in part.triage),
    )
    return _of_several(report, results) if several else report


def _of_several(report: Report, results: AnyResults) -> Report:
    """What a report of several contracts, or of none, says of them as a whole."""
    rest = (*idle_rows(results.idle), *_aside_rows(results))
    client = tuple(dict.fromkeys(row for part in report.parts for row in part.rows if row[0] == "client"))
    worse, kept = (
        [(part.verdict, part.line) for part in report.parts if (part.verdict == "kept") is well]
        for well in (False, True)
    )
    total = many(len(results.parts) + len(results.idle), "contract")
    counts = ", ".join(f"{count} {what}" for what, count in _counts(results).items())
    return replace(
        report,
        subject=f"{total}: {counts}",
        tail=_tail(results),
        rows=(*client, *worse, *rest, *kept),  # a long table is cut at its end
        several=True,
        counts=counts or "none",
        rest=rest,
    )


def _counts(results: AnyResults) -> dict[str, int]:
    verdicts = [part.verdict for part in results.parts]
    found = {verdict: verdicts.count(verdict) for verdict in _WORST} | {"idle": len(results.idle)}
    return {what: count for what, count in found.items() if count}


def _tail(results: AnyResults) -> str:
    """What the verdict over all rests on: `: 2 of 300 contracts; 290 kept; 8 idle`."""
    counts = _counts(results)
    if not counts:
        return ": no contract"
    total = many(sum(counts.values()), "contract")
    own = counts.pop(results.verdict, 0) + (counts.pop("idle", 0) if results.verdict == "not checked" else 0)
    runs = [part for part in results.parts if isinstance(part, Run)]
    live = not runs or any(target.name == "live" for run in runs for target in run.targets)
    unasked = "; the live API was not asked" if results.verdict == "kept" and not live else ""
    return f": {own} of {total}" + "".join(f"; {count} {what}" for what, count in counts.items()) + unasked


def idle_rows(every: Iterable[Idle]) -> Iterator[tuple[str, str]]:
    """The idle contracts by their reason."""
    reasons: dict[str, list[str]] = {}
    for one in every:
        reasons.setdefault(one.why, []).append(one.contract.slug)
    for why, slugs in reasons.items():
        yield "idle", f"{many(len(slugs), 'contract')}, {why}: {listed(slugs, NAMED)}"


def _aside_rows(results: AnyResults) -> Iterator[tuple[str, str]]:
    """What recordings hold that is of no contract."""
    for aside in results.asides:
        yield "beside", aside.what
        yield from unreadable_rows(aside)


def _idle_suites(idle: tuple[Idle, ...]) -> Iterator[Suite]:
    """The contracts that there was nothing to judge of, where there are any."""
    checks = (Check(name=one.contract.operation, outcome="skipped", why=one.why) for one in idle)
    if idle:
        yield Suite(name="idle", classname="contracts.idle", checks=tuple(checks))


def _record(results: AnyResults, parts: tuple[Part, ...]) -> object:
    """What JSON prints: of a gate and of a comparison of one contract that alone."""
    from contracts.reports.finding_records import unreadable_records
    from contracts.reports.records import AsideRecord, IdleRecord, SeveralDrifts, SeveralGates, VerifyRecord

    records: Any = tuple(part.record() for part in parts)
    idle = tuple(
        IdleRecord(contract=one.contract.slug, operation=one.contract.operation, why=one.why) for one in results.idle
    )
    if results.command == "verify":
        beside = tuple(
            AsideRecord(target=one.target, what=one.what, unreadable=unreadable_records(one.unreadable))
            for one in results.asides
        )
        return VerifyRecord(verdict=results.verdict, runs=records, idle=idle, beside=beside)
    if len(records) == 1 and not idle:
        return records[0]
    several = SeveralDrifts if results.command == "drift" else SeveralGates
    return several(verdict=results.verdict, contracts=records, idle=idle)
