"""Random edits of real schemas: what admits more than before is never called harmless, and nothing is silent."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.commands.documents import read_document
from contracts.comparing.changes import compare
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.document import Document, reached, steps_of
from contracts.reading.openapi import contracts_of, document_of
from tests.comparing.tiny import ROWS
from tests.rules.synthetic import ROOT

SPECS = ROOT.parent / "shared" / "specs" / "public"
EDITS = 500
LARGEST = 150
SAMPLE: dict[str, Any] = {
    "Pet": {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": {"type": "integer", "format": "int32", "minimum": 1, "multipleOf": 2},
            "kind": {"type": "string", "enum": ["cat", "dog"]},
            "names": {"type": "array", "items": {"type": ["string", "null"], "maxLength": 9}, "minItems": 1},
            "born": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "toys": {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}},
            "home": {"oneOf": [{"$ref": "#/components/schemas/House"}, {"type": "string", "pattern": "^[a-z]+$"}]},
        },
    },
    "House": {
        "type": "object",
        "properties": {"rooms": {"type": "integer"}, "pets": {"type": "array", "uniqueItems": True}},
        "additionalProperties": False,
    },
}

Node = dict[str, Any]


def schemas() -> Iterator[dict[str, Any]]:
    """The definitions of the sample, and of each published description that is at hand."""
    yield SAMPLE
    for path in sorted(SPECS.glob("*")) if SPECS.is_dir() else ():
        try:
            document = read_document(Path(path))
        except Unusable:
            continue
        yield document.answers.get("components", {}).get("schemas", {})


def bundled(name: str, known: dict[str, Any]) -> dict[str, Any] | None:
    """A definition with all that it needs, None where that is much, or stands elsewhere."""
    tree = {"components": {"schemas": known}}
    found: dict[str, Any] = {}
    waiting, count = [name], 0
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found[one] = known.get(one, True)
        for node in nodes(found[one]):
            count += 1
            reference = node.get("$ref")
            if isinstance(reference, str):
                steps = steps_of(reference)
                if steps[:2] != ("components", "schemas") or len(steps) != 3:
                    return None
                reached(tree, steps)
                waiting.append(str(steps[2]))
        if count > LARGEST:
            return None
    return copy.deepcopy(found)


def nodes(schema: Any) -> Iterator[Node]:
    """Every schema in one."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword, value in schema.items():
        if keyword in {"properties", "patternProperties"} and isinstance(value, dict):
            for inner in value.values():
                yield from nodes(inner)
        elif keyword in {"anyOf", "oneOf", "allOf"} and isinstance(value, list):
            for inner in value:
                yield from nodes(inner)
        elif keyword in {"items", "additionalProperties", "not"}:
            yield from nodes(value)


def dropped(keyword: str) -> Callable[[random.Random, Node], bool]:
    """An edit that takes a keyword away."""

    def edit(_: random.Random, node: Node) -> bool:
        return node.pop(keyword, None) is not None

    return edit


def retyped(chance: random.Random, node: Node) -> bool:
    """Another type, or one more."""
    if not isinstance(node.get("type"), str):
        return False
    other = chance.choice(["string", "integer", "number", "boolean", "null", "array", "object"])
    node["type"] = chance.choice([other, [node["type"], other] if other != node["type"] else other])
    return True


def in_enum(chance: random.Random, node: Node) -> bool:
    """A listed value more or less."""
    if not isinstance(node.get("enum"), list) or not node["enum"]:
        return False
    node["enum"] = [*node["enum"], "zz"] if chance.random() < 0.5 else node["enum"][1:] or ["zz"]
    return True


def bounded(chance: random.Random, node: Node) -> bool:
    """A bound that is moved or new."""
    keyword = chance.choice(["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties"])
    node[keyword] = max(0, int(node.get(keyword, 5)) + chance.choice([-3, -1, 1, 4]))
    return True


def property_gone(chance: random.Random, node: Node) -> bool:
    """A property less."""
    if not node.get("properties"):
        return False
    name = chance.choice(sorted(node["properties"]))
    del node["properties"][name]
    return True


def property_new(_: random.Random, node: Node) -> bool:
    """A property more."""
    if "properties" not in node:
        return False
    node["properties"]["zebra"] = {"type": "integer"}
    return True


def required(chance: random.Random, node: Node) -> bool:
    """A name more or less that must be there."""
    names = sorted(node.get("properties", {}))
    if not names:
        return False
    name, listed = chance.choice(names), list(node.get("required", []))
    node["required"] = [one for one in listed if one != name] if name in listed else [*listed, name]
    return True


def shut(chance: random.Random, node: Node) -> bool:
    """Other names, allowed or not."""
    if "properties" not in node and node.get("type") != "object":
        return False
    node["additionalProperties"] = chance.choice([True, False, {"type": "string"}])
    return True


