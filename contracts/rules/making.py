"""Legal answers, made from a body's schema: built, held against it, and mended where it still breaks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import jsonschema_rs

from contracts.model.contract import Body
from contracts.model.document import Document, Steps, reached
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.rules.keeping import scalar
from contracts.rules.paths import assertion
from contracts.rules.places import ABSENT
from contracts.rules.spots import Node, Part, Spot, or_null, reach, whole_of
from contracts.rules.validators import Error, Undecided, Validators, standalone

_DEEPEST = 12
"""So deep an answer is filled with what it may leave out."""
_ROUNDS = 40
_MOST_ITEMS = 50


class NoAnswer(Exception):
    """No legal answer is known; the text says why."""


@frozen
class _Way:
    """How to build: with everything that may be there, with what the document shows, and which alternative first."""

    full: bool
    shown: bool
    pick: int


_WAYS = tuple(
    _Way(full=full, shown=shown, pick=pick) for full, shown, pick in product((True, False), (True, False), range(3))
)


def legal_part(document: Document, validators: Validators, body: Body, spot: Spot) -> Json:
    """A small value for one place of a body, not held against anything. Raises NoAnswer."""
    maker = _Maker(document.answers, validators, body.at, _WAYS[0])
    return maker.value([*spot.parts], frozenset(), 1)


def legal_body(document: Document, validators: Validators, body: Body) -> Json:
    """A small legal answer, with all that the schema describes where that can be. Raises NoAnswer."""
    why = ""
    for way in _WAYS:
        try:
            made = _Maker(document.answers, validators, body.at, way).make()
            return _mended(document, validators, body.at, made)
        except (NoAnswer, RecursionError) as error:
            why = why or str(error) or "it nests without end"
    if _unsatisfiable(document, body.at):
        raise NoAnswer("no answer can keep the schema: it contradicts itself")
    raise NoAnswer(f"none of {len(_WAYS)} ways to build one keeps the schema ({why})")


def _unsatisfiable(document: Document, at: Steps) -> bool:
    try:
        verdict = jsonschema_rs.canonicalize(standalone(document.answers, at)).satisfiability()
    except Exception:  # noqa: BLE001  a proof that can't be had is none
        return False
    return str(verdict) == "no"


class _Maker:
    def __init__(self, tree: Node, validators: Validators, at: Steps, way: _Way) -> None:
        self.tree, self.validators, self.at, self.way = tree, validators, at, way

    def make(self) -> Json:
        return self.value([Part(node=reached(self.tree, self.at), at=self.at)], frozenset(), 0)

    def value(self, given: list[Part], entered: frozenset[str], depth: int) -> Json:
        if depth > 4 * _DEEPEST:
            raise NoAnswer("it nests without end")
        parts, entered = self.holding(given, entered)
        whole = whole_of(parts)
        shown = self.shown(whole)
        if shown is not ABSENT:
            return shown
        kind = _kind(whole)
        if kind == "object" and "enum" not in whole and "const" not in whole:
            return self.object(parts, whole, entered, depth)
        if kind == "array" and "enum" not in whole and "const" not in whole:
            return self.array(parts, whole, entered, depth)
        return scalar(whole, kind)

    def shown(self, whole: Node) -> Json:
        """What the document gives as an example here, if that is asked for and is no container."""
        listed = whole.get("examples")
        first = listed[0] if isinstance(listed, list) and listed else whole.get("default", ABSENT)
        if not self.way.shown or first is ABSENT or first is None or isinstance(first, dict | list):
            return ABSENT
        return first

    def holding(self, given: list[Part], entered: frozenset[str]) -> tuple[list[Part], frozenset[str]]:
        """All that holds here, one alternative of each choice taken."""
        parts: list[Part] = []
        for part in given:
            more, entered = reach(self.tree, part, entered)
            parts += more
        position = 0
        while position < len(parts):
            node, at = parts[position].node, parts[position].at
            position += 1
            for keyword in ("oneOf", "anyOf"):
                options = node.get(keyword)
                if not isinstance(options, list) or (or_null(node) or ("",))[0] == keyword:
                    continue
                chosen = self.chosen(options)
                more, entered = reach(self.tree, Part(node=options[chosen], at=(*at, keyword, chosen)), entered)
                parts += more
            if "if" in node and isinstance(node.get("then"), dict):
                for keyword in ("if", "then"):
                    more, entered = reach(self.tree, Part(node=node[keyword], at=(*at, keyword)), entered)
                    parts += [
                        Part(node={name: one for name, one in part.node.items() if name != "type"}, at=part.at)
                        for part in more
                    ]
        return parts, entered

    def chosen(self, options: list[Any]) -> int:
        solid = [
            at for at, option in enumerate(options) if not (isinstance(option, dict) and option.get("type") == "null")
        ]
        return solid[self.way.pick % len(solid)] if solid else 0

    def object(self, parts: list[Part], whole: Node, entered: frozenset[str], depth: int) -> Json:
        made: dict[str, Json] = {}
        needed = [*whole.get("required", ())]
        below: dict[str, list[Part]] = {}
        for part in parts:
            for name, inner in part.node.get("properties", {}).items():
                if isinstance(inner, dict):
                    below.setdefault(name, []).append(Part(node=inner, at=(*part.at, "properties", name)))
        rest = next((part for part in parts if isinstance(part.node.get("additionalProperties"), dict)), None)
        others = [Part(node=rest.node["additionalProperties"], at=(*rest.at, "additionalProperties"))] if rest else []
        for name in dict.fromkeys((*below, *needed)):
            if name in needed or (self.way.full and depth < _DEEPEST):
                returns = any(str(part.node.get("$ref")) in entered for part in below.get(name, ()))
                if name not in needed and returns:
                    continue
                try:
                    made[name] = self.value(below.get(name) or others or [Part(node={}, at=())], entered, depth + 1)
                except NoAnswer:
                    if name in needed:
                        raise
        wanted = max(whole.get("minProperties", 0), int(bool(others and not below and self.way.full)))
        while len(made) < wanted and len(made) < _MOST_ITEMS:
            made[f"name{len(made) + 1}"] = self.value(others or [Part(node={}, at=())], entered, depth + 1)
        return made

    def array(self, parts: list[Part], whole: Node, entered: frozenset[str], depth: int) -> Json:
        first = next((part for part in parts if isinstance(part.node.get("prefixItems"), list)), None)
        made: list[Json] = []
        if first is not None:
            made = [
                self.value([Part(node=node, at=(*first.at, "prefixItems", at))], entered, depth + 1)
                for at, node in enumerate(first.node["prefixItems"])
            ]
        items = [
            Part(node=p.node["items"], at=(*p.at, "items")) for p in parts if isinstance(p.node.get("items"), dict)
        ]
        least = whole.get("minItems", 0)
        size = max(least, min(1, whole.get("maxItems", 1)) if self.way.full and depth < _DEEPEST else 0)
        if any(part.node.get("items") is False for part in parts):
            size = least
        try:
            while len(made) < min(size, _MOST_ITEMS):
                made.append(self.value(items or [Part(node={}, at=())], entered, depth + 1))
        except NoAnswer:
            if len(made) < least:
                raise
        return made


def _kind(whole: Node) -> str:
    """The type to build: the first that isn't null, else what the keywords speak of."""
    types = whole.get("type")
    for name in [types] if isinstance(types, str) else types or ():
        if name != "null":
            return str(name)
    if types:
        return "null"
    for name, keywords in _SPEAKS.items():
        if keywords & whole.keys():
            return name
    return "string"


