"""Recordings as they lie about: compressed, cut, named by a pattern, or coming through a pipe."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from contracts.errors import Exit
from tests import archive
from tests.cli.conftest import COMMAND, Done, Run, environment
from tests.cli.logs import archive as har
from tests.cli.logs import cassette, exchange
from tests.cli.logs import log as log_of

Pack = Callable[[bytes], bytes]
PACKS: dict[str, Pack] = {"gz": gzip.compress, "zst": zstandard.compress}
COUNT = 1500
MEMORY = 500 * 2**20


@pytest.fixture
def log(schemas: Path) -> Path:
    """Some answers beside the first contract, in a log."""
    return archive.write(schemas.parent / "log.ndjson", archive.exchanges(COUNT, 0.05))


def piped(folder: Path, data: bytes, *args: str, wait: float = 0.0) -> Done:
    """What `contracts verify` makes of bytes that come through a pipe, the first of them long before the others."""
    done = subprocess.Popen(
        [COMMAND, "verify", *args], cwd=folder, env=environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert done.stdin is not None
    if wait:
        done.stdin.write(data[:1])
        done.stdin.flush()
        time.sleep(wait)
    out, err = done.communicate(data[1:] if wait else data, timeout=120)
    return Done(args, done.returncode, out.decode(), err.decode())


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_packed_log_gives_the_report_of_the_plain_one(log: Path, run: Run, pack: Pack) -> None:
    """The same findings at the same lines, in one member or several, whatever the file is called."""
    lines = log.read_bytes().splitlines(keepends=True)
    plain = run("verify", log.name, cwd=log.parent)
    packed = log.with_name("packed")
    packed.write_bytes(pack(b"".join(lines[:700])) + pack(b"".join(lines[700:])))
    done = run("verify", packed.name, cwd=log.parent)
    assert done.returncode == plain.returncode == Exit.BROKEN
    assert done.stdout == plain.stdout.replace("log.ndjson", "packed")


def test_frames_that_hold_no_data_are_passed_by(log: Path, run: Run) -> None:
    """As parallel and seekable writers of zstd put them before and behind the others."""
    skipped = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    packed = log.with_name("log.zst")
    packed.write_bytes(skipped + zstandard.compress(log.read_bytes()) + skipped)
    done = run("verify", packed.name, cwd=log.parent)
    assert f"{COUNT} recordings of api.reply.io in log.zst:" in done.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_what_stands_before_a_cut_counts_and_the_cut_is_told(log: Path, run: Run, pack: Pack, jobs: str) -> None:
    """Neither a shorter report nor none: the answers before it, the line that it cuts, and why no more were read."""
    packed = log.with_name("cut.ndjson.x")
    data = pack(log.read_bytes())
    packed.write_bytes(data[: len(data) // 2])
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))
    done = run("verify", packed.name, log.name, "--jobs", jobs, "--format", "json", cwd=log.parent)
    assert done.stderr == ""
    (target,) = json.loads(done.stdout)["runs"][0]["targets"]
    line, cut = target["unreadable"]
    whole = sum(target["checked"].values()) - 3
    assert 200 < whole < COUNT - 200
    assert (line["place"], line["line"], line["what"]) == ("cut.ndjson.x", whole + 1, "answer")
    assert (cut["place"], cut["what"]) == ("cut.ndjson.x", "file")
    assert cut["reason"].startswith("is cut in the middle of what is packed with")


def test_a_cut_in_packed_data_that_is_whole_lines_is_told(log: Path, run: Run) -> None:
    """Also where no line is cut, so that nothing else would show it."""
    packer = zstandard.ZstdCompressor().compressobj()
    first, second = log.read_bytes().splitlines(keepends=True)[:2]
    log.write_bytes(packer.compress(first + second) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
    done = run("verify", log.name, cwd=log.parent)
    assert "2 recordings of api.reply.io in log.ndjson (beside 1 left-out file)" in done.stdout
    assert "log.ndjson: is cut in the middle of what is packed with zstd; what stands before it was read" in done.stdout
    assert "unreadable answer" not in done.stdout


def test_data_that_is_damaged_is_told(log: Path, run: Run) -> None:
    """Such as a sum at the end that isn't that of what was read."""
    log.write_bytes(gzip.compress(log.read_bytes())[:-8] + b"damaged.")
    done = run("verify", log.name, cwd=log.parent)
    assert "log.ndjson: is broken gzip; what stands before it was read" in done.stdout


