"""vcrpy's cassettes, YAML or JSON, read as interactions without vcrpy."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from io import BufferedReader, TextIOBase
from pathlib import Path
from typing import Any, NoReturn

from contracts.model.interaction import Headers, Interaction, Response
from contracts.model.text import many
from contracts.sources.entries import Dialect, Stored, Unread, as_bytes, refuse
from contracts.sources.files import MAX_BYTES, CutShort, is_folder, opened, place_of, read_text, rest_of
from contracts.sources.plain_json import NotPlainError, json_with_lines
from contracts.sources.plain_yaml import yaml_elements, yaml_with_lines
from contracts.sources.sniffing import HEAD, known_stranger
from contracts.sources.unpacking import problem_of

SUFFIXES = (".yaml", ".yml", ".json")
REJECTED = ".rejected.yaml"
"""How the name of a recording that broke the contract ends: it is there to be looked at, and no part of its folder."""
_LIST = "interactions"
_PARSED = "parsed_body"
LONG = 4 * 2**20
"""Of more bytes a cassette is not held in memory as a whole."""
RECORDED_LIVE = "recorded live"
"""The origin of what was recorded from the documented server: not what that server says now."""


def read_cassette(path: Path, *, exact: bool = False) -> tuple[Interaction, ...]:
    """The interactions of one cassette. Raises Unusable, also where one of them can't be read.

    `exact` says that it was recorded here and now, so that each body is what was sent.
    """
    found: list[Interaction] = []
    for each in _opened(path, exact=exact)[1]:
        if isinstance(each, Unread):
            refuse(each.place, each.problem)
        found.append(each)
    return tuple(found)


def read_held(path: Path) -> tuple[dict[str, Any], tuple[Interaction | Unread, ...]]:
    """One cassette's metadata and its interactions, read once. Raises Unusable."""
    metadata, found = _opened(path)
    return metadata, tuple(found)


def read_each(path: Path) -> Iterator[Interaction | Unread]:
    """As `read_cassette`, but an interaction that can't be read is Unread.

    A long one in YAML is read as it comes, in the memory of a few interactions. Raises CutShort behind what could be
    read of it.
    """
    place = Path(place_of(path))
    with opened(place, "a cassette", ordinary=True) as file:
        head = file.read(LONG)
        if len(head) == LONG and path.suffix.lower() != ".json" and not head.lstrip().startswith(b"{"):
            yield from _as_it_comes(head, file, place_of(path))
        else:
            yield from _in_text(rest_of(file, place, "a cassette", ordinary=True, head=head), path)[1]


def as_interaction(
    entry: Mapping[str, Any], place: str, index: int, metadata: Mapping[str, Any]
) -> Interaction | Unread:
    """One entry of a cassette, `request` and `response` in vcrpy's own form."""
    return _Cassette(place, metadata).read(entry, index, 0)


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


def _opened(path: Path, *, exact: bool = False) -> tuple[dict[str, Any], Iterator[Interaction | Unread]]:
    """Metadata and interactions, each as it is asked for. Raises Unusable."""
    return _in_text(read_text(Path(place_of(path)), "a cassette", ordinary=True), path, exact=exact)


def _in_text(text: str, path: Path, *, exact: bool = False) -> tuple[dict[str, Any], Iterator[Interaction | Unread]]:
    """The same of the text of a file."""
    place = place_of(path)
    data, lines = _load(text, place, only_json=path.suffix.lower() == ".json")
    cassette = _cassette(data, place, text[:HEAD], exact=exact)
    return cassette.metadata, cassette.read_all(data[_LIST], lines)


def _as_it_comes(head: bytes, file: BufferedReader, place: str) -> Iterator[Interaction | Unread]:
    """The interactions of YAML that begins so."""
    cassette, count, problem, at = None, 0, "", place
    begin, text = head[:HEAD].decode(errors="replace"), _Text(head, file)
    try:
        for data, found in yaml_elements(text, _LIST):
            text.waiting = 0 if found else text.waiting
            if found and cassette is None:
                cassette = _cassette(data | {_LIST: [found[0][0]]}, place, begin)
            for entry, line in found:
                assert cassette is not None
                yield cassette.read(entry, count, line)
                count += 1
        whole = _cassette(data, place, begin)
        whole.of_file(data[_LIST], list, _LIST)
        if cassette is not None and whole.origin({}) != cassette.origin({}):
            problem = f"`metadata` stands behind `{_LIST}`, which it is about; put it first"
    except NotPlainError as error:
        problem, at = problem_of(file) or f"{error}; {_Cassette.remedy}", error.place(place)
    except UnicodeDecodeError:
        problem, at = "not text in UTF-8; name a cassette", place
    if problem and not count:
        refuse(at, problem)
    if problem:
        raise CutShort(f"{at}: {problem}; {many(count, 'interaction')} stood before that")


