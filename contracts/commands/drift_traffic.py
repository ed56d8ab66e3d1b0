"""Traffic held to contracts, of recordings or a target of `verify`; and which side of a comparison moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from contracts.checking import Checker
from contracts.commands.documents import LocalContract, known_here, selected
from contracts.commands.settings import levels_here, severities_here
from contracts.commands.targets import PATHS, Plan, check
from contracts.comparing.changes import graver_first, of_operation
from contracts.comparing.observing import Observer, compare_observed, newly_broken, unseen_branches, unseen_fields
from contracts.comparing.triage import JudgedContract, triage
from contracts.errors import Unreachable
from contracts.model.contract import Contract
from contracts.model.drift import Change, Drift, Observed, Traffic, Triaged
from contracts.model.finding import Judgement
from contracts.model.interaction import Interaction
from contracts.model.run import RECORDED, Checked
from contracts.rules.branches import branches

Wire: TypeAlias = Path | str
"""Recordings by their path, or a target of `verify` by its name or URL."""


def traffic_of(local: LocalContract, wire: Wire, plan: Plan, among: tuple[LocalContract, ...] = ()) -> Traffic:
    """What a wire shows of a contract: broken rules, what is documented nowhere, what never came."""
    observer = Observer()
    checked = _checked(local, wire, replace(plan, see=observer.see), among)
    known = branches(local.contract)
    observed = observer.observed()
    return Traffic(
        what=checked.what,
        judgement=checked.judgement,
        observed=observed,
        unseen_fields=unseen_fields(local.contract, observed),
        unseen_branches=unseen_branches(local.contract, known, checked.judgement, observed),
        branches=known,
        unchecked=checked.unchecked,
        unreadable=checked.unreadable,
        recorded=isinstance(wire, Path) or wire in RECORDED,
    )


def _checked(local: LocalContract, wire: Wire, plan: Plan, among: tuple[LocalContract, ...] = ()) -> Checked:
    """What is recorded or asked, held to a contract; `among` are all that are known, which may own some of it."""
    levels = levels_here((local.contract,))
    if isinstance(wire, Path):
        return check(local, PATHS, replace(plan, paths=(wire,)), levels, among)
    return check(local, wire, plan, levels, among)


def two_recordings(old: Path, new: Path, names: tuple[str, ...]) -> Drift:
    """Traffic against traffic, of the operations of the contracts here."""
    rows, found, answers = severities_here(), list[Change](), 0
    every = known_here(names)
    here = selected(every, names)
    for local in here:
        (before, was), (after, now) = (_observed(local, path, every) for path in (old, new))
        answers += min(before.answers, after.answers)
        broken = newly_broken(was, now, rows)
        told = {change.pointer for change in broken}
        changes = broken + tuple(one for one in compare_observed(before, after, rows) if one.pointer not in told)
        found += [of_operation(change, local.contract.operation) for change in changes] if len(here) > 1 else changes
    if not answers:
        raise Unreachable(f"{old}, {new}: not both hold a success answer of a contract here; nothing was compared")
    return Drift(old=str(old), new=str(new), changes=graver_first(found))


def traffic_and_triage(  # noqa: PLR0913, PLR0917  all sides there are
    local: LocalContract,
    other: Contract | None,
    changes: tuple[Change, ...],
    wire: Wire,
    plan: Plan,
    among: tuple[LocalContract, ...],
) -> tuple[Traffic, tuple[Triaged, ...]]:
    """The traffic held to the contract here, and which side moved where a page or document is given, too."""
    if other is None:
        return traffic_of(local, wire, plan, among), ()
    if not other.method:  # a JSON Schema is of the operation that it is compared with
        other = replace(other, method=local.contract.method, path=local.contract.path)
    checker = Checker(other, levels_here((local.contract,)))
    kept: list[Interaction] = []

    def watch(interaction: Interaction) -> None:
        if checker.owns(interaction):
            kept.append(interaction)

    try:
        traffic = traffic_of(local, wire, replace(plan, watch=watch), among)
    except Unreachable as error:  # what the page says is told all the same
        traffic = Traffic(
            what=str(wire), judgement=Judgement(), observed=Observed(), unchecked=str(error), recorded=False
        )
    if isinstance(wire, Path):  # also what the contract here knows nothing of: a path that moved
        judgement = _checked(replace(local, contract=other), wire, plan).judgement
    else:
        judgement = checker.judge_all(kept)
    ours, theirs = (
        JudgedContract(contract=one, judgement=found)
        for one, found in ((local.contract, traffic.judgement), (other, judgement))
    )
    return traffic, triage(ours, theirs, changes, traffic.observed)


def _observed(local: LocalContract, path: Path, among: tuple[LocalContract, ...]) -> tuple[Observed, Judgement]:
    """What was observed of a contract in recordings, and what came of holding them to it."""
    observer = Observer()
    judgement = _checked(local, path, Plan(see=observer.see), among).judgement
    return observer.observed(), judgement
