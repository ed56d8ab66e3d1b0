"""`contracts drift`: say what moved: the page, the contract, or the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from contracts.commands.documents import LocalContract, selected
from contracts.commands.drift_documents import (
    Pairs,
    accept_wording,
    changes_between,
    counterparts,
    known_for,
    two_documents,
)
from contracts.commands.drift_input import ComparedSide, derived, is_url, read_side, with_other_witness
from contracts.commands.drift_traffic import Wire, traffic_and_triage, traffic_of, two_recordings
from contracts.commands.named_rows import named_rows
from contracts.commands.options import (
    accepted_option,
    contract_option,
    excuses_in,
    form_option,
    history_option,
    ids_option,
    seed_option,
)
from contracts.commands.output import finish, progress_shown, report_option
from contracts.commands.recordings import check_recorded
from contracts.commands.reference import rows_here
from contracts.commands.settings import levels_here, severities_here
from contracts.commands.targets import NAMED, PATHS, Plan
from contracts.commands.vendor_data import asked_at, hand_of
from contracts.comparing.counterparts import pair
from contracts.errors import Unreachable, Unusable
from contracts.model.drift import Drift, Triaged
from contracts.model.run import Idle, Results


@click.command()
@click.argument("sides", nargs=-1, metavar="[OLD] [NEW]")
@click.option("--traffic", metavar="PATH|live|URL", help="Recordings, or a server to ask; cassettes, reference.")
@contract_option
@click.option("--accept", is_flag=True, help="Record the page's new wording as reviewed.")
@click.option(
    "--fail-on", type=click.Choice(["breaking", "any"]), default="breaking", show_default=True,
    help="The weakest change that breaks the run; unknown counts as breaking.",
)  # fmt: skip
@ids_option
@accepted_option
@history_option
@seed_option
@form_option
@report_option
def drift(  # noqa: PLR0913, PLR0917  one for each option
    sides: tuple[str, ...], traffic: str | None, names: tuple[str, ...], fail_on: Any, ids: tuple[str, ...],
    accepted: Path | None, history: Path | None, seed: int, form: str, reports: dict[Path, str], *, accept: bool,
) -> None:  # fmt: skip
    """Say what moved: the page, the contract, or the API.

    OLD and NEW are each a documentation page, an OpenAPI document, a JSON Schema, or recordings; a file, a folder or a
    URL. One alone is compared with the contracts here; with --traffic too, the report says which of the four moved.
    """
    if len(sides) > 2:  # noqa: PLR2004  old and new
        raise Unusable(f"{len(sides)} things to compare; give one page, or two things")
    if accept:
        _accept(sides, alone=not any((traffic, names, ids, accepted, history, reports, form == "json")))
        return
    excuses = excuses_in(accepted)
    with progress_shown(quiet=not (traffic in {"live", "reference"} or "://" in (traffic or ""))) as progress:
        plan = Plan(seed=seed, progress=progress)
        found = excuses(compare(sides, traffic, names, ids, plan, fail_on))

    def remember() -> None:
        if history is not None:
            from contracts.history import remember_drift

            remember_drift(history, found)

    finish(found, form, reports, remember)


def _accept(sides: tuple[str, ...], *, alone: bool) -> None:
    if len(sides) != 1 or not alone:
        raise Unusable("--accept takes one page, and nothing beside it")
    click.echo(f"contracts: wrote {accept_wording(sides[0])}", err=True)


def compare(  # noqa: PLR0913, PLR0917  what is compared, and how
    given: tuple[str, ...], traffic: str | None = None, names: tuple[str, ...] = (), ids: tuple[str, ...] = (),
    plan: Plan | None = None, fail_on: Literal["breaking", "any"] = "breaking",
) -> Results[Drift]:  # fmt: skip
    """What moved between one or two sides and the traffic, each as it was given on the command line.

    `names` select among the contracts here. Raises Unusable, PageRefused, Unreachable.
    """
    found = _compared(tuple(map(read_side, given)), traffic, names, ids, plan or Plan())
    return replace(found, parts=tuple(replace(part, fail_on=fail_on) for part in found.parts))


def _compared(
    sides: tuple[ComparedSide, ...], traffic: str | None, names: tuple[str, ...], ids: tuple[str, ...], plan: Plan
) -> Results[Drift]:
    paths = [side.path for side in sides if side.path is not None]
    documented = [side for side in sides if side.path is None]
    if traffic is not None and len(documented) == 2 and sum(side.page is not None for side in documented) == 1:  # noqa: PLR2004
        return _here(_both_witnesses(documented), _wire_of(traffic), names, ids, plan)
    if traffic is not None and (paths or len(sides) > 1):
        raise Unusable(
            "--traffic stands beside one page or contract document, or a page and a description; "
            "give these, or none for the contract here"
        )
    if len(paths) == 2:  # noqa: PLR2004  both sides
        return _alone(two_recordings(paths[0], paths[1], names))
    if len(documented) == 2:  # noqa: PLR2004  both sides
        return _alone(two_documents(documented[0], documented[1]))
    if paths and documented:
        return _alone(_document_and_wire(documented[0], paths[0]))
    wire = paths[0] if paths else None if traffic is None else _wire_of(traffic)
    return _here(documented[0] if documented else None, wire, names, ids, plan)


def _alone(found: Drift) -> Results[Drift]:
    return Results(command="drift", parts=(found,))


def _both_witnesses(sides: list[ComparedSide]) -> ComparedSide:
    """A page with the description of the same operation. Raises Unusable where that has none."""
    page, described = sorted(sides, key=lambda side: side.page is None)
    (pair_of_page,) = (both for both in pair(page.contracts, described.contracts) if both[0] is not None)
    if pair_of_page[1] is None:
        raise Unusable(f"{described.name}: doesn't describe {page.contracts[0].operation}, which {page.name} is of")
    return replace(page, name=f"{page.name} and {described.name}", witness=pair_of_page[1])


def _wire_of(given: str) -> Wire:
    if not given:
        raise Unusable("--traffic is empty; name recordings, live or a URL")
    return given if given in NAMED or is_url(given) else Path(given)


def _document_and_wire(side: ComparedSide, wire: Path) -> Drift:
    """Traffic held to a contract that isn't the one here."""
    if side.bare or len(side.contracts) != 1:
        raise Unusable(f"{side.name}: names no operation, or several; give a document of one to hold traffic to")
    local = LocalContract(contract=side.contracts[0], vendor="", cassettes=Path())
    traffic = traffic_of(local, wire, Plan())
    return Drift(old=side.name, new=str(wire), contract=local.contract, traffic=traffic)


