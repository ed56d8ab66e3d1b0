"""Page, contract and wire, compared two by two; and a page's new wording accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from contracts.checking import Checker
from contracts.commands.documents import (
    Held,
    hand_of,
    known_here,
    levels_here,
    severities_here,
)
from contracts.commands.drift_input import Side, beside, derived, is_url, read_side
from contracts.commands.drift_traffic import Wire, checked_on, shown, traffic_of
from contracts.commands.keys import asked_at
from contracts.commands.reference import rows_here
from contracts.commands.selecting import selected
from contracts.commands.targets import NAMED, Plan, ids_by_contract
from contracts.comparing.changes import compare_all
from contracts.comparing.difference import no_promise
from contracts.comparing.observing import compare_observed, newly_broken
from contracts.comparing.pairing import Pair, pair
from contracts.comparing.triage import Held as Judged
from contracts.comparing.triage import triage
from contracts.comparing.wording import DESCRIBED, SECTIONS, blocks, described, wording_changes
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Block, Contract
from contracts.model.drift import SEVERITIES, Change, Drift, Observed, Traffic, Triaged
from contracts.model.finding import Judgement
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.run import Idle, Results
from contracts.reading.prose import ring
from contracts.reading.sentences import sentences

if TYPE_CHECKING:
    from contracts.comparing.severities import Row

Rows = Mapping[str, "Row"]
Pairs: TypeAlias = tuple[tuple[Held, Contract | None], ...]
"""Contracts here, each with its counterpart on another side, None where it has none."""


@frozen
class Asked:
    """What is to be compared: one or two sides, and the traffic, each as it was given on the command line.

    `names` select among the contracts here.
    """

    sides: tuple[str, ...]
    traffic: str | None = None
    names: tuple[str, ...] = ()
    plan: Plan = Plan()
    fail_on: Literal["breaking", "any"] = "breaking"


def drift(asked: Asked) -> Results[Drift]:
    """What moved. Raises Unusable, PageRefused, Unreachable."""
    sides = tuple(read_side(given) for given in asked.sides)
    paths = [side.path for side in sides if side.path is not None]
    documented = [side for side in sides if side.path is None]
    if asked.traffic is not None and len(documented) == 2 and sum(side.page is not None for side in documented) == 1:  # noqa: PLR2004
        return _here(_both_witnesses(documented), _wire_of(asked.traffic), asked)
    if asked.traffic is not None and (paths or len(sides) > 1):
        message = (
            "--traffic stands beside one page or contract document, or a page and a description; "
            "give these, or none for the contract here"
        )
        raise Unusable(message)
    if len(paths) == 2:  # noqa: PLR2004  both sides
        return _alone(_two_wires(paths[0], paths[1], asked))
    if len(documented) == 2:  # noqa: PLR2004  both sides
        return _alone(_two_contracts(documented[0], documented[1], asked))
    if paths and documented:
        return _alone(_document_and_wire(documented[0], paths[0], asked))
    wire = paths[0] if paths else None if asked.traffic is None else _wire_of(asked.traffic)
    return _here(documented[0] if documented else None, wire, asked)


def _alone(found: Drift) -> Results[Drift]:
    return Results(command="drift", parts=(found,))


def _both_witnesses(sides: list[Side]) -> Side:
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


def _two_contracts(old: Side, new: Side, asked: Asked) -> Drift:
    rows = severities_here()
    pairs = pair(old.contracts, new.contracts)
    for bare, whole in ((old, new), (new, old)):
        if bare.bare and not whole.contracts:
            raise Unusable(f"{whole.name}: describes no operation whose answers {bare.name} could be compared with")
    if old.page is not None or new.page is not None:
        both = [(one, other) for one, other in pairs if one is not None and other is not None]
        if not both:
            raise Unusable(f"{old.name}, {new.name}: a page is of one operation, which the other doesn't have")
        hand = max(map(hand_of, both[0]), key=lambda hand: len(hand.own))  # what is written about one is meant of both
        old, new = derived(old, hand), derived(new, hand)
        one, other = (
            side.contracts[0] if side.page else contract for side, contract in zip((old, new), both[0], strict=True)
        )
        pairs = ((one, other),)
    if len(pairs) == 1:
        pairs = (_with_witnesses(*pairs[0], old, new),)
    return Drift(old=old.name, new=new.name, changes=_changes(pairs, old, new, rows), fail_on=asked.fail_on)


def _with_witnesses(one: Contract | None, other: Contract | None, old: Side, new: Side) -> Pair:
    """Both contracts; beside one of two witnesses, the other with what it doesn't speak of itself."""
    if one is None or other is None:
        return one, other
    return beside(other, old, one), beside(one, new, other)


