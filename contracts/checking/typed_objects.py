"""What objects that were decoded as types exercise: told by the classes of their values, and by values that decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any, TypeAlias

from contracts.checking.shapes import MOST_SHAPES, Hit, Place, Unshaped
from contracts.checking.value_types import Condition, Record, Typed
from contracts.model.json import Path
from contracts.rules.conditions import ConditionSide
from contracts.rules.kind import Watch

_TOGETHER = 4
"""So many listed values are told apart at once."""
_OTHER = object()
_NOWHERE = object()
"""What is inside of a value that holds nothing."""


class Member:
    """An object that always stands in another one: where, and what is known of its place."""

    __slots__ = ("place", "prefix", "record")

    def __init__(self, prefix: str, record: Record, place: Place | None) -> None:
        self.prefix, self.record, self.place = prefix, record, place

    def fields(self) -> Iterator[tuple[str, tuple[Typed, Place | None]]]:
        """What each of its attributes is, as the outermost object has it."""
        for number, (name, field) in enumerate(zip(self.record.names, self.record.fields, strict=True)):
            yield f"{self.prefix}f{number}", (field, self.place.below(name) if self.place is not None else None)

    def names(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Its values by name, of all that are shown."""
        found = ((name, f"{self.prefix}f{number}") for number, name in enumerate(self.record.names))
        return {name: shown[attribute] for name, attribute in found if attribute in shown}

    def attribute(self, path: Path) -> str:
        """Under which attribute a place in it always is; "" where it may be missing on the way."""
        record, prefix = self.record, self.prefix
        for step in path[:-1]:
            number = record.names.index(step) if step in record.names else -1
            inner = only_record(record.fields[number]) if number >= 0 else None
            if inner is None:
                return ""
            record, prefix = inner, f"{prefix}f{number}."
        return f"{prefix}f{record.names.index(path[-1])}" if path[-1] in record.names else ""


def members_of(prefix: str, record: Record, place: Place | None) -> Iterator[Member]:
    """An object, and those that always stand in it, each as a member of the one that is read."""
    member = Member(prefix, record, place)
    yield member
    for attribute, (field, below) in member.fields():
        inner = only_record(field)
        if inner is not None:
            yield from members_of(f"{attribute}.", inner, below)


def only_record(field: Typed) -> Record | None:
    """The object that a field always holds, None where it may hold anything else."""
    inner = next(iter(field.inside.values()), None)
    return inner if len(field.classes) == 1 and isinstance(inner, Record) else None


PLAIN = frozenset({str, int, float, bool, type(None)})


def shown(value: Any) -> Any:
    """A value as any other judge sees it; what stands in an object, a list or a map is left out."""
    return value if type(value) in PLAIN else [] if type(value) is list else {}


Near: TypeAlias = tuple[str, ConditionSide, str, ConditionSide]
"""A condition between two values that are told by attribute."""


def conditions_of(typed: Typed, members: list[Member]) -> tuple[list[Near], list[Callable[[Any], bool]]]:
    """The conditions between attributes, and what tells whether the others are kept."""
    near: list[Near] = []
    far: list[Callable[[Any], bool]] = []
    for member in members:
        at = tuple(path_step for path_step in member.prefix.split(".") if path_step)
        for one in member.record.conditions:
            when, then = member.attribute(one.when.path), member.attribute(one.then.path)
            if when and then:
                near.append((when, one.when, then, one.then))
            else:
                far.append(partial(_follows, typed, at, one))
    return near, far


class Shape:
    """Objects of one place with the same names and classes of values.

    `told` are what tells them apart by values that decide, `parts` what stands in them; `names` is how many they have.
    """

    __slots__ = ("hit", "names", "parts", "told")

    def __init__(self, members: list[Member], conditions: list[Near], shown: dict[str, Any]) -> None:
        self.names = len(shown)
        self.parts: list[tuple[Callable[[Any], Any], Any]] = []
        branches: list[str] = []
        watches: list[tuple[str, Watch]] = []
        for member in members:
            names = member.names(shown)
            if member.place is not None:
                branches += member.place.by_shape(names)
                attributes = {name: f"{member.prefix}f{member.record.names.index(name)}" for name in names}
                watches += ((attributes[name], watch) for name, watch in member.place.by_value(names))
                if member.place.unknown(names):
                    raise Unshaped
        fixed = [one for one in watches if one[1].by == "value" and {*one[1].values} <= {None}]  # null is a class
        branches += (name for at, watch in fixed for name in watch.names(shown[at]))
        watches = [one for one in watches if one not in fixed]
        self.hit = Hit(tuple(branches)) if branches else None
        self.told = [*_told(watches, [one for one in conditions if one[0] in shown and one[2] in shown], shown)]

    def hits(self) -> list[Hit]:
        """Everything that was counted."""
        own = [] if self.hit is None else [self.hit]
        return own + [hit for told in self.told for hit in told.known.values()]


