"""Exchanges one to a line (NDJSON, JSON Lines), for whatever can write JSON: a proxy's script, a log, another language.

Each line is one JSON object of this form; parts with a question mark may be left out, other names are ignored:

    {"request":  {"method": "GET", "url": "https://...", "headers"?: ..., "body"?: ...},
     "response": {"status": 200, "headers"?: ..., "body"?: ...},
     "origin"?: "staging.example.com", "at"?: "2026-01-31T12:00:00Z"}

`headers` is an object from names to a text or a list of texts, or a list of [name, text] pairs. `body` is the text as
it was sent; or null for none; or {"base64": "..."} for bytes; or any other JSON value, which stands for itself. JSON
that is a single text or null is given as text of JSON. A body that is left out was not stored. One may be compressed
as its Content-Encoding says, or stored plain. `origin` is whose answer it is ("reference", a host), `at` the moment.

The file is read line by line, each of at most 64 MB, in constant memory. Empty lines count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.model.interaction import Headers, Interaction, Response
from contracts.sources.entries import Dialect, Stored, Unread, as_bytes
from contracts.sources.files import CutShort, opened, place_of
from contracts.sources.plain_json import NotPlainError, json_value
from contracts.sources.unpacking import problem_of

if TYPE_CHECKING:
    from io import BufferedReader

MAX_LINE = 64 * 2**20
_CHUNK = 2**18
_MARK = b"\xef\xbb\xbf"
_PAIR = 2


def read_ndjson(path: Path) -> Iterator[Interaction | Unread]:
    """The exchanges of a log as they are read; Unread where a line is none, or its answer can't be told.

    `index` counts exchanges. Raises Unusable.
    """
    log = line_reader(path)
    for index, (number, line) in enumerate(lines_of(path)):
        yield log.read(line, index, number)


def line_reader(path: Path) -> Dialect:
    """What reads the lines of a log, each by itself."""
    return _Log(place_of(path))


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their 1-based numbers, cut a byte beyond the bound. Raises Unusable."""
    lines = (line for lines in range_of(path) for line in lines)
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def range_of(path: Path, start: int = 0, end: int | None = None) -> Iterator[list[bytes]]:
    """The lines that begin in a range of a file's bytes, with their ends, many at once; one beyond the bound is cut.

    Raises Unusable, and CutShort behind what could be read of a compressed one.
    """
    with opened(Path(place_of(path)), "a log", ordinary=True) as file:
        if start:
            file.seek(start - 1)
        at = start - 1 + _passed(file) if start else 0
        if not start and file.peek(len(_MARK))[: len(_MARK)] == _MARK:
            at += len(file.read(len(_MARK)))
        given, text = bytearray(_CHUNK), BytesIO()  # read into again and again: a new one costs as much as reading
        part = memoryview(given)
        while size := file.readinto(part if end is None else part[: max(0, min(_CHUNK, end - at))]):
            at += size
            text.write(part[:size])
            if given.find(b"\n", 0, size) >= 0:
                text.seek(0)
                lines, text = text.readlines(), BytesIO()
                text.write(b"" if lines[-1].endswith(b"\n") else lines.pop())
                yield lines
            elif text.tell() > MAX_LINE:
                at += _passed(file)
                yield [text.getvalue()]
                text = BytesIO()
        if text.tell():
            yield [text.getvalue() + file.readline(MAX_LINE + 1 - text.tell())]
        if problem := problem_of(file):
            raise CutShort(f"{place_of(path)}: {problem}; what stands before it was read")


def _passed(file: BufferedReader) -> int:
    """Passes by what is left of a line; how many bytes that was."""
    length = 0
    while part := file.readline(_CHUNK):
        length += len(part)
        if part.endswith(b"\n"):
            break
    return length


class _Log(Dialect):
    remedy = "write one exchange a line"

    def entry(self, found: bytes, at: str) -> dict[str, Any]:
        """The object of one line."""
        if len(found) > MAX_LINE:
            self.refuse(f"is longer than {MAX_LINE // 2**20} MB")
        try:
            return super().entry(json_value(found.rstrip()), at or "the line")
        except NotPlainError as error:
            self.refuse(str(error))

    def origin(self, entry: dict[str, Any]) -> tuple[str, object]:
        origin = self.typed(entry.get("origin", "recorded"), str, "origin")
        return origin, self.typed(entry.get("at", ""), str, "at")

    def sent(self, request: dict[str, Any], at: str) -> tuple[Headers, bytes]:
        return self._headers(request.get("headers"), f"{at}.headers"), self._body(request.get("body"), f"{at}.body")

    def answer(self, entry: dict[str, Any], at: str) -> tuple[Response, Stored]:
        answer = self.part(entry, "response", dict, at)
        status = self.status(self.part(answer, "status", int, "response"), "response.status")
        headers, at = self._headers(answer.get("headers"), "response.headers"), "response.body"
        raw = self._body(answer["body"], at) if "body" in answer else None
        return Response(status=status, headers=headers), Stored(raw=raw, at=at)

    def _headers(self, found: object, at: str) -> Headers:
        if not isinstance(found, list):
            return self.header_map(found, at)
        pairs: list[tuple[str, str]] = []
        for number, each in enumerate(found):
            where = f"{at}[{number}]"
            pair = self.typed(each, list, where)
            if len(pair) != _PAIR:
                self.refuse(f"{where} must be a name and a value, not {len(pair)} things")
            pairs += self.header(self.typed(pair[0], str, where), pair[1], where)
        return tuple(pairs)

    def _body(self, found: Any, at: str) -> bytes:
        if found is None:
            return b""
        if isinstance(found, str):
            return as_bytes(found)
        if isinstance(found, dict) and found.keys() == {"base64"}:
            return self.base64(found["base64"], f"{at}.base64")
        return self.json(found, at)
