"""Patterns as JSON Schema means them (ECMA-262, found anywhere), decided by jsonschema-rs wherever one is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    return next((text for text in (*TEXTS, *made_texts(pattern, 0)) if matches(pattern, text)), "")


def made_texts(pattern: str, least: int) -> Iterator[str]:
    """Texts built along a pattern, of about `least` characters, the shortest first; not all of them keep it."""
    from re import _parser as parser  # the only reading of a pattern there is

    try:
        tree = parser.parse(re.sub(r"\\[pP]\{[^}]*\}", "[A-Za-z]", pattern))
    except (re.error, OverflowError, RecursionError):
        return
    for size in dict.fromkeys((0, 1, least, least + 1)):
        try:
            yield "".join(_along(tree, size))
        except (KeyError, RecursionError, StopIteration):
            return


_CATEGORIES = {"DIGIT": "1", "WORD": "a", "SPACE": " ", "NOT_SPACE": "a", "NOT_DIGIT": "a", "NOT_WORD": "-"}
_LETTERS = "aA0-_ .:/@#z"
_LONGEST = 10_000


def _along(tree: Any, size: int) -> Iterator[str]:
    """A text that goes along a parsed pattern, each repetition as often as `size` where it may be."""
    for name, found in ((str(operation), given) for operation, given in tree):
        if name == "LITERAL":
            yield chr(found)
        elif name in {"NOT_LITERAL", "ANY"}:
            yield "b" if found == ord("a") else "a"
        elif name == "IN":
            yield _among(found)
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, most, inner = found
            yield "".join(_along(inner, size)) * min(max(least, min(size, most)), _LONGEST)
        elif name == "SUBPATTERN":
            yield from _along(found[-1], size)
        elif name == "ATOMIC_GROUP":
            yield from _along(found, size)
        elif name == "BRANCH":
            yield from _along(found[1][0], size)


def _among(listed: Any) -> str:
    """A character of a set."""
    (name, found), *_ = listed
    if str(name) == "NEGATE":
        return next(letter for letter in _LETTERS if not any(_is(letter, one) for one in listed[1:]))
    return (
        _CATEGORIES[str(found).removeprefix("CATEGORY_")]
        if str(name) == "CATEGORY"
        else chr(found if str(name) == "LITERAL" else found[0])
    )


def _is(letter: str, one: Any) -> bool:
    name, found = str(one[0]), one[1]
    if name == "LITERAL":
        return bool(ord(letter) == found)
    if name == "RANGE":
        return bool(found[0] <= ord(letter) <= found[1])
    kind = str(found).removeprefix("CATEGORY_")
    known = {"DIGIT": letter.isdigit(), "WORD": letter.isalnum() or letter == "_", "SPACE": letter.isspace()}
    return not known[kind.removeprefix("NOT_")] if kind.startswith("NOT_") else known[kind]
