"""Proofs that one schema admits all that another does, or doesn't."""

from __future__ import annotations

from typing import Any, Literal

import jsonschema_rs

from contracts.model.document import reached, steps_of
from contracts.rules.texts import IGNORED, WIDTHS

_MOST = 400
_DATA = frozenset({"enum", "const"})
_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas"})
_SILENT = frozenset(
    """title description summary example examples default deprecated externalDocs xml $comment $id $anchor $schema
    $dynamicAnchor discriminator readOnly writeOnly nullable""".split()
)
_PANICS = ("PanicException",)


class _TooLarge(Exception):
    """More than is asked about."""


Proof = Literal["yes", "no", "unknown"]


def covers(wide: tuple[dict[str, Any], list[Any]], narrow: tuple[dict[str, Any], list[Any]]) -> Proof:
    """A proof that `wide` admits all that `narrow` does, or doesn't; each is a tree and schemas that all hold.

    Nothing is known of large schemas, and where the two name other formats.
    """
    try:
        one, other = _Bundle(*wide), _Bundle(*narrow)
        if one.formats != other.formats:  # of a format that isn't known every text is one
            return "unknown"
        proof = _canonical(one.schema, "urn:wide").covers(_canonical(other.schema, "urn:narrow"))
    except BaseException as error:
        if type(error).__name__ in _PANICS or isinstance(error, Exception):  # the library's own, whatever it is
            return "unknown"
        raise
    said = str(proof)
    return "yes" if said == "yes" else "no" if said == "no" else "unknown"


def _canonical(schema: dict[str, Any], name: str) -> Any:
    return jsonschema_rs.canonicalize(schema, validate_formats=True, base_uri=name, draft=jsonschema_rs.Draft202012)


class _Bundle:
    """Schemas with all that they refer to, in one, without what asserts nothing."""

    def __init__(self, tree: dict[str, Any], roots: list[Any]) -> None:
        self._tree, self._count = tree, 0
        self._named: dict[str, str] = {}
        self._definitions: dict[str, Any] = {}
        self._formats: set[str] = set()
        self.schema: dict[str, Any] = {"allOf": [self._of(root) for root in roots], "$defs": self._definitions}
        self.formats = frozenset(self._formats)

    def _of(self, node: Any) -> Any:
        self._count += 1
        if self._count > _MOST:
            raise _TooLarge
        if isinstance(node, list):
            return [self._of(one) for one in node]
        if not isinstance(node, dict):
            return node
        found: dict[str, Any] = {}
        for name, value in node.items():
            if name in _SILENT or name.startswith("x-"):
                continue
            if name in _DATA:
                found[name] = value
            elif name == "$ref":
                found[name] = self._reference(value)
            elif name in _NAMES and isinstance(value, dict):
                found[name] = {one: self._of(inner) for one, inner in value.items()}
            else:
                found[name] = self._of(value)
        self._format(found)
        return found

    def _format(self, node: dict[str, Any]) -> None:
        known = node.get("format")
        if known in WIDTHS:
            half = WIDTHS[known]
            node |= {"minimum": max(node.get("minimum", -half), -half),
                     "maximum": min(node.get("maximum", half - 1), half - 1)}  # fmt: skip
            del node["format"]
        elif isinstance(known, str):
            self._formats.add(known)
            if known in IGNORED:
                del node["format"]

    def _reference(self, reference: str) -> str:
        if reference not in self._named:
            self._named[reference] = name = str(len(self._named))
            self._definitions[name] = {}
            self._definitions[name] = self._of(reached(self._tree, steps_of(reference)))
        return f"#/$defs/{self._named[reference]}"
