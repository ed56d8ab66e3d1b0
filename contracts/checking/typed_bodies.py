"""Kept bodies decoded as types, and what they exercise: one step of the decoder and a few getters instead of a walk.

The types decide what a body's shape leaves open: which of its names are there, and the classes of those values that
have several. Each shape is worked out once from its first object, as shapes are everywhere; see `shapes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any, TypeAlias

from contracts.checking.body_types import Condition, NotTyped, Record, Several, Typed, types_of
from contracts.checking.certain_paths import LARGEST
from contracts.checking.shapes import MOST_SHAPES, Closed, Hit, Place, Unshaped, is_other, walked
from contracts.model.contract import Contract
from contracts.model.json import ITEM, Json, Path
from contracts.rules.conditions import ConditionSide
from contracts.rules.instance import same
from contracts.rules.kind import Watch

_TOGETHER = 4
"""So many listed values are told apart at once."""
_OTHER = object()
_NOWHERE = object()
"""What is inside of a value that holds nothing."""


Numbers: TypeAlias = tuple[tuple[int, float, float, tuple[str, ...]], ...]
"""Parameters of a path that are numbers: which, its bounds, and the names of a body that repeat it."""


class TypedBody:
    """One body of a contract as types, and what of a path it repeats. Raises NotTyped.

    `watches` and `closed` are those of the whole body that go by shape or value. `echoes` are parameters of a path
    that are no numbers, each with the place that repeats it and how its text is read.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what is asked of a body
        self, contract: Contract, target: str, watches: tuple[Watch, ...], closed: tuple[Closed, ...],
        numbers: Numbers,
        echoes: tuple[tuple[int, Path, Callable[[str], Json]], ...],
    ) -> None:  # fmt: skip
        import msgspec

        self._unset = msgspec.UNSET
        typed = types_of(contract.document.answers, contract.bodies[target].at)
        self._root = _Inside(typed, Place((), watches, closed))
        record = _only(typed)
        if record is None and (echoes or any(names for *_, names in numbers)):
            raise NotTyped("it repeats a parameter, and may be more than one kind of object")
        self._repeats = [*_repeats(record, numbers)]
        self._bounds = [(number, low, high) for number, low, high, _ in numbers if low > 0 or high < LARGEST]
        self._echoes = [(number, _getter_of(record, at), read) for number, at, read in echoes]
        if any("base64" in one.names for one in typed.inside.values() if isinstance(one, Record)):
            raise NotTyped("an object with `base64` may stand for bytes")
        try:
            self._decode = msgspec.json.Decoder(typed.type).decode
        except (TypeError, ValueError) as error:
            raise NotTyped(f"no types can say it ({error})") from None

    def keeps(self, raw: bytes, sent: list[str], hits: list[Hit], *, text: bool) -> bool:
        """True where a body certainly keeps its contract; what it exercises is added.

        `sent` are the parameters of the path, `text` says that a recording holds the body as a text. Raises Unshaped,
        ValueError, RecursionError.
        """
        body = self._decode(raw)
        for number, get in self._repeats:
            if get(body) != int(sent[number]):
                return False
        for number, low, high in self._bounds:
            if not low <= int(sent[number]) <= high:
                return False
        for number, get, read in self._echoes:
            found = get(body)
            if found is not self._unset and not same(found, read(sent[number])):
                return False
        kind = type(body)
        part = self._root.parts.get(kind) or self._root.of(kind)
        names = 0 if part is None else part.seen(body, hits)
        return not (text or kind is dict) or not is_other(body, raw if text else b"", names)

    def hits(self) -> list[Hit]:
        """Everything counted."""
        return self._root.hits()


def _repeats(record: Record | None, numbers: Numbers) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    """Which number of a path is repeated, and where. Raises NotTyped."""
    for number, _, _, names in numbers:
        for name in names:
            if record is not None and name in record.names:
                if record.fields[record.names.index(name)].classes & {bool, float}:
                    raise NotTyped("what repeats a number may be written in several ways")
                yield number, _getter_of(record, (name,))


