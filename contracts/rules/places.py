"""The places of a body, listed from its schema: what stands at each, references and `allOf` followed, nothing copied.

A place is names, `[]` for the elements of an array, `[0]` for one of its first, `{}` for the values of a map. Where a
definition returns inside itself its places are those where it was first met, so a listing ends. An alternative of
`anyOf` or `oneOf` is a matter of that keyword, but for the plain "or null", which is a part of the type.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from contracts.model.contract import Field
from contracts.model.document import Steps, reached, reference_to, steps_of
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, MAP, Json, Path, as_mapping, as_text

MOST = 2_000
"""So many places of one body are listed; one beyond is judged as well, and never shown as observed."""

_DEEPEST = 60
_WIDEST = 200

Node = dict[str, Any]


@frozen
class Part:
    """A schema that holds at a place, where it stands in the document, and the references that led to it."""

    node: Node
    at: Steps
    entered: frozenset[str] = frozenset()


@frozen
class Place:
    """One place of a body: all the schemas that hold there, and `order`, by which a reader meets it."""

    at: Path
    parts: tuple[Part, ...]
    null: bool
    order: tuple[int, ...]


def field_of(place: Place, target: str) -> Field:
    """A place with what is said of it in words, and what promises nothing."""
    told = next((part.node["description"] for part in place.parts if "description" in part.node), "")
    noted: Json = next((part.node["x-annotations"] for part in place.parts if "x-annotations" in part.node), {})
    return Field(at=place.at, target=target, description=as_text(told), annotations=as_mapping(noted))


def is_null(node: Any) -> bool:
    """True where a schema is "or null" and nothing else."""
    return isinstance(node, dict) and node.get("type") == "null"


def or_null(node: Node) -> tuple[str, int] | None:
    """Keyword and position of the alternative beside a plain null; None where a node is no "or null"."""
    for keyword in ("anyOf", "oneOf"):
        options = node.get(keyword)
        if isinstance(options, list) and len(options) == 2 and sum(map(is_null, options)) == 1:  # noqa: PLR2004
            return keyword, 0 if is_null(options[1]) else 1
    return None


def reach(tree: Node, part: Part, entered: frozenset[str]) -> tuple[list[Part], frozenset[str]]:
    """All that holds where a schema does, itself first, and the references that were followed for it so far."""
    found = _Reach(tree)
    found.add(part.node, part.at, entered)
    return found.parts, entered.union(*(part.entered for part in found.parts))


class _Reach:
    """What holds at one place beside the schema that names it."""

    def __init__(self, tree: Node) -> None:
        self.tree = tree
        self.parts: list[Part] = []
        self.null = False

    def add(self, node: Any, at: Steps, entered: frozenset[str], depth: int = 0) -> None:
        if not isinstance(node, dict) or depth > _DEEPEST or len(self.parts) >= _WIDEST:
            return
        self.parts.append(Part(node=node, at=at, entered=entered))
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#") and reference not in entered:
            target = steps_of(reference)
            self.add(reached(self.tree, target), target, entered | {reference}, depth + 1)
        for position, part in enumerate(node.get("allOf", ())):
            self.add(part, (*at, "allOf", position), entered, depth + 1)
        wrapper = or_null(node)
        if wrapper is not None:
            self.null = True
            self.add(node[wrapper[0]][wrapper[1]], (*at, *wrapper), entered, depth + 1)


def places_of(tree: Node, root: Steps, most: int = MOST) -> tuple[Place, ...]:
    """The places of a body: the schema at `root` first, then what is below, the nearest `most` in document order.

    `tree` is the document as seen by the reader of this body.
    """
    found: dict[Path, Place] = {}
    waiting: deque[tuple[Path, Any, Steps, frozenset[str], tuple[int, ...]]] = deque()
    waiting.append(((), reached(tree, root), root, frozenset({reference_to(root)}), ()))
    while waiting and len(found) < most:
        at, node, steps, entered, order = waiting.popleft()
        reach = _Reach(tree)
        reach.add(node, steps, entered)
        known = found.get(at)
        parts = (*known.parts, *reach.parts) if known else tuple(reach.parts)
        place = Place(
            at=at, parts=parts, null=reach.null or bool(known and known.null), order=known.order if known else order
        )
        found[at] = place
        for position, (step, inner, where, before) in enumerate(below(reach.parts)):
            waiting.append(((*at, step), inner, where, before, (*place.order, position)))
    return tuple(sorted(found.values(), key=lambda place: place.order))


def below(parts: Iterable[Part]) -> Iterator[tuple[str, Any, Steps, frozenset[str]]]:
    """What is directly below a place: a step, the schema there, where it stands, and the references followed so far."""
    for part in parts:
        node, at, entered = part.node, part.at, part.entered
        for name, inner in node.get("properties", {}).items():
            yield name, inner, (*at, "properties", name), entered
        for pattern, inner in node.get("patternProperties", {}).items():
            yield f"{{{pattern}}}", inner, (*at, "patternProperties", pattern), entered
        if isinstance(node.get("additionalProperties"), dict):
            yield MAP, node["additionalProperties"], (*at, "additionalProperties"), entered
        for position, inner in enumerate(node.get("prefixItems", ())):
            yield f"[{position}]", inner, (*at, "prefixItems", position), entered
        if isinstance(node.get("items"), dict):
            yield ITEM, node["items"], (*at, "items"), entered


def inside(part: Part) -> Iterator[Part]:
    """The schemas that may hold where a part does."""
    for keyword in ("anyOf", "oneOf"):
        for position, option in enumerate(part.node.get(keyword, ())):
            if isinstance(option, dict):
                yield Part(node=option, at=(*part.at, keyword, position))
    for keyword in ("if", "then", "else"):
        if isinstance(part.node.get(keyword), dict):
            yield Part(node=part.node[keyword], at=(*part.at, keyword))
    for name, option in part.node.get("dependentSchemas", {}).items():
        if isinstance(option, dict):
            yield Part(node=option, at=(*part.at, "dependentSchemas", name))


def merged(place: Place) -> Node:
    """All that is said at a place as one node: types and listed values that all allow, the tightest bounds."""
    return whole_of(place.parts, null=place.null)


def whole_of(parts: Iterable[Part], *, null: bool = False) -> Node:
    """What several schemas say together as one node; `null` says that null is one more type."""
    whole: Node = {}
    for part in parts:
        for keyword, value in part.node.items():
            whole[keyword] = _MERGE.get(keyword, _first)(whole[keyword], value) if keyword in whole else value
    types = whole.get("type")
    if null and types is not None and "null" not in _listed(types):
        whole["type"] = [*_listed(types), "null"]
    return whole


def _listed(types: Any) -> list[str]:
    return [types] if isinstance(types, str) else list(types)


def _types(one: Any, other: Any) -> Any:
    first, second = _listed(one), _listed(other)
    kept = [name for name in first if name in second or (name == "integer" and "number" in second)]
    kept += [name for name in second if name == "integer" and "number" in first and name not in kept]
    return (kept[0] if len(kept) == 1 else kept) if kept else one


def _values(one: list[Json], other: list[Json]) -> list[Json]:
    return [value for value in one if value in other] or one


def _names(one: list[str], other: list[str]) -> list[str]:
    return [*dict.fromkeys((*one, *other))]


def _first(one: Any, _other: Any) -> Any:
    return one


_MERGE: dict[str, Any] = {
    "type": _types,
    "enum": _values,
    "required": _names,
    "properties": lambda one, other: other | one,
    "x-rules": lambda one, other: other | one,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
