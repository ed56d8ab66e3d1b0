"""Judging recorded answers with 300 operations in the contract, beside the same with one operation.

A run with a single answer is taken off: that is the start, loading the document included. The second line says what
operations cost that nobody asks, the third also what judging each of them takes to prepare.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.bench.described import document, log
from tests.bench.harness import CONTRACTS, Candidate, Size, size, table, without_start

TURNS, ANSWERS, OPERATIONS = 3, 100_000, 300


def main(given: Size) -> None:
    """Prints a line for each of the three runs."""
    count, most = given.of(ANSWERS, 200), given.of(OPERATIONS, 20)
    with tempfile.TemporaryDirectory() as top:
        found: dict[str, Candidate] = {}
        for described, asked in ((1, 1), (most, 1), (most, most)):
            folder = Path(top, str(described))
            path = folder / "schemas" / "example" / "openapi.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document(described)), encoding="utf-8")
            start, whole = (folder / f"{asked}-{what}.ndjson" for what in ("first", "whole"))
            for path, lines in ((start, 1), (whole, count)):
                with path.open("w", encoding="utf-8") as file:
                    file.writelines(log(asked, lines))
            command = [CONTRACTS, "verify", "--jobs", "1"]
            name = f"{described} described, answers of {asked}"
            found |= without_start(name, [*command, start], [*command, whole], of=count - 1, cwd=folder)
        table(f"{count:,} answers", found, given.turns(TURNS), unit="an answer", memory=True)


if __name__ == "__main__":
    main(size())
