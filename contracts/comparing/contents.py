"""The content of any part of a document as a value, to be told from another where its meaning isn't compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from contracts.model.document import reached, steps_of
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


class Contents:
    """The contents of one view of a document: as it `reads` an answer, or writes a request."""

    def __init__(self, tree: dict[str, Any], *, reads: bool) -> None:
        self.tree, self.reads = tree, reads
        self._also = _OF_ANSWERS if reads else _OF_REQUESTS
        self._plain: dict[str, tuple[str, frozenset[str]]] = {}
        self._digests: dict[str, str] = {}

    def silent(self, keyword: str) -> bool:
        """Whether a keyword promises nothing, or not by itself."""
        return keyword in _SILENT or keyword in self._also or keyword.startswith("x-")

    def of(self, node: Any, *, names: bool = False) -> Json:
        """A node's content, references followed by a digest of what they lead to; `names` says that its keys are names.

        Equal where all that can be reached from the node is equal, and called the same.
        """
        content: Json = self._canonical(node, self._marked, names=names)
        return content

    def said(self, keyword: str, value: Any) -> Json:
        """The content of what one keyword says."""
        content: Json = self._canonical({keyword: value}, self._marked)[keyword]
        return content

    def digest(self, node: Any) -> str:
        """A node's content as hex digits."""
        return _hashed(_text(self.of(node)), 2 * _DIGITS)

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
            self._digests[reference] = _hashed(_text(sorted(met.items())), _DIGITS)
        return f"{reference} {self._digests[reference]}"

    def _read(self, reference: str) -> tuple[str, frozenset[str]]:
        """The text of what a reference leads to, and the references in it."""
        if reference not in self._plain:
            below: set[str] = set()

            def mark(inner: str) -> str:
                below.add(inner)
                return inner

            try:
                node = reached(self.tree, steps_of(reference)) if reference.startswith("#") else None
            except KeyError:
                node = None
            self._plain[reference] = _text(self._canonical(node, mark)), frozenset(below)
        return self._plain[reference]


_KEPT: dict[tuple[int, bool], Contents] = {}
_MOST_KEPT = 8


def contents_of(tree: dict[str, Any], *, reads: bool) -> Contents:
    """The contents of one view of a document, made once for all its operations."""
    key = id(tree), reads
    if key not in _KEPT:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = Contents(tree, reads=reads)
    return _KEPT[key]


def in_any_order(values: list[Any]) -> list[Any]:
    """Values whose order says nothing, in one."""
    return sorted(values, key=_text)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _hashed(text: str, digits: int) -> str:
    return sha256(text.encode("ascii")).hexdigest()[:digits]
