"""The contract's own history, kept in a file beside its schemas: one entry for each time that its promises changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, cast

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.drift import SEVERITIES, Change
from contracts.model.frozen import frozen
from contracts.model.identity import digest
from contracts.model.json import Json


@frozen
class RecordedChange:
    """One change as the changelog keeps it; `old` and `new` are what each side says, None where it says nothing."""

    severity: str
    kind: str
    pointer: str
    old: Json
    new: Json
    summary: str


@frozen
class Release:
    """The contract as it came to promise `new`; the first has no `old` digest. `date` is ISO 8601, or ""."""

    date: str
    old: str
    new: str
    changes: tuple[RecordedChange, ...]


def extended(changelog: Json, old: Contract | None, new: Contract, changes: tuple[Change, ...], date: str) -> Json:
    """The changelog with what is new: a list of `{date, from, to, changes}`, the oldest first.

    `changes` lead from `old` to `new`. The first entry stands without changes, and without a date where the contract is
    older than its changelog; while the promises are the same, nothing is added. A last entry that leads away from `old`
    never came to be: its writer was stopped, and what is new stands in its place. `changelog` is what the file held,
    None where there was none. Raises Unusable where it held something else.
    """
    held = [] if changelog is None else list(cast("list[Any]", changelog))
    known = releases(changelog, "the changelog")
    if old is None and not held:
        return [_entry(date, None, digest(new), ())]
    if old is not None and not held:
        held = [_entry("", None, digest(old), ())]
    before = digest(old) if old is not None else known[0].new
    if known and known[0].old == before != known[0].new:
        held = held[:-1]
    return held if before == digest(new) else [*held, _entry(date, before, digest(new), changes)]


def _entry(date: str, old: str | None, new: str, changes: tuple[Change, ...]) -> Json:
    dated = {"date": date} if date else {}
    return dated | {"from": old, "to": new, "changes": [_noted(change) for change in changes]}


def _noted(change: Change) -> Json:
    names = tuple(RecordedChange.__dataclass_fields__)
    return {name: cast("Json", value) for name, value in asdict(change).items() if name in names} | {
        "rules": list(change.rules)
    }


def releases(changelog: Json, place: str) -> tuple[Release, ...]:
    """The entries of a changelog, the newest first; None has none. Raises Unusable, naming `place`."""
    if changelog is None:
        return ()
    try:
        found = tuple(_release(entry) for entry in cast("Any", _as(changelog, list)))
    except (KeyError, TypeError, ValueError):
        raise Unusable(
            f"{place}: no changelog of a contract; take it back from version control, or remove it"
        ) from None
    return found[::-1]


def _as(value: object, kind: type) -> object:
    if not isinstance(value, kind):
        raise TypeError
    return value


def _release(entry: Any) -> Release:
    entry = _as(entry, dict)
    return Release(
        date=str(_as(entry.get("date", ""), str)),
        old=str(entry["from"] or ""),
        new=str(_as(entry["to"], str)),
        changes=tuple(_changes(entry["changes"])),
    )


def _changes(entries: Any) -> Iterator[RecordedChange]:
    for entry in _as(entries, list):  # type: ignore[attr-defined]
        one = {name: entry[name] for name in RecordedChange.__dataclass_fields__}
        if one["severity"] not in SEVERITIES or not all(isinstance(one[name], str) for name in ("kind", "pointer")):
            raise ValueError
        yield RecordedChange(**one)
