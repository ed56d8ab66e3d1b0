"""What scrubbing a recorded answer takes, for a megabyte, and that this grows with its size alone.

The floor parses the body and writes it again. Answers are lists of different contacts; the seconds are those of the
scrubbing alone, told by the process itself.
"""

from __future__ import annotations

import sys

from tests.bench.harness import Candidate, Size, size, table

TURNS, SIZES = 3, (100_000, 400_000, 1_600_000)
MADE = """
import json, sys, time
from contracts import load
from contracts.recording.scrubbing import Scrubber
from contracts.rules.edits import encoded, with_body
from contracts.rules.legal_exchanges import legal_interaction
from tests import archive

contract = load(contract="list-contacts-in-a-sequence")
good = legal_interaction(contract, 200)
body, least = json.loads(good.response.body), int(sys.argv[1])
people = [one["response"]["body"] for one in archive.exchanges(least // 500 + 1)]
for number, one in enumerate(people):
    one |= {"sequenceId": 100, "email": f"person{number}@example.org", "lastName": f"Name-{number}"}
answer = with_body(good, encoded(body | {"items": people}))
scrubber = Scrubber(contract, b"secret")
start = time.perf_counter()
"""
WORK = {
    "floor: json.loads and json.dumps": "json.dumps(json.loads(answer.response.body))",
    "the body scrubbed": 'assert b"person1@" not in scrubber.scrub(answer).response.body',
}
END = "print((time.perf_counter() - start) / len(answer.response.body) * 2**20)"


def main(given: Size) -> None:
    """Prints a table for each size of answer."""
    medians = []
    for whole in SIZES:
        count = given.of(whole, 2_000)
        found = {
            name: Candidate(command=[sys.executable, "-c", f"{MADE}{work}\n{END}", str(count)], told=True)
            for name, work in WORK.items()
        }
        taken = table(f"an answer of {count / 1000:.0f} kB", found, given.turns(TURNS), unit="a MB")
        medians.append(list(taken.values())[-1].median)
    times = given.of(SIZES[-1], 2_000) / given.of(SIZES[0], 2_000)
    print(f"\n{times:.0f} times the size: x{medians[-1] / medians[0]:.2f} time for a MB")


if __name__ == "__main__":
    main(size())
