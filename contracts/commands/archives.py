"""Named recordings judged in pieces, by one process or by several: however they are split, the same comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import repeat
from operator import attrgetter, is_
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.checking import Checker, Tally
from contracts.checking.tally import Part
from contracts.commands.answers_by_contract import Passed, Read, Sorting
from contracts.errors import Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Judgement
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction, Request
from contracts.model.json import Json
from contracts.sources.files import CutShort, place_of, size_of
from contracts.sources.recordings import LeftOut, RecordingFile, left_out, recordings_in

if TYPE_CHECKING:
    from contracts.checking.screen import Screen
    from contracts.sources.entries import Dialect
    from contracts.sources.typed_entries import TypedEntries
    from contracts.sources.typed_lines import TypedLines

    Typed: TypeAlias = TypedLines | TypedEntries
    Texts: TypeAlias = Iterator[tuple[list[bytes], Sequence[int]]]

MANY = 200
"""So many answers of cassettes go to the exact judge: for fewer the fast one isn't worth loading."""
_AT = attrgetter("at")
_FEW = 8
"""Less than one line in so many is looked at by itself."""

SPLIT = 16 * 2**20
"""Logs are judged in ranges of about so many bytes."""


@frozen
class Piece:
    """A recording, or the range of a log's bytes in which lines begin; `number` is the file's in the order of all.

    `size` is how many bytes these are.
    """

    number: int
    file: RecordingFile | LeftOut
    start: int = 0
    end: int | None = None
    size: int = 0

    @property
    def part(self) -> Part:
        """What it is called in tallies."""
        return self.number, self.start

    @property
    def name(self) -> str:
        """How messages call it."""
        place = self.file.place if isinstance(self.file, LeftOut) else place_of(self.file.path)
        return f"{place}, bytes {self.start} to {self.start + self.size}" if self.size else place


def pieces_of(paths: Iterable[Path], split: int = 0) -> Iterator[Piece]:
    """The recordings that paths name, logs in ranges of about so many bytes, 0 for `SPLIT`. Raises Unusable."""
    split = split or SPLIT
    for number, file in enumerate(recordings_in(paths), 1):
        size = 0 if isinstance(file, LeftOut) else size_of(file.path)
        if isinstance(file, LeftOut) or file.kind != "log" or size <= split or not file.ranged:
            yield Piece(number=number, file=file, size=size)
            continue
        starts = [*range(0, max(size, 1), split)]
        for start, end in zip(starts, (*starts[1:], None), strict=True):
            yield Piece(number=number, file=file, start=start, end=end, size=(end or size) - start)


class Share:
    """What came of some of the pieces: tallies by the number of their contract, and what was passed by.

    `sizes` are the exchanges and lines of each piece, and its file's name.
    """

    def __init__(self) -> None:
        self.tallies: dict[int, Tally] = {}
        self.passed = Passed()
        self.sizes: dict[Part, tuple[str, int, int]] = {}

    def merge(self, other: Share) -> None:
        """Everything that another share holds, which is not to be used any more."""
        for number, tally in other.tallies.items():
            if number in self.tallies:
                self.tallies[number].merge(tally)
            else:
                self.tallies[number] = tally
        self.passed.merge(other.passed)
        self.sizes |= other.sizes

    @property
    def starts(self) -> dict[Part, tuple[str, int, int]]:
        """The file of each piece, and how many exchanges and lines stand before it there."""
        found: dict[Part, tuple[str, int, int]] = {}
        file, exchanges, lines = 0, 0, 0
        for part, (name, count, length) in sorted(self.sizes.items()):
            file, exchanges, lines = (file, exchanges, lines) if part[0] == file else (part[0], 0, 0)
            found[part] = name, exchanges, lines
            exchanges, lines = exchanges + count, lines + length
        return found


