"""What became of the numbers that limit a value: bounds, multiples, distinct elements."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, TypeAlias

from contracts.comparing.difference import How
from contracts.model.json import Json

Edge: TypeAlias = tuple[float, int]
"""A bound and whether it lies just above (1), just below (-1) or on the number."""

_NO_EDGE: Edge = (-math.inf, 0)


def moved_limits(old: dict[str, Json], new: dict[str, Json], *, whole: bool) -> set[How]:
    """What became of all the limits; `whole` numbers above 0 are those from 1."""
    moved = _bounds(old, new, whole=whole) | _multiples(old, new)
    if old.get("uniqueItems", False) != new.get("uniqueItems", False):
        moved |= {"said" if new.get("uniqueItems") else "wider"}
    return moved


def _multiples(old: dict[str, Any], new: dict[str, Any]) -> set[How]:
    """What became of the number that values are multiples of."""
    was, now = old.get("multipleOf"), new.get("multipleOf")
    if was == now:
        return set()
    if was is None or now is None:
        return {"said"} if was is None else {"wider"}
    before, after = Fraction(str(was)), Fraction(str(now))
    if not before or not after:
        return {"wider", "narrower"}
    found: set[How] = {"wider"} if after % before else set()
    return found | ({"narrower"} if before % after else set())


def _bounds(old: dict[str, Json], new: dict[str, Json], *, whole: bool) -> set[How]:
    found: set[How] = set()
    for least, above, most, below in (
        ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        ("minLength", "", "maxLength", ""),
        ("minItems", "", "maxItems", ""),
        ("minProperties", "", "maxProperties", ""),
    ):
        floors = [max(_edge(said, least, 0, whole), _edge(said, above, 1, whole)) for said in (old, new)]
        tops = [max(_edge(said, most, 0, whole, -1), _edge(said, below, 1, whole, -1)) for said in (old, new)]
        if not above:  # none is as good as 0
            floors = [_NO_EDGE if edge == (0, 0) else edge for edge in floors]
        for before, after in (floors, tops):
            if after != before:
                found.add("wider" if after < before else "said" if before == _NO_EDGE else "narrower")
    return found


def _edge(said: dict[str, Any], keyword: str, beside: int, whole: bool, sign: int = 1) -> Edge:  # noqa: FBT001
    """A bound as something that grows as it gets tighter; upper bounds (`sign` -1) are turned round."""
    value = said.get(keyword)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  NaN
        return _NO_EDGE
    number = value * sign
    if whole and (isinstance(number, int) or math.isfinite(number)):
        return (math.floor(number) + 1 if beside else math.ceil(number)), 0
    return number, beside
