"""What every reader of recordings needs: files within bounds, parts of the expected type, one line for what is wrong.

A recording is somebody else's file: it is read as plain data, and whatever is wrong with it names file and place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

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


NOBODY = Request(method="", url="")
"""What is known of a request that can't be read."""


@frozen
class Where:
    """Where an exchange stands, whose it is and when it took place, a moment in whatever form."""

    place: str
    index: int
    line: int
    origin: str
    when: object

    def interaction(self, request: Request, response: Response) -> Interaction:
        """The exchange. Its origin is never "live", which is what was asked in this very run."""
        return Interaction(
            request=request,
            response=response,
            origin="recorded" if self.origin in {"", "live"} else self.origin,
            place=self.place,
            index=self.index,
            line=self.line,
            at=in_utc(self.when),
            recorded=True,
        )


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


def place_of(path: Path) -> str:
    """How messages call a file: relative to the working directory, with forward slashes."""
    return Path(os.path.relpath(path)).as_posix() if path.is_absolute() or ".." in path.parts else path.as_posix()


def refuse(place: str, problem: str) -> NoReturn:
    """Raises Unusable: the place and the problem, in one line."""
    message = f"{place}: {problem}"
    raise Unusable(message) from None


def unreadable(place: str, error: OSError | ValueError) -> NoReturn:
    """Raises Unusable for what the system says of a file."""
    refuse(place, f"can't be read: {getattr(error, 'strerror', None) or error}")


def is_folder(path: Path) -> bool:
    """Whether a folder is there; no where the system won't say."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def check_file(path: Path, what: str) -> None:
    """Raises Unusable unless an ordinary file of any content is there; `what` is the kind of recording expected."""
    place = place_of(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        refuse(place, f"there is no such {what}; check the path, or record it")
    except (OSError, ValueError) as error:
        unreadable(place, error)
    if stat.S_ISDIR(mode):
        refuse(place, f"is a folder; name a {what} file in it")
    if not stat.S_ISREG(mode):
        refuse(place, f"is not an ordinary file; name a {what} file")


def read_text(path: Path, what: str, most: int) -> str:
    """The text of a recording of at most so many bytes, without a byte order mark. Raises Unusable."""
    check_file(path, what)
    place = place_of(path)
    try:
        if path.stat().st_size > most:
            refuse(place, f"is larger than {most // 2**20} MB; split it into smaller {what}s")
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        unreadable(place, error)
    if not raw.strip():
        refuse(place, "is empty; record it again")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(place, f"byte {error.start} is not UTF-8; save the {what} as text in UTF-8")


def short(problem: object) -> str:
    """A foreign text as one short line."""
    return " ".join(str(problem).split())[:120]


def kind(found: object) -> str:
    """What a value is called in messages."""
    return "nothing" if found is None else _KINDS.get(type(found), type(found).__name__)


_KINDS: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", int: "a whole number"}
_BODILESS = frozenset({*range(100, 200), 204, 205, 304})
_FRAMING = frozenset({"content-type", "content-encoding"})
"""Headers without which a body can't be understood."""


