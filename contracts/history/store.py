"""The history file: one SQLite database, written one run at a time.

    run   a row a run; the latest of each operation holds what its contract promises
    met   a row for each thing that was ever met: since when, until when, how often, in how many runs

A run is one transaction with a rollback journal: a kill leaves the old content or the new, concurrent runs wait for
each other, and the file stays one file. What stands there and isn't ours is never opened for writing.
"""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from contracts.errors import Unusable
from contracts.model.contract import LEVELS
from contracts.model.history import (
    BranchPast,
    Chronicle,
    FindingPast,
    History,
    Occurrence,
    OriginPast,
    Past,
    RulePast,
    RunEntry,
    Runs,
    Thing,
    ValuePast,
    Visit,
)

if TYPE_CHECKING:
    from sqlite3 import Connection

WAIT = 30
"""So many seconds a run waits for others that write."""

_APPLICATION = 0x636E7472  # "cntr"
_VERSION = 3
_HEADER = 100  # bytes, in every SQLite file; the version stands at 60, the application's id at 68

_TABLES = {
    "run": (
        "CREATE TABLE run (id INTEGER PRIMARY KEY, at TEXT NOT NULL, operation TEXT NOT NULL,"
        " digest TEXT NOT NULL, verdict TEXT NOT NULL, promised TEXT NOT NULL)"
    ),
    "met": (
        "CREATE TABLE met (operation TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
        " level TEXT NOT NULL, pointer TEXT NOT NULL, fingerprint TEXT NOT NULL, seen TEXT NOT NULL,"
        " first TEXT NOT NULL, last TEXT NOT NULL, count INTEGER NOT NULL, runs INTEGER NOT NULL,"
        " replays INTEGER NOT NULL, dated INTEGER NOT NULL,"
        " PRIMARY KEY (operation, origin, kind, name, level, pointer, fingerprint, seen)) WITHOUT ROWID"
    ),
}

_SET_UP = (
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
    *_TABLES.values(),
    "CREATE INDEX run_of ON run (operation, at)",
)
_ADD_RUN = "INSERT INTO run (at, operation, digest, verdict, promised) VALUES (?, ?, ?, ?, ?)"
_FORGET_PROMISES = (
    "UPDATE run SET promised = '' WHERE operation = ?1 AND promised != ''"
    " AND id != (SELECT id FROM run WHERE operation = ?1 ORDER BY at DESC, id DESC LIMIT 1)"
)
_ADD_MET = (
    "INSERT INTO met VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET"
    " first = min(first, excluded.first), last = max(last, excluded.last), count = count + excluded.count,"
    " runs = runs + 1, replays = replays + excluded.replays, dated = min(dated, excluded.dated)"
)
_RUNS = "SELECT at, operation, digest, verdict, promised FROM run ORDER BY at, id"
_MET = "SELECT * FROM met"


