"""Watching what vcrpy plays back, in whatever tests are running, without taking part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request
from contracts.sources.cassettes import as_interaction
from contracts.sources.parts import Unread, place_of

if TYPE_CHECKING:
    from vcr.cassette import Cassette


@contextmanager
def watching(callback: Callable[[Interaction | Unread], object]) -> Iterator[None]:
    """Inside, every interaction that a cassette of vcrpy plays back is handed to `callback`, whatever the client.

    The request is the recorded one, for the answer belongs to it, not to what a lax matcher took for it; `place` is the
    cassette's path, `index` its number among those that vcrpy loaded. What can't be read as an interaction comes as
    Unread. The client gets what it would have got; `callback` must not raise, or the client's call raises that.
    """
    from vcr.cassette import Cassette

    play = Cassette.play_response

    def play_and_tell(cassette: Cassette, request: Any) -> Any:
        response = play(cassette, request)
        callback(_played(cassette, request, response))
        return response

    Cassette.play_response = play_and_tell
    try:
        yield
    finally:
        Cassette.play_response = play


def _played(cassette: Cassette, request: Any, response: Any) -> Interaction | Unread:
    found = ((at, stored) for at, (stored, one) in enumerate(cassette.data) if one is response)
    index, asked = next(found, (0, request))
    place = place_of(Path(str(cassette._path)))  # noqa: SLF001  public as `path` in newer versions alone
    try:
        entry = {"request": _request(asked), "response": response}
        metadata = getattr(cassette, "_metadata", None) or {}  # its public reader writes what it doesn't find
        return as_interaction(entry, place, index, metadata)
    except Unusable as error:
        seen = Request(method=str(asked.method), url=str(asked.uri))
        return Unread(request=seen, problem=str(error).removeprefix(f"{place}: "), place=place, index=index)


def _request(asked: Any) -> dict[str, Any]:
    """A request of vcrpy as it stands in a cassette; a body that is a stream or in chunks is left out."""
    body = asked.body
    return {
        "method": asked.method,
        "uri": asked.uri,
        "headers": {_text(name): _text(value) for name, value in asked.headers.items()},
        "body": body if isinstance(body, bytes | str) else None,
    }


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