@frozen
class Parts:
    """Takes one recording apart; `place` begins and `remedy` ends the line of every refusal.

    `exact` says that the recorder is known to store what was sent, and nothing is guessed of it.
    """

    place: str
    remedy: str
    exact: bool = False

    def refuse(self, problem: str) -> NoReturn:
        """Raises Unusable."""
        refuse(self.place, f"{problem}; {self.remedy}")

    def part(self, mapping: Mapping[str, Any], name: str, kind_: type, at: str) -> Any:
        """The named part, of the given type. Raises Unusable."""
        if name not in mapping:
            self.refuse(f"{at}.{name} is missing".removeprefix("."))
        return self.typed(mapping[name], kind_, f"{at}.{name}".removeprefix("."))

    def typed(self, found: object, kind_: type, at: str) -> Any:
        """The value itself, if of the given type; text is such that it can be written again. Raises Unusable."""
        if not isinstance(found, kind_) or isinstance(found, bool):
            self.refuse(f"{at} must be {_KINDS[kind_]}, not {kind(found)}")
        if isinstance(found, str) and not found.isascii():
            try:
                found.encode()
            except UnicodeEncodeError:
                self.refuse(f"{at} holds half a character (a lone surrogate)")
        return found

    def status(self, code: int, at: str) -> int:
        """A status of three digits. Raises Unusable."""
        if code not in range(100, 1000):
            self.refuse(f"{at} must have three digits, not {short(code)[:20]}")
        return code

    def header_map(self, found: object, at: str) -> Headers:
        """Headers of a mapping from names to one value or a list of them. Raises Unusable."""
        pairs: list[tuple[str, str]] = []
        for name, values in self.typed({} if found is None else found, dict, at).items():
            self.typed(name, str, f"{at} (a name)")
            for value in values if isinstance(values, list) else [values]:
                pairs += self.header(name, value, f"{at}.{short(name)}")
        return tuple(pairs)

    def header(self, name: str, value: object, at: str) -> Iterator[tuple[str, str]]:
        """One line of a header: text, or what a serializer made of it; nothing where its value was taken out.

        Raises Unusable.
        """
        if value is None and name.lower() in _FRAMING:
            self.refuse(f"{at} has no value")
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        elif isinstance(value, bool | int | float | date):
            value = str(value)
        if value is not None:
            yield name, self.typed(value, str, at)

    def base64(self, found: object, at: str) -> bytes:
        """The bytes of base64, in lines or not. Raises Unusable."""
        import base64
        import binascii

        text = found if isinstance(found, bytes) else self.typed(found, str, at).encode()
        try:
            return base64.b64decode(b"".join(text.split()), validate=True)
        except binascii.Error:
            self.refuse(f"{at} is not base64")

    def json(self, found: object, at: str) -> bytes:
        """A JSON value as a body. Raises Unusable."""
        import json

        try:
            return json.dumps(found, separators=(",", ":"), allow_nan=False).encode()
        except (ValueError, TypeError):
            self.refuse(f"{at} holds a number that is none in JSON, or too large, or no JSON; give the body as text")
        except RecursionError:
            self.refuse(f"{at} nests too deep")

    def asked(self, found: Mapping[str, Any], url: str, at: str) -> Request:
        """Method and URL, by which it is known whose an exchange is. Raises Unusable."""
        method = self.part(found, "method", str, at)
        return Request(method=method, url=self.part(found, url, str, at))

    def exchange(self, where: Where, request: Request, response: Response, stored: Stored) -> Interaction | Unread:
        """Both sides put together, the answer's body as it was sent; Unread where that can't be told."""
        headers, raw = response.headers, stored.raw
        codings = ", ".join(header_lines(headers, "content-encoding")) if stored.coded else ""
        if not raw and not self.exact and (raw is None or codings or stored.doubt):
            bare = where.interaction(request, response)
            promised = request.method.upper() != "HEAD" and response.status not in _BODILESS
            if not promised or header(headers, "content-length") == "0":
                return bare
            problem = stored.doubt or ("was not stored" if raw is None else f"is coded as {short(codings)}, and empty")
            return self.unread(where, request, f"{stored.at}: {problem}", bare)
        media = (header(headers, "content-type") or stored.media).partition(";")[0].strip().lower()
        try:
            body = decoded(raw or b"", codings, media, stored.doubt, guessed=not self.exact)
        except UnknownBodyError as error:
            return self.unread(where, request, f"{stored.at}: {error}")
        return where.interaction(request, Response(status=response.status, headers=headers, body=body))

    def unread(self, where: Where, request: Request, problem: str, bare: Interaction | None = None) -> Unread:
        """An exchange whose answer can't be judged."""
        return Unread(
            request=request,
            problem=problem.removeprefix(f"{self.place}: "),
            place=where.place,
            index=where.index,
            line=where.line,
            bare=bare,
        )


def as_bytes(text: str) -> bytes:
    """A body's text as it was sent; half characters become bytes that no decoder takes for text."""
    return text.encode("utf-8", "surrogatepass")


def from_json(text: str | bytes, place: str, remedy: str) -> Any:
    """The JSON value of a text. Raises Unusable with the line."""
    import json

    try:
        return json.loads(text if isinstance(text, str) else text.decode())
    except json.JSONDecodeError as error:
        line = f":{error.lineno}" if error.lineno > 1 else ""
        refuse(place + line, f"is not JSON ({error.msg} at column {error.colno}); {remedy}")
    except UnicodeDecodeError as error:
        refuse(place, f"byte {error.start} is not UTF-8; {remedy}")
    except RecursionError:
        refuse(place, f"nests too deep; {remedy}")
    except ValueError:
        refuse(place, f"holds a number of too many digits; {remedy}")
