"""The body of success of any contract as one JSON Schema 2020-12 document that needs no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.model.contract import Contract
from contracts.model.document import ONE_SCHEMA, SCHEMA_LIST, SCHEMA_MAP, Steps, reached, reference_to, steps_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_PLAIN = frozenset(
    """type enum const format multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern
    maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired title
    description $comment default deprecated readOnly writeOnly contentEncoding contentMediaType""".split()
)
_DEFINITIONS = frozenset({"$defs", "definitions"})
"""What is referred to stands under `$defs` of the whole, whatever held it."""


def schema_document(contract: Contract) -> dict[str, Any]:
    """The body of success, `contract.main`, in standard keywords alone, and what it refers to under `$defs`.

    It asserts violations alone; what a rule of ours is called, and its sentence, stand beside what asserts it.
    """
    _ = contract.rules  # which settles how the document is read
    root = contract.bodies[contract.main].at
    bundle = _Bundle(contract.document.answers, root)
    body = bundle.schema(reached(contract.document.answers, root))
    head = {
        "$schema": DIALECT,
        "$id": f"{contract.slug}.schema.json",
        "title": contract.title,
        "$comment": f"{contract.operation} of {contract.server}, derived from {contract.page}",
    }
    told = {name: value for name, value in body.items() if name not in {"title", "$comment"}}
    definitions = bundle.definitions()
    return head | told | ({"$defs": definitions} if definitions else {})


class _Bundle:
    """Writes schemas, and gives each place that one refers to a name of its own."""

    def __init__(self, tree: dict[str, Any], root: Steps) -> None:
        self.tree = tree
        self.names: dict[Steps, str] = {}
        self.root = root

    def definitions(self) -> dict[str, Any]:
        """What was referred to, and what that refers to in turn."""
        found: dict[str, Any] = {}
        while len(found) < len(self.names):
            for at, name in [*self.names.items()][len(found) :]:
                found[name] = self.schema(reached(self.tree, at))
        return dict(sorted(found.items()))

    def schema(self, node: Any) -> Any:
        """A schema without what is no standard keyword."""
        if not isinstance(node, dict):
            return node
        out: dict[str, Any] = {}
        if "x-rule" in node and "title" in node:
            out |= {"title": node["title"], "$comment": _text(node["x-rule"], "summary")}
        if "description" in node:
            out["description"] = node["description"]
        records = _records(node)
        if records:
            told = (f"{_text(record, 'id')}: {_text(record, 'summary')}" for record in records.values())
            out["$comment"] = " ".join(told)
        for keyword, value in _violations(node, records).items():
            if keyword not in out:
                out |= self.keyword(keyword, value)
        return out

    def keyword(self, keyword: str, value: Any) -> dict[str, Any]:
        """One keyword of a schema, nothing for what is no standard one."""
        if keyword == "$ref" and isinstance(value, str):
            return {"$ref": self.reference(value)}
        if keyword in ONE_SCHEMA:
            return {keyword: self.schema(value)}
        if keyword in SCHEMA_LIST:
            return {keyword: [self.schema(one) for one in value]}
        if keyword in SCHEMA_MAP - _DEFINITIONS:
            return {keyword: {name: self.schema(one) for name, one in value.items()}}
        kept = keyword in _PLAIN or (keyword == "examples" and isinstance(value, list))
        return {keyword: value} if kept else {}

    def reference(self, value: str) -> str:
        """Where a reference of the document leads to here."""
        at = steps_of(value)
        if at == self.root:
            return "#"
        if at not in self.names:
            name = next(one for one in _numbered(str(at[-1])) if one not in self.names.values())
            self.names[at] = name
        return reference_to(("$defs", self.names[at]))


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}{number}"
        number += 1


def _records(node: Any) -> dict[str, Any]:
    """What a document of ours says of the rules of a node, by kind."""
    found = node.get("x-rules") if isinstance(node, dict) else None
    return found if isinstance(found, dict) else {}


def _text(record: Any, name: str) -> str:
    return str(record.get(name, "")) if isinstance(record, dict) else ""


def _violations(node: dict[str, Any], records: dict[str, Any]) -> dict[str, Any]:
    """A node without what is no violation to break: a weaker rule, and a null that an example doesn't show."""
    out = dict(node)
    for record in records.values():
        said = record.get("schema")
        if isinstance(said, dict) and _is_weak(record):
            out = {keyword: value for keyword, value in out.items() if keyword not in said}
        elif isinstance(said, dict) and "type" in said:
            types = said["type"]
            out["type"] = [*(types if isinstance(types, list) else [types]), "null"]
    below = node.get("properties", {})
    weak = {name for name in node.get("required", ()) if _is_weak(_records(below.get(name)).get("required"))}
    required = [name for name in node.get("required", ()) if name not in weak]
    entries = [one for one in node.get("allOf", ()) if not (isinstance(one, dict) and _is_weak(one.get("x-rule")))]
    for keyword, kept in (("required", required), ("allOf", entries)):
        if kept != out.get(keyword, []):
            out = {name: value for name, value in out.items() if name != keyword} | ({keyword: kept} if kept else {})
    return out


def _is_weak(record: Any) -> bool:
    return isinstance(record, dict) and record.get("level", "violation") != "violation"
