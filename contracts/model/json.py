"""The JSON data model, and where a value stands inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

Path: TypeAlias = tuple[str, ...]
"""A place in the documented shape: property names from the root; `ITEM` stands for every element of an array."""

ITEM = "[]"
MAP = "{}"
"""Stands for every value of a map, as `ITEM` for every element."""


def dotted(path: Path) -> str:
    """`("currentStep", "stepId")` as `currentStep.stepId`; items as `holidays[].id`; the root as `body`.

    A name that holds a dot stands in quotes.
    """
    text = ""
    for step in path:
        name = f"'{step}'" if "." in step and step[0] not in "[{" else step
        text += name if step[:1] == "[" or not text else "." + name
    return text or "body"


def pointer(steps: Iterable[str | int]) -> str:
    """An RFC 6901 JSON pointer; the whole document is the empty string."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def steps_of_pointer(text: str) -> Path:
    """The steps of a JSON pointer."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])


def starred(path: Path) -> str:
    """A documented place as a JSON pointer, `*` for every element: `/holidays/*/id`."""
    return pointer("*" if step == ITEM else step for step in path)


def general(place: str) -> str:
    """A JSON pointer with `*` for each array position; what stands outside a body (`#status/404`) as it is."""
    if place.startswith("#"):
        return place
    return "/".join("*" if step.isdecimal() else step for step in place.split("/"))


def each_or_none(read: Callable[[Any], Any], given: Iterable[Any]) -> list[Any]:
    """What is read of each; None where that raises ValueError or RecursionError."""
    found: list[Any] = []
    rest = iter(given)
    while True:
        try:
            found.extend(map(read, rest))  # what was read before an error stays
        except (ValueError, RecursionError):
            found.append(None)
        else:
            return found


def as_mapping(value: Any) -> dict[str, Any]:
    """A mapping as it is, nothing of anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A list as it is, nothing of anything else."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """A text as it is, nothing of anything else."""
    return value if isinstance(value, str) else ""