class Judging:
    """Judges what is read; what a contract needs for that is made at its first answer.

    `among` are all contracts that are known. `see` is given each parsed success body, `watch` each interaction; with
    either, every one goes to the exact judge.
    """

    def __init__(  # noqa: PLR0913  what is judged, whose else it may be, and who looks on
        self, contracts: Iterable[Contract], levels: Mapping[str, Level], among: Iterable[Contract] = (),
        hosts: Iterable[str] = (), *, see: Callable[[Json], object] | None = None,
        watch: Callable[[Interaction], object] | None = None,
    ) -> None:  # fmt: skip
        self._contracts = tuple(contracts)
        self._among = tuple(among) or self._contracts
        self.share = Share()
        self.sorting = Sorting(self._contracts, hosts, self._among, levels, self.share.passed)
        self._numbers = {id(contract): number for number, contract in enumerate(self._contracts)}
        self._see, self._watch = see, watch
        self._screen: Screen | None = None
        self._taped = 0

    def judge(self, contract: Contract) -> tuple[Checker, Tally]:
        """The judge of a contract, and what it counted so far."""
        tally = self.share.tallies.setdefault(self._numbers[id(contract)], Tally())
        return self.sorting.checker(contract), tally

    def take(self, found: Iterable[Read], folder: Contract | None = None) -> list[Interaction]:
        """Judges what is read; gives the answers of the contract whose recordings they are said to be, for None none.

        Raises Unusable.
        """
        own = []
        for each in found:
            owned = [*self.sorting.owned((each,), folder)]
            for contract, interaction in owned:
                if self._watch is not None:
                    self._watch(interaction)
                checker, tally = self.judge(contract)
                tally.part, tally.number = self.sorting.at
                exchange, findings = checker.count(interaction, tally, self._see)
                if self._screen is not None and len(owned) == 1:
                    self._screen.learn(checker, exchange, findings, tally)
                if contract is folder:
                    own.append(interaction)
            part, number = self.sorting.at
            self.sorting.at = part, number + 1
        return own

    def judgement(self, contract: Contract) -> Judgement:
        """What was learned of a contract."""
        tally = self.share.tallies.get(self._numbers[id(contract)])
        return Judgement() if tally is None else tally.judgement(self.share.starts)

    def read(self, piece: Piece, go_on: Callable[[int], bool] = lambda _: True) -> bool:
        """Judges a piece; False where that ended early since `go_on`, told of bytes as they are judged, said no.

        Raises Unusable where its file was named and can't be read.
        """
        self.sorting.at, file, lines, whole = (piece.part, 0), piece.file, 0, True
        if isinstance(file, LeftOut):
            self.take((file,))
            return True
        try:
            if file.kind != "cassette":
                lines, whole = self._listed(file, piece, go_on)
            else:
                whole = self._tape(file, go_on)
        except Unusable as error:
            if file.named and not isinstance(error, CutShort):
                raise
            self.take((left_out(place_of(file.path), error),))
        self.share.sizes[piece.part] = place_of(file.path), self.sorting.at[1], lines
        return whole

    def _listed(self, file: RecordingFile, piece: Piece, go_on: Callable[[int], bool]) -> tuple[int, bool]:
        """Judges the lines of a log, or the entries of an archive; on which line the last one ends, and if all were."""
        screen = self._screened()
        reader, typed, found = _log(piece, file.path) if file.kind == "log" else _archive(file.path, screen.ruled)
        count = line = 0
        filled: Sequence[int]
        try:
            for texts, lines in found:
                filled, given = range(len(texts)), texts
                if any(map(bytes.isspace, texts)):
                    filled = [place for place, text in enumerate(texts) if not text.isspace()]
                    given = [*map(texts.__getitem__, filled)]
                for place in self._unknown(screen, typed, given, piece.part, count):
                    self.sorting.at = piece.part, count + place
                    if not self._taken(screen, typed, given[place]):
                        self.take((reader.read(given[place], count + place, lines[filled[place]]),))
                line, count = lines[-1], count + len(filled)
                if not go_on(sum(map(len, texts))):
                    return line, False
        finally:
            screen.forget()
            screen.count()
            self.sorting.at = piece.part, count
        return line, True

    def _tape(self, file: RecordingFile, go_on: Callable[[int], bool]) -> bool:
        """Judges what a cassette holds, of many answers the fast judge those that it knows; True where that was all."""
        try:
            for each in file.read():
                part, number = self.sorting.at
                self._taped += 1
                if self._taped > MANY and self._is_known(each):
                    self.sorting.at = part, number + 1
                else:
                    self.take((each,))
                if not go_on(0):
                    return False
        finally:
            if self._screen is not None:
                self._screen.forget()
                self._screen.count()
        return True

    def _screened(self) -> Screen:
        """The fast judge, which says nothing where somebody looks on."""
        from contracts.checking.screen import Screen

        if self._screen is None:
            self._screen = Screen(self._among if self._see is None and self._watch is None else ())
        return self._screen

    def _is_known(self, each: Read) -> bool:
        """True where the fast judge counts an exchange."""
        screen = self._screened()
        if isinstance(each, Interaction):
            with suppress(ValueError, RecursionError):
                return screen.take(each, each.at, self.sorting.at)
        screen.forget()
        return False

    @staticmethod
    def _unknown(screen: Screen, typed: Typed, texts: Sequence[bytes], part: Part, first: int) -> Sequence[int]:
        """Which of some lines the fast judge says nothing of, looking at many at once; `first` is the number of one."""
        from contracts.sources.moments import all_in_utc

        every: Sequence[int] = range(len(texts))
        left, given = every, texts
        for usual in (screen.usual, None) if screen.usual and typed.alike else (None,):
            if usual is None or typed.alike is None:
                lines = typed.all(given)
            else:
                lines = typed.alike(given, usual.around, usual.headers, screen.ruled, usual.body)
            places, known = left, lines
            if any(map(is_, lines, repeat(None))):
                places = [place for place, line in zip(left, lines, strict=True) if line is not None]
                known = [line for line in lines if line is not None]
            numbers = range(first, first + len(texts)) if places is every else [first + place for place in places]
            taken = screen.take_all(known, all_in_utc([*map(_AT, known)]), part, numbers, usual=usual)
            gone = {*map(places.__getitem__, taken)}
            left = [place for place in left if place not in gone]
            if len(left) * _FEW < len(texts):
                break
            given = [*map(texts.__getitem__, left)]
        return left

    def _taken(self, screen: Screen, typed: Typed, text: bytes) -> bool:
        """True where the fast judge, or nobody here, has to do with a line."""
        from contracts.sources.moments import one_in_utc

        try:
            line = typed.one(text)
            return screen.take(line, one_in_utc(line.at), self.sorting.at) or self._is_other(line)
        except (ValueError, RecursionError):
            screen.forget()
            return False

    def _is_other(self, line: Any) -> bool:
        """True where an exchange that can certainly be read is of none of the contracts; then it is counted."""
        from contracts.checking.unjudged_answers import is_read

        answer = line.response
        is_text = type(answer.body) is str  # then it was decoded, whatever the headers say
        if not is_text and any(name.lower() == "content-encoding" for name in answer.headers or ()):
            return False
        if answer.status not in range(100, 1000) or not is_read(answer.body):
            return False
        return self.sorting.is_other(Request(method=line.request.method, url=line.request.url))


def _log(piece: Piece, path: Path) -> tuple[Dialect, Typed, Texts]:
    """What reads the lines of a log exactly, what reads them fast, and those of a piece."""
    from contracts.sources.ndjson import line_reader, range_of
    from contracts.sources.typed_lines import TypedLines

    def numbered() -> Texts:
        number = 1
        for texts in range_of(path, piece.start, piece.end):
            yield texts, range(number, number + len(texts))
            number += len(texts)

    return line_reader(path), TypedLines(), numbered()


def _archive(path: Path, ruled: frozenset[str]) -> tuple[Dialect, Typed, Texts]:
    """The same of the entries of an archive."""
    from contracts.sources.har import archive_reader, entries_of
    from contracts.sources.typed_entries import TypedEntries

    return archive_reader(path), TypedEntries(ruled), entries_of(path)
