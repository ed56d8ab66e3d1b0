"""vcrpy's cassettes read as interactions, without vcrpy.

A cassette is somebody else's file: it is read as plain data, within bounds, and whatever is wrong with it becomes one
line that names the file and the place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response, header
from contracts.sources import plainyaml

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 64 * 2**20


def read_cassettes(paths: Iterable[str | Path]) -> Iterator[Interaction]:
    """The interactions of cassettes and folders of cassettes, files in the order of their names.

    Raises Unusable at the first cassette that can't be read.
    """
    for path in paths:
        for file in _files(Path(path)):
            yield from read_cassette(file)


def read_cassette(path: Path) -> tuple[Interaction, ...]:
    """The interactions of one cassette. Raises Unusable."""
    cassette = _Cassette(place=_place(path), data=_load(path))
    return cassette.interactions()


def read_metadata(path: Path) -> dict[str, Any]:
    """What the cassette says of its own making; empty where it says nothing. Raises Unusable."""
    return _Cassette(place=_place(path), data=_load(path)).metadata()


def read_raw(path: Path) -> dict[str, Any]:
    """The cassette's whole content as plain data, unchecked beyond being a mapping. Raises Unusable."""
    return _Cassette(place=_place(path), data=_load(path)).mapping()


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found: list[Path] = []
    for folder, below, names in os.walk(path, onerror=_no_listing):
        below[:] = [name for name in below if not name.startswith(".")]  # a recording that was killed leaves one
        found += [Path(folder, name) for name in names if name.endswith(SUFFIXES) and not name.startswith(".")]
    yield from sorted(found)


def _no_listing(error: OSError) -> NoReturn:
    _refuse(_place(Path(str(error.filename))), f"can't be listed: {error.strerror}")