def _getter_of(record: Record | None, at: Path) -> Callable[[Any], Any]:
    """What takes the value of a name. Raises NotTyped."""
    if record is None or len(at) > 1 or at[0] not in record.names:
        raise NotTyped("what repeats a parameter is no name of the body")
    return attrgetter(f"f{record.names.index(at[0])}")


class _Inside:
    """What stands inside of the values at one place, by their class."""

    __slots__ = ("_place", "_typed", "parts")

    def __init__(self, typed: Typed, place: Place | None) -> None:
        self._typed, self._place = typed, place
        self.parts: dict[type, _Object | _Elements | _Anything] = {}

    def of(self, kind: type) -> _Object | _Elements | _Anything | None:
        """What is inside of a value of this class; None for nothing."""
        if kind not in self._typed.inside:
            return None
        if kind not in self.parts:
            inside = self._typed.inside[kind]
            if inside is None:
                self.parts[kind] = _Anything()
            elif isinstance(inside, Several):
                below = self._place.below(ITEM) if self._place is not None and kind is list else None
                self.parts[kind] = _Elements(_Inside(inside.each, below), mapped=kind is dict)
            else:
                self.parts[kind] = _Object(self._typed, inside, self._place)
        return self.parts[kind]

    def hits(self) -> list[Hit]:
        return [hit for part in self.parts.values() for hit in part.hits()]


class _Anything:
    """A value of which nothing is known; what is in it is looked through."""

    @staticmethod
    def seen(found: Any, _hits: list[Hit]) -> int:
        return walked(found)

    @staticmethod
    def hits() -> list[Hit]:
        return []


class _Elements:
    """A list, or a map."""

    __slots__ = ("_inside", "_mapped")

    def __init__(self, inside: _Inside, *, mapped: bool) -> None:
        self._inside, self._mapped = inside, mapped

    def seen(self, found: Any, hits: list[Hit]) -> int:
        names, known, of = 0, self._inside.parts, self._inside.of
        if self._mapped:
            names, found = len(found), found.values()
        for one in found:
            part = known.get(type(one)) or of(type(one))
            if part is not None:
                names += part.seen(one, hits)
        return names

    def hits(self) -> list[Hit]:
        return self._inside.hits()


class _Object:
    """The objects of one place, with those that always stand in them: all of them are told apart at once."""

    __slots__ = ("_classes", "_far", "_inside", "_members", "_near", "_shapes")

    def __init__(self, typed: Typed, record: Record, place: Place | None) -> None:
        self._members = [*_members("", record, place)]
        held = {f"{member.prefix}"[:-1] for member in self._members}
        fields = {
            attribute: one for member in self._members for attribute, one in member.fields() if attribute not in held
        }
        self._inside = {
            attribute: _Inside(field, below) for attribute, (field, below) in fields.items() if field.inside
        }
        self._classes = _getter([attribute for attribute, (field, _) in fields.items() if len(field.classes) > 1])
        self._near, self._far = _conditions(typed, self._members)
        self._shapes: dict[Any, _Shape] = {}

    def seen(self, found: Any, hits: list[Hit]) -> int:
        key = None if self._classes is None else tuple(map(type, self._classes(found)))
        shape = self._shapes.get(key) or self._shape(key, found)
        if shape.hit is not None:
            hits.append(shape.hit)
        for told in shape.told:
            kind = told.get(found)
            hits.append(told.known.get(kind) or told.first(kind, self._shown(found)))
        for holds in self._far:
            if not holds(found):
                raise Unshaped
        names = shape.names
        for get, part in shape.parts:
            names += part.seen(get(found), hits)
        return names

    def hits(self) -> list[Hit]:
        own = [hit for shape in self._shapes.values() for hit in shape.hits()]
        return own + [hit for inside in self._inside.values() for hit in inside.hits()]

    def _shown(self, found: Any) -> dict[str, Any]:
        """The values by attribute, those that are there: what stands in objects, lists and maps is left out."""
        from msgspec import UNSET

        values = ((one, attrgetter(one)(found)) for member in self._members for one, _ in member.fields())
        return {one: _SHOWN.get(type(value), _as_object)(value) for one, value in values if value is not UNSET}

    def _shape(self, key: Any, found: Any) -> _Shape:
        """The shape of an object that is met for the first time. Raises Unshaped."""
        if len(self._shapes) >= MOST_SHAPES:
            raise Unshaped
        shown = self._shown(found)
        shape = _Shape(self._members, self._near, shown)
        for attribute, inside in self._inside.items():
            part = inside.of(type(attrgetter(attribute)(found))) if attribute in shown else None
            if part is not None:
                shape.parts.append((attrgetter(attribute), part))
        self._shapes[key] = shape
        return shape