class _Text(TextIOBase):
    """What a file holds behind its head, and that before it; `waiting` is how much of it was read for nothing yet."""

    def __init__(self, head: bytes, file: BufferedReader) -> None:
        self._head, self._file = head, file
        self._decode = getincrementaldecoder("utf-8-sig")().decode
        self.waiting = 0

    def read(self, size: int | None = -1, /) -> str:
        """So much more text. Raises NotPlainError, UnicodeDecodeError."""
        data, self._head = self._head or self._file.read(size), b""
        self.waiting += len(data)
        if self.waiting > MAX_BYTES:
            raise NotPlainError(None, f"holds an interaction of more than {MAX_BYTES // 2**20} MB")
        try:
            return self._decode(data, not data)
        except UnicodeDecodeError as error:
            if not error.start:
                raise
            self._head = error.object[error.start :]  # what stands before it comes first
            return error.object[: error.start].decode()


def _cassette(data: object, place: str, head: str, *, exact: bool = False) -> _Cassette:
    """What reads the interactions of a cassette. Raises Unusable for anything else."""
    if not isinstance(data, dict):
        refuse(place, "is not a vcrpy cassette: its top level must be a mapping with `interactions`")
    maker = "" if _LIST in data else known_stranger(head.encode())
    maker = "a cassette of go-vcr" if _is_of_go(data.get(_LIST)) else maker
    if maker:
        refuse(place, f"is {maker}, which is not read here; record one with vcrpy")
    if _LIST not in data:
        refuse(place, "is not a vcrpy cassette: `interactions` is missing; record it with vcrpy")
    return _Cassette(place, data.get("metadata") or {}, exact=exact)


def _load(text: str, place: str, *, only_json: bool) -> tuple[Any, list[int]]:
    """What a cassette holds, and the line where each interaction begins."""
    try:
        if only_json or text.lstrip().startswith("{"):
            with nullcontext() if only_json else suppress(NotPlainError):  # else YAML, whose mappings begin so as well
                return json_with_lines(text, _LIST)
        return yaml_with_lines(text, _LIST)
    except NotPlainError as error:
        refuse(error.place(place), f"{error}; {_Cassette.remedy}")


def _is_of_go(entries: object) -> bool:
    first = entries[0] if isinstance(entries, list) and entries else None
    asked = first.get("request") if isinstance(first, dict) else None
    return isinstance(asked, dict) and "url" in asked and "uri" not in asked


class _Cassette(Dialect):
    url, within, remedy = "uri", _LIST, "record it again"

    def __init__(self, place: str, metadata: object, *, exact: bool = False) -> None:
        super().__init__(place, exact=exact)
        self.metadata: dict[str, Any] = self.of_file(metadata, dict, "metadata")
        origin = self.of_file(self.metadata.get("origin", "recorded"), str, "metadata.origin")
        self._origin = RECORDED_LIVE if origin == "live" else origin

    def origin(self, entry: dict[str, Any]) -> tuple[str, object]:  # noqa: ARG002  all of a cassette are of one making
        return self._origin, self.metadata.get("recorded-at")

    def sent(self, request: dict[str, Any], at: str) -> tuple[Headers, bytes]:
        headers = self.header_map(request.get("headers"), f"{at}.headers")
        return headers, self._body(request, "body", at).raw or b""

    def answer(self, entry: dict[str, Any], at: str) -> tuple[Response, Stored]:
        """Also the flat form that older versions of vcrpy gave to httpx' answers."""
        found, at = self.part(entry, "response", dict, at), f"{at}.response"
        if "status_code" in found and "status" not in found:
            code, where, body = self.part(found, "status_code", int, at), f"{at}.status_code", "content"
        else:
            status = self.part(found, "status", dict, at)
            code, where, body = self.part(status, "code", int, f"{at}.status"), f"{at}.status.code", "body"
        headers = self.header_map(found.get("headers"), f"{at}.headers")
        return Response(status=self.status(code, where), headers=headers), self._body(found, body, at)

    def _body(self, half: dict[str, Any], name: str, at: str) -> Stored:
        """Both forms of vcrpy: `string` (text or binary) and `base64_string`; a request's body may stand bare.

        And that of a serializer which many projects share: what the body's JSON says, as `parsed_body`.
        """
        if name not in half and _PARSED in half:
            at = f"{at}.{_PARSED}"
            return Stored(raw=self.json(half[_PARSED], at), at=at, coded=False)
        found, at = half.get(name), f"{at}.{name}"
        if isinstance(found, dict) and "base64_string" in found:
            return Stored(raw=self.base64(found["base64_string"], f"{at}.base64_string"), at=at)
        text, where = (found.get("string"), f"{at}.string") if isinstance(found, dict) else (found, at)
        if text is None or isinstance(text, bytes):
            return Stored(raw=text, at=at)
        if not isinstance(text, str):
            self.typed(text, str, where)
        return Stored(raw=as_bytes(str(text)), at=at)
