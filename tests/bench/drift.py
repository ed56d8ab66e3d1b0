"""Comparing two OpenAPI documents, beside others that compare them, and how that grows with the operations.

The documents are of OpenAPI 3.0, which all of them read. Start-up included.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.bench.described import changed, document
from tests.bench.harness import CONTRACTS, Candidate, Size, outside, size, table

TURNS, SIZES, SLOWEST = 3, (50, 300), 50
FLOOR = """
import json, sys
for path in sys.argv[1:]:
    json.load(open(path, "rb"))
"""


def main(given: Size) -> None:
    """Prints a table for each number of operations."""
    redocly, other = outside("@redocly/cli"), outside("openapi-diff")
    with tempfile.TemporaryDirectory() as name:
        for whole in SIZES:
            count = given.of(whole, 2)
            pair = []
            for what, made in (("old", document(count, "3.0.3")), ("new", changed(count, "3.0.3"))):
                pair.append(Path(name, f"{what}.json"))
                pair[-1].write_text(json.dumps(made, indent=1), encoding="utf-8")
            found = {
                "floor: json.load of both": Candidate(command=[sys.executable, "-c", FLOOR, *pair]),
                "contracts drift": Candidate(command=[CONTRACTS, "drift", *pair], ends=1),
            }
            if redocly:
                command = ["node", redocly / "bin" / "cli.js", "diff", *pair]
                found["redocly diff (Node)"] = Candidate(command=command, ends=1)
            if other and whole <= SLOWEST:
                command = ["node", other / "bin" / "openapi-diff", *pair]
                found["openapi-diff (Node)"] = Candidate(command=command, ends=1)
            title = f"two documents of {count} operations"
            table(title, found, given.turns(TURNS), unit="both", memory=True)
    if other:
        print("  openapi-diff compares the smaller pair alone, for the time that it takes")


if __name__ == "__main__":
    main(size())
