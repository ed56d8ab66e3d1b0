"""Reaching into a body: reading and replacing values at a documented path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import Any

from contracts.model.json import ITEM, MAP, Json, Path
from contracts.rules.texts import matches

Steps = tuple[str | int, ...]
"""A concrete place in one body: property names and array positions."""


class _Absent:
    """One value of its own kind, named where it is shown."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()
"""Stands for a property that isn't there, which is not null; use it with `replaced` to delete."""


Names = Callable[[Path], frozenset[str]]
"""What is documented to stand below a place, a step each."""


def find(body: Json, path: Path, names: Names = lambda _: frozenset()) -> Iterator[tuple[Steps, Json]]:
    """Every value that stands at `path`, with its concrete place; nothing where a step is missing.

    A map's values are those of every name that `names` doesn't tell.
    """
    found: list[tuple[Steps, Any]] = [((), body)]
    for depth, step in enumerate(path):
        plain = step[:1] not in _MARKS
        below: list[tuple[Steps, Any]] = []
        for steps, value in found:
            if isinstance(value, dict) and (plain or step in value):
                if step in value:
                    below.append(((*steps, step), value[step]))
            elif not plain:
                inner = _several(value, step, names(path[:depth]) if step == MAP else frozenset())
                below += [((*steps, one), value[one]) for one in inner]
        found = below
    return iter(found)


_MARKS = frozenset("[{")


def of_many(step: str) -> bool:
    """True where a step stands for elements or for values of a map."""
    return step[:1] in _MARKS


def _several(value: Any, step: str, named: frozenset[str]) -> Iterator[str | int]:
    """The elements, or the names of a map, that a step stands for."""
    if isinstance(value, list) and step[0] == "[":
        if step == ITEM:
            yield from range(len(value))
        elif step[1:-1].isdecimal() and int(step[1:-1]) < len(value):
            yield int(step[1:-1])
    elif isinstance(value, dict) and step == MAP:
        patterns = [one[1:-1] for one in named if one[:1] == "{" and one != MAP]
        yield from (name for name in value if name not in named and not any(matches(one, name) for one in patterns))
    elif isinstance(value, dict) and step[0] == "{":
        yield from (name for name in value if matches(step[1:-1], name))


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
        raise TypeError(f"no place {steps!r} in {body!r}")
    if not rest and new is ABSENT:
        rest_of = {**body}
        rest_of.pop(str(step), None)
        return rest_of
    return {**body, str(step): replaced(body.get(str(step)), rest, new)}


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The names under which two objects don't hold the very same value, or that one of them lacks."""
    alone = one.keys() ^ other.keys()
    if alone:
        one, other = {**one}, {**other}
        for name in alone:
            one.pop(name, None)
            other.pop(name, None)
    if [*one] == [*other]:
        return [*alone, *compress(one, map(is_not, one.values(), other.values()))]
    return [*alone, *(name for name, value in one.items() if other[name] is not value)]


def same(one: Json, other: Json) -> bool:
    """JSON equality: 1 and 1.0 are one number, true and 1 are not."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def alike(one: Json, other: Json) -> bool:
    """True where two values are one, where either may be `ABSENT`."""
    return one is other or (one is not ABSENT and other is not ABSENT and same(one, other))


SHORT = 80


def short(value: Json) -> str:
    """A value as one line of JSON, at most `SHORT` characters long."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def seen(value: Json) -> str:
    """The same; quick for texts and whole numbers that come again."""
    return _short_again(value) if type(value) in _HASHED else short(value)


_HASHED = frozenset({str, int, bool, type(None)})
"""Equal values of one of these classes are written alike."""
_short_again = lru_cache(maxsize=2**14, typed=True)(short)
