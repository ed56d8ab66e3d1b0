"""One run: every contract held to every target, with the proof where a provider is asked."""

from __future__ import annotations

from pathlib import Path

from contracts.errors import Unreachable
from contracts.model.contract import Level
from contracts.model.finding import Judgement
from contracts.model.identity import digest
from contracts.model.run import Checked, Proof, Run
from contracts.rules.branching import branches
from contracts.wiring.documents import Held, contracts_here, levels_here
from contracts.wiring.targets import PATHS, RECORDED, WORLDS, Plan, check, rows_of

BUILT_IN = {"cassettes", "reference"}
"""The targets that ask nobody outside: without a project around them they'd tell of the package itself."""
BEGIN = (
    "begin with `contracts derive PAGE --out schemas/<vendor>` and `contracts record --against live --ids ROWS`, "
    "or name recordings, a URL or live"
)


def default_targets(held: Held) -> tuple[str, ...]:
    """The recordings, and the reference provider where the vendor has one."""
    return ("cassettes", "reference") if held.vendor in WORLDS else ("cassettes",)


def verify(targets: tuple[str, ...], plan: Plan, fail_on: Level) -> tuple[Run, ...]:
    """A run for each contract here.

    Raises Unusable for what can't be used, Unreachable where no target gave a single answer.
    """
    held = contracts_here()
    levels = levels_here(tuple(one.contract for one in held))
    for one in held:
        rows_of(one, plan.ids)  # wrong rows are told even where no target asks for any
    if plan.paths:
        targets = (PATHS, *targets)
    if held[0].astray and set(targets) <= BUILT_IN:
        message = f"nothing to check: {Path.cwd().as_posix()} has {held[0].astray}; {BEGIN}"
        raise Unreachable(message)
    return tuple(_run(one, targets or default_targets(one), plan, levels, fail_on) for one in held)


def _run(held: Held, targets: tuple[str, ...], plan: Plan, levels: dict[str, Level], fail_on: Level) -> Run:
    checked = tuple(_checked(held, target, plan, levels) for target in dict.fromkeys(targets))
    if not any(target.judgement.checked or target.judgement.findings or target.unreadable for target in checked):
        raise Unreachable("; ".join(target.unchecked for target in checked))
    proofs: tuple[Proof, ...] = ()
    if not set(targets) <= RECORDED:
        from contracts.proving.proof import prove

        proofs = prove(held.contract)
    return Run(
        contract=held.contract,
        digest=digest(held.contract),
        targets=checked,
        branches=branches(held.contract),
        proofs=proofs,
        fail_on=fail_on,
    )


def _checked(held: Held, target: str, plan: Plan, levels: dict[str, Level]) -> Checked:
    """One target; where no answer can be had, the others still count and this one says why it doesn't."""
    try:
        return check(held, target, plan, levels)
    except Unreachable as error:
        return Checked(name=target, what=target, judgement=Judgement(), unchecked=str(error))


def check_target(held: Held, target: str, ids: str | None) -> Checked:
    """One target alone, with the project's levels: for callers that judge rule by rule."""
    return _checked(held, target, Plan(ids=ids), levels_here((held.contract,)))
