"""vcrpy's cassettes, YAML or JSON, read as interactions without vcrpy."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, NoReturn

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction, Request, Response
from contracts.sources import plainyaml
from contracts.sources.lines import json_lines
from contracts.sources.looks import stranger
from contracts.sources.parts import (
    NOBODY,
    Parts,
    Stored,
    Unread,
    Where,
    as_bytes,
    from_json,
    is_folder,
    place_of,
    read_text,
    refuse,
)

SUFFIXES = (".yaml", ".yml", ".json")
REJECTED = ".rejected.yaml"
"""How the name of a recording that broke the contract ends: it is there to be looked at, and no part of its folder."""
MAX_BYTES = 64 * 2**20
_REMEDY = "record it again"
_LIST = "interactions"
_PARSED = "parsed_body"
RECORDED_LIVE = "recorded live"
"""The origin of what was recorded from the documented server: not what that server says now."""


def read_cassettes(paths: Iterable[str | Path]) -> Iterator[Interaction]:
    """The interactions of cassettes and folders of cassettes, files in the order of their names.

    Raises Unusable at the first cassette that can't be read.
    """
    for path in paths:
        for file in files_below(Path(path), SUFFIXES):
            yield from read_cassette(file)


def read_cassette(path: Path, *, exact: bool = False) -> tuple[Interaction, ...]:
    """The interactions of one cassette. Raises Unusable, also where one of them can't be read.

    `exact` says that it was recorded here and now, so that each body is what was sent.
    """
    found: list[Interaction] = []
    for each in _opened(path, exact=exact).interactions():
        if isinstance(each, Unread):
            refuse(each.place, each.problem)
        found.append(each)
    return tuple(found)


def read_held(path: Path) -> tuple[dict[str, Any], tuple[Interaction | Unread, ...]]:
    """One cassette's metadata and its interactions, read once. Raises Unusable."""
    cassette = _opened(path)
    return cassette.metadata(), tuple(cassette.interactions())


def read_each(path: Path) -> Iterator[Interaction | Unread]:
    """As `read_cassette`, but an interaction that can't be read is Unread."""
    return _opened(path).interactions()


def read_raw(path: Path) -> dict[str, Any]:
    """The cassette's whole content as plain data, unchecked beyond being a mapping. Raises Unusable."""
    return _opened(path).mapping()


def as_interaction(
    entry: Mapping[str, Any], place: str, index: int, metadata: Mapping[str, Any]
) -> Interaction | Unread:
    """One entry of a cassette, `request` and `response` in vcrpy's own form."""
    cassette = _Cassette(parts=Parts(place=place, remedy=_REMEDY), data=None)
    return cassette.interaction(entry, index, 0, str(metadata.get("origin", "recorded")), metadata.get("recorded-at"))


