"""The memory of runs: whole runs, whatever happens, and what can be read from them months later."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest

from contracts.commands.history import render
from contracts.errors import Unusable
from contracts.history import store
from contracts.history.store import read, record
from contracts.model.finding import Branch
from contracts.model.history import (
    BranchPast,
    Chronicle,
    Occurrence,
    OriginPast,
    RulePast,
    RunEntry,
    Runs,
    Thing,
    ThingKind,
)
from contracts.reports.json_ import serialised

NULL = Thing(origin="live", kind="branch", name="email=null")
ANSWERS = Thing(origin="live", kind="answer")


def entry(day: str = "01", met: dict[Thing, Occurrence] | None = None, **parts: str) -> RunEntry:
    """A run on that day of August; whatever is given replaces its part."""
    made = {"operation": "GET /things/{id}", "digest": "f" * 32, "verdict": "kept"} | parts
    return RunEntry(
        at=f"2026-08-{day}T03:00:00Z",
        rules=("email.type", "id.required"),
        branches=(Branch(rule="email.type", name="email=null"), Branch(rule="email.type", name="email=value")),
        met={NULL: Occurrence(count=2, since=f"2026-08-{day}T03:00:01Z", last=f"2026-08-{day}T03:00:09Z")}
        if met is None
        else met,
        **made,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a history goes; its folder isn't there yet."""
    return tmp_path / "deep" / "er" / "history ?#%41.db"


def chronicle(path: Path) -> Chronicle:
    """The one operation of a file."""
    (only,) = read(path).operations
    return only


def test_what_was_recorded_is_read(path: Path) -> None:
    """Runs, their verdicts, the contract's promises in order, and each thing with its moments, counts and runs."""
    finding = Thing(
        origin="live", kind="finding", name="id.required", level="violation", pointer="/id", fingerprint="0"
    )
    record(
        path,
        entry("02", {ANSWERS: Occurrence(count=9), NULL: Occurrence(count=3, since="2026-08-02T01:00:00Z", last="b")}),
    )
    record(
        path,
        entry(
            "03", {ANSWERS: Occurrence(count=1), finding: Occurrence(count=4, since="s", last="t")}, verdict="broken"
        ),
    )
    record(path, entry("01"))  # of a slower machine: later in the file, earlier in time
    found = chronicle(path)
    assert (found.operation, found.digest) == ("GET /things/{id}", "f" * 32)
    verdicts = {"broken": 1, "kept": 2}
    assert found.runs == Runs(count=3, first="2026-08-01T03:00:00Z", last="2026-08-03T03:00:00Z", verdicts=verdicts)
    assert found.answers == (
        OriginPast(
            origin="live", first="2026-08-02T03:00:00Z", last="2026-08-03T03:00:00Z", count=10, runs=2, replays=0,
            dated=False,
        ),
    )  # fmt: skip
    null = OriginPast(origin="live", first="2026-08-01T03:00:01Z", last="b", count=5, runs=2, replays=0, dated=True)
    assert found.branches == (
        BranchPast(branch="email=null", rule="email.type", promised=True, seen=(null,)),
        BranchPast(branch="email=value", rule="email.type", promised=True),
    )
    (broken,) = found.findings
    assert (broken.rule, broken.first, broken.last, broken.count, broken.dated) == ("id.required", "s", "t", 4, True)
    assert [(one.rule, one.promised, one.exercised) for one in found.rules] == [
        ("email.type", True, ()),
        ("id.required", True, ()),
    ]


def test_recordings_played_again_are_no_new_observations(path: Path) -> None:
    """The moments stay those of the exchanges, and it is told in how many runs nothing but recordings were met."""
    replayed = {NULL: Occurrence(count=2, replayed=2, since="2026-07-01T00:00:00Z", last="2026-07-01T00:00:00Z")}
    for day in ("01", "02", "03"):
        record(path, entry(day, replayed))
    (past,) = chronicle(path).branches[0].seen
    assert (past.first, past.last) == ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z")
    assert (past.runs, past.replays, past.dated) == (3, 3, True)
    record(path, entry("04", {NULL: Occurrence(count=3, replayed=2, since="2026-07-01T00:00:00Z", last="z")}))
    (past,) = chronicle(path).branches[0].seen
    assert (past.runs, past.replays) == (4, 3)


