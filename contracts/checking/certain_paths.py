"""Which paths are certainly of an operation, and which texts certainly such as the rules about its parameters ask for.

What isn't certain is for the exact judge to say: here a path or a text is passed by rather than taken wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.json import Json
from contracts.rules.credentials import is_placeholder
from contracts.rules.parameters import parameter_fault, range_fault
from contracts.rules.routing import plain_path

_DIGITS = "[0-9]{1,15}"
LARGEST = 10**15 - 1
"""The largest number that a path is read with."""
_TEXT = "[A-Za-z0-9._~-]{1,200}"


class Route(NamedTuple):
    """A path that fits no other contract's: how an address of it is matched, and what its parameters are called.

    `every` finds the same in each line of a text that is an address of it.

    `queried` says that what is asked behind the path matters to somebody.
    """

    number: int
    method: str
    match: Callable[[str], re.Match[str] | None]
    every: Callable[[str], list[tuple[str, ...]]]
    names: tuple[str, ...]
    queried: bool


def reader(contract: Contract, name: str) -> Callable[[str], Json]:
    """A parameter's value in the type that the contract gives it."""
    return int if any(_is_integer(rule) for rule in _about(contract, name)) else str


def _about(contract: Contract, name: str) -> tuple[Rule, ...]:
    rules = contract.about(REQUEST, "parameter", "parameter-range")
    return tuple(rule for rule in rules if rule.at == (name,) and rule.says["in"] == "path")


def _is_integer(rule: Rule) -> bool:
    return rule.kind == "parameter" and rule.says.get("type") == "integer"


_SIMPLE = frozenset("in required example default style explode type format minimum maximum".split())


def bounds_of(contract: Contract, name: str) -> tuple[float, float] | None:
    """Between which numbers a path's parameter is certainly such as its rules ask for; None where it is no number."""
    rules = _about(contract, name)
    if not rules or not all(
        rule.kind != "parameter" or (_is_integer(rule) and rule.says.keys() <= _SIMPLE) for rule in rules
    ):
        return None
    lows = (float(str(rule.says["minimum"])) for rule in rules if "minimum" in rule.says)
    highs = (float(str(rule.says["maximum"])) for rule in rules if "maximum" in rule.says)
    return max(lows, default=0), min(highs, default=LARGEST)


def check_of(contract: Contract, name: str) -> Callable[[str], bool]:
    """What tells that a text is certainly such as the rules about a path's parameter ask for."""
    rules = _about(contract, name)

    @lru_cache(maxsize=4096)
    def check(text: str) -> bool:
        return not is_placeholder(text) and not any(
            "content" in rule.says or (parameter_fault if rule.kind == "parameter" else range_fault)(rule.says, text)
            for rule in rules
        )

    return check


def asked_of(
    contract: Contract, names: tuple[str, ...]
) -> tuple[dict[int, tuple[float, float]], tuple[tuple[int, Callable[[str], bool]], ...]]:
    """The bounds of a path's parameters that are numbers, by their place in it, and what tells of each other one."""
    bounds = {number: found for number, name in enumerate(names) if (found := bounds_of(contract, name))}
    return bounds, tuple(
        (number, check_of(contract, name)) for number, name in enumerate(names) if number not in bounds
    )


class Routes:
    """The paths of contracts, found by method and segments in as many steps as an address has."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._by_method: dict[str, dict[str | None, Any]] = {}
        for path, route in _routes(tuple(contracts)):
            node = self._by_method.setdefault(route.method, {})
            for segment in path.split("/")[1:]:
                node = node.setdefault(None if "{" in segment else segment, {})
            node.setdefault(_HERE, []).append(route)

    def of(self, method: str, url: str) -> list[Route]:
        """Those that an address may be of."""
        nodes = [self._by_method.get(method, {})]
        for segment in url.partition("?")[0].split("/")[_BEFORE_PATH:]:
            nodes = [node[key] for node in nodes for key in (segment, None) if key in node]
        return [route for node in nodes for route in node.get(_HERE, ())]


_HERE = "/"
"""Under this, which is no segment, stand the routes whose path ends there."""
_BEFORE_PATH = 3
"""So many parts of an address, by slashes, are scheme and host."""


def _routes(every: tuple[Contract, ...]) -> Iterator[tuple[str, Route]]:
    """Each path, with its route."""
    paths: dict[tuple[str, str], list[Contract]] = {}  # of each, the contracts of every server
    for one in every:
        paths.setdefault((one.method, plain_path(one.path)), []).append(one)
    queried = {(one.method, plain_path(one.path)) for one in every if _is_queried(one)}
    for number, ((method, path), alike) in enumerate(paths.items()):
        segments = path.split("/")
        rivals = [other.split("/") for asked, other in paths if asked == method and other != path]
        pattern = _pattern(alike, segments, [one for one in rivals if len(one) == len(segments)])
        if pattern is not None:
            whole = rf"https?://([A-Za-z0-9.:-]+){pattern}(?:\?([A-Za-z0-9._~&=%+,:-]*))?"
            match, find = re.compile(whole).fullmatch, re.compile(f"^(?:{whole})$", re.MULTILINE).findall
            names = tuple(re.findall(r"\{([^{}]+)\}", path))
            yield path, Route(number, method, match, find, names, queried=(method, path) in queried)


def _is_queried(contract: Contract) -> bool:
    """True where a rule reads the query, or the query tells the contract's operation from others."""
    rules = contract.about(REQUEST, "parameter", "parameter-range")
    return plain_path(contract.path) != contract.path or any(rule.says["in"] == "query" for rule in rules)


def _pattern(alike: list[Contract], segments: list[str], rivals: list[list[str]]) -> str | None:
    """What a path matches that is certainly of this template and of no rival; None where that can't be said."""
    excluded: dict[int, set[str]] = {}
    for rival in rivals:
        for number, (own, other) in enumerate(zip(segments, rival, strict=True)):
            literal = "{" not in own, "{" not in other
            if literal == (False, True):
                excluded.setdefault(number, set()).add(other)
            if literal[0] != literal[1] or (all(literal) and own != other):
                break
        else:
            return None
    parts = [_segment(alike, own, excluded.get(number, ())) for number, own in enumerate(segments)]
    return None if None in parts else "/".join(map(str, parts))


def _segment(alike: list[Contract], segment: str, excluded: Iterable[str]) -> str | None:
    literal = re.split(r"\{[^{}]+\}", segment)
    if len(literal) == 1:
        return re.escape(segment)
    if len(literal) > 2:  # noqa: PLR2004  what is before a parameter and after it
        return None
    name = segment[len(literal[0]) + 1 : len(segment) - len(literal[1]) - 1]
    text = _DIGITS if any(_is_integer(rule) for one in alike for rule in _about(one, name)) else _TEXT
    others = "".join(f"(?!{re.escape(one)}(?:[/?]|$))" for one in sorted(excluded))
    return f"{others}{re.escape(literal[0])}({text}){re.escape(literal[1])}"
