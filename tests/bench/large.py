"""What a description as large as a vendor's costs the commands that read it, and that this grows with its size alone.

Descriptions of 35 and of 140 paths, every kind of construct in them. The floor parses the larger one as YAML; how much
longer that takes than the smaller one stands beside, for as much of it: about 1 is linear.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests import large
from tests.bench.harness import CONTRACTS, Candidate, Size, size, table

TURNS, SMALL, TIMES = 3, 35, 4
FLOOR = "import sys, yaml; yaml.load(open(sys.argv[1], 'rb'), Loader=yaml.CSafeLoader)"
COMMANDS: dict[str, tuple[tuple[str, ...], int]] = {
    "derive": (("derive", "schemas/workshop/openapi.yaml"), 0),
    "verify": (("verify", "log.ndjson"), 0),
    "drift": (("drift", "new.yaml"), 1),
    "docs": (("docs", "--contract", "GET *", "--out", "site"), 0),
}


def prepared(folder: Path, paths: int) -> int:
    """Puts a description of so many paths, traffic and a changed copy into a folder; gives its size."""
    text = large.description(paths)
    (folder / "schemas" / "workshop").mkdir(parents=True)
    (folder / "schemas" / "workshop" / "openapi.yaml").write_text(text, encoding="utf-8")
    (folder / "new.yaml").write_text(text.replace('"-made"', '"-size"'), encoding="utf-8")
    answers = (large.exchange(number) for number in range(0, paths, 2))
    (folder / "log.ndjson").write_text("".join(answers), encoding="utf-8")
    return len(text)


def main(given: Size) -> None:
    """Prints a table, and how each command grows."""
    small = given.of(SMALL, 2)
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name, what) for what in ("small", "whole")]
        sizes = [prepared(folder, paths) for folder, paths in zip(folders, (small, small * TIMES), strict=True)]
        path = folders[1] / "schemas" / "workshop" / "openapi.yaml"
        found = {"floor: CSafeLoader reads it": Candidate(command=[sys.executable, "-c", FLOOR, path])}
        for called, (command, ends) in COMMANDS.items():
            for folder, what in zip(folders, (f"{called}, small", called), strict=True):
                found[what] = Candidate(command=[CONTRACTS, *command], ends=ends, cwd=folder, shown=what == called)
        found["start"] = Candidate(command=[CONTRACTS, "--help"], shown=False)
        title = f"a description of {small * TIMES} paths, {sizes[1] / 1e6:.2f} MB"
        every = table(title, found, given.turns(TURNS), unit="all", memory=True)
    taken = {what: one.median for what, one in every.items()}
    idle = taken["start"]
    for called in COMMANDS:
        growth = (taken[called] - idle) / (taken[f"{called}, small"] - idle) / (sizes[1] / sizes[0])
        print(f"  {called}, beside {small} paths, for as much: x{growth:.2f}")


if __name__ == "__main__":
    main(size())
