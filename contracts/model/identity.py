"""What makes two contracts the same one: everything they promise, but not how or where it is written."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from contracts.model.contract import Contract
from contracts.model.document import found_at, reached, steps_of

_WORDING = frozenset(
    """description summary title page line operationId tags externalDocs x-contract $comment deprecated""".split()
)
_NAMES = frozenset(
    {"properties", "patternProperties", "$defs", "responses", "content", "headers", "examples", "x-rules"}
)
"""What holds names, the vendor's own or of kinds of rules, none of which is wording."""
_DATA = frozenset({"example", "enum", "const", "default"})

DIGITS = 32


def digest(contract: Contract) -> str:
    """32 hex digits over an operation and all that it refers to: equal for equal promises, on every machine."""
    _ = contract.rules  # which settles how the document is read
    tree = contract.document.tree
    item, operation = reached(tree, contract.at[:-1]), reached(tree, contract.at)
    found: dict[str, Any] = {
        "operation": f"{contract.operation} {contract.server}",
        "parameters": _without_wording(item.get("parameters", [])),
        "security": tree.get("security"),
        "schemes": _without_wording(_schemes(tree, operation)),
        "": _without_wording(operation),
    }
    waiting = [found[""], found["parameters"]]
    while waiting:
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference.startswith("#") and reference not in found:
            found[reference] = _without_wording(found_at(tree, steps_of(reference)))
            waiting.append(found[reference])
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode("ascii")).hexdigest()[:DIGITS]


def fingerprint(*parts: str) -> str:
    """16 hex digits that name something by what makes it the same one."""
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _schemes(tree: Any, operation: Any) -> dict[str, Any]:
    """The security schemes that an operation asks for, by name."""
    components = tree.get("components")
    known = components.get("securitySchemes") if isinstance(components, dict) else None
    wanted = operation.get("security", tree.get("security"))
    names = {name for one in wanted if isinstance(one, dict) for name in one} if isinstance(wanted, list) else set()
    return {name: known[name] for name in sorted(names) if name in known} if isinstance(known, dict) else {}


def _without_wording(part: Any, *, names: bool = False) -> Any:
    if isinstance(part, list):
        return [_without_wording(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        name: value if name in _DATA and not names else _without_wording(value, names=name in _NAMES and not names)
        for name, value in part.items()
        if names or name not in _WORDING
    }
