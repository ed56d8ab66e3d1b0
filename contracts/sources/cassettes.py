"""vcrpy's cassettes, YAML or JSON, read as interactions without vcrpy."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, NoReturn

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction, Request, Response
from contracts.sources import plainyaml
from contracts.sources.parts import Parts, Unread, as_bytes, from_json, is_folder, place_of, read_text, refuse

SUFFIXES = (".yaml", ".yml", ".json")
REJECTED = ".rejected.yaml"
"""How the name of a recording that broke the contract ends: it is there to be looked at, and no part of its folder."""
MAX_BYTES = 64 * 2**20
_REMEDY = "record it again"
RECORDED_LIVE = "recorded live"
"""The origin of what was recorded from the documented server: not what that server says now."""


def read_cassettes(paths: Iterable[str | Path]) -> Iterator[Interaction]:
    """The interactions of cassettes and folders of cassettes, files in the order of their names.

    Raises Unusable at the first cassette that can't be read.
    """
    for path in paths:
        for file in files_below(Path(path), SUFFIXES):
            yield from read_cassette(file)


def read_cassette(path: Path) -> tuple[Interaction, ...]:
    """The interactions of one cassette. Raises Unusable, also for a body whose coding is unknown here."""
    return _readable(read_each(path))


def _readable(interactions: Iterable[Interaction | Unread]) -> tuple[Interaction, ...]:
    found: list[Interaction] = []
    for each in interactions:
        if isinstance(each, Unread):
            refuse(each.place, each.problem)
        found.append(each)
    return tuple(found)


def read_held(path: Path) -> tuple[dict[str, Any], tuple[Interaction, ...]]:
    """One cassette's metadata and its interactions, read once. Raises Unusable."""
    cassette = _opened(path)
    return cassette.metadata(), _readable(cassette.interactions())


def read_each(path: Path) -> Iterator[Interaction | Unread]:
    """As `read_cassette`, but a body whose coding is unknown makes its interaction Unread."""
    return _opened(path).interactions()


def read_raw(path: Path) -> dict[str, Any]:
    """The cassette's whole content as plain data, unchecked beyond being a mapping. Raises Unusable."""
    return _opened(path).mapping()


def as_interaction(
    entry: Mapping[str, Any], place: str, index: int, metadata: Mapping[str, Any]
) -> Interaction | Unread:
    """One entry of a cassette, `request` and `response` in vcrpy's own form. Raises Unusable."""
    cassette = _Cassette(parts=Parts(place=place, remedy=_REMEDY), data=None)
    return cassette.interaction(entry, index, str(metadata.get("origin", "recorded")), metadata.get("recorded-at"))


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


def _opened(path: Path) -> _Cassette:
    return _Cassette(parts=Parts(place=place_of(path), remedy=_REMEDY), data=_load(path))


def _load(path: Path) -> Any:
    text, place = read_text(path, "cassette", MAX_BYTES), place_of(path)
    only_json = path.suffix.lower() == ".json"
    if only_json or text.lstrip().startswith("{"):
        with nullcontext() if only_json else suppress(Unusable):  # else YAML, whose mappings may begin so as well
            return from_json(text, place, _REMEDY)
    try:
        return plainyaml.load(text)
    except plainyaml.NotPlainError as error:
        refuse(place if error.line is None else f"{place}:{error.line}", f"{error}; {_REMEDY}")


@frozen
class _Cassette:
    """A loaded cassette and how it is taken apart."""

    parts: Parts
    data: Any

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
        if "interactions" not in data and "http_interactions" in data:
            problem = "is a Schemathesis report (`http_interactions`), not a vcrpy cassette; record one with vcrpy"
            refuse(self.parts.place, problem)
        if "interactions" not in data:
            problem = "is not a vcrpy cassette: `interactions` is missing; record it with vcrpy"
            refuse(self.parts.place, problem)
        entries = self.parts.typed(data["interactions"], list, "interactions")
        metadata = self.metadata()
        origin = self.parts.typed(metadata.get("origin", "recorded"), str, "metadata.origin")
        origin = {"": "recorded", "live": RECORDED_LIVE}.get(origin, origin)
        for index, entry in enumerate(entries):
            yield self.interaction(entry, index, origin, metadata.get("recorded-at"))

    def interaction(self, entry: object, index: int, origin: str, when: object) -> Interaction | Unread:
        at, parts = f"interactions[{index}]", self.parts
        both = parts.typed(entry, dict, at)
        asked = parts.part(both, "request", dict, at)
        request = Request(
            method=parts.part(asked, "method", str, f"{at}.request"),
            url=parts.part(asked, "uri", str, f"{at}.request"),
            headers=parts.header_map(asked.get("headers"), f"{at}.request.headers"),
            body=self._body(asked.get("body"), f"{at}.request.body"),
        )
        response = self._response(parts.part(both, "response", dict, at), f"{at}.response")
        at = f"{at}.response.body"
        return parts.exchange(request, response, origin=origin, place=parts.place, index=index, at=at, when=when)

    def _response(self, found: dict[str, Any], at: str) -> Response:
        """Also the flat form that older versions of vcrpy gave to httpx' answers."""
        if "status_code" in found and "status" not in found:
            code, body = self.parts.part(found, "status_code", int, at), found.get("content")
            where, body_at = f"{at}.status_code", f"{at}.content"
        else:
            status = self.parts.part(found, "status", dict, at)
            code, body = self.parts.part(status, "code", int, f"{at}.status"), found.get("body")
            where, body_at = f"{at}.status.code", f"{at}.body"
        return Response(
            status=self.parts.status(code, where),
            headers=self.parts.header_map(found.get("headers"), f"{at}.headers"),
            body=self._body(body, body_at),
        )

    def _body(self, found: object, at: str) -> bytes:
        """Both forms of vcrpy: `string` (text or binary) and `base64_string`; a request's body may stand bare."""
        if isinstance(found, dict) and "base64_string" in found:
            return self.parts.base64(found["base64_string"], f"{at}.base64_string")
        if isinstance(found, dict):
            found, at = found.get("string"), f"{at}.string"
        if found is None:
            return b""
        if isinstance(found, bytes):
            return found
        if not isinstance(found, str):
            self.parts.typed(found, str, at)
        return as_bytes(str(found))
