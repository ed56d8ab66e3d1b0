"""The types of a body, compiled from its schema: what can be decoded as them certainly keeps it.

They say less than the schema admits, never more: whole numbers written with a point, texts of a format in a rare form
and unknown names are refused, though they may be legal. Where no types can say a schema, the reason is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import NoneType
from typing import Any

from contracts.checking.value_types import (
    EVERY,
    OF_NUMBERS,
    OF_TEXTS,
    Condition,
    NotTyped,
    Others,
    Part,
    Record,
    Several,
    Typed,
    annotated,
    anything,
    either,
    listed_values,
    numbers,
    plain,
    sizes,
    text,
)
from contracts.model.document import Steps, reached, steps_of
from contracts.model.json import ITEM, MAP, Path
from contracts.rules import KINDS
from contracts.rules.conditions import ConditionSide, side
from contracts.rules.instance import of_many
from contracts.rules.places import is_null, or_null
from contracts.rules.validators import Validators

_MOST = 3_000
"""So many places are compiled of one body, one for each way that leads there."""
_DEEPEST = 50
_SILENT = frozenset(
    """title description summary example examples default deprecated readOnly writeOnly externalDocs xml $comment
    discriminator nullable""".split()
)
"""What asserts nothing of an answer."""
_OF_LISTS = frozenset({"items", "minItems", "maxItems"})
_OF_OBJECTS = frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"})
_KNOWN = (
    OF_TEXTS | OF_NUMBERS | _OF_LISTS | _OF_OBJECTS
    | {"type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "if", "then"}
)  # fmt: skip
_ASKED = frozenset(
    """not propertyNames dependentRequired unevaluatedProperties unevaluatedItems uniqueItems contains minContains
    maxContains""".split()
)
"""What types don't say, and what describes no values that may stand there: each value is asked for it."""
_LIST: Any = list
_MAP: Any = dict


class Untyped:
    """What types leave out of a body: places, with the reason, and elsewhere keywords that values are `asked` for."""

    def __init__(self, places: dict[Path, str] | None = None) -> None:
        self.places: dict[Path, str] = places or {}
        self.asked: dict[Path, list[str]] = {}


def types_of(tree: dict[str, Any], validators: Validators, at: Steps, others: Others, untyped: Untyped) -> Typed:
    """The types of the body whose schema stands at a place; `others` may stand in it as well.

    What has no types is added to the `untyped`; where that is the whole body, it raises NotTyped.
    """
    compiler = _Compiler(tree, validators, others, untyped)
    try:
        return compiler.typed([Part(reached(tree, at), at)], ())
    except RecursionError:
        raise NotTyped("it nests too deep") from None
    except (ValueError, TypeError, KeyError, OverflowError) as error:  # what the library has no types for
        raise NotTyped(f"no types can say it ({error})") from None


