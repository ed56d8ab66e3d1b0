"""Several answers counted at once: how often each of their values came, when first, and when last.

Rows are answers, numbered from 0. Everything is gathered first; what isn't certain is marked `bad`, and only the others
are counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import compress
from operator import not_
from typing import Any

from contracts.checking.shapes import Hit
from contracts.checking.tally import Part, Position

_FEW = 12
"""So many keys are looked for one by one; of more, all are."""


class Rows:
    """The answers that some values stand in: one number for each value, ascending."""

    __slots__ = ("_bad", "_dropped", "_kept", "_moments", "_selected", "_timed", "numbers")

    def __init__(self, numbers: Sequence[int], moments: Sequence[str], bad: set[int]) -> None:
        self.numbers, self._moments, self._bad = numbers, moments, bad
        self._kept: Sequence[int] | None = None
        self._selected: list[bool] | None = None
        self._timed: int | None = None
        self._dropped: list[int] | None = None

    @property
    def kept(self) -> Sequence[int]:
        """The numbers without those of bad rows."""
        if self._kept is None:
            bad, self._kept = self._bad, self.numbers
            if not bad.isdisjoint(self.numbers):
                self._selected = [number not in bad for number in self.numbers]
                self._kept = [*compress(self.numbers, self._selected)]
        return self._kept

    def of_kept(self, values: Sequence[Any]) -> Sequence[Any]:
        """Those of some values, one for each number, that aren't of bad rows."""
        return values if len(self.kept) == len(values) else [*compress(values, self._selected or ())]

    @property
    def dropped(self) -> list[int]:
        """At which places the numbers of bad rows stand."""
        if self._dropped is None:
            self._dropped = [*compress(range(len(self.numbers)), map(not_, self._selected or ()))]
        return self._dropped

    @property
    def timed(self) -> int:
        """At which place of the kept numbers the first one with a moment stands."""
        if self._timed is None:
            moments = self._moments
            self._timed = 0 if moments[0] else sum(not moments[number] for number in self.kept)
        return self._timed

    @property
    def span(self) -> tuple[str, str]:
        """The first moment of the kept numbers and the last one."""
        moments, kept = self._moments, self.kept
        return "" if self.timed == len(kept) else moments[kept[self.timed]], moments[kept[-1]]


KeysOf = Callable[[Sequence[Any]], Iterator[Any]]
"""What matters of each of some values."""


class Keys:
    """What matters of some values, as far as anybody asks; `counts` says how often each key comes."""

    __slots__ = ("_every", "_of", "_rows", "_values", "counts")

    def __init__(self, of: KeysOf, values: Sequence[Any], counts: Counter[Any], rows: Rows | None = None) -> None:
        self._of, self._values, self.counts, self._rows = of, values, counts, rows
        self._every: list[Any] | None = None

    @property
    def _found(self) -> Sequence[Any]:
        if self._rows is not None:
            self._values, self._rows = self._rows.of_kept(self._values), None
        return self._values

    @property
    def every(self) -> list[Any]:
        """One for each value."""
        if self._every is None:
            self._every = [*self._of(self._found)]
        return self._every

    def kept(self, rows: Rows) -> Keys:
        """Those whose rows aren't bad."""
        values = self._values
        if len(rows.kept) == len(values):
            return self
        counts = self.counts.copy()
        for key in self._of([*map(values.__getitem__, rows.dropped)]):
            counts[key] -= 1
            if not counts[key]:
                del counts[key]
        return Keys(self._of, values, counts, rows)

    def first(self, wanted: list[Any], start: int = 0) -> dict[Any, int]:
        """At which place from a start on each of the wanted keys stands first, where it does."""
        if not wanted:
            return {}
        if len(wanted) < _FEW:
            with suppress(ValueError):
                return {key: self.every.index(key, start) for key in wanted}
        keys = self.every[start:]
        return dict(zip(reversed(keys), range(start + len(keys) - 1, start - 1, -1), strict=True))

    def last(self, wanted: list[Any]) -> dict[Any, int]:
        """How many values stand behind each of the wanted keys."""
        end = [*self._of(self._found[-_FEW:])][::-1]
        if not all(key in end for key in wanted):
            end = self.every[::-1]
        return {key: end.index(key) for key in wanted}


class Batch:
    """Answers of one kind.

    `moments` are theirs, ascending, "" for none; `numbers` those that they have in a part of the input. `names`, where
    it is no None, takes how many names stand in each body.
    """

    def __init__(self, moments: Sequence[str], part: Part, numbers: Sequence[int]) -> None:
        self.moments, self._part, self._numbers = moments, part, numbers
        self.bad: set[int] = set()
        self.names: list[int] | None = None
        self.rows = self.rows_of(range(len(moments)))
        self._columns: list[tuple[Keys, Rows, Mapping[Any, Hit | None]]] = []
        self._later: list[tuple[int, Sequence[Hit]]] = []
        self._wholes: list[tuple[Hit, Rows]] = []
        self._first: Position = part, min(numbers)

    def rows_of(self, numbers: Sequence[int]) -> Rows:
        """The rows of these numbers, each as often as it comes."""
        return Rows(numbers, self.moments, self.bad)

    def some(self, numbers: Sequence[int]) -> Rows:
        """The rows of these numbers; all others are bad."""
        self.bad.update({*self.rows.numbers}.difference(numbers))
        return self.rows_of(numbers)

    def each(self, keys: Keys, rows: Rows, hits: Mapping[Any, Hit | None]) -> None:
        """Counts values by their keys."""
        self._columns.append((keys, rows, hits))

    def all(self, hit: Hit, rows: Rows) -> None:
        """Counts values that are all alike."""
        self._wholes.append((hit, rows))

    def later(self, row: int, hits: Sequence[Hit]) -> None:
        """Counts what one answer takes."""
        self._later.append((row, hits))

    def count(self) -> int:
        """Counts all that isn't bad; how many answers that is."""
        for hit, rows in self._wholes:
            if rows.kept:
                hit.several(len(rows.kept), self._position(rows.kept), *rows.span)
        for keys, rows, hits in self._columns:
            if rows.kept:
                self._count(keys.kept(rows), rows, hits)
        later: defaultdict[Hit, list[int]] = defaultdict(list)
        for row, taken in self._later:
            if row not in self.bad:
                for hit in taken:
                    later[hit].append(row)
        for hit, numbers in later.items():
            hit.several(len(numbers), self._position(numbers), *self.rows_of(numbers).span)
        return len(self.rows.kept)

    def position(self, row: int) -> Position:
        """Where in the input a row stands."""
        return self._part, self._numbers[row]

    def _position(self, rows: Iterable[int]) -> Position:
        return self._part, min(map(self._numbers.__getitem__, rows))

    def _count(self, keys: Keys, rows: Rows, hits: Mapping[Any, Any]) -> None:
        """Counts keys; when one came is looked up where that isn't within what is known of it."""
        moments, kept, (least, greatest) = self.moments, rows.kept, rows.span
        early = [key for key in keys.counts if least and (not hits[key].since or least < hits[key].since)]
        late = [key for key in keys.counts if greatest > hits[key].last]
        since = {key: moments[kept[place]] for key, place in keys.first(early, rows.timed).items()}
        last = {key: moments[kept[-1 - place]] for key, place in keys.last(late).items()}
        for key, count in keys.counts.items():
            hit = hits[key]
            at = hit.at
            if not hit.count or self._first < at:  # some were looked at before, which may stand behind these
                at = self._position(row for row, one in zip(kept, keys.every, strict=True) if one == key)
            hit.several(count, at, since.get(key, ""), last.get(key, ""))
