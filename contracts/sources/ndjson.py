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
from pathlib import Path
from typing import Any

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.sources.parts import (
    NOBODY,
    Parts,
    Stored,
    Unread,
    Where,
    as_bytes,
    check_file,
    from_json,
    place_of,
    unreadable,
)

SUFFIXES = (".ndjson", ".jsonl")
MAX_LINE = 64 * 2**20
_REMEDY = "write one exchange a line"


def read_ndjson(path: Path) -> Iterator[Interaction | Unread]:
    """The exchanges of a log as they are read; Unread where a line is none, or its answer can't be told.

    `index` counts exchanges. Raises Unusable.
    """
    place = place_of(path)
    for index, (number, line) in enumerate(lines_of(path)):
        exchange = _Exchange(parts=Parts(place=f"{place}:{number}", remedy=_REMEDY))
        yield exchange.interaction(line, place, index, number)


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their 1-based numbers, cut a byte beyond the bound. Raises Unusable."""
    check_file(path, "log")
    place = place_of(path)
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                rest = line
                while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(MAX_LINE + 1)
                if line.strip():
                    yield number, line
    except OSError as error:
        unreadable(place, error)


@frozen
class _Exchange:
    """How one line is taken apart."""

    parts: Parts

    def interaction(self, text: bytes, place: str, index: int, number: int) -> Interaction | Unread:
        parts = self.parts
        where = Where(place=place, index=index, line=number, origin="recorded", when="")
        request = NOBODY
        try:
            if len(text) > MAX_LINE:
                parts.refuse(f"is longer than {MAX_LINE // 2**20} MB")
            line = parts.typed(from_json(text.rstrip(), parts.place, _REMEDY), dict, "the line")
            asked = parts.part(line, "request", dict, "")
            request = parts.asked(asked, "url", "request")
            answer = parts.part(line, "response", dict, "")
            request = Request(
                method=request.method,
                url=request.url,
                headers=self._headers(asked.get("headers"), "request.headers"),
                body=self._body(asked.get("body"), "request.body"),
            )
            response = Response(
                status=parts.status(parts.part(answer, "status", int, "response"), "response.status"),
                headers=self._headers(answer.get("headers"), "response.headers"),
            )
            origin = parts.typed(line.get("origin", "recorded"), str, "origin")
            when = parts.typed(line.get("at", ""), str, "at")
            where = Where(place=place, index=index, line=number, origin=origin, when=when)
            raw = self._body(answer["body"], "response.body") if "body" in answer else None
            return parts.exchange(where, request, response, Stored(raw=raw, at="response.body"))
        except Unusable as error:
            return parts.unread(where, request, str(error))

    def _headers(self, found: object, at: str) -> Headers:
        if not isinstance(found, list):
            return self.parts.header_map(found, at)
        pairs: list[tuple[str, str]] = []
        for number, each in enumerate(found):
            pair = self.parts.typed(each, list, f"{at}[{number}]")
            if len(pair) != _PAIR:
                self.parts.refuse(f"{at}[{number}] must be a name and a value, not {len(pair)} things")
            name = self.parts.typed(pair[0], str, f"{at}[{number}]")
            pairs += self.parts.header(name, pair[1], f"{at}[{number}]")
        return tuple(pairs)

    def _body(self, found: Any, at: str) -> bytes:
        if found is None:
            return b""
        if isinstance(found, str):
            return as_bytes(found)
        if isinstance(found, dict) and found.keys() == {"base64"}:
            return self.parts.base64(found["base64"], f"{at}.base64")
        return self.parts.json(found, at)


_PAIR = 2
