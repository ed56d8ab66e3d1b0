"""HAR 1.2 archives, as browsers and proxies export them, read as interactions.

An archive is loaded whole, of at most 256 MB. Its texts are decoded already, whatever the headers beside them say; only
what stands there in base64 may still be compressed. `index` counts `log.entries`, those that got no answer included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.sources.lines import json_lines
from contracts.sources.parts import (
    NOBODY,
    Parts,
    Stored,
    Unread,
    Where,
    as_bytes,
    from_json,
    kind,
    place_of,
    read_text,
    refuse,
    short,
)

SUFFIXES = (".har",)
MAX_BYTES = 256 * 2**20
UNANSWERED = "got no answer"
_REMEDY = "export it again"
_NOT_EXPORTED = "was not exported; export the archive with its contents"
_AS_IT_STANDS = frozenset({"", "utf-8", "utf8", "text", "plain"})


def read_har(path: Path) -> Iterator[Interaction | Unread]:
    """The interactions of an archive, in its order; Unread where there was no answer, or it can't be told.

    Raises Unusable.
    """
    parts = Parts(place=place_of(path), remedy=_REMEDY)
    archive = _Archive(parts=parts, folder=path.parent)
    entries, lines = _entries(path, parts)
    for index, entry in enumerate(entries):
        yield archive.interaction(entry, index, lines[index] if index < len(lines) else 0)


def _entries(path: Path, parts: Parts) -> tuple[list[Any], list[int]]:
    """The entries of an archive, and the line where each begins. Raises Unusable."""
    text = read_text(path, "archive", MAX_BYTES)
    data = from_json(text, parts.place, _REMEDY)
    log = data.get("log") if isinstance(data, dict) else None
    if not isinstance(log, dict) or "entries" not in log:
        refuse(parts.place, f"is not a HAR archive: `log.entries` is missing; {_REMEDY}")
    return parts.typed(log["entries"], list, "log.entries"), json_lines(text, "log", "entries")


@frozen
class _Archive:
    """How an archive is taken apart; `folder` is where it lies."""

    parts: Parts
    folder: Path

    def interaction(self, found: object, index: int, line: int) -> Interaction | Unread:
        at, parts = f"log.entries[{index}]", self.parts
        when = found.get("startedDateTime") if isinstance(found, dict) else None
        where = Where(place=parts.place, index=index, line=line, origin="recorded", when=when)
        request = NOBODY
        try:
            entry = parts.typed(found, dict, at)
            asked = parts.part(entry, "request", dict, at)
            request = parts.asked(asked, "url", f"{at}.request")
            request = self._request(request, asked, f"{at}.request")
            given = entry.get("response")
            answer = parts.typed({} if given is None else given, dict, f"{at}.response")
            status = parts.part(answer, "status", int, f"{at}.response") if answer else 0
            if status < 1:
                return parts.unread(where, request, f"{at}: {UNANSWERED}")
            at = f"{at}.response"
            headers = self._headers(answer.get("headers"), f"{at}.headers")
            content = parts.typed(answer.get("content") or {}, dict, f"{at}.content")
            response = Response(status=parts.status(status, f"{at}.status"), headers=headers)
            return parts.exchange(where, request, response, self._content(content, f"{at}.content"))
        except Unusable as error:
            return parts.unread(where, request, str(error))

    def _request(self, asked: Request, found: dict[str, Any], at: str) -> Request:
        posted = self.parts.typed(found.get("postData") or {}, dict, f"{at}.postData")
        raw = self.parts.base64 if _coding(posted) == "base64" else self._text
        body = raw(posted["text"], f"{at}.postData.text") if posted.get("text") is not None else b""
        return Request(
            method=asked.method,
            url=asked.url,
            headers=self._headers(found.get("headers"), f"{at}.headers"),
            body=body or self._form(posted.get("params"), f"{at}.postData.params"),
        )

    def _content(self, content: dict[str, Any], at: str) -> Stored:
        """A body: exported as text or base64, in a file beside the archive, in a form of the exporter's, or not."""
        text, size, coding = content.get("text"), content.get("size"), _coding(content)
        media = content.get("mimeType")
        body = Stored(raw=None, at=f"{at}.text", media=media if isinstance(media, str) else "", doubt=_NOT_EXPORTED)
        if text is None and content.get("_file") is not None:
            return self._beside(content["_file"], body, f"{at}._file")
        if text is None:
            return body
        if coding == "base64":
            return replace(body, raw=self.parts.base64(text, body.at), doubt="")
        raw, doubt = self._text(text, body.at), ""
        if coding not in _AS_IT_STANDS:
            doubt = f"is stored as {short(coding)}, which is not read here"
        elif content.get("_isBinary") is True:
            doubt = "is stored as binary in a form that is not said"
        elif isinstance(size, int | float) and (size > len(raw) or (size < 0 and not raw)):
            doubt = f"is shorter than its size; {_REMEDY} with its contents"
        return replace(body, raw=raw, doubt=doubt, coded=False)

    def _beside(self, name: object, body: Stored, at: str) -> Stored:
        """A body that stands in a file of the archive's own folder. Raises Unusable."""
        try:
            file = (self.folder / self.parts.typed(name, str, at)).resolve()
            inside = file.is_relative_to(self.folder.resolve())
            if inside and file.is_file() and file.stat().st_size <= MAX_BYTES:
                return replace(body, raw=file.read_bytes(), at=at, doubt="")
        except (OSError, ValueError, RuntimeError):
            pass
        return replace(body, at=at, doubt="is no file that can be read in the archive's own folder")

    def _headers(self, found: object, at: str) -> Headers:
        return tuple(
            line
            for name, pair, where in self._named(found, at)
            if not name.startswith(":")  # HTTP/2's own, which say method, path and status again
            for line in self.parts.header(name, pair.get("value"), f"{where}.value")
        )

    def _named(self, found: object, at: str) -> Iterator[tuple[str, dict[str, Any], str]]:
        """The entries of a list, each with its name and its place."""
        for number, each in enumerate(self.parts.typed([] if found is None else found, list, at)):
            where = f"{at}[{number}]"
            pair = self.parts.typed(each, dict, where)
            yield self.parts.part(pair, "name", str, where), pair, where

    def _text(self, found: object, at: str) -> bytes:
        return as_bytes(found if isinstance(found, str) else self.parts.typed(found, str, at))

    def _form(self, found: object, at: str) -> bytes:
        """A form that stands as names and values alone."""
        from urllib.parse import urlencode

        values = (
            (name, self.parts.typed(pair.get("value", ""), str, f"{where}.value"))
            for name, pair, where in self._named(found, at)
        )
        return urlencode(list(values)).encode()


def _coding(content: dict[str, Any]) -> str:
    """How the archive says that a text stands in it, "" where it doesn't."""
    coding = content.get("encoding")
    return coding.strip().lower() if isinstance(coding, str) else "" if coding is None else kind(coding)
