"""Two contracts compared: every difference of what they promise, once, with what it means for a client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contracts.comparing import request_changes
from contracts.comparing.answer_changes import bodies, headers, links, media, statuses
from contracts.comparing.callback_changes import callbacks, webhooks
from contracts.comparing.condition_changes import conditions, echoes, unaccounted
from contracts.comparing.counterparts import ContractPair
from contracts.comparing.difference import (
    UNREAD,
    Compared,
    Difference,
    Promising,
    deprecation,
    no_promise,
    promised,
    sure,
)
from contracts.comparing.schemas import Comparison
from contracts.comparing.severities import ChangeKind
from contracts.comparing.side_by_side import Documents, Operations
from contracts.comparing.two_witnesses import fallen_silent
from contracts.model.contract import WEBHOOK, Contract, Source
from contracts.model.document import Document, Steps
from contracts.model.drift import SEVERITIES, Change, Cited, Side
from contracts.model.frozen import frozen
from contracts.model.identity import fingerprint
from contracts.model.json import Json, Path


def compare(old: Contract | None, new: Contract | None, rows: Mapping[str, ChangeKind]) -> tuple[Change, ...]:
    """Every difference of two contracts of one operation, the gravest first, then in the documents' order.

    None stands for a side that doesn't have the operation. Of a contract from a bare JSON Schema only the success
    body is compared, and of its counterpart only what a schema can hold. `rows` are those of `severities`.
    """
    return graver_first(located.change for located in _changes_of((old, new), rows, no_promise, Compared()))


def compare_all(
    pairs: tuple[ContractPair, ...],
    rows: Mapping[str, ChangeKind],
    promising: Promising = no_promise,
    documents: tuple[Document, Document] | None = None,
) -> tuple[Change, ...]:
    """Every difference of the operations of two documents, each with its counterpart, the gravest first.

    Where there are more operations than one each change has the name of its own; what a shared definition brings to
    several is told for the first, with how many it touches. `promising` gives the sentences of a description that
    sound like a promise; the webhooks of `documents`, and of those that the operations are in, are compared as well.
    """
    memory: dict[tuple[int, int], Compared] = {}
    groups: dict[object, list[_Located]] = {}
    for old, new in pairs:
        compared = memory.setdefault((id(old and old.document), id(new and new.document)), Compared())
        for located in _changes_of((old, new), rows, promising, compared):
            shared = located.places and all(place[:1] == ("components",) for place in located.places)
            key = located.change.kind, repr(located.change.old), repr(located.change.new), located.places
            groups.setdefault(key if shared else len(groups), []).append(located)
    found = [_of_operations(group) if len(pairs) > 1 else group[0].change for group in groups.values()]
    for before, after in _documents(pairs, documents):
        two = Documents(before, after, promising, Compared())
        found += [_change(each, "", two.pages, rows) for each in webhooks(two)]
    return graver_first(found)


def _documents(
    pairs: tuple[ContractPair, ...], documents: tuple[Document, Document] | None
) -> Iterable[tuple[Document, Document]]:
    """The documents that are compared, each two once."""
    found = [documents] if documents is not None else []
    both = [(old, new) for old, new in pairs if old is not None and new is not None]
    found += [(old.document, new.document) for old, new in both if WEBHOOK not in {old.method, new.method}]
    return {(id(old), id(new)): (old, new) for old, new in found}.values()


def graver_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes by their severity."""
    return tuple(sorted(changes, key=lambda change: SEVERITIES.index(change.severity)))


@frozen
class _Located:
    """A change of an operation, the places of both documents that it is about, and where it was found."""

    operation: str
    change: Change
    places: tuple[Steps, ...]
    difference: Difference
    compared: Compared

    @property
    def operations(self) -> set[str]:
        """The operations that it touches."""
        within = self.difference.within
        return {self.operation} if within is None else self.compared.users(within)


def _of_operations(group: list[_Located]) -> Change:
    """The change of the first operation with its name, and the number of operations that it touches."""
    change = group[0].change
    if change.pointer == "#operation" and change.kind.startswith("operation."):
        return change
    touched = len(set[str]().union(*(located.operations for located in group)))
    return of_operation(change, group[0].operation, f" (touches {touched} operations)" if touched > 1 else "")


def of_operation(change: Change, operation: str, more: str = "") -> Change:
    """A change with the name of its operation, where those of several are told together."""
    pointer = f"#{operation} {change.pointer}".rstrip()
    return replace(change, pointer=pointer, summary=f"{operation}: {change.summary}{more}")


