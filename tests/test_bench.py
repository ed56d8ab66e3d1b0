"""Benchmarks measure what they say that they do; how long anything takes is not judged here."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.commands.body_plans import plan_lines
from contracts.commands.documents import contracts_of, read_document
from tests import archive
from tests.bench import archives
from tests.bench.harness import BODY, ROOT, Candidate, Size, table, without_start
from tests.bench.loops import written
from tests.bench.results import PARTS

NOTHING = [sys.executable, "-I", "-S", "-c", "pass"]


def test_a_table_tells_medians_and_spread(capsys: pytest.CaptureFixture[str]) -> None:
    """Of each candidate but those that only start as another does, as ratios to the first, with units and memory."""
    found = {"floor": Candidate(command=NOTHING)}
    found |= without_start("work", NOTHING, [*NOTHING[:-1], "import time; time.sleep(0.5); print(7)"], of=10)
    taken = table("a title", found, 2, unit="a piece", memory=True)
    assert 0.04 < taken["work"].median < 0.5
    assert (len(taken["floor"].each), taken["work"].said) == (2, "7")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line] == ["a", "ratio", "floor", "work"]
    assert "1.00" in lines[3]
    assert lines[4].endswith("MB")


def test_what_ends_otherwise_is_no_measurement() -> None:
    """A crash is fast: it is told, with the end of what was printed."""
    with pytest.raises(SystemExit, match=r"ended with 1\n(.*\n)*ValueError: no such thing"):
        table("", {"floor": Candidate(command=[sys.executable, "-c", "raise ValueError('no such thing')"])}, 1, unit="")


def test_the_loops_find_the_same(tmp_path: Path) -> None:
    """Each of them finds the same broken bodies, whether a body stands in a line as JSON or as a text."""
    for text in (False, True):
        log = archive.write(tmp_path / "log.ndjson", archive.exchanges(120, 0.2, text=text))
        loops = written(tmp_path, text=text)
        found = archives.candidates(log, BODY, 120, 1, text=text, cwd=ROOT)
        commands = [one.command for name, one in found.items() if name.startswith("loop")]
        commands.append([sys.executable, loops["slow.py"], log, BODY])
        env = {"NODE_PATH": str(ROOT / ".cache" / "outside" / "node_modules")}
        counts = {
            subprocess.run([*map(str, one)], capture_output=True, check=True, text=True, env=env).stdout.strip()
            for one in commands
        }
        assert len(counts) == 1
        assert 12 < int(counts.pop()) < 40


def test_nothing_of_the_contract_is_compiled(tmp_path: Path) -> None:
    """The one that benchmarks call so has no types, as long as its keywords are none that these can say."""
    archives.uncompiled(tmp_path)
    every = contracts_of(read_document(tmp_path / "schemas" / "reply" / "openapi.json"))
    contract = next(one for one in every if one.slug == "get-a-contact-in-a-sequence")
    lines = [*plan_lines([contract])]
    assert lines[1].startswith("  success: 0 of ")


def test_every_part_says_what_it_measures() -> None:
    """Each has a module that takes a size."""
    for part in PARTS:
        assert callable(importlib.import_module(f"tests.bench.{part}").main)
    assert (Size(0.1).of(1_000), Size(0.1).turns(5), Size(1).turns(5)) == (100, 1, 5)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_every_part_runs(part: str) -> None:
    """At the smallest size."""
    command = [sys.executable, "-m", "tests.bench.results", part, "--scale", "0.0001"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout
