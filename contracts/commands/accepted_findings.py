"""The file of accepted findings: read, and applied to what a run found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from contracts.errors import Unusable
from contracts.model.accepted import Acceptance, Accepted
from contracts.model.drift import Drift
from contracts.model.finding import Finding
from contracts.model.json import general
from contracts.model.run import Results, Run
from contracts.sources.files import read_text

Part = TypeVar("Part", Run, Drift)

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*accepted[ \t]*\]\]", re.MULTILINE)
_KEYS = ("rule", "pointer", "reason", "until")


def read_accepted(path: Path) -> Accepted:
    """The entries of a TOML file of `[[accepted]]` tables. Raises Unusable for anything else."""
    from contracts.reading.toml import read_toml

    text = read_text(path, "a TOML file of accepted findings")
    document = read_toml(text, str(path))
    tables = document.pop("accepted", [])
    if document or not isinstance(tables, list):
        wrong = ", ".join(document) or "accepted"
        raise Unusable(f"{path}: {wrong}: only [[accepted]] tables stand here, each with {', '.join(_KEYS)}")
    lines = [text.count("\n", 0, met.start()) + 1 for met in _HEADER.finditer(text)]
    if len(lines) != len(tables):  # written in another way: then nobody knows
        lines = [0] * len(tables)
    entries = tuple(_entry(path, line, table) for line, table in zip(lines, tables, strict=True))
    _refuse_twice(entries)
    return Accepted(entries=entries)


def _entry(path: Path, line: int, table: Any) -> Acceptance:
    where = f"{path}:{line}" if line else str(path)
    if not isinstance(table, dict) or (unknown := [key for key in table if key not in _KEYS]):
        what = f"unknown key {', '.join(map(repr, unknown))}" if isinstance(table, dict) else "no table"
        raise Unusable(f"{where}: {what}; an [[accepted]] table has {', '.join(_KEYS)}")
    rule, pointer, reason = (_text(where, table, key) for key in ("rule", "pointer", "reason"))
    for key, value in (("rule", rule), ("reason", reason)):
        if not value.strip():
            raise Unusable(f"{where}: the {key} is empty; say which rule or kind of change is accepted, and why")
    if pointer and pointer[0] not in "/#":
        raise Unusable(f"{where}: {pointer!r} is no pointer; copy one from a report (/email, #status, empty for all)")
    until = table.get("until")
    if not isinstance(until, date) or isinstance(until, datetime):
        raise Unusable(
            f"{where}: until must be a date without quotes, like until = 2030-12-31, the last day that counts"
        )
    return Acceptance(
        rule=rule, pointer=general(pointer), reason=reason, until=until.isoformat(), place=path.as_posix(), line=line
    )


def _text(where: str, table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise Unusable(
            f"{where}: {key} is {'missing' if value is None else 'no text'}; an entry has {', '.join(_KEYS)}"
        )
    return value


def _refuse_twice(entries: Iterable[Acceptance]) -> None:
    met: dict[tuple[str, str], Acceptance] = {}
    for entry in entries:
        first = met.setdefault((entry.rule, entry.pointer), entry)
        if first is not entry:
            where = f"{entry.place}:{entry.line}"
            raise Unusable(f"{where}: {entry.rule} at {_at(entry)} is accepted twice, before in line {first.line}")


def accept(result: Results[Part], accepted: Accepted, today: date) -> Results[Part]:
    """The result with the entries that excuse something in it, and a finding for each that does no longer.

    An entry counts through its last day. That it excuses nothing is known only where everything could be checked.
    """
    day = today.isoformat()
    return replace(result, parts=_excused(result.parts, accepted, day, every=not result.idle))


def _excused(parts: tuple[Part, ...], accepted: Accepted, day: str, *, every: bool) -> tuple[Part, ...]:
    """The parts of a result, each with what excuses something in it; `every` says that there are no other parts."""
    met = {key for part in parts for key in _met_in(part)}
    stale = tuple(_stale(accepted, met, day, judged=every and all(map(_is_judged, parts))))
    return tuple(
        replace(part, accepted=_applied(accepted, _met_in(part), () if number else stale, day))
        for number, part in enumerate(parts)
    )


def _met_in(part: Run | Drift) -> set[tuple[str, str]]:
    changes = part.changes if isinstance(part, Drift) else ()
    met = {(one.first.rule, pointer) for one in part.met for pointer in one.pointers}
    return met | {(one.kind, general(one.pointer)) for one in changes}


def _is_judged(part: Run | Drift) -> bool:
    if isinstance(part, Drift):
        return part.traffic is None or not part.traffic.unchecked
    return bool(part.counted) and not any(target.unchecked for target in part.counted)


def _applied(accepted: Accepted, met: set[tuple[str, str]], stale: tuple[Finding, ...], day: str) -> Accepted:
    entries = (one for one in accepted.entries if (one.rule, one.pointer) in met and one.until >= day)
    return Accepted(entries=tuple(entries), stale=stale)


def _stale(accepted: Accepted, met: set[tuple[str, str]], day: str, *, judged: bool) -> Iterator[Finding]:
    """A finding for each entry that nothing needs any more, and for each whose day is over."""
    for entry in accepted.entries:
        where = f"{entry.rule} at {_at(entry)}"
        if judged and (entry.rule, entry.pointer) not in met:
            yield _finding(
                entry,
                "unused",
                summary="What is accepted still occurs; an entry that excuses nothing goes.",
                expected=f"{where} to occur",
                seen="no such thing; take the entry out of the file",
            )
        elif entry.until < day:
            yield _finding(
                entry,
                "expired",
                summary="What is accepted is mended by the date that the entry names.",
                expected=f"{where} to be mended by {entry.until}",
                seen="the day is over; mend it, or accept it anew with a reason",
            )


def _at(entry: Acceptance) -> str:
    return entry.pointer or "the whole body"


def _finding(entry: Acceptance, name: str, *, summary: str, expected: str, seen: str) -> Finding:
    import hashlib

    identity = f"{name}\n{entry.rule}\n{entry.pointer}".encode("utf-8", "backslashreplace")
    return Finding(
        rule=f"accepted.{name}",
        level="violation",
        pointer=entry.pointer,
        expected=expected,
        seen=seen,
        summary=summary,
        fingerprint=hashlib.sha256(identity).hexdigest()[:16],
        promised=(),
        origin="accepted",
        place=entry.place,
        line=entry.line,
    )