class _Member:
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
            inner = _only(record.fields[number]) if number >= 0 else None
            if inner is None:
                return ""
            record, prefix = inner, f"{prefix}f{number}."
        return f"{prefix}f{record.names.index(path[-1])}" if path[-1] in record.names else ""


def _members(prefix: str, record: Record, place: Place | None) -> Iterator[_Member]:
    member = _Member(prefix, record, place)
    yield member
    for attribute, (field, below) in member.fields():
        inner = _only(field)
        if inner is not None:
            yield from _members(f"{attribute}.", inner, below)


def _only(field: Typed) -> Record | None:
    """The object that a field always holds, None where it may hold anything else."""
    inner = next(iter(field.inside.values()), None)
    return inner if len(field.classes) == 1 and isinstance(inner, Record) else None


def _as_object(_value: Any) -> Any:
    return {}


_SHOWN: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((str, int, float, bool, type(None)), lambda value: value),
    list: lambda _: [],
}

_Near: TypeAlias = tuple[str, ConditionSide, str, ConditionSide]
"""A condition between two values that are told by attribute."""


def _conditions(typed: Typed, members: list[_Member]) -> tuple[list[_Near], list[Callable[[Any], bool]]]:
    """The conditions between attributes, and what tells whether the others are kept."""
    near: list[_Near] = []
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


class _Shape:
    """Objects of one place with the same names and classes of values.

    `told` are what tells them apart by values that decide, `parts` what stands in them; `names` is how many they have.
    """

    __slots__ = ("hit", "names", "parts", "told")

    def __init__(self, members: list[_Member], conditions: list[_Near], shown: dict[str, Any]) -> None:
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
        own = [] if self.hit is None else [self.hit]
        return own + [hit for told in self.told for hit in told.known.values()]


class _Told:
    """Some values of an object that decide which branches it takes, and whether it keeps conditions."""

    __slots__ = ("_conditions", "_watches", "get", "known")

    def __init__(self, get: Callable[[Any], Any], watches: list[tuple[str, Watch]], conditions: list[_Near]) -> None:
        self.get, self._watches, self._conditions = get, watches, conditions
        self.known: dict[Any, Hit] = {}

    def first(self, kind: Any, shown: dict[str, Any]) -> Hit:
        """What counts objects with such values, of which this is the first. Raises Unshaped, also for broken ones."""
        if len(self.known) >= MOST_SHAPES or not all(_holds(one, shown) for one in self._conditions):
            raise Unshaped
        made = self.known[kind] = Hit(tuple(name for at, watch in self._watches for name in watch.names(shown[at])))
        return made


def _told(watches: list[tuple[str, Watch]], conditions: list[_Near], shown: dict[str, Any]) -> Iterator[_Told]:
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


def _holds(condition: _Near, shown: dict[str, Any]) -> bool:
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


def _getter(attributes: list[str]) -> Callable[[Any], tuple[Any, ...]] | None:
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
