"""One entry of a recording, whatever its dialect: parts of the expected type, and the exchange that they make.

A recording is somebody else's file: it is read as plain data, and whatever is wrong with an entry is said of that one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, NoReturn

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response, header, header_lines
from contracts.sources.decoding import UnknownBodyError, decoded
from contracts.sources.moments import in_utc


@frozen
class Unread:
    """A recorded request whose answer can't be judged, and why; `place`, `index` and `line` as in Interaction.

    It is damaged, or has no answer, or what was sent as its body can't be told. It is not checked, never broken. A
    request that can't be read itself has no URL. `bare` is the exchange for whom an answer without a body will do.
    """

    request: Request
    problem: str
    place: str
    index: int
    line: int = 0
    bare: Interaction | None = None


def answered(found: Interaction | Unread, contract: Contract) -> Interaction | Unread:
    """What was read of a contract's operation: a body that wasn't stored is none where the contract asks for none."""
    if isinstance(found, Interaction) or found.bare is None:
        return found
    answer = contract.answer(found.bare.response.status)
    return found.bare if answer is None or answer.empty else found


@frozen
class Stored:
    """A body as a recording holds it: `raw`, None where none is stored; `at` is its place in the recording.

    `media` is its media type where no header says it. `doubt` says why it may not be what was sent, "" for nothing.
    `coded` is off where the recording has decoded it, whatever the headers say.
    """

    raw: bytes | None
    at: str
    media: str = ""
    doubt: str = ""
    coded: bool = True


def refuse(place: str, problem: str) -> NoReturn:
    """Raises Unusable: the place and the problem, in one line."""
    raise Unusable(f"{place}: {problem}") from None


def short(problem: object) -> str:
    """A foreign text as one short line."""
    return " ".join(str(problem).split())[:120]


def kind(found: object) -> str:
    """What a value is called in messages."""
    return "nothing" if found is None else _KINDS.get(type(found), type(found).__name__)


def as_bytes(text: str) -> bytes:
    """A body's text as it was sent; half characters become bytes that no decoder takes for text."""
    return text.encode("utf-8", "surrogatepass")


_KINDS: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", int: "a whole number"}
_BODILESS = frozenset({*range(100, 200), 204, 205, 304})
_FRAMING = frozenset({"content-type", "content-encoding"})
"""Headers without which a body can't be understood."""


