"""Which parts of two documents are the same, references followed, so that only what differs is compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.model.document import reached, steps_of

_MOST_KEPT = 8
_KEPT: dict[tuple[int, int], Sameness] = {}

Marks = tuple[frozenset[str], int]
"""The references in a node, and how many booleans: to Python `true` is 1."""


class Sameness:
    """Two trees side by side."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.old, self.new = old, new
        self._marks: dict[int, tuple[Any, Marks]] = {}
        self._moved: frozenset[str] | None = None

    def of(self, one: Any, other: Any) -> bool:
        """Whether two nodes say the same, and so does all that they refer to."""
        if one is other and self.old is self.new:
            return True
        if one != other:
            return False
        marks = self._marked(one)
        return marks[1] == self._marked(other)[1] and not marks[0] & self._changed()

    def _changed(self) -> frozenset[str]:
        """The references that lead to something else, directly or by others."""
        if self._moved is None:
            waiting = list(self._marked(self.old)[0])
            users: dict[str, set[str]] = {}
            moved: set[str] = set()
            known = set(waiting)
            while waiting:
                reference = waiting.pop()
                nodes = [_reached(tree, reference) for tree in (self.old, self.new)]
                marks = [self._marked(node) for node in nodes]
                if nodes[0] != nodes[1] or marks[0] != marks[1]:
                    moved.add(reference)
                for inner in marks[0][0]:
                    users.setdefault(inner, set()).add(reference)
                    if inner not in known:
                        known.add(inner)
                        waiting.append(inner)
            spread = list(moved)
            while spread:
                fresh = users.get(spread.pop(), set()) - moved
                moved |= fresh
                spread += fresh
            self._moved = frozenset(moved)
        return self._moved

    def _marked(self, node: Any) -> Marks:
        known = self._marks.get(id(node))
        if known is None:
            references: set[str] = set()
            booleans = 0
            for found in _leaves(node):
                if isinstance(found, str):
                    references.add(found)
                else:
                    booleans += 1
            known = self._marks[id(node)] = node, (frozenset(references), booleans)
        return known[1]


def _leaves(node: Any) -> Iterator[str | bool]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            reference = one.get("$ref")
            if isinstance(reference, str):
                yield reference
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, bool):
            yield one


def _reached(tree: dict[str, Any], reference: str) -> Any:
    try:
        return reached(tree, steps_of(reference)) if reference.startswith("#") else None
    except KeyError:
        return None


def sameness(old: dict[str, Any], new: dict[str, Any]) -> Sameness:
    """Two trees side by side, made once for all their operations."""
    key = id(old), id(new)
    if key not in _KEPT:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = Sameness(old, new)
    return _KEPT[key]