def test_a_cassette_cut_where_it_would_still_be_one_is_none(schemas: Path, run: Run) -> None:
    """A shorter cassette is as good as a whole one, so what is packed must be whole."""
    path = cassette(schemas.parent, exchange())
    whole = path.read_bytes()
    packer = zstandard.ZstdCompressor().compressobj()
    path.write_bytes(packer.compress(whole) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
    done = run("verify", path.name, cwd=schemas.parent)
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert done.stderr.strip().endswith("tape.json: is cut in the middle of what is packed with zstd")


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_small_file_that_unpacks_to_much_takes_no_memory(schemas: Path, pack: Pack) -> None:
    """One endless line is told as such; what is unpacked is never held as a whole."""
    name = "bomb.ndjson"
    head, more = pack(b'{"request": {"method": "GET", "url": "'), pack(b"x" * 2**26)
    (schemas.parent / name).write_bytes(head + more * 10)
    done = subprocess.run(
        [COMMAND, "verify", name], cwd=schemas.parent, env=environment({}), capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (Exit.NOT_CHECKED, "")
    assert f"{name}:1: is longer than 64 MB" in done.stdout


def test_a_pattern_is_what_it_means(log: Path, run: Run) -> None:
    """Where no shell has taken it for that: files in folders, in order; one that fits nothing is an error."""
    for name in ("a/1.ndjson", "a/b/2.ndjson"):
        (log.parent / name).parent.mkdir(exist_ok=True)
        (log.parent / name).write_bytes(log.read_bytes())
    log.unlink()
    done = run("verify", "**/*.ndjson", cwd=log.parent)
    assert f"{2 * COUNT} recordings of api.reply.io" in done.stdout
    done = run("verify", "**/*.log", cwd=log.parent)
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert "**/*.log: no file has such a name; name a vcrpy cassette" in done.stderr


def test_a_file_whose_name_is_a_pattern_is_itself(log: Path, run: Run) -> None:
    """`[1].ndjson` is a file where there is one."""
    named = log.rename(log.with_name("[1].ndjson"))
    assert f"{COUNT} recordings of api.reply.io in [1].ndjson" in run("verify", named.name, cwd=log.parent).stdout


@pytest.mark.parametrize("pack", [bytes, *PACKS.values()], ids=["plain", *PACKS])
def test_a_log_comes_through_a_pipe(log: Path, run: Run, pack: Pack) -> None:
    """`-` is standard input: the report is that of the file, however slowly it comes and whatever packs it."""
    plain = run("verify", log.name, cwd=log.parent)
    done = piped(log.parent, pack(log.read_bytes()), "-", wait=0.3)
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout.replace("log.ndjson", "-"))


@pytest.mark.parametrize("pack", [bytes, *PACKS.values()], ids=["plain", *PACKS])
def test_an_archive_and_a_cassette_come_through_a_pipe(schemas: Path, pack: Pack) -> None:
    """They are told from what they begin with."""
    folder = schemas.parent
    for path in (har(folder, exchange(), exchange()), cassette(folder, exchange())):
        done = piped(folder, pack(path.read_bytes()), "-")
        assert done.returncode == Exit.KEPT, done
        assert " in -: " in done.stdout


@pytest.mark.parametrize("others", [("--jobs", "2"), ("--engine", "dask")], ids=["processes", "dask"])
def test_standard_input_is_judged_whatever_others_do(log: Path, others: tuple[str, ...]) -> None:
    """No other process has it; none of it may be lost beside files that others judge."""
    done = piped(log.parent, log.read_bytes(), "-", "log.ndjson", "log.ndjson", *others)
    assert f"{3 * COUNT} recordings of api.reply.io in -, log.ndjson, log.ndjson: " in done.stdout


def test_nothing_through_a_pipe_is_an_error(schemas: Path) -> None:
    """An empty standard input is no recording that kept anything."""
    done = piped(schemas.parent, b"", "-")
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert "-: is no recording but an empty file" in done.stderr


def test_logs_of_folders_are_packed_too(schemas: Path, run: Run) -> None:
    """What a folder holds is found by the name before `.gz`, and no other packed file is looked at."""
    folder = schemas.parent / "d"
    folder.mkdir()
    data = log_of(folder, exchange()).read_bytes()
    (folder / "more.NDJSON.GZ").write_bytes(gzip.compress(data))
    (folder / "photos.tar.gz").write_bytes(gzip.compress(b"no recording"))
    done = run("verify", "d", cwd=schemas.parent)
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    assert "2 recordings in d: " in done.stdout
