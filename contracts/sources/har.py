"""HAR 1.2 archives, as browsers and proxies export them, read as interactions.

An archive is loaded whole, of at most 256 MB. Its texts are decoded already, whatever the headers beside them say; only
what stands there in base64 may still be compressed. `index` counts `log.entries`, those that got no answer included.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.sources.moments import in_utc
from contracts.sources.parts import Parts, Unread, as_bytes, from_json, place_of, read_text, refuse

SUFFIXES = (".har",)
MAX_BYTES = 256 * 2**20
UNANSWERED = "got no answer"
_REMEDY = "export it again"


def read_har(path: Path) -> Iterator[Interaction | Unread]:
    """The interactions of an archive, in its order; Unread where there was no answer, or its body wasn't exported.

    Raises Unusable.
    """
    place = place_of(path)
    data = from_json(read_text(path, "archive", MAX_BYTES), place, _REMEDY)
    log = data.get("log") if isinstance(data, dict) else None
    if not isinstance(log, dict) or "entries" not in log:
        refuse(place, f"is not a HAR archive: `log.entries` is missing; {_REMEDY}")
    archive = _Archive(parts=Parts(place=place, remedy=_REMEDY))
    for index, entry in enumerate(archive.parts.typed(log["entries"], list, "log.entries")):
        yield archive.interaction(entry, index)


@frozen
class _Archive:
    """How an archive is taken apart."""

    parts: Parts

    def interaction(self, found: object, index: int) -> Interaction | Unread:
        at, parts = f"log.entries[{index}]", self.parts
        entry = parts.typed(found, dict, at)
        request = self._request(parts.part(entry, "request", dict, at), f"{at}.request")
        given = entry.get("response")
        answer = parts.typed({} if given is None else given, dict, f"{at}.response")
        status = parts.part(answer, "status", int, f"{at}.response") if answer else 0
        if status < 1:
            return Unread(request=request, problem=f"{at}: {UNANSWERED}", place=parts.place, index=index)
        at = f"{at}.response"
        headers = self._headers(answer.get("headers"), f"{at}.headers")
        content = parts.typed(answer.get("content") or {}, dict, f"{at}.content")
        if content.get("text") is None and _size(content) > 0 and request.method != "HEAD":
            problem = f"{at}.content.text was not exported; export the archive with its contents"
            return Unread(request=request, problem=problem, place=parts.place, index=index)
        response = Response(
            status=parts.status(status, f"{at}.status"), headers=headers, body=self._body(content, f"{at}.content")
        )
        when = entry.get("startedDateTime")
        if _is_base64(content):
            at = f"{at}.content.text"
            return parts.exchange(
                request, response, origin="recorded", place=parts.place, index=index, at=at, when=when
            )
        return Interaction(
            request=request,
            response=response,
            origin="recorded",
            place=parts.place,
            index=index,
            at=in_utc(when),
        )

    def _request(self, found: dict[str, Any], at: str) -> Request:
        posted = self.parts.typed(found.get("postData") or {}, dict, f"{at}.postData")
        return Request(
            method=self.parts.part(found, "method", str, at),
            url=self.parts.part(found, "url", str, at),
            headers=self._headers(found.get("headers"), f"{at}.headers"),
            body=self._body(posted, f"{at}.postData") or self._form(posted.get("params"), f"{at}.postData.params"),
        )

    def _headers(self, found: object, at: str) -> Headers:
        return tuple(
            (name, self.parts.part(pair, "value", str, where))
            for name, pair, where in self._named(found, at)
            if not name.startswith(":")  # HTTP/2's own, which say method, path and status again
        )

    def _named(self, found: object, at: str) -> Iterator[tuple[str, dict[str, Any], str]]:
        """The entries of a list, each with its name and its place."""
        for number, each in enumerate(self.parts.typed([] if found is None else found, list, at)):
            where = f"{at}[{number}]"
            pair = self.parts.typed(each, dict, where)
            yield self.parts.part(pair, "name", str, where), pair, where

    def _body(self, found: dict[str, Any], at: str) -> bytes:
        text = found.get("text")
        if text is None:
            return b""
        if _is_base64(found):
            return self.parts.base64(text, f"{at}.text")
        return as_bytes(text) if isinstance(text, str) else self.parts.typed(text, str, f"{at}.text")

    def _form(self, found: object, at: str) -> bytes:
        """A form that stands as names and values alone."""
        from urllib.parse import urlencode

        values = (
            (name, self.parts.typed(pair.get("value", ""), str, f"{where}.value"))
            for name, pair, where in self._named(found, at)
        )
        return urlencode(list(values)).encode()


def _is_base64(content: dict[str, Any]) -> bool:
    return content.get("encoding") == "base64"


def _size(content: dict[str, Any]) -> float:
    size = content.get("size")
    return size if isinstance(size, int | float) else 0
