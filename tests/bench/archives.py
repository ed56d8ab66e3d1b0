"""Judging an archive, beside reading and parsing it, and beside what one would write by hand.

Whole processes take turns in one run, start-up included; the first turn is thrown away. Printed are medians of wall
time as ratios to the floor of the same file and run (reading, and `orjson.loads` of each line), their least and
greatest, and peak memory. `python -m tests.bench.archives 1000000` takes so many exchanges; without a number a tenth.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import archive

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schemas" / "reply" / "get-a-contact-in-a-sequence.schema.json"
OUTSIDE = ROOT / ".cache" / "outside" / "node_modules"
TURNS = 3
NAME = ("--contract", "get-a-contact-in-a-sequence")

FLOOR = """
import sys, orjson
with open(sys.argv[1], "rb", buffering=1 << 20) as file:
    while lines := file.readlines(1 << 18):
        for line in lines:
            orjson.loads(line)
"""
FAST_LOOP = """
import json, sys, orjson, jsonschema_rs
valid = jsonschema_rs.Draft202012Validator(json.load(open(sys.argv[2])), validate_formats=True)
broken = {}
with open(sys.argv[1], "rb", buffering=1 << 20) as file:
    while lines := file.readlines(1 << 18):
        for line in lines:
            body = orjson.loads(line)["response"]["body"]
            if not valid.is_valid(body):
                for error in valid.iter_errors(body):
                    key = tuple(error.schema_path)
                    broken[key] = broken.get(key, 0) + 1
"""
LOOP = """
import json, sys, jsonschema
valid = jsonschema.Draft202012Validator(json.load(open(sys.argv[2])), format_checker=jsonschema.FormatChecker())
broken = {}
for line in open(sys.argv[1]):
    for error in valid.iter_errors(json.loads(line)["response"]["body"]):
        key = tuple(error.schema_path)
        broken[key] = broken.get(key, 0) + 1
"""
AJV = """
const fs = require("fs"), readline = require("readline");
const Ajv = require("ajv/dist/2020"), formats = require("ajv-formats");
const ajv = new Ajv({strict: false, allErrors: true}); formats(ajv);
const valid = ajv.compile(JSON.parse(fs.readFileSync(process.argv[3]))), broken = {};
readline.createInterface({input: fs.createReadStream(process.argv[2])}).on("line", line => {
  if (!valid(JSON.parse(line).response.body)) for (const error of valid.errors)
    broken[error.schemaPath] = (broken[error.schemaPath] || 0) + 1;
});
"""


def candidates(folder: Path, log: Path, *, slow: bool) -> dict[str, list[str]]:
    """A command line for each, by name."""
    contracts = [str(Path(sys.executable).with_name("contracts")), "verify", *NAME]
    scripts = {"floor.py": FLOOR, "fast.py": FAST_LOOP, "loop.py": LOOP, "ajv.js": AJV}
    for name, text in scripts.items():
        (folder / name).write_text(text)
    found = {
        "floor: read, and parse each line": [sys.executable, "floor.py", str(log)],
        "contracts verify --jobs 1": [*contracts, "--jobs", "1", str(log)],
        "contracts verify --jobs 2": [*contracts, "--jobs", "2", str(log)],
        "jsonschema-rs over bodies": [sys.executable, "fast.py", str(log), str(SCHEMA)],
    }
    if slow:
        found["jsonschema over bodies"] = [sys.executable, "loop.py", str(log), str(SCHEMA)]
    if shutil.which("node") and (OUTSIDE / "ajv").is_dir() and (OUTSIDE / "ajv-formats").is_dir():
        found["ajv over bodies (Node)"] = ["node", "ajv.js", str(log), str(SCHEMA)]
    else:
        print("skipped: ajv isn't installed (make outside)")
    return found


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds, and peak memory of one process in MB."""
    environment = os.environ | {"NODE_PATH": str(OUTSIDE)}
    cwd = ROOT if command[1] == "verify" else folder
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def table(title: str, log: Path, folder: Path, *, slow: bool) -> None:
    """Prints the candidates on one file."""
    print(f"\n{title}, {log.stat().st_size / 2**20:.0f} MB")
    taken: dict[str, list[tuple[float, float]]] = {}
    every = candidates(folder, log, slow=slow)
    for _ in range(TURNS + 1):
        for name, command in every.items():
            taken.setdefault(name, []).append(timed(command, folder))
    floor = statistics.median(seconds for seconds, _ in next(iter(taken.values()))[1:])
    for name, runs in taken.items():
        ratios = sorted(seconds / floor for seconds, _ in runs[1:])
        peak = max(memory for _, memory in runs)
        print(f"  {name:34} {statistics.median(ratios):6.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})  {peak:5.0f} MB")


def main() -> None:
    """Prints a table for each sort of archive, and how time and memory grow."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, share, extra in (
            (f"{count:,} exchanges, 0.1 % broken", 0.001, False),
            (f"{count:,} exchanges, 5 % broken", 0.05, False),
            (f"{count:,} exchanges, an undocumented field in each", 0.0, True),
        ):
            log = archive.write(folder / "log.ndjson", archive.exchanges(count, share, extra=extra))
            table(title, log, folder, slow=share == 0.05 and count <= 100_000)
        print("\ngrowth, 5 % broken: microseconds an exchange, start-up included, and peak memory")
        for size in (count // 10, count, count * 3):
            log = archive.write(folder / "log.ndjson", archive.exchanges(size, 0.05))
            script = str(Path(sys.executable).with_name("contracts"))
            runs = [timed([script, "verify", *NAME, "--jobs", "1", str(log)], folder) for _ in range(TURNS)]
            seconds = statistics.median(seconds for seconds, _ in runs)
            print(f"  {size:9,} exchanges {seconds / size * 1e6:6.1f} us  {max(memory for _, memory in runs):5.0f} MB")


if __name__ == "__main__":
    main()
