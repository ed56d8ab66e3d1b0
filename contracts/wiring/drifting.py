"""Page, contract and wire, compared two by two; and a page's new wording accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from contracts.checking import Checker
from contracts.comparing.changes import compare
from contracts.comparing.observing import Observer, compare_observed, unseen_branches, unseen_fields
from contracts.comparing.pairs import pair
from contracts.comparing.triage import Held as Judged
from contracts.comparing.triage import triage
from contracts.comparing.wording import DESCRIBED, SECTIONS, blocks, described, review, wording_changes
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Block, Contract
from contracts.model.drift import SEVERITIES, Change, Drift, Traffic, Triaged
from contracts.model.finding import Judgement
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.reading.sentences import sentences
from contracts.rules.branching import branches
from contracts.wiring.deriving import write_documents
from contracts.wiring.documents import Held, contracts_here, hand_of, levels_here, severities_here
from contracts.wiring.sides import Side, derived, read_side
from contracts.wiring.targets import NAMED, PATHS, RECORDED, Plan, check

if TYPE_CHECKING:
    from contracts.comparing.severities import Row

Rows = Mapping[str, "Row"]


@frozen
class Asked:
    """What is to be compared: one or two sides, and the traffic, each as it was given on the command line."""

    sides: tuple[str, ...]
    traffic: str | None = None
    plan: Plan = Plan()
    fail_on: Literal["breaking", "any"] = "breaking"


def drift(asked: Asked) -> Drift:
    """What moved. Raises Unusable, PageRefused, Unreachable."""
    sides = tuple(read_side(given) for given in asked.sides)
    wires = [side for side in sides if side.path is not None]
    if asked.traffic is not None and (wires or len(sides) > 1):
        message = "--traffic stands beside one page or contract document; give one, or none for the contract here"
        raise Unusable(message)
    if len(wires) == 2:  # noqa: PLR2004  both sides
        return _two_wires(sides[0], sides[1], asked)
    if len(sides) == 2 and not wires:  # noqa: PLR2004  both sides
        return _two_contracts(sides[0], sides[1], asked)
    wire = str(wires[0].path) if wires else asked.traffic
    documented = next((side for side in sides if side.path is None), None)
    if len(sides) == 2:  # noqa: PLR2004  a document and its traffic
        assert documented is not None
        assert wire is not None
        return _document_and_wire(documented, wire, asked)
    return _here(documented, wire, asked)


def _two_contracts(old: Side, new: Side, asked: Asked) -> Drift:
    rows = severities_here()
    if old.page is not None or new.page is not None:  # what is written by hand about one is meant of both
        hand = max((hand_of(side.contracts[0]) for side in (old, new)), key=lambda hand: len(hand.own))
        old, new = derived(old, hand), derived(new, hand)
    pairs = pair(old.contracts, new.contracts)
    found = [_compared(one, other, old, new, rows) for one, other in pairs]
    if len(pairs) > 1:
        found = [
            tuple(_of_operation(change, one or other) for change in changes)
            for changes, (one, other) in zip(found, pairs, strict=True)
        ]
    changes = tuple(change for changes in found for change in changes)
    return Drift(old=old.name, new=new.name, changes=_graver_first(changes), fail_on=asked.fail_on)


def _of_operation(change: Change, contract: Contract | None) -> Change:
    """The change with its operation's name, where documents of several are compared."""
    if contract is None or change.pointer == "#operation":
        return change
    return replace(
        change,
        pointer=f"{contract.operation} {change.pointer}",
        summary=f"{contract.operation}: {change.summary}",
    )


def _compared(one: Contract | None, other: Contract | None, old: Side, new: Side, rows: Rows) -> tuple[Change, ...]:
    """Meaning, and wording where the new side is a page whose old wording is known."""
    changes = compare(one, other, rows)
    if one is None or other is None or new.page is None:
        return changes
    known, sections = (blocks(old.page), SECTIONS) if old.page else _known(one)
    return changes + wording_changes(
        known, new.page, other, rows, changes=changes, also_known=_own_words(one), sections=sections
    )


def _known(contract: Contract) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """What a contract knows of its page's wording, and of which sections."""
    if contract.reviewed is not None:
        return contract.reviewed.blocks, SECTIONS
    return described(contract, _digests), DESCRIBED


def _own_words(contract: Contract) -> frozenset[str]:
    return frozenset(one for block in described(contract, _digests) for one in block.digests)


def _digests(prose: str) -> Iterator[str]:
    return (sentence.digest for sentence in sentences(enumerate(prose.splitlines(), start=1)))


def _graver_first(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: SEVERITIES.index(change.severity)))


def _two_wires(old: Side, new: Side, asked: Asked) -> Drift:
    """Traffic against traffic, of the operations of the contracts here."""
    rows, changes = severities_here(), list[Change]()
    answers = 0
    for held in contracts_here():
        shown = []
        for side in (old, new):
            observer = Observer()
            _wire(held, str(side.path), observer, asked.plan)
            shown.append(observer.observed())
        answers += min(one.answers for one in shown)
        changes += compare_observed(shown[0], shown[1], rows)
    if not answers:
        message = f"{old.name}, {new.name}: not both hold a success answer of a contract here; nothing was compared"
        raise Unreachable(message)
    return Drift(old=old.name, new=new.name, changes=_graver_first(tuple(changes)), fail_on=asked.fail_on)


