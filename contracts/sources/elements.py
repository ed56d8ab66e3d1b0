"""The elements of a list in JSON of any size as they are written, in the memory that the largest of them takes.

`plain_json` makes of each what it would in the whole text. Where elements begin alike, many are told apart at once.
"""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from contracts.sources.entries import kind
from contracts.sources.plain_json import NotPlainError

MAX_ELEMENT = 64 * 2**20
"""One element may have so many characters, and so may whatever stands before the list."""
_CHUNK = 2**18
_MANY = 2**15
"""Of less text elements are taken one by one."""
_NEXT = re.compile(r'\s*,\s*\{\s*"[^"\\]{1,80}"\s*:')
_BEGINNINGS, _MOST_PATIENCE = 8, 2**10
_APART = re.compile(rb"[\s,]*")
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODE = json.JSONDecoder(parse_int=len).raw_decode  # too many digits are the element's own matter
_LONGEST = 16
"""Nothing but a text is longer than this and can be cut so that it is wrong."""
_GOES_ON = 2
"""So many signs behind a number may belong to it with the one behind them."""


def elements(file: BufferedReader, *names: str) -> Iterator[tuple[list[bytes], list[int]]]:
    """The elements of the list below these names, some at a time, and the 1-based line of each.

    Raises NotPlainError where no such list is there, or it goes no further.
    """
    text = _Text(file)
    for name in names:
        if not text.enter(name):
            raise NotPlainError(None, f"`{'.'.join(names)}` is missing")
    if text.sign() != "[":
        raise NotPlainError(None, f"`{'.'.join(names)}` must be a list, not {kind(text.value())}")
    text.take("[")
    if text.sign() == "]":
        return
    while True:
        text.sign()
        yield text.alike() or text.one()
        if text.take(",]") == "]":
            return


def _next(text: bytes, at: int) -> int:
    """Where the next element begins."""
    found = _APART.match(text, at)
    assert found is not None
    return found.end()


class _Text:
    """What was read of a file and not yet passed; `line` is that of the place where it is now.

    `between` is how elements were seen to end and the next one to begin, `waits` how many are taken one by one before
    several at once are tried again.
    """

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._decode = getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        self._text, self._at, self._passed = "", 0, ""
        self._line, self._counted = 1, 0
        self._between: list[str] = []
        self._waits = self._patience = 0

    @property
    def line(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def sign(self) -> str:
        """The next sign behind white space, which is passed; "" at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, expected: str) -> str:
        """Passes the next sign, one of these. Raises NotPlainError for another."""
        sign = self.sign()
        if not sign or sign not in expected:
            raise self._problem(f"no {' or '.join(expected)} where it must be")
        self._at += 1
        return sign

    def enter(self, name: str) -> bool:
        """Goes to the value of a name in an object; False where it has none. Raises NotPlainError."""
        if self.sign() != "{":
            self.value()
            return False
        self.take("{")
        if self.sign() == "}":
            return False
        while True:
            found = self.value()
            self.take(":")
            if found == name:
                return True
            self.value()
            if self.take(",}") == "}":
                return False

    def alike(self) -> tuple[list[bytes], list[int]] | None:
        """Passes the next elements that begin like earlier ones; None where they can't be told apart at once."""
        if not self._between or self._waits:
            self._waits = max(0, self._waits - 1)
            return None
        if len(self._text) - self._at < _MANY and not (self._more() and len(self._text) - self._at >= _MANY):
            return None
        start, beyond = self._at, self._at + 2 * _CHUNK  # a large element may wait behind them
        end = max(self._text.rfind(between, start, beyond) for between in self._between) + 1
        found = self._split(end) if end else None
        self._patience = 0 if self._at - start >= _MANY // 2 else max(1, min(2 * self._patience, _MOST_PATIENCE))
        self._waits = self._patience
        return found

    def _split(self, end: int) -> tuple[list[bytes], list[int]] | None:
        """Passes what stands before an end, if these are whole elements: then the text in brackets is a list."""
        import msgspec

        line = self.line
        try:
            text = f"[{self._text[self._at : end]}]".encode()
            found = [*map(bytes, msgspec.json.decode(text, type=list[msgspec.Raw]))]
        except (ValueError, RecursionError):
            return None
        self._at = end
        if b"\n" not in text:
            return found, [line] * len(found)
        lines, at = list[int](), 1
        for one in found:
            start = _next(text, at)
            line += text.count(b"\n", at, start)
            lines.append(line)
            line += one.count(b"\n")
            at = start + len(one)
        return found, lines

    def one(self) -> tuple[list[bytes], list[int]]:
        """Passes the next element, and looks how the one behind it begins. Raises NotPlainError."""
        self.sign()
        line = self.line
        self.value()
        found = _NEXT.match(self._text, self._at)
        if found and self._passed.endswith("}") and "}" + found[0] not in self._between:
            self._between = ["}" + found[0], *self._between][:_BEGINNINGS]
        return [self._passed.encode("utf-8", "surrogateescape")], [line]

    def value(self) -> Any:
        """Passes the next value. Raises NotPlainError where it is none."""
        self.sign()
        while True:
            try:
                value, end = _DECODE(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.pos > len(self._text) - _LONGEST or error.msg.startswith("Unterminated")
                beyond = error.pos - self._at
                if not cut or not self._more():
                    self._at = len(self._text) if error.msg.startswith("Unterminated") else self._at + beyond
                    raise self._problem(error.msg) from None
            except RecursionError:
                raise NotPlainError(self.line, "nests too deep") from None
            else:
                length = end - self._at
                if not isinstance(value, int | float) or end + _GOES_ON < len(self._text) or not self._more():
                    break
        self._passed = self._text[self._at : self._at + length]
        self._at += length
        return value

    def _more(self) -> bool:
        """Reads on, as much again as waits to be passed; False at the end."""
        line, waiting = self.line, len(self._text) - self._at
        if waiting > MAX_ELEMENT:
            raise NotPlainError(line, f"holds an element of more than {MAX_ELEMENT // 2**20} MB")
        part = self._file.read(max(_CHUNK, waiting))
        self._text, self._at, self._counted = self._text[self._at :] + self._decode(part, not part), 0, 0
        return bool(part)

    def _problem(self, problem: str) -> NotPlainError:
        sign = self._text[self._at : self._at + 1]
        if not sign:
            problem = "it ends in the middle"
        elif "\udc80" <= sign <= "\udcff":  # what stands for a byte that is no text
            problem = "it is not text in UTF-8"
        return NotPlainError(self.line, f"is not JSON ({problem})")
