"""Reading and writing whole files: bounded, in UTF-8, and never half."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

from contracts.errors import Unusable
from contracts.sources.kept_elsewhere import opened_at, size_at, url_of
from contracts.sources.unpacking import problem_of, unpacked

MAX_BYTES = 64 * 2**20
STANDARD_INPUT = Path("-")
_USUAL = 2**16
"""So much is read at once: for the most that may come room is made only where more comes."""


class CutShort(Unusable):
    """A file that can't be read to its end; what stands before that was read."""


def read_text(path: Path, what: str, most: int = 0, *, ordinary: bool = False) -> str:
    """The text of a file of at most so many bytes, by default `MAX_BYTES`; the rest as in `opened`."""
    with opened(path, what, ordinary=ordinary) as file:
        return rest_of(file, path, what, most, ordinary=ordinary)


def rest_of(  # noqa: PLR0913  what `read_text` is asked, and what was read
    file: BufferedReader, path: Path, what: str, most: int = 0, *, ordinary: bool = False, head: bytes = b""
) -> str:
    """The same of an open file, of which the head was read."""
    most = most or MAX_BYTES
    data = head + file.read(min(_USUAL, most + 1))
    if len(data) >= _USUAL:
        data += file.read(max(most + 1 - len(data), 0))  # a device has no size, and no end
    if problem := problem_of(file):
        raise Unusable(f"{path}: {problem}")
    if len(data) > most:
        message = f"{path}: larger than {most // 2**20} MB; {'split it' if ordinary else f'that is not {what}'}"
        raise Unusable(message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path}: not text in UTF-8 (byte {error.start}); name {what}"
        raise Unusable(message) from None


@contextmanager
def opened(path: Path, what: str, *, ordinary: bool = False) -> Iterator[BufferedReader]:
    """A file to be read, in bytes; `what` names its role in messages.

    Where it is `ordinary`, no pipe and no device is opened, which might never end, what is compressed is unpacked, and
    `-` is standard input. Raises Unusable, in one line.
    """
    try:
        if ordinary and path == STANDARD_INPUT:
            yield unpacked(standard_input())
            return
        if ordinary and (url := url_of(path)):
            with opened_at(url) as remote:
                yield unpacked(remote)
            return
        problem = f"a folder, where {what} is expected; name the file itself" if path.is_dir() else ""
        if ordinary and not problem and path.exists() and not path.is_file():
            problem = f"is not an ordinary file; name {what}"
        if problem:
            raise Unusable(f"{path}: {problem}")
        with path.open("rb") as file:
            yield unpacked(file) if ordinary else file
    except FileNotFoundError:
        message = f"{path}: no such file; name {what}"
        raise Unusable(message) from None
    except (OSError, ValueError) as error:
        message = f"{path}: can't be read: {getattr(error, 'strerror', None) or error}"
        raise Unusable(message) from None


def standard_input() -> BufferedReader:
    """Standard input, of which `peek` shows the beginning however slowly it comes; what is read of it is gone."""
    return _patient(sys.stdin.buffer)


@lru_cache(maxsize=1)
def _patient(given: Any) -> BufferedReader:
    return BufferedReader(_Patient(given), 2**18)


class _Patient(RawIOBase):
    """What waits for all that is asked of it, up to the end."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._given.readinto(buffer)
        return count


def is_folder(path: Path) -> bool:
    """A folder is there; it isn't where the system won't say."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def size_of(path: Path) -> int:
    """How many bytes a file has, 0 where the system won't say."""
    url = url_of(path)
    try:
        return size_at(url) if url else path.stat().st_size
    except OSError:
        return 0


def place_of(path: Path) -> str:
    """How messages call a file: relative to the working directory, with forward slashes."""
    if url := url_of(path):
        return url
    return Path(os.path.relpath(path)).as_posix() if path.is_absolute() or ".." in path.parts else path.as_posix()


def write_text(path: Path, text: str) -> None:
    """Puts `text` in place as a whole: a kill at any moment leaves the old file or the new one. Raises Unusable.

    A link stays one, and what it points to is written; a file keeps its permissions; a device or a pipe is written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except (FileExistsError, NotADirectoryError):
        message = f"{path}: can't be written: {path.parent} is no folder"
        raise Unusable(message) from None
    except (OSError, ValueError) as error:
        message = f"{path}: can't be written: {getattr(error, 'strerror', None) or error}"
        raise Unusable(message) from None


def _replace(path: Path, data: bytes) -> None:
    with workshop(path.parent) as folder:
        temporary = folder / "new"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)


@contextmanager
def workshop(parent: Path) -> Iterator[Path]:
    """A hidden folder in `parent`, on the same disk, to be moved from; it is gone afterwards.

    What killed processes left of theirs goes first: a folder that no process has locked. Raises OSError.
    """
    import shutil

    for left in parent.glob(_HIDDEN.replace("*", "?" * 8)):
        lock = _lock(left, wait=False)
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
    folder, lock = _locked_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


_HIDDEN = ".contracts-*.tmp"


def _locked_folder(parent: Path) -> tuple[Path, int | None]:
    """A new folder and its lock: made again where another process took it for left behind before it was locked."""
    import tempfile

    prefix, _, suffix = _HIDDEN.partition("*")
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix, suffix=suffix))
        lock = _lock(folder, wait=True)
        if folder.is_dir():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """The lock on a folder, held until it is closed or its process ends, or None."""
    import fcntl

    opened = None
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # held by a process that lives; removed meanwhile; a file system without locks
        if opened is not None:
            os.close(opened)
        return None
    return opened


def _mode(path: Path) -> int:
    """The permissions of the file there, or those that a new one gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
