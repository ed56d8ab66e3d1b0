"""What changed from one document or page to another, in meaning and in wording; a page's new wording accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.commands.documents import LocalContract, known_here, read_json, schemas_of, webhooks_here
from contracts.commands.drift_input import ComparedSide, derived, read_side, with_other_witness
from contracts.commands.settings import severities_here
from contracts.commands.vendor_data import hand_of
from contracts.comparing.changes import compare, compare_all, graver_first
from contracts.comparing.counterparts import ContractPair, pair
from contracts.comparing.difference import no_promise
from contracts.comparing.wording import DESCRIBED, SECTIONS, blocks, described, review, wording_changes
from contracts.errors import Unusable
from contracts.model.contract import WEBHOOK, Block, Contract
from contracts.model.drift import Change, Drift
from contracts.reading.page.normative_words import ring
from contracts.reading.page.sentence_splitting import sentences
from contracts.sources.files import read_text, write_text
from contracts.writing import text
from contracts.writing.merging import reviewed_as

if TYPE_CHECKING:
    from contracts.comparing.severities import ChangeKind


Pairs: TypeAlias = tuple[tuple[LocalContract, Contract | None], ...]
"""Contracts here, each with its counterpart on another side, if it has one."""


def known_for(side: ComparedSide | None, names: tuple[str, ...] = ()) -> tuple[LocalContract, ...]:
    """The contracts here that a side may speak of: those of webhooks for a page on what one sends. Raises Unusable."""
    is_sent = side is not None and side.page is not None and side.page.method == WEBHOOK
    return webhooks_here() if is_sent else known_here(names)


def counterparts(side: ComparedSide | None, here: tuple[LocalContract, ...]) -> Pairs:
    """The contracts here that a page or document speaks of, each with its own; None for a lost operation.

    Raises Unusable where that can't be told.
    """
    if side is None:
        return tuple((local, None) for local in here)
    servers = {contract.server for contract in side.contracts}
    here = tuple(local for local in here if local.contract.server in servers) or here
    partners = pair(tuple(local.contract for local in here), side.contracts)
    pairs = tuple((local, other) for local, (_, other) in zip(here, partners, strict=False))
    spoken_of = {local.vendor for local, other in pairs if other is not None}
    if not spoken_of:
        operations = ", ".join(local.contract.operation for local in here)
        why = "make one with `contracts derive PAGE --out schemas/<name>`"
        raise Unusable(f"{side.name}: is of no operation that has a contract here: {operations}; {why}")
    lost = spoken_of if len(side.contracts) > 1 else set()  # what is of one operation says nothing of others
    return tuple((local, other) for local, other in pairs if other is not None or local.vendor in lost)


def two_documents(old: ComparedSide, new: ComparedSide) -> Drift:
    """What changed between two sides that are documented. Raises Unusable where they have no operation in common."""
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
    return Drift(old=old.name, new=new.name, changes=changes_between(pairs, old, new, rows))


def _with_witnesses(one: Contract | None, other: Contract | None, old: ComparedSide, new: ComparedSide) -> ContractPair:
    """Both contracts; beside one of two witnesses, the other with what it doesn't speak of itself."""
    if one is None or other is None:
        return one, other
    return with_other_witness(other, old, one), with_other_witness(one, new, other)


def changes_between(
    pairs: tuple[ContractPair, ...], old: ComparedSide, new: ComparedSide, rows: Mapping[str, ChangeKind]
) -> tuple[Change, ...]:
    """What changed from side to side in each pair; where there are more pairs than one, with the operation's name.

    Meaning, and wording where the new side is a page whose old wording is known.
    """
    pages = old.page is not None or new.page is not None
    documents = (old.document, new.document) if old.document and new.document else None
    changes = compare_all(pairs, rows, no_promise if pages else _promises, documents)
    if pages:  # a page says nothing of what others say
        changes = tuple(change for change in changes if not change.pointer.startswith("#webhooks/"))
    if new.page is None or len(pairs) != 1 or None in pairs[0]:
        return changes
    ((one, other),) = pairs
    assert one is not None
    assert other is not None
    known, sections = (blocks(old.page), SECTIONS) if old.page else _known(one)
    worded = wording_changes(
        known, new.page, other, rows, changes=changes, also_known=described(one, _digests), sections=sections
    )
    return graver_first((*changes, *worded))


def _promises(text: str) -> Iterator[str]:
    """The sentences of a description that sound like a promise."""
    return (sentence.text for sentence in sentences(enumerate(text.splitlines(), start=1)) if ring(sentence.text))


def _known(contract: Contract) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """What a contract knows of its page's wording, and of which sections."""
    if contract.reviewed is not None:
        return contract.reviewed.blocks, SECTIONS
    return described(contract, _digests), DESCRIBED


def _digests(prose: str) -> Iterator[str]:
    return (sentence.digest for sentence in sentences(enumerate(prose.splitlines(), start=1)))


def accept_wording(given: str, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Path:
    """Records a page's wording as reviewed, in the contract's document under `schemas/` here; gives its path.

    Raises Unusable where it isn't a page, or where it and the contract differ in meaning.
    """
    side = read_side(given)
    if side.page is None:
        raise Unusable(f"{side.name}: only a documentation page can be accepted")
    local, _ = counterparts(side, known_for(side))[0]
    folder, own = schemas_of(local), Path("schemas") / local.vendor
    document = _of_ours(folder / "openapi.json", local.contract)
    meant_of = derived(side, hand_of(local.contract))
    other = with_other_witness(local.contract, meant_of, meant_of.contracts[0])
    meant = compare(local.contract, other, severities_here())
    if meant:
        raise Unusable(
            f"{side.name}: differs from the contract in meaning ({meant[0].summary}); "
            "change the contract first, with `contracts derive`"
        )
    reviewed = review(side.url, today().date().isoformat(), side.text, side.page)
    for kind in ("schema", "changelog"):  # what is built in is kept here from now on
        name = f"{local.contract.slug}.{kind}.json"
        if folder != own and (folder / name).exists():
            write_text(own / name, read_text(folder / name, f"the {kind}"))
    write_text(own / "openapi.json", text(reviewed_as(document, local.contract, reviewed)))
    return own / "openapi.json"


def _of_ours(file: Path, contract: Contract) -> dict[str, Any]:
    """The document of a contract as `contracts derive` wrote it. Raises Unusable for any other."""
    raw: Any = read_json(file, "derive it again") if file.exists() else None
    try:
        part, path, method = contract.at
        if isinstance(raw[part][path][method]["x-contract"], dict):
            return dict(raw)
    except (TypeError, ValueError, KeyError, AttributeError):
        pass
    raise Unusable(
        f"{file.parent}: the document of {contract.operation} isn't one that `contracts derive` writes, so there is "
        "no place in it for a page's wording; derive the page to a folder of its own"
    )
