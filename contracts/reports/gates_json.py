"""A run of the client gate over several contracts for machines."""

from __future__ import annotations

import json

from contracts.model.gate import Gates
from contracts.reports.gate_json import document_of


def render(gates: Gates) -> str:
    """One JSON object: the verdict, each contract as a run of its own has it, and why some have none."""
    idle = [{"operation": one.contract.operation, "why": one.why} for one in gates.idle]
    document = {"verdict": gates.verdict, "contracts": [document_of(gate) for gate in gates.gates], "idle": idle}
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"
