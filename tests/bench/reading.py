"""Reading recordings of 1,000 and of 10,000 interactions: what one costs, and how much memory it takes at most.

Each reading is a process of its own, the first turn is thrown away; printed are medians of the processor time for one
interaction, peak memory, and the ratios of both. A linear reader keeps the ratio of times near 1 and that of memory at
10 at most; the reader of logs keeps its memory flat. Only ratios are meant to travel.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

TURNS = 5
SIZES = (1_000, 10_000)
ROOT = Path(__file__).resolve().parents[2]
BODY = json.dumps({"contactId": 12345, "sequenceId": 100, "email": None, "notes": "x" * 400}, indent=2)
URL = "https://api.example.com/v3/sequences/100/contacts/"

READ = """
import sys, time
from contracts.sources.recordings import read_recordings
for _ in read_recordings([sys.argv[2]]): pass
if sys.argv[3] == "memory":
    import tracemalloc
    tracemalloc.start()
start = time.process_time()
count = sum(1 for _ in read_recordings([sys.argv[1]]))
spent = time.process_time() - start
print(spent / count * 1e6 if sys.argv[3] == "time" else tracemalloc.get_traced_memory()[1] / 2**20)
"""
"""Reads one interaction first, which loads every module."""


def tape(count: int) -> dict[str, Any]:
    """A cassette."""
    return {
        "version": 1,
        "interactions": [
            {
                "request": {"method": "GET", "uri": f"{URL}{number}", "body": None, "headers": {"Accept": ["*/*"]}},
                "response": {
                    "status": {"code": 200, "message": "OK"},
                    "headers": {"Content-Type": ["application/json"]},
                    "body": {"string": BODY},
                },
            }
            for number in range(count)
        ],
    }


def yaml_tape(count: int) -> str:
    """A cassette as vcrpy writes it by default."""
    import yaml

    written: str = yaml.dump(tape(count), Dumper=yaml.CSafeDumper)
    return written


def archive(count: int) -> str:
    """A HAR archive."""
    entries = [
        {
            "startedDateTime": "2026-01-31T12:00:00Z",
            "request": {"method": "GET", "url": f"{URL}{number}", "headers": [{"name": "Accept", "value": "*/*"}]},
            "response": {
                "status": 200,
                "headers": [{"name": "Content-Type", "value": "application/json"}],
                "content": {"size": len(BODY), "text": BODY},
            },
        }
        for number in range(count)
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1)


def log(count: int) -> str:
    """Exchanges one to a line."""
    lines = (
        {"request": {"method": "GET", "url": f"{URL}{number}"}, "response": {"status": 200, "body": json.loads(BODY)}}
        for number in range(count)
    )
    return "".join(json.dumps(line) + "\n" for line in lines)


KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "cassette in YAML": (".yaml", yaml_tape),
    "cassette in JSON": (".json", lambda count: json.dumps(tape(count), indent=4)),
    "archive (HAR)": (".har", archive),
    "log (NDJSON)": (".ndjson", log),
}


def measured(path: Path, single: Path, what: str) -> float:
    """Microseconds of processor time for one interaction, or megabytes of Python's memory at the peak."""
    command = [sys.executable, "-c", READ, str(path), str(single), what]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Prints a line for each kind of recording."""
    print(f"{'':<20} {'one of 1,000':>14} {'one of 10,000':>14} {'ratio':>6} {'peak memory':>20} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (suffix, make) in KINDS.items():
            one, *both = (Path(folder, f"{count}{suffix}") for count in (1, *SIZES))
            for path, count in zip((one, *both), (1, *SIZES), strict=True):
                path.write_text(make(count))
            turns = [[measured(path, one, "time") for path in both] for _ in range(TURNS + 1)][1:]
            few, many = (statistics.median(turn[at] for turn in turns) for at in (0, 1))
            low, high = (measured(path, one, "memory") for path in both)
            times = f"{few:11.1f} us {many:11.1f} us x{many / few:5.2f}"
            print(f"{name:<20} {times} {low:7.2f} -> {high:6.2f} MB x{high / low:5.2f}")


if __name__ == "__main__":
    main()
