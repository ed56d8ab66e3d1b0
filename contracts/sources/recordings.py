"""Recordings of any make: which reader takes a path, what is left out of a folder, and where an interaction stands.

A file that is named must be a recording, or it is refused. Of a folder only what looks like one is read: HAR archives,
logs of exchanges by their suffix, cassettes by their content; the rest is skipped, and counted where it might have
been one. What looks like a recording and is broken is refused in either case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.sources import cassettes, har, ndjson
from contracts.sources.lines import json_line, yaml_line
from contracts.sources.looks import HEAD, Kind, description, looks_like
from contracts.sources.parts import Unread, check_file, is_folder, place_of, read_text, refuse, unreadable

ACCEPTED = "name a vcrpy cassette (YAML or JSON), a HAR 1.2 archive, NDJSON of exchanges, or a folder of those"


class Skipped:
    """What reading left out, filled as it goes on: `files` of folders that are no recordings, `unread` interactions."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.unread: list[Unread] = []


def read_recordings(paths: Iterable[str | Path], skipped: Skipped | None = None) -> Iterator[Interaction]:
    """The interactions of files and folders, files of a folder in the order of their names, each as it is read.

    What is left out goes to `skipped`. Raises Unusable at the first file that can't be read.
    """
    skipped = Skipped() if skipped is None else skipped
    for path in paths:
        for file, kind in _recordings(Path(path), skipped):
            for each in _READERS[kind](file):
                if isinstance(each, Unread):
                    skipped.unread.append(each)
                else:
                    yield each


_READERS = {"cassette": cassettes.read_each, "archive": har.read_har, "log": ndjson.read_ndjson}
_SUFFIXES = (*cassettes.SUFFIXES, *har.SUFFIXES, *ndjson.SUFFIXES)


def _recordings(path: Path, skipped: Skipped) -> Iterator[tuple[Path, Kind]]:
    if not is_folder(path):
        yield path, _kind_of(path) or _refuse(path)
        return
    for file in cassettes.files_below(path, ("",)):
        kind = _kind_in_folder(file)
        if kind:
            yield file, kind
        elif file.suffix.lower() in _SUFFIXES:
            skipped.files.append(place_of(file))


def _kind_in_folder(file: Path) -> Kind | None:
    suffix = file.suffix.lower()
    if suffix not in {*_SUFFIXES, ""}:
        return None
    try:
        kind = _kind_of(file)
    except Unusable:
        if suffix:
            raise
        return None  # a socket, or a link to nowhere, and nothing says that a recording is meant
    return None if kind == "log" and suffix not in ndjson.SUFFIXES else kind


def _kind_of(path: Path) -> Kind | None:
    """What a file is read as: what it looks like, or else what its suffix alone can mean. Raises Unusable."""
    if path.suffix.lower() in har.SUFFIXES:
        return "archive"
    return looks_like(_head(path))


def _head(path: Path) -> bytes:
    check_file(path, "recording")
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        unreadable(place_of(path), error)


def _refuse(path: Path) -> Kind:
    refuse(place_of(path), f"is no recording but {description(_head(path))}; {ACCEPTED}")


def line_of(place: str, index: int) -> int | None:
    """The 1-based line where an interaction begins, by its `place` and `index`; None where it can't be told.

    Reads the file again, so ask for findings alone.
    """
    path = Path(place)
    try:
        kind = _kind_of(path)
        if kind == "log":
            return next((number for at, (number, _) in enumerate(ndjson.lines_of(path)) if at == index), None)
        if kind == "archive":
            return json_line(read_text(path, "archive", har.MAX_BYTES), ("log", "entries"), index)
        if kind == "cassette":
            text = read_text(path, "cassette", cassettes.MAX_BYTES)
            return json_line(text, ("interactions",), index) or yaml_line(text, "interactions", index)
    except Unusable:
        pass
    return None