def _changes_of(
    pair: ContractPair, rows: Mapping[str, ChangeKind], promising: Promising, compared: Compared
) -> Iterator[_Located]:
    """Every difference of two contracts, each of a kind at a place once, and none that a graver one there explains."""
    named = pair[0] or pair[1]
    assert named is not None
    pages = pair[0].page if pair[0] else None, pair[1].page if pair[1] else None
    found = [(_change(each, named.operation, pages, rows), each) for each in _differences(pair, promising, compared)]
    grave = {
        change.pointer for change, _ in found if change.kind != UNREAD and change.severity in {"breaking", "unknown"}
    }
    fingerprints: set[str] = set()
    silent = {change.pointer for change, _ in found if change.kind == "witness.silent"}
    for change, each in found:
        if change.kind == "presence.no-longer-shown" and change.pointer in silent:
            continue
        if change.fingerprint not in fingerprints and (change.kind != UNREAD or change.pointer not in grave):
            fingerprints.add(change.fingerprint)
            places = tuple(place for rule in (*each.was, *each.now) for place in rule.locations)
            yield _Located(operation=named.operation, change=change, places=places, difference=each, compared=compared)


def _differences(pair: ContractPair, promising: Promising, compared: Compared) -> Iterator[Difference]:
    old, new = pair
    if old is not None and new is not None:
        two = Operations(old, new, promising, compared)
        if two.bare or not two.same:
            yield from _differences_of_both(two)
    elif old is not None:
        summary = f"{old.operation} is gone."
        yield Difference("operation.removed", "#operation", old.operation, None, summary)
    elif new is not None:
        summary = f"{new.operation} is new."
        yield Difference("operation.added", "#operation", None, new.operation, summary)


def _differences_of_both(two: Operations) -> Iterator[Difference]:
    if two.old.method == two.new.method == WEBHOOK:  # whose body alone is read
        yield from request_changes.operation(two.old, two.new)
    elif not two.bare:
        yield from _differences_around(two)
    related: set[Path] = set()
    success: Comparison | None = None
    for body in bodies(two):
        if not body.where.pointer:
            success = body
            yield from _body(body, related)
            yield from echoes(body, request_changes.path_names(two.old, two.new)) if not two.bare else ()
        elif not two.bare:
            yield from _body(body, set())
    if two.of_pages and not two.bare:
        yield from unaccounted(two.old, two.new, success, related)
        yield from fallen_silent(two.old, two.new)


def _differences_around(two: Operations) -> Iterator[Difference]:
    """What stands around the bodies of the answers."""
    yield from request_changes.operation(two.old, two.new)
    yield from request_changes.authorization(two)
    yield from request_changes.parameters(two)
    yield from request_changes.body(two)
    yield from statuses(two)
    yield from media(two)
    yield from headers(two)
    yield from links(two)
    yield from callbacks(two)
    old, new = two.nodes
    name, place = "the operation", "#operation"
    yield from deprecation(name, place, old=old.flagged("deprecated"), new=new.flagged("deprecated"))
    texts = [f"{node.keywords.get('summary', '')}\n\n{node.keywords.get('description', '')}" for node in two.nodes]
    yield from promised(name, place, texts[0], texts[1], two.promising)


def _body(body: Comparison, places: set[Path]) -> Iterator[Difference]:
    """A body's places and conditions; where these stand is noted, for a sentence not understood may be the reason."""
    related = list(conditions(body))
    places.update(at for _, at in related)
    yield from (found for found in body.found if not any(_comes_with(found, condition) for condition, _ in related))
    yield from (condition for condition, _ in related)


def _comes_with(found: Difference, condition: Difference) -> bool:
    """A place was, or is, documented by nothing but the sentence that states a condition about it."""
    if found.pointer != condition.pointer or found.kind not in {"field.documented", "field.only-shown"}:
        return False
    written = {source for rule in (*found.was, *found.now) if sure(rule) for source in rule.sources}
    stated = {source for rule in (*condition.was, *condition.now) for source in rule.sources}
    return {source for source in written if source.kind == "documented"} <= stated


def _change(
    found: Difference, operation: str, pages: tuple[str | None, str | None], rows: Mapping[str, ChangeKind]
) -> Change:
    """A difference with its severity; `operation` is what the fingerprint is about."""
    return Change(
        severity=rows[found.kind].severity,
        kind=found.kind,
        pointer=found.pointer,
        old=found.old,
        new=found.new,
        summary=found.summary,
        fingerprint=fingerprint(operation, found.kind, found.pointer),
        rules=tuple(dict.fromkeys(rule.id for rule in (*found.was, *found.now))),
        sources=_cited(found, pages),
    )


def _cited(found: Difference, pages: tuple[str | None, str | None]) -> tuple[Cited, ...]:
    """Where each side is written: where its rules or the place are, else on its page without a line."""
    was = [Cited(side="old", source=source) for rule in found.was for source in rule.sources]
    now = [Cited(side="new", source=source) for rule in found.now for source in rule.sources]
    cited = dict.fromkeys([*was, *now, *found.beside])
    sides: tuple[tuple[Side, str | None, Json], ...] = (("old", pages[0], found.old), ("new", pages[1], found.new))
    for side, page, value in sides:
        if page is not None and value is not None and side not in {known.side for known in cited}:
            cited[Cited(side=side, source=Source(page=page, line=0, kind="documented"))] = None
    return tuple(sorted(cited, key=lambda known: known.side != "old"))
