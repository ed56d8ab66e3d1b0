"""The types of a body, compiled from its schema: what can be decoded as them certainly keeps it.

They say less than the schema admits, never more: whole numbers written with a point, texts of a format in a rare form
and unknown names are refused, though they may be legal. Where no types can say a schema, the reason is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, Literal

from contracts.checking.sure_patterns import FORMATS, sure_pattern
from contracts.model.document import Steps, reached, steps_of
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.rules import KINDS
from contracts.rules.conditions import ConditionSide, side
from contracts.rules.json_types import is_type
from contracts.rules.places import is_null, or_null
from contracts.rules.texts import FORMATS as ASSERTED

_MOST = 3_000
"""So many places are compiled of one body, one for each way that leads there."""
_DEEPEST = 50
_SILENT = frozenset(
    """title description summary example examples default deprecated readOnly writeOnly externalDocs xml $comment
    discriminator nullable""".split()
)
"""What asserts nothing of an answer."""
_OF_TEXTS = frozenset({"minLength", "maxLength", "pattern", "format"})
_OF_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_OF_LISTS = frozenset({"items", "minItems", "maxItems"})
_OF_OBJECTS = frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"})
_KNOWN = (
    _OF_TEXTS | _OF_NUMBERS | _OF_LISTS | _OF_OBJECTS
    | {"type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "if", "then"}
)  # fmt: skip
_EVERY = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_LIST: Any = list
_MAP: Any = dict
_HALF = 2**63
_EXACT = 2.0**53


class NotTyped(Exception):
    """No types say what a schema says; the text says why."""


@frozen
class Condition:
    """What a place in an object has to be where another one is something."""

    when: ConditionSide
    then: ConditionSide

    @property
    def deeper(self) -> bool:
        """True where both are inside of one value."""
        return min(len(self.when.path), len(self.then.path)) > 1 and self.when.path[0] == self.then.path[0]


@frozen
class Typed:
    """What the values of a place are decoded as: the type, the classes of what comes out, and what is inside of each.

    Under `inside` are those classes that hold more values.
    """

    type: Any
    classes: frozenset[type]
    inside: dict[type, Record | Several | None]


@frozen
class Record:
    """An object with known names; the attribute of each is `f` and its number."""

    names: tuple[str, ...]
    fields: tuple[Typed, ...]
    conditions: tuple[Condition, ...]


@frozen
class Several:
    """A list or a map of any length."""

    each: Typed


def types_of(tree: dict[str, Any], at: Steps) -> Typed:
    """The types of the body whose schema stands at a place. Raises NotTyped."""
    compiler = _Compiler(tree)
    try:
        return compiler.typed([_Part(reached(tree, at))], ())
    except RecursionError:
        raise NotTyped("it nests too deep") from None
    except (ValueError, TypeError, KeyError, OverflowError) as error:  # what the library has no types for
        raise NotTyped(f"no types can say it ({error})") from None


class _Part:
    """A schema that holds at a place, for null too or for any other value alone; the references that led to it."""

    __slots__ = ("entered", "node", "spared")

    def __init__(self, node: Any, entered: frozenset[str] = frozenset(), *, spared: bool = False) -> None:
        self.node, self.spared, self.entered = node, spared, entered

    @property
    def types(self) -> frozenset[str]:
        """The types that it allows."""
        said = self.node.get("type")
        listed = _EVERY if said is None else frozenset({said} if isinstance(said, str) else said)
        null = {"null"} if self.spared else set()
        return listed | ({"integer"} if "number" in listed else set()) | null

    @property
    def values(self) -> list[Json] | None:
        """The values that it lists, None where it lists none."""
        if "const" in self.node:
            return [self.node["const"]]
        listed: list[Json] | None = self.node.get("enum")
        return listed

    @property
    def admits_null(self) -> bool:
        """True where null keeps it."""
        return self.spared or ("null" in self.types and (self.values is None or None in self.values))


class _Compiler:
    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree
        self._count = self._depth = 0

    def typed(self, given: list[_Part], conditions: tuple[Condition, ...]) -> Typed:
        self._count += 1
        if self._count > _MOST:
            raise NotTyped(f"it has more than {_MOST} places")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotTyped(f"it is deeper than {_DEEPEST} levels")
        found = self._typed(given, conditions)
        self._depth -= 1
        return found

    def _typed(self, given: list[_Part], conditions: tuple[Condition, ...]) -> Typed:
        parts: list[_Part] = []
        found = [*conditions]
        for one in given:
            parts += self._reach(one, found)
        types = frozenset.intersection(_EVERY, *(part.types for part in parts))
        null = all(part.admits_null for part in parts)
        lists = [part.values for part in parts if part.values is not None]
        if lists:
            return _listed(parts, lists, types, null=null)
        if types == _EVERY:
            types = _spoken_of(parts)
        if types == _EVERY:
            if found:
                raise NotTyped("`if` stands where anything may")
            return _anything(null=null)
        made = [*self._made(parts, types, tuple(found))]
        if null:
            made.append(Typed(type=None, classes=frozenset({NoneType}), inside={}))
        if not made:
            raise NotTyped("nothing can keep it")
        return _either(made)

    def _made(self, parts: list[_Part], types: frozenset[str], conditions: tuple[Condition, ...]) -> Iterator[Typed]:
        """One for each type but null."""
        if "string" in types:
            yield _plain(str, _text(parts))
        if "integer" in types or "number" in types:
            yield from _numbers(parts, fractions="number" in types)
        if "boolean" in types:
            yield _plain(bool, {})
        if "array" in types:
            yield self._list(parts)
        if "object" in types:
            yield self._object(parts, conditions)

    def _reach(self, part: _Part, conditions: list[Condition]) -> Iterator[_Part]:
        """All that holds where a schema does; conditions are added."""
        node = part.node
        if node is True:
            return
        if not isinstance(node, dict):
            raise NotTyped("nothing can keep it")
        unknown = [name for name in node if name not in _KNOWN and name not in _SILENT and name[:2] != "x-"]
        if unknown:
            raise NotTyped(f"`{unknown[0]}` is no matter of types")
        yield part
        inner = [(one, part.spared) for one in node.get("allOf", ())]
        wrapper = or_null(node)
        for keyword in ("anyOf", "oneOf"):
            if keyword in node:
                if wrapper is None or wrapper[0] != keyword:
                    raise NotTyped(f"`{keyword}` is no matter of types")
                inner.append((self._solid(part, *wrapper), True))
        for one, spared in inner:
            yield from self._reach(_Part(one, part.entered, spared=spared), conditions)
        if "$ref" in node:
            yield from self._reach(self._referred(part), conditions)
        if "if" in node:
            conditions.append(_condition(node))

    def _referred(self, part: _Part) -> _Part:
        reference = part.node["$ref"]
        if not isinstance(reference, str) or reference[:1] != "#":
            raise NotTyped("a reference leads elsewhere")
        if reference in part.entered:
            raise NotTyped(f"{reference} is met inside itself")
        return _Part(reached(self._tree, steps_of(reference)), part.entered | {reference}, spared=part.spared)

    def _solid(self, part: _Part, keyword: str, position: int) -> Any:
        """The other alternative of an "or null"; of `oneOf`, one that doesn't admit null itself."""
        solid, null = part.node[keyword][position], part.node[keyword][1 - position]
        if not is_null(null) or any(name in _KNOWN for name in null if name != "type"):
            raise NotTyped(f"`{keyword}` is no matter of types")
        if keyword == "oneOf":
            parts = [*self._reach(_Part(solid, part.entered), [])]
            if all(one.admits_null for one in parts):
                raise NotTyped("null keeps both alternatives of `oneOf`")
        return solid

    def _list(self, parts: list[_Part]) -> Typed:
        each = [_Part(part.node["items"], part.entered) for part in parts if "items" in part.node]
        inner = self.typed(each, ()) if each else _anything(null=True)
        said = _sizes(parts, "minItems", "maxItems")
        inside = {list: Several(each=inner)} if inner.inside else {}
        return Typed(type=_annotated(_LIST[inner.type], said), classes=frozenset({list}), inside={**inside})

    def _object(self, parts: list[_Part], conditions: tuple[Condition, ...]) -> Typed:
        below: dict[str, list[_Part]] = {}
        for part in parts:
            for name, inner in part.node.get("properties", {}).items():
                below.setdefault(name, []).append(_Part(inner, part.entered))
        rest = [part for part in parts if part.node.get("additionalProperties", True) is not True]
        needed = {name for part in parts for name in part.node.get("required", ())}
        if not below:
            return self._map(parts, rest, needed, conditions)
        describing = [part for part in parts if "properties" in part.node]
        if rest and (len(describing) > 1 or any("properties" not in part.node for part in rest)):
            raise NotTyped("`additionalProperties` speaks of names that another part describes")
        if any(keyword in part.node for part in parts for keyword in ("minProperties", "maxProperties")):
            raise NotTyped("the number of names is no matter of types")
        if not needed <= below.keys():
            raise NotTyped(f"a name that has to be there isn't described: {min(needed - below.keys())}")
        return self._record(below, needed, [one for one in conditions if one.when.path[0] in below])

    def _record(self, below: dict[str, list[_Part]], needed: set[str], conditions: list[Condition]) -> Typed:
        import msgspec

        deeper = [one for one in conditions if one.deeper]
        names: list[str] = []
        fields: list[Typed] = []
        described: list[Any] = []
        for name, inner in below.items():
            if any(part.node is False for part in inner):
                if name in needed:
                    raise NotTyped("nothing can keep it")
                continue  # as a name that isn't known
            field = self.typed(inner, tuple(_inner(one) for one in deeper if one.when.path[0] == name))
            kind: Any = field.type
            if name not in needed:
                kind = kind | msgspec.UnsetType
                field = Typed(type=kind, classes=field.classes | {msgspec.UnsetType}, inside=field.inside)
            described.append((f"f{len(names)}", kind) if name in needed else (f"f{len(names)}", kind, msgspec.UNSET))
            names.append(name)
            fields.append(field)
        made = msgspec.defstruct(
            "body", described, rename={f"f{number}": name for number, name in enumerate(names)},
            forbid_unknown_fields=True, kw_only=True, gc=False,
        )  # fmt: skip
        record = Record(
            names=tuple(names), fields=tuple(fields), conditions=tuple(one for one in conditions if not one.deeper)
        )
        return Typed(type=made, classes=frozenset({made}), inside={made: record})

    def _map(self, parts: list[_Part], rest: list[_Part], needed: set[str], conditions: tuple[Condition, ...]) -> Typed:
        if needed or conditions:
            raise NotTyped("names that have to be there aren't described")
        each = [_Part(part.node["additionalProperties"], part.entered) for part in rest]
        if any(part.node is False for part in each):
            raise NotTyped("no name may stand there")
        inner = self.typed(each, ()) if each else _anything(null=True)
        said = _sizes(parts, "minProperties", "maxProperties")
        return Typed(
            type=_annotated(_MAP[str, inner.type], said), classes=frozenset({dict}), inside={dict: Several(each=inner)}
        )


