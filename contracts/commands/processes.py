"""Pieces of recordings judged by several processes; each keeps what it counts, and hands it over in the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection, get_all_start_methods, get_context
from typing import Any

from contracts.commands.archives import Judging, Piece, Share
from contracts.errors import ContractsError, Unusable


def cores() -> int:
    """How many processes may run at once here; one where a process can't take over what another one has loaded."""
    if "fork" not in get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judged(
    pieces: Sequence[Piece], judging: Judging, jobs: int, go_on: Callable[[Piece], bool] = lambda _: True
) -> Iterator[Share]:
    """What came of the pieces, a share for each of so many processes; `judging` is what each begins with.

    `go_on` is told each piece that is done; where it says no, no more are begun. Raises Unusable, with the piece, where
    a process ends before its time, or a file can't be read.
    """
    context: Any = get_context("fork")
    waiting, busy = list(reversed(pieces)), dict[Any, Piece]()
    workers = dict[Any, Any]()
    try:
        for _ in range(min(jobs, len(pieces))):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, judging), daemon=True)
            process.start()
            theirs.close()
            workers[ours] = process
            busy[ours] = waiting.pop()
            ours.send(busy[ours])
        while busy:
            pipe: Any
            for pipe in connection.wait([*busy]):
                piece = busy.pop(pipe)
                told = _heard(pipe, piece)
                if isinstance(told, Share):
                    yield told
                    continue
                if not go_on(piece):
                    waiting.clear()
                following = waiting.pop() if waiting else None
                busy[pipe] = following or piece
                pipe.send(following)
    finally:
        for pipe, process in workers.items():
            pipe.close()
            process.terminate()
            process.join()


def _heard(pipe: Any, piece: Piece) -> Any:
    """What a process says next. Raises Unusable where it ended, or met what can't be used."""
    try:
        told = pipe.recv()
    except (EOFError, OSError):
        raise Unusable(f"{piece.name}: the process that judged it ended before its time; nothing is reported") from None
    if isinstance(told, ContractsError):
        raise told
    return told


def _work(pipe: Any, judging: Judging) -> None:
    """Judges the pieces that come, and hands over its share when none do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it says when to end
    while True:
        try:
            piece = pipe.recv()
            if piece is None:
                pipe.send(judging.share)
                return
            judging.read(piece)
            pipe.send("done")
        except ContractsError as error:
            pipe.send(error)
            return
        except (EOFError, OSError):
            return
