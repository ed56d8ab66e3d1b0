"""The curl statement of a page: method, server, path, headers."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from urllib.parse import urlsplit

from contracts.reading.page.text import PageText

_LONGEST = 50_000
"""Characters of a curl statement; splitting a longer one into words takes too long."""

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

_PARAMETER = re.compile(
    r"(?<=/)(?::([A-Za-z_]\w*)|<([A-Za-z_]\w*)>|\{\{ ?([A-Za-z_]\w*) ?\}\})|%7[Bb]([A-Za-z_][\w-]*)%7[Dd]"
)
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1\s*\\?$")
_WITH_VALUE = {
    "--request": "method",
    "-X": "method",
    "--url": "url",
    "--header": "header",
    "-H": "header",
    "--user": "user",
    "-u": "user",
    "--data": "data",
    "--data-raw": "data",
    "--data-binary": "data",
    "--data-urlencode": "data",
    "-d": "data",
    "--form": "data",
    "-F": "data",
}


@dataclass(frozen=True, slots=True)
class Curl:
    """A curl statement: `server` is scheme and host, `headers` keep their order, `begin` and `end` are lines from 0.

    `sends_list` says that its data are a JSON array.

    `lines` gives the 1-based line of `server` (the URL) and of each header by its name.
    """

    method: str
    server: str
    path: str
    headers: tuple[tuple[str, str], ...]
    begin: int
    end: int
    lines: dict[str, int]
    sends_list: bool = False


def starts_curl(line: str) -> bool:
    """True for a line that begins a curl statement."""
    return line.startswith("curl ") or line == "curl \\"


def curl_end(text: PageText, index: int) -> int:
    """The line after the curl statement that begins at `index`. Raises PageRefused when the text stops inside it."""
    quote, opened = "", index
    for here in range(index, len(text)):
        line = text.lines[here]
        before, quote = quote, _quote(line, quote)
        opened = here if quote and not before else opened
        if not quote and (found := _HEREDOC.search(line)):
            return _heredoc_end(text, here, found.group(2))
        if quote:
            continue
        if not line.endswith("\\"):
            return here + 1
        if here >= text.last:
            break
    if quote and opened < text.last:
        raise text.refused(
            opened, f"the curl command opens a quotation mark {quote} that is never closed; is the page cut?"
        )
    raise text.refused(text.last, "the page stops inside the curl command; copy the whole page")


def read_curl(text: PageText, index: int) -> Curl:
    """Read the curl statement that begins on a line. Raises PageRefused when it is cut off or names no server."""
    end = curl_end(text, index)
    given: dict[str, list[str]] = {}
    for kind, value in _options(text, index, end):
        given.setdefault(kind, []).append(value)
    urls = given.get("url", [])
    if not urls:
        raise text.refused(end - 1, "the curl command names no URL; is the page cut?")
    server, path = _split_url(text, index, urls[-1])
    method = given.get("method", ["POST" if "data" in given else "GET"])[-1].upper()
    if method not in METHODS:
        raise text.refused(index, f"the curl command's method {method[:20]!r} is unknown; is the page cut?")
    headers = [
        (name.strip(), value.strip()) for name, _, value in (one.partition(":") for one in given.get("header", []))
    ]
    headers += [("Authorization", "Basic <credentials>") for _ in given.get("user", [])]
    lines = {"server": _line_of(text, index, end, urls[-1])}
    for name, _ in headers:
        lines.setdefault(name, _line_of(text, index, end, name))
    sends_list = any(data.lstrip().startswith("[") for data in given.get("data", []))
    return Curl(method, server, path, tuple(headers), index, end, lines, sends_list)


def _options(text: PageText, index: int, end: int) -> list[tuple[str, str]]:
    """The statement's options as kind and value; a word without an option is the URL."""
    statement = "\n".join(text.lines[index:end])
    if found := re.search(r"<<-?\s*['\"]?\w+['\"]?\s*\\?$", statement, re.MULTILINE):
        statement = statement[: found.start()]
    if len(statement) > _LONGEST:
        raise text.refused(index, f"a curl command of {len(statement)} characters isn't read (at most {_LONGEST})")
    try:
        words = shlex.split(statement)[1:]
    except ValueError:
        raise text.refused(index, "the curl command can't be split into words") from None
    options: list[tuple[str, str]] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _WITH_VALUE:
            following = next(rest, None)
            if following is None:
                raise text.refused(end - 1, f"the curl command stops after {word}; is the page cut?")
            options.append((_WITH_VALUE[word], following))
        elif equals and name in _WITH_VALUE:
            options.append((_WITH_VALUE[name], value))
        elif "://" in word and not word.startswith("-"):
            options.append(("url", word))
    return options


def templated(path: str) -> str:
    """A path with its parameters in braces, however they are marked: `:id`, `<id>`, `{{id}}`, `%7Bid%7D`."""
    return _PARAMETER.sub(lambda found: "{" + next(name for name in found.groups() if name) + "}", path)


def _split_url(text: PageText, index: int, url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(templated(url))
    except ValueError:
        raise text.refused(index, f"the curl command's URL {url[:80]!r} can't be read") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise text.refused(index, f"the curl command's URL {url[:80]!r} isn't a whole http address")
    if parts.path.count("{") != parts.path.count("}"):
        raise text.refused(index, f"the curl command's URL {url[:80]!r} has an open brace; is the page cut?")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/") or "/"


def _quote(line: str, quote: str) -> str:
    """The quotation mark still open at the end of a line, or ""."""
    escaped = False
    for sign in line:
        if escaped:
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
    return quote


def _heredoc_end(text: PageText, index: int, word: str) -> int:
    for here in range(index + 1, len(text)):
        if text.line(here) == word:
            return here + 1
    raise text.refused(text.last, f"the page stops inside the curl command's data (before {word}); copy the whole page")


def _line_of(text: PageText, index: int, end: int, part: str) -> int:
    return next((here for here in range(index, end) if part in text.lines[here]), index) + 1
