"""The memory of runs: one SQLite file, written one run at a time.

    run    a row a run                       promised  the rules and branches of each contract, by its digest
    thing  all that was ever met, once       met       how often a run met a thing, and when

A run is one transaction with a rollback journal: a kill leaves the old content or the new, concurrent runs wait for
each other, and the file stays one file. What stands there and isn't ours is never opened for writing.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from contracts.errors import Unusable
from contracts.model.finding import Branch
from contracts.model.history import Chronicle, Entry, History, Past, Thing, Visit

if TYPE_CHECKING:
    from sqlite3 import Connection

LATEST = 20
"""So many runs are listed."""
WAIT = 30
"""So many seconds a run waits for others that write."""

_APPLICATION = 0x636E7472  # "cntr"
_VERSION = 1
_HEADER = 100  # bytes, in every SQLite file; the version stands at 60, the application's id at 68

_TABLES = {
    "run": (
        "CREATE TABLE run (id INTEGER PRIMARY KEY, at TEXT NOT NULL, command TEXT NOT NULL, operation TEXT NOT NULL,"
        " digest TEXT NOT NULL, verdict TEXT NOT NULL)"
    ),
    "promised": (
        "CREATE TABLE promised (id INTEGER PRIMARY KEY, digest TEXT NOT NULL, rule TEXT NOT NULL, branch TEXT NOT NULL,"
        " UNIQUE (digest, rule, branch))"
    ),
    "thing": (
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, operation TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL,"
        " name TEXT NOT NULL, level TEXT NOT NULL, pointer TEXT NOT NULL, fingerprint TEXT NOT NULL,"
        " seen TEXT NOT NULL, UNIQUE (operation, origin, kind, name, level, pointer, fingerprint, seen))"
    ),
    "met": (
        "CREATE TABLE met (thing INTEGER NOT NULL REFERENCES thing, run INTEGER NOT NULL REFERENCES run,"
        " count INTEGER NOT NULL, replayed INTEGER NOT NULL, since TEXT, last TEXT, PRIMARY KEY (thing, run))"
        " WITHOUT ROWID"
    ),
}
"""A row of `promised` with the branch "" is the rule itself. Read in the key's order, `met` is grouped by thing."""

_SET_UP = (f"PRAGMA application_id = {_APPLICATION}", f"PRAGMA user_version = {_VERSION}", *_TABLES.values())
_ADD_RUN = "INSERT INTO run (at, command, operation, digest, verdict) VALUES (?, ?, ?, ?, ?)"
_ADD_PROMISE = "INSERT OR IGNORE INTO promised (digest, rule, branch) VALUES (?, ?, ?)"
_ADD_THING = (
    "INSERT OR IGNORE INTO thing (operation, origin, kind, name, level, pointer, fingerprint, seen)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADD_MET = (
    "INSERT INTO met (thing, run, count, replayed, since, last) SELECT id, ?, ?, ?, nullif(?, ''), nullif(?, '')"
    " FROM thing WHERE operation = ? AND origin = ? AND kind = ? AND name = ? AND level = ? AND pointer = ?"
    " AND fingerprint = ? AND seen = ? ON CONFLICT (thing, run) DO UPDATE"
    " SET count = count + excluded.count, replayed = replayed + excluded.replayed"
)
_RUNS = "SELECT at, command, operation, digest, verdict FROM run ORDER BY at, id"
_PROMISED = "SELECT rule, branch FROM promised WHERE digest = ? ORDER BY id"
_PAST = (
    "SELECT operation, origin, kind, name, level, pointer, fingerprint, seen,"
    " min(coalesce(since, (SELECT at FROM run WHERE run.id = met.run))),"
    " max(coalesce(last, (SELECT at FROM run WHERE run.id = met.run))),"
    " sum(count), count(*), sum(count = replayed), count(*) = count(since)"
    " FROM met JOIN thing ON thing.id = met.thing GROUP BY met.thing"
)