def _changes(pairs: tuple[Pair, ...], old: Side, new: Side, rows: Rows) -> tuple[Change, ...]:
    """What changed from side to side in each pair; where there are more pairs than one, with the operation's name.

    Meaning, and wording where the new side is a page whose old wording is known.
    """
    pages = old.page is not None or new.page is not None
    documents = (old.document, new.document) if old.document and new.document else None
    changes = compare_all(pairs, rows, no_promise if pages else _promises, documents)
    if new.page is None or len(pairs) != 1 or None in pairs[0]:
        return changes
    ((one, other),) = pairs
    assert one is not None
    assert other is not None
    known, sections = (blocks(old.page), SECTIONS) if old.page else _known(one)
    worded = wording_changes(
        known, new.page, other, rows, changes=changes, also_known=described(one, _digests), sections=sections
    )
    return _graver_first((*changes, *worded))


def _promises(text: str) -> Iterator[str]:
    """The sentences of a description that sound like a promise."""
    return (sentence.text for sentence in sentences(enumerate(text.splitlines(), start=1)) if ring(sentence.text))


def _of_operation(change: Change, contract: Contract) -> Change:
    """The change with its operation's name, where documents of several are compared."""
    if change.pointer == "#operation":
        return change
    pointer = f"#{contract.operation} {change.pointer}".rstrip()
    return replace(change, pointer=pointer, summary=f"{contract.operation}: {change.summary}")


def _known(contract: Contract) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """What a contract knows of its page's wording, and of which sections."""
    if contract.reviewed is not None:
        return contract.reviewed.blocks, SECTIONS
    return described(contract, _digests), DESCRIBED


def _digests(prose: str) -> Iterator[str]:
    return (sentence.digest for sentence in sentences(enumerate(prose.splitlines(), start=1)))


def _graver_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: SEVERITIES.index(change.severity)))


def _two_wires(old: Path, new: Path, asked: Asked) -> Drift:
    """Traffic against traffic, of the operations of the contracts here."""
    rows, found, answers = severities_here(), list[Change](), 0
    every = known_here(asked.names)
    here = selected(every, asked.names)
    for held in here:
        (before, was), (after, now) = (shown(held, path, asked.plan, every) for path in (old, new))
        answers += min(before.answers, after.answers)
        broken = newly_broken(was, now, rows)
        told = {change.pointer for change in broken}
        changes = broken + tuple(one for one in compare_observed(before, after, rows) if one.pointer not in told)
        found += [_of_operation(change, held.contract) for change in changes] if len(here) > 1 else changes
    if not answers:
        message = f"{old}, {new}: not both hold a success answer of a contract here; nothing was compared"
        raise Unreachable(message)
    return Drift(old=str(old), new=str(new), changes=_graver_first(found), fail_on=asked.fail_on)


def _document_and_wire(side: Side, wire: Path, asked: Asked) -> Drift:
    """Traffic held to a contract that isn't the one here."""
    if side.bare or len(side.contracts) != 1:
        message = f"{side.name}: names no operation, or several; give a document of one to hold traffic to"
        raise Unusable(message)
    held = Held(contract=side.contracts[0], vendor="", cassettes=Path())
    traffic = traffic_of(held, wire, asked.plan)
    return Drift(old=side.name, new=str(wire), contract=held.contract, traffic=traffic, fail_on=asked.fail_on)


def _here(side: Side | None, wire: Wire | None, asked: Asked) -> Results[Drift]:
    """A page or document, and the wire, with the contracts here."""
    if side is None and wire is None:
        message = "nothing to compare: name a page, two things, or --traffic"
        raise Unusable(message)
    every = known_here(asked.names)
    pairs = counterparts(side, selected(every, asked.names))
    if wire is not None and len(pairs) > 1:
        return _each_here(side, wire, pairs, every, asked)
    return _alone(_pairs_here(side, wire, pairs, every, asked))


