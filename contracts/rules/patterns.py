"""Patterns as JSON Schema means them (ECMA-262, found anywhere), decided by one engine for both validators."""

from __future__ import annotations

import re
from functools import lru_cache

from contracts.errors import Unusable

_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$|\(\?<(?![=!])|.", re.DOTALL)
_OURS = {"$": r"\Z", "(?<": "(?P<"}


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as an expression of this language. Raises Unusable where it has none.

    Digits, word characters and blanks are ASCII, and `$` is the very end, not the place before a last newline.
    """
    try:
        return re.compile("".join(_OURS.get(token, token) for token in _TOKEN.findall(pattern)), re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"the pattern {pattern[:80]!r} can't be used ({error}); write it in the syntax that ECMA-262 shares"
        raise Unusable(message) from None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return compiled(pattern).search(text) is not None


TEXTS = ("text", "", "1", "a", "A", "Bearer", "A1", "-", "abc-123", "a b", "x", "undocumented")
"""Short texts of several kinds, to choose one from that a pattern accepts or refuses."""


def text_for(pattern: str) -> str:
    """A short text that the pattern accepts; "" where none of a few candidates does."""
    return next((text for text in TEXTS if matches(pattern, text)), "")