class _Compiler:
    def __init__(self, tree: dict[str, Any], validators: Validators, others: Others, untyped: Untyped) -> None:
        self._tree, self._validators, self._others, self._untyped = tree, validators, others, untyped
        self._count = 0
        self._at: list[str] = []

    def typed(self, given: list[Part], conditions: tuple[Condition, ...], step: str | None = None) -> Typed:
        self._count += 1
        if self._count > _MOST:
            raise NotTyped(f"it has more than {_MOST} places")
        if len(self._at) > _DEEPEST:
            raise NotTyped(f"it is deeper than {_DEEPEST} levels")
        if step is None:
            return self._typed(given, conditions)
        self._at.append(step)
        try:
            return self._typed(given, conditions)
        except NotTyped as reason:
            if conditions or any(of_many(step) and step != ITEM for step in self._at):
                raise
            return self._judged(given, str(reason))
        finally:
            self._at.pop()

    def _judged(self, given: list[Part], reason: str) -> Typed:
        """Any value, held to schemas that no types say."""
        at = tuple(self._at)
        for known in (self._untyped.places, self._untyped.asked):
            for place in [place for place in known if place[: len(at)] == at]:
                del known[place]
        self._untyped.places[at] = reason
        return replace(anything(null=True), judged=self._held(given))

    def _held(self, given: list[Part]) -> tuple[tuple[Any, bool], ...]:
        """What tells whether schemas are kept."""
        validators = [(self._validators.fast(part.where), part.spared) for part in given]
        if any(validator is None for validator, _ in validators):
            raise NotTyped("a schema can't be compiled")
        return tuple(validators)

    def _typed(self, given: list[Part], conditions: tuple[Condition, ...]) -> Typed:
        """Values as types, asked for what these don't say."""
        asked: list[str] = []
        typed = self._told(given, conditions, asked)
        if asked:
            self._untyped.asked[tuple(self._at)] = asked
            typed = replace(typed, asked=self._held(given))
        return typed

    def _told(self, given: list[Part], conditions: tuple[Condition, ...], asked: list[str]) -> Typed:
        """Values as types; keywords that these don't say are added to the `asked`."""
        parts: list[Part] = []
        found = [*conditions]
        for one in given:
            parts += self._reach(one, found, asked)
        types = frozenset.intersection(EVERY, *(part.types for part in parts))
        null = all(part.admits_null for part in parts)
        lists = [part.values for part in parts if part.values is not None]
        if lists:
            return listed_values(parts, lists, types, self._others.values.get(tuple(self._at), ()), null=null)
        if types == EVERY:
            types = _spoken_of(parts)
        if types == EVERY:
            if found:
                raise NotTyped("`if` stands where anything may")
            return anything(null=null)
        loose = [part for part in parts if "if" in part.node and _is_loose(part.node)]
        if loose and (types - {"object", "null"} or (null and not all(part.spared for part in loose))):
            raise NotTyped("`if` holds of what is no object")
        made = [*self._made(parts, types, tuple(found))]
        if null:
            made.append(Typed(type=None, classes=frozenset({NoneType}), inside={}))
        if not made:
            raise NotTyped("nothing can keep it")
        return either(made)

    def _made(self, parts: list[Part], types: frozenset[str], conditions: tuple[Condition, ...]) -> Iterator[Typed]:
        """One for each type but null."""
        if "string" in types:
            yield plain(str, text(parts))
        if "integer" in types or "number" in types:
            yield from numbers(parts, fractions="number" in types)
        if "boolean" in types:
            yield plain(bool, {})
        if "array" in types:
            yield self._list(parts)
        if "object" in types:
            yield self._object(parts, conditions)

    def _reach(self, part: Part, conditions: list[Condition], asked: list[str]) -> Iterator[Part]:
        """All that holds where a schema does; conditions are added, and keywords that a value is to be asked for."""
        node = part.node
        if node is True:
            return
        if not isinstance(node, dict):
            raise NotTyped("nothing can keep it")
        unknown = [name for name in node if name not in _KNOWN and name not in _SILENT and name[:2] != "x-"]
        asked += _ASKED.intersection(unknown)
        if unknown := [name for name in unknown if name not in _ASKED]:
            raise NotTyped(f"`{unknown[0]}` is no matter of types")
        yield part
        inner = [(part.below("allOf", number), part.spared) for number in range(len(node.get("allOf", ())))]
        inner += [(one, True) for one in self._chosen(part, asked)]
        for one, spared in inner:
            yield from self._reach(Part(one.node, one.where, one.entered, spared=spared), conditions, asked)
        if "$ref" in node:
            yield from self._reach(self._referred(part), conditions, asked)
        if "if" in node:
            conditions.append(_condition(node))

    def _referred(self, part: Part) -> Part:
        reference = part.node["$ref"]
        if not isinstance(reference, str) or reference[:1] != "#":
            raise NotTyped("a reference leads elsewhere")
        if reference in part.entered:
            raise NotTyped(f"{reference} is met inside itself")
        where = steps_of(reference)
        return Part(reached(self._tree, where), where, part.entered | {reference}, spared=part.spared)

    def _chosen(self, part: Part, asked: list[str]) -> Iterator[Part]:
        """The alternatives beside null; choices of which none describes a value are added to the `asked`."""
        for keyword in ("anyOf", "oneOf"):
            if keyword not in part.node:
                continue
            wrapper = or_null(part.node)
            if all(map(_is_silent, part.node[keyword])):
                asked.append(keyword)
            elif wrapper is None or wrapper[0] != keyword:
                raise NotTyped(f"`{keyword}` is no matter of types")
            else:
                yield self._solid(part, *wrapper)

    def _solid(self, part: Part, keyword: str, position: int) -> Part:
        """The other alternative of an "or null"; of `oneOf`, one that doesn't admit null itself."""
        solid, null = part.below(keyword, position), part.node[keyword][1 - position]
        if not is_null(null) or any(name in _KNOWN for name in null if name != "type"):
            raise NotTyped(f"`{keyword}` is no matter of types")
        if keyword == "oneOf":
            parts = [*self._reach(solid, [], [])]
            if all(one.admits_null for one in parts):
                raise NotTyped("null keeps both alternatives of `oneOf`")
        return solid

    def _list(self, parts: list[Part]) -> Typed:
        each = [part.below("items") for part in parts if "items" in part.node]
        inner = self.typed(each, (), ITEM) if each else anything(null=True)
        said = sizes(parts, "minItems", "maxItems")
        return Typed(
            type=annotated(_LIST[inner.type], said), classes=frozenset({list}), inside={list: Several(each=inner)}
        )

    def _object(self, parts: list[Part], conditions: tuple[Condition, ...]) -> Typed:
        below: dict[str, list[Part]] = {}
        for part in parts:
            for name in part.node.get("properties", {}):
                below.setdefault(name, []).append(part.below("properties", name))
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

    def _record(self, below: dict[str, list[Part]], needed: set[str], conditions: list[Condition]) -> Typed:
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
            field = self.typed(inner, tuple(_inner(one) for one in deeper if one.when.path[0] == name), name)
            kind: Any = field.type
            if name not in needed:
                kind = kind | msgspec.UnsetType
                field = replace(field, type=kind, classes=field.classes | {msgspec.UnsetType})
            described.append((f"f{len(names)}", kind) if name in needed else (f"f{len(names)}", kind, msgspec.UNSET))
            names.append(name)
            fields.append(field)
        others = [name for name in self._others.names.get(tuple(self._at), ()) if name not in below]
        for name in others:
            described.append((f"f{len(names)}", Any, msgspec.UNSET))
            names.append(name)
            some = anything(null=True)
            fields.append(Typed(type=Any, classes=some.classes | {msgspec.UnsetType}, inside=some.inside))
        made = msgspec.defstruct(
            "body", described, rename={f"f{number}": name for number, name in enumerate(names)},
            forbid_unknown_fields=True, kw_only=True, gc=False,
        )  # fmt: skip
        record = Record(
            names=tuple(names), fields=tuple(fields), conditions=tuple(one for one in conditions if not one.deeper),
            others=frozenset(others),
        )  # fmt: skip
        return Typed(type=made, classes=frozenset({made}), inside={made: record})

    def _map(self, parts: list[Part], rest: list[Part], needed: set[str], conditions: tuple[Condition, ...]) -> Typed:
        if needed or conditions:
            raise NotTyped("names that have to be there aren't described")
        each = [part.below("additionalProperties") for part in rest]
        if any(part.node is False for part in each):
            raise NotTyped("no name may stand there")
        inner = self.typed(each, (), MAP) if each else anything(null=True)
        said = sizes(parts, "minProperties", "maxProperties")
        return Typed(
            type=annotated(_MAP[str, inner.type], said), classes=frozenset({dict}), inside={dict: Several(each=inner)}
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
    inner = node["if"]
    for step in when.path[:-1]:
        inner = inner["properties"][step]
        if "type" not in inner:
            raise NotTyped("`if` holds where there is no object")
    return Condition(when=when, then=then)


def _is_silent(node: Any) -> bool:
    """True for an alternative that describes no values: it asks which names are there."""
    return isinstance(node, dict) and node.keys() <= _SILENT | {"required", "not", "dependentRequired"}


def _is_loose(node: dict[str, Any]) -> bool:
    """True where a condition holds of what is no object, which breaks it."""
    return "type" not in node["if"] and "type" in node["then"]


def _spoken_of(parts: Iterable[Part]) -> frozenset[str]:
    """The types that keywords speak of where no type is said: a value of another one is left to the other judges."""
    keywords = {keyword for part in parts for keyword in part.node}
    spoken = {"object": _OF_OBJECTS, "array": _OF_LISTS, "string": OF_TEXTS, "number": OF_NUMBERS}
    if keywords & {"if"}:
        return frozenset({"object"})
    return next((frozenset({name}) for name, known in spoken.items() if known & keywords), EVERY)
