"""Single values that keep or break rules, to make bodies of; the verdict over an answer is the validators'."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.json import Json, Path
from contracts.rules.instance import ABSENT, same
from contracts.rules.json_types import SAMPLES, is_type, json_type
from contracts.rules.kind import Says
from contracts.rules.texts import EXAMPLES, has_format, matches

_LONGEST_TEXT = 2_000_000
"""Texts longer than this aren't made up."""


def _in_range(says: Says, value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    bounds: dict[str, Any] = says
    return (
        ("minimum" not in says or value >= bounds["minimum"])
        and ("maximum" not in says or value <= bounds["maximum"])
        and ("exclusiveMinimum" not in says or value > bounds["exclusiveMinimum"])
        and ("exclusiveMaximum" not in says or value < bounds["exclusiveMaximum"])
    )


def _sized(kind: type[str | list[Json]], least: str, most: str) -> Callable[[Says, Json], bool]:
    def keeps(says: Says, value: Json) -> bool:
        bounds: dict[str, Any] = says
        return not isinstance(value, kind) or bounds.get(least, 0) <= len(value) <= bounds.get(most, len(value))

    return keeps


_KEEPS: dict[str, Callable[[dict[str, Any], Json], bool]] = {
    "type": lambda says, value: is_type(value, says["types"]),
    "enum": lambda says, value: value is None or any(same(value, known) for known in says["values"]),
    "format": lambda says, value: has_format(says["format"], value),
    "range": _in_range,
    "length": _sized(str, "minLength", "maxLength"),
    "pattern": lambda says, value: not isinstance(value, str) or matches(says["pattern"], value),
    "count": _sized(list, "minItems", "maxItems"),
}

VALUE_KINDS = tuple(_KEEPS)
"""The kinds of rules about a single value, in the order in which a reader meets them."""


def keeps(rule: Rule, value: Json) -> bool:
    """True where a value keeps a rule about a single value; one of another type is the type rule's business."""
    return _KEEPS[rule.kind](rule.says, value)


def value_rules(contract: Contract, target: str, at: Path) -> tuple[Rule, ...]:
    """The rules about the single value at a place."""
    return tuple(rule for rule in contract.placed(target, at) if rule.kind in _KEEPS)


def candidates(rules: Iterable[Rule]) -> Iterator[Json]:
    """Values to choose from at a place with these rules: what they list, the ends of their bounds, and just beyond."""
    says: dict[str, Any] = {}
    for rule in rules:
        says |= rule.says
    yield from _candidates(says)


def _candidates(says: dict[str, Any]) -> Iterator[Json]:
    yield from says.get("values", ())
    if says.get("format") in EXAMPLES:
        yield EXAMPLES[says["format"]]
    bounds = [says[name] for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if name in says]
    yield from (1, 0, *(int(bound) + step for bound in bounds for step in (0, 1, -1)), *bounds)
    if len(bounds) > 1:
        yield sum(bounds) / len(bounds)
    yield from TEXTS
    for size in [says[name] for name in ("minLength", "maxLength") if name in says]:
        for step in (0, -1, 1):
            yield from _texts(size + step, says.get("format"), text_for(says.get("pattern", "")))
    yield from (value + 1 for value in says.get("values", ()) if json_type(value) == "integer")
    yield from (*SAMPLES.values(), True)


def _texts(size: int, form: str | None, text: str) -> Iterator[str]:
    """Texts of a size: of a format or like a text where there is one, and of one letter."""
    if not 0 <= size <= _LONGEST_TEXT:
        return
    head, tail = {"email": ("", "@example.com"), "uri": ("https://example.com/", "")}.get(form or "", ("", ""))
    yield (text + text[-1:] * (size - len(text)))[:size]
    for letter in "xA1a-":
        if size > len(head + tail):
            yield head + letter * (size - len(head + tail)) + tail
        yield letter * size


def breaking(rule: Rule, contract: Contract, *first: Json) -> Json:
    """A value that breaks this rule, and no other about its place where one is known; `ABSENT` where none breaks it.

    `first` are the values to try before any other.
    """
    rules = value_rules(contract, rule.target, rule.at)
    others = tuple(other for other in rules if other is not rule)
    some: Json = ABSENT
    for value in (value for value in chain(first, candidates(rules)) if not keeps(rule, value)):
        if all(keeps(other, value) for other in others):
            return value
        some = value if some is ABSENT else some
    return some


_OF_A_SCALAR = frozenset(
    """type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum
    multipleOf""".split()
)


def scalar(node: dict[str, Any], kind: str) -> Json:
    """A small value that keeps what a schema says of a value that holds no others; null where none is known."""
    listed = [node["const"]] if "const" in node else node.get("enum")
    if isinstance(listed, list):
        return next((value for value in listed if value is not None), None)
    if kind == "boolean":
        return True
    said = {keyword: value for keyword, value in node.items() if keyword in _OF_A_SCALAR}
    return _small(json.dumps({"type": kind} | said, sort_keys=True) if said.keys() - {"type"} else "", kind)


@lru_cache(maxsize=4096)
def _small(schema: str, kind: str) -> Json:
    """The first value of a few that keeps a schema, which is given as text; an empty one says no more than the type."""
    import jsonschema_rs

    said: dict[str, Any] = json.loads(schema) if schema else {"type": kind}
    validator = jsonschema_rs.Draft202012Validator(said, validate_formats=True)
    multiple = said.get("multipleOf")
    first: list[Json] = [multiple * step for step in (1, 10, 100, 1000)] if multiple else []
    if kind == "string" and "pattern" in said:
        first = [*made_texts(said["pattern"], said.get("minLength", 0))]
    return next((value for value in chain(first, _candidates(said)) if validator.is_valid(value)), None)


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
_MOST_REPEATS = 10_000


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
            yield "".join(_along(inner, size)) * min(max(least, min(size, most)), _MOST_REPEATS)
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
