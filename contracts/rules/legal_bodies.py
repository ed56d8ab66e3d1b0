"""Legal answers, made from a body's schema: built, held against it, and mended where it still breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import jsonschema_rs

from contracts.model.contract import Body
from contracts.model.document import Document, Steps, reached
from contracts.model.frozen import frozen
from contracts.model.json import Json, pointer
from contracts.rules.error_paths import node_of
from contracts.rules.instance import ABSENT, replaced, value_at
from contracts.rules.places import Node, Part, Place, or_null, reach, whole_of
from contracts.rules.samples import scalar
from contracts.rules.validators import Error, Undecided, Validators, standalone

_NOTHING: Json = ABSENT
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


def legal_part(document: Document, place: Place, where: Steps | None = None, *, full: bool = True) -> Json:
    """A small value for one place of a body, not held against anything; `where` is an alternative that it is to take.

    With all that may be there where it is to be `full`. Raises NoAnswer.
    """
    way = _WAYS[0] if full else _Way(full=False, shown=True, pick=0)
    return _Maker(document.answers, way, where).value([*place.parts], frozenset(), 1)


def legal_body(document: Document, validators: Validators, body: Body) -> Json:
    """A small legal answer, with all that the schema describes where that can be. Raises NoAnswer."""
    why = ""
    for way in _WAYS:
        try:
            root = Part(node=reached(document.answers, body.at), at=body.at)
            made = _Maker(document.answers, way).value([root], frozenset(), 0)
            return mended(document, validators, body.at, made)
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
    """Builds values from what schemas say; `wanted` is an alternative that is to be taken."""

    def __init__(self, tree: Node, way: _Way, wanted: Steps | None = None) -> None:
        self.tree, self.way, self.wanted = tree, way, wanted

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
        first: Json = listed[0] if isinstance(listed, list) and listed else whole.get("default", ABSENT)
        if not self.way.shown or first is ABSENT or first is None or isinstance(first, dict | list):
            return _NOTHING
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
                if self.wanted and self.wanted[:-1] == (*at, keyword):
                    chosen = int(self.wanted[-1])
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


def mended(document: Document, validators: Validators, at: Steps, body: Json) -> Json:
    """The body, mended error by error. Raises NoAnswer."""
    seen: list[Json] = []
    for _ in range(_ROUNDS):
        try:
            errors = validators.fast_errors(at, body)
        except Undecided:
            raise NoAnswer("no validator comes to a verdict about it") from None
        if not errors:
            return body
        seen.append(body)
        error = _innermost(max(errors, key=lambda one: len(one.place)))
        for change in _mends(document, at, error):
            changed = _changed(body, error.place, change)
            if changed is not ABSENT and changed not in seen:
                body = changed
                break
        else:
            raise NoAnswer(f"`{error.path[-1]}` at {pointer(error.place) or 'the top'} isn't met")
    raise NoAnswer("it can't be mended")


def _innermost(error: Error) -> Error:
    """The error to mend first: of a choice, the one of the alternative that has the fewest."""
    while error.inner:
        nearest = min((one for one in error.inner if one), key=len, default=None)
        if nearest is None:
            break
        error = max(nearest, key=lambda one: len(one.place))
    return error


_Change = Callable[[Any], Json]


def _mends(document: Document, at: Steps, error: Error) -> Iterator[_Change]:
    """Ways to mend the value where an error is, the most sparing first: each gives a new one, `ABSENT` to leave it out.

    A way that is none raises NoAnswer, KeyError or TypeError.
    """
    keyword, node = error.path[-1], node_of(document.answers, at, error.path)
    if not isinstance(node, dict):
        return
    if error.unknown:
        yield lambda holder: {name: value for name, value in holder.items() if name not in error.unknown}
    makers = [_Maker(document.answers, way) for way in _FRESH]
    for maker in makers if error.missing else ():
        yield partial(_completed, maker, node, error.missing)
    if keyword == "uniqueItems":
        yield lambda items: items[:1]
    if keyword == "maxItems":
        yield lambda items: items[: node["maxItems"]]
    if keyword == "oneOf" and not error.inner:
        for position in range(_MOST_NAMES):
            yield partial(_without, position)
    for maker in makers:
        yield partial(_anew, maker, node)
    yield lambda _: ABSENT


_FRESH = (_Way(full=False, shown=False, pick=0), _Way(full=True, shown=False, pick=1))
_MOST_NAMES = 6


def _completed(maker: _Maker, node: Node, missing: tuple[str, ...], holder: Any) -> Json:
    inner = node.get("properties", {})
    made: dict[str, Json] = {name: _anew(maker, inner.get(name, {}), None) for name in missing}
    return {**holder, **made}


def _anew(maker: _Maker, node: Node, _old: Json) -> Json:
    return maker.value([Part(node=node, at=())], frozenset(), _DEEPEST)


def _without(position: int, holder: Any) -> Json:
    gone = [*holder][position] if isinstance(holder, dict) and len(holder) > position else None
    if gone is None:
        raise NoAnswer("nothing is left to leave out")
    return {name: value for name, value in holder.items() if name != gone}


def _changed(body: Json, place: tuple[str | int, ...], change: _Change) -> Json:
    """The body with the value at a place changed, or left out; `ABSENT` where that can't be."""
    try:
        new = change(value_at(body, place))
        if new is ABSENT and (not place or isinstance(place[-1], int)):
            return _NOTHING
        changed: Json = replaced(body, place, new)
    except (KeyError, IndexError, TypeError, AttributeError, NoAnswer):
        return _NOTHING
    return changed