def record(path: Path, entry: Entry) -> None:
    """Adds a run to the history file, which is made where it is missing, its folder too.

    Raises Unusable where the file is no history of this version, or can't be written; it is then left as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        message = f"{path}: can't be written: {path.parent}: {getattr(error, 'strerror', None) or error}"
        raise Unusable(message) from None
    with _opened(path, "written") as connection:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _SET_UP:
                connection.execute(statement)
        _insist(path, connection)
        _insert(connection, entry)
        connection.execute("COMMIT")


def read(path: Path) -> History:
    """All that the file tells. Raises Unusable where it is missing, no history of this version, or damaged."""
    with _opened(path, "read") as connection:
        connection.execute("BEGIN")  # all that follows sees one moment
        _insist(path, connection)
        runs = [
            Visit(at=at, command=command, operation=operation, digest=digest, verdict=verdict)
            for at, command, operation, digest, verdict in _rows(connection, _RUNS, texts=5)
        ]
        past: dict[str, dict[Thing, Past]] = {}
        for operation, *rest in _rows(connection, _PAST, texts=10):
            past.setdefault(operation, {})[_thing(rest[:7])] = _past(rest[7:])
        by_name: dict[str, list[Visit]] = {}
        for run in runs:
            by_name.setdefault(run.operation, []).append(run)
        chronicles = tuple(
            _chronicle(by_name[name], past.get(name, {}), _rows(connection, _PROMISED, by_name[name][-1].digest))
            for name in sorted(by_name)
        )
    return History(operations=chronicles, latest=tuple(reversed(runs[-LATEST:])))


def _thing(row: list[Any]) -> Thing:
    origin, kind, name, level, pointer, fingerprint, seen = row
    return Thing(origin=origin, kind=kind, name=name, level=level, pointer=pointer, fingerprint=fingerprint, seen=seen)


def _past(row: list[Any]) -> Past:
    first, last, count, runs, replays, dated = row
    return Past(first=first, last=last, count=count, runs=runs, replays=replays, dated=bool(dated))


def _chronicle(runs: list[Visit], past: dict[Thing, Past], promised: list[tuple[Any, ...]]) -> Chronicle:
    verdicts: dict[str, int] = {}
    for run in runs:
        verdicts[run.verdict] = verdicts.get(run.verdict, 0) + 1
    return Chronicle(
        operation=runs[-1].operation,
        digest=runs[-1].digest,
        runs=len(runs),
        first=runs[0].at,
        last=runs[-1].at,
        verdicts=dict(sorted(verdicts.items())),
        rules=tuple(rule for rule, branch in promised if not branch),
        branches=tuple(Branch(rule=rule, name=branch) for rule, branch in promised if branch),
        past=past,
    )


def _insert(connection: Connection, entry: Entry) -> None:
    head = (entry.at, entry.command, entry.operation, entry.digest, entry.verdict)
    run = connection.execute(_ADD_RUN, _storable(*head)).lastrowid
    promised = [*((rule, "") for rule in entry.rules), *((branch.rule, branch.name) for branch in entry.branches)]
    connection.executemany(_ADD_PROMISE, (_storable(entry.digest, *names) for names in promised))
    connection.executemany(_ADD_THING, (_key(entry, thing) for thing in entry.met))
    connection.executemany(
        _ADD_MET,
        ((run, met.count, met.replayed, met.since, met.last, *_key(entry, thing)) for thing, met in entry.met.items()),
    )


def _key(entry: Entry, thing: Thing) -> tuple[str, ...]:
    return _storable(
        *(entry.operation, thing.origin, thing.kind, thing.name),
        *(thing.level, thing.pointer, thing.fingerprint, thing.seen),
    )


def _storable(*texts: str) -> tuple[str, ...]:
    """Texts that SQLite takes: half a surrogate pair, which JSON may hold, is written as its escape."""
    return tuple(text.encode("utf-8", "backslashreplace").decode() for text in texts)


def _rows(connection: Connection, query: str, *given: str, texts: int = 0) -> list[tuple[Any, ...]]:
    """The rows of a query whose first columns (all, where `texts` is 0) are texts and whose others are whole numbers.

    Raises sqlite3.DatabaseError where a damaged file holds anything else there.
    """
    import sqlite3

    rows: list[tuple[Any, ...]] = connection.execute(query, given).fetchall()
    for row in rows:
        number = texts or len(row)
        if not all(type(value) is (str if column < number else int) for column, value in enumerate(row)):
            message = "a value of the wrong type"
            raise sqlite3.DatabaseError(message)
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
    except (sqlite3.Error, UnicodeDecodeError) as error:
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
