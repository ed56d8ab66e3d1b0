"""JSON read as plain data, with the lines where the elements of a list begin."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_SHORT = 1200
"""A text of so many bytes nests no deeper than half of that."""
_MOST_DIGITS = 4300
_TWO_DIGITS, _DIGITS = re.compile(rb"[0-9]{2}"), re.compile(rb"[0-9]{%d}" % _MOST_DIGITS)
_DECODE = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[\s,:]*")


class NotPlainError(ValueError):
    """The text isn't one document of plain data; `line` is 1-based, None for an unknown one."""

    def __init__(self, line: int | None, problem: str) -> None:
        self.line = line
        super().__init__(problem)

    def place(self, file: str) -> str:
        """The file, and the line where one is known."""
        return file if self.line is None else f"{file}:{self.line}"


def json_value(text: str | bytes) -> Any:
    """The JSON value in `text`. Raises NotPlainError, whose line is None for the first."""
    try:
        return json.loads(text if isinstance(text, str) else text.decode())
    except json.JSONDecodeError as error:
        line = error.lineno if error.lineno > 1 else None
        raise NotPlainError(line, f"is not JSON ({error.msg} at column {error.colno})") from None
    except UnicodeDecodeError as error:
        raise NotPlainError(None, f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise NotPlainError(None, "nests too deep") from None
    except ValueError:
        raise NotPlainError(None, "holds a number of too many digits") from None


def unsure(texts: Sequence[bytes]) -> list[int]:
    """The places of those texts that `json_value` may refuse though a decoder of types doesn't."""
    found: list[int] = []
    if not all(map(bytes.isascii, texts)):
        found += [place for place, text in enumerate(texts) if not _is_utf8(text)]
    if max(map(len, texts), default=0) > _SHORT:
        found += [place for place, text in enumerate(texts) if len(text) > _SHORT and _may_be_refused(text)]
    return found


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_be_refused(text: bytes) -> bool:
    """True where a valid text may nest too deep, or hold a number of too many digits."""
    if text.count(b"[") + text.count(b"{") > _SHORT // 2:
        return True
    apart = _MOST_DIGITS // 2
    return bool(_TWO_DIGITS.search(text[::apart])) and bool(_DIGITS.search(text))


def json_with_lines(text: str, *names: str) -> tuple[Any, list[int]]:
    """The value, and the 1-based line of each element of the list below these names. Raises NotPlainError."""
    value = json_value(text)
    try:
        at = _skip(text, 0)
        for name in names:
            at = _below(text, at, name)
        return value, _elements(text, at)
    except (ValueError, IndexError, RecursionError):
        return value, []


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _below(text: str, at: int, name: str) -> int:
    """Where the value of a name begins in the object at `at`. Raises ValueError, IndexError."""
    if text[at] != "{":
        raise ValueError
    at = _skip(text, at + 1)
    while text[at] != "}":
        after = _DECODE(text, at)[1]
        found, at = text[at:after] == f'"{name}"', _skip(text, after)
        if found:
            return at
        at = _skip(text, _DECODE(text, at)[1])
    raise ValueError


def _elements(text: str, at: int) -> list[int]:
    """The lines of the elements of the list at `at`. Raises ValueError, IndexError."""
    if text[at] != "[":
        raise ValueError
    lines, line, counted = list[int](), 1, 0
    at = _skip(text, at + 1)
    while text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        lines.append(line)
        at = _skip(text, _DECODE(text, at)[1])
    return lines
