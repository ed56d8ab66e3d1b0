"""One run of `verify` as JSON prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.model.report import Problem
from contracts.model.run import Run
from contracts.reports.finding_records import answers_of, finding_records
from contracts.reports.records import BranchRecord, ProofRecord, RunRecord, SightingRecord, TargetRecord


def record_of(run: Run, problems: Iterable[Problem]) -> RunRecord:
    """The record of a run that has these problems."""
    findings, accepted = finding_records(problems)
    unproven = tuple(proof.rule.id for proof in run.proofs if not proof.holds)
    return RunRecord(
        contract=run.contract.slug,
        operation=run.contract.operation,
        digest=run.digest,
        verdict=run.verdict,
        targets=tuple(TargetRecord(name=target.name, **answers_of(target)) for target in run.targets),
        findings=findings,
        accepted=accepted,
        evidence=tuple(_evidence(run)),
        proof=ProofRecord(rules=len(run.proofs), unproven=unproven) if run.proofs else None,
    )


def _evidence(run: Run) -> Iterator[BranchRecord]:
    for branch in run.branches:
        seen: dict[str, SightingRecord] = {}
        for target in run.targets:
            for origin, names in target.judgement.evidence.seen.items():
                if branch.name in names:
                    sighting = names[branch.name]
                    known = seen.get(origin, SightingRecord(count=0, first=sighting.first))
                    seen[origin] = SightingRecord(count=known.count + sighting.count, first=known.first)
        yield BranchRecord(branch=branch.name, rule=branch.rule, seen=seen)
