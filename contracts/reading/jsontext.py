"""JSON inside a page: the value, the line of each of its places, and where it ends."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.model.json import Json, pointer

if TYPE_CHECKING:
    from contracts.errors import PageRefused
    from contracts.reading.pagetext import PageText

DEEPEST = 32
LARGEST = 20_000
LONGEST_KEY = 128

_SPACE = re.compile(r"[ \t\n]*")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*+"')
_SCALAR = re.compile(r"-?[A-Za-z0-9.+\-]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,400})(\.\d{1,400})?([eE][+-]?\d{1,3})?", re.ASCII)
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value, the 1-based line of each JSON pointer in it, and its first line and the one after it (from 0)."""

    value: Json
    lines: dict[str, int]
    begin: int
    end: int


@dataclass(slots=True)
class _Scan:
    """Where the scanner stands in the text, and what it has seen."""

    text: PageText
    pos: int
    lines: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def skip(self) -> str:
        """Pass white space; the next character, or "" at the end of the text."""
        found = _SPACE.match(self.text.joined, self.pos)
        self.pos = found.end() if found else self.pos
        return self.text.joined[self.pos : self.pos + 1]

    def refused(self, problem: str) -> PageRefused:
        if self.pos >= len(self.text.joined.rstrip()):
            return self.text.refused(self.text.last, "the page stops inside a JSON example; copy the whole page")
        return self.text.refused(self.text.at(self.pos), f"the JSON example can't be read: {problem}")


def read_json(text: PageText, index: int) -> Value:
    """The JSON value that begins on a line.

    Raises PageRefused: cut off, malformed, a key twice, NaN or infinity, absurdly deep or large.
    """
    scan = _Scan(text, text.starts[index])
    value = _value(scan, ())
    end = text.at(scan.pos - 1)
    rest = text.joined[scan.pos : text.starts[end] + len(text.lines[end])].strip()
    if rest:
        raise scan.refused(f"{rest[:40]!r} follows the value")
    return Value(value, scan.lines, index, end + 1)


def _value(scan: _Scan, path: tuple[str | int, ...]) -> Json:
    first = scan.skip()
    scan.count += 1
    if scan.count > LARGEST:
        raise scan.refused(f"more than {LARGEST} values")
    if len(path) > DEEPEST:
        raise scan.refused(f"more than {DEEPEST} levels deep")
    scan.lines.setdefault(pointer(path), scan.text.at(scan.pos) + 1)
    if first == "{":
        return _object(scan, path)
    if first == "[":
        return _array(scan, path)
    return _string(scan) if first == '"' else _scalar(scan)


def _object(scan: _Scan, path: tuple[str | int, ...]) -> Json:
    members: dict[str, Json] = {}
    scan.pos += 1
    while scan.skip() != "}" or members:
        if scan.skip() != '"':
            raise scan.refused("a property name in double quotes is missing")
        begin = scan.pos
        key = _string(scan)
        if key in members or len(key) > LONGEST_KEY:
            scan.pos = begin
            raise scan.refused(
                f"the property {key[:40]!r} stands twice" if key in members else "a property name too long"
            )
        scan.lines[pointer((*path, key))] = scan.text.at(begin) + 1
        if scan.skip() != ":":
            raise scan.refused(f"a colon is missing after {key!r}")
        scan.pos += 1
        members[key] = _value(scan, (*path, key))
        if not _goes_on(scan, "}"):
            return members
    scan.pos += 1
    return members


def _array(scan: _Scan, path: tuple[str | int, ...]) -> Json:
    items: list[Json] = []
    scan.pos += 1
    while scan.skip() != "]" or items:
        items.append(_value(scan, (*path, len(items))))
        if not _goes_on(scan, "]"):
            return items
    scan.pos += 1
    return items


def _goes_on(scan: _Scan, closing: str) -> bool:
    """Pass a comma (True) or the closing bracket (False)."""
    found = scan.skip()
    if found not in {",", closing} or not found:
        raise scan.refused(f"a comma or {closing!r} is missing")
    scan.pos += 1
    return found == ","


def _string(scan: _Scan) -> str:
    found = _STRING.match(scan.text.joined, scan.pos)
    if not found:
        here = scan.text.at(scan.pos)
        if here >= scan.text.last:
            raise scan.text.refused(here, "the page stops inside a JSON example; copy the whole page")
        raise scan.refused("a string isn't closed on its line")
    try:
        value = json.loads(found.group())
        value.encode()
    except ValueError:
        raise scan.refused("a string holds a wrong escape") from None
    scan.pos = found.end()
    return str(value)


def _scalar(scan: _Scan) -> Json:
    found = _SCALAR.match(scan.text.joined, scan.pos)
    word = found.group() if found else ""
    if word in _WORDS:
        scan.pos += len(word)
        return _WORDS[word]
    number = _NUMBER.fullmatch(word)
    if number is None or not math.isfinite(float(word)):
        if found and found.end() >= len(scan.text.joined.rstrip()):
            scan.pos = found.end()
        here = scan.text.joined[scan.pos : scan.pos + 20].split("\n", maxsplit=1)[0].rstrip(", ]}")
        raise scan.refused(f"{here!r} is no JSON value")
    scan.pos += len(word)
    return int(word) if number.group(1) is None and number.group(2) is None else float(word)