def _each_here(side: Side | None, wire: Wire, pairs: Pairs, among: tuple[Held, ...], asked: Asked) -> Results[Drift]:
    """The wire held to each of several contracts; those of which nothing comes are idle, unless something changed.

    Raises Unusable, and Unreachable where nothing comes of any.
    """
    meant = (
        asked_at(tuple(held for held, _ in pairs), str(wire)) if isinstance(wire, str) else [one for one, _ in pairs]
    )
    others = {id(held): other for held, other in pairs}
    each = ids_by_contract(tuple(meant), asked.plan.ids)
    done, idle = list[Drift](), list[Idle]()
    for held, ids in zip(meant, each, strict=True):
        if wire == "reference" and not rows_here(held):
            idle.append(Idle(contract=held.contract, why="the reference provider has no rows of it"))
            continue
        own = replace(asked, plan=replace(asked.plan, ids=ids))
        try:
            one = _pairs_here(side, wire, ((held, others[id(held)]),), among, own)
        except Unreachable as error:
            idle.append(Idle(contract=held.contract, why=str(error)))
            continue
        came = one.traffic is not None and (one.traffic.judgement.checked or one.traffic.unreadable)
        if came or one.changes:
            done.append(one)
        else:
            idle.append(Idle(contract=held.contract, why=f"no answer in {wire}"))
    if not done:
        raise Unreachable("; ".join(dict.fromkeys(one.why for one in idle)))
    return Results(command="drift", parts=tuple(done), idle=tuple(idle))


def _pairs_here(side: Side | None, wire: Wire | None, pairs: Pairs, among: tuple[Held, ...], asked: Asked) -> Drift:
    held, other = pairs[0]
    if side is not None and side.page is not None:
        side = derived(side, hand_of(held.contract))
        other = side.contracts[0]
    if side is not None and other is not None and len(pairs) == 1:
        other = beside(held.contract, side, other)
        pairs = ((held, other),)
    known = tuple((held.contract, other) for held, other in pairs)
    changes = _changes(known, Side(name=held.contract.page), side, severities_here()) if side is not None else ()
    traffic, moved = None, tuple[Triaged, ...]()
    if wire is not None:
        traffic, moved = _on_the_wire(held, other, changes, wire, asked.plan, among)
    return Drift(
        old=f"the contract of {held.contract.operation}" if len(pairs) == 1 else "the contracts here",
        new=side.name if side else str(wire),
        contract=held.contract if len(pairs) == 1 else None,
        changes=changes,
        traffic=traffic,
        triage=moved,
        fail_on=asked.fail_on,
    )


def counterparts(side: Side | None, here: tuple[Held, ...]) -> Pairs:
    """The contracts here that a page or document speaks of, each with its own; None where it lost an operation.

    Raises Unusable where that can't be told.
    """
    if side is None:
        return tuple((held, None) for held in here)
    servers = {contract.server for contract in side.contracts}
    here = tuple(held for held in here if held.contract.server in servers) or here
    partners = pair(tuple(held.contract for held in here), side.contracts)
    pairs = tuple((held, other) for held, (_, other) in zip(here, partners, strict=False))
    spoken_of = {held.vendor for held, other in pairs if other is not None}
    if not spoken_of:
        operations = ", ".join(held.contract.operation for held in here)
        why = "make one with `contracts derive PAGE --out schemas/<name>`"
        message = f"{side.name}: is of no operation that has a contract here: {operations}; {why}"
        raise Unusable(message)
    lost = spoken_of if len(side.contracts) > 1 else set()  # what is of one operation says nothing of others
    return tuple((held, other) for held, other in pairs if other is not None or held.vendor in lost)


def _on_the_wire(  # noqa: PLR0913, PLR0917  all sides there are
    held: Held, other: Contract | None, changes: tuple[Change, ...], wire: Wire, plan: Plan, among: tuple[Held, ...]
) -> tuple[Traffic, tuple[Triaged, ...]]:
    """The traffic held to the contract here, and which side moved where a page or document is given, too."""
    if other is None:
        return traffic_of(held, wire, plan, among), ()
    if not other.method:  # a JSON Schema is of the operation that it is compared with
        other = replace(other, method=held.contract.method, path=held.contract.path)
    checker = Checker(other, levels_here((held.contract,)))
    kept: list[Interaction] = []

    def watch(interaction: Interaction) -> None:
        if checker.owns(interaction):
            kept.append(interaction)

    try:
        traffic = traffic_of(held, wire, replace(plan, watch=watch), among)
    except Unreachable as error:  # what the page says is told all the same
        traffic = Traffic(
            what=str(wire), judgement=Judgement(), observed=Observed(), unchecked=str(error), recorded=False
        )
    if isinstance(wire, Path):  # also what the contract here knows nothing of: a path that moved
        judgement = checked_on(replace(held, contract=other), wire, plan).judgement
    else:
        judgement = checker.judge_all(kept)
    ours, theirs = (
        Judged(contract=one, judgement=found) for one, found in ((held.contract, traffic.judgement), (other, judgement))
    )
    return traffic, triage(ours, theirs, changes, traffic.observed)
