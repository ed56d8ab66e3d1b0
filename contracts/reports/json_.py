"""A run for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from contracts.model.accepted import Acceptance
from contracts.model.run import Aside, Checked, Run, Verification
from contracts.reports.grouping import Group, grouped
from contracts.reports.several import worst_first

if TYPE_CHECKING:
    from contracts.model.drift import Drift, Traffic


def render(done: Verification) -> str:
    """One JSON object, of the shape that `schemas/own/verify.schema.json` describes: the verdict, and each run.

    What is accepted stands in `accepted` alone, so that `findings` are what still wants a look.
    """
    document = {
        "verdict": done.verdict,
        "runs": [_run(run) for run in worst_first(done.runs)],
        "idle": [
            {"contract": one.contract.slug, "operation": one.contract.operation, "why": one.why} for one in done.idle
        ],
        "beside": [
            {"target": one.target, "what": one.what, "unreadable": unreadable_records(one)} for one in done.asides
        ],
    }
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"


def _run(run: Run) -> dict[str, Any]:
    findings, accepted = finding_records(run)
    return {
        "contract": run.contract.slug,
        "operation": run.contract.operation,
        "digest": run.digest,
        "verdict": run.verdict,
        "targets": [
            {
                "name": target.name,
                "what": target.what,
                "checked": target.judgement.checked,
                "successes": target.judgement.successes,
                "unchecked": target.unchecked or None,
                "unreadable": unreadable_records(target),
            }
            for target in run.targets
        ],
        "findings": findings,
        "accepted": accepted,
        "evidence": _evidence(run),
        "proof": None
        if not run.proofs
        else {"rules": len(run.proofs), "unproven": [proof.rule.id for proof in run.proofs if not proof.holds]},
    }


def unreadable_records(target: Checked | Traffic | Aside) -> list[dict[str, Any]]:
    """What of recordings could not be read, and why."""
    return [asdict(one) | {"line": one.line or None} for one in target.unreadable]


def finding_records(run: Run | Drift) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The findings that still want a look, and the accepted ones, each with what excuses it."""
    found = [
        (_finding(group), run.accepted.of(group.first.rule, group.first.pointer)) for group in grouped(run.findings)
    ]
    accepted = [acceptance_record(entry) | {"finding": finding} for finding, entry in found if entry]
    return [finding for finding, entry in found if not entry], accepted


def _finding(group: Group) -> dict[str, Any]:
    """A finding with both places."""
    first = group.first
    return {
        "rule": first.rule,
        "level": first.level,
        "pointer": first.pointer,
        "expected": first.expected,
        "seen": first.seen,
        "count": group.count,
        "fingerprint": first.fingerprint,
        "promised": [asdict(source) for source in first.promised],
        "broken": {
            "place": first.place,
            "line": first.line or None,
            "index": first.index,
            "origin": first.origin,
        },
    }


def acceptance_record(entry: Acceptance) -> dict[str, Any]:
    """Why something is accepted, through which day, and where that is written."""
    return {"reason": entry.reason, "until": entry.until, "place": entry.place, "line": entry.line}


def _evidence(run: Run) -> list[dict[str, Any]]:
    rows = []
    for branch in run.branches:
        seen: dict[str, Any] = {}
        for target in run.targets:
            for origin, names in target.judgement.evidence.seen.items():
                if branch.name in names:
                    sighting = names[branch.name]
                    known = seen.get(origin, {"count": 0, "first": sighting.first})
                    seen[origin] = {"count": known["count"] + sighting.count, "first": known["first"]}
        rows.append({"branch": branch.name, "rule": branch.rule, "seen": seen})
    return rows
