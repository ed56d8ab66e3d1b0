"""vcrpy at work: exchanges written as a cassette, a cassette played back, and what any cassette plays watched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request, Response
from contracts.sources.cassettes import as_interaction
from contracts.sources.entries import Unread

if TYPE_CHECKING:
    import requests
    from vcr.cassette import Cassette
    from vcr.request import Request as VcrRequest


def write_tape(
    path: Path,
    fetch: Callable[[requests.Session], object],
    metadata: dict[str, Any],
    storable: Callable[[Interaction], Interaction],
) -> None:
    """Records the one request that `fetch` sends, and the last answer to it, as a cassette with this metadata.

    `storable` gives what is written of each exchange, before anything is on disk. Raises what it raises, and Unusable
    where not exactly one request was sent, retries counting as one.
    """
    import requests
    import vcr

    problems: list[Exception] = []  # raised after vcrpy took its patches back, which one in its own steps would keep
    asked: set[str] = set()

    def written(request: VcrRequest, response: dict[str, Any]) -> tuple[VcrRequest, dict[str, Any]] | None:
        asked.add(f"{request.method} {request.uri}")
        try:
            return _entry(request, storable(_exchange(request, response)))
        except Unusable as error:
            problems.append(error)
            return None

    recorder = vcr.VCR(record_mode=vcr.mode.ALL, decode_compressed_response=True, before_save_interaction=written)
    recorder.register_serializer("readable", _Readable)
    recorder.register_persister(_persister(problems))
    # A new session: the connections of an older one would pass vcrpy by.
    with recorder.use_cassette(path, serializer="readable") as cassette, requests.Session() as session:
        for key, value in metadata.items():
            cassette.get_metadata(key, value)
        fetch(session)
    if len(asked) != 1:
        problems.append(Unusable(f"a case is one request and its answer; {len(asked)} were sent"))
    if problems:
        raise problems[0]


def _persister(problems: list[Exception]) -> Any:
    """Vcrpy's own, which adds to the problems what keeps it from writing."""
    from vcr.persisters.filesystem import FilesystemPersister

    def save(path: Path, cassette: dict[str, Any], serializer: Any) -> None:
        try:
            FilesystemPersister.save_cassette(path, cassette, serializer)
        except (OSError, ValueError) as error:
            problems.append(error)

    return SimpleNamespace(load_cassette=FilesystemPersister.load_cassette, save_cassette=save)


def _exchange(request: VcrRequest, response: dict[str, Any]) -> Interaction:
    """An exchange that vcrpy saw just now."""
    headers = tuple((name, value) for name, values in response["headers"].items() for value in values)
    return Interaction(
        request=Request(method=request.method, url=request.uri, headers=tuple(request.headers.items())),
        response=Response(status=response["status"]["code"], headers=headers, body=response["body"]["string"]),
        origin="live",
    )


def _entry(request: VcrRequest, exchange: Interaction) -> tuple[VcrRequest, dict[str, Any]]:
    """An exchange as vcrpy writes it, its status by the standard's name."""
    request.uri, request.headers = exchange.request.url, dict(exchange.request.headers)
    headers: dict[str, list[str]] = {}
    for name, value in exchange.response.headers:
        headers.setdefault(name, []).append(value)
    code = exchange.response.status
    status = {"code": code, "message": HTTPStatus(code).phrase if code in set(HTTPStatus) else ""}
    return request, {"status": status, "headers": headers, "body": {"string": exchange.response.body}}


class _Readable:
    """vcrpy's YAML with metadata first, names in their own order, and long texts as blocks."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        import yaml

        class Dumper(yaml.CSafeDumper):
            pass

        def text(dumper: yaml.CSafeDumper, value: str) -> yaml.Node:
            style = "|" if "\n" in value else None
            return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

        Dumper.add_representer(str, text)
        cassette = {**cassette, "interactions": cassette["interactions"][-1:]}  # the answers before were retried
        ordered = {name: cassette[name] for name in ("version", "metadata", "interactions") if name in cassette}
        dumped: str = yaml.dump(ordered, Dumper=Dumper, sort_keys=False, width=120)
        return dumped

    @staticmethod
    def deserialize(text: str) -> Any:
        import yaml

        return yaml.safe_load(text)


def replay(path: Path, interaction: Interaction) -> requests.Response:
    """The recorded answer as requests gives it, without a network, as a user's own tests get it.

    vcrpy raises CannotOverwriteExistingCassetteException for none.
    """
    import requests
    import vcr

    recorder = vcr.VCR(record_mode=vcr.mode.NONE)
    asked = interaction.request
    with recorder.use_cassette(str(path)), requests.Session() as session:
        session.trust_env = False
        return session.request(asked.method, asked.url, headers=dict(asked.headers), allow_redirects=False, timeout=10)


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