def alternatives(chance: random.Random, node: Node) -> bool:
    """An alternative more or less, or another order."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        if node.get(keyword):
            what = chance.randrange(3)
            if what == 0:
                node[keyword] = [*node[keyword], {"type": "boolean"}]
            elif what == 1 and len(node[keyword]) > 1:
                node[keyword] = node[keyword][1:]
            else:
                node[keyword] = node[keyword][::-1]
            return True
    return False


def wrapped(chance: random.Random, node: Node) -> bool:
    """The same, or null, in other words."""
    inner = dict(node)
    node.clear()
    node.update(chance.choice([{"allOf": [inner]}, {"anyOf": [inner, {"type": "null"}]}, {"oneOf": [inner]}]))
    return True


def patterned(chance: random.Random, node: Node) -> bool:
    """Another pattern, or the first one."""
    node["pattern"] = chance.choice(["^a", "^[a-z]*$", "x"])
    return True


EVERY = (
    retyped, in_enum, bounded, property_gone, property_new, required, shut, alternatives, wrapped, patterned,
    *map(dropped, ("type", "format", "enum", "items", "required", "additionalProperties", "pattern", "oneOf",
                   "anyOf", "maxLength", "minimum", "multipleOf", "uniqueItems", "minItems")),
)  # fmt: skip


def edited(chance: random.Random, tree: dict[str, Any]) -> dict[str, Any]:
    """The definitions with one random edit."""
    for _ in range(50):
        new = copy.deepcopy(tree)
        places = [node for schema in new.values() for node in nodes(schema)]
        if chance.choice(EVERY)(chance, chance.choice(places)) and new != tree:
            return new
    return tree


def whole(name: str, tree: dict[str, Any], *, sends: bool) -> Document:
    """A document of one operation that answers with a definition, or takes one."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/" + name.replace("~", "~0")}}}
    operation: Node = {"responses": {"200": {"description": ""} | ({} if sends else {"content": content})}}
    if sends:
        operation["requestBody"] = {"content": content}
    return document_of(
        {"openapi": "3.1.0", "paths": {"/x": {"post": operation}}, "components": {"schemas": tree}}, "edit.json"
    )


def hidden(tree: Node, node: Any, flag: str) -> bool:
    """Whether a property is only for the other side."""
    if not isinstance(node, dict):
        return False
    inner = [*node.get("allOf", ()), *(one for one in (*node.get("anyOf", ()), *node.get("oneOf", ())))]
    inner += [reached(tree, steps_of(node["$ref"]))] if isinstance(node.get("$ref"), str) else []
    return node.get(flag) is True or any(hidden(tree, one, flag) for one in inner)


def canonical(document: Document, name: str, where: str, *, sends: bool) -> Any:
    """A definition as the library reads it, in the view of who reads or sends it; None where it can't."""
    tree = copy.deepcopy(document.requests if sends else document.answers)
    for schema in tree["components"]["schemas"].values():
        for node in nodes(schema):
            for step, inner in node.get("properties", {}).items():
                if hidden(tree, inner, "readOnly" if sends else "writeOnly"):
                    node["properties"][step] = True
    try:
        return jsonschema_rs.canonicalize(
            {"$ref": f"#/components/schemas/{name}", "components": tree["components"]},
            base_uri=where,
            validate_formats=True,
        )
    except Exception:  # noqa: BLE001  whatever the library says of a schema
        return None


def harmless(old: Contract, new: Contract) -> bool:
    """Whether nothing is told, or only what changes nothing for a client."""
    return all(change.severity == "none" for change in compare(old, new, ROWS))


def test_an_edit_that_admits_more_is_never_harmless() -> None:
    """Of an answer that is no longer among the known ones, and of a request that is refused now, something is told.

    The proof is jsonschema-rs'; what it doesn't know proves nothing.
    """
    chance = random.Random(12)  # noqa: S311  no secret
    known = [(name, all_of) for all_of in schemas() for name in sorted(all_of)]
    made = proved = 0
    wrong = []
    while made < EDITS:
        name, all_of = chance.choice(known)
        old = bundled(name, all_of) if name.isidentifier() else None
        if old is None:
            continue
        new, sends = edited(chance, old), chance.random() < 0.5
        made += 1
        sides = [whole(name, tree, sends=sends) for tree in (old, new)]
        schemas_ = [
            canonical(document, name, f"urn:{side}", sends=sends)
            for document, side in zip(sides, ("old", "new"), strict=True)
        ]
        if None in schemas_:
            continue
        wide, narrow = schemas_ if not sends else schemas_[::-1]
        if str(wide.covers(narrow)) == "no":
            proved += 1
            if harmless(*(contracts_of(document)[0] for document in sides)):
                wrong.append((made, name, sends))
    assert wrong == []
    assert proved > EDITS / 8


@pytest.mark.parametrize("sends", [False, True])
def test_the_proof_can_tell(sends: bool) -> None:
    """A value more in an answer is no, one more in a request is yes: the witness sees direction as we do."""
    new = copy.deepcopy(SAMPLE)
    new["Pet"]["properties"]["kind"]["enum"].append("cow")
    sides = [whole("Pet", tree, sends=sends) for tree in (SAMPLE, new)]
    one, other = (
        canonical(document, "Pet", f"urn:{side}", sends=sends)
        for document, side in zip(sides, ("old", "new"), strict=True)
    )
    assert (str(one.covers(other)), str(other.covers(one))) == ("no", "yes")
    assert harmless(*(contracts_of(document)[0] for document in sides)) is sends
