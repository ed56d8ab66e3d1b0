"""An answer's JSON in lines, the spot that a pointer names marked in it, and what is far from the spot left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.model.text import inert

Mark: TypeAlias = Literal["", "here", "within", "absent"]

FIELDS, ITEMS = 60, 9
"""Members drawn of an object, of an array, that holds the spot: those around it."""
ASIDE = 3
"""A third of that is drawn of any other."""
DEEPEST = 40
FAR = 4
"""How many levels are drawn off the way to the spot."""
LONGEST = 400
MOST = 150
"""Lines after which nothing is drawn but the way to the spot."""


@frozen
class Line:
    """One line: `key` with its colon or "", `value` as JSON, and what follows it.

    `mark` is `here` where the spot begins, `within` on its other lines, `absent` where something is missing. `kind` is
    `text`, `number`, `word`, `frame` for brackets, or `gap` where members are left out.
    """

    depth: int
    key: str
    value: str
    kind: str
    mark: Mark = ""


def drawn(answer: Json, pointer: str) -> tuple[Line, ...]:
    """The lines of an answer. `pointer` is a JSON pointer, or begins with `#` where no spot of the body is meant."""
    steps = None if pointer.startswith("#") else tuple(_plain(step) for step in pointer.split("/")[1:])
    pen = _Pen()
    pen.draw(answer, "", "", _Way(depth=0, steps=steps, aside=int(steps is None)))
    return tuple(pen.lines)


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


@frozen
class _Way:
    """Where the pen is: how deep, the steps from here to the spot (None: not below here), and whether inside it.

    `aside` counts the levels since the way to the spot was left.
    """

    depth: int
    steps: tuple[str, ...] | None
    inside: bool = False
    aside: int = 0

    @property
    def leads(self) -> bool:
        """True where the spot is further down."""
        return bool(self.steps)

    def down(self, step: str, *, inside: bool) -> _Way:
        """The way to a member."""
        steps = self.steps[1:] if self.steps and self.steps[0] == step else None
        return _Way(depth=self.depth + 1, steps=steps, inside=inside, aside=0 if steps is not None else self.aside + 1)


class _Pen:
    """Draws one answer."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def put(self, depth: int, key: str, value: str, kind: str, mark: Mark = "") -> None:
        self.lines.append(Line(depth=depth, key=key, value=value, kind=kind, mark=mark))

    def draw(self, value: Json, key: str, tail: str, way: _Way) -> None:
        """A value with everything in it."""
        mark: Mark = "within" if way.inside else "here" if way.steps == () else ""
        if isinstance(value, Mapping) and (value or way.leads):
            self.nest(_Nest(named=True, children=list(value.items())), key, tail, way, mark)
        elif isinstance(value, Sequence) and not isinstance(value, str) and (value or way.leads):
            children = [(str(number), child) for number, child in enumerate(value)]
            self.nest(_Nest(named=False, children=children), key, tail, way, mark)
        else:  # where the way ends early, what stands in it is the spot
            self.put(way.depth, key, _scalar(value) + tail, _kind(value), "here" if way.leads else mark)

    def nest(self, nest: _Nest, key: str, tail: str, way: _Way, mark: Mark) -> None:
        """An object or array, in one line where it is far from the spot."""
        opening, closing = "{}" if nest.named else "[]"
        if way.depth >= DEEPEST or way.aside > FAR or (way.aside and len(self.lines) >= MOST):
            text = f"{opening} … {nest.many(len(nest.children))} {closing}{tail}"
            self.put(way.depth, key, text, "gap", "here" if way.leads else mark)
            return
        if way.steps and not nest.named and not way.steps[0].isdecimal():
            way, mark = replace(way, steps=()), "here"  # no place in a list is called so
        self.put(way.depth, key, opening, "frame", mark)
        self.members(nest, way, inside=bool(mark))
        self.put(way.depth, "", closing + tail, "frame", "within" if mark else "")

    def members(self, nest: _Nest, way: _Way, *, inside: bool) -> None:
        """The members of an object or array; of many, those around the spot."""
        wanted = way.steps[0] if way.steps else None
        at = next((number for number, (name, _) in enumerate(nest.children) if name == wanted), None)
        room = (FIELDS if nest.named else ITEMS) // (ASIDE if way.aside else 1)
        start = max(0, min((at or 0) - room // 2, len(nest.children) - room))
        end = min(start + room, len(nest.children))
        self.gap(nest, start, way)
        for number, (name, child) in enumerate(nest.children[start:end], start):
            tail = "," if number + 1 < len(nest.children) else ""
            key = f"{_scalar(name)}: " if nest.named else ""
            self.draw(child, key, tail, way.down(name, inside=inside))
        self.gap(nest, len(nest.children) - end, way)
        if wanted is not None and at is None:
            key = _scalar(wanted) if nest.named else f"item {wanted}"
            self.put(way.depth + 1, f"{key} ", "is missing", "gap", "absent")

    def gap(self, nest: _Nest, left_out: int, way: _Way) -> None:
        """A line that counts members left out."""
        if left_out:
            self.put(way.depth + 1, "", f"… {nest.many(left_out)}", "gap")


@frozen
class _Nest:
    """An object's members, or an array's under their numbers."""

    named: bool
    children: list[tuple[str, Json]]

    def many(self, count: int) -> str:
        """So many members, in words."""
        return f"{count:,} {'field' if self.named else 'item'}{'s' if count > 1 else ''}"


def _scalar(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} … {len(text) - LONGEST:,} characters more"
    return inert(text)


def _kind(value: Json) -> str:
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else "word"
