"""From the path that a validator's error took to the keyword that it breaks, whichever validator found it.

A path holds the keywords, names and positions that were gone through, `$ref` where a reference was followed. What is
said inside a condition, an alternative or a negation is a matter of that keyword, which is one assertion.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.model.document import Steps, reached, steps_of
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, MAP, Path
from contracts.rules.places import or_null

_NAMED = {"properties": "{}", "patternProperties": "{{{}}}", "prefixItems": "[{}]"}
_PLAIN = {"items": ITEM, "additionalProperties": MAP}
_WHOLE = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}
"""What an error of such a keyword, or from inside it, is told under."""


@frozen
class Assertion:
    """A keyword at a place: `node` holds it, at `at` in the document; `place` is where in the body it speaks of.

    `depth` is how many steps into the body that place is.
    """

    keyword: str
    place: Path
    node: Any
    at: Steps
    depth: int


def assertion(tree: Any, root: Steps, path: Iterable[Any]) -> Assertion:
    """What an error is about whose path begins at the schema at `root`."""
    walk = _Walk(tree, root)
    steps = [*path]
    while len(steps) > 1 and walk.go(steps):
        pass
    keyword = str(steps[0])
    return Assertion(
        keyword=_WHOLE.get(keyword, keyword), place=tuple(walk.place), node=walk.node, at=walk.at, depth=walk.depth
    )


def node_of(tree: Any, root: Steps, path: Iterable[Any]) -> Any:
    """The schema that holds the last keyword of an error's path, however deep within conditions; None if it is lost."""
    node = reached(tree, root)
    for step in [*path][:-1]:
        if step == "$ref" and isinstance(node, dict):
            node = reached(tree, steps_of(str(node["$ref"])))
        elif (isinstance(node, dict) and step in node) or (isinstance(node, list) and isinstance(step, int)):
            node = node[step]
        else:
            return None
    return node


class _Walk:
    """Follows a path through the document for as long as it stays outside of conditions and alternatives."""

    def __init__(self, tree: Any, root: Steps) -> None:
        self.tree, self.node, self.at = tree, reached(tree, root), root
        self.place: list[str] = []
        self.depth = 0
        self.entered: list[tuple[Steps, int]] = [(root, 0)]

    def go(self, steps: list[Any]) -> bool:
        """Takes the next steps off the path, if they lead on to another schema."""
        step = steps[0]
        below = self.node.get(step) if isinstance(self.node, dict) else None
        if below is None:
            return False
        if step == "$ref" and str(below).startswith("#"):
            self.enter(steps_of(str(below)))
            del steps[0]
        elif step in _NAMED and len(steps) > 2:  # noqa: PLR2004  the keyword, the name, and what is said there
            name = steps[1]
            self.down(name if step == "properties" else _NAMED[step].format(name), below[name], (step, name))
            del steps[:2]
        elif step in _PLAIN and isinstance(below, dict):
            self.down(_PLAIN[step], below, (step,))
            del steps[0]
        elif len(steps) > 2 and (step == "allOf" or self.or_null(steps)):  # noqa: PLR2004
            self.node, self.at = below[steps[1]], (*self.at, step, steps[1])
            del steps[:2]
        else:
            return False
        return True

    def or_null(self, steps: list[Any]) -> bool:
        """True where the next steps lead into the one alternative beside a plain null."""
        return steps[0] in {"anyOf", "oneOf"} and or_null(self.node) == (steps[0], steps[1])

    def down(self, name: str, node: Any, steps: Steps) -> None:
        self.place.append(name)
        self.depth += 1
        self.node, self.at = node, (*self.at, *steps)

    def enter(self, target: Steps) -> None:
        """Follows a reference; where its definition was entered before, the place is the one that it had there."""
        known = next((index for index, (entered, _) in enumerate(self.entered) if entered == target), None)
        if known is None:
            self.entered.append((target, len(self.place)))
        else:
            del self.place[self.entered[known][1] :]
            del self.entered[known + 1 :]
        self.node, self.at = reached(self.tree, target), target
