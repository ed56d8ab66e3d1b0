"""The guard of a run: a process of its own that ends what the run leaves running where it is killed itself.

It is run as a script, for which this package need not be there: it reads from standard input the process groups that
begin (`+N`) and end (`-N`), and where its input ends, because the run is over or was killed, it ends the rest.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress

_PROCESSES = "/proc"


def family(roots: Iterable[int]) -> set[int]:
    """These processes and all that descend from them, where the system lists its processes; else these alone."""
    parents = dict(_parents())
    found = set(roots)
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parents() -> Iterable[tuple[int, int]]:
    for name in os.listdir(_PROCESSES) if os.path.isdir(f"{_PROCESSES}/self") else ():  # noqa: PTH112, PTH208
        # No pathlib here: it is half of the guard's start.
        with suppress(OSError, ValueError, IndexError), open(f"{_PROCESSES}/{int(name)}/stat", "rb") as stat:  # noqa: PTH123
            yield int(name), int(stat.read().rpartition(b")")[2].split()[1])


def kill(processes: Iterable[int]) -> None:
    """Ends processes at once, with their groups where they lead one."""
    for process in processes:
        for end in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                end(process, signal.SIGKILL)


def main() -> None:
    """Reads until the input ends."""
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    kill(family(groups) - {os.getpid()})


if __name__ == "__main__":
    main()
