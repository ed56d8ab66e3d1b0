"""Exchanges one to a line (NDJSON, JSON Lines), for whatever can write JSON: a proxy's script, a log, another language.

Each line is one JSON object of this form; parts with a question mark may be left out, other names are ignored:

    {"request":  {"method": "GET", "url": "https://...", "headers"?: ..., "body"?: ...},
     "response": {"status": 200, "headers"?: ..., "body"?: ...},
     "origin"?: "staging.example.com", "at"?: "2026-01-31T12:00:00Z"}

`headers` is an object from names to a text or a list of texts, or a list of [name, text] pairs. `body` is the text as
it was sent; or null for none; or {"base64": "..."} for bytes; or any other JSON value, which stands for itself. JSON
that is a single text or null is given as text of JSON. A body may be compressed as its Content-Encoding says, or be
stored plain. `origin` is whose answer it is ("reference", a host), `at` the moment of the exchange.

The file is read line by line, each of at most 64 MB, in constant memory. Empty lines count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.sources.parts import Parts, Unread, as_bytes, check_file, from_json, place_of, refuse, unreadable

SUFFIXES = (".ndjson", ".jsonl")
MAX_LINE = 64 * 2**20
_REMEDY = "write one exchange a line"


def read_ndjson(path: Path) -> Iterator[Interaction | Unread]:
    """The exchanges of a log as they are read; Unread where a body's coding is unknown. Raises Unusable at a bad line.

    `index` counts exchanges.
    """
    place = place_of(path)
    for index, (number, line) in enumerate(lines_of(path)):
        where = f"{place}:{number}"
        exchange = _Exchange(parts=Parts(place=where, remedy=_REMEDY))
        yield exchange.interaction(from_json(line, where, _REMEDY), place, index)


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their 1-based numbers. Raises Unusable."""
    check_file(path, "log")
    place = place_of(path)
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    refuse(f"{place}:{number}", f"is longer than {MAX_LINE // 2**20} MB; {_REMEDY}")
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if line.strip():
                    yield number, line.rstrip()
    except OSError as error:
        unreadable(place, error)


@frozen
class _Exchange:
    """How one line is taken apart."""

    parts: Parts

    def interaction(self, found: object, place: str, index: int) -> Interaction | Unread:
        parts = self.parts
        line = parts.typed(found, dict, "the line")
        asked = parts.part(line, "request", dict, "")
        answer = parts.part(line, "response", dict, "")
        origin = parts.typed(line.get("origin", "recorded"), str, "origin")
        when = parts.typed(line.get("at", ""), str, "at")
        request = Request(
            method=parts.part(asked, "method", str, "request"),
            url=parts.part(asked, "url", str, "request"),
            headers=self._headers(asked.get("headers"), "request.headers"),
            body=self._body(asked.get("body"), "request.body"),
        )
        response = Response(
            status=parts.status(parts.part(answer, "status", int, "response"), "response.status"),
            headers=self._headers(answer.get("headers"), "response.headers"),
            body=self._body(answer.get("body"), "response.body"),
        )
        return parts.exchange(request, response, origin=origin, place=place, index=index, at="response.body", when=when)

    def _headers(self, found: object, at: str) -> Headers:
        if not isinstance(found, list):
            return self.parts.header_map(found, at)
        pairs = []
        for number, each in enumerate(found):
            pair = self.parts.typed(each, list, f"{at}[{number}]")
            if len(pair) != _PAIR:
                self.parts.refuse(f"{at}[{number}] must be a name and a value, not {len(pair)} things")
            name, value = (self.parts.typed(one, str, f"{at}[{number}]") for one in pair)
            pairs.append((name, value))
        return tuple(pairs)

    def _body(self, found: Any, at: str) -> bytes:
        import json

        if found is None:
            return b""
        if isinstance(found, str):
            return as_bytes(found)
        if isinstance(found, dict) and found.keys() == {"base64"}:
            return self.parts.base64(found["base64"], f"{at}.base64")
        try:
            return json.dumps(found, separators=(",", ":"), allow_nan=False).encode()
        except ValueError:
            self.parts.refuse(f"{at} holds a number that is none in JSON, or too large; give the body as text")
        except RecursionError:
            self.parts.refuse(f"{at} nests too deep")


_PAIR = 2