class _Told:
    """Some values of an object that decide which branches it takes, and whether it keeps conditions."""

    __slots__ = ("_conditions", "_refused", "_watches", "get", "known")

    def __init__(self, get: Callable[[Any], Any], watches: list[tuple[str, Watch]], conditions: list[Near]) -> None:
        self.get, self._watches, self._conditions = get, watches, conditions
        self.known: dict[Any, Hit] = {}
        self._refused: set[Any] = set()

    def first(self, kind: Any, found: Any, show: Callable[[Any], dict[str, Any]]) -> Hit:
        """What counts objects with such values, of which this is the first. Raises Unshaped, also for broken ones."""
        if kind in self._refused or len(self.known) >= MOST_SHAPES:
            raise Unshaped
        shown = show(found)
        if not all(_holds(one, shown) for one in self._conditions):
            if len(self._refused) < MOST_SHAPES:
                self._refused.add(kind)
            raise Unshaped
        made = self.known[kind] = Hit(tuple(name for at, watch in self._watches for name in watch.names(shown[at])))
        return made


def _told(watches: list[tuple[str, Watch]], conditions: list[Near], shown: dict[str, Any]) -> Iterator[_Told]:
    """Listed values a few at once, then those that any others are told from; each with its conditions."""
    deciding = [(one, {at for at, side in (one[:2], one[2:]) if side.values != (None,)}) for one in conditions]
    if not all(_holds(one, shown) for one, attributes in deciding if not attributes):
        raise Unshaped  # the classes alone decide
    open_ = [one for one in deciding if one[1]]
    listed = [at for at in shown if any(at == one and watch.by == "listed" for one, watch in watches)]
    for start in range(0, len(listed), _TOGETHER):
        some = listed[start : start + _TOGETHER]
        here = [one for one in open_ if one[1] <= {*some}]
        open_ = [one for one in open_ if one not in here]
        yield _Told(attrgetter(*some), [one for one in watches if one[0] in some], [one for one, _ in here])
    others = [one for one in watches if one[0] not in listed]
    classes: dict[str, dict[Any, Any]] = {}
    for at, values in (
        *((at, watch.values) for at, watch in others),
        *((at, side.values) for one, needed in open_ for at, side in (one[:2], one[2:]) if at in needed),
    ):
        if isinstance(shown[at], dict | list):
            raise Unshaped
        classes.setdefault(at, {}).update({value: value for value in values})
    if classes:
        yield _Told(_classifier(classes), others, [one for one, _ in open_])


def _holds(condition: Near, shown: dict[str, Any]) -> bool:
    """True where an object keeps a condition."""
    when_at, when, then_at, then = condition
    return not when.holds(shown[when_at]) or then.holds(shown[then_at])


def _follows(typed: Typed, at: tuple[str, ...], condition: Condition, found: Any) -> bool:
    """True where what always stands at an attribute keeps a condition, wherever the places of that are."""
    from msgspec import UNSET

    for attribute in at:
        inner = typed.inside[type(found)]
        assert isinstance(inner, Record)
        typed, found = inner.fields[int(attribute[1:])], getattr(found, attribute)
    value = _reached(typed, found, condition.when.path)
    if value is UNSET or value is _NOWHERE or not condition.when.holds(value):
        return True
    value = _reached(typed, found, condition.then.path)
    return value is UNSET or (value is not _NOWHERE and condition.then.holds(value))


def _reached(typed: Typed, value: Any, path: Path) -> Any:
    """What stands at a place inside of a value."""
    from msgspec import UNSET

    for step in path:
        inner = typed.inside.get(type(value))
        if isinstance(inner, Record):
            number = inner.names.index(step) if step in inner.names else -1
            value = getattr(value, f"f{number}", UNSET)
            typed = inner.fields[number]
        elif type(value) is dict:
            value = value.get(step, UNSET)
            typed = inner.each if inner is not None else typed
        else:
            return _NOWHERE
        if value is UNSET:
            break
    return value


def classes_getter(attributes: list[str]) -> Callable[[Any], tuple[Any, ...]] | None:
    """What takes the values of some attributes, always as a tuple."""
    return attrgetter(*(attributes if len(attributes) > 1 else attributes * 2)) if attributes else None


def _classifier(classes: dict[str, dict[Any, Any]]) -> Callable[[Any], Any]:
    """What tells which of the values that decide each attribute has, if any."""
    known = [*classes.values()]
    if len(known) == 1:
        get, (only,) = attrgetter(*classes), known
        return lambda found: only.get(get(found), _OTHER)
    pick = attrgetter(*classes)
    return lambda found: tuple([values.get(one, _OTHER) for values, one in zip(known, pick(found), strict=True)])
