"""TOML that a person wrote, as values."""

from __future__ import annotations

import tomllib
from typing import Any

from contracts.errors import Unusable

_LARGEST = 2**63


def read_toml(text: str, name: str) -> dict[str, Any]:
    """The table in a TOML text. Raises Unusable, naming the file, for what is none, too deep, or beyond 64 bits."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unusable(f"{name}: not valid TOML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise Unusable(f"{name}: not valid TOML: nested too deep to be read") from None
    except ValueError:  # Python converts no number of so many digits
        raise _too_large(name) from None
    _refuse_large(table, name)
    return table


def _refuse_large(table: dict[str, Any], name: str) -> None:
    left: list[Any] = [table]
    while left:
        value = left.pop()
        if isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
        elif isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            raise _too_large(name)


def _too_large(name: str) -> Unusable:
    return Unusable(f"{name}: not valid TOML: a number that doesn't fit into 64 bits")
