"""The JSON of a body, read more strictly than the language reads it, and what of it no contract can speak of."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from contracts.model.json import Json

MAX_DEPTH = 200
"""Deeper values are read as JSON and then left out: no contract says anything of them."""
_EXACT_FLOAT = 2.0**53
_DIGITS = 600
"""So many digits stand for a longer number, which is beyond every bound as well."""
_SHOWN = 40


class NotJsonError(ValueError):
    """The text isn't one JSON value in UTF-8; the message says why, in a few words."""


class _Reader:
    """Reads texts without what RFC 8259 forbids or leaves undefined, and remembers numbers that need care."""

    __slots__ = ("careful",)

    def __init__(self) -> None:
        self.careful = False

    def value(self, text: str) -> Any:
        """Raises json.JSONDecodeError, NotJsonError."""
        hooks: Any = {
            "object_pairs_hook": self.pairs,
            "parse_constant": self.constant,
            "parse_float": self.number,
        }
        try:
            return json.loads(text, **hooks)
        except (json.JSONDecodeError, NotJsonError):
            raise
        except ValueError:  # an integer longer than the language reads at once
            return json.loads(text, parse_int=self.integer, **hooks)

    def part(self, text: str) -> None:
        """Reads what is left out. Raises NotJsonError."""
        try:
            self.value(text)
        except json.JSONDecodeError as error:
            raise NotJsonError(f"{error.msg}, more than {MAX_DEPTH} levels deep") from None

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice = next((name for name, count in counts.items() if count > 1 and _LOST not in name), None)
            if twice is not None:
                raise NotJsonError(f"the name {json.dumps(twice[:_SHOWN])} stands twice in one object")
        return found

    def constant(self, name: str) -> float:
        raise NotJsonError(f"{name} is no JSON number")

    def number(self, text: str) -> float:
        value = float(text)
        if math.isinf(value):
            return self.beyond(text)
        if abs(value) >= _EXACT_FLOAT:
            self.careful = True
        return value

    def integer(self, text: str) -> int:
        return self.beyond(text) if len(text) > _DIGITS else int(text)

    def beyond(self, text: str) -> int:
        """A number too large for anything: its first digits, and as many more as make it large enough."""
        self.careful = True
        digits = re.sub("[^0-9]", "", re.split("[eE]", text)[0]).lstrip("0")
        size = int(digits[:_DIGITS].ljust(_DIGITS, "0"))
        return -size if text.startswith("-") else size


# Matches whatever follows a quote, closed or not, and never goes back: one pass over any text.
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_LOST = "\ufffd"


def _shallow(text: str, read: Callable[[str], object]) -> str:
    """The text, every array and object deeper than `MAX_DEPTH` read by itself and left empty. Raises NotJsonError."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return text
    whole: list[list[str]] = [[]]
    depth = start = 0
    for match in _BRACKET.finditer(text):
        bracket = match[0]
        if bracket in {"[", "{"}:
            if depth > 0 and depth % MAX_DEPTH == 0:
                whole[-1].append(text[start : match.start()])
                whole.append([])
                start = match.start()
            depth += 1
        elif bracket in {"]", "}"}:
            depth -= 1
            if depth > 0 and depth % MAX_DEPTH == 0 and len(whole) > 1:
                part = "".join([*whole.pop(), text[start : match.end()]])
                read(part)
                whole[-1].append("[]" if part[0] == "[" else "{}")
                start = match.end()
    if len(whole) > 1:
        raise NotJsonError(f"brackets that nothing closes, more than {MAX_DEPTH} levels deep")
    return "".join([*whole[0], text[start:]])


def _whole_characters(text: str) -> str:
    """The text with each escaped half of a character (a lone surrogate) as the sign for one that got lost."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _ESCAPE.sub(lambda escape: r"\ufffd" if escape[1] else escape[0], text)


def parse(body: bytes) -> tuple[Json, bool]:
    """The one JSON value in `body`, and whether it holds numbers that a fast validator may round.

    Stricter than `json.loads` where RFC 8259 warns: UTF-8 without a byte order mark, unique names, no NaN. What is
    valid and can't be held is held as nearly as it can: see `MAX_DEPTH`; a number beyond every float as a long one;
    half a character as U+FFFD. Raises NotJsonError.
    """
    reader = _Reader()
    try:
        text = body.decode()
        shallow = _shallow(_whole_characters(text), reader.part)
        value = reader.value(shallow)
    except UnicodeDecodeError as error:
        raise NotJsonError(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        where = f" at character {error.pos}" if len(shallow) == len(text) else ""
        raise NotJsonError(f"{error.msg}{where}" if body else "no body at all") from None
    return value, reader.careful


def is_deep(body: bytes) -> bool:
    """True where `parse` leaves out a part of a body that it reads."""
    text = body.decode(errors="replace")
    return len(_shallow(text, lambda _: None)) < len(text)
