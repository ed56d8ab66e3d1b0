"""A client's own command as a child process: bounded in time and in words, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Self

from contracts.errors import Unusable
from contracts.model.frozen import frozen

MOST_OUTPUT = 8_000
"""Bytes of a child's output that are kept from its start, and as many from its end."""

_GRACE = 0.5
"""Seconds that a child gets to end by itself, and that its output gets to arrive."""


@frozen
class Ended:
    """How a command ended: its exit code, None where its time was up, and what it printed on both outputs."""

    code: int | None
    output: str
    seconds: float = 0.0


class Children:
    """Runs commands in process groups of their own; leaving the block ends whatever still runs."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Ends whatever runs; from now on nothing is started any more."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            _end(process)

    def run(self, command: Sequence[str], env: Mapping[str, str], timeout: float) -> Ended:
        """Runs a command to its end, at most `timeout` seconds. Raises Unusable where it can't be started."""
        started = time.monotonic()
        process = self._start(command, env)
        assert process.stdout is not None
        told = _Listener(process.stdout)
        try:
            code: int | None = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)  # what it left behind in its group, too
            with self._lock:
                self._running.discard(process)
        return Ended(code=code, output=told.text(), seconds=time.monotonic() - started)

    def _start(self, command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                message = "the run is over: nothing is started any more"
                raise Unusable(message)
            try:
                process = subprocess.Popen(  # noqa: S603  the user's own command, given to be run
                    list(command), env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                message = f"{command[0]}: can't be started: {reason}; give the client's own command after --"
                raise Unusable(message) from None
            self._running.add(process)
            return process


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
        self._head, self._tail, self._lost = b"", b"", 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while heard := self._pipe.read1(65536):  # type: ignore[attr-defined]  # Popen gives a buffered reader
            room = MOST_OUTPUT - len(self._head)
            self._head, rest = self._head + heard[:room], heard[room:]
            self._lost += max(0, len(self._tail) + len(rest) - MOST_OUTPUT)
            self._tail = (self._tail + rest)[-MOST_OUTPUT:]

    def text(self) -> str:
        """What was heard, once the pipe is closed; a process that left its group can't hold it open for long."""
        self._thread.join(_GRACE * 4)
        if not self._thread.is_alive():
            self._pipe.close()
        gap = f"\n... {self._lost} bytes left out ...\n".encode() if self._lost else b""
        return (self._head + gap + self._tail).decode(errors="replace")
