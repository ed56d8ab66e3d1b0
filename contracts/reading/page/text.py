"""The text of a page as clean lines, and the JSON in it: each value, the line of each of its places, where it ends."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from contracts.errors import PageRefused
from contracts.model.json import Json, pointer

LARGEST = 1_000_000
"""Characters; a rendered page has a few thousand."""

_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's lines, trailing and invisible white space gone; `joined` is the same as one string.

    Lines are counted from 0 in here and from 1 wherever a reader sees them; `numbers` are those a reader sees where a
    line was parted into several, else empty.
    """

    name: str
    lines: tuple[str, ...]
    joined: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...] = ()

    def __len__(self) -> int:
        """How many lines."""
        return len(self.lines)

    def line(self, index: int) -> str:
        """The line without its indentation; past the end the empty string."""
        return self.lines[index].strip() if 0 <= index < len(self.lines) else ""

    def filled(self, index: int) -> int:
        """The first line from `index` on that isn't blank, or the length of the text."""
        while index < len(self.lines) and not self.lines[index]:
            index += 1
        return index

    def at(self, offset: int) -> int:
        """The line on which an offset of `joined` stands."""
        return bisect_right(self.starts, offset) - 1

    @property
    def last(self) -> int:
        """The last line that isn't blank."""
        index = len(self.lines) - 1
        while index > 0 and not self.lines[index]:
            index -= 1
        return index

    def refused(self, index: int, problem: str) -> PageRefused:
        """The refusal to raise for a line counted from 0."""
        return PageRefused(self.name, self.number(min(index, len(self.lines) - 1) + 1), problem)

    def number(self, line: int) -> int:
        """The line that a reader sees, for one counted from 1 in here."""
        return self.numbers[line - 1] if self.numbers and line else line


def page_text(text: str, name: str) -> PageText:
    """Clean a text into lines. Raises PageRefused for what can't be a page at all."""
    if len(text) > LARGEST:
        raise PageRefused(name, None, f"{len(text)} characters are no documentation page (at most {LARGEST} are read)")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found.group()):04X}"
        raise PageRefused(name, line, f"not a text: it holds the character {code}; save the page as UTF-8 text")
    text = _INVISIBLE.sub("", text).replace("\u00a0", " ")
    if not text.strip():
        raise PageRefused(name, None, "the page is empty; copy the whole page, from the method to the last field")
    return of_lines(name, [line.rstrip() for line in text.split("\n")])


def of_lines(name: str, lines: Sequence[str], numbers: tuple[int, ...] = ()) -> PageText:
    """A page of clean lines."""
    starts = tuple(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
    return PageText(name, tuple(lines), "\n".join(lines), starts, numbers)


_DEEPEST = 32
_MOST_VALUES = 20_000
_LONGEST_KEY = 128

_JSON = re.compile(r'\{\s*(?:"|\}|//|$)|\[\s*(?:$|["\[{\]\d-]|true|false|null)|"(?:[^"\\]|\\.)*+"$')
_SPACE = re.compile(r"(?:[ \t\n]|//[^\n]*|/\*[^*]*\*/|\.\.\.,?|…,?)*+")
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
        """Pass white space, comments, and dots for what is left out; the next character, or "" at the end."""
        found = _SPACE.match(self.text.joined, self.pos)
        self.pos = found.end() if found else self.pos
        return self.text.joined[self.pos : self.pos + 1]

    def refused(self, problem: str) -> PageRefused:
        if self.pos >= len(self.text.joined.rstrip()):
            return self.text.refused(self.text.last, "the page stops inside a JSON example; copy the whole page")
        return self.text.refused(self.text.at(self.pos), f"the JSON example can't be read: {problem}")


def starts_json(line: str) -> bool:
    """True for a line that begins a JSON object or array, or is a JSON string."""
    return _JSON.match(line) is not None


def read_json(text: PageText, index: int) -> Value:
    """The JSON value that begins on a line, comments, a last comma and dots for what is left out aside.

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
    if scan.count > _MOST_VALUES:
        raise scan.refused(f"more than {_MOST_VALUES} values")
    if len(path) > _DEEPEST:
        raise scan.refused(f"more than {_DEEPEST} levels deep")
    scan.lines.setdefault(pointer(path), scan.text.at(scan.pos) + 1)
    if first == "{":
        return _object(scan, path)
    if first == "[":
        return _array(scan, path)
    return _string(scan) if first == '"' else _scalar(scan)


def _object(scan: _Scan, path: tuple[str | int, ...]) -> Json:
    members: dict[str, Json] = {}
    scan.pos += 1
    while scan.skip() != "}":
        if scan.skip() != '"':
            raise scan.refused("a property name in double quotes is missing")
        begin = scan.pos
        key = _string(scan)
        if key in members or len(key) > _LONGEST_KEY:
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
    while scan.skip() != "]":
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
