"""Comparisons of several contracts with what was sent, for machines."""

from __future__ import annotations

import json

from contracts.model.drift import Drifts
from contracts.reports.drift_json import document_of


def render(drifts: Drifts) -> str:
    """One JSON object: the verdict, each contract as a comparison of its own has it, and why some have none."""
    idle = [{"operation": one.contract.operation, "why": one.why} for one in drifts.idle]
    document = {"verdict": drifts.verdict, "contracts": [document_of(one) for one in drifts.drifts], "idle": idle}
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"
