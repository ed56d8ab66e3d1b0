"""Runs put into a history file, and what it tells."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from contracts.comparing import history
from contracts.comparing.entries import of_run, of_traffic
from contracts.errors import Unusable
from contracts.model.drift import Drift
from contracts.model.history import History
from contracts.model.run import RECORDED, Results, Run


def remember_runs(path: Path, runs: tuple[Run, ...]) -> None:
    """Adds a run of `verify` for each contract. Raises Unusable."""
    for run in runs:
        history.record(path, of_run(run, at=_now(), recorded=RECORDED))


def remember_drift(path: Path, found: Results[Drift]) -> None:
    """Adds a run of `drift`. Raises Unusable, also where no single contract took part that it could be a run of."""
    for drift in found.parts:
        _remember_drift(path, drift)


def _remember_drift(path: Path, drift: Drift) -> None:
    if drift.contract is None:
        message = (
            f"{path}: nothing to remember: {drift.old} and {drift.new} were compared, and no contract held to them"
        )
        raise Unusable(message)
    recorded = drift.traffic is not None and drift.traffic.recorded
    entry = of_traffic(drift.contract, drift.traffic, drift.verdict, at=_now(), recorded=recorded)
    history.record(path, entry)


def recalled(path: Path) -> History:
    """All that a history file tells; an empty file tells nothing yet. Raises Unusable."""
    try:
        begun = not path.is_file() or path.stat().st_size > 0
    except (OSError, ValueError):
        begun = True  # reading it says what is wrong
    return history.read(path) if begun else History(operations=(), latest=())


def _now() -> str:
    return datetime.now(UTC).isoformat()