def _place(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix() if path.is_absolute() or ".." in path.parts else path.as_posix()


def _refuse(place: str, problem: str) -> NoReturn:
    message = f"{place}: {problem}"
    raise Unusable(message) from None


def _text(path: Path) -> str:
    place = _place(path)
    try:
        if path.is_dir():
            _refuse(place, "is a folder; name a cassette file in it")
        if path.exists() and not path.is_file():
            _refuse(place, "is not an ordinary file; name a cassette file")
        if path.stat().st_size > MAX_BYTES:
            _refuse(place, f"is larger than {MAX_BYTES // 2**20} MB; split it into smaller cassettes")
        raw = path.read_bytes()
    except FileNotFoundError:
        _refuse(place, "there is no such cassette; check the path, or record it")
    except (OSError, ValueError) as error:
        _refuse(place, f"can't be read: {getattr(error, 'strerror', None) or error}")
    if not raw.strip():
        _refuse(place, "is empty; record it again")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        _refuse(place, f"byte {error.start} is not UTF-8; a cassette is YAML text in UTF-8")


def _load(path: Path) -> Any:
    text, place = _text(path), _place(path)
    try:
        return plainyaml.load(text)
    except plainyaml.NotPlainError as error:
        _refuse(place if error.line is None else f"{place}:{error.line}", f"{error}; record it again")


def _short(problem: object) -> str:
    return " ".join(str(problem).split())[:120]


@frozen
class _Cassette:
    """A loaded cassette and how messages call it."""

    place: str
    data: Any

    def mapping(self) -> dict[str, Any]:
        if not isinstance(self.data, dict):
            _refuse(self.place, "is not a vcrpy cassette: its top level must be a mapping with `interactions`")
        return self.data

    def metadata(self) -> dict[str, Any]:
        found = self.mapping().get("metadata") or {}
        mapping: dict[str, Any] = self._typed(found, dict, "metadata")
        return mapping

    def interactions(self) -> tuple[Interaction, ...]:
        data = self.mapping()
        if "interactions" not in data and "http_interactions" in data:
            problem = "is a Schemathesis report (`http_interactions`), not a vcrpy cassette; record one with vcrpy"
            _refuse(self.place, problem)
        if "interactions" not in data:
            _refuse(self.place, "is not a vcrpy cassette: `interactions` is missing; record it with vcrpy")
        entries = self._typed(data["interactions"], list, "interactions")
        origin = self._typed(self.metadata().get("origin", "recorded"), str, "metadata.origin")
        origin = "recorded" if origin in {"", "live"} else origin
        return tuple(self._interaction(entry, index, origin) for index, entry in enumerate(entries))

    def _interaction(self, entry: object, index: int, origin: str) -> Interaction:
        at = f"interactions[{index}]"
        both = self._typed(entry, dict, at)
        request = self._part(both, "request", dict, at)
        response = self._part(both, "response", dict, at)
        at_request, at_response = f"{at}.request", f"{at}.response"
        headers = self._headers(response.get("headers"), f"{at_response}.headers")
        body = self._body(response.get("body"), f"{at_response}.body")
        return Interaction(
            request=Request(
                method=self._part(request, "method", str, at_request),
                url=self._part(request, "uri", str, at_request),
                headers=self._headers(request.get("headers"), f"{at_request}.headers"),
                body=self._body(request.get("body"), f"{at_request}.body"),
            ),
            response=Response(
                status=self._status(response, at_response),
                headers=headers,
                body=_decoded(body, header(headers, "content-encoding") or "", f"{self.place}: {at_response}.body"),
            ),
            origin=origin,
            place=self.place,
            index=index,
        )

    def _status(self, response: Mapping[str, Any], at: str) -> int:
        code: int = self._part(self._part(response, "status", dict, at), "code", int, f"{at}.status")
        if code not in range(100, 1000):
            _refuse(self.place, f"{at}.status.code must have three digits, not {_short(code)[:20]}; record it again")
        return code

    def _headers(self, found: object, at: str) -> Headers:
        pairs: list[tuple[str, str]] = []
        for name, values in self._typed({} if found is None else found, dict, at).items():
            self._typed(name, str, f"{at} (a name)")
            each = values if isinstance(values, list) else [values]
            pairs += [(name, self._typed(value, str, f"{at}.{_short(name)}")) for value in each]
        return tuple(pairs)

    def _body(self, found: object, at: str) -> bytes:
        """Both forms of vcrpy: `string` (text or binary) and `base64_string`; a request's body may stand bare."""
        if isinstance(found, dict) and "base64_string" in found:
            return self._base64(found["base64_string"], f"{at}.base64_string")
        if isinstance(found, dict):
            found, at = found.get("string"), f"{at}.string"
        if found is None:
            return b""
        if isinstance(found, bytes):
            return found
        text: str = self._typed(found, str, at)
        return text.encode()

    def _base64(self, found: object, at: str) -> bytes:
        import base64
        import binascii

        text = found if isinstance(found, bytes) else self._typed(found, str, at).encode()
        try:
            return base64.b64decode(b"".join(text.split()), validate=True)
        except binascii.Error:
            _refuse(self.place, f"{at} is not base64; record it again")

    def _part(self, mapping: Mapping[str, Any], name: str, kind: type, at: str) -> Any:
        if name not in mapping:
            _refuse(self.place, f"{at}.{name} is missing; record it again")
        return self._typed(mapping[name], kind, f"{at}.{name}")

    def _typed(self, found: object, kind: type, at: str) -> Any:
        if not isinstance(found, kind) or isinstance(found, bool):
            _refuse(self.place, f"{at} must be {_KINDS[kind]}, not {_kind(found)}; record it again")
        return found


_KINDS: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", int: "a whole number"}


def _kind(found: object) -> str:
    return "nothing" if found is None else _KINDS.get(type(found), type(found).__name__)


def _decoded(body: bytes, codings: str, place: str) -> bytes:
    """The body without its content coding; one that was recorded decoded, header kept, stays as it is."""
    for coding in reversed(codings.lower().replace(" ", "").split(",")):
        if coding in {"", "identity"} or not body:
            continue
        if coding not in {"gzip", "x-gzip", "deflate"}:
            _refuse(place, f"is coded as {_short(coding)}; record it with decode_compressed_response")
        body = _inflated(body, place)
    return body


def _inflated(body: bytes, place: str) -> bytes:
    import zlib

    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, by the header
    try:
        plain = unpacker.decompress(body, MAX_BYTES)
    except zlib.error:
        if body.startswith(b"\x1f\x8b"):
            _refuse(place, "is broken gzip; record it again")
        return body
    if unpacker.unconsumed_tail:
        _refuse(place, f"unpacks to more than {MAX_BYTES // 2**20} MB")
    if not unpacker.eof:
        _refuse(place, "is cut in the middle of its compressed data; record it again")
    return plain
