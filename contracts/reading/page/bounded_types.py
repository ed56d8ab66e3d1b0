"""Fields with bounds on their type line and `required` above it, on lines as other pages have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import takewhile

from contracts.reading.page.typeline import type_line
from contracts.reading.page.words import heading

Line = tuple[int, str]
"""A line with its number."""

_NUMBER = r"-?\d{1,18}(?:\.\d{1,18})?"
_BOUND = rf"\[ ?{_NUMBER} ?\.\. ?{_NUMBER} ?\]|[<>]=? ?{_NUMBER}"
_TYPE = re.compile(
    rf"(?P<type>[A-Za-z]+(?: of [a-z]+)?)(?: <(?P<format>[\w-]+)>)?(?P<null> or null| \| null)?"
    rf"(?P<bounds>(?: (?:non-empty|unique|(?:{_BOUND})(?: (?:characters|items))?))*)"
)
_EACH = re.compile(rf"(?P<bound>{_BOUND})(?: (?P<unit>characters|items))?|non-empty")
_NAME = re.compile(r"[\w$@][\w$@.\[\]-]{0,99}")
_ENUM = re.compile(r"(?:Enum|Value): ?(?P<values>(?:\"[^\",]*\"|-?\d+)(?: (?:\"[^\",]*\"|-?\d+))*)")
_MEDIA = re.compile(
    r"(?:(?P<body>Request Body schema)|Response Schema|Media type|Content type): (?P<media>[a-z]+/[\w.+*-]+)",
    re.IGNORECASE,
)
_LENGTHS = {"characters": "string length", "items": "array length"}


def unbounded(lines: list[Line]) -> Iterator[Line]:
    """The lines with name, type, marker, and below a field's description its bounds and values.

    A page that has no such field stays as it is.
    """
    texts = [line.strip() for _, line in lines]
    begins = [_field(texts, index) for index in range(len(texts))]
    if not any(found and (found[1] or found[2]) for found in begins):
        yield from lines
        return
    held: list[Line] = []
    index = 0
    while index < len(lines):
        number, line = lines[index]
        found, media = begins[index], _MEDIA.fullmatch(texts[index])
        if found or media or heading(texts[index]) is not None:
            yield from held
            held = []
        if found:
            length, wanted, bounds, kind = found
            below = takewhile(lambda at: not (begins[at] or heading(texts[at])), range(index + length, len(texts)))
            if any(_ENUM.fullmatch(texts[at]) for at in below):
                kind = re.sub("^[a-z]+", lambda word: f"enum<{word.group()}>", kind)
            last = lines[index + length - 1][0]
            yield from ((number, line), (last, kind))
            yield from [(lines[index + 1][0], "required")] * wanted
            held = [(last, bound) for bound in bounds]
            index += length
            continue
        if values := _ENUM.fullmatch(texts[index]):
            listed = re.findall(r"\"[^\"]*\"|-?\d+", values["values"])
            held.append((number, "Available options: " + ", ".join(str(json.loads(one)) for one in listed)))
        elif media:
            yield from ((number, part) for part in ("Body", "") if media["body"])
            yield number, media["media"]
        else:
            yield number, line
        index += 1
    yield from held


def _field(texts: list[str], index: int) -> tuple[int, bool, list[str], str] | None:
    """How many lines name and type of a field take, whether it is required above its type, its bounds, its type."""
    if not _NAME.fullmatch(texts[index]) or type_line(texts[index]) is not None:
        return None
    wanted = texts[index + 1 : index + 2] == ["required"]
    line = next(iter(texts[index + 1 + wanted : index + 2 + wanted]), "")
    found = _TYPE.fullmatch(line)
    if type_line(line) is not None and not (found and found["format"]):
        return 2 + wanted, wanted, [], line
    kind = f"{found['type']}<{found['format']}>" if found and found["format"] else found["type"] if found else ""
    kind += " | null" if found and found["null"] else ""
    if found is None or type_line(kind) is None:
        return None
    return 2 + wanted, wanted, [*_bounds(found["bounds"])], kind


def _bounds(text: str) -> Iterator[str]:
    """Bounds as constraint lines: `[ 1 .. 40 ] characters` is a length, `>= 0` a range."""
    for one in _EACH.finditer(text):
        of = _LENGTHS.get(one["unit"] or ("characters" if one["bound"] is None else ""), "")
        ends = re.findall(_NUMBER, one["bound"] or "1")
        if len(ends) > 1:
            yield f"Required {of}: {ends[0]} - {ends[1]}" if of else f"Required range: {ends[0]} <= x <= {ends[1]}"
        elif of:
            yield f"{'Maximum' if (one['bound'] or '')[:1] == '<' else 'Minimum'} {of}: {ends[0]}"
        else:
            yield f"Required range: x {one['bound']}"
