"""What kept bodies exercise, told of many at once: the values of a place are a column, counted by what matters of it.

What matters of a value is its class, which of the listed values it is, or which that a condition goes by. What that
means is worked out once, from the first value of the kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, compress, repeat
from typing import Any

from contracts.checking.batches import Batch, Keys, KeysOf, Rows
from contracts.checking.judged_values import AnyValues, AskedValues, JudgedValues
from contracts.checking.kept_conditions import KeptCondition
from contracts.checking.shapes import MOST_SHAPES, Hit, Place, Unshaped
from contracts.checking.value_types import ALIKE, PLAIN, NotTyped, Record, Several, Typed, is_plain
from contracts.model.finding import MOST_VALUES
from contracts.model.json import ITEM, MAP, Path
from contracts.rules.instance import of_many, seen
from contracts.rules.kind import Watch

_OTHER = object()
_SAMPLES: dict[type, Any] = {str: "", int: 0, bool: True, type(None): None, list: []}
_ABSENT: dict[str, Any] = {}


class Column:
    """The values of one place.

    `watches` go by these values, `presence` by whether they are there, `place` is what is known of what is inside; `at`
    is where they stand.
    """

    __slots__ = ("_at", "_inside", "_key", "_known", "_others", "_presence", "_watches", "certain")

    def __init__(
        self, typed: Typed, place: Place | None, watches: Sequence[Watch],
        presence: Sequence[Watch] = (), at: Path = (),
    ) -> None:  # fmt: skip
        self._watches, self._presence, self._at, self._others = watches, presence, at, typed.others
        self._known: dict[Any, Hit | None] = {}
        self._key: KeysOf | None = None
        self.certain: tuple[str, ...] = ()
        (only, *others) = typed.classes
        if others or only is float or any(watch.by != "type" for watch in watches):
            if watches or presence:
                self._key = _key(typed.classes, watches)
        elif watches or presence:
            self.certain = tuple(self._names(_SAMPLES.get(only, {})))
        self._inside: list[tuple[type | None, Any]] = []
        if typed.judged:
            self._inside = [(None, JudgedValues(typed, place))]
            return
        unshaped = () if place is None else place.unshaped
        asking = [] if place is None else [one for one in unshaped if one.at == place.at and one.by == "anything"]
        if asking and not typed.asked:
            raise NotTyped("which branches it takes goes by more than its types")
        made = ((kind, _inside(kind, inner, place)) for kind, inner in typed.inside.items())
        whole = len(typed.classes) == 1
        self._inside += ((None if whole else kind, one) for kind, one in made if one is not None)
        if typed.asked:
            self._inside.append((None, AskedValues(typed, asking)))

    @property
    def idle(self) -> bool:
        """True where there is nothing to look at."""
        return self._key is None and not self._inside

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes in some values, each of the answer with that number."""
        if self._key is not None:
            counts, known = Counter(self._key(found)), self._known
            if not counts.keys() <= known.keys():
                keys = [*self._key(found)]
                for key in counts.keys() - known.keys():
                    known[key] = self._first(found[keys.index(key)])
            if any(known[key] is None for key in counts):
                keys = [*self._key(found)]
                batch.bad.update(number for number, key in zip(rows.numbers, keys, strict=True) if known[key] is None)
            batch.each(Keys(self._key, found, counts), rows, known)
        for kind, inside in self._inside:
            if kind is None:
                inside.look(found, rows, batch)
                continue
            chosen = [type(one) is kind for one in found]
            if any(chosen):
                inside.look([*compress(found, chosen)], batch.rows_of([*compress(rows.numbers, chosen)]), batch)

    def hits(self) -> Iterator[Hit]:
        """Everything counted here and inside."""
        yield from (hit for hit in self._known.values() if hit is not None)
        for _, inside in self._inside:
            yield from inside.hits()

    def _first(self, value: Any) -> Hit | None:
        """What counts such values, of which this is the first; None where that can't be told."""
        if len(self._known) >= MOST_SHAPES:
            return None
        try:
            names = tuple(self._names(value))
            return Seen(self._at, seen(value), names) if value in self._others else Hit(names)
        except Unshaped:
            return None

    def _names(self, value: Any) -> Iterator[str]:
        """The branches that a value takes. Raises Unshaped."""
        from msgspec import UNSET

        for watch in self._presence:
            yield from watch.names(_ABSENT if value is UNSET else {self._at[-1]: None})
        if value is UNSET:
            return
        shown = value if type(value) in PLAIN else [] if type(value) is list else {}
        for watch in self._watches:
            if watch.by != "type" and isinstance(shown, dict | list):
                raise Unshaped
            names = [*watch.names(shown)]
            if type(shown) is float and watch.by == "type" and not [*watch.names(0.5)] == [*watch.names(1.0)] == names:
                raise Unshaped  # a whole number is another type there
            yield from names


def _column(place: Place | None, name: str, field: Typed, *, undocumented: bool) -> Column:
    """The values of a name in objects at a place."""
    if place is None:
        return Column(field, None, ())
    if undocumented:
        return Undocumented(field, (*place.at, name))
    return Column(field, place.below(name), place.watches(name), place.presence(name), (*place.at, name))


