"""What parts of two documents say, references followed: whether it is the same, and as a value to be told apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from contracts.model.document import found_at, steps_of
from contracts.model.json import Json

_SILENT = frozenset(
    """title description summary example examples deprecated externalDocs xml operationId tags
    $comment $id $anchor $schema $defs $dynamicAnchor definitions""".split()
)
"""What promises nothing, or is looked at where it is referred to."""
_OF_ANSWERS = frozenset({"default", "readOnly"})
_OF_REQUESTS = frozenset({"writeOnly"})
"""What promises nothing to one side alone."""
_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas", "responses", "content", "headers", "links",
                    "mapping"})  # fmt: skip
_DATA = frozenset({"enum", "const", "default"})
_UNORDERED = frozenset({"enum", "required", "type", "anyOf", "oneOf", "allOf"})
_DIGITS = 16

_MOST_KEPT = 8
_KEPT: dict[tuple[int, int, bool], Contents] = {}


class Content:
    """What is said in one document, as who `reads` an answer sees it, or who writes a request."""

    def __init__(self, tree: dict[str, Any], *, reads: bool) -> None:
        self.tree, self.reads = tree, reads
        self._also = _OF_ANSWERS if reads else _OF_REQUESTS
        self._plain: dict[str, tuple[str, frozenset[str]]] = {}
        self._digests: dict[str, str] = {}

    def silent(self, keyword: str) -> bool:
        """A keyword promises nothing, or not by itself."""
        return keyword in _SILENT or keyword in self._also or keyword.startswith("x-")

    def of(self, node: Any, *, names: bool = False) -> Json:
        """A node's content, references followed by a digest of what they lead to; `names` says that its keys are names.

        Equal where all that can be reached from the node is equal, and called the same.
        """
        content: Json = self._canonical(node, self._marked, names=names)
        return content

    def of_keyword(self, keyword: str, value: Any) -> Json:
        """The content of what one keyword says."""
        content: Json = self._canonical({keyword: value}, self._marked)[keyword]
        return content

    def _canonical(self, node: Any, mark: Callable[[str], str], *, names: bool = False) -> Any:
        if isinstance(node, list):
            return [self._canonical(item, mark) for item in node]
        if not isinstance(node, dict):
            return node
        found = {}
        for name, value in node.items():
            if names:
                found[name] = self._canonical(value, mark)
            elif name == "$ref" and isinstance(value, str):
                found[name] = mark(value)
            elif not self.silent(name):
                part = value if name in _DATA else self._canonical(value, mark, names=name in _NAMES)
                found[name] = in_any_order(part) if name in _UNORDERED and isinstance(part, list) else part
        return found

    def _marked(self, reference: str) -> str:
        """A reference with a digest of all that can be reached by it."""
        if reference not in self._digests:
            met: dict[str, str] = {}
            waiting = [reference]
            while waiting:
                known = waiting.pop()
                if known not in met:
                    met[known], below = self._read(known)
                    waiting += below
            text = _text(sorted(met.items()))
            self._digests[reference] = sha256(text.encode("ascii")).hexdigest()[:_DIGITS]
        return f"{reference} {self._digests[reference]}"

    def _read(self, reference: str) -> tuple[str, frozenset[str]]:
        """The text of what a reference leads to, and the references in it."""
        if reference not in self._plain:
            below: set[str] = set()

            def mark(inner: str) -> str:
                below.add(inner)
                return inner

            text = _text(self._canonical(_led_to(self.tree, reference), mark))
            self._plain[reference] = text, frozenset(below)
        return self._plain[reference]


class Contents:
    """The contents of two documents side by side."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any], *, reads: bool) -> None:
        self.old, self.new = Content(old, reads=reads), Content(new, reads=reads)
        self._marks: dict[int, tuple[Any, frozenset[str], int]] = {}
        self._moved: frozenset[str] | None = None

    @staticmethod
    def of(old: dict[str, Any], new: dict[str, Any], *, reads: bool) -> Contents:
        """Those of two trees, made once for all their operations."""
        key = id(old), id(new), reads
        if key not in _KEPT:
            while len(_KEPT) >= _MOST_KEPT:
                _KEPT.pop(next(iter(_KEPT)))
            _KEPT[key] = Contents(old, new, reads=reads)
        return _KEPT[key]

    def same(self, old: Any, new: Any) -> bool:
        """An old and a new node say the same to the letter, and so does all that they refer to."""
        if old is new and self.old.tree is self.new.tree:
            return True
        if old != new:
            return False
        _, references, booleans = self._marked(old)
        return booleans == self._marked(new)[2] and not references & self._changed()

    def _changed(self) -> frozenset[str]:
        """The references that lead to something else, directly or by others."""
        if self._moved is None:
            trees = self.old.tree, self.new.tree
            waiting = list(self._marked(trees[0])[1])
            known, users, moved = set(waiting), dict[str, set[str]](), set[str]()
            while waiting:
                reference = waiting.pop()
                nodes = [_led_to(tree, reference) for tree in trees]
                (_, inside, booleans), other = (self._marked(node) for node in nodes)
                if nodes[0] != nodes[1] or booleans != other[2]:
                    moved.add(reference)
                for inner in inside:
                    users.setdefault(inner, set()).add(reference)
                waiting += inside - known
                known |= inside
            spread = list(moved)
            while spread:
                fresh = users.get(spread.pop(), set()) - moved
                moved |= fresh
                spread += fresh
            self._moved = frozenset(moved)
        return self._moved

    def _marked(self, node: Any) -> tuple[Any, frozenset[str], int]:
        """A node with the references in it, and how many booleans: to Python `true` is 1."""
        known = self._marks.get(id(node))
        if known is None:
            leaves = list(_leaves(node))
            references = frozenset(leaf for leaf in leaves if isinstance(leaf, str))
            known = self._marks[id(node)] = node, references, sum(isinstance(leaf, bool) for leaf in leaves)
        return known


def _leaves(node: Any) -> Iterator[str | bool]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            reference = found.get("$ref")
            if isinstance(reference, str):
                yield reference
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
        elif isinstance(found, bool):
            yield found


def _led_to(tree: dict[str, Any], reference: str) -> Any:
    return found_at(tree, steps_of(reference)) if reference.startswith("#") else None


def in_any_order(values: list[Any]) -> list[Any]:
    """Values whose order says nothing, in one."""
    return sorted(values, key=_text)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
