"""Comparisons of several contracts with what was sent, as a person reads them: what is broken first."""

from __future__ import annotations

from contracts.model.drift import Drift, Drifts
from contracts.reports import drift_text
from contracts.reports.changes import verdict_tail
from contracts.reports.grouping import inert, row
from contracts.reports.several import idle_rows, share, worst_first


def render(drifts: Drifts) -> str:
    """The report: in full where a contract isn't kept or something moved, a line where nothing did."""
    found = worst_first(drifts.drifts)
    full = "".join(f"{drift_text.render(one)}\n" for one in found if not is_quiet(one))
    quiet = [row("kept", quiet_text(one)) for one in found if is_quiet(one)]
    rest = [row(head, text) for head, text in idle_rows(drifts.idle)]
    lines = [*quiet, *rest, row("verdict", f"{drifts.verdict}{share(drifts.verdict, drifts.drifts, drifts.idle)}")]
    return full + "".join(f"{inert(line)}\n" for line in lines)


def is_quiet(drift: Drift) -> bool:
    """Whether nothing moved and nothing was found."""
    return drift.verdict == "kept" and not drift.changes and not drift.findings


def quiet_text(drift: Drift) -> str:
    """The operation, and what the verdict rests on."""
    return f"{drift.old}{verdict_tail(drift)}"
