"""What a description as large as a vendor's costs the commands that read it, and that this grows with its size alone.

Descriptions of 70 and of 281 paths, every kind of construct in them. Each run is a process of its own; printed are the
least processor times, and how much longer the large one takes than the small one for as much of it: about 1 is linear.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import large

TURNS, SMALL = 3, 70
COMMANDS = {
    "derive": ("derive", "schemas/workshop/openapi.yaml"),
    "verify": ("verify", "log.ndjson"),
    "drift": ("drift", "new.yaml"),
    "docs": ("docs", "--contract", "GET *", "--out", "site"),
}


def spent(folder: Path, *command: str) -> float:
    """The processor seconds of one command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "contracts", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def prepared(folder: Path, paths: int) -> int:
    """Puts a description of so many paths, traffic and a changed copy into a folder; gives its size."""
    text = large.description(paths)
    (folder / "schemas" / "workshop").mkdir(parents=True)
    (folder / "schemas" / "workshop" / "openapi.yaml").write_text(text, encoding="utf-8")
    (folder / "new.yaml").write_text(text.replace('"-made"', '"-size"'), encoding="utf-8")
    answers = (large.exchange(number) for number in range(0, paths, 2))
    (folder / "log.ndjson").write_text("".join(answers), encoding="utf-8")
    return len(text)


def main() -> None:
    """Prints a line for each command."""
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name, str(paths)) for paths in (SMALL, large.PATHS)]
        sizes = [prepared(folder, int(folder.name)) for folder in folders]
        print(f"{sizes[0] / 1e6:.2f} MB and {sizes[1] / 1e6:.2f} MB", flush=True)
        idle = min(spent(folders[0], "--help") for _ in range(TURNS))
        for called, command in COMMANDS.items():
            small, whole = (min(spent(folder, *command) for _ in range(TURNS)) for folder in folders)
            growth = (whole - idle) / (small - idle) / (sizes[1] / sizes[0])
            print(f"{called:<7} {small:6.2f} s  {whole:6.2f} s  x{growth:.2f} for as much", flush=True)


if __name__ == "__main__":
    main()
