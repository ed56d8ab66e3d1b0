"""A client's own command as a child process: bounded in time and in words, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Self

from contracts.consumer import orphan_guard
from contracts.errors import Unusable
from contracts.model.frozen import frozen

MOST_OUTPUT = 8_000
"""Bytes of a child's output that are kept from its start, and as many from its end."""

_MARGIN = 16_000
"""So much more is looked through for what is to be hidden, so that no cut leaves a part of it."""

_GRACE = 0.5
"""Seconds that a child gets to end by itself, and that its output gets to arrive."""


@frozen
class Ended:
    """How a command ended: its exit code, None where its time was up, and what it printed on both outputs."""

    code: int | None
    output: str
    seconds: float = 0.0


class Children:
    """Runs commands in process groups of their own; leaving the block ends whatever still runs of them.

    That is, where the system tells (Linux), also what left its group; and a guard ends them where this process is
    killed. `hide` sees what a command printed and gives what may be kept of it, letter for letter.
    """

    def __init__(self, hide: Callable[[str], str] = lambda text: text) -> None:
        self._hide = hide
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._guard: subprocess.Popen[bytes] | None = None
        self._others: set[int] = set()

    def __enter__(self) -> Self:
        _adopt_orphans(adopt=True)
        self._guard = _guard()
        self._others = orphan_guard.family({os.getpid()}) - {os.getpid()}
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        _adopt_orphans(adopt=False)
        with self._lock:  # a worker of another thread may still have something to tell
            guard, self._guard = self._guard, None
        if guard is not None:
            guard.communicate()  # its input ends, and so does it

    def end(self) -> None:
        """Ends whatever runs; from now on nothing is started any more."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            _end(process)
        self._end_strays()

    def run(self, command: Sequence[str], env: Mapping[str, str], timeout: float) -> Ended:
        """Runs a command to its end, at most `timeout` seconds. Raises Unusable where it can't be started."""
        started = time.monotonic()
        process = self._start(command, env)
        assert process.stdout is not None
        told = _Listener(process.stdout)
        try:
            code = _ended_within(process, timeout)
        finally:
            _end(process)  # what it left behind in its group, too
            with self._lock:
                self._running.discard(process)
                self._tell_guard("-", process)
                if not self._running:  # or another's would be taken for strays
                    self._end_strays()
        return Ended(code=code, output=told.text(self._hide), seconds=time.monotonic() - started)

    def _end_strays(self) -> None:
        """Ends what left the group of its command and was adopted by this process, and what that started meanwhile."""
        me, late = os.getpid(), time.monotonic() + _GRACE
        while strays := orphan_guard.family({me}) - orphan_guard.family(self._others) - {me}:
            orphan_guard.kill(strays)
            for stray in strays:
                with suppress(ChildProcessError):  # not adopted yet
                    os.waitpid(stray, os.WNOHANG)
            if time.monotonic() > late:  # another user's, say
                break
            time.sleep(0.01)

    def _tell_guard(self, sign: str, process: subprocess.Popen[bytes]) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            with suppress(OSError):
                self._guard.stdin.write(f"{sign}{process.pid}\n".encode())
                self._guard.stdin.flush()

    def _start(self, command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise Unusable("the run is over: nothing is started any more")
            try:
                process = subprocess.Popen(  # noqa: S603  the user's own command, given to be run
                    list(command), env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise Unusable(
                    f"{command[0]}: can't be started: {reason}; give the client's own command after --"
                ) from None
            self._running.add(process)
            self._tell_guard("+", process)
            return process


def _ended_within(process: subprocess.Popen[bytes], timeout: float) -> int | None:
    """The exit code of a process that ends within so many seconds, else None; a thread waits, and nothing polls."""
    waiting = threading.Thread(target=process.wait, daemon=True)
    waiting.start()
    waiting.join(timeout)
    return None if waiting.is_alive() else process.returncode


def _guard() -> subprocess.Popen[bytes] | None:
    """A new guard in a group of its own; None where none can be had."""
    with suppress(OSError):
        return subprocess.Popen(  # noqa: S603  our own script
            [sys.executable, "-IS", orphan_guard.__file__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    return None


_SET_CHILD_SUBREAPER = 36


def _adopt_orphans(*, adopt: bool) -> None:
    """Makes this process the parent of what loses its own among its descendants, or no longer; Linux alone can."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the whole process group: politely, then not."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
        os.killpg(process.pid, number)


class _Listener:
    """Reads a pipe to its end in a thread, and keeps the beginning and the end of what it hears."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._head, self._tail, self._count = b"", b"", 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while heard := self._pipe.read1(65536):  # type: ignore[attr-defined]  # Popen gives a buffered reader
            self._count += len(heard)
            room = MOST_OUTPUT + _MARGIN - len(self._head)
            self._head, rest = self._head + heard[:room], heard[room:]
            self._tail = (self._tail + rest)[-MOST_OUTPUT - _MARGIN :]

    def text(self, hide: Callable[[str], str]) -> str:
        """What was heard, once the pipe is closed; a process that left its group can't hold it open for long."""
        self._thread.join(_GRACE * 4)
        if not self._thread.is_alive():
            self._pipe.close()
        whole = len(self._head) + len(self._tail) == self._count
        first, last = (hide(part.decode("latin-1")).encode("latin-1") for part in self._parts(whole=whole))
        lost = self._count - 2 * MOST_OUTPUT
        if lost > 0:
            first = first[:MOST_OUTPUT] + f"\n... {lost} bytes left out ...\n".encode() + last[-MOST_OUTPUT:]
        return first.decode(errors="replace")

    def _parts(self, *, whole: bool) -> tuple[bytes, bytes]:
        both = self._head + self._tail
        return (both, both) if whole else (self._head, self._tail)
