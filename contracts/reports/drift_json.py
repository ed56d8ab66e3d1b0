"""A comparison for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from contracts.model.drift import Change, Drift, Traffic
from contracts.reports.changes import by_severity, undocumented
from contracts.reports.json_ import acceptance_record, finding_records, unreadable_records


def render(drift: Drift) -> str:
    """One JSON object, of the shape that `schemas/own/drift.schema.json` describes."""
    return json.dumps(document_of(drift), ensure_ascii=True, indent=2) + "\n"


def document_of(drift: Drift) -> dict[str, Any]:
    """That object as a value.

    What is accepted stands in `accepted` alone, so that `changes` and `findings` are what still wants a look.
    """
    changes = [(change, drift.accepted.of(change.kind, change.pointer)) for change in by_severity(drift.changes)]
    findings, accepted = finding_records(drift)
    return {
        "verdict": drift.verdict,
        "old": drift.old,
        "new": drift.new,
        "changes": [_change(change) for change, entry in changes if not entry],
        "findings": findings,
        "accepted": [
            *(acceptance_record(entry) | {"change": _change(change)} for change, entry in changes if entry),
            *accepted,
        ],
        "triage": [asdict(one) for one in drift.triage],
        "traffic": _traffic(drift, drift.traffic) if drift.traffic else None,
    }


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
        "unreadable": unreadable_records(traffic),
        "undocumented": [{"name": one.name, "types": dict(one.types), "of": one.of} for one in extra],
        "unseen_fields": [asdict(one) for one in traffic.unseen_fields],
        "unseen_branches": [asdict(one) for one in traffic.unseen_branches],
    }
