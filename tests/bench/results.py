"""Runs every benchmark, and writes what they print into RESULTS.md, with the machine and the versions."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("RESULTS.md")
LIBRARIES = ("jsonschema", "jsonschema-rs", "msgspec", "orjson", "pytest", "vcrpy", "schemathesis", "requests", "click")
BENCHES = {
    "An archive, beside reading and parsing it": "tests.bench.archives",
    "A cold check of the committed cassettes": "tests.bench.cold_start",
    "Reading recordings": "tests.bench.reading",
    "Reading pages": "tests.bench.pages",
    "Many contracts": "tests.bench.many",
    "A description as large as a vendor's": "tests.bench.large",
}


def main() -> None:
    """Writes the file anew; a benchmark that fails says so in it."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, CPython {platform.python_version()}"
    rules = "Written by `make bench`. Candidates take turns in one run; ratios travel, seconds don't."
    parts = [f"# Measured\n\n{rules}\n\n{datetime.now(UTC):%Y-%m-%d}, {machine}; {versions}.\n"]
    notes = RESULTS.read_text(encoding="utf-8").partition("\n## What isn't reached")
    for title, module in BENCHES.items():
        done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, capture_output=True, text=True, check=False)
        text = done.stdout.strip() or done.stderr.strip().splitlines()[-1]
        print(f"## {title}\n{text}\n", flush=True)
        parts.append(f"## {title}\n\n```text\n{text}\n```\n")
    RESULTS.write_text("\n".join(parts) + notes[1] + notes[2], encoding="utf-8")


if __name__ == "__main__":
    main()
