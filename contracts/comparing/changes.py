"""Two contracts compared: every difference of what they promise, once, with what it means for a client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from contracts.comparing.answers import bodies, links, media, statuses
from contracts.comparing.calling import callbacks, webhooks
from contracts.comparing.difference import UNREAD, Difference, sure
from contracts.comparing.heads import headers
from contracts.comparing.merging import Located, merged
from contracts.comparing.operations import Operations
from contracts.comparing.pairs import Pair
from contracts.comparing.relations import conditions, echoes, unaccounted
from contracts.comparing.requests import authorization, operation, parameters, path_names
from contracts.comparing.sending import request_body
from contracts.comparing.severities import Row
from contracts.comparing.telling import Promising, deprecation, no_promise, promised
from contracts.comparing.walk import Walk
from contracts.comparing.witnesses import fallen_silent
from contracts.model.contract import Contract, Source
from contracts.model.document import Steps
from contracts.model.drift import SEVERITIES, Change, Cited, Side
from contracts.model.json import Json, Path


def compare(
    old: Contract | None, new: Contract | None, rows: Mapping[str, Row], promising: Promising = no_promise
) -> tuple[Change, ...]:
    """Every difference of two contracts of one operation, the gravest first, then in the documents' order.

    None stands for a side that doesn't have the operation. Of a contract from a bare JSON Schema only the success
    body is compared, and of its counterpart only what a schema can hold. `rows` are those of `severities`;
    `promising` gives the sentences of a description that sound like a promise.
    """
    changes = (change for change, _ in _located(old, new, rows, promising))
    return tuple(sorted(changes, key=lambda change: SEVERITIES.index(change.severity)))


def compare_all(
    pairs: tuple[Pair, ...], rows: Mapping[str, Row], promising: Promising = no_promise
) -> tuple[Change, ...]:
    """Every difference of the operations of two documents, each with its counterpart, the gravest first."""
    found: list[Located] = []
    for old, new in pairs:
        named = old or new
        assert named is not None
        found += [(named, change, places) for change, places in _located(old, new, rows, promising)]
    both = next(((old, new) for old, new in pairs if old is not None and new is not None), None)
    if both is not None:
        two = Operations(*both, promising, bare=False)
        found += [(both[0], _change(one, both[0], *both, rows), ()) for one in webhooks(two)]
    return merged(found, many=len(pairs) > 1)


def _located(
    old: Contract | None, new: Contract | None, rows: Mapping[str, Row], promising: Promising
) -> Iterator[tuple[Change, tuple[Steps, ...]]]:
    """Every difference of two contracts, each with the places of both documents that it is about."""
    if old is None or new is None:
        yield from ((_change(one, old or new, old, new, rows), ()) for one in _alone(old, new))
        return
    bare = not (old.method or old.path) or not (new.method or new.path)
    two = Operations(old, new, promising, bare=bare)
    if not bare and two.same:
        return
    found = [(_change(each, old, old, new, rows), each) for each in _differences(two)]
    grave = {
        change.pointer for change, _ in found if change.kind != UNREAD and change.severity in {"breaking", "unknown"}
    }
    told: set[str] = set()
    silent = {change.pointer for change, _ in found if change.kind == "witness.silent"}
    for change, each in found:
        if change.kind == "presence.no-longer-shown" and change.pointer in silent:
            continue
        if change.fingerprint not in told and (change.kind != UNREAD or change.pointer not in grave):
            told.add(change.fingerprint)
            yield change, tuple(place for rule in (*each.was, *each.now) for place in rule.locations)


def _alone(old: Contract | None, new: Contract | None) -> Iterator[Difference]:
    if old is not None:
        summary = f"{old.operation} is gone."
        yield Difference(kind="operation.removed", pointer="#operation", old=old.operation, new=None, summary=summary)
    elif new is not None:
        summary = f"{new.operation} is new."
        yield Difference(kind="operation.added", pointer="#operation", old=None, new=new.operation, summary=summary)


def _differences(two: Operations) -> Iterator[Difference]:
    old, new = two.old, two.new
    if not two.bare:
        yield from operation(old, new)
        yield from authorization(old, new)
        yield from parameters(two)
        yield from request_body(two)
        yield from statuses(two)
        yield from media(two)
        yield from headers(two)
        yield from links(two)
        yield from callbacks(two)
        flags = [node.get("deprecated") is True for node in two.nodes]
        yield from deprecation("the operation", "#operation", old=flags[0], new=flags[1])
        texts = [f"{node.get('summary', '')}\n\n{node.get('description', '')}" for node in two.nodes]
        yield from promised("the operation", "#operation", texts[0], texts[1], two.promising)
    told: set[Path] = set()
    success: Walk | None = None
    for walked in bodies(two):
        if not walked.where.pointer:
            success = walked
            yield from _body(walked, told)
            yield from echoes(walked, path_names(old, new)) if not two.bare else ()
        elif not two.bare:
            yield from _body(walked, set())
    yield from unaccounted(old, new, success, told) if two.of_pages and not two.bare else ()
    yield from fallen_silent(old, new) if not two.bare else ()


def _body(walked: Walk, told: set[Path]) -> Iterator[Difference]:
    """A body's places and conditions; where these stand is noted, for a sentence not understood may be the reason."""
    related = list(conditions(walked))
    told.update(at for _, at in related)
    yield from (one for one in walked.found if not any(_comes_with(one, condition) for condition, _ in related))
    yield from (condition for condition, _ in related)


def _comes_with(found: Difference, condition: Difference) -> bool:
    """Whether a place was, or is, documented by nothing but the sentence that states a condition about it."""
    if found.pointer != condition.pointer or found.kind not in {"field.documented", "field.only-shown"}:
        return False
    written = {source for rule in (*found.was, *found.now) if sure(rule) for source in rule.sources}
    stated = {source for rule in (*condition.was, *condition.now) for source in rule.sources}
    return {source for source in written if source.kind == "documented"} <= stated


def _change(
    found: Difference, named: Contract | None, old: Contract | None, new: Contract | None, rows: Mapping[str, Row]
) -> Change:
    """A difference with its severity; `named` is the contract whose operation the fingerprint is about."""
    assert named is not None
    name = f"{named.operation}\n{found.kind}\n{found.pointer}"
    return Change(
        severity=rows[found.kind].severity,
        kind=found.kind,
        pointer=found.pointer,
        old=found.old,
        new=found.new,
        summary=found.summary,
        fingerprint=hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        rules=tuple(dict.fromkeys(rule.id for rule in (*found.was, *found.now))),
        sources=tuple(_cited(found, old, new)),
    )


def _cited(found: Difference, old: Contract | None, new: Contract | None) -> list[Cited]:
    """Where each side is written: where its rules or the place are, else on its page without a line."""
    was = [Cited(side="old", source=source) for rule in found.was for source in rule.sources]
    now = [Cited(side="new", source=source) for rule in found.now for source in rule.sources]
    cited = dict.fromkeys([*was, *now, *found.beside])
    sides: tuple[tuple[Side, Contract | None, Json], ...] = (("old", old, found.old), ("new", new, found.new))
    for side, contract, told in sides:
        if contract is not None and told is not None and side not in {one.side for one in cited}:
            cited[Cited(side=side, source=Source(page=contract.page, line=0, kind="documented"))] = None
    return sorted(cited, key=lambda one: one.side != "old")
