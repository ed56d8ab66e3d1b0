"""HAR 1.2 archives, as browsers and proxies export them, read as interactions.

An archive is read entry by entry and may have any size. Its texts are decoded already, whatever the headers beside them
say; only what stands there in base64 may still be compressed. `index` counts `log.entries`, those that got no answer
included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.errors import Unusable
from contracts.model.interaction import Headers, Interaction, Response
from contracts.model.text import many
from contracts.sources.elements import elements
from contracts.sources.entries import Dialect, Stored, Unread, as_bytes, kind, refuse, short
from contracts.sources.files import CutShort, opened, place_of
from contracts.sources.plain_json import NotPlainError, json_value
from contracts.sources.unpacking import problem_of

MAX_BYTES = 64 * 2**20
"""A body beside the archive may have so many."""
_CHUNK = 2**18
_NOT_EXPORTED = "was not exported; export the archive with its contents"
_AS_IT_STANDS = frozenset({"", "utf-8", "utf8", "text", "plain"})


def read_har(path: Path) -> Iterator[Interaction | Unread]:
    """The interactions of an archive, in its order; Unread where there was no answer, or it can't be told.

    Raises Unusable, and CutShort behind those that could be read.
    """
    archive, index = archive_reader(path), 0
    for entries, lines in entries_of(path):
        for entry, line in zip(entries, lines, strict=True):
            yield archive.read(entry, index, line)
            index += 1


def archive_reader(path: Path) -> Dialect:
    """What reads the entries of an archive, each by itself."""
    return _Archive(place_of(path), path.parent)


def entries_of(path: Path) -> Iterator[tuple[list[bytes], list[int]]]:
    """The entries of an archive as they are written, some at a time, and the line of each. Raises as `read_har`."""
    place, count = place_of(path), 0
    with opened(Path(place), "a HAR archive", ordinary=True) as file:
        try:
            for found in elements(file, *_Archive.within.split(".")):
                count += len(found[0])
                yield found
        except NotPlainError as error:
            what = "" if error.line else "is not a HAR archive: "
            problem, at = problem_of(file) or f"{what}{error}", error.place(place)
        else:
            while file.read(_CHUNK):  # what is packed may be cut or damaged behind the entries
                pass
            problem, at = problem_of(file), place
    if problem and not count:
        refuse(at, f"{problem}; {_Archive.remedy}")
    if problem:
        raise CutShort(f"{at}: {problem}; {many(count, 'exchange')} stood before that")


class _Archive(Dialect):
    """An archive that lies in `folder`."""

    within, remedy = "log.entries", "export it again"

    def __init__(self, place: str, folder: Path) -> None:
        super().__init__(place)
        self._folder = folder

    def entry(self, found: Any, at: str) -> dict[str, Any]:
        """As any dialect's, from its JSON."""
        if isinstance(found, bytes):
            try:
                found = json_value(found.decode())
            except UnicodeDecodeError:
                self.refuse(f"{at} is not UTF-8")
            except NotPlainError as error:
                self.refuse(f"{at} {error}")
        return super().entry(found, at)

    def origin(self, entry: dict[str, Any]) -> tuple[str, object]:
        return "recorded", entry.get("startedDateTime")

    def sent(self, request: dict[str, Any], at: str) -> tuple[Headers, bytes]:
        posted = self.typed(request.get("postData") or {}, dict, f"{at}.postData")
        raw = self.base64 if _coding(posted) == "base64" else self._text
        body = raw(posted["text"], f"{at}.postData.text") if posted.get("text") is not None else b""
        headers = self._headers(request.get("headers"), f"{at}.headers")
        return headers, body or self._form(posted.get("params"), f"{at}.postData.params")

    def answer(self, entry: dict[str, Any], at: str) -> tuple[Response, Stored]:
        given, where = entry.get("response"), f"{at}.response"
        answer = self.typed({} if given is None else given, dict, where)
        status = self.part(answer, "status", int, where) if answer else 0
        if status < 1:
            raise Unusable(f"{at}: got no answer")
        headers = self._headers(answer.get("headers"), f"{where}.headers")
        content = self.typed(answer.get("content") or {}, dict, f"{where}.content")
        response = Response(status=self.status(status, f"{where}.status"), headers=headers)
        return response, self._content(content, f"{where}.content")

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
            return replace(body, raw=self.base64(text, body.at), doubt="")
        raw, doubt = self._text(text, body.at), ""
        if coding not in _AS_IT_STANDS:
            doubt = f"is stored as {short(coding)}, which is not read here"
        elif content.get("_isBinary") is True:
            doubt = "is stored as binary in a form that is not said"
        elif isinstance(size, int | float) and (size > len(raw) or (size < 0 and not raw)):
            doubt = f"is shorter than its size; {self.remedy} with its contents"
        return replace(body, raw=raw, doubt=doubt, coded=False)

    def _beside(self, name: object, body: Stored, at: str) -> Stored:
        """A body that stands in a file of the archive's own folder."""
        try:
            file = (self._folder / self.typed(name, str, at)).resolve()
            inside = file.is_relative_to(self._folder.resolve())
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
            for line in self.header(name, pair.get("value"), f"{where}.value")
        )

    def _named(self, found: object, at: str) -> Iterator[tuple[str, dict[str, Any], str]]:
        """The entries of a list, each with its name and its place."""
        for number, each in enumerate(self.typed([] if found is None else found, list, at)):
            where = f"{at}[{number}]"
            pair = self.typed(each, dict, where)
            yield self.part(pair, "name", str, where), pair, where

    def _text(self, found: object, at: str) -> bytes:
        return as_bytes(found if isinstance(found, str) else self.typed(found, str, at))

    def _form(self, found: object, at: str) -> bytes:
        """A form that stands as names and values alone."""
        from urllib.parse import urlencode

        values = (
            (name, self.typed(pair.get("value", ""), str, f"{where}.value"))
            for name, pair, where in self._named(found, at)
        )
        return urlencode(list(values)).encode()


def _coding(content: dict[str, Any]) -> str:
    """How the archive says that a text stands in it, "" where it doesn't."""
    coding = content.get("encoding")
    return coding.strip().lower() if isinstance(coding, str) else "" if coding is None else kind(coding)