class Dialect(ABC):
    """Reads the entries of one file, which is at `place`.

    A dialect says where in an entry its parts stand: what was sent beside method and URL, what was answered, and whose
    answer that is. `within` is the list that entries stand in, "" where each stands by itself. `exact` says that the
    recorder is known to store what was sent, and nothing is guessed of it. All that takes a value raises Unusable for
    one of another kind, with `at`, its place in the file.
    """

    url: ClassVar[str] = "url"
    within: ClassVar[str] = ""
    remedy: ClassVar[str]

    def __init__(self, place: str, *, exact: bool = False) -> None:
        self.place, self._exact = place, exact

    @abstractmethod
    def sent(self, request: dict[str, Any], at: str) -> tuple[Headers, bytes]:
        """Headers and body of a request."""

    @abstractmethod
    def answer(self, entry: dict[str, Any], at: str) -> tuple[Response, Stored]:
        """Status and headers of the answer, and its body as it is stored."""

    @abstractmethod
    def origin(self, entry: dict[str, Any]) -> tuple[str, object]:
        """Whose answer it is, and its moment in any form."""

    def entry(self, found: Any, at: str) -> dict[str, Any]:
        """One entry as plain data."""
        entry: dict[str, Any] = self.typed(found, dict, at)
        return entry

    def read_all(self, found: object, lines: Sequence[int]) -> Iterator[Interaction | Unread]:
        """The entries of a list that begin at these lines. Raises Unusable, with the file, where it is no list."""
        for index, entry in enumerate(self.of_file(found, list, self.within)):
            yield self.read(entry, index, lines[index] if index < len(lines) else 0)

    def read(self, found: object, index: int, line: int) -> Interaction | Unread:
        """One entry; Unread where it is damaged, or what was answered can't be told."""
        at = f"{self.within}[{index}]" if self.within else ""
        request = Request(method="", url="")
        bare = None
        try:
            entry = self.entry(found, at)
            asked, where = self.part(entry, "request", dict, at), f"{at}.request".removeprefix(".")
            method, url = self.part(asked, "method", str, where), self.part(asked, self.url, str, where)
            request = Request(method=method, url=url)
            headers, body = self.sent(asked, where)
            request = Request(method=method, url=url, headers=headers, body=body)
            response, stored = self.answer(entry, at)
            origin, when = self.origin(entry)
            bare = Interaction(
                request=request,
                response=response,
                origin="recorded" if origin in {"", "live"} else origin,  # "live" is what was asked in this very run
                place=self.place,
                index=index,
                line=line,
                at=in_utc(when),
                recorded=True,
            )
            return self._with_body(bare, stored)
        except (Unusable, UnknownBodyError) as error:
            bare = bare if isinstance(error, _NoBodyError) else None
            return Unread(request=request, problem=str(error), place=self.place, index=index, line=line, bare=bare)

    def _with_body(self, bare: Interaction, stored: Stored) -> Interaction:
        """The exchange with its body as it was sent. Raises UnknownBodyError where that can't be told."""
        headers, raw = bare.response.headers, stored.raw
        codings = ", ".join(header_lines(headers, "content-encoding")) if stored.coded else ""
        if not raw and not self._exact and (raw is None or codings or stored.doubt):
            promised = bare.request.method.upper() != "HEAD" and bare.response.status not in _BODILESS
            if not promised or header(headers, "content-length") == "0":
                return bare
            problem = stored.doubt or ("was not stored" if raw is None else f"is coded as {short(codings)}, and empty")
            raise _NoBodyError(f"{stored.at}: {problem}")
        media = (header(headers, "content-type") or stored.media).partition(";")[0].strip().lower()
        try:
            body = decoded(raw or b"", codings, media, stored.doubt, guessed=not self._exact)
        except UnknownBodyError as error:
            raise UnknownBodyError(f"{stored.at}: {error}") from None
        return replace(bare, response=Response(status=bare.response.status, headers=headers, body=body))

    def refuse(self, problem: str) -> NoReturn:
        """Raises Unusable."""
        raise Unusable(f"{problem}; {self.remedy}") from None

    def of_file(self, found: object, kind_: type, at: str) -> Any:
        """As `typed`, of what is no entry's: what is raised names the file."""
        try:
            return self.typed(found, kind_, at)
        except Unusable as error:
            refuse(self.place, str(error))

    def part(self, mapping: Mapping[str, Any], name: str, kind_: type, at: str) -> Any:
        """The named part of what stands at a place, of the given type."""
        at = f"{at}.{name}".removeprefix(".")
        if name not in mapping:
            self.refuse(f"{at} is missing")
        return self.typed(mapping[name], kind_, at)

    def typed(self, found: object, kind_: type, at: str) -> Any:
        """The value itself, if of the given type; text is such that it can be written again."""
        if not isinstance(found, kind_) or isinstance(found, bool):
            self.refuse(f"{at} must be {_KINDS[kind_]}, not {kind(found)}")
        if isinstance(found, str) and not found.isascii():
            try:
                found.encode()
            except UnicodeEncodeError:
                self.refuse(f"{at} holds half a character (a lone surrogate)")
        return found

    def status(self, code: int, at: str) -> int:
        """A status of three digits."""
        if code not in range(100, 1000):
            self.refuse(f"{at} must have three digits, not {short(code)[:20]}")
        return code

    def header_map(self, found: object, at: str) -> Headers:
        """Headers of a mapping from names to one value or a list of them."""
        pairs: list[tuple[str, str]] = []
        for name, values in self.typed({} if found is None else found, dict, at).items():
            self.typed(name, str, f"{at} (a name)")
            for value in values if isinstance(values, list) else [values]:
                pairs += self.header(name, value, f"{at}.{short(name)}")
        return tuple(pairs)

    def header(self, name: str, value: object, at: str) -> Iterator[tuple[str, str]]:
        """One line of a header: text, or what a serializer made of it; nothing where its value was taken out."""
        if value is None and name.lower() in _FRAMING:
            self.refuse(f"{at} has no value")
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        elif isinstance(value, bool | int | float | date):
            value = str(value)
        if value is not None:
            yield name, self.typed(value, str, at)

    def base64(self, found: object, at: str) -> bytes:
        """The bytes of base64, in lines or not."""
        import base64
        import binascii

        text = found if isinstance(found, bytes) else self.typed(found, str, at).encode()
        try:
            return base64.b64decode(b"".join(text.split()), validate=True)
        except binascii.Error:
            self.refuse(f"{at} is not base64")

    def json(self, found: object, at: str) -> bytes:
        """A JSON value as a body."""
        import json

        try:
            return json.dumps(found, separators=(",", ":"), allow_nan=False).encode()
        except (ValueError, TypeError):
            self.refuse(f"{at} holds a number that is none in JSON, or too large, or no JSON; give the body as text")
        except RecursionError:
            self.refuse(f"{at} nests too deep")


class _NoBodyError(UnknownBodyError):
    """The body was not stored, so that an exchange without one may be meant."""
