"""JSON read as plain data, with the lines where the elements of a list begin."""

from __future__ import annotations

import json
import re
from typing import Any

from contracts.sources.plainyaml import NotPlainError

_DECODE = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[\s,:]*")


def load(text: str | bytes) -> Any:
    """The JSON value in `text`. Raises NotPlainError, whose line is None for the first."""
    try:
        return json.loads(text if isinstance(text, str) else text.decode())
    except json.JSONDecodeError as error:
        line = error.lineno if error.lineno > 1 else None
        raise NotPlainError(line, f"is not JSON ({error.msg} at column {error.colno})") from None
    except UnicodeDecodeError as error:
        raise NotPlainError(None, f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise NotPlainError(None, "nests too deep") from None
    except ValueError:
        raise NotPlainError(None, "holds a number of too many digits") from None


def load_with_lines(text: str, *names: str) -> tuple[Any, list[int]]:
    """The value, and the 1-based line of each element of the list below these names. Raises NotPlainError."""
    value = load(text)
    try:
        at = _skip(text, 0)
        for name in names:
            at = _value(text, at, name)
        return value, _elements(text, at)
    except (ValueError, IndexError, RecursionError):
        return value, []


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _value(text: str, at: int, name: str) -> int:
    """Where the value of a name begins in the object at `at`. Raises ValueError, IndexError."""
    if text[at] != "{":
        raise ValueError
    at = _skip(text, at + 1)
    while text[at] != "}":
        after = _DECODE(text, at)[1]
        found, at = text[at:after] == f'"{name}"', _skip(text, after)
        if found:
            return at
        at = _skip(text, _DECODE(text, at)[1])
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
        at = _skip(text, _DECODE(text, at)[1])
    return lines
