"""What a kept body exercises, told by the shapes of its objects: worked out once for each shape, then counted.

The shape of an object is its names and the types of their values. It decides which branches the object takes, but for
those that go by a value which a rule lists; those are worked out once for each combination of such values. What goes by
neither is asked of each body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from contracts.checking.tally import WHOLE, Count, Position
from contracts.model.json import ITEM, Path
from contracts.rules.instance import of_many
from contracts.rules.kind import Watch
from contracts.rules.texts import matches

MOST_SHAPES = 10_000
"""So many shapes, or combinations of values, are remembered of one place; others are left to the exact judge."""
MAX_DEPTH = 100
_EXACT_FLOAT = 2.0**53
_OTHER = object()
_SPACED = re.compile(r'"[ \t\n\r]+:')
"""How a name ends that a colon doesn't follow at once."""
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

    def several(self, count: int, at: Position, since: str, last: str) -> None:
        """Counts so many more, the first of them there."""
        if not self.count or at < self.at:
            self.at = at
        self.again(count, since, last)

    def clear(self) -> None:
        """Counts from nothing again."""
        self.count, self.since, self.last = 0, "", ""


def again(hits: list[Hit], at: str, position: Position) -> None:
    """Counts one more of each, at a moment and a position."""
    for hit in hits:
        if hit.count:
            hit.count += 1
            hit.at = min(hit.at, position)
            if at > hit.last:
                hit.last = at
            elif at and (at < hit.since or not hit.since):
                hit.since = at
            if not hit.since:
                hit.since = at
        else:
            hit.count, hit.at, hit.since, hit.last = 1, position, at, at


class Place:
    """One place of a body, and what is known of the objects that stand there.

    `watches` are those of the whole body that go by shape or value, `closed` its places without other names.
    """

    __slots__ = ("_below", "_by_names", "_closed", "_inside", "_known", "_watches", "at", "shapes")

    def __init__(self, at: Path, watches: tuple[Watch, ...], closed: tuple[Closed, ...]) -> None:
        self.at = at
        self._watches, self._closed = watches, closed
        self._by_names = [watch for watch in watches if watch.at == at and watch.by == "names"]
        self._inside: dict[str, list[Watch]] = {}
        for watch in watches:
            if watch.at[:-1] == at and watch.at != at and watch.by not in {"names", "anything"}:
                self._inside.setdefault(watch.at[-1], []).append(watch)
        self._known = [(known, patterns) for where, known, patterns in closed if where == at]
        self._below: dict[str, Place | None] = {}
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

    @property
    def unshaped(self) -> list[Watch]:
        """What goes by more than the shapes of objects and values in them, here or below."""
        known = shaped(self._watches)
        return [watch for watch in self._watches if watch not in known]

    @property
    def is_shaped(self) -> bool:
        """True where places without other names are reached by names and elements alone, here and below."""
        return all(is_shaped(at[len(self.at) :]) for at, _, _ in self._closed)

    def walked(self) -> Place:
        """The same place, as far as shapes of objects and values in them go."""
        return Place(self.at, shaped(self._watches), self._closed)

    def watches(self, name: str) -> list[Watch]:
        """What goes by the value of a name here, or of an element."""
        return self._inside.get(name, [])

    def presence(self, name: str) -> list[Watch]:
        """What goes by whether a name is here."""
        return [watch for watch in self._by_names if watch.values == (name,)]

    def shape(self, key: Any, found: dict[str, Any]) -> Shape:
        """The shape of an object that is met for the first time. Raises Unshaped."""
        if len(self.shapes) >= MOST_SHAPES:
            raise Unshaped
        made = self.shapes[key] = Shape(self, found)
        return made

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

    def hits(self) -> Iterator[Hit]:
        """Everything counted here and below."""
        for shape in self.shapes.values():
            yield shape.hit
            yield from shape.values.values()
        for place in self._below.values():
            if place is not None:
                yield from place.hits()