_SPEAKS = {
    "object": frozenset({"properties", "required", "additionalProperties", "minProperties", "patternProperties"}),
    "array": frozenset({"items", "prefixItems", "minItems", "contains"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
}


def _mended(document: Document, validators: Validators, at: Steps, body: Json) -> Json:
    """The body, mended error by error. Raises NoAnswer."""
    body = copy.deepcopy(body)
    seen: list[Json] = []
    for _ in range(_ROUNDS):
        try:
            errors = validators.fast_errors(at, body)
        except Undecided:
            raise NoAnswer("no validator comes to a verdict about it") from None
        if not errors:
            return body
        error = max(errors, key=lambda one: len(one.place))
        told = assertion(document.answers, at, error.path)
        seen.append(copy.deepcopy(body))
        for mend in _mends(document, validators, told, _innermost(error)):
            changed = mend(copy.deepcopy(body))
            if changed is not ABSENT and changed not in seen:
                body = changed
                break
        else:
            raise NoAnswer(f"`{told.keyword}` at {'/'.join(map(str, error.place)) or 'the top'} isn't met")
    raise NoAnswer("it can't be mended")


def _innermost(error: Error) -> Error:
    """The error to mend first: of a choice, the one of the alternative that has the fewest."""
    while error.inner:
        nearest = min((one for one in error.inner if one), key=len, default=None)
        if nearest is None:
            break
        error = max(nearest, key=lambda one: len(one.place))
    return error


def _mends(document: Document, validators: Validators, told: Any, error: Error) -> Iterator[Callable[[Any], Json]]:
    """Ways to mend an error, the most sparing first; each changes a body of its own, or gives `ABSENT`."""
    keyword = error.path[-1]
    node = _node(document.answers, told, error)
    if error.unknown:
        yield lambda body: _at(
            body, error.place, lambda holder: {k: v for k, v in holder.items() if k not in error.unknown}
        )
    if error.missing:
        inner = node.get("properties", {}) if isinstance(node, dict) else {}
        for way in _WAYS[::3]:
            maker = _Maker(document.answers, validators, told.at, way)

            def add(holder: Any, maker: _Maker = maker) -> Json:
                more = {
                    name: maker.value([Part(node=inner.get(name, {}), at=())], frozenset(), _DEEPEST)
                    for name in error.missing
                }
                return holder | more

            yield lambda body, add=add: _at(body, error.place, add)
    if keyword in {"uniqueItems", "maxItems"}:
        most = node.get("maxItems", 1) if isinstance(node, dict) else 1
        yield lambda body: _at(
            body, error.place, lambda items: items[: min(most, 1)] if keyword == "uniqueItems" else items[:most]
        )
    if keyword == "oneOf" and not error.inner:
        for step in range(6):
            yield lambda body, step=step: _at(body, error.place, lambda holder: _without(holder, step))
    if isinstance(node, dict):
        for way in (_Way(full=False, shown=False, pick=0), _Way(full=True, shown=False, pick=1)):
            maker = _Maker(document.answers, validators, told.at, way)

            def anew(_old: Any, maker: _Maker = maker) -> Json:
                return maker.value([Part(node=node, at=())], frozenset(), _DEEPEST)

            yield lambda body, anew=anew: _at(body, error.place, anew)
    yield lambda body: _at(body, error.place, lambda _: ABSENT)


def _without(holder: Any, step: int) -> Json:
    if isinstance(holder, dict) and len(holder) > step:
        name = [*holder][step]
        return {key: value for key, value in holder.items() if key != name}
    raise NoAnswer


def _node(tree: Any, told: Any, error: Error) -> Any:
    """The schema that holds the keyword of an error, which may lie deeper than where it is told."""
    node: Any = told.node
    length = len(error.path)
    for start in range(length):
        if error.path[start] == told.keyword or start == length - 1:
            rest = error.path[start:-1]
            for step in rest:
                if step == "$ref" and isinstance(node, dict):
                    from contracts.model.document import steps_of

                    node = reached(tree, steps_of(str(node["$ref"])))
                elif (isinstance(node, dict) and step in node) or (isinstance(node, list) and isinstance(step, int) and step < len(node)):
                    node = node[step]
                else:
                    return told.node
            return node
    return told.node


def _at(body: Any, place: tuple[str | int, ...], change: Callable[[Any], Json]) -> Json:
    """The body with the value at a place changed, or taken away; `ABSENT` where that can't be."""
    try:
        if not place:
            return change(body)
        holder = body
        for step in place[:-1]:
            holder = holder[step]
        new = change(holder[place[-1]])
        if new is ABSENT:
            del holder[place[-1]]
        else:
            holder[place[-1]] = new
    except (KeyError, IndexError, TypeError, NoAnswer):
        return ABSENT
    return body
