"""Constraint lines under a field, as JSON Schema keywords, and the values of options and defaults."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.model.json import Json

STARTS = (
    "Required range",
    "Required array length",
    "Minimum array length",
    "Maximum array length",
    "Required string length",
    "Minimum string length",
    "Maximum string length",
    "Pattern",
)

_NUMBER = r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?"
_RANGE = re.compile(
    rf"(?:(?P<low>{_NUMBER}) ?(?P<lop><=?|≤) ?)?x(?: ?(?P<op><=?|>=?|≤|≥) ?(?P<high>{_NUMBER}))?", re.ASCII
)
_LENGTH = re.compile(
    r"(?P<low>\d{1,18})(?: ?[-–] ?(?P<high>\d{1,18}))?(?: (?:elements?|characters?|items?))?", re.ASCII
)
_KEYWORDS = {
    "<": "exclusiveMaximum",
    "<=": "maximum",
    "≤": "maximum",
    ">": "exclusiveMinimum",
    ">=": "minimum",
    "≥": "minimum",
}
_TURNED = {"<": "exclusiveMinimum", "<=": "minimum", "≤": "minimum"}


def is_constraint(line: str) -> bool:
    """Whether a line begins like a constraint (`Required range: ...`)."""
    return ":" in line and line.partition(":")[0] in STARTS


def constraint(line: str) -> tuple[tuple[str, Json], ...]:
    """What a constraint line says, by keyword; empty where it says nothing that can be read."""
    start, _, said = line.partition(":")
    said = said.strip()
    if start == "Pattern":
        return (("pattern", said),) if said else ()
    if start == "Required range":
        return _range(said)
    found = _LENGTH.fullmatch(said)
    if not found:
        return ()
    unit = "Items" if "array" in start else "Length"
    low, high = int(found.group("low")), found.group("high")
    if start.startswith("Minimum"):
        return ((f"min{unit}", low),) if high is None else ()
    if start.startswith("Maximum"):
        return ((f"max{unit}", low),) if high is None else ()
    return (f"min{unit}", low), (f"max{unit}", low if high is None else int(high))


def _range(said: str) -> tuple[tuple[str, Json], ...]:
    found = _RANGE.fullmatch(said)
    if not found:
        return ()
    parts: list[tuple[str, Json]] = []
    if found.group("low"):
        parts.append((_TURNED[found.group("lop")], json.loads(_plain(found.group("low")))))
    if found.group("high"):
        parts.append((_KEYWORDS[found.group("op")], json.loads(_plain(found.group("high")))))
    return tuple(parts)


def _plain(number: str) -> str:
    """A number without leading zeros, which JSON doesn't take."""
    return re.sub(r"^(-?)0+(?=\d)", r"\1", number)


def written_value(text: str, types: tuple[str, ...], *, nullable: bool = False) -> Json:
    """An option or default as a value: text for a string type, otherwise what it says as JSON, else the text."""
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = text[1:-1]
    if text == "null" and nullable:
        return None
    if types == ("string",) and not text.startswith('"'):
        return text
    try:
        value: Json = json.loads(text)
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return text
    return value


def fits(value: Json, types: Iterable[str]) -> bool:
    """Whether an option may stand under a type: `enum<integer>` lists integers."""
    kinds = set(types)
    if not kinds or value is None:
        return True
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int):
        return bool(kinds & {"integer", "number"})
    return (isinstance(value, str) and "string" in kinds) or (isinstance(value, float) and "number" in kinds)