class Shape:
    """Objects of one place with the same names and types of values.

    `parts` are the objects, lists and floats in them, `unknown` the names that nobody documented. `classify` tells them
    apart by the values that decide; where none does it is None.
    """

    __slots__ = ("_watches", "classify", "hit", "parts", "unknown", "values")

    def __init__(self, place: Place, found: dict[str, Any]) -> None:
        self.hit = Hit(tuple(place.by_shape(found)))
        self.unknown = place.unknown(found)
        self.parts = tuple(
            (name, None if type(value) is float else place.below(name))
            for name, value in found.items()
            if type(value) not in _PLAIN
        )
        self._watches = tuple(place.by_value(found))
        self.classify = _classifier(self._watches)
        self.values: dict[Any, Hit] = {}

    def value(self, kind: Any, found: dict[str, Any]) -> Hit:
        """What counts objects with such values, of which this is the first. Raises Unshaped."""
        if len(self.values) >= MOST_SHAPES:
            raise Unshaped
        made = self.values[kind] = Hit(tuple(name for at, watch in self._watches for name in watch.names(found[at])))
        return made


def seen_in(root: Place, body: Any, hits: list[Hit]) -> tuple[int, list[tuple[Place, str, Any]] | None]:
    """Adds what a body exercises; how many names stand in it, and those that nobody documented. Raises Unshaped."""
    names, unknown = 0, None
    open_: list[tuple[Place | None, Any, int]] = [(root, body, 0)]
    while open_:
        here, found, depth = open_.pop()
        if here is None:
            names += _walked(found, depth, open_)
        elif type(found) is dict:
            key = tuple(found), tuple(map(type, found.values()))
            shape = here.shapes.get(key) or here.shape(key, found)
            hits.append(shape.hit)
            names += len(found)
            if shape.classify is not None:
                kind = shape.classify(found)
                hits.append(shape.values.get(kind) or shape.value(kind, found))
            if shape.parts:
                if depth > MAX_DEPTH:
                    raise Unshaped
                open_ += [(below, found[name], depth + 1) for name, below in shape.parts]
            if shape.unknown:
                unknown = [*(unknown or ()), *((here, name, found[name]) for name in shape.unknown)]
        elif type(found) is list:
            below = here.below(ITEM)
            open_ += [(below, one, depth + 1) for one in found if type(one) not in _PLAIN]
        else:
            _walked(found, depth, open_)
    return names, unknown


def walked(value: Any) -> int:
    """Looks through a value of which nothing is known; the number of its names. Raises Unshaped."""
    names = 0
    open_: list[tuple[Place | None, Any, int]] = [(None, value, 0)]
    while open_:
        _, found, depth = open_.pop()
        names += _walked(found, depth, open_)
    return names


def _walked(value: Any, depth: int, open_: list[tuple[Place | None, Any, int]]) -> int:
    """Looks through what nothing is known of; the number of its names. Raises Unshaped."""
    if depth > MAX_DEPTH or (type(value) is float and abs(value) >= _EXACT_FLOAT):
        raise Unshaped
    inside = value.values() if type(value) is dict else value if type(value) is list else ()
    open_ += [(None, one, depth + 1) for one in inside if type(one) not in _PLAIN]
    return len(value) if type(value) is dict else 0


def _classifier(watches: tuple[tuple[str, Watch], ...]) -> Callable[[dict[str, Any]], Any] | None:
    """What tells objects of one shape apart by the values that decide; None where none does."""
    every = dict.fromkeys(name for name, _ in watches)
    listed = [name for name in every if any(watch.by == "listed" for at, watch in watches if at == name)]
    others = [
        (
            name,
            {
                one: one
                for at, watch in watches
                if at == name
                for one in watch.values
                if not isinstance(one, dict | list)
            },
        )
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


def stands_for_bytes(body: Any) -> bool:
    """True where an embedded body may stand for bytes."""
    return len(body) == 1 and "base64" in body


def doubled(texts: Sequence[str], names: Sequence[int]) -> list[bool]:
    """Which texts of JSON with so many names read the exact judge may read otherwise: a name may stand twice."""
    text = "\0".join(texts)
    if not _SPACED.search(text) and text.count('":') == sum(names):  # none has less
        return [False] * len(texts)
    return [one.count('":') != count or bool(_SPACED.search(one)) for one, count in zip(texts, names, strict=True)]
