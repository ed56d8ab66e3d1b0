"""Where the elements of a list begin, as lines in the text of a JSON document."""

from __future__ import annotations

import json
import re

_DECODE = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[\s,:]*")


def json_lines(text: str, *names: str) -> list[int]:
    """The 1-based lines of the elements of the list under `names` in a text of JSON; empty where there is none."""
    try:
        at = _skip(text, 0)
        for name in names:
            at = _value(text, at, name)
        return _elements(text, at)
    except (ValueError, IndexError, RecursionError):
        return []


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _end(text: str, at: int) -> int:
    return _DECODE(text, at)[1]


def _value(text: str, at: int, name: str) -> int:
    """Where the value of a name begins in the object at `at`. Raises ValueError, IndexError."""
    if text[at] != "{":
        raise ValueError
    at = _skip(text, at + 1)
    while text[at] != "}":
        after = _end(text, at)
        found, at = text[at:after] == f'"{name}"', _skip(text, after)
        if found:
            return at
        at = _skip(text, _end(text, at))
    raise ValueError


def _elements(text: str, at: int) -> list[int]:
    """The lines of the elements of the list at `at`. Raises ValueError, IndexError."""
    if text[at] != "[":
        raise ValueError
    lines, line, counted = list[int](), 1, 0
    at = _skip(text, at + 1)
    while text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        lines.append(line)
        at = _skip(text, _end(text, at))
    return lines
