"""Traffic held to one contract: recordings by their path, or a target of `verify`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from contracts.commands.documents import Held, levels_here
from contracts.commands.recordings import check_recorded
from contracts.commands.targets import PATHS, Plan, check
from contracts.comparing.observing import Observer, unseen_branches, unseen_fields
from contracts.model.drift import Observed, Traffic
from contracts.model.finding import Judgement
from contracts.model.run import RECORDED, Checked
from contracts.rules.branching import branches

Wire: TypeAlias = Path | str
"""Recordings by their path, or a target of `verify` by its name or URL."""


def shown(held: Held, path: Path, plan: Plan, among: tuple[Held, ...]) -> tuple[Observed, Judgement]:
    """What was observed of a contract in recordings, and what came of holding them to it."""
    observer = Observer()
    judgement = checked_on(held, path, replace(plan, see=observer.see), among).judgement
    return observer.observed(), judgement


def traffic_of(held: Held, wire: Wire, plan: Plan, among: tuple[Held, ...] = ()) -> Traffic:
    """What a wire shows of a contract: broken rules, what is documented nowhere, what never came."""
    observer = Observer()
    checked = checked_on(held, wire, replace(plan, see=observer.see), among)
    known = branches(held.contract)
    observed = observer.observed()
    return Traffic(
        what=checked.what,
        judgement=checked.judgement,
        observed=observed,
        unseen_fields=unseen_fields(held.contract, observed),
        unseen_branches=unseen_branches(held.contract, known, checked.judgement, observed),
        branches=known,
        unchecked=checked.unchecked,
        unreadable=checked.unreadable,
        recorded=isinstance(wire, Path) or wire in RECORDED,
    )


def checked_on(held: Held, wire: Wire, plan: Plan, among: tuple[Held, ...] = ()) -> Checked:
    """What is recorded or asked, held to a contract; `among` are all that are known, which may own some of it."""
    levels = levels_here((held.contract,))
    if isinstance(wire, Path):
        return check_recorded((held,), PATHS, replace(plan, paths=(wire,)), levels, among)[0][0]
    if wire in RECORDED:
        return check_recorded((held,), wire, plan, levels, among)[0][0]
    return check(held, wire, plan, levels)
