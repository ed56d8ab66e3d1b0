"""One run: every contract held to every target, with the proof where a provider is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from contracts.commands.documents import Held, known_here, levels_here
from contracts.commands.keys import asked_at, key_of, refuse_one_key_for_many
from contracts.commands.reference import rows_here
from contracts.commands.selecting import selected
from contracts.commands.targets import PATHS, Ids, Plan, check, ids_by_contract
from contracts.errors import Unreachable
from contracts.model.contract import Level
from contracts.model.finding import Judgement
from contracts.model.identity import digest
from contracts.model.run import RECORDED, Aside, Checked, Idle, Proof, Results, Run
from contracts.model.text import many
from contracts.rules.branching import branches

BUILT_IN = ("cassettes", "reference")
"""The targets that ask nobody outside: without a project around them they'd tell of the package itself."""
UNPROVEN = "a break of it isn't caught under its name alone"
BEGIN = (
    "begin with `contracts derive PAGE --out schemas/<vendor>` and `contracts record --against live --ids ROWS`, "
    "or name recordings, a URL or live"
)


def default_targets(held: Held) -> tuple[str, ...]:
    """The recordings, and the reference provider where it has rows of the operation."""
    return ("cassettes", "reference") if rows_here(held) else ("cassettes",)


def verify(
    targets: tuple[str, ...], plan: Plan, fail_on: Level, names: tuple[str, ...] = (), *, strict: bool = False
) -> Results[Run]:
    """A run for each contract here, or for those that the names select; `strict` makes what is unchecked count.

    Raises Unusable for what can't be used, Unreachable where no target gave a single answer.
    """
    among = known_here(names)
    held = selected(among, names)
    levels = levels_here(tuple(one.contract for one in held))
    refuse_one_key_for_many((one.contract for one in held), targets, plan.key_file)
    ids = ids_by_contract(held, plan.ids)  # wrong rows, or no key, are told even where no target asks for any
    if plan.key_file is not None:
        key_of(held[0].contract, plan.key_file)
    if plan.paths:
        targets = (PATHS, *targets)
    if held[0].astray and set(targets) <= set(BUILT_IN):
        message = f"nothing to check: {Path.cwd().as_posix()} has {held[0].astray}; {BEGIN}"
        raise Unreachable(message)
    checked, asides = _all_checked(held, targets, replace(plan, ids=()), ids, levels, among)
    return _verification(held, checked, asides, fail_on, strict=strict)


def _all_checked(  # noqa: PLR0913, PLR0917  what is asked of whom, and what is known of it
    held: tuple[Held, ...], targets: tuple[str, ...], plan: Plan, ids: tuple[tuple[str, ...], ...],
    levels: Mapping[str, Level], among: tuple[Held, ...],
) -> tuple[list[list[Checked]], list[Aside]]:  # fmt: skip
    """What came of each target of each contract, recordings in one pass; and what is of none of the contracts."""
    found: list[list[Checked]] = [[] for _ in held]
    asides: list[Aside] = []
    for target in dict.fromkeys(targets or BUILT_IN):
        wanted = [number for number, one in enumerate(held) if targets or target in default_targets(one)]
        if target in RECORDED:
            from contracts.commands.recordings import check_recorded

            checked, aside = check_recorded(held, target, plan, levels, among)
            asides += [aside] if aside else []
            for number in wanted:
                found[number].append(checked[number])
        else:
            own = _askable(tuple(held[number] for number in wanted), target)
            for number in wanted:
                one = held[number]
                why = "" if any(one is known for known in own) else "it is of another server"
                found[number].append(
                    _unchecked(target, why) if why else _checked(one, target, replace(plan, ids=ids[number]), levels)
                )
    return found, asides


def _askable(held: tuple[Held, ...], target: str) -> tuple[Held, ...]:
    """Which contracts a target may be asked about: a server of one's own about all, another's only about its own."""
    if "://" not in target:
        return held
    from contracts.sources.http import is_loopback

    return held if is_loopback(target) else asked_at(held, target)


def _verification(
    held: tuple[Held, ...], checked: list[list[Checked]], asides: list[Aside], fail_on: Level, *, strict: bool
) -> Results[Run]:
    """The runs of the contracts that something is known of; the others are idle. Raises Unreachable."""
    runs, idle = [], []
    for one, targets in zip(held, checked, strict=True):
        if any(target.own or target.judgement.checked or target.judgement.findings or target.unreadable
               for target in targets):  # fmt: skip
            runs.append(_run(one, tuple(targets), fail_on))
        else:
            idle.append(Idle(contract=one.contract, why="; ".join(map(_why, targets))))
    if not runs and not any(aside.unreadable for aside in asides):
        if len(held) == 1:
            raise Unreachable("; ".join(target.unchecked for target in checked[0]))
        raise Unreachable(_nothing(idle, asides))
    return Results(
        command="verify",
        parts=tuple(runs),
        idle=tuple(idle),
        asides=tuple(asides),
        needed="all" if strict else "some",
    )


_NONE = {"cassettes": "no recording in cassettes/", PATHS: "no answer in the recordings"}


def _why(target: Checked) -> str:
    """Why a target gave no answer, in words that are the same for every contract that it is the same for."""
    return _NONE.get(target.name, target.unchecked)


def _nothing(idle: Iterable[Idle], asides: Iterable[Aside]) -> str:
    """That nothing at all is known of several contracts."""
    counts: dict[str, int] = {}
    for one in idle:
        counts[one.why] = counts.get(one.why, 0) + 1
    reasons = [f"{why}, of {many(count, 'contract')}" for why, count in counts.items()]
    return "; ".join(["nothing was checked", *reasons, *(aside.what for aside in asides)])


def _run(held: Held, checked: tuple[Checked, ...], fail_on: Level) -> Run:
    proofs: tuple[Proof, ...] = ()
    if not {target.name for target in checked} <= RECORDED:
        from contracts.proving.proof import prove

        proofs = prove(held.contract)
        if all(target.own or target.name in RECORDED for target in checked):  # nobody was asked
            proofs = tuple(one if one.holds or one.reason else replace(one, reason=UNPROVEN) for one in proofs)
    return Run(
        contract=held.contract,
        digest=digest(held.contract),
        targets=checked,
        branches=branches(held.contract),
        proofs=proofs,
        fail_on=fail_on,
    )


def _checked(held: Held, target: str, plan: Plan, levels: Mapping[str, Level]) -> Checked:
    """One target; where no answer can be had, the others still count and this one says why it doesn't."""
    try:
        return check(held, target, plan, levels)
    except Unreachable as error:
        return _unchecked(target, str(error))


def _unchecked(target: str, why: str) -> Checked:
    return Checked(name=target, what=target, judgement=Judgement(), unchecked=why)


def check_target(held: Held, target: str, ids: Ids) -> Checked:
    """One target alone, with the project's levels: for callers that judge rule by rule."""
    return _checked(held, target, Plan(ids=ids), levels_here((held.contract,)))
