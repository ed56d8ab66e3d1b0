"""Where the time of judging goes, step by step, in one process that has judged such an archive before.

Each step is told without those inside of it, the floor (orjson.loads of each line, and of each body that is a text) as
it takes in the same process; the best of three turns.
"""

from __future__ import annotations

import functools
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from contracts.checking.batches import Batch
from contracts.checking.screen import Screen
from contracts.checking.typed_bodies import TypedBodies
from contracts.commands.archives import Judging, pieces_of
from contracts.commands.documents import contracts_here
from contracts.commands.settings import levels_here
from contracts.sources import elements
from contracts.sources.ndjson import range_of
from contracts.sources.typed_entries import TypedEntries
from contracts.sources.typed_lines import TypedLines
from tests import archive
from tests.bench.harness import Size, size
from tests.bench.recordings import har

MANY, TURNS = 200_000, 3
STEPS: tuple[tuple[str, type, str], ...] = (
    ("decoding lines, mostly with their bodies", TypedLines, "alike"),
    ("decoding lines of another form", TypedLines, "all"),
    ("decoding entries", TypedEntries, "all"),
    ("cutting an archive into entries", elements._Text, "alike"),
    ("addresses", Screen, "_addressed"),
    ("values of each place, conditions, what repeats the address", TypedBodies, "look"),
    ("counting", Batch, "count"),
    ("one by one: what breaks as is known", Judging, "_taken"),
    ("one by one: the exact judge", Judging, "take"),
)
SORTS: dict[str, tuple[float, dict[str, bool]]] = {
    "a log, 0.1 % broken": (0.001, {}),
    "a log, 5 % broken": (0.05, {}),
    "a log, 0.1 % broken, bodies as texts": (0.001, {"text": True}),
    "a log, one undocumented field in each body": (0.0, {"extra": True}),
    "a HAR archive, 0.1 % broken": (0.001, {"text": True}),
}


class Steps:
    """Seconds of each step, without those of steps inside of it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def watch(self, name: str, owner: type, called: str) -> None:
        """From now on, what a method takes counts for this step."""
        genuine: Callable[..., Any] = getattr(owner, called)

        @functools.wraps(genuine)
        def timed(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            self._inside.append(0.0)
            try:
                return genuine(*given, **named)
            finally:
                spent = time.perf_counter() - start
                self.spent[name] += spent - self._inside.pop()
                if self._inside:
                    self._inside[-1] += spent

        setattr(owner, called, timed)


def judged(path: Path) -> float:
    """Seconds that it takes to judge a file."""
    contracts = tuple(one.contract for one in contracts_here())
    judging = Judging(contracts, levels_here(contracts))
    start = time.perf_counter()
    for piece in pieces_of([path]):
        judging.read(piece)
    return time.perf_counter() - start


def floor(path: Path, *, text: bool) -> float:
    """Seconds that it takes to read and parse it."""
    start = time.perf_counter()
    if path.suffix == ".har":
        for entry in orjson.loads(path.read_bytes())["log"]["entries"]:
            orjson.loads(entry["response"]["content"]["text"])
        return time.perf_counter() - start
    with path.open("rb", buffering=2**20) as file:
        while lines := file.readlines(2**18):
            for line in map(orjson.loads, lines):
                if text:
                    orjson.loads(line["response"]["body"])
    return time.perf_counter() - start


def told(title: str, folder: Path, count: int, steps: Steps) -> None:
    """Prints the steps of one file."""
    share, form = SORTS[title]
    path, found = folder / "log.ndjson", archive.exchanges(count, share, **form)
    if "HAR" in title:
        path = folder / "log.har"
        har(path, found)
    else:
        archive.write(path, found)
    least = min(floor(path, text="text" in form) for _ in range(TURNS))
    turns = []
    judged(path)
    for _ in range(TURNS):
        steps.spent.clear()
        turns.append((judged(path), dict(steps.spent)))
    whole, spent = min(turns, key=lambda turn: turn[0])
    if path.suffix != ".har":
        start = time.perf_counter()
        for _ in range_of(path):
            pass
        spent["reading lines, measured by itself"] = time.perf_counter() - start
    spent["keeping batches, moments, and whatever else"] = whole - sum(spent.values())
    print(f"\n{title}: {whole / count * 1e6:.2f} us an exchange, {whole / least:.2f} of the floor")
    for name, seconds in sorted(spent.items(), key=lambda one: -one[1]):
        print(f"  {name:<58} {seconds / count * 1e6:6.2f} us {seconds / whole:6.0%}")
    sys.stdout.flush()


def main(given: Size) -> None:
    """Prints a table for each sort of file."""
    steps = Steps()
    for name, owner, called in STEPS:
        steps.watch(name, owner, called)
    with tempfile.TemporaryDirectory() as name:
        for title in SORTS:
            told(title, Path(name), given.of(MANY, 4_000), steps)


if __name__ == "__main__":
    main(size())
