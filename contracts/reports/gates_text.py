"""A run of the client gate over several contracts as a person reads it: what is broken first, the verdict last."""

from __future__ import annotations

from contracts.model.gate import TIERS, Gate, Gates
from contracts.reports import gate_text
from contracts.reports.grouping import inert, row
from contracts.reports.several import idle_rows, share, worst_first


def render(gates: Gates) -> str:
    """The report: in full where a contract isn't kept, a line where it is."""
    found = worst_first(gates.gates)
    full = "".join(f"{gate_text.render(gate)}\n" for gate in found if gate.verdict != "kept")
    kept = [row("kept", kept_text(gate)) for gate in found if gate.verdict == "kept"]
    rest = [row(head, text) for head, text in idle_rows(gates.idle)]
    lines = [*kept, *rest, row("verdict", f"{gates.verdict}{share(gates.verdict, gates.gates, gates.idle)}")]
    return full + "".join(f"{inert(line)}\n" for line in lines)


def kept_text(gate: Gate) -> str:
    """The operation, and how many cases of each tier passed."""
    tiers = "; ".join(f"{tier} {gate_text.tier_text(gate, tier)}" for tier in TIERS if gate.of(tier))
    return f"{gate.contract.operation}  ({gate.digest[:12]}): {tiers}"
