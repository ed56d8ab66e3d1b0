"""A comparison for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from contracts.model.drift import Change, Drift, Traffic
from contracts.reports.changes import by_severity, undocumented
from contracts.reports.grouping import grouped
from contracts.reports.json_ import acceptance_record, finding_record


def render(drift: Drift) -> str:
    """One JSON object, of the shape that `schemas/own/drift.schema.json` describes.

    What is accepted stands in `accepted` alone, so that `changes` and `findings` are what still wants a look.
    """
    of = drift.accepted.of
    changes = [(change, of(change.kind, change.pointer)) for change in by_severity(drift.changes)]
    findings = [(group, of(group.first.rule, group.first.pointer)) for group in grouped(drift.findings)]
    document = {
        "verdict": drift.verdict,
        "old": drift.old,
        "new": drift.new,
        "changes": [_change(change) for change, entry in changes if not entry],
        "findings": [finding_record(group) for group, entry in findings if not entry],
        "accepted": [
            *(acceptance_record(entry) | {"change": _change(change)} for change, entry in changes if entry),
            *(acceptance_record(entry) | {"finding": finding_record(group)} for group, entry in findings if entry),
        ],
        "triage": [asdict(one) for one in drift.triage],
        "traffic": _traffic(drift, drift.traffic) if drift.traffic else None,
    }
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"


def _change(change: Change) -> dict[str, Any]:
    return {
        "severity": change.severity,
        "kind": change.kind,
        "pointer": change.pointer,
        "old": change.old,
        "new": change.new,
        "rules": list(change.rules),
        "sources": [{"side": cited.side} | asdict(cited.source) for cited in change.sources],
    }


def _traffic(drift: Drift, traffic: Traffic) -> dict[str, Any]:
    extra = undocumented(drift.contract, traffic) if drift.contract else ()
    return {
        "what": traffic.what,
        "unchecked": traffic.unchecked or None,
        "checked": traffic.judgement.checked,
        "successes": traffic.judgement.successes,
        "undocumented": [{"name": one.name, "types": dict(one.types), "of": one.of} for one in extra],
        "unseen_fields": [asdict(one) for one in traffic.unseen_fields],
        "unseen_branches": [asdict(one) for one in traffic.unseen_branches],
    }
