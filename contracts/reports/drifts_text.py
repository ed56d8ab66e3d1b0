"""Comparisons of several contracts with what was sent, as a person reads them: what is broken first."""

from __future__ import annotations

from contracts.model.drift import Drift, Drifts
from contracts.model.run import Verdict
from contracts.reports import drift_text
from contracts.reports.changes import verdict_tail
from contracts.reports.grouping import inert, many, row
from contracts.reports.several import idle_rows

_WORST: tuple[Verdict, ...] = ("broken", "not checked", "kept")


def render(drifts: Drifts) -> str:
    """The report: in full where a contract isn't kept or something moved, a line where nothing did."""
    found = worst_first(drifts)
    full = "".join(f"{drift_text.render(one)}\n" for one in found if not is_quiet(one))
    quiet = [row("kept", quiet_text(one)) for one in found if is_quiet(one)]
    rest = [row(head, text) for head, text in idle_rows(drifts.idle)]
    lines = [*quiet, *rest, row("verdict", f"{drifts.verdict}{tail(drifts)}")]
    return full + "".join(f"{inert(line)}\n" for line in lines)


def worst_first(drifts: Drifts) -> tuple[Drift, ...]:
    """Each contract's comparison, what is broken first, otherwise as they come."""
    return tuple(sorted(drifts.drifts, key=lambda one: _WORST.index(one.verdict)))


def is_quiet(drift: Drift) -> bool:
    """Whether nothing moved and nothing was found."""
    return drift.verdict == "kept" and not drift.changes and not drift.findings


def quiet_text(drift: Drift) -> str:
    """The operation, and what the verdict rests on."""
    return f"{drift.old}{verdict_tail(drift)}"


def tail(drifts: Drifts) -> str:
    """What the verdict rests on."""
    verdicts = [one.verdict for one in drifts.drifts]
    counts = {verdict: verdicts.count(verdict) for verdict in _WORST} | {"idle": len(drifts.idle)}
    own = counts.pop(drifts.verdict)
    rest = "".join(f"; {count} {what}" for what, count in counts.items() if count)
    return f": {own} of {many(len(verdicts) + len(drifts.idle), 'contract')}{rest}"