def record(path: Path, entry: RunEntry) -> None:
    """Adds a run to the history file, which is made where it is missing, its folder too.

    Raises Unusable where the file is no history of this version, or can't be written; it is then left as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise Unusable(
            f"{path}: can't be written: {path.parent}: {getattr(error, 'strerror', None) or error}"
        ) from None
    promised = json.dumps([entry.rules, [(branch.rule, branch.name) for branch in entry.branches]])
    head = _storable(entry.at, entry.operation, entry.digest, entry.verdict, promised)
    with _opened(path, "written") as connection:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _SET_UP:
                connection.execute(statement)
        _insist(path, connection)
        connection.execute(_ADD_RUN, head)
        connection.execute(_FORGET_PROMISES, _storable(entry.operation))
        connection.executemany(_ADD_MET, (_row(entry, thing, met) for thing, met in entry.met.items()))
        connection.execute("COMMIT")


def _row(entry: RunEntry, thing: Thing, met: Occurrence) -> tuple[object, ...]:
    names = (thing.origin, thing.kind, thing.name, thing.level, thing.pointer, thing.fingerprint, thing.seen)
    moments = (met.since or entry.at, met.last or entry.at)
    replayed, dated = met.count == met.replayed, bool(met.since)
    return (*_storable(entry.operation, *names, *moments), met.count, int(replayed), int(dated))


def _storable(*texts: str) -> tuple[str, ...]:
    """Texts that SQLite takes: half a surrogate pair, which JSON may hold, is written as its escape."""
    return tuple(text.encode("utf-8", "backslashreplace").decode() for text in texts)


def read(path: Path) -> History:
    """All that the file tells. Raises Unusable where it is missing, no history of this version, or damaged."""
    with _opened(path, "read") as connection:
        connection.execute("BEGIN")  # all that follows sees one moment
        _insist(path, connection)
        runs: dict[str, list[Visit]] = {}
        promises: dict[str, str] = {}
        for at, operation, digest, verdict, promised in _rows(connection, _RUNS, texts=5):
            visit = Visit(at=at, operation=operation, digest=digest, verdict=verdict)
            runs.setdefault(operation, []).append(visit)
            promises[operation] = promised
        met: dict[str, list[Row]] = {}
        for operation, *rest in _rows(connection, _MET, texts=10):
            met.setdefault(operation, []).append(rest)
        chronicles = tuple(chronicle_of(runs[name], promises[name], met.get(name, [])) for name in sorted(runs))
    return History(operations=chronicles)


def _rows(connection: Connection, query: str, texts: int) -> list[tuple[Any, ...]]:
    """The rows of a query whose first columns are texts and whose others are whole numbers.

    Raises sqlite3.DatabaseError where a damaged file holds anything else there.
    """
    import sqlite3

    rows: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    for row in rows:
        if not all(type(value) is (str if column < texts else int) for column, value in enumerate(row)):
            raise sqlite3.DatabaseError("a value of the wrong type")
    return rows


@contextmanager
def _opened(path: Path, what: Literal["read", "written"]) -> Iterator[Connection]:
    """The file, opened; whatever isn't committed is taken back. Raises Unusable for every error of SQLite's."""
    import sqlite3

    _refuse_others(path, new=what == "written")
    mode = "rw" if what == "read" else "rwc"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)) as connection:
            yield connection
    except (sqlite3.Error, ValueError) as error:  # what isn't UTF-8, and what isn't JSON
        raise Unusable(f"{path}: {_problem(error, what)}") from None


def _refuse_others(path: Path, *, new: bool) -> None:
    """Raises Unusable for what is no history.

    Looks without SQLite, which would tidy up after another program's crash before it says whose the file is.
    """
    try:
        status = path.stat()
        head = b""
        if stat.S_ISREG(status.st_mode):
            with path.open("rb") as file:
                head = file.read(_HEADER)
    except FileNotFoundError:
        if new:
            return
        raise Unusable(f"{path}: no such file; a run with `--history` begins one") from None
    except (OSError, ValueError) as error:
        raise Unusable(f"{path}: can't be opened: {getattr(error, 'strerror', None) or error}") from None
    problem = _foreign(status.st_mode, head)
    if problem:
        raise Unusable(f"{path}: {problem}; name a history file, or one that doesn't exist yet")


def _foreign(mode: int, head: bytes) -> str:
    """What stands there instead of a history, "" for one.

    An empty file and one that starts with zeros may be one whose first run was killed, which SQLite tidies up.
    """
    if not stat.S_ISREG(mode):
        return "a folder" if stat.S_ISDIR(mode) else "no regular file"
    if not head.strip(b"\0"):
        return ""
    if len(head) < _HEADER or not head.startswith(b"SQLite format 3\0"):
        return "no SQLite database"
    if int.from_bytes(head[68:72], "big") != _APPLICATION:
        return "a database of another program"
    version = int.from_bytes(head[60:64], "big")
    return "" if version == _VERSION else f"a history of another version ({version}, this one writes {_VERSION})"


def _insist(path: Path, connection: Connection) -> None:
    tables = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    if not tables:
        raise Unusable(f"{path}: no run is recorded in it yet; a run with `--history` does")
    if not _TABLES.items() <= tables.items():
        raise Unusable(f"{path}: its tables are not those of a history; name another file")


def _problem(error: Exception, what: str) -> str:
    name = getattr(error, "sqlite_errorname", "")
    said = " ".join(str(error).split())
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"locked by another program for {WAIT} seconds; try again when that is done"
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR", "SQLITE_FULL")):
        return f"can't be {what}: {said}"
    return f"damaged: {said}; put a copy in its place, or name another file"


Row: TypeAlias = list[Any]
"""Origin, kind, name, level, pointer, fingerprint, seen; first, last, count, runs, replays, dated."""


def chronicle_of(runs: list[Visit], promised: str, rows: Iterable[Row]) -> Chronicle:
    """What is remembered of the operation of these runs, the latest of which `promised` this.

    Raises ValueError where that isn't the JSON which a run writes.
    """
    rules, rule_of = _promises(promised)
    known: dict[str, dict[str, list[OriginPast]]] = {}
    found: dict[tuple[str, ...], Past] = {}
    values: dict[tuple[str, ...], list[ValuePast]] = {}
    for origin, kind, name, level, pointer, fingerprint, seen, first, last, count, *rest in sorted(rows):
        met, replays, dated = rest
        past = Past(first=first, last=last, count=count, runs=met, replays=replays, dated=bool(dated))
        key = (origin, name, level, pointer, fingerprint)
        if kind == "value":
            values.setdefault(key, []).append(ValuePast(seen=seen, **asdict(past)))
        elif kind == "finding":
            found[key] = past
        else:
            known.setdefault(kind, {}).setdefault(name, []).append(OriginPast(origin=origin, **asdict(past)))
    findings = tuple(sorted((_finding(key, past, values.get(key, [])) for key, past in found.items()), key=_order))
    return Chronicle(
        operation=runs[-1].operation,
        digest=runs[-1].digest,
        runs=Runs(
            count=len(runs),
            first=runs[0].at,
            last=runs[-1].at,
            verdicts=dict(sorted(Counter(run.verdict for run in runs).items())),
        ),
        answers=tuple(known.get("answer", {}).get("", ())),
        successes=tuple(known.get("success", {}).get("", ())),
        branches=tuple(_branches(rule_of, known.get("branch", {}))),
        rules=tuple(_rules(rules, known.get("rule", {}))),
        findings=findings,
    )


def _branches(rule_of: dict[str, str], met: dict[str, list[OriginPast]]) -> Iterator[BranchPast]:
    for name in dict.fromkeys((*rule_of, *sorted(met))):
        promised = name in rule_of
        yield BranchPast(branch=name, rule=rule_of.get(name), promised=promised, seen=tuple(met.get(name, ())))


def _rules(promised: list[str], met: dict[str, list[OriginPast]]) -> Iterator[RulePast]:
    for name in dict.fromkeys((*promised, *sorted(met))):
        yield RulePast(rule=name, promised=name in promised, exercised=tuple(met.get(name, ())))


def _promises(text: str) -> tuple[list[str], dict[str, str]]:
    """The ids of a contract's rules, and its branches with the rule of each."""
    match json.loads(text):
        case [[*rules], [*branches]]:
            names = [*rules, *(name for branch in branches for name in branch)]
            if all(isinstance(name, str) for name in names):
                return rules, {name: rule for rule, name in branches}
    raise ValueError("no promises of a contract")


def _finding(key: tuple[str, ...], past: Past, values: list[ValuePast]) -> FindingPast:
    origin, rule, level, pointer, fingerprint = key
    return FindingPast(
        origin=origin,
        rule=rule,
        level=level,
        pointer=pointer,
        fingerprint=fingerprint or None,
        values=tuple(sorted(values, key=lambda value: (value.first, value.seen))),
        **asdict(past),
    )


def _order(finding: FindingPast) -> tuple[int, str, str, str, str]:
    levels: tuple[str, ...] = LEVELS
    rank = levels.index(finding.level) if finding.level in levels else len(levels)
    return rank, finding.rule, finding.pointer, finding.origin, finding.fingerprint or ""