def _here(
    side: ComparedSide | None, wire: Wire | None, names: tuple[str, ...], ids: tuple[str, ...], plan: Plan
) -> Results[Drift]:
    """A page or document, and the wire, with the contracts here."""
    if side is None and wire is None:
        raise Unusable("nothing to compare: name a page, two things, or --traffic")
    every = known_for(side, names)
    pairs = counterparts(side, selected(every, names))
    if wire is not None and len(pairs) > 1:
        return _each_here(side, wire, pairs, every, ids, plan)
    rows = named_rows((pairs[0][0],), ids)[0] if isinstance(wire, str) else ()
    return _alone(_pairs_here(side, wire, pairs, every, replace(plan, rows=rows)))


def _each_here(  # noqa: PLR0913, PLR0917  all sides there are
    side: ComparedSide | None,
    wire: Wire,
    pairs: Pairs,
    among: tuple[LocalContract, ...],
    ids: tuple[str, ...],
    plan: Plan,
) -> Results[Drift]:
    """The wire held to each of several contracts; those of which nothing comes are idle, unless something changed.

    Raises Unusable, and Unreachable where nothing comes of any.
    """
    meant = tuple(local for local, _ in pairs)
    meant = asked_at(meant, wire) if isinstance(wire, str) else meant
    others = {id(local): other for local, other in pairs}
    silent = _without_answer(meant, wire, among) if isinstance(wire, Path) and side is None else frozenset()
    done, idle = list[Drift](), list[Idle]()
    for local, rows in zip(meant, named_rows(meant, ids), strict=True):
        if id(local) in silent:
            idle.append(Idle(contract=local.contract, why=f"no answer in {wire}"))
            continue
        if wire == "reference" and not rows_here(local):
            idle.append(Idle(contract=local.contract, why="the reference provider has no rows of it"))
            continue
        try:
            one = _pairs_here(side, wire, ((local, others[id(local)]),), among, replace(plan, rows=rows))
        except Unreachable as error:
            idle.append(Idle(contract=local.contract, why=str(error)))
            continue
        came = one.traffic is not None and (one.traffic.judgement.checked or one.traffic.unreadable)
        if came or one.changes:
            done.append(one)
        else:
            idle.append(Idle(contract=local.contract, why=f"no answer in {wire}"))
    if not done:
        raise Unreachable("; ".join(dict.fromkeys(one.why for one in idle)))
    return Results(command="drift", parts=tuple(done), idle=tuple(idle))


def _without_answer(
    meant: tuple[LocalContract, ...], recordings: Path, among: tuple[LocalContract, ...]
) -> frozenset[int]:
    """Those of several contracts of which recordings hold nothing, by identity: all are read once for that."""
    levels = levels_here(tuple(local.contract for local in meant))
    found, _ = check_recorded(meant, PATHS, Plan(paths=(recordings,)), levels, among)
    pairs = zip(meant, found, strict=True)
    return frozenset(id(local) for local, one in pairs if not (one.judgement.checked or one.unreadable))


def _pairs_here(
    side: ComparedSide | None, wire: Wire | None, pairs: Pairs, among: tuple[LocalContract, ...], plan: Plan
) -> Drift:
    local, other = pairs[0]
    if side is not None and side.page is not None:
        side = derived(side, hand_of(local.contract))
        other = side.contracts[0]
    if side is not None and other is not None and len(pairs) == 1:
        other = with_other_witness(local.contract, side, other)
        pairs = ((local, other),)
    known = tuple((local.contract, other) for local, other in pairs)
    changes = (
        changes_between(known, ComparedSide(name=local.contract.page), side, severities_here())
        if side is not None
        else ()
    )
    traffic, moved = None, tuple[Triaged, ...]()
    if wire is not None:
        traffic, moved = traffic_and_triage(local, other, changes, wire, plan, among)
    return Drift(
        old=f"the contract of {local.contract.operation}" if len(pairs) == 1 else "the contracts here",
        new=side.name if side else str(wire),
        contract=local.contract if len(pairs) == 1 else None,
        changes=changes,
        traffic=traffic,
        triage=moved,
    )
