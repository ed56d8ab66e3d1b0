"""The top of a page: breadcrumb, title, curl, example, introduction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.model.page import PageProblem
from contracts.reading.page.curl import METHODS, Curl, read_curl, starts_curl
from contracts.reading.page.text import PageText, Value, read_json, starts_json
from contracts.reading.page.words import INDEX_HEADING, SKIP_LINK, TAB_NAMES, is_index_prose

_STATUS_TAB = re.compile(r"[1-5]\d\d", re.ASCII)
_SEGMENT = re.compile(r"(?:[^\s/{}]|\{[^\s/{}]+\})+")
_LONGEST_TITLE = 200


@dataclass(slots=True)
class Header:
    """What stands above the first section.

    `values` are the JSON values after the curl statement; `intro` is prose with 1-based lines; `end` is the line
    (from 0) of the first section.
    """

    method: str = ""
    path: str = ""
    title: str = ""
    curl: Curl | None = None
    values: list[Value] = field(default_factory=list)
    intro: list[tuple[int, str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[PageProblem] = field(default_factory=list)
    end: int = 0


def read_header(text: PageText, is_heading: Callable[[int], bool]) -> Header:
    """Read everything above the first section. Raises PageRefused without a method and path, or when cut off."""
    header = Header()
    begin = _begin(text)
    before = [index for index in range(begin) if text.lines[index] and text.line(index) not in {SKIP_LINK, *TAB_NAMES}]
    index = begin if starts_curl(text.line(begin)) else _breadcrumb(text, begin, header)
    index = _until_code(text, index, header, is_heading)
    if not header.title and before:
        _title(text, before[-1], header)
        before.pop()
    if before:
        header.problems.append(PageProblem(line=before[0] + 1, problem="text above the method was not read"))
    if starts_curl(text.line(index)):
        header.curl = read_curl(text, index)
        index = header.curl.end
    index = _examples(text, index, header)
    header.end = _intro(text, index, header, is_heading)
    return header


def _begin(text: PageText) -> int:
    """The line of the breadcrumb's method, or of the curl command where there is no breadcrumb."""
    for index in range(len(text)):
        if _method(text.line(index)) and text.line(text.filled(index + 1)).startswith("/"):
            return index
    for index in range(len(text)):
        if starts_curl(text.line(index)):
            return index
    line = text.filled(0)
    if any(is_index_prose(one) for one in text.lines) or INDEX_HEADING in text.lines:
        problem = "no method and path: this looks like a reader-mode copy, which drops field names and types; "
        raise text.refused(line, problem + "copy the page as the browser shows it")
    raise text.refused(line, "no method and path: not an API reference page, or its top is missing")


def _method(line: str) -> str:
    return "DELETE" if line == "DEL" else line if line in METHODS else ""


def _breadcrumb(text: PageText, begin: int, header: Header) -> int:
    header.method = _method(text.line(begin))
    header.lines |= {"method": begin + 1, "path": text.filled(begin + 1) + 1}
    index = text.filled(begin + 1)
    if text.line(index) != "/":
        header.path = text.line(index)
        return index + 1
    segments: list[str] = []
    while text.line(text.filled(index)) == "/":
        segment = text.filled(text.filled(index) + 1)
        if segment >= len(text):
            raise text.refused(text.last, "the page stops inside its path; copy the whole page")
        if not _SEGMENT.fullmatch(text.line(segment)):
            raise text.refused(segment, f"{text.line(segment)[:40]!r} is no segment of a path")
        segments.append(text.line(segment))
        index = segment + 1
    header.path = "/" + "/".join(segments)
    return index


def _title(text: PageText, index: int, header: Header) -> None:
    if text.line(index) not in TAB_NAMES and len(text.line(index)) <= _LONGEST_TITLE:
        header.title = text.line(index)
        header.lines["title"] = index + 1


def _until_code(text: PageText, index: int, header: Header, is_heading: Callable[[int], bool]) -> int:
    """Pass the lines between the path and the curl command or example: the title first, then prose."""
    blank = False
    for here in range(index, len(text)):
        line = text.line(here)
        if starts_curl(line) or starts_json(line) or is_heading(here) or line == INDEX_HEADING:
            return here
        if line and not header.title and not header.intro and not blank:
            _title(text, here, header)
        elif line not in TAB_NAMES:
            header.intro.append((here + 1, text.lines[here]))
        blank = blank or not line
    return len(text)


def _examples(text: PageText, index: int, header: Header) -> int:
    """Pass the JSON values, and the tabs named by a status between them."""
    while True:
        here = text.filled(index)
        if starts_json(text.line(here)):
            header.values.append(read_json(text, here))
            index = header.values[-1].end
        elif _STATUS_TAB.fullmatch(text.line(here)) and (
            starts_json(text.line(here + 1)) or _STATUS_TAB.fullmatch(text.line(here + 1))
        ):
            index = here + 1
        else:
            return index


def _intro(text: PageText, index: int, header: Header, is_heading: Callable[[int], bool]) -> int:
    noted = False
    for here in range(index, len(text)):
        line = text.line(here)
        if is_heading(here):
            return here
        noted = noted or line == INDEX_HEADING
        if line != INDEX_HEADING and not (noted and is_index_prose(line)):
            header.intro.append((here + 1, text.lines[here]))
    return len(text)
