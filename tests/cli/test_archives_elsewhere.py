"""Archives that are packed, kept elsewhere, piped in, or judged on a cluster: the report is that of the plain file."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from contracts.commands import cluster
from contracts.errors import Exit
from tests import archive
from tests.cli.conftest import COMMAND, Run, environment

fsspec = pytest.importorskip("fsspec")
distributed = pytest.importorskip("distributed")
zstandard = pytest.importorskip("zstandard")


@pytest.fixture
def log(schemas: Path) -> Path:
    """Some hundred answers, a twentieth of them broken, beside the first contract."""
    return archive.write(schemas.parent / "log.ndjson", archive.exchanges(600, 0.05))


def told(run: Run, log: Path, *arguments: str | Path) -> str:
    """What the report says of a recording, its name aside."""
    done = run("verify", *arguments, "--format", "json", cwd=log.parent)
    assert done.stderr == ""
    return done.stdout.replace(str(arguments[0]), "NAME")


def test_what_is_packed_is_read(log: Path, run: Run) -> None:
    """Gzip and zstd, several members behind each other, by whatever name."""
    plain = told(run, log, "log.ndjson")
    text = log.read_bytes()
    half = text.index(b"\n", len(text) // 2) + 1
    for name, data in (
        ("log.ndjson.gz", gzip.compress(text)),
        ("members.gz", gzip.compress(text[:half]) + gzip.compress(text[half:]) + b"\0" * 512),
        ("log.ndjson.zst", zstandard.compress(text)),
        ("frames.zst", zstandard.compress(text[:half]) + zstandard.compress(text[half:])),
    ):
        (log.parent / name).write_bytes(data)
        assert told(run, log, name) == plain, name


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_is_cut_is_told(log: Path, run: Run, pack: Any) -> None:
    """What stands before the cut counts; that there was more is never passed by in silence."""
    packed = pack(log.read_bytes())
    (log.parent / "cut.ndjson.x").write_bytes(packed[: len(packed) // 2])
    done = run("verify", "cut.ndjson.x", cwd=log.parent)
    assert done.returncode == Exit.BROKEN
    assert "is cut in the middle of what is packed with" in done.stdout
    count = int(done.stdout.partition("recordings of")[0].split()[-1])
    assert 50 < count < 600


def test_a_pattern_names_files(log: Path, run: Run) -> None:
    """For shells that don't do it; one that names none is told."""
    os.link(log, log.parent / "log2.ndjson")
    assert "1200 recordings" in run("verify", "log*.ndjson", cwd=log.parent).stdout
    done = run("verify", "none*.ndjson", cwd=log.parent)
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert done.stderr.startswith("contracts: none*.ndjson: no file has such a name")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read(log: Path, run: Run, pack: Any) -> None:
    """`-` is what is piped in."""
    plain = told(run, log, "log.ndjson")
    done = subprocess.run(
        [COMMAND, "verify", "-", "--format", "json"], input=pack(log.read_bytes()), cwd=log.parent, env=environment({}),
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.stderr == b""
    text = done.stdout.decode().replace(" in -", " in NAME").replace('"-#', '"NAME#').replace('"-"', '"NAME"')
    assert text == plain


def test_files_elsewhere_are_read(log: Path, run: Run) -> None:
    """At any address that fsspec knows, by patterns as well; what isn't there, or no kind of address, is told."""
    memory = fsspec.filesystem("memory")
    memory.pipe("/bucket/log.ndjson", log.read_bytes())
    assert told(run, log, "memory://bucket/log.ndjson") == told(run, log, "log.ndjson")
    assert "600 recordings" in run("verify", "memory://bucket/*.ndjson", cwd=log.parent).stdout
    for url, why in (
        ("memory://bucket/none.ndjson", "no such file"),
        ("nowhere://bucket/a.ndjson", "Protocol not known"),
        ("s3://me:secret-word@bucket/a.ndjson", "holds a password"),
    ):
        done = run("verify", url, cwd=log.parent)
        assert (done.returncode, done.stdout) == (Exit.UNUSABLE, ""), url
        assert why in done.stderr
        assert "secret-word" not in done.stderr


def test_a_cluster_gives_the_same_report_whoever_is_lost(log: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, also where a worker is killed in the middle: its pieces are judged by another one."""
    monkeypatch.setattr(cluster, "SPLIT", 20_000)
    plain = told(run, log, "log.ndjson")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        (victim, *_) = [worker.pid for worker in workers.workers.values()]

        def kill() -> None:
            time.sleep(0.5)
            os.kill(victim, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        address = workers.scheduler_address
        assert told(run, log, "log.ndjson", "--engine", "dask", "--scheduler", address) == plain
        thread.join()


def test_a_cluster_that_is_not_there_is_one_clear_line(log: Path, run: Run) -> None:
    """And what the options are for, where they are given without recordings."""
    done = run("verify", "log.ndjson", "--scheduler", "tcp://127.0.0.1:1", cwd=log.parent)
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert "--engine dask judges PATHs" in done.stderr
