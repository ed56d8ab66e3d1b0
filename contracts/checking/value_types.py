"""The types of single values, as the decoder knows them: each says no more than the schemas that hold at its place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, Literal

from contracts.checking.sure_patterns import FORMATS, sure_pattern
from contracts.model.document import Steps, reached
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path
from contracts.rules.conditions import ConditionSide
from contracts.rules.json_types import is_type
from contracts.rules.texts import FORMATS as ASSERTED

OF_TEXTS = frozenset({"minLength", "maxLength", "pattern", "format"})
OF_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
EVERY = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_HALF = 2**63
_EXACT = 2.0**53


PLAIN = frozenset({str, int, float, bool, NoneType})
ALIKE = frozenset({int, float, bool})
"""Of these, values of two classes may be equal."""


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

    Under `inside` are those classes that hold more values. Where no type says what a schema says, each value is held to
    the validators under `judged`, and where a type says most of it, to those under `asked`; with each stands whether it
    spares null. Nobody listed the `others` among its values.
    """

    type: Any
    classes: frozenset[type]
    inside: dict[type, Record | Several | None]
    judged: tuple[tuple[Any, bool], ...] = ()
    asked: tuple[tuple[Any, bool], ...] = ()
    others: tuple[Json, ...] = ()


@frozen
class Record:
    """An object with known names; the attribute of each is `f` and its number. Nobody documented the `others`."""

    names: tuple[str, ...]
    fields: tuple[Typed, ...]
    conditions: tuple[Condition, ...]
    others: frozenset[str] = frozenset()


@frozen
class Others:
    """What nobody documented and stands in bodies all the same: names in objects at places, and values at places."""

    names: Mapping[Path, Sequence[str]] = field(default_factory=dict)
    values: Mapping[Path, Sequence[Json]] = field(default_factory=dict)


@frozen
class Several:
    """A list or a map of any length."""

    each: Typed


def is_plain(classes: frozenset[type]) -> bool:
    """True where values of these classes hold no others; what isn't there is one of them."""
    from msgspec import UnsetType

    return classes <= PLAIN | {UnsetType}


def only_record(field: Typed) -> Record | None:
    """The object that a field always holds, None where it may hold anything else."""
    inner = next(iter(field.inside.values()), None)
    return inner if len(field.classes) == 1 and isinstance(inner, Record) else None


class Part:
    """A schema that holds at a place, for null too or for any other value alone; the references that led to it."""

    __slots__ = ("entered", "node", "spared", "where")

    def __init__(self, node: Any, where: Steps, entered: frozenset[str] = frozenset(), *, spared: bool = False) -> None:
        self.node, self.where, self.spared, self.entered = node, where, spared, entered

    def below(self, *steps: str | int) -> Part:
        """A schema that stands in this one."""
        return Part(reached(self.node, steps), (*self.where, *steps), self.entered)

    @property
    def types(self) -> frozenset[str]:
        """The types that it allows."""
        said = self.node.get("type")
        listed = EVERY if said is None else frozenset({said} if isinstance(said, str) else said)
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


def either(made: list[Typed]) -> Typed:
    """What is of one of several types."""
    return Typed(
        type=reduce(or_, (one.type for one in made)),
        classes=frozenset[type]().union(*(one.classes for one in made)),
        inside={kind: inner for one in made for kind, inner in one.inside.items()},
    )


def anything(*, null: bool) -> Typed:
    """Any value; what is inside is looked through."""
    if not null:
        raise NotTyped("anything but null is no type")
    plain = frozenset[type]({NoneType, bool, int, float, str, list, dict})
    return Typed(type=Any, classes=plain, inside={dict: None, list: None, float: None})


def plain(kind: type, said: dict[str, Any]) -> Typed:
    """A type of plain values, with what is said of these."""
    return Typed(type=annotated(kind, said), classes=frozenset({kind}), inside={})


def annotated(kind: Any, said: dict[str, Any]) -> Any:
    """A type with the bounds that msgspec holds it to."""
    import msgspec

    return Annotated[kind, msgspec.Meta(**said)] if said else kind


def listed_values(
    parts: list[Part], lists: list[list[Json]], types: frozenset[str], others: Sequence[Json], *, null: bool
) -> Typed:
    """One of the values that every part lists, or of the others."""
    if any(_says_more(part.node) for part in parts):
        raise NotTyped("more is said of values that are listed")
    kept = [[one for one in listed if one is not None and is_type(one, [*types])] for listed in lists]
    if not all(type(one) is str or (type(one) is int and -_HALF <= one < _HALF) for listed in kept for one in listed):
        raise NotTyped("values are listed that are neither texts nor whole numbers")
    values = [*(one for one in kept[0] if all(one in listed for listed in kept)), *others]
    if not values and not null:
        raise NotTyped("nothing can keep it")
    classes = frozenset(map(type, values)) | ({NoneType} if null else frozenset())
    listed: Any = Literal[tuple([*values, None] if null else values)]
    return Typed(type=listed, classes=classes, inside={}, others=tuple(others))


def _says_more(node: dict[str, Any]) -> bool:
    more = (OF_TEXTS | OF_NUMBERS | {"if"}) & node.keys()
    return bool(more - {"format"}) or node.get("format") in ASSERTED or {"const", "enum"} <= node.keys()


def text(parts: list[Part]) -> dict[str, Any]:
    """What is said of a text. Raises NotTyped where msgspec can't say the same."""
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
    return sizes(parts, "minLength", "maxLength") | ({"pattern": patterns.pop()} if patterns else {})


def sizes(parts: Iterable[Part], least: str, most: str) -> dict[str, Any]:
    """The least and the greatest size that these keywords ask for. Raises NotTyped."""
    lows = [part.node[least] for part in parts if least in part.node]
    highs = [part.node[most] for part in parts if most in part.node]
    if not all(type(size) is int and 0 <= size < _HALF for size in (*lows, *highs)):
        raise NotTyped("a size is no whole number")
    return ({"min_length": max(lows)} if lows else {}) | ({"max_length": min(highs)} if highs else {})


def numbers(parts: Iterable[Part], *, fractions: bool) -> Iterator[Typed]:
    """Whole numbers of 64 bits, and where they may have a fraction, such as every reader reads exactly."""
    said: dict[str, list[Any]] = {keyword: [] for keyword in OF_NUMBERS}
    for part in parts:
        for keyword in OF_NUMBERS & part.node.keys():
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
        yield plain(int, whole)
    if fractions and not multiples:
        least = max([(-_EXACT, True), *((float(one), False) for one in said["minimum"]),
                     *((float(one), True) for one in said["exclusiveMinimum"])])  # fmt: skip
        most = min([(_EXACT, False), *((float(one), True) for one in said["maximum"]),
                    *((float(one), False) for one in said["exclusiveMaximum"])])  # fmt: skip
        if least[0] < most[0]:
            yield plain(float, {"gt" if least[1] else "ge": least[0], "le" if most[1] else "lt": most[0]})
