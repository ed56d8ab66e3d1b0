"""Judging an archive of one exchange a line, beside reading and parsing it, and beside what one would use instead.

The floor reads the file and parses each line, and each body as well where it is a text. What takes minutes for a whole
archive judges its beginning: then its start-up is taken off, so that what it takes for one exchange remains.
"""

from __future__ import annotations

import json
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

from tests import archive
from tests.bench.harness import API, BODY, CONTRACTS, ROOT, Candidate, Size, outside, size, table, without_start
from tests.bench.loops import written

MANY, FEW = 1_000_000, 20_000
GROWTH = (10_000, 100_000, 1_000_000)
TURNS = 3
NAME = ("--contract", "get-a-contact-in-a-sequence")
UNTYPED: dict[str, Any] = {"patternProperties": {"^nothing": False}}
"""What no types can say of a whole body."""
BROKEN = 0.05
KINDS: dict[str, tuple[float, dict[str, bool]]] = {
    "0.1 % broken": (0.001, {}),
    "5 % broken": (BROKEN, {}),
    "5 % broken, bodies as texts": (BROKEN, {"text": True}),
    "one undocumented field in each body": (0.0, {"extra": True}),
    "0.1 % broken, a contract of which nothing can be compiled": (0.001, {}),
}
SLOW = "5 % broken"
"""The archive that is also shown to what takes long."""


def uncompiled(folder: Path) -> Path:
    """Puts the first contract into a folder, with keywords that can't be compiled; gives the schema of its body."""
    document = json.loads(API.read_text(encoding="utf-8"))
    answer = document["paths"]["/v3/sequences/{id}/contacts/{contact_id}"]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"].update(UNTYPED)
    path = folder / "schemas" / "reply" / "openapi.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    body = folder / "body.schema.json"
    body.write_text(json.dumps(json.loads(BODY.read_text(encoding="utf-8")) | UNTYPED), encoding="utf-8")
    return body


def candidates(log: Path, schema: Path, count: int, ends: int, *, text: bool, cwd: Path) -> dict[str, Candidate]:
    """What judges all of an archive."""
    loops = written(log.parent, text=text)
    verify = [CONTRACTS, "verify", *NAME, log, "--jobs"]
    found = {
        "floor: read, orjson.loads" + (" of line and body" if text else " of each line"): Candidate(
            command=[sys.executable, loops["floor.py"], log], of=count
        ),
        "contracts verify --jobs 1": Candidate(command=[*verify, "1"], of=count, ends=ends, cwd=cwd),
        "contracts verify --jobs 2": Candidate(command=[*verify, "2"], of=count, ends=ends, cwd=cwd),
        "loop with jsonschema-rs": Candidate(command=[sys.executable, loops["fast.py"], log, schema], of=count),
    }
    if outside("ajv") and outside("ajv-formats"):
        found["loop with ajv (Node)"] = Candidate(command=["node", loops["ajv.js"], log, schema], of=count)
    return found


def slow(log: Path, few: Path, one: Path, count: int) -> dict[str, Candidate]:
    """What judges the beginning of one, without what it takes for the first exchange, which is legal."""
    loop = [sys.executable, log.parent / "slow.py"]
    found = without_start("loop with jsonschema *", [*loop, one, BODY], [*loop, few, BODY], of=count - 1)
    if redocly := outside("@redocly/cli"):
        drift = ["node", redocly / "bin" / "cli.js", "drift", "--rules", "schema-consistency", "--api", API]
        name = "redocly drift (Node), its rule of schemas alone *"
        found |= without_start(name, [*drift, one], [*drift, few], of=count - 1, ends=1)
    return found


def judged(title: str, folder: Path, given: Size) -> None:
    """Prints the table of one archive."""
    share, form = KINDS[title]
    count, few = given.of(MANY, 4_000), given.of(FEW, 200)
    log = archive.write(folder / "log.ndjson", archive.exchanges(count, share, **form))
    compiled = "compiled" not in title
    schema, cwd = (BODY, ROOT) if compiled else (uncompiled(folder), folder)
    every = candidates(log, schema, count, int(share > 0), text="text" in form, cwd=cwd)
    if title == SLOW:
        for name, lines in (("few", few), ("one", 1)):
            with log.open(encoding="utf-8") as whole, (folder / f"{name}.ndjson").open("w", encoding="utf-8") as file:
                file.writelines(islice(whole, lines))
        every |= slow(log, folder / "few.ndjson", folder / "one.ndjson", few)
    told = f"{count:,} exchanges, {title}, {log.stat().st_size / 2**20:.0f} MB"
    taken = table(told, every, given.turns(TURNS), unit="an exchange", memory=True)
    counts = {taken[name].said for name in taken if name.startswith("loop") and not name.endswith("*")}
    print(f"  broken bodies, by each of the loops: {', '.join(sorted(counts))}")
    if title == SLOW:
        print(f"  * for one exchange of the first {few:,}, start-up taken off")


def main(given: Size) -> None:
    """Prints a table for each sort of archive, and how time and memory grow."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title in KINDS:
            judged(title, folder, given)
        found = {}
        for whole in GROWTH:
            count = given.of(whole, 100)
            log = archive.write(folder / "log.ndjson", archive.exchanges(count, BROKEN))
            pair = dict(islice(candidates(log, BODY, count, 1, text=False, cwd=ROOT).items(), 2))
            taken = table(
                f"growth: {count:,} exchanges, 5 % broken", pair, given.turns(TURNS), unit="an exchange", memory=True
            )
            found[whole] = list(taken.values())[1]
    few, many, most = found.values()
    low, middle, high = (f"{given.of(whole, 100):,}" for whole in GROWTH)
    print(f"\n  one of {high} takes x{most.median / few.median:.2f} of one of {low}, start-up included")
    print(f"  {high} take x{most.peak / many.peak:.2f} of the peak memory of {middle}")


if __name__ == "__main__":
    main(size())
