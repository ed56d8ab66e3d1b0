"""Two contracts compared: every difference of what they promise, once, with what it means for a client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from contracts.comparing.answers import another_media, bodiless, headers, media, statuses
from contracts.comparing.difference import Difference, as_schema, body_of, sure
from contracts.comparing.fields import Walk, walk
from contracts.comparing.flat import PROBLEM, as_draft
from contracts.comparing.relations import conditions, echoes, unaccounted
from contracts.comparing.requests import authorization, operation, parameters, path_names, request_body
from contracts.comparing.severities import Row
from contracts.comparing.unread import KIND, around, walks_problem, within
from contracts.model.contract import SUCCESS, Contract, Source
from contracts.model.document import reached
from contracts.model.draft import Draft
from contracts.model.drift import SEVERITIES, Change, Cited, Side
from contracts.model.identity import digest
from contracts.model.json import Json, Path


def compare(old: Contract | None, new: Contract | None, rows: Mapping[str, Row]) -> tuple[Change, ...]:
    """Every difference of two contracts of one operation, the gravest first, then in the documents' order.

    None stands for a side that doesn't have the operation. Of a contract from a bare JSON Schema only the success
    body is compared, and of its counterpart only what a schema can hold. `rows` are those of `severities`.
    """
    if old is None or new is None:
        return tuple(_change(one, old or new, old, new, rows) for one in _alone(old, new))
    if digest(old) == digest(new) and _beside(old) == _beside(new):
        return ()
    one, other = as_draft(old), as_draft(new)
    bare = not (old.method or old.path) or not (new.method or new.path)
    before, after = (as_schema(one, other), as_schema(other, one)) if bare else (one, other)
    found = [_change(each, old, old, new, rows) for each in _differences(before, after, bare=bare)]
    grave = {each.pointer for each in found if each.kind != KIND and each.severity in {"breaking", "unknown"}}
    found = [each for each in found if each.kind != KIND or each.pointer not in grave]
    return tuple(sorted(found, key=lambda change: SEVERITIES.index(change.severity)))


def _beside(contract: Contract) -> tuple[object, ...]:
    """What is compared and is no part of a contract's digest."""
    own = reached(contract.document.tree, contract.at).get("x-contract")
    schemes = contract.document.tree.get("components", {}).get("securitySchemes")
    return contract.unaccounted, own.get("requestBody") if isinstance(own, dict) else None, schemes


def _alone(old: Contract | None, new: Contract | None) -> Iterator[Difference]:
    if old is not None:
        summary = f"{old.operation} is gone."
        yield Difference(kind="operation.removed", pointer="#operation", old=old.operation, new=None, summary=summary)
    elif new is not None:
        summary = f"{new.operation} is new."
        yield Difference(kind="operation.added", pointer="#operation", old=None, new=new.operation, summary=summary)


def _differences(old: Draft, new: Draft, *, bare: bool) -> Iterator[Difference]:
    if not bare:
        yield from operation(old, new)
        yield from authorization(old, new)
        yield from parameters(old, new)
        yield from request_body(old, new)
        yield from statuses(old, new)
        yield from media(old, new)
        yield from headers(old, new)
    told: set[Path] = set()
    success = walk(body_of(old, SUCCESS), body_of(new, SUCCESS))
    if bodiless(old) == bodiless(new) and not another_media(old, new):  # else the status or media type tells it
        yield from _body(old, new, success, told)
    yield from echoes(old, new, success, path_names(old, new))
    if not bare:
        yield from around(old, new)
        if walks_problem(old, new):
            yield from _body(old, new, walk(body_of(old, PROBLEM), body_of(new, PROBLEM)), set())
    yield from unaccounted(old, new, success, told)


def _body(old: Draft, new: Draft, walked: Walk, told: set[Path]) -> Iterator[Difference]:
    """A body's places and conditions; where these stand is noted, for a sentence not understood may be the reason."""
    related = list(conditions(old, new, walked, walked.old.target))
    told.update(at for _, at in related)
    yield from (one for one in walked.found if not any(_comes_with(one, condition) for condition, _ in related))
    yield from (condition for condition, _ in related)
    yield from within(walked)


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
