"""A run of the client gate for machines."""

from __future__ import annotations

import json
from typing import Any

from contracts.model.gate import Gate, Tried
from contracts.reports.gate_text import headline


def render(gate: Gate) -> str:
    """One JSON object: the verdict, the branches at which the client breaks, and every case; no header is shown."""
    return json.dumps(document_of(gate), ensure_ascii=True, indent=2) + "\n"


def document_of(gate: Gate) -> dict[str, Any]:
    """That object as a value."""
    return {
        "verdict": gate.verdict,
        "headline": headline(gate),
        "operation": gate.contract.operation,
        "digest": gate.digest,
        "command": list(gate.command),
        "causes": [
            {"branches": cause.names, "when": cause.description, "rule": cause.rule, "promised": cause.promised}
            for cause in gate.causes
        ],
        "cases": [_case(one, counted=one in gate.counted) for one in gate.tried],
        "outside": [f"{sent.request.method} {sent.request.url}" for sent in gate.outside],
    }


def _case(one: Tried, *, counted: bool) -> dict[str, Any]:
    return {
        "name": one.case.name,
        "tier": one.case.tier,
        "when": one.case.description,
        "rules": one.case.rules,
        "outcome": one.outcome,
        "how": one.how,
        "counted": counted,
        "known": one.known,
        "exit": one.code,
        "output": one.output,
        "sent": [
            {"method": sent.request.method, "target": sent.request.url, "status": sent.status, "wrong": sent.wrong}
            for sent in one.sent
        ],
        "answer": {"status": one.case.status, "body": one.case.body.decode(errors="replace")},
    }