def _inner(one: Condition) -> Condition:
    """The same condition as who stands one name deeper says it."""
    when, then = one.when, one.then
    return Condition(
        when=ConditionSide(path=when.path[1:], values=when.values),
        then=ConditionSide(path=then.path[1:], values=then.values),
    )


def _condition(node: dict[str, Any]) -> Condition:
    says = KINDS["condition"].parse(node)
    if says is None:
        raise NotTyped("`if` asks more than one value for another")
    when, then = side(says, "when"), side(says, "then")
    if not all(value is None or type(value) in {str, int, bool} for value in (*when.values, *then.values)):
        raise NotTyped("`if` goes by values that aren't plain")
    return Condition(when=when, then=then)


def _either(made: list[Typed]) -> Typed:
    return Typed(
        type=reduce(or_, (one.type for one in made)),
        classes=frozenset[type]().union(*(one.classes for one in made)),
        inside={kind: inner for one in made for kind, inner in one.inside.items()},
    )


def _anything(*, null: bool) -> Typed:
    """Any value; what is inside is looked through."""
    if not null:
        raise NotTyped("anything but null is no type")
    plain = frozenset[type]({NoneType, bool, int, float, str, list, dict})
    return Typed(type=Any, classes=plain, inside={dict: None, list: None, float: None})


