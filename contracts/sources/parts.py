"""What every reader of recordings needs: files within bounds, parts of the expected type, one line for what is wrong.

A recording is somebody else's file: it is read as plain data, and whatever is wrong with it names file and place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response, header
from contracts.sources.decoding import BrokenBodyError, UnknownCodingError, decoded
from contracts.sources.moments import in_utc


@frozen
class Unread:
    """A recorded request whose answer can't be judged, and why; `place` and `index` as in Interaction.

    Its answer is missing, or its body wasn't stored or is coded in a way unknown here. It is not checked, never broken.
    """

    request: Request
    problem: str
    place: str
    index: int


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
        refuse(place, f"byte {error.start} is not UTF-8; a {what} is text in UTF-8")


def short(problem: object) -> str:
    """A foreign text as one short line."""
    return " ".join(str(problem).split())[:120]


def kind(found: object) -> str:
    """What a value is called in messages."""
    return "nothing" if found is None else _KINDS.get(type(found), type(found).__name__)


_KINDS: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", int: "a whole number"}


@frozen
class Parts:
    """Takes one recording apart; `place` begins and `remedy` ends the line of every refusal."""

    place: str
    remedy: str

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
            each = values if isinstance(values, list) else [values]
            pairs += [(name, self.typed(value, str, f"{at}.{short(name)}")) for value in each]
        return tuple(pairs)

    def base64(self, found: object, at: str) -> bytes:
        """The bytes of base64, in lines or not. Raises Unusable."""
        import base64
        import binascii

        text = found if isinstance(found, bytes) else self.typed(found, str, at).encode()
        try:
            return base64.b64decode(b"".join(text.split()), validate=True)
        except binascii.Error:
            self.refuse(f"{at} is not base64")

    def exchange(  # noqa: PLR0913  what an interaction is made of
        self, request: Request, response: Response, *, origin: str, place: str, index: int, at: str, when: object
    ) -> Interaction | Unread:
        """Both sides put together, the answer's body out of its coding. Raises Unusable for a damaged body.

        `at` is the body's place in the recording, `when` the moment that the recording names, in whatever form.
        """
        try:
            body = decoded(response.body, header(response.headers, "content-encoding") or "")
        except BrokenBodyError as error:
            self.refuse(f"{at}: {error}")
        except UnknownCodingError as error:
            return Unread(request=request, problem=f"{at}: {error}", place=place, index=index)
        return Interaction(
            request=request,
            response=Response(status=response.status, headers=response.headers, body=body),
            origin="recorded" if origin in {"", "live"} else origin,
            place=place,
            index=index,
            at=in_utc(when),
            recorded=True,
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
