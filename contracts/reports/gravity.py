"""How grave a problem is, in the three words that every CI knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from contracts.model.report import Problem

Gravity = Literal["error", "warning", "note"]
GRAVITIES: tuple[Gravity, ...] = ("error", "warning", "note")

_BY_LEVEL: dict[str, Gravity] = {"violation": "error", "breaking": "error", "unknown": "error", "drift": "warning"}
"""Of what doesn't break the run; there an error is one that is accepted."""


def gravity(problem: Problem) -> Gravity:
    """What breaks the run is an error; of the rest the level tells."""
    return "error" if problem.fatal else _BY_LEVEL.get(problem.level, "note")


def gravest(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What breaks the run first, then by gravity, what is accepted last; otherwise as they come."""
    return tuple(
        sorted(
            problems,
            key=lambda one: (not one.fatal, one.accepted is not None, GRAVITIES.index(gravity(one))),
        )
    )
