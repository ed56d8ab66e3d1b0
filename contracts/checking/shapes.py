"""What a kept body exercises, told by the shapes of its objects: worked out once for each shape, then counted.

The shape of an object is its names and the types of their values. It decides which branches the object takes, but for
those that go by a value which a rule lists; those are worked out once for each combination of such values. What goes by
neither is asked of each body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from contracts.checking.tally import WHOLE, Count
from contracts.model.json import ITEM, Path
from contracts.rules.instance import of_many
from contracts.rules.kind import Watch
from contracts.rules.texts import matches

MOST_SHAPES = 10_000
"""So many shapes, or combinations of values, are remembered of one place; others are left to the exact judge."""
MAX_DEPTH = 100
_EXACT_FLOAT = 2.0**53
_OTHER = "other"
_PLAIN = frozenset({str, int, bool, type(None)})
Closed = tuple[Path, frozenset[str], tuple[str, ...]]
"""A place whose names are all documented: names and patterns."""


class Unshaped(Exception):
    """Only the exact judge can speak of this body."""


class Hit(Count):
    """How often the same branches were taken."""

    __slots__ = ("branches",)

    def __init__(self, branches: tuple[str, ...]) -> None:
        super().__init__((WHOLE, 0), "")
        self.branches = branches

    def clear(self) -> None:
        """Counts from nothing again."""
        self.count, self.since, self.last = 0, "", ""


class Place:
    """One place of a body, and what is known of the objects that stand there.

    `watches` are those of the whole body that go by shape or value; `hits` takes what is counted.
    """

    def __init__(self, at: Path, watches: tuple[Watch, ...], closed: tuple[Closed, ...]) -> None:
        self.at = at
        self._watches, self._closed = watches, closed
        self._by_names = [watch for watch in watches if watch.at == at and watch.by == "names"]
        self._inside: dict[str, list[Watch]] = {}
        for watch in watches:
            if watch.at[:-1] == at and watch.at != at and watch.by != "names":
                self._inside.setdefault(watch.at[-1], []).append(watch)
        self._known = [(known, patterns) for where, known, patterns in closed if where == at]
        self._below: dict[str, Place] = {}
        self.shapes: dict[Any, Shape] = {}

    def below(self, step: str) -> Place | None:
        """The place of what is named so here, or of elements; None where nothing is known of it."""
        if step not in self._below:
            at = (*self.at, step)
            deeper = tuple(watch for watch in self._watches if watch.at[: len(at)] == at)
            closed = tuple(one for one in self._closed if one[0][: len(at)] == at)
            if not deeper and not closed:
                return None
            self._below[step] = Place(at, deeper, closed)
        return self._below[step]

    def unknown(self, found: dict[str, Any]) -> tuple[str, ...]:
        """The names of an object that nobody documented."""
        return tuple(
            name
            for known, patterns in self._known
            for name in found
            if name not in known and not any(matches(pattern, name) for pattern in patterns)
        )

    def by_shape(self, found: dict[str, Any]) -> Iterator[str]:
        """The branches that every object of this shape takes. Raises Unshaped."""
        if any(map(of_many, found)):
            raise Unshaped
        for watch in self._by_names:
            yield from watch.names(found)
        for name, value in found.items():
            for watch in self._inside.get(name, ()):
                if watch.by == "type" or value is None:
                    names = [*watch.names(value)]
                    if type(value) is float and ([*watch.names(0.5)] != names or [*watch.names(1.0)] != names):
                        raise Unshaped  # a whole number is another type there
                    yield from names

    def by_value(self, found: dict[str, Any]) -> Iterator[tuple[str, Watch]]:
        """What else has to be asked of such an object: a name in it, and what goes by its value. Raises Unshaped."""
        for name, value in found.items():
            for watch in self._inside.get(name, ()):
                if watch.by != "type" and value is not None:
                    if isinstance(value, dict | list):
                        raise Unshaped
                    yield name, watch

    def see(self, value: Any, seen: Seen, depth: int = 0) -> None:
        """Adds what a value exercises, and what is in it. Raises Unshaped."""
        if type(value) is dict:
            key = tuple(value), tuple(map(type, value.values()))
            shape = self.shapes.get(key)
            if shape is None:
                if len(self.shapes) >= MOST_SHAPES:
                    raise Unshaped
                shape = self.shapes[key] = Shape(self, value)
            shape.see(value, seen, depth)
        elif type(value) is list:
            below = self.below(ITEM)
            if below is None:
                walk(value, seen, depth)
                return
            for one in value:
                below.see(one, seen, depth + 1)
        elif type(value) is float:
            walk(value, seen, depth)

    def hits(self) -> Iterator[Hit]:
        """Everything counted here and below."""
        for shape in self.shapes.values():
            yield shape.hit
            yield from shape.values.values()
        for place in self._below.values():
            yield from place.hits()


def walk(value: Any, seen: Seen, depth: int) -> None:
    """Looks through what nothing is known of. Raises Unshaped."""
    if depth > MAX_DEPTH or (type(value) is float and abs(value) >= _EXACT_FLOAT):
        raise Unshaped
    if type(value) is dict:
        seen.names += len(value)
        value = value.values()
    elif type(value) is not list:
        return
    for one in value:
        if type(one) not in _PLAIN:
            walk(one, seen, depth + 1)


class Seen:
    """What one body exercises while it is walked: `hits`, the names that nobody documented, how many names it has."""

    __slots__ = ("hits", "names", "unknown")

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.unknown: list[tuple[Place, str, Any]] = []
        self.names = 0


class Shape:
    """Objects of one place with the same names and types of values."""

    __slots__ = ("_class", "_floats", "_parts", "_place", "_unknown", "_watches", "hit", "values")

    def __init__(self, place: Place, found: dict[str, Any]) -> None:
        self._place = place
        self.hit = Hit(tuple(place.by_shape(found)))
        self._unknown = place.unknown(found)
        self._floats = tuple(name for name, value in found.items() if type(value) is float)
        self._parts = tuple(
            (name, place.below(name)) for name, value in found.items() if type(value) is dict or type(value) is list
        )
        self._watches = tuple(place.by_value(found))
        self._class = _classifier(self._watches)
        self.values: dict[Any, Hit] = {}

    def see(self, found: dict[str, Any], seen: Seen, depth: int) -> None:
        """Adds what such an object exercises. Raises Unshaped."""
        seen.hits.append(self.hit)
        seen.names += len(found)
        if self._class is not None:
            kind = self._class(found)
            hit = self.values.get(kind)
            if hit is None:
                if len(self.values) >= MOST_SHAPES:
                    raise Unshaped
                names = tuple(name for at, watch in self._watches for name in watch.names(found[at]))
                hit = self.values[kind] = Hit(names)
            seen.hits.append(hit)
        for name in self._unknown:
            seen.unknown.append((self._place, name, found[name]))
        for name in self._floats:
            walk(found[name], seen, depth)
        if self._parts and depth > MAX_DEPTH:
            raise Unshaped
        for name, below in self._parts:
            (walk if below is None else below.see)(found[name], seen, depth + 1)


def _classifier(watches: tuple[tuple[str, Watch], ...]) -> Callable[[dict[str, Any]], Any] | None:
    """What tells objects of one shape apart by the values that decide; None where none does."""
    every = dict.fromkeys(name for name, _ in watches)
    listed = [name for name in every if any(watch.by == "listed" for at, watch in watches if at == name)]
    others = [
        (name, {value: value for at, watch in watches if at == name for value in watch.values})
        for name in every
        if name not in listed
    ]
    raw = itemgetter(*listed) if listed else None
    if not others:
        return raw
    if len(others) == 1 and raw is None:
        ((only, values),) = others
        return lambda found: values.get(found[only], _OTHER)

    def both(found: dict[str, Any]) -> Any:
        kinds = tuple([values.get(found[name], _OTHER) for name, values in others])
        return kinds if raw is None else (raw(found), kinds)

    return both


def is_shaped(at: Path) -> bool:
    """True where a place is reached by names and elements alone."""
    return not any(of_many(step) and step != ITEM for step in at)


def shaped(watches: tuple[Watch, ...]) -> tuple[Watch, ...]:
    """The watches that go by the shape of objects, or by a value in them."""
    return tuple(
        watch
        for watch in watches
        if is_shaped(watch.at)
        and (watch.by == "names" or (watch.by != "anything" and watch.at[-1:] not in {(), (ITEM,)}))
    )