def test_the_promises_are_those_of_the_latest_contract(path: Path) -> None:
    """A rule that went is not listed as promised, and what was met of it stays; a new one is the last to be so."""
    record(path, entry("01"))
    later = RunEntry(
        at="2026-08-02T00:00:00Z",
        operation="GET /things/{id}",
        digest="e" * 32,
        verdict="kept",
        rules=("name.type",),
        branches=(Branch(rule="name.type", name="name=null"),),
    )
    record(path, later)
    found = chronicle(path)
    assert (found.digest, found.rules) == ("e" * 32, (RulePast(rule="name.type", promised=True),))
    assert [(one.branch, one.rule, one.promised, len(one.seen)) for one in found.branches] == [
        ("name=null", "name.type", True, 0),
        ("email=null", None, False, 1),
    ]
    record(path, entry("01"))  # of a slower machine again: what it promised is no longer promised
    assert chronicle(path).rules == found.rules


def test_each_operation_has_its_chronicle(path: Path) -> None:
    """A chronicle each, by name, of its own runs alone."""
    for number in range(25):
        record(path, entry(f"{number + 1:02}", operation=f"GET /{number % 2}"))
    assert [(one.operation, one.runs.count) for one in read(path).operations] == [("GET /0", 13), ("GET /1", 12)]


def test_findings_stand_in_order_with_their_values(path: Path) -> None:
    """The gravest level first, then rule and pointer; the values of each in the order of their appearance."""
    late, early = Occurrence(count=1, since="2026-08-09", last="x"), Occurrence(count=1, since="2026-08-02", last="x")

    def thing(name: str, level: str, seen: str | None = None) -> Thing:
        kind: ThingKind = "finding" if seen is None else "value"
        return Thing(origin="live", kind=kind, name=name, level=level, pointer="/p", fingerprint=name, seen=seen or "")

    order = [thing("b", "drift"), thing("z", "violation"), thing("a", "note"), thing("c", "violation")]
    values = {thing("z", "violation", "1"): late, thing("z", "violation", "2"): early}
    record(path, entry(met=dict.fromkeys(order, early) | values))
    found = chronicle(path).findings
    assert [one.rule for one in found] == ["c", "z", "b", "a"]
    assert [[value.seen for value in one.values] for one in found] == [[], ["2", "1"], [], []]


def test_half_a_surrogate_pair_can_be_kept(path: Path) -> None:
    """Field names and values come from JSON, which may hold what UTF-8 can't, or a null byte; two that meet add up."""
    met = {
        Thing(origin="live", kind="branch", name=name): Occurrence(count=1) for name in ("\ud800", "\\ud800", "\x00")
    }
    record(path, entry(met=met, operation="GET /\udfff"))
    found = chronicle(path)
    assert found.operation == "GET /\\udfff"
    assert {one.branch: one.seen[0].count for one in found.branches if one.seen} == {"\\ud800": 2, "\x00": 1}


def test_the_file_stays_one_file(path: Path) -> None:
    """No journal stays beside it, and it says by its header whose it is."""
    record(path, entry())
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert path.read_bytes()[60:72].hex(" ", 4) == "00000003 00000000 636e7472"


KILLED = """
import os, signal, sys
from pathlib import Path
from contracts.history.store import record
from contracts.model.history import RunEntry, Occurrence, Thing

class Deadly(dict):
    def items(self):
        for number, pair in enumerate(super().items()):
            if number == len(self) - 1:
                print(Path(sys.argv[1] + "-journal").stat().st_size, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            yield pair

things = [Thing(origin="live", kind="branch", name=f"{number:0200}") for number in range(20000)]
met = Deadly((thing, Occurrence(count=1)) for thing in things)
head = dict(at="z", operation="GET /things/{id}", digest="e", verdict="broken")
record(Path(sys.argv[1]), RunEntry(**head, met=met))
"""