def _document_and_wire(side: Side, wire: str, asked: Asked) -> Drift:
    """Traffic held to a contract that isn't the one here."""
    if side.bare or len(side.contracts) > 1:
        message = f"{side.name}: names no operation, or several; give a document of one to hold traffic to"
        raise Unusable(message)
    held = Held(contract=side.contracts[0], vendor="", cassettes=Path())
    traffic = _traffic(held, wire, asked.plan)
    return Drift(old=side.name, new=wire, contract=held.contract, traffic=traffic, fail_on=asked.fail_on)


def _here(side: Side | None, wire: str | None, asked: Asked) -> Drift:
    """A page or document, and the wire, with the contract here."""
    if side is None and wire is None:
        message = "nothing to compare: name a page, two things, or --traffic"
        raise Unusable(message)
    held, other = _counterpart(side)
    if side is not None and side.page is not None:
        side = derived(side, hand_of(held.contract))
        other = side.contracts[0]
    rows = severities_here()
    here = Side(name=held.contract.page, contracts=(held.contract,))
    changes = () if side is None or other is None else _graver_first(_compared(held.contract, other, here, side, rows))
    traffic: Traffic | None = None
    judged, moved = Judgement(), tuple[Triaged, ...]()
    if wire is not None:
        also = Checker(other, levels_here((held.contract,))) if other is not None and not _bare(other) else None
        traffic, judged = _both(held, wire, asked.plan, also)
    if side is not None and other is not None and traffic is not None:
        committed = Judged(contract=held.contract, judgement=traffic.judgement)
        page = Judged(contract=other, judgement=judged)
        moved = triage(committed, page, changes, traffic.observed)
    return Drift(
        old=f"the contract of {held.contract.operation}",
        new=side.name if side else wire or "",
        contract=held.contract,
        changes=changes,
        traffic=traffic,
        triage=moved,
        fail_on=asked.fail_on,
    )


def _bare(contract: Contract) -> bool:
    return not contract.method


def _counterpart(side: Side | None) -> tuple[Held, Contract | None]:
    """The contract here that a page or document speaks of. Raises Unusable where that can't be told."""
    here = contracts_here()
    if side is None:
        if len(here) == 1:
            return here[0], None
        message = "several contracts are here; name the page or document of the one that the traffic is to be held to"
        raise Unusable(message)
    for one, other in pair(tuple(held.contract for held in here), side.contracts):
        if one is not None and other is not None:
            return next(held for held in here if held.contract is one), other
    message = f"{side.name}: is of no operation that has a contract here: {', '.join(_operations(here))}"
    raise Unusable(message)


def _operations(here: tuple[Held, ...]) -> Iterator[str]:
    return (held.contract.operation for held in here)


def _both(held: Held, wire: str, plan: Plan, also: Checker | None) -> tuple[Traffic, Judgement]:
    """The traffic held to the contract, and to the page's, in one pass."""
    kept: list[Interaction] = []

    def watch(interaction: Interaction) -> None:
        if also is not None and also.owns(interaction):
            kept.append(interaction)

    traffic = _traffic(held, wire, replace(plan, watch=watch))
    return traffic, also.judge_all(kept) if also is not None else Judgement()


def _traffic(held: Held, wire: str, plan: Plan) -> Traffic:
    observer = Observer()
    what, judgement, unchecked = _wire(held, wire, observer, plan)
    known = branches(held.contract)
    observed = observer.observed()
    return Traffic(
        what=what,
        judgement=judgement,
        observed=observed,
        unseen_fields=unseen_fields(held.contract, observed),
        unseen_branches=unseen_branches(held.contract, known, judgement, observed),
        branches=known,
        unchecked=unchecked,
        recorded=not _is_asked(wire) or wire in RECORDED,
    )


def _is_asked(wire: str) -> bool:
    return wire in NAMED or wire.startswith(("http://", "https://"))


def _wire(held: Held, wire: str, observer: Observer, plan: Plan) -> tuple[str, Judgement, str]:
    """What was asked or read, what came of it, and why nothing counts, "" where it does."""
    asked = _is_asked(wire)
    plan = replace(plan, see=observer.see, paths=() if asked else (Path(wire),))
    checked = check(held, wire if asked else PATHS, plan, levels_here((held.contract,)))
    return checked.what, checked.judgement, checked.unchecked


def accept(given: str, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Path:
    """Records a page's wording as reviewed, in the contract's document under `schemas/` here; gives its path.

    Raises Unusable where it isn't a page, or where it and the contract differ in meaning.
    """
    side = read_side(given)
    if side.page is None:
        message = f"{given}: only a documentation page can be accepted"
        raise Unusable(message)
    held, _ = _counterpart(side)
    other = derived(side, hand_of(held.contract)).contracts[0]
    meant = [change for change in compare(held.contract, other, severities_here()) if change.severity != "none"]
    if meant:
        message = (
            f"{given}: differs from the contract in meaning ({meant[0].summary}); "
            "change the contract first, with `contracts derive`"
        )
        raise Unusable(message)
    reviewed = review(side.url, today().date().isoformat(), side.text, side.page)
    _, document, *_ = write_documents(replace(held.contract, reviewed=reviewed), Path("schemas") / held.vendor)
    return document
