"""A value's JSON in lines: places marked in it, and what is far from them left out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from contracts.model.frozen import frozen
from contracts.model.json import Json, steps_of_pointer
from contracts.model.text import inert

Mark: TypeAlias = Literal["", "here", "within", "absent"]
Steps: TypeAlias = tuple[str, ...]

MISSING: Any = object()
"""Stands in a value for a member that isn't there, where its absence is to be drawn."""

ASIDE = 3
"""A third of the members is drawn of what holds no marked place."""
DEEPEST = 40
LONGEST = 400
MOST = 150
"""Lines after which nothing is drawn but the way to the marked places."""


@frozen
class Frame:
    """How much is drawn around a marked place.

    So many members of an object (`fields`) and of an array (`items`) that hold it, those around it, and so many
    `levels` of values beside the way to it; with none, nothing beside the way but its end.
    """

    fields: int
    items: int
    levels: int


WHOLE = Frame(fields=60, items=9, levels=4)
EXCERPT = Frame(fields=5, items=5, levels=0)


@frozen
class Line:
    """One line: `key` with its colon or "", `value` as JSON, and what follows it.

    `mark` is `here` where a marked place begins, `within` on its other lines, `absent` where something is missing.
    `kind` is `text`, `number`, `word`, `frame` for brackets, or `gap` where members are left out.
    """

    depth: int
    key: str
    value: str
    kind: str
    mark: Mark = ""


def drawn(value: Json, places: Iterable[Sequence[str | int]], frame: Frame = WHOLE) -> tuple[Line, ...]:
    """The lines of a value. Each place is the steps to it; one that isn't there is drawn as missing."""
    marked = frozenset(tuple(map(str, steps)) for steps in places)
    pen = _Pen(frame)
    pen.draw(value, "", "", _Way(depth=0, places=marked, aside=int(not marked)))
    return tuple(pen.lines)


def places_of(pointer: str) -> tuple[Steps, ...]:
    """The place that a JSON pointer names, as `drawn` takes it; none for one that begins with `#`, outside a body."""
    if pointer.startswith("#"):
        return ()
    return (steps_of_pointer(pointer),)


@frozen
class _Way:
    """Where the pen is: how deep, the steps from here to the marked places below, and whether inside of one.

    `aside` counts the levels since the way to any was left.
    """

    depth: int
    places: frozenset[Steps]
    inside: bool = False
    aside: int = 0

    @property
    def names(self) -> frozenset[str]:
        """The members that marked places are in."""
        return frozenset(steps[0] for steps in self.places if steps)

    def down(self, step: str, *, inside: bool) -> _Way:
        """The way to a member."""
        places = frozenset(steps[1:] for steps in self.places if steps and steps[0] == step)
        return _Way(depth=self.depth + 1, places=places, inside=inside, aside=0 if places else self.aside + 1)


@frozen
class _Nest:
    """An object's members, or an array's under their numbers."""

    named: bool
    children: list[tuple[str, Json]]

    def many(self, count: int) -> str:
        """So many members, in words."""
        return f"{count:,} {'field' if self.named else 'item'}{'s' if count > 1 else ''}"

    def key(self, name: str, child: Json) -> str:
        """What stands before a member."""
        if child is MISSING:
            return f"{_scalar(name) if self.named else f'item {name}'} "
        return f"{_scalar(name)}: " if self.named else ""


class _Pen:
    """Draws one value."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.lines: list[Line] = []

    def put(self, depth: int, key: str, value: str, kind: str, mark: Mark = "") -> None:
        self.lines.append(Line(depth=depth, key=key, value=value, kind=kind, mark=mark))

    def draw(self, value: Json, key: str, tail: str, way: _Way) -> None:
        """A value with everything in it."""
        mark: Mark = "within" if way.inside else "here" if () in way.places else ""
        leads = bool(way.names)
        if value is MISSING:
            self.put(way.depth, key, "is missing", "gap", "absent")
        elif isinstance(value, Mapping) and (value or leads):
            self.nest(_Nest(named=True, children=list(value.items())), key, tail, way, mark)
        elif isinstance(value, Sequence) and not isinstance(value, str) and (value or leads):
            children = [(str(number), child) for number, child in enumerate(value)]
            self.nest(_Nest(named=False, children=children), key, tail, way, mark)
        else:  # where the way ends early, what stands in it is the place
            self.put(way.depth, key, _scalar(value) + tail, _kind(value), "here" if leads else mark)

    def nest(self, nest: _Nest, key: str, tail: str, way: _Way, mark: Mark) -> None:
        """An object or array, in one line where it is far from every marked place."""
        opening, closing = "{}" if nest.named else "[]"
        far = way.aside > self.frame.levels or (way.aside and len(self.lines) >= MOST)
        if way.depth >= DEEPEST or far:
            text = f"{opening} … {nest.many(len(nest.children))} {closing}{tail}"
            self.put(way.depth, key, text, "gap", "here" if way.names else mark)
            return
        if not nest.named and not all(map(str.isdecimal, way.names)):
            way, mark = _Way(depth=way.depth, places=frozenset({()})), "here"  # no place in a list is called so
        self.put(way.depth, key, opening, "frame", mark)
        self.members(nest, way, inside=bool(mark))
        self.put(way.depth, "", closing + tail, "frame", "within" if mark else "")

    def members(self, nest: _Nest, way: _Way, *, inside: bool) -> None:
        """The members of an object or array; of many, those around the marked places."""
        children = [*nest.children, *((name, MISSING) for name in sorted(way.names - dict(nest.children).keys()))]
        numbers = reversed(range(len(children)))
        last = next((number for number in numbers if children[number][1] is not MISSING), -1)
        before = -1
        for number in sorted(self.shown(nest, children, way)):
            self.gap(nest, number - before - 1, way)
            before = number
            name, child = children[number]
            self.draw(child, nest.key(name, child), "," if number < last else "", way.down(name, inside=inside))
        self.gap(nest, len(children) - before - 1, way)

    def shown(self, nest: _Nest, children: Collection[tuple[str, Json]], way: _Way) -> set[int]:
        """The numbers of the members to draw: those around the first few that are marked or lead to such a one."""
        room = (self.frame.fields if nest.named else self.frame.items) // (ASIDE if way.aside else 1)
        names, ends = way.names, {steps[0] for steps in way.places if len(steps) == 1}
        ways = [(number, name) for number, (name, _) in enumerate(children) if name in names][:room]
        found = set() if ways else set(range(min(room, len(children))))
        for at, name in ways:
            around = room if self.frame.levels or name in ends else 1
            start = max(0, min(at - around // 2, len(children) - around))
            found |= set(range(start, min(start + around, len(children))))
        return found

    def gap(self, nest: _Nest, left_out: int, way: _Way) -> None:
        """A line that counts members left out."""
        if left_out > 0:
            self.put(way.depth + 1, "", f"… {nest.many(left_out)}", "gap")


def _scalar(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} … {len(text) - LONGEST:,} characters more"
    return inert(text)


def _kind(value: Json) -> str:
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else "word"
