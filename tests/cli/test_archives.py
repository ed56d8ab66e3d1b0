"""Large logs: judged fast, in pieces and by several processes, with the report that one slow reader would give."""

from __future__ import annotations

import gzip
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from contracts.checking.known_answers import KnownAnswers
from contracts.commands import archives
from contracts.commands.archives import Judging, pieces_of
from contracts.commands.documents import contracts_here
from contracts.commands.settings import levels_here
from contracts.model.finding import Judgement
from tests import archive
from tests.bench.recordings import har, tape
from tests.cli.conftest import Run

JSON = ("--format", "json")


@pytest.fixture
def log(schemas: Path) -> Path:
    """Some thousand answers, a twentieth of them broken, beside the first contract."""
    return archive.write(schemas.parent / "log.ndjson", archive.exchanges(4000, 0.05))


def judged(path: Path, *, exact: bool = False, split: int = 0) -> Judgement:
    """What is learned of the contract in the working directory, by the exact judge alone or by both."""
    contracts = tuple(one.contract for one in contracts_here())
    judging = Judging(contracts, levels_here(contracts), see=(lambda _: None) if exact else None)
    for piece in pieces_of([path], split):
        judging.read(piece)
    return judging.judgement(contracts[0])


@pytest.mark.parametrize("form", [{}, {"text": True}, {"extra": True}], ids=["embedded", "text", "an unknown field"])
def test_the_fast_judge_says_what_the_exact_one_says(
    schemas: Path, monkeypatch: pytest.MonkeyPatch, form: dict[str, Any]
) -> None:
    """Findings with counts, moments and first places, and every branch with its count, are the same."""
    monkeypatch.chdir(schemas.parent)
    path = archive.write(Path("log.ndjson"), archive.exchanges(1500, 0.05, **form))
    fast = judged(path)
    assert fast == judged(path, exact=True)
    assert sum(fast.checked.values()) == 1500
    assert len(fast.met) >= len(archive.FAULTS)


def test_hardly_anything_is_left_to_the_exact_judge(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was met before is counted without it: else an archive would take a hundred times as long."""
    monkeypatch.chdir(log.parent)
    taken: list[int] = []
    genuine = Judging.take

    def take(self: Judging, found: Any, folder: Any = None) -> Any:
        taken.append(1)
        return genuine(self, found, folder)

    monkeypatch.setattr(Judging, "take", take)
    judged(log)
    assert len(taken) < 80


@pytest.mark.parametrize("split", [997, 10_000, 400_000])
def test_a_split_changes_nothing(log: Path, monkeypatch: pytest.MonkeyPatch, split: int) -> None:
    """Wherever the ranges of a log begin, be it in the middle of a line: the same numbers, lines and places."""
    monkeypatch.chdir(log.parent)
    lines = log.read_bytes().splitlines(keepends=True)[:300]
    log.write_bytes(
        b"\xef\xbb\xbf" + lines[0] + b"\r\n \n" + b"".join(lines[1:]) + b'{"request": 1}\n' + lines[0].rstrip()
    )
    assert judged(log, split=split) == judged(log)


def test_a_log_that_grows_meanwhile_is_read_to_its_end(log: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a gateway appends while it is read counts once, also the rest of a line that was half written."""
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-2]) + lines[-2][:40])
    monkeypatch.setattr(archives, "SPLIT", 400_000)
    genuine, rest = Judging.read, [lines[-2][40:] + lines[-1]]

    def read(self: Judging, *given: Any) -> bool:
        with log.open("ab") as file:
            file.write(rest.pop() if rest else b"")
        return genuine(self, *given)

    monkeypatch.setattr(Judging, "read", read)
    done = run("verify", log.name, *JSON, "--jobs", "1", cwd=log.parent)
    (target,) = json.loads(done.stdout)["runs"][0]["targets"]
    assert (sum(target["checked"].values()), target["unreadable"]) == (len(lines), [])


