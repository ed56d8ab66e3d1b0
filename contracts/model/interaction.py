"""One HTTP request with its response, whatever library or file it came from."""

from __future__ import annotations

from contracts.model.frozen import frozen

Headers = tuple[tuple[str, str], ...]


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header, its name compared without case; None where absent."""
    return next(iter(header_lines(headers, name)), None)


def header_lines(headers: Headers, name: str) -> tuple[str, ...]:
    """The value of each line of a header, its name compared without case; lines add up where the header is a list."""
    wanted = name.lower()
    return tuple(value for key, value in headers if key.lower() == wanted)


@frozen
class Request:
    """What the client sent: method, absolute URL, headers, body as bytes."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


@frozen
class Response:
    """What came back; the body is decoded from its transfer and content coding, as bytes."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@frozen
class Interaction:
    """One exchange and where it comes from.

    `origin` is "live" (the documented server), "reference" (the reference provider, at first hand or recorded),
    "recorded" (a recording that doesn't say more), "given" (a response that a test holds, which may have been played),
    or the host that was asked. `place` is how a reader finds it again: a cassette's path, or a URL; `index` is its
    0-based number inside `place`, `line` the 1-based line where it begins there, 0 where there is none; `at` is the
    moment of the exchange in ISO 8601, "" where nobody noted it. `recorded` says that it was read from a recording,
    whatever that says of its origin.
    """

    request: Request
    response: Response
    origin: str
    place: str = ""
    index: int = 0
    line: int = 0
    at: str = ""
    recorded: bool = False

    @property
    def secondhand(self) -> bool:
        """True where somebody had it in hands who may have taken parts out, or put others in their place."""
        return self.recorded or self.origin in {"recorded", "given"}
