"""Runs every benchmark in one run, and writes what they print into RESULTS.md, with the machine and the versions.

`python -m tests.bench.results [PART...] [--scale 0.1]` prints some parts, or all at a smaller size, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.harness import OUTSIDE, ROOT

RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS = {
    "archives": "An archive of one exchange a line, beside reading it, loops with a validator, and Redocly's drift",
    "steps": "Where the time of judging archives goes",
    "recordings": "HAR and cassettes in YAML, beside loading them whole",
    "cold_start": "A cold check of the committed cassettes, beside pytest with vcrpy and jsonschema",
    "gate": "The gate, beside the client's own runs",
    "suites": "pytest --contracts beside plain vcrpy; property tests beside plain Schemathesis",
    "drift": "Two descriptions compared, beside openapi-diff and Redocly's diff",
    "scrubbing": "Scrubbing, beside parsing and writing the same",
    "making": "Making cases and proofs, beside jsonschema-rs judging what was made",
    "many": "300 operations in the contract, beside one",
    "large": "A description as large as a vendor's, beside parsing it",
    "pages": "Large pages in a browser, beside small ones",
}
"""What runs, in this order: the module and what it measures."""
NOTES = {
    "archives": """\
Aimed at, in one process: 1.6 where 0.1 % are broken, 2.5 where 5 % are, 2.0 with an undocumented
field in each body, 3.5 where nothing can be compiled; 0.9 and 1.4 in two processes; to be ahead of
each peer. Memory is as aimed at, the ratios are not; the steps below show why. Decoding lines and
bodies as types takes as long as the floor does for all it does, since nearly every text in them is
made either way. What comes on top is what a verdict alone doesn't need: which operation an address
is of, what its parameters ask of the body, and of each place of a body which of its branches came,
how often, when first and when last. That is done for many bodies at once, so that it is loops of
the interpreter's own; getting below it takes code in C, or an engine of columns, and those that
read JSON turn one type into another. The loops with jsonschema-rs and with ajv count broken bodies
and do nothing of this: the first is ahead of one process, about level with two, the second ahead of
one process too. A broken body costs several times a kept one: it is decoded again, and the
validator's objects for its errors are the largest part.""",
    "recordings": """\
Aimed at: 1.2 for HAR up to 256 MB, 1.5 beyond that in flat memory, 0.6 for YAML. At 25,000
exchanges of HAR, and at 1,000 of YAML, start-up and the first answers, which the exact judge takes,
are a good part.""",
    "cold_start": """\
Aimed at: 8. What the packages of others and of the standard library take to load, without a line of
ours, is the line before; ours is loaded, reads three contracts and the cassettes, and tells of them
in the rest.""",
}
"""What stands beside the numbers of a part: what was aimed at, and why it isn't reached."""
LIBRARIES = ("click", "hypothesis", "jsonschema", "jsonschema-rs", "msgspec", "orjson", "pytest", "pyyaml", "requests",
             "schemathesis", "vcrpy")  # fmt: skip
PEERS = ("@redocly/cli", "ajv", "openapi-diff")
RULES = """Written by `make bench`. Candidates take turns in one run, in shuffled order; the first turn is thrown away.
Told are the median of the ratios to the floor of the same run, the least and the greatest, and the median time. Ratios
travel, seconds don't. `make bench ONLY=archives SCALE=0.1` prints one part at a tenth of its size."""


def machine() -> str:
    """The machine, how busy it is, and what is installed."""
    cpu = Path("/proc/cpuinfo")
    models = [line for line in cpu.read_text().splitlines() if line.startswith("model name")] if cpu.exists() else []
    name = models[0].partition(":")[2].strip() if models else platform.machine()
    found = [f"CPython {platform.python_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)]
    if shutil.which("node"):
        found.append(f"Node {subprocess.check_output(['node', '--version'], text=True).strip()}")
    for peer in PEERS:
        described = OUTSIDE / "node_modules" / peer / "package.json"
        found += [f"{peer} {json.loads(described.read_text())['version']}"] if described.exists() else []
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"{os.cpu_count()} cores of {name}, {platform.system()}, {load}; {', '.join(found)}."


def run(part: str, scale: float) -> tuple[str, bool]:
    """What a part prints, shown as it comes, and whether it ended well."""
    print(f"## {PARTS[part]}\n", flush=True)
    command, lines = [sys.executable, "-m", f"tests.bench.{part}", str(scale)], []
    start = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    good = process.returncode == 0
    print(f"\n{'took' if good else 'failed after'} {time.monotonic() - start:.0f} s\n", flush=True)
    text = "".join(lines).strip("\n") + ("" if good else "\nfailed")
    note = f"\n{NOTES[part]}\n" if part in NOTES else ""
    return f"## {PARTS[part]}\n\n```text\n{text}\n```\n{note}", good


def main() -> int:
    """Writes the file anew after a whole run; a part that fails says so in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=", ".join(PARTS))
    parser.add_argument("--scale", type=float, default=1.0, help="a smaller size takes one turn")
    asked = parser.parse_args()
    head = f"# Measured\n\n{RULES}\n\n{datetime.now(UTC):%Y-%m-%d}, {machine()}\n"
    print(head, flush=True)
    found = [run(part, asked.scale) for part in asked.parts or PARTS]
    if not asked.parts and asked.scale == 1:
        RESULTS.write_text("\n".join([head, *(text for text, _ in found)]), encoding="utf-8")
    return int(not all(good for _, good in found))


if __name__ == "__main__":
    sys.exit(main())
