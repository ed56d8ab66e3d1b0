"""The memory of runs: what they met is put into one file, which tells since when and how often."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from contracts.errors import Unusable
from contracts.history.run_entry import of_run, of_traffic
from contracts.history.store import read, record
from contracts.model.drift import Drift
from contracts.model.history import History
from contracts.model.run import Results, Run

__all__ = ["read", "recalled", "remember_drift", "remember_runs"]


def remember_runs(path: Path, runs: tuple[Run, ...]) -> None:
    """Adds a run of `verify` for each contract. Raises Unusable."""
    for run in runs:
        record(path, of_run(run, at=_now()))


def remember_drift(path: Path, found: Results[Drift]) -> None:
    """Adds a run of `drift`. Raises Unusable, also where no single contract took part that it could be a run of."""
    for drift in found.parts:
        if drift.contract is None:
            sides = f"{drift.old} and {drift.new}"
            raise Unusable(f"{path}: nothing to remember: {sides} were compared, and no contract held to them")
        record(path, of_traffic(drift.contract, drift.traffic, drift.verdict, at=_now()))


def recalled(path: Path) -> History:
    """All that a history file tells; an empty file tells nothing yet. Raises Unusable."""
    try:
        begun = not path.is_file() or path.stat().st_size > 0
    except (OSError, ValueError):
        begun = True  # reading it says what is wrong
    return read(path) if begun else History()


def _now() -> str:
    return datetime.now(UTC).isoformat()
