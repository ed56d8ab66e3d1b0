"""Two contracts compared: every difference of what they promise, once, with what it means for a client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from contracts.comparing.answers import headers, media, statuses
from contracts.comparing.difference import Difference, as_schema, body_of
from contracts.comparing.fields import Walk, walk
from contracts.comparing.relations import conditions, echoes, unaccounted
from contracts.comparing.requests import authorization, operation, parameters, path_names
from contracts.comparing.severities import Row
from contracts.model.contract import Contract, Source
from contracts.model.drift import SEVERITIES, Change, Cited, Side
from contracts.model.json import Path


def compare(old: Contract | None, new: Contract | None, rows: Mapping[str, Row]) -> tuple[Change, ...]:
    """Every difference of two contracts of one operation, the gravest first, then in the documents' order.

    None stands for a side that doesn't have the operation. Of a contract from a bare JSON Schema only the success
    body is compared, and of its counterpart only what a schema can hold. `rows` are those of `severities`.
    """
    if old is None or new is None:
        return tuple(_change(one, old or new, old, new, rows) for one in _alone(old, new))
    bare = not (old.method or old.path) or not (new.method or new.path)
    before, after = (as_schema(side) if bare else side for side in (old, new))
    found = [_change(one, old, old, new, rows) for one in _differences(before, after, bare=bare)]
    return tuple(sorted(found, key=lambda change: SEVERITIES.index(change.severity)))


def _alone(old: Contract | None, new: Contract | None) -> Iterator[Difference]:
    if old is not None:
        summary = f"{old.operation} is gone."
        yield Difference(kind="operation.removed", pointer="#operation", old=old.operation, new=None, summary=summary)
    elif new is not None:
        summary = f"{new.operation} is new."
        yield Difference(kind="operation.added", pointer="#operation", old=None, new=new.operation, summary=summary)


def _differences(old: Contract, new: Contract, *, bare: bool) -> Iterator[Difference]:
    if not bare:
        yield from operation(old, new)
        yield from authorization(old, new)
        yield from parameters(old, new)
        yield from statuses(old, new)
        yield from media(old, new)
        yield from headers(old, new)
    told: set[Path] = set()
    success = walk(body_of(old, "success"), body_of(new, "success"))
    yield from success.found
    yield from _conditions(old, new, success, told)
    yield from echoes(old, new, success, path_names(old, new))
    if not bare:
        problem = walk(body_of(old, "problem"), body_of(new, "problem"))
        yield from problem.found
        yield from _conditions(old, new, problem, set())
    yield from unaccounted(old, new, success, told)


def _conditions(old: Contract, new: Contract, walked: Walk, told: set[Path]) -> Iterator[Difference]:
    """The conditions of a body; their places are noted, since a sentence that is not understood may be the reason."""
    for difference, at in conditions(old, new, walked, walked.old.target):
        told.add(at)
        yield difference


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


def _cited(found: Difference, old: Contract | None, new: Contract | None) -> Iterator[Cited]:
    """Where each side is written: where its rules are, else on its page without a line."""
    for side, contract, rules, beside, told in (
        ("old", old, found.was, (), found.old),
        ("new", new, found.now, found.beside, found.new),
    ):
        sources = (*(source for rule in rules for source in rule.sources), *beside)
        if not sources and contract is not None and told is not None:
            sources = (Source(page=contract.page, line=0, kind="documented"),)
        yield from (Cited(side=_side(side), source=source) for source in dict.fromkeys(sources))


def _side(name: str) -> Side:
    return "old" if name == "old" else "new"
