"""Files that are compressed with gzip or zstd, read as what was packed: bit by bit, and as far as it goes.

What is cut in the middle, or broken there, is read up to that place; `problem` says then what is wrong.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

SUFFIXES = (".gz", ".zst")
_GZIP = b"\x1f\x8b"
_ZSTD = (b"\x28\xb5\x2f\xfd", *(bytes([sign]) + b"\x2a\x4d\x18" for sign in range(0x50, 0x60)))
"""What a frame begins with, and one of those that hold no data."""
_HEAD = 4
_PIECE = 2**9
"""So many packed bytes are unpacked at once: four of them may be 128 KB, so this bounds the memory."""
_BUFFER = 2**18


def is_packed_file(path: Path) -> bool:
    """True where a file is compressed, whatever it is called; False where it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).startswith((_GZIP, *_ZSTD))
    except OSError:
        return False


def unpacked(file: BufferedReader) -> BufferedReader:
    """A file as it is, or what was packed into it; see `problem_of`."""
    head = file.peek(_HEAD)[:_HEAD]
    if head.startswith(_GZIP):
        return BufferedReader(_Unpacked(file, lambda: zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), "gzip"), _BUFFER)
    if head.startswith(_ZSTD):
        import zstandard

        return BufferedReader(_Unpacked(file, lambda: zstandard.ZstdDecompressor().decompressobj(), "zstd"), _BUFFER)
    return file


def problem_of(file: BufferedReader) -> str:
    """What is wrong with a packed file that was read to its end, "" for nothing."""
    return file.raw.problem if isinstance(file.raw, _Unpacked) else ""


class _Unpacked(RawIOBase):
    """The members or frames of a packed file, one behind the other; zeros behind them count for nothing."""

    def __init__(self, file: BufferedReader, start: Callable[[], Any], coding: str) -> None:
        self._file, self._start, self._coding = file, start, coding
        self._unpacker: Any = None
        self._plain, self._packed = memoryview(b""), b""
        self.problem = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain and not self.problem and self._more():
            pass
        count = min(len(buffer), len(self._plain))
        buffer[:count], self._plain = self._plain[:count], self._plain[count:]
        return count

    def _more(self) -> bool:
        """Unpacks some more; False at the end, or where it goes no further."""
        packed = self._packed or self._file.read(_PIECE)
        self._packed = b""
        if self._unpacker is None:
            packed = packed.lstrip(b"\0") or self._file.read(_PIECE).lstrip(b"\0")
            if not packed:
                return False
            self._unpacker = self._start()
        if not packed:
            self.problem = f"is cut in the middle of what is packed with {self._coding}"
            return False
        try:
            self._plain = memoryview(self._unpacker.decompress(packed))
        except Exception as error:
            if not isinstance(error, zlib.error) and type(error).__name__ != "ZstdError":
                raise
            self.problem = f"is broken {self._coding}"
            return False
        if self._unpacker.eof:
            self._packed, self._unpacker = self._unpacker.unused_data, None
        return True
