"""Prose split into sentences, each with its line and a digest that names its wording without holding it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from hashlib import sha256
from operator import itemgetter

from contracts.model.frozen import frozen
from contracts.model.page import Sentence

BULLET = re.compile(r"^\s*(?:[•‣◦▪*\-–—]|\d{1,3}[.)])\s+")

_NEVER_LAST = frozenset("e.g i.e eg ie vs cf viz ca approx resp incl excl mr mrs ms dr prof st fig nr".split())
_SELDOM_LAST = frozenset("etc inc ltd co corp al a.m p.m u.s u.k max min no vol".split())
_END = re.compile(r"([.!?]+)([\"'”’)\]»`]*)(?=\s)")
_WORD = re.compile(r"[\w.]+$")
_PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}
_ENTRY = re.compile(r"-?\d{1,9}(?: ?[=:] ?| [-–—] )[^\d,;:=][^,;:=]*")
"""A number with its meaning, alone on its line."""
_SIGNS = re.compile(r'[()\[\]“”«»"]')


@frozen
class _Unit:
    """A paragraph or a bullet: its text, white space folded, and where each of its lines begins in it."""

    text: str
    lines: tuple[tuple[int, int], ...]

    def line(self, offset: int) -> int:
        """The line that holds an offset."""
        return self.lines[bisect_right(self.lines, offset, key=itemgetter(0)) - 1][1]


def digest(sentence: str) -> str:
    """16 hex digits over a sentence with its white space folded."""
    return sha256(" ".join(sentence.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sentences(lines: Iterable[tuple[int, str]], field: str = "") -> tuple[Sentence, ...]:
    """The sentences of numbered lines (1-based); a blank line, a bullet or a colon at a line's end begins anew.

    So does each of several lines that give a number and its meaning. A full stop before a space ends a sentence
    whatever follows, unless it closes an abbreviation or stands inside brackets or quotation marks.
    """
    return tuple(
        Sentence(text=text, line=unit.line(offset), field=field, digest=digest(text))
        for unit in _units(lines)
        for offset, text in _split(unit.text)
    )


def unclosed(text: str) -> str:
    """The bracket or quotation mark that a text opens and doesn't close, or ""."""
    signs = [found.group() for found in _SIGNS.finditer(text)]
    if signs.count('"') % 2:
        return '"'
    for closing, opening in _PAIRS.items():
        if signs.count(opening) > signs.count(closing):
            return opening
    return "`" if text.count("`") % 2 else ""


def _units(lines: Iterable[tuple[int, str]]) -> Iterator[_Unit]:
    words: list[str] = []
    starts: list[tuple[int, int]] = []
    length, breaks, above = 0, False, False
    for number, line in lines:
        folded = " ".join(BULLET.sub("", line, count=1).split())
        entry = _ENTRY.fullmatch(folded) is not None
        if words and (not folded or breaks or BULLET.match(line) or (entry and above)):
            yield _Unit(text=" ".join(words), lines=tuple(starts))
            words, starts, length = [], [], 0
        if folded:
            starts.append((length, number))
            words.append(folded)
            length += len(folded) + 1
        breaks, above = folded.endswith(":"), entry
    if words:
        yield _Unit(text=" ".join(words), lines=tuple(starts))


def _split(text: str) -> Iterator[tuple[int, str]]:
    inside = _inside(text)
    begin = 0
    for end in _END.finditer(text):
        if end.end() not in inside and _ends(text, end):
            yield begin, text[begin : end.end()]
            begin = end.end() + 1
    if begin < len(text):
        yield begin, text[begin:]


def _ends(text: str, end: re.Match[str]) -> bool:
    """True for a full stop that ends a sentence."""
    following = text[end.end() + 1 : end.end() + 2]
    if end.group(2) or end.group(1) in {"...", ".."}:
        return not following.islower()
    if end.group(1) != ".":
        return True
    found = _WORD.search(text[max(0, end.start() - 20) : end.start()])
    word = found.group().lower() if found else ""
    if word in _NEVER_LAST:
        return False
    return not (word in _SELDOM_LAST and (following.islower() or following.isdigit()))


def _inside(text: str) -> frozenset[int]:
    """The offsets after a possible end that lie within closed brackets or quotation marks."""
    found = [(sign.start(), sign.group()) for sign in _SIGNS.finditer(text)]
    spans: list[tuple[int, int]] = []
    opened: dict[str, list[int]] = {}
    for at, sign in found:
        if sign == '"' and opened.get(sign):
            spans.append((opened[sign].pop(), at))
        elif sign in _PAIRS:
            if opened.get(_PAIRS[sign]):
                spans.append((opened[_PAIRS[sign]].pop(), at))
        else:
            opened.setdefault(sign, []).append(at)
    ends = [end.end() for end in _END.finditer(text)]
    within: set[int] = set()
    depth, events = 0, sorted([(at, 1) for at, _ in spans] + [(at, -1) for _, at in spans])
    index = 0
    for end in ends:
        while index < len(events) and events[index][0] < end:
            depth += events[index][1]
            index += 1
        if depth > 0:
            within.add(end)
    return frozenset(within)