def _plain(kind: type, said: dict[str, Any]) -> Typed:
    return Typed(type=_annotated(kind, said), classes=frozenset({kind}), inside={})


def _annotated(kind: Any, said: dict[str, Any]) -> Any:
    import msgspec

    return Annotated[kind, msgspec.Meta(**said)] if said else kind


def _spoken_of(parts: Iterable[_Part]) -> frozenset[str]:
    """The types that keywords speak of where no type is said: a value of another one is left to the other judges."""
    keywords = {keyword for part in parts for keyword in part.node}
    spoken = {"object": _OF_OBJECTS, "array": _OF_LISTS, "string": _OF_TEXTS, "number": _OF_NUMBERS}
    if keywords & {"if"}:
        return frozenset({"object"})
    return next((frozenset({name}) for name, known in spoken.items() if known & keywords), _EVERY)


def _listed(parts: list[_Part], lists: list[list[Json]], types: frozenset[str], *, null: bool) -> Typed:
    """One of the values that every part lists."""
    if any(_says_more(part.node) for part in parts):
        raise NotTyped("more is said of values that are listed")
    kept = [[one for one in listed if one is not None and is_type(one, [*types])] for listed in lists]
    if not all(type(one) is str or (type(one) is int and -_HALF <= one < _HALF) for listed in kept for one in listed):
        raise NotTyped("values are listed that are neither texts nor whole numbers")
    values = [one for one in kept[0] if all(one in listed for listed in kept)]
    if not values and not null:
        raise NotTyped("nothing can keep it")
    classes = frozenset(map(type, values)) | ({NoneType} if null else frozenset())
    return Typed(type=Literal[tuple([*values, None] if null else values)], classes=classes, inside={})


