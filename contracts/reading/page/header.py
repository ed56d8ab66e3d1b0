"""The top of a page: breadcrumb, title, curl, example, introduction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.model.contract import WEBHOOK
from contracts.model.page import PageProblem
from contracts.model.text import kebab
from contracts.reading.page.curl import METHODS, Curl, read_curl, starts_curl, templated
from contracts.reading.page.text import PageText, Value, read_json, starts_json
from contracts.reading.page.typeline import type_line
from contracts.reading.page.words import INDEX_HEADING, SKIP_LINK, TAB_NAMES, heading, is_index_prose

_STATUS_TAB = re.compile(r"[1-5]\d\d", re.ASCII)
_SEGMENT = re.compile(r"(?:[^\s/{}]|\{[^\s/{}]+\})+")
_CODE_LINE = re.compile(
    r"`?(?P<method>[A-Z]{3,7}) +(?P<server>https?://[^\s/`?]+)?(?P<path>/[^\s`?]*)(?:\?\S*)?`?", re.ASCII
)
_IN_PROSE = re.compile(
    r"\b(?P<method>GET|POST|PUT|PATCH|DELETE)(?: request to| to| on)? `?"
    r"(?P<server>https?://[^\s/`?]+)?(?P<path>/[^\s`?]*[\w}])",
    re.ASCII,
)
_IS_SENT = re.compile(
    r"(?=.*\bwebhooks?\b)(?=.*\b(?:sent|sends|delivered|delivers|fired|fires|triggered|posted|posts|payload|event)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:create|register|add|list|get|retrieve|update|edit|delete|remove|test|resend)\b", re.IGNORECASE)
_OF_OPERATIONS = frozenset({"path", "query", "request", "parameters"})
_LONGEST_TITLE = 200
_TITLE = re.compile(r"[^.!?:,;]{1,60}")
"""A title below a blank line, where a sentence may stand as well."""


@dataclass(slots=True)
class Header:
    """What stands above the first section.

    `values` are the JSON values after the curl statement; `intro` is prose with 1-based lines; `end` is the line
    (from 0) of the first section. `server` is that of a line of code: `GET https://a.example/things`.
    """

    method: str = ""
    server: str = ""
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
    first = next((index for index in range(len(text)) if is_heading(index)), len(text))
    begin = _breadcrumb_line(text)
    index = _by_hand(text, first, header) if begin is None else _below(text, begin, header, is_heading)
    if starts_curl(text.line(index)):
        header.curl = read_curl(text, index)
        index = header.curl.end
    index = _examples(text, index, header)
    header.end = _intro(text, index, header, is_heading)
    return header


def _below(text: PageText, begin: int, header: Header, is_heading: Callable[[int], bool]) -> int:
    """Read breadcrumb and title; the line of the curl command, the example, or whatever comes first after them."""
    before = [index for index in range(begin) if text.lines[index] and text.line(index) not in {SKIP_LINK, *TAB_NAMES}]
    index = _until_code(text, _breadcrumb(text, begin, header), header, is_heading)
    if not header.title and before:
        _title(text, before[-1], header)
        before.pop()
    if before:
        header.problems.append(PageProblem(line=before[0] + 1, problem="text above the method was not read"))
    return index


def _by_hand(text: PageText, first: int, header: Header) -> int:
    """Read the top of a page without a breadcrumb: title, text, and method and path in a line of code or in curl.

    The curl command may as well stand in a section further down; then it says method and path all the same.
    """
    code = next((index for index in range(first) if _code_line(text.line(index))), None)
    if code is None:
        code = next((index for index in range(first) if _IN_PROSE.search(text.line(index))), None)
    curl = next((index for index in range(len(text)) if starts_curl(text.line(index))), None)
    if code is None and curl is None:
        return _webhook(text, first, header)
    end = min(first, len(text) if curl is None else curl)
    for index in range(end):
        line = text.line(index)
        if starts_json(line):
            end = index
            break
        if index == code and (found := _code_line(line) or _IN_PROSE.search(line)):
            header.method, header.server = found["method"], found["server"] or ""
            header.path = templated(found["path"]).rstrip("/") or "/"
            header.lines |= {"method": index + 1, "path": index + 1}
            header.intro += [] if _code_line(line) else [(index + 1, text.lines[index])]
        elif line and not header.title and line not in {SKIP_LINK, *TAB_NAMES}:
            _title(text, index, header)
        elif line not in {SKIP_LINK, *TAB_NAMES}:
            header.intro.append((index + 1, text.lines[index]))
    if curl is not None and curl > end:
        header.curl = read_curl(text, curl)
    return end


def _webhook(text: PageText, first: int, header: Header) -> int:
    """Read the top of a page on what a webhook sends: its title, and words that say so, above a list of fields.

    Raises PageRefused where they don't, or where a section shows that the page is of an operation whose top is missing.
    """
    end = min(first, next((index for index in range(len(text)) if _starts_field(text, index)), first))
    words = [(index, line) for index in range(end) if (line := text.line(index)) not in {"", SKIP_LINK, *TAB_NAMES}]
    told = " ".join(line for _, line in words)
    sections = {heading(line) for line in text.lines[first:]}
    if end == len(text) or not _IS_SENT.search(told) or _ASKS.match(told) or sections & _OF_OPERATIONS:
        raise _nowhere(text)
    _title(text, words[0][0], header)
    header.method, header.path = WEBHOOK, kebab(header.title)
    header.lines |= dict.fromkeys(("method", "path"), words[0][0] + 1)
    return words[0][0] + 1


def _starts_field(text: PageText, index: int) -> bool:
    """True for the name of a field, with its type on the next line."""
    return _SEGMENT.fullmatch(text.line(index)) is not None and type_line(text.line(index + 1)) is not None


def _code_line(line: str) -> re.Match[str] | None:
    """`GET /v1/things/{id}` or `GET https://a.example/v1/things`."""
    found = _CODE_LINE.fullmatch(line)
    return found if found and found["method"] in METHODS else None


def _breadcrumb_line(text: PageText) -> int | None:
    """The line of the breadcrumb's method."""
    for index in range(len(text)):
        if _method(text.line(index)) and text.line(text.filled(index + 1)).startswith("/"):
            return index
    return None


def _nowhere(text: PageText) -> Exception:
    line = text.filled(0)
    if any(map(is_index_prose, text.lines)) or INDEX_HEADING in text.lines:
        problem = "no method and path: this looks like a reader-mode copy, which drops field names and types; "
        return text.refused(line, problem + "copy the page as the browser shows it")
    return text.refused(line, "no method and path: not an API reference page, or its top is missing")


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
        if line and not header.title and not header.intro and (not blank or _TITLE.fullmatch(line)):
            _title(text, here, header)
        elif line not in TAB_NAMES:
            header.intro += [(here + 1, text.lines[here])] if line or header.intro else []
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
        if is_heading(here) or (header.method == WEBHOOK and _starts_field(text, here)):
            return here
        noted = noted or line == INDEX_HEADING
        if line != INDEX_HEADING and not (noted and is_index_prose(line)):
            header.intro.append((here + 1, text.lines[here]))
    return len(text)
