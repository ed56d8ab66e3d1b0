"""Watching what vcrpy plays back, in whatever tests are running, without taking part in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request
from contracts.sources.cassettes import as_interaction
from contracts.sources.parts import Unread

if TYPE_CHECKING:
    from vcr.cassette import Cassette


@contextmanager
def watching(callback: Callable[[Interaction | Unread], object]) -> Iterator[None]:
    """Inside, every interaction that a cassette of vcrpy plays back is handed to `callback`, whatever the client.

    The request is the recorded one, for the answer belongs to it, not to what a lax matcher took for it; `place` is the
    file that holds it, as seen from where the watch began, `index` its number among those that vcrpy loaded from it.
    What can't be read as an interaction comes as Unread. The client gets what it would have got; `callback` must not
    raise, or the client's call raises that.
    """
    from vcr.cassette import Cassette

    play, base = Cassette.play_response, Path.cwd()
    files: WeakKeyDictionary[Cassette, dict[str, int]] = WeakKeyDictionary()

    def play_and_tell(cassette: Cassette, request: Any) -> Any:
        response = play(cassette, request)
        if cassette not in files:
            files[cassette] = _files(cassette)
        callback(_played(cassette, request, response, files[cassette], base))
        return response

    Cassette.play_response = play_and_tell
    try:
        yield
    finally:
        Cassette.play_response = play


def _files(cassette: Cassette) -> dict[str, int]:
    """The files that a cassette was loaded from and how many interactions each holds, in the order of loading.

    One, but for pytest-recording, whose persister joins those that a test's marks name, be its own there or not.
    """
    from vcr.persisters.filesystem import FilesystemPersister

    own, joined = str(cassette._path), getattr(cassette._persister, "extra_paths", ())  # noqa: SLF001
    if not joined:
        return {own: len(cassette.data)}
    found = dict.fromkeys([own, *map(str, joined)], 0)
    for path in found:
        with suppress(OSError, ValueError):  # what vcrpy didn't load holds nothing for it
            found[path] = len(FilesystemPersister.load_cassette(path, cassette._serializer)[0])  # noqa: SLF001
    return found


def _place(files: dict[str, int], index: int, total: int, base: Path) -> tuple[str, int]:
    """The file that holds an interaction, and its number there; all files where a filter makes the numbers doubtful."""
    if sum(files.values()) <= total:
        first = 0
        for path, count in files.items():
            if first <= index < first + count:
                return _seen_from(base, path), index - first
            first += count
        return _seen_from(base, next(iter(files))), index  # recorded in this run: where it will be saved
    return " or ".join(_seen_from(base, path) for path, count in files.items() if count), index


def _seen_from(base: Path, path: str) -> str:
    return Path(os.path.relpath(path, base)).as_posix()


def _played(cassette: Cassette, request: Any, response: Any, files: dict[str, int], base: Path) -> Interaction | Unread:
    found = ((at, stored) for at, (stored, one) in enumerate(cassette.data) if one is response)
    index, asked = next(found, (0, request))
    place, index = _place(files, index, len(cassette.data), base)
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