def _says_more(node: dict[str, Any]) -> bool:
    more = (_OF_TEXTS | _OF_NUMBERS | {"if"}) & node.keys()
    return bool(more - {"format"}) or node.get("format") in ASSERTED


def _text(parts: list[_Part]) -> dict[str, Any]:
    patterns = {sure_pattern(part.node["pattern"]) for part in parts if "pattern" in part.node}
    formats = {part.node["format"] for part in parts if part.node.get("format") in ASSERTED}
    for name in sorted(formats):
        if name not in FORMATS:
            raise NotTyped(f"the format {name} is no matter of types")
        patterns.add(FORMATS[name])
    if None in patterns:
        raise NotTyped("a `pattern` may mean another thing here")
    if len(patterns) > 1:
        raise NotTyped("one text has several patterns")
    return _sizes(parts, "minLength", "maxLength") | ({"pattern": patterns.pop()} if patterns else {})


def _sizes(parts: Iterable[_Part], least: str, most: str) -> dict[str, Any]:
    lows = [part.node[least] for part in parts if least in part.node]
    highs = [part.node[most] for part in parts if most in part.node]
    if not all(type(size) is int and 0 <= size < _HALF for size in (*lows, *highs)):
        raise NotTyped("a size is no whole number")
    return ({"min_length": max(lows)} if lows else {}) | ({"max_length": min(highs)} if highs else {})


def _numbers(parts: Iterable[_Part], *, fractions: bool) -> Iterator[Typed]:
    """Whole numbers of 64 bits, and where they may have a fraction, such as every reader reads exactly."""
    said: dict[str, list[Any]] = {keyword: [] for keyword in _OF_NUMBERS}
    for part in parts:
        for keyword in _OF_NUMBERS & part.node.keys():
            said[keyword].append(part.node[keyword])
    if any(type(bound) not in {int, float} or not math.isfinite(bound) for bounds in said.values() for bound in bounds):
        raise NotTyped("a bound is no number")
    lows = [*map(math.ceil, said["minimum"]), *(math.floor(bound) + 1 for bound in said["exclusiveMinimum"])]
    highs = [*map(math.floor, said["maximum"]), *(math.ceil(bound) - 1 for bound in said["exclusiveMaximum"])]
    low, high = max(lows, default=-_HALF), min(highs, default=_HALF - 1)
    whole: dict[str, Any] = {"ge": max(low, -_HALF), "le": min(high, _HALF - 1)}
    multiples = set(said["multipleOf"])
    if multiples - {1}:
        if fractions or len(multiples) > 1 or not all(type(one) is int and one > 0 for one in multiples):
            raise NotTyped("`multipleOf` is no matter of types")
        whole["multiple_of"] = multiples.pop()
    if whole["ge"] <= whole["le"]:
        yield _plain(int, whole)
    if fractions and not multiples:
        least = max([(-_EXACT, True), *((float(one), False) for one in said["minimum"]),
                     *((float(one), True) for one in said["exclusiveMinimum"])])  # fmt: skip
        most = min([(_EXACT, False), *((float(one), True) for one in said["maximum"]),
                    *((float(one), False) for one in said["exclusiveMaximum"])])  # fmt: skip
        if least[0] < most[0]:
            yield _plain(float, {"gt" if least[1] else "ge": least[0], "le" if most[1] else "lt": most[0]})
