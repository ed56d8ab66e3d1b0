"""An OpenAPI description in one normal form, 3.1, and what of it could not be read or was read as meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote

from contracts.model.frozen import frozen
from contracts.model.json import pointer, steps_of_pointer

Steps = tuple[str | int, ...]
"""A place in a document: names and positions from its root."""


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ONE_SCHEMA = frozenset(
    """items additionalProperties not if then else contains propertyNames unevaluatedProperties unevaluatedItems
    contentSchema""".split()
)
SCHEMA_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SCHEMA_MAP = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""The keywords that hold a schema, a list of them, and a mapping to them."""


@frozen
class Doubt:
    """A place of a document that contradicts itself or can't be read, and how it was taken."""

    at: Steps
    problem: str
    decided: str


@frozen
class Document:
    """One description. `name` is how messages call it; `tree` is its normal form, with references as `#/...` alone.

    `answers` and `requests` are the tree as seen by who reads an answer or writes a request: the same object where
    nothing in it is only for the other. `line` gives the 1-based line of a place, 0 where none is known.
    """

    name: str
    tree: dict[str, Any]
    answers: dict[str, Any]
    requests: dict[str, Any]
    doubts: tuple[Doubt, ...]
    line: Callable[[Steps], int]

    def resolved(self, node: Any) -> tuple[Any, Steps | None]:
        """The node that a reference leads to, through any number of them, and where that is; else the node itself."""
        at: Steps | None = None
        while isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#"):
            at = steps_of(node["$ref"])
            node = reached(self.tree, at)
        return node, at


def reached(tree: Any, steps: Steps) -> Any:
    """The value at a place. Raises KeyError where there is none."""
    for step in steps:
        if isinstance(tree, dict) and step in tree:
            tree = tree[step]
        elif isinstance(tree, list) and str(step).isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            raise KeyError(step)
    return tree


def found_at(tree: Any, steps: Steps) -> Any:
    """The value at a place; None where there is none."""
    try:
        return reached(tree, steps)
    except KeyError:
        return None


def as_written(names: Iterable[str], name: str) -> str:
    """A name as it is written among others, whatever its case is."""
    return next((other for other in names if str(other).upper() == name.upper()), name)


def steps_of(reference: str) -> Steps:
    """`#/components/schemas/A~1B` as its steps."""
    return steps_of_pointer(unquote(reference[1:]))


def reference_to(steps: Steps) -> str:
    """A place as a reference within its document, written as a URI fragment."""
    return "#" + quote(pointer(steps), safe="/~!$&'()*+,;=:@-._")


def shown(steps: Steps) -> str:
    """A place as messages show it."""
    return "#" + pointer(steps)