@pytest.mark.parametrize("form", ["text", "json"])
def test_several_processes_give_the_same_report(
    log: Path, run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Byte for byte, whatever each of them got to judge."""
    monkeypatch.setattr(archives, "SPLIT", 100_000)
    reports = {run("verify", log, "--jobs", jobs, "--format", form, cwd=log.parent).stdout for jobs in ("1", "2", "3")}
    assert len(reports) == 1
    assert "statusInSequence.enum" in reports.pop()


def test_a_process_that_ends_before_its_time_is_an_error(log: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the range; a shorter report would pass for the whole."""
    monkeypatch.setattr(archives, "SPLIT", 1_000_000)
    genuine = Judging.read

    def read(self: Judging, piece: archives.Piece, *given: Any) -> bool:
        if piece.start == 1_000_000:
            os._exit(9)
        return genuine(self, piece, *given)

    monkeypatch.setattr(Judging, "read", read)
    done = run("verify", log, "--jobs", "2", cwd=log.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "log.ndjson, bytes 1000000 to 2000000: the process that judged it ended before its time" in done.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_tells_what_it_did(log: Path, run: Run, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """SIGINT: what was judged till then, that it isn't all, and the exit code of shells."""
    monkeypatch.setattr(archives, "SPLIT", 100_000)
    asked = os.getpid()
    genuine = Judging.read

    def read(self: Judging, piece: archives.Piece, *given: Any) -> bool:
        whole = genuine(self, piece, *given)
        if piece.start == 100_000:
            os.kill(asked, signal.SIGINT)
        return whole

    monkeypatch.setattr(Judging, "read", read)
    done = run("verify", log, "--jobs", jobs, cwd=log.parent)
    assert (done.returncode, done.stderr) == (130, "")
    assert "answers" in done.stdout or "not checked" in done.stdout
    assert f"of {log.stat().st_size:,} bytes" in done.stdout
    assert "interrupted after" in done.stdout


@pytest.mark.parametrize("form", ["log.ndjson.gz", "a.har", "a.yaml"])
def test_one_long_recording_is_interrupted_as_well(
    schemas: Path, run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """What can't be split ends early too, and tells what was judged till then."""
    path, found = schemas.parent / form, archive.exchanges(3_000, text=form != "log.ndjson.gz")
    if form == "log.ndjson.gz":
        plain = archive.write(path.with_suffix(""), found)
        path.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        (har if form == "a.har" else tape)(path, found)
    genuine, asked = Judging.take, [os.getpid()]

    def take(self: Judging, *given: Any) -> Any:
        if asked:
            os.kill(asked.pop(), signal.SIGINT)
        return genuine(self, *given)

    monkeypatch.setattr(Judging, "take", take)
    done = run("verify", path, *JSON, cwd=schemas.parent)
    assert (done.returncode, done.stderr) == (130, "")
    (target,) = json.loads(done.stdout)["runs"][0]["targets"]
    assert "interrupted after" in target["unchecked"]
    assert 0 < sum(target["checked"].values()) < 3_000


def test_answers_of_others_are_counted(log: Path, run: Run) -> None:
    """Where they went, how many, and how many of them can't be read: none is passed by in silence."""
    lines = log.read_text(encoding="utf-8").splitlines()[:10]
    others = [line.replace("/v3/sequences/", "/v3/lists/") for line in lines]
    below = [line.replace("api.reply.io/v3", "gateway.example/reply/v3") for line in lines[:2]]
    log.write_text("\n".join([*lines, *others, others[0][:-40], *below]) + "\n", encoding="utf-8")
    done = run("verify", log, cwd=log.parent)
    assert "beside 12 other requests to api.reply.io, gateway.example" in done.stdout
    assert "2 to the operation's path below /reply" in done.stdout
    assert "unreadable answer" in done.stdout


@pytest.mark.parametrize(
    "change", [{"callStatus": "busy"}, {"score": None}, {"score": [1, {"a": 0.5}]}, {"score": 2**70}],
    ids=["a value that nobody listed", "a null", "a list", "a large number"],
)  # fmt: skip
def test_what_is_new_in_every_body_is_learned_once(
    schemas: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """It is counted as the exact judge counts it, and the types are taught to expect it."""
    monkeypatch.chdir(schemas.parent)
    log = [*archive.exchanges(1200)]
    for number, one in enumerate(log):
        one["response"]["body"] |= change if number % 50 else {"number": number}
    path = archive.write(Path("log.ndjson"), iter(log))
    plain: list[int] = []
    genuine = KnownAnswers.keep

    def keep(self: KnownAnswers, *given: Any) -> bool:
        plain.append(1)
        return genuine(self, *given)

    monkeypatch.setattr(KnownAnswers, "keep", keep)
    fast = judged(path)
    assert fast == judged(path, exact=True)
    assert len(plain) < 700 or change == {"score": 2**70}
