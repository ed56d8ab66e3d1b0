"""A run of the client gate over several contracts as a person reads it: what is broken first, the verdict last."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.gate import TIERS, Gate, Gates
from contracts.model.run import Idle, Verdict
from contracts.reports import gate_text
from contracts.reports.grouping import inert, many, row

NAMED = 20
"""So many idle contracts of one reason are named."""
_WORST: tuple[Verdict, ...] = ("broken", "not checked", "kept")


def render(gates: Gates) -> str:
    """The report: in full where a contract isn't kept, a line where it is."""
    found = worst_first(gates)
    full = "".join(f"{gate_text.render(gate)}\n" for gate in found if gate.verdict != "kept")
    kept = [row("kept", kept_text(gate)) for gate in found if gate.verdict == "kept"]
    rest = [row(head, text) for head, text in idle_rows(gates)]
    lines = [*kept, *rest, row("verdict", f"{gates.verdict}{tail(gates)}")]
    return full + "".join(f"{inert(line)}\n" for line in lines)


def worst_first(gates: Gates) -> tuple[Gate, ...]:
    """Each contract's run, what is broken first, otherwise as they come."""
    return tuple(sorted(gates.gates, key=lambda gate: _WORST.index(gate.verdict)))


def kept_text(gate: Gate) -> str:
    """The operation, and how many cases of each tier passed."""
    tiers = "; ".join(f"{tier} {gate_text.tier_text(gate, tier)}" for tier in TIERS if gate.of(tier))
    return f"{gate.contract.operation}  ({gate.digest[:12]}): {tiers}"


def idle_rows(gates: Gates) -> Iterator[tuple[str, str]]:
    """The idle contracts by their reason."""
    reasons: dict[str, list[Idle]] = {}
    for one in gates.idle:
        reasons.setdefault(one.why, []).append(one)
    for why, idle in reasons.items():
        names = ", ".join(one.contract.slug for one in idle[:NAMED])
        more = f" and {len(idle) - NAMED} more" if len(idle) > NAMED else ""
        yield "idle", f"{many(len(idle), 'contract')}, {why}: {names}{more}"


def tail(gates: Gates) -> str:
    """What the verdict rests on."""
    verdicts = [gate.verdict for gate in gates.gates]
    counts = {verdict: verdicts.count(verdict) for verdict in _WORST} | {"idle": len(gates.idle)}
    own = counts.pop(gates.verdict)
    rest = "".join(f"; {count} {what}" for what, count in counts.items() if count)
    return f": {own} of {many(len(verdicts) + len(gates.idle), 'contract')}{rest}"
