"""Reaching into a body: reading and replacing values at a documented path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.model.json import ITEM, Json, Path

Steps = tuple[str | int, ...]
"""A concrete place in one body: property names and array positions."""


class _Absent:
    """One value of its own kind, named where it is shown."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()
"""Stands for a property that isn't there, which is not null; use it with `replaced` to delete."""


def find(body: Json, path: Path) -> Iterator[tuple[Steps, Json]]:
    """Every value that stands at `path`, with its concrete place; nothing where a step is missing."""
    found: list[tuple[Steps, Json]] = [((), body)]
    for step in path:
        below: list[tuple[Steps, Json]] = []
        for steps, value in found:
            if step == ITEM and isinstance(value, list):
                below += [((*steps, position), item) for position, item in enumerate(value)]
            elif step != ITEM and isinstance(value, dict) and step in value:
                below.append(((*steps, step), value[step]))
        found = below
    return iter(found)


def value_at(body: Json, steps: Steps) -> Json:
    """The value at a concrete place, or `ABSENT`."""
    value: Any = body
    for step in steps:
        known = step in value if isinstance(value, dict) else isinstance(value, list) and step in range(len(value))
        value = value[step] if known else ABSENT
    found: Json = value
    return found


def replaced(body: Json, steps: Steps, new: Json) -> Json:
    """A copy of `body` with the value at `steps` replaced or added, or deleted where `new` is `ABSENT`."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(body, list) and isinstance(step, int):
        return [*body[:step], replaced(body[step], rest, new), *body[step + 1 :]]
    if not isinstance(body, dict):
        message = f"no place {steps!r} in {body!r}"
        raise TypeError(message)
    if not rest and new is ABSENT:
        return {name: value for name, value in body.items() if name != step}
    return {**body, str(step): replaced(body.get(str(step)), rest, new)}


def same(one: Json, other: Json) -> bool:
    """JSON equality: 1 and 1.0 are one number, true and 1 are not."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def alike(one: Json, other: Json) -> bool:
    """Whether two values are one, where either may be `ABSENT`."""
    return one is other or (one is not ABSENT and other is not ABSENT and same(one, other))


SHORT = 80


def short(value: Json) -> str:
    """A value as one line of JSON, at most `SHORT` characters long."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