def files_below(path: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """A file itself; of a folder the files with those suffixes, in order, hidden and rejected ones left out.

    Raises Unusable where a folder can't be listed.
    """
    if not is_folder(path):
        yield path
        return
    found: list[Path] = []
    for folder, below, names in os.walk(path, onerror=_no_listing):
        below[:] = [name for name in below if not name.startswith(".")]  # a recording that was killed leaves one
        found += [Path(folder, name) for name in names if name.lower().endswith(suffixes) and _counts(name)]
    yield from sorted(found)


def _counts(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(REJECTED)


def _no_listing(error: OSError) -> NoReturn:
    refuse(place_of(Path(str(error.filename))), f"can't be listed: {error.strerror}")


def _opened(path: Path, *, exact: bool = False) -> _Cassette:
    data, lines = _load(path)
    return _Cassette(parts=Parts(place=place_of(path), remedy=_REMEDY, exact=exact), data=data, lines=lines)


def _load(path: Path) -> tuple[Any, list[int]]:
    """What a cassette holds, and the line where each interaction begins."""
    text, place = read_text(path, "cassette", MAX_BYTES), place_of(path)
    only_json = path.suffix.lower() == ".json"
    if only_json or text.lstrip().startswith("{"):
        with nullcontext() if only_json else suppress(Unusable):  # else YAML, whose mappings may begin so as well
            return from_json(text, place, _REMEDY), json_lines(text, _LIST)
    try:
        return plainyaml.load_with_lines(text, _LIST)
    except plainyaml.NotPlainError as error:
        refuse(place if error.line is None else f"{place}:{error.line}", f"{error}; {_REMEDY}")


@frozen
class _Cassette:
    """A loaded cassette and how it is taken apart."""

    parts: Parts
    data: Any
    lines: Sequence[int] = ()

    def mapping(self) -> dict[str, Any]:
        if not isinstance(self.data, dict):
            problem = "is not a vcrpy cassette: its top level must be a mapping with `interactions`"
            refuse(self.parts.place, problem)
        return self.data

    def metadata(self) -> dict[str, Any]:
        found = self.mapping().get("metadata") or {}
        mapping: dict[str, Any] = self.parts.typed(found, dict, "metadata")
        return mapping

    def interactions(self) -> Iterator[Interaction | Unread]:
        data = self.mapping()
        kind = stranger(data)
        if kind:
            refuse(self.parts.place, f"is {kind}, which is not read here; record one with vcrpy")
        if _LIST not in data:
            refuse(self.parts.place, "is not a vcrpy cassette: `interactions` is missing; record it with vcrpy")
        entries = self.parts.typed(data[_LIST], list, _LIST)
        metadata = self.metadata()
        origin = self.parts.typed(metadata.get("origin", "recorded"), str, "metadata.origin")
        origin = {"": "recorded", "live": RECORDED_LIVE}.get(origin, origin)
        when = metadata.get("recorded-at")
        for index, entry in enumerate(entries):
            line = self.lines[index] if index < len(self.lines) else 0
            yield self.interaction(entry, index, line, origin, when)

    def interaction(self, entry: object, index: int, line: int, origin: str, when: object) -> Interaction | Unread:
        at, parts = f"{_LIST}[{index}]", self.parts
        where = Where(place=parts.place, index=index, line=line, origin=origin, when=when)
        request = NOBODY
        try:
            both = parts.typed(entry, dict, at)
            asked = parts.part(both, "request", dict, at)
            request = parts.asked(asked, "uri", f"{at}.request")
            headers = parts.header_map(asked.get("headers"), f"{at}.request.headers")
            body = self._body(asked, "body", f"{at}.request").raw or b""
            request = Request(method=request.method, url=request.url, headers=headers, body=body)
            response, stored = self._response(parts.part(both, "response", dict, at), f"{at}.response")
            return parts.exchange(where, request, response, stored)
        except Unusable as error:
            return parts.unread(where, request, str(error))

    def _response(self, found: dict[str, Any], at: str) -> tuple[Response, Stored]:
        """Also the flat form that older versions of vcrpy gave to httpx' answers."""
        if "status_code" in found and "status" not in found:
            code, where, body = self.parts.part(found, "status_code", int, at), f"{at}.status_code", "content"
        else:
            status = self.parts.part(found, "status", dict, at)
            code, where, body = self.parts.part(status, "code", int, f"{at}.status"), f"{at}.status.code", "body"
        headers = self.parts.header_map(found.get("headers"), f"{at}.headers")
        return Response(status=self.parts.status(code, where), headers=headers), self._body(found, body, at)

    def _body(self, half: dict[str, Any], name: str, at: str) -> Stored:
        """Both forms of vcrpy: `string` (text or binary) and `base64_string`; a request's body may stand bare.

        And that of a serializer which many projects share: what the body's JSON says, as `parsed_body`.
        """
        if name not in half and _PARSED in half:
            at = f"{at}.{_PARSED}"
            return Stored(raw=self.parts.json(half[_PARSED], at), at=at, coded=False)
        found, at = half.get(name), f"{at}.{name}"
        if isinstance(found, dict) and "base64_string" in found:
            return Stored(raw=self.parts.base64(found["base64_string"], f"{at}.base64_string"), at=at)
        text, where = (found.get("string"), f"{at}.string") if isinstance(found, dict) else (found, at)
        if text is None or isinstance(text, bytes):
            return Stored(raw=text, at=at)
        if not isinstance(text, str):
            self.parts.typed(text, str, where)
        return Stored(raw=as_bytes(str(text)), at=at)
