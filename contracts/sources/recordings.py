"""Recordings of any make: which reader takes a path, and what is left out of a folder.

A file that is named must be a recording, or it is refused. Of a folder what looks like a recording is read: HAR
archives, logs of exchanges by their suffix, cassettes by their content; what might have been one and can't be read is
left out and told, so that it hides nothing of the others. What reads archives and logs is loaded where one is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader, BytesIO
from pathlib import Path

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.sources import cassettes, unpacking
from contracts.sources.entries import Unread, refuse
from contracts.sources.files import STANDARD_INPUT, CutShort, is_folder, opened, place_of, standard_input
from contracts.sources.kept_elsewhere import files_at, url_of
from contracts.sources.sniffing import HEAD, Kind, description, known_stranger, looks_like
from contracts.sources.unpacking import is_packed_file, problem_of, unpacked

ACCEPTED = "name a vcrpy cassette (YAML or JSON), a HAR 1.2 archive, NDJSON of exchanges, or a folder of those"


@frozen
class LeftOut:
    """A file of a folder that might have been a recording and can't be read, and why."""

    place: str
    problem: str
    line: int = 0


@frozen
class RecordingFile:
    """A file that looks like a recording; what can't be read of one that was `named` by itself is refused."""

    path: Path
    kind: Kind
    named: bool = True

    @property
    def is_input(self) -> bool:
        """True where it is standard input, which is read once and by this process."""
        return self.path == STANDARD_INPUT

    @property
    def ranged(self) -> bool:
        """True where it can be read from any place on."""
        if self.is_input:
            return False
        if url_of(self.path):
            return not self.path.name.lower().endswith(unpacking.SUFFIXES)
        return not is_packed_file(self.path)

    def read(self) -> Iterator[Interaction | Unread | LeftOut]:
        """What it holds, as it is read; behind that, LeftOut for the rest of one that is cut. Raises Unusable."""
        try:
            yield from _reader(self.kind)(self.path)
        except Unusable as error:
            if self.named and not isinstance(error, CutShort):
                raise
            yield left_out(place_of(self.path), error)


def read_recordings(paths: Iterable[str | Path]) -> Iterator[Interaction | Unread | LeftOut]:
    """What files and folders hold, files of a folder in the order of their names, each as it is read.

    Raises Unusable at the first file that was named and can't be read, and for a folder that can't be listed.
    """
    for file in recordings_in(paths):
        yield from (file,) if isinstance(file, LeftOut) else file.read()


def recordings_in(paths: Iterable[str | Path]) -> Iterator[RecordingFile | LeftOut]:
    """The recordings among files and in folders. Raises Unusable as `read_recordings`."""
    for given in paths:
        for path in _meant(Path(given)):
            if is_folder(path):
                for file in cassettes.files_below(path, ("",)):
                    yield from _of_folder(file)
            else:
                yield RecordingFile(path=path, kind=_kind_of(path) or _refuse(path))


def _meant(path: Path) -> Iterator[Path]:
    """The path, or where none is there those that it is a pattern of, in order."""
    if url := url_of(path):
        yield from files_at(url)
        return
    import glob

    text = path.as_posix()
    if not glob.has_magic(text) or path.exists():
        yield path
        return
    found = sorted(glob.glob(text, recursive=True))  # noqa: PTH207  a pattern may begin anywhere
    if not found:
        refuse(text, f"no file has such a name; {ACCEPTED}")
    yield from map(Path, found)


def _reader(kind: Kind) -> Callable[[Path], Iterator[Interaction | Unread]]:
    if kind == "archive":
        from contracts.sources.har import read_har

        return read_har
    if kind == "log":
        from contracts.sources.ndjson import read_ndjson

        return read_ndjson
    return cassettes.read_each


_ARCHIVES, _LOGS = (".har",), (".ndjson", ".jsonl")
_SUFFIXES = (*cassettes.SUFFIXES, *_ARCHIVES, *_LOGS)


def _of_folder(file: Path) -> Iterator[RecordingFile | LeftOut]:
    suffix, place = suffix_of(file), place_of(file)
    if suffix not in {*_SUFFIXES, ""}:
        return
    try:
        kind = _kind_of(file)
        if kind and (kind != "log" or suffix in _LOGS):
            yield RecordingFile(path=file, kind=kind, named=False)
        elif suffix:
            yield LeftOut(place=place, problem=f"is {known_stranger(_head(file)) or 'no recording'}")
    except Unusable as error:
        if suffix:  # else a socket, or a link to nowhere, and nothing says that a recording is meant
            yield left_out(place, error)


def suffix_of(path: Path) -> str:
    """What a file's name ends with, in lower case; of one that is compressed what is before that."""
    name = path.name.lower()
    for packed in unpacking.SUFFIXES:
        name = name.removesuffix(packed)
    return Path(name).suffix


def left_out(place: str, error: Unusable) -> LeftOut:
    """A file that can't be read, by the line that says so."""
    line, _, problem = str(error).removeprefix(place).partition(": ")
    number = line.removeprefix(":")
    return LeftOut(place=place, line=int(number) if number.isdigit() else 0, problem=problem)


def _kind_of(path: Path) -> Kind | None:
    """What a file is read as: what it looks like, or else what its suffix alone can mean. Raises Unusable."""
    if suffix_of(path) in _ARCHIVES:
        return "archive"
    return looks_like(_head(path))


def _head(path: Path) -> bytes:
    if path == STANDARD_INPUT:  # what is read of it is gone
        return unpacked(BufferedReader(BytesIO(standard_input().peek(HEAD)))).read(HEAD)
    with opened(Path(place_of(path)), "a recording", ordinary=True) as file:
        head = file.read(HEAD)
        if not head and (problem := problem_of(file)):
            raise Unusable(f"{place_of(path)}: {problem}")
        return head


def _refuse(path: Path) -> Kind:
    refuse(place_of(path), f"is no recording but {description(_head(path))}; {ACCEPTED}")
