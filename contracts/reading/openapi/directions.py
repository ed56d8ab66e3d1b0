"""A document as one side sees it: what only the other side has to send is not missed."""

from __future__ import annotations

from typing import Any

from contracts.model.document import reached, steps_of


def without(tree: dict[str, Any], flag: str) -> dict[str, Any]:
    """The tree with no property of a `flag` (`readOnly`, `writeOnly`) among the required; the rest is shared."""
    return _View(tree, flag).of(tree) or tree


class _View:
    def __init__(self, tree: dict[str, Any], flag: str) -> None:
        self.tree, self.flag = tree, flag
        self.seen: dict[int, Any] = {}

    def of(self, node: Any) -> Any:
        """A copy of the node, None where nothing in it changes."""
        if id(node) in self.seen:
            return self.seen[id(node)]
        self.seen[id(node)] = None
        changed: Any = None
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            inner = self.of(value) if isinstance(value, _CONTAINERS) else None
            if inner is not None:
                changed = node.copy() if changed is None else changed
                changed[key] = inner
        if (
            isinstance(node, dict)
            and isinstance(node.get("properties"), dict)
            and isinstance(node.get("required"), list)
        ):
            inner = node["properties"]
            kept = [one for one in node["required"] if not (isinstance(one, str) and self.flagged(inner.get(one), 0))]
            if len(kept) != len(node["required"]):
                changed = node.copy() if changed is None else changed
                changed["required"] = kept
        self.seen[id(node)] = changed
        return changed

    def flagged(self, node: Any, depth: int) -> bool:
        """True where a property is of the flag, by itself or by what it refers to."""
        if not isinstance(node, dict) or depth > _DEEPEST:
            return False
        if node.get(self.flag) is True:
            return True
        parts = [part for keyword in ("allOf", "anyOf", "oneOf") for part in node.get(keyword, ())]
        if len(parts) != 1 and "allOf" not in node:
            parts = []
        if str(node.get("$ref", "")).startswith("#/"):
            parts.append(reached(self.tree, steps_of(node["$ref"])))
        return any(self.flagged(part, depth + 1) for part in parts)


_DEEPEST = 20
_CONTAINERS = (dict, list)