class Undocumented(Column):
    """The values of a name that nobody documented: those are counted whose texts come first, the others together."""

    __slots__ = ("_last", "_texts")

    def __init__(self, typed: Typed, at: Path) -> None:
        super().__init__(typed, None, (), (), at)
        self._key = _shown
        self._texts: list[str] = []
        self._last = ""

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes in some values."""
        self._key = partial(_shown, last=self._last)  # as it is now: it may change meanwhile
        super().look(found, rows, batch)

    def hits(self) -> Iterator[Hit]:
        """Everything counted, which is forgotten then."""
        yield from super().hits()
        self._known.clear()

    def _first(self, value: Any) -> Hit | None:
        from msgspec import UNSET

        if value is UNSET:
            return Hit(())
        text = seen(value)
        if self._last and text > self._last:
            return Seen(self._at, None)
        self._texts = sorted({*self._texts, text})[:MOST_VALUES]
        self._last = self._texts[-1] if len(self._texts) == MOST_VALUES else ""
        return Seen(self._at, text)


def _shown(found: Sequence[Any], last: str = "") -> Iterator[Any]:
    from msgspec import UNSET

    texts = (one if one is UNSET else seen(one) for one in found)
    return (_OTHER if one is not UNSET and one > last else one for one in texts) if last else texts


class Seen(Hit):
    """How often a value was seen at a place that nobody documented, or listed it at; None stands for any other one."""

    __slots__ = ("place_of", "text")

    def __init__(self, at: Path, text: str | None, branches: tuple[str, ...] = ()) -> None:
        super().__init__(branches)
        self.place_of, self.text = at, text


def _key(classes: frozenset[type], watches: Sequence[Watch]) -> KeysOf:
    """What of each value decides which branches it takes."""
    deciding = [one for one in watches if one.by != "type" and any(value is not None for value in one.values)]
    if any(isinstance(value, dict | list) for watch in deciding for value in watch.values):
        raise NotTyped("values are listed that aren't plain")
    if not deciding:
        return lambda found: map(type, found)
    hashable, mixed = is_plain(classes), len(classes & ALIKE) > 1
    if any(watch.by == "listed" for watch in deciding):
        if hashable:
            return iter if not mixed else lambda found: zip(map(type, found), found, strict=True)
        return lambda found: ((type(one), one if type(one) in PLAIN else None) for one in found)
    values = {value: value for watch in deciding for value in watch.values}
    if hashable:
        return lambda found: zip(map(type, found), map(values.get, found, repeat(_OTHER)), strict=False)
    return lambda found: ((type(one), values.get(one, _OTHER) if type(one) in PLAIN else None) for one in found)


def _inside(kind: type, inner: Record | Several | None, place: Place | None) -> Objects | Elements | AnyValues | None:
    """What is inside of values of a class; None for nothing to look at."""
    if inner is None:
        return AnyValues()
    step = ITEM if kind is list else MAP
    steps = {watch.at[len(place.at)] for watch in place.unshaped if watch.at != place.at} if place is not None else ()
    if any(of_many(one) and (one != step or isinstance(inner, Record)) for one in steps):
        raise NotTyped("which branches it takes goes by more than its types")
    if isinstance(inner, Record):
        return Objects(inner, place)
    each = Column(inner.each, None, ()) if place is None else Column(inner.each, place.below(step), place.watches(step))
    return None if kind is list and each.idle and not each.certain else Elements(each, mapped=kind is dict)


class Elements:
    """What stands in lists, or in maps."""

    __slots__ = ("_each", "_hit", "_mapped")

    def __init__(self, each: Column, *, mapped: bool) -> None:
        self._each, self._mapped = each, mapped
        self._hit = Hit(each.certain)

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes them in."""
        if self._mapped:
            batch.bad.update(number for number, one in zip(rows.numbers, found, strict=True) if MAP in one)
            if batch.names is not None:
                for number, one in zip(rows.numbers, found, strict=True):
                    batch.names[number] += len(one)
            found = [one.values() for one in found]
        numbers = [*chain.from_iterable(map(repeat, rows.numbers, map(len, found)))]
        if numbers:
            within = batch.rows_of(numbers)
            if self._hit.branches:
                batch.all(self._hit, within)
            if not self._each.idle:
                self._each.look([*chain.from_iterable(found)], within, batch)

    def hits(self) -> Iterator[Hit]:
        """Everything counted."""
        yield self._hit
        yield from self._each.hits()


class Objects:
    """Objects with known names. Raises NotTyped where a name of theirs means more than a name."""

    __slots__ = ("_columns", "_conditions", "_hit", "_optional", "_size")

    def __init__(self, record: Record, place: Place | None) -> None:
        from msgspec import UnsetType

        described = dict.fromkeys(name for name in record.names if name not in record.others)
        if place is not None and (place.unknown(described) or any(map(of_many, described))):
            raise NotTyped("a name is described that may not stand there")
        columns = [
            _column(place, name, field, undocumented=name in record.others)
            for name, field in zip(record.names, record.fields, strict=True)
        ]
        self._hit = Hit(tuple(name for column in columns for name in column.certain))
        self._columns = [(number, column) for number, column in enumerate(columns) if not column.idle]
        self._conditions = [KeptCondition(record, one) for one in record.conditions]
        self._size = len(columns)
        self._optional = [number for number, field in enumerate(record.fields) if UnsetType in field.classes]

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes them in."""
        from msgspec.structs import astuple

        if self._hit.branches:
            batch.all(self._hit, rows)
        columns = [*zip(*map(astuple, found), strict=True)] if self._columns or batch.names is not None else []
        for number, column in self._columns:
            column.look(columns[number], rows, batch)
        for condition in self._conditions:
            condition.look(found, rows, batch)
        if batch.names is not None:
            self._name(columns, rows, batch.names)

    def _name(self, columns: list[tuple[Any, ...]], rows: Rows, names: list[int]) -> None:
        from msgspec import UNSET

        for number in rows.numbers:
            names[number] += self._size
        for optional in self._optional:
            for number, one in zip(rows.numbers, columns[optional], strict=True):
                names[number] -= one is UNSET

    def hits(self) -> Iterator[Hit]:
        """Everything counted here and inside."""
        yield self._hit
        for _, column in self._columns:
            yield from column.hits()
