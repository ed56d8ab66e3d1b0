"""`contracts verify`: hold recordings and providers to the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.checking import Checker
from contracts.commands.documents import LocalContract, known_here, selected
from contracts.commands.named_rows import Rows, named_rows
from contracts.commands.options import (
    accepted_option,
    contract_option,
    excuses_in,
    form_option,
    history_option,
    ids_option,
    key_file_option,
    seed_option,
)
from contracts.commands.output import Interruption, finish, progress_shown, report_option
from contracts.commands.reference import default_targets
from contracts.commands.settings import levels_here
from contracts.commands.targets import PATHS, Plan, check_or_say_why, is_target, unchecked
from contracts.commands.vendor_data import asked_at, key_of, refuse_one_key_for_many
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Level
from contracts.model.finding import Finding, Judgement, merged, recurring
from contracts.model.identity import digest
from contracts.model.run import RECORDED, Aside, Checked, Idle, Proof, Results, Run
from contracts.model.text import inert, many
from contracts.rules.branches import branches

if TYPE_CHECKING:
    from contracts.checking.sameness import Sameness

BUILT_IN = ("cassettes", "reference")
"""The targets that ask nobody outside: without a project around them they'd tell of the package itself."""
UNPROVEN = "a break of it isn't caught under its name alone"
BEGIN = (
    "begin with `contracts derive PAGE --out schemas/<vendor>` and `contracts record --against live --ids ROWS`, "
    "or name recordings, a URL or live"
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--against", multiple=True, metavar="TARGET", help="cassettes, reference, live or a URL; repeatable.")
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST", help="Of PATHs, only requests to this host; repeatable."
)
@click.option("--max-age", type=click.IntRange(min=1), metavar="DAYS", help="An older cassette is a finding.")
@contract_option
@ids_option
@key_file_option
@click.option(
    "--fail-on", type=click.Choice(["violation", "drift", "unchecked"]), multiple=True, default=["violation"],
    show_default=True, help="The weakest finding that breaks the run; also, contracts that nothing is known of.",
)  # fmt: skip
@click.option(
    "--max-examples", type=click.IntRange(1, 10_000), default=20, show_default=True,
    help="Generated requests of each sort to a provider.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N",
    help="Processes that judge PATHs; by default one for each core, where it is worth it.",
)  # fmt: skip
@click.option(
    "--plan", "planned", is_flag=True, help="Say which rules of bodies PATHs are judged by as types; no more."
)
@click.option("--engine", type=click.Choice(["here", "dask"]), default="here", help="Where PATHs are judged.")
@click.option("--scheduler", metavar="ADDRESS", default="", help="Of the Dask cluster; else one is made here.")
@accepted_option
@history_option
@seed_option
@form_option
@report_option
def verify(  # noqa: PLR0913, PLR0917  one for each option
    paths: tuple[Path, ...], against: tuple[str, ...], hosts: tuple[str, ...], max_age: int | None,
    names: tuple[str, ...], ids: tuple[str, ...], key_file: Path | None, fail_on: tuple[str, ...], max_examples: int,
    jobs: int | None, engine: str, scheduler: str, accepted: Path | None, history: Path | None, seed: int,
    form: str, reports: dict[Path, str], *, planned: bool,
) -> None:  # fmt: skip
    """Hold recordings and providers to the contracts. Default: cassettes, and the reference provider of rows.

    A PATH is a recording of any make (vcrpy cassette, HAR 1.2, NDJSON of exchanges) or a folder of those; then only
    these are checked, unless --against is given too.
    """
    if planned:
        from contracts.commands.body_plans import plan_lines

        for line in plan_lines(one.contract for one in selected(known_here(names), names)):
            click.echo(inert(line))
        return
    for target in against:
        if not is_target(target):
            raise Unusable(f"--against {target}: no target; give cassettes, reference, live or a URL")
    if (scheduler or engine == "dask") and not (paths and engine == "dask"):
        raise Unusable("--engine dask judges PATHs, and --scheduler says on which cluster; name recordings")
    if hosts and not paths:
        raise Unusable("--host narrows what counts of PATHs; name a recording or a folder of them")
    excuses = excuses_in(accepted)
    quiet = set(against) == {"cassettes"} and not paths
    interruption = Interruption()
    with progress_shown(quiet=quiet) as progress:
        plan = Plan(
            key_file=key_file, max_examples=max_examples, seed=seed, max_age=max_age, paths=paths, hosts=hosts,
            progress=progress, jobs=jobs or 0, interruption=interruption,
        )  # fmt: skip
        plan = _on_dask(plan, names, scheduler) if engine == "dask" else plan
        weakest: Level = "drift" if "drift" in fail_on else "violation"
        done = excuses(verified(against, plan, weakest, names, ids, strict="unchecked" in fail_on))

    def remember() -> None:
        if history is not None:
            from contracts.history import remember_runs

            remember_runs(history, done.parts)

    finish(done, form, reports, remember, interrupted=interruption.asked)


