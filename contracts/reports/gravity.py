"""How grave a problem is, in the three words that every CI knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from contracts.model.report import Problem
from contracts.reports.grouping import many

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


def how_many(problems: tuple[Problem, ...]) -> str:
    """`2 problems and 3 notes`: what breaks the run, and what is told beside it."""
    fatal = sum(problem.fatal for problem in problems)
    parts = [many(fatal, "problem")] if fatal else []
    parts += [many(len(problems) - fatal, "note")] if len(problems) > fatal else []
    return " and ".join(parts) or "no problem"
