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

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import compress, repeat
from operator import contains
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from contracts.model.interaction import Headers, Interaction, Response
from contracts.model.json import each_or_none
from contracts.sources.entries import Dialect, Stored, Unread, as_bytes
from contracts.sources.files import CutShort, opened, place_of
from contracts.sources.plaindata import NotPlainError, json_value
from contracts.sources.unpacking import problem_of

if TYPE_CHECKING:
    from io import BufferedReader

SUFFIXES = (".ndjson", ".jsonl")
MAX_LINE = 64 * 2**20
_CHUNK = 2**18
_MARK = b"\xef\xbb\xbf"
_PAIR = 2
_ODD = b"\x7f"
"""What stands in no text; of bytes that are called compressed and stored as a text, it says that they can't be told."""
_MOST_HEADERS = 64
"""So many names of headers are told apart in lines of the usual form."""


def read_ndjson(path: Path) -> Iterator[Interaction | Unread]:
    """The exchanges of a log as they are read; Unread where a line is none, or its answer can't be told.

    `index` counts exchanges. Raises Unusable.
    """
    log = line_reader(path)
    for index, (number, line) in enumerate(lines_of(path)):
        yield log.read(line, "", index, number)


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
        parts, size = list[bytes](), 0
        while (end is None or at < end) and (read := file.read(_CHUNK if end is None else min(_CHUNK, end - at))):
            at += len(read)
            if b"\n" in read:
                lines = BytesIO(b"".join((*parts, read))).readlines()  # in half the time of `split`
                rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
                yield lines
                parts, size = [rest] if rest else [], len(rest)
                continue
            parts.append(read)
            size += len(read)
            if size > MAX_LINE:
                at += _passed(file)
                yield [b"".join(parts)]
                parts, size = [], 0
        if parts:
            yield [b"".join((*parts, file.readline(MAX_LINE + 1 - size)))]
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


class TypedLines:
    """Reads lines of the usual form in a tenth of the time: `request`, `response`, `origin`, `at` as attributes.

    The body stays as it is written.
    """

    def __init__(self) -> None:
        self._one = _decoder(dict[str, str])
        self._names: dict[str, None] = {}
        self._each = self._one
        self._alike: tuple[Any, Callable[[bytes], Any]] = (None, self._one)

    def one(self, text: bytes) -> Any:
        """A line, its headers as names and texts. Raises ValueError for another form: of that `line_reader` speaks."""
        if not text.isascii():
            text.decode()  # what is passed by is not looked at otherwise
        if _ODD in text:
            raise ValueError
        return self._one(text)

    def all(self, texts: Sequence[bytes]) -> list[Any]:
        """Many lines, the headers of each a struct with a field for each name; None for any other form."""
        found = each_or_none(self._each, texts) if self._names else [None] * len(texts)
        while (place := next((place for place, line in enumerate(found) if line is None), None)) is not None:
            if not self._learn(texts[place:]):
                break
            found = each_or_none(self._each, texts)
        return _in_utf8(found, texts)

    def alike(
        self, texts: Sequence[bytes], around: tuple[str, int, str], headers: dict[str, str], apart: Container[str],
        body: Any,
    ) -> list[Any]:  # fmt: skip
        """Many lines with this method, status and origin, these headers, and bodies of a type; None for any other.

        A body of no type stays as it is written. Of other headers, those of which `apart` has the name in lower case
        aren't there.
        """
        key = around, tuple(headers.items()), body, len(self._names)
        if key != self._alike[0]:
            fields: dict[str, Any] = {name: None for name in self._names if name.lower() not in apart}
            self._alike = key, _decoder(_struct(fields | headers), body, [Literal[one] for one in around])
        return _in_utf8(each_or_none(self._alike[1], texts), texts)

    def _learn(self, texts: Sequence[bytes]) -> bool:
        """True where one of some lines, of the first dozen, has names of headers that weren't known."""
        for line in each_or_none(self._one, texts[:12]):
            names = self._names | dict.fromkeys(() if line is None else line.response.headers or ())
            if len(self._names) < len(names) <= _MOST_HEADERS:
                try:
                    self._each = _decoder(_struct(names))
                except (TypeError, ValueError):
                    continue  # no field can be called so
                self._names = names
                return True
        return False


def stands_for_bytes(body: Any) -> bool:
    """True where the object that a body is written as stands for bytes. Raises ValueError, RecursionError."""
    import msgspec

    return bool(msgspec.json.decode(body).keys() == {"base64"})


def _in_utf8(found: list[Any], texts: Sequence[bytes]) -> list[Any]:
    """None for those whose text isn't, or is an odd one: what is passed by is not looked at otherwise."""
    for place, plain in enumerate(map(bytes.isascii, texts)):
        if not plain:
            try:
                texts[place].decode()
            except ValueError:
                found[place] = None
    for place in compress(range(len(texts)), map(contains, texts, repeat(_ODD))):
        found[place] = None
    return found


def _decoder(headers: Any, body: Any = None, around: Sequence[Any] = ()) -> Callable[[bytes], Any]:
    """What reads a line; where its method, status and origin are of some types, it has headers as well."""
    import msgspec

    method, status, origin = around or (str, int, str)
    name = Annotated[str, msgspec.Meta(pattern=r"^(?!base64\Z)")]
    sent = str | bool | int | float | list[Any] | dict[name, Any] | None
    asked: list[Any] = [("method", method), ("url", str)]
    asked += [("headers", dict[str, str] | None, None), ("body", sent, None)]
    answer: list[Any] = [("status", status), ("body", body or msgspec.Raw)]
    answer.append(("headers", headers) if around else ("headers", headers | None, None))
    parts = [("request", msgspec.defstruct("request", asked, gc=False)),
             ("response", msgspec.defstruct("response", answer, gc=False))]  # fmt: skip
    unsaid = ("recorded",) if origin in {str, Literal["recorded"]} else ()
    line = msgspec.defstruct("line", [*parts, ("origin", origin, *unsaid), ("at", str, "")], gc=False, kw_only=True)
    return msgspec.json.Decoder(line).decode


def _struct(names: Mapping[str, str | None]) -> Any:
    """Headers: those with a value have that, others may be left out."""
    import msgspec

    fields: list[Any] = [
        (f"h{number}", str | msgspec.UnsetType, msgspec.UNSET) if value is None else (f"h{number}", Literal[value])
        for number, value in enumerate(names.values())
    ]
    called = {f"h{number}": name for number, name in enumerate(names)}
    return msgspec.defstruct("headers", fields, rename=called, forbid_unknown_fields=True, kw_only=True, gc=False)


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