@pytest.mark.parametrize("before", [True, False], ids=["with a run in it", "new"])
def test_a_kill_leaves_what_was_there(path: Path, before: bool) -> None:
    """Ended with pages already written over: whoever comes next finds the runs of before, and can add one."""
    if before:
        record(path, entry("01"))
    done = subprocess.run([sys.executable, "-c", KILLED, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    assert path.with_name(path.name + "-journal").stat().st_size == int(done.stdout)
    assert path.stat().st_size > 1_000_000
    if before:
        assert [one.branch for one in chronicle(path).branches if one.seen] == ["email=null"]
        assert chronicle(path).runs.first == "2026-08-01T03:00:00Z"
    else:
        with pytest.raises(Unusable, match="no run is recorded in it yet"):
            read(path)
    record(path, entry("02"))
    assert chronicle(path).runs.count == 1 + before


TOGETHER = """
import sys
from pathlib import Path
from contracts.history.store import record
from contracts.model.history import RunEntry, Occurrence, Thing

sys.stdin.readline()
for number in range(8):
    head = dict(at=f"{sys.argv[2]} {number}", operation="GET /a", digest="f", verdict="kept")
    met = {Thing(origin="live", kind="branch", name="email=null"): Occurrence(count=1)}
    record(Path(sys.argv[1]), RunEntry(**head, rules=("a", "b"), met=met))
"""


def test_runs_at_one_time_wait_for_each_other(path: Path) -> None:
    """Several processes that begin the same new file together: every run of each is there, each contract once."""
    writers = [
        subprocess.Popen([sys.executable, "-c", TOGETHER, path, name], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in "abc"
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    said = [(writer.communicate()[1], writer.returncode) for writer in writers]
    assert said == [(b"", 0)] * 3
    found = chronicle(path)
    assert [(one.branch, one.seen[0].count, one.seen[0].runs) for one in found.branches] == [("email=null", 24, 24)]
    assert (found.runs.count, [one.rule for one in found.rules]) == (24, ["a", "b"])


def _folder(path: Path) -> None:
    path.mkdir(parents=True)


def _text(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("runs,days\n" * 100)


def _short(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"SQLite format 3\0")


def _others(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE run (id)")


def _in_wal(path: Path) -> None:
    _others(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("INSERT INTO run VALUES (1)")
        connection.commit()
        kept = path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()
    path.write_bytes(kept[0])  # as a crash leaves it: closing would have tidied up
    path.with_name(path.name + "-wal").write_bytes(kept[1])


def _zeros(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(5000))


def _newer(path: Path) -> None:
    record(path, entry())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 4")


def _reshaped(path: Path) -> None:
    record(path, entry())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE run ADD COLUMN more")


def _truncated(path: Path) -> None:
    record(path, entry())
    path.write_bytes(path.read_bytes()[:8192])


def _under_a_file(path: Path) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("no folder")


def _pipe(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path)


FOREIGN = {
    "a folder": (_folder, "a folder"),
    "a text": (_text, "no SQLite database"),
    "a bare header": (_short, "no SQLite database"),
    "another program's": (_others, "a database of another program"),
    "another program's after a crash": (_in_wal, "a database of another program"),
    "zeros": (_zeros, "damaged: file is not a database"),
    "a newer version": (_newer, "a history of another version (4, this one writes 3)"),
    "other tables": (_reshaped, "its tables are not those of a history"),
    "truncated": (_truncated, "damaged: database disk image is malformed"),
    "a pipe": (_pipe, "no regular file"),
    "below a file": (_under_a_file, "can't be"),
}

Use: TypeAlias = Callable[[Path], object]
USES: dict[str, Use] = {"record": lambda path: record(path, entry("09")), "read": read}


def state(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder with its content, None for what isn't a file."""
    return {
        str(one.relative_to(folder)): one.read_bytes() if one.is_file() else None for one in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_history_is_refused_and_left(path: Path, tmp_path: Path, name: str, use: str) -> None:
    """One line that names the file and what it is instead; not a byte of it changes, and nothing is put beside it."""
    make, problem = FOREIGN[name]
    make(path)
    before = state(tmp_path)
    with pytest.raises(Unusable) as caught:
        USES[use](path)
    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "\n" not in str(caught.value)
    assert state(tmp_path) == before


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5000])
@pytest.mark.parametrize("use", USES)
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str, use: str) -> None:
    """Is told in one line like any other."""
    for path in (tmp_path / name, tmp_path / name / "history.db"):
        with pytest.raises(Unusable, match=r"can't be (opened|written)") as caught:
            USES[use](path)
        assert len(str(caught.value).splitlines()) == 1


def test_a_missing_file_is_not_made_by_reading(path: Path) -> None:
    """It says how a history begins."""
    with pytest.raises(Unusable, match="no such file; a run with `--history` begins one"):
        read(path)
    assert not path.parent.exists()


def test_an_empty_file_is_a_history_not_yet_begun(path: Path) -> None:
    """Reading says so and leaves it; the first run begins it."""
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(Unusable, match="no run is recorded in it yet"):
        read(path)
    assert path.stat().st_size == 0
    record(path, entry())
    assert chronicle(path).runs.count == 1


@pytest.mark.parametrize("use", USES)
def test_a_locked_file_is_waited_for_and_then_refused(path: Path, monkeypatch: pytest.MonkeyPatch, use: str) -> None:
    """As long as it takes for others to write, no longer; once it is free, it works again."""
    monkeypatch.setattr(store, "WAIT", 0)
    record(path, entry())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unusable, match=r": locked by another program for 0 seconds; try again when that is done$"):
            USES[use](path)
    USES[use](path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_place_that_may_not_be_written(path: Path) -> None:
    """A folder or a file without the right to write: one line, and reading still works."""
    record(path, entry())
    path.chmod(0o444)
    with pytest.raises(Unusable, match="can't be written"):
        record(path, entry("02"))
    path.parent.chmod(0o555)
    assert chronicle(path).runs.count == 1
    with pytest.raises(Unusable, match="can't be written"):
        record(path.with_name("new.db"), entry())
    path.parent.chmod(0o755)


def test_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own words, in one line, and the runs of before."""
    record(path, entry("01"))
    connect = sqlite3.connect

    def cramped(*given: object, **named: object) -> sqlite3.Connection:
        connection = connect(*given, **named)  # type: ignore[call-overload]  # as it was called
        connection.execute("PRAGMA max_page_count = 1")
        assert isinstance(connection, sqlite3.Connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", cramped)
    many = {Thing(origin="live", kind="branch", name=f"{number:0500}"): Occurrence(count=1) for number in range(50)}
    with pytest.raises(Unusable, match=r": can't be written: database or disk is full$"):
        record(path, entry("02", many))
    monkeypatch.undo()
    assert chronicle(path).runs.count == 1


def test_a_damaged_file_never_crashes(path: Path) -> None:
    """Bytes overwritten anywhere: it reads as something, or is refused in one line, and the same goes for adding."""
    for day in ("01", "02"):
        record(path, entry(day, {NULL: Occurrence(count=1), ANSWERS: Occurrence(count=2, since="s", last="t")}))
    good = path.read_bytes()
    used = [place for place, byte in enumerate(good) if byte and place >= 100]
    chance = random.Random(5)  # noqa: S311  the same damage each time
    refused: set[str] = set()
    for _ in range(300):
        bad = bytearray(good)
        for place in chance.sample(used, 3):
            bad[place] = chance.randrange(256)
        path.write_bytes(bad)
        try:
            found = read(path)
            render(found)
            serialised(found)
            record(path, entry("03"))
        except Unusable as error:
            refused.add(re.sub(r"\d+", "N", str(error)))
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
    assert all(len(message.splitlines()) == 1 for message in refused)
    assert any("damaged" in message for message in refused)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE met SET seen = x'00'", "UPDATE met SET count = 'many'", "UPDATE met SET first = x'00'",
        "UPDATE run SET digest = x'66'", "UPDATE run SET promised = x'66' WHERE id = 1",
        "UPDATE run SET promised = '[[1], []]' WHERE id = 1", "UPDATE run SET promised = '[' WHERE id = 1",
        "UPDATE run SET promised = '[[], [[\"a\"]]]' WHERE id = 1", "UPDATE met SET name = cast(x'fe' AS TEXT)",
    ],
)  # fmt: skip
def test_values_of_a_wrong_sort(path: Path, damage: str) -> None:
    """What the tables can't hold if all is well is damage, told in one line."""
    record(path, entry("01", {NULL: Occurrence(count=1)}))
    record(path, entry("02", operation="GET /other"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(damage)
        connection.commit()
    with pytest.raises(Unusable, match=": damaged: "):
        read(path)
