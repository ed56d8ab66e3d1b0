"""Commands that take turns in one run, and the table of what they took.

Every candidate is a whole process, start-up included, unless its start-up is measured as well and taken off. Turns are
taken in shuffled order, the first of all is thrown away; told are medians, the least and the greatest. Ratios are to
the first candidate of a table, its floor. Peak memory is that of the greatest process: what measures imports no library
before, since a process begins with the peak of the one that starts it.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ROOT / ".cache" / "outside"
CONTRACTS = str(Path(sys.executable).with_name("contracts"))
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
API = ROOT / "schemas" / "reply" / "openapi.json"
BODY = ROOT / "schemas" / "reply" / "get-a-contact-in-a-sequence.schema.json"
QUIET = {"NODE_PATH": str(OUTSIDE / "node_modules"), "REDOCLY_TELEMETRY": "off", "NO_COLOR": "1",
         "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A command that ends with `ends` and does so many units of work.

    `less` names the candidate that starts as it does, whose time is taken off; a candidate that isn't `shown` is only
    there for that. `told` says that it prints the seconds itself.
    """

    command: Sequence[object]
    of: int = 1
    ends: int = 0
    less: str = ""
    shown: bool = True
    told: bool = False
    cwd: Path = ROOT
    env: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Taken:
    """Seconds for one unit of work, in each turn, the peak memory in MB, and the last word that was printed."""

    each: tuple[float, ...]
    peak: float
    said: str

    @property
    def median(self) -> float:
        """The usual seconds."""
        return statistics.median(self.each)


class Size:
    """How large a run is: 1 is the whole one; a smaller one has fewer units and takes a single turn."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def of(self, count: int, least: int = 1) -> int:
        """So many of what the whole run has `count` of."""
        return max(least, round(count * self._scale))

    def turns(self, count: int) -> int:
        """Turns that are counted."""
        return count if self._scale >= 1 else 1


def size() -> Size:
    """As the command line says."""
    return Size(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)


def outside(name: str) -> Path | None:
    """A package for Node that `make outside` has installed; where it isn't, a line says so."""
    found = OUTSIDE / "node_modules" / name
    if found.exists() and shutil.which("node"):
        return found
    print(f"skipped: {name} isn't installed (make outside)")
    return None


def without_start(
    name: str, start: Sequence[object], whole: Sequence[object], *, of: int, ends: int = 0, cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> dict[str, Candidate]:  # fmt: skip
    """A candidate that does so many units more than its `start`, whose time is taken off."""
    first = f"start of {name}"
    return {
        first: Candidate(command=start, shown=False, cwd=cwd, env=env),
        name: Candidate(command=whole, of=of, ends=ends, less=first, cwd=cwd, env=env),
    }


def _run(one: Candidate) -> tuple[float, float, str]:
    """Seconds, MB and the last word printed. Raises SystemExit where it doesn't end as it should."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen([*map(str, one.command)], cwd=one.cwd, env={**env, **QUIET, **(one.env or {})},
                                   stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        spent = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read().decode(errors="replace")
    if process.returncode != one.ends:
        said = "\n".join(text.splitlines()[-8:])
        raise SystemExit(f"{' '.join(map(str, one.command))[:300]} ended with {process.returncode}\n{said}")
    said = (text.split() or [""])[-1]
    return float(said) if one.told else spent, usage.ru_maxrss / 1024, said


def race(candidates: Mapping[str, Candidate], turns: int) -> dict[str, Taken]:
    """What each of them took."""
    runs: dict[str, list[tuple[float, float, str]]] = {name: [] for name in candidates}
    order, draw = list(candidates), random.Random(turns)  # noqa: S311  nothing secret is drawn
    for turn in range(turns + 1):
        draw.shuffle(order)
        for name in order:
            run = _run(candidates[name])
            if turn:
                runs[name].append(run)
    found = {}
    for name, one in candidates.items():
        off = statistics.median(run[0] for run in runs[one.less]) if one.less else 0.0
        each = tuple(sorted((run[0] - off) / one.of for run in runs[name]))
        found[name] = Taken(each, max(run[1] for run in runs[name]), runs[name][-1][2])
    return found


def table(
    title: str, candidates: Mapping[str, Candidate], turns: int, *, unit: str, memory: bool = False
) -> dict[str, Taken]:
    """Runs the candidates and prints a line for each; gives what they took. `unit` is what the time is for."""
    taken = race(candidates, turns)
    floor = next(taken[name].median for name, one in candidates.items() if one.shown)
    print(f"\n{title}; {turns} turn{'s' if turns > 1 else ''}")
    print(
        f"  {'':<58} {'ratio':>8} {'least to greatest':>18} {f'for {unit}':>16} {'peak memory' * memory:>12}".rstrip()
    )
    for name, one in candidates.items():
        if one.shown:
            low, middle, high = (seconds / floor for seconds in (taken[name].each[0], taken[name].median,
                                                                 taken[name].each[-1]))  # fmt: skip
            mega = f"{taken[name].peak:9.0f} MB" if memory else ""
            spread = f"{low:.2f} to {high:.2f}"
            print(f"  {name:<58} {middle:8.2f} {spread:>18} {clock(taken[name].median):>16} {mega}".rstrip())
    sys.stdout.flush()
    return taken


def clock(seconds: float) -> str:
    """A time in the unit that suits it."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if abs(seconds) * factor >= 1:
            return f"{seconds * factor:.2f} {unit}"
    return f"{seconds * 1e6:.2f} us"