def _on_dask(plan: Plan, names: tuple[str, ...], scheduler: str) -> Plan:
    """The plan with named recordings judged on a cluster."""
    from contracts.commands import cluster

    recipe = cluster.Recipe(folder=str(Path.cwd()), names=names, hosts=plan.hosts)
    judged = partial(cluster.judged, recipe=recipe, scheduler=scheduler)
    return replace(plan, elsewhere=lambda pieces, go_on: judged(pieces, go_on=go_on), split=cluster.SPLIT)


def verified(  # noqa: PLR0913  what is asked of whom
    targets: tuple[str, ...], plan: Plan, fail_on: Level, names: tuple[str, ...] = (), ids: tuple[str, ...] = (),
    *, strict: bool = False,
) -> Results[Run]:  # fmt: skip
    """A run for each contract here, or for those that the names select; `strict` makes what is unchecked count.

    Raises Unusable for what can't be used, Unreachable where no target gave a single answer.
    """
    among = known_here(names)
    held = selected(among, names)
    levels = levels_here(tuple(one.contract for one in held))
    refuse_one_key_for_many((one.contract for one in held), targets, plan.key_file)
    rows = named_rows(held, ids)  # wrong rows, or no key, are told even where no target asks for any
    if plan.key_file is not None:
        key_of(held[0].contract, plan.key_file)
    if plan.paths:
        targets = (PATHS, *targets)
    if held[0].astray and set(targets) <= set(BUILT_IN):
        message = f"nothing to check: {Path.cwd().as_posix()} has {held[0].astray}; {BEGIN}"
        raise Unreachable(message)
    checked, asides = _all_checked(held, targets, plan, rows, levels, among)
    return _verification(held, checked, asides, fail_on, strict=strict)


def _all_checked(  # noqa: PLR0913, PLR0917  what is asked of whom, and what is known of it
    held: tuple[LocalContract, ...], targets: tuple[str, ...], plan: Plan, rows: tuple[Rows, ...],
    levels: Mapping[str, Level], among: tuple[LocalContract, ...],
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
            from contracts.checking.sameness import Sameness

            own = _askable(tuple(held[number] for number in wanted), target)
            sameness = Sameness(one.contract for one in own)
            for number in wanted:
                one = held[number]
                found[number].append(
                    _asked(one, target, replace(plan, rows=rows[number]), levels, sameness)
                    if any(one is known for known in own)
                    else unchecked(target, "it is of another server")
                )
    return found, asides


def _asked(held: LocalContract, target: str, plan: Plan, levels: Mapping[str, Level], sameness: Sameness) -> Checked:
    """A provider held to one contract, and what it says of rows to what it said when asked for another operation."""
    checker = Checker(held.contract, levels)
    others: list[Finding] = []
    plan = replace(plan, watch=lambda interaction: others.extend(sameness.read(checker, interaction)))
    checked = check_or_say_why(held, target, plan, levels)
    more = Judgement(met=recurring(others))
    return replace(checked, judgement=merged([checked.judgement, more])) if others else checked


def _askable(held: tuple[LocalContract, ...], target: str) -> tuple[LocalContract, ...]:
    """Which contracts a target may be asked about: a server of one's own about all, another's only about its own."""
    if "://" not in target:
        return held
    from contracts.sources.http import is_loopback

    return held if is_loopback(target) else asked_at(held, target)


def _verification(
    held: tuple[LocalContract, ...], checked: list[list[Checked]], asides: list[Aside], fail_on: Level, *, strict: bool
) -> Results[Run]:
    """The runs of the contracts that something is known of; the others are idle. Raises Unreachable."""
    runs, idle = [], []
    for one, targets in zip(held, checked, strict=True):
        if any(target.own or target.judgement.checked or target.judgement.met or target.unreadable
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


def _run(held: LocalContract, checked: tuple[Checked, ...], fail_on: Level) -> Run:
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
