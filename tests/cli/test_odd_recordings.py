"""Recordings that are damaged or odd in a place: that place is told with its number, and the others are judged."""

from __future__ import annotations

import json
import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest

from contracts.commands import archives
from contracts.errors import Exit
from tests.cli.conftest import COMMAND, Run, environment
from tests.cli.logs import archive, exchange, log

MEMORY = 500 * 2**20


GOOD = json.dumps(exchange()).encode()
ODD: dict[str, tuple[bytes, str]] = {
    "cut": (GOOD[: len(GOOD) // 2], "is not JSON"),
    "bad bytes": (GOOD.replace(b"GET", b"G\xffT"), "is not UTF-8"),
    "NaN as status": (GOOD.replace(b'"status": 200', b'"status": NaN'), "response.status must be a whole number"),
    "a status beyond 64 bits": (GOOD.replace(b'"status": 200', b'"status": %d' % 2**70), "must have three digits"),
    "half a character": (GOOD.replace(b"/v3", b"/\\ud800"), "holds half a character (a lone surrogate)"),
    "no object": (b"[1]", "must be a mapping"),
    "a number without end": (b"9" * 5000, "holds a number of too many digits"),
    "deep": (b"[" * 100_000, "nests too deep"),
    "NUL": (b"\0", "is not JSON"),
}
FINE: dict[str, bytes] = {
    "blank lines": b"\n \n\t\r\n" + GOOD,
    "Windows lines": GOOD + b"\r",
    "NaN elsewhere": GOOD[:-1] + b', "time": NaN}',
    "64 bits elsewhere": GOOD[:-1] + b', "time": %d}' % 2**70,
    "a name twice": b'{"request": 1, ' + GOOD[1:],
    "half a character elsewhere": GOOD[:-1] + b', "note": "\\ud800"}',
}


def checked(stdout: str) -> tuple[int, list[dict[str, Any]]]:
    """How many answers a report in JSON says were judged, and what it says was unreadable."""
    (target,) = json.loads(stdout)["runs"][0]["targets"]
    return sum(target["checked"].values()), target["unreadable"]


@pytest.mark.parametrize(("odd", "reason"), ODD.values(), ids=ODD)
def test_a_bad_line_costs_itself_alone(schemas: Path, run: Run, odd: bytes, reason: str) -> None:
    """It is told with its line and its number among the exchanges; those before and after it are judged."""
    (schemas.parent / "log.ndjson").write_bytes(GOOD + b"\n" + odd + b"\n" + GOOD + b"\n")
    done = run("verify", "log.ndjson", "--format", "json", cwd=schemas.parent)
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    count, (told,) = checked(done.stdout)
    assert (count, told["place"], told["line"], told["index"]) == (2, "log.ndjson", 2, 1)
    assert reason in told["reason"]


@pytest.mark.parametrize("odd", FINE.values(), ids=FINE)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_an_odd_line_is_read(schemas: Path, run: Run, odd: bytes, mark: bytes) -> None:
    """What stands where nothing is read, or means the same, does no harm."""
    (schemas.parent / "log.ndjson").write_bytes(mark + GOOD + b"\n" + odd + b"\n" + GOOD)
    done = run("verify", "log.ndjson", "--format", "json", cwd=schemas.parent)
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    assert checked(done.stdout) == (3, [])


@pytest.mark.parametrize("way", ["file", "pipe"])
def test_a_line_of_100_mb_takes_no_memory_for_itself(schemas: Path, way: str) -> None:
    """It is told as too long, and its neighbours are judged."""
    path = schemas.parent / "log.ndjson"
    with path.open("wb") as file:
        file.write(GOOD + b'\n{"request": {"url": "')
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b'"}}\n' + GOOD + b"\n")
    with path.open("rb") as file:
        done = subprocess.run(
            [COMMAND, "verify", "log.ndjson" if way == "file" else "-", "--jobs", "1", "--format", "json"],
            cwd=schemas.parent, env=environment({}), stdin=file, capture_output=True, text=True, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    count, (told,) = checked(done.stdout)
    assert (count, told["line"]) == (2, 2)
    assert told["reason"].startswith("is longer than 64 MB")


ENTRIES: dict[str, tuple[str, str, str]] = {
    "bad bytes": ('"GET"', '"G\udcffT"', "is not UTF-8"),
    "half a character": ('"GET"', '"\\ud800"', "holds half a character (a lone surrogate)"),
    "NaN as status": ('"status": 200', '"status": NaN', "response.status must be a whole number"),
    "a status beyond 64 bits": ('"status": 200', f'"status": {2**70}', "must have three digits"),
    "no object": ('"request": {', '"request": 5, "other": {', "request must be a mapping, not a whole number"),
}


@pytest.mark.parametrize(("old", "new", "reason"), ENTRIES.values(), ids=ENTRIES)
def test_a_bad_entry_of_an_archive_costs_itself_alone(schemas: Path, run: Run, old: str, new: str, reason: str) -> None:
    """It is told with its number in the archive; those before and after it are judged, NaN and a BOM or not."""
    path = archive(schemas.parent, *[exchange()] * 3)
    first, second, third = path.read_text().split('{"request"')[1:]
    whole = '\ufeff{"log": {"entries": [{"request"' + first + ('{"request"' + second).replace(old, new)
    path.write_bytes((whole + '{"time": NaN, "request"' + third).encode(errors="surrogateescape"))
    done = run("verify", path.name, "--format", "json", cwd=schemas.parent)
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    count, (told,) = checked(done.stdout)
    assert (count, told["place"], told["index"]) == (2, path.name, 1)
    assert reason in told["reason"]


def test_what_stands_before_a_cut_in_an_archive_counts(schemas: Path, run: Run) -> None:
    """And the cut is told with its line."""
    path = archive(schemas.parent, *[exchange()] * 3)
    path.write_text(path.read_text()[:-300])
    done = run("verify", path.name, "--format", "json", cwd=schemas.parent)
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    count, (told,) = checked(done.stdout)
    assert (count, told["what"], told["place"], told["line"]) == (2, "file", path.name, 1)
    assert told["reason"] == "is not JSON (it ends in the middle); 2 exchanges stood before that"


def test_an_archive_of_any_size_takes_little_memory(schemas: Path) -> None:
    """One of 150 MB, in which something is broken at its very end."""
    path = schemas.parent / "big.har"
    one = archive(schemas.parent, exchange()).read_text()
    entry = one[one.index('{"request"') : -3]
    padded = entry[:-1] + ', "padding": "' + "x" * 2**20 + '"}'
    with path.open("w") as file:
        file.write('{"log": {"entries": [\n')
        for _ in range(150):
            file.write(padded + ",\n")
        file.write(entry.replace('\\"contactId\\": ', '\\"contactId\\": -0.5') + "\n]}}")
    done = subprocess.run(
        [COMMAND, "verify", path.name, "--format", "json"], cwd=schemas.parent, env=environment({}),
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (Exit.BROKEN, "")
    assert checked(done.stdout) == (151, [])
    (finding,) = json.loads(done.stdout)["runs"][0]["findings"]
    assert (finding["broken"]["line"], finding["broken"]["index"]) == (152, 150)


@pytest.mark.parametrize("named", [True, False], ids=["named", "in a folder"])
def test_a_file_that_disappears_is_told(
    schemas: Path, run: Run, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    """Where it was named, it is an error; of a folder, it is left out and the others are judged."""
    folder = schemas.parent / "d"
    folder.mkdir()
    log(folder, exchange()).rename(folder / "a.ndjson")
    gone = log(folder, exchange())
    genuine = archives.Judging.read

    def read(self: archives.Judging, *given: Any) -> bool:
        gone.unlink(missing_ok=True)
        return genuine(self, *given)

    monkeypatch.setattr(archives.Judging, "read", read)
    done = run("verify", *(["d/a.ndjson", "d/log.ndjson"] if named else ["d"]), "--format", "json", cwd=schemas.parent)
    if named:
        assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
        assert done.stderr.strip().endswith("d/log.ndjson: no such file; name a log")
    else:
        count, (told,) = checked(done.stdout)
        assert (done.returncode, count) == (Exit.KEPT, 1)
        assert (told["place"], told["reason"]) == ("d/log.ndjson", "no such file; name a log")


def test_a_file_that_shrinks_while_it_is_read_is_read_as_far_as_it_goes(
    schemas: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ranges that are no longer there hold nothing; the line that is cut is told."""
    path = log(schemas.parent, *[exchange()] * 6)
    length = path.read_bytes().index(b"\n") + 1
    monkeypatch.setattr(archives, "SPLIT", 3 * length)
    genuine = archives.Judging.read

    def read(self: archives.Judging, *given: Any) -> bool:
        whole = genuine(self, *given)
        path.write_bytes(path.read_bytes()[: 4 * length + 20])
        return whole

    monkeypatch.setattr(archives.Judging, "read", read)
    done = run("verify", path.name, "--format", "json", cwd=schemas.parent)
    count, (told,) = checked(done.stdout)
    assert (done.returncode, count, told["line"]) == (Exit.KEPT, 4, 5)
