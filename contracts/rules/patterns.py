"""Patterns as JSON Schema means them (ECMA-262, found anywhere), decided by jsonschema-rs wherever one is asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return None


def usable(pattern: str) -> bool:
    """Whether the pattern is one of ECMA-262."""
    return _compiled(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text; a pattern that can't be used is found in none."""
    compiled = _compiled(pattern)
    try:
        return compiled is not None and bool(compiled.is_valid(text))
    except ValueError:  # a text that has no form in UTF-8
        return False


TEXTS = ("text", "", "1", "a", "A", "Bearer", "A1", "-", "abc-123", "a b", "x", "undocumented")
"""Short texts of several kinds, to choose one from that a pattern accepts or refuses."""


def text_for(pattern: str) -> str:
    """A short text that the pattern accepts; "" where none of a few candidates does."""
    return next((text for text in TEXTS if matches(pattern, text)), "")
