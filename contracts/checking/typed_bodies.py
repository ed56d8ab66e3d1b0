"""Kept bodies decoded as types, and what they exercise: one step of the decoder and a few getters instead of a walk.

The types decide what a body's shape leaves open: which of its names are there, and the classes of those values that
have several. Each shape is worked out once from its first object, as shapes are everywhere; see `shapes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from contracts.checking.body_types import Condition, NotTyped, Record, Several, Typed, types_of
from contracts.checking.shapes import MOST_SHAPES, Closed, Hit, Place, Unshaped, is_other, walked
from contracts.model.contract import Contract
from contracts.model.json import ITEM, Json, Path
from contracts.rules.instance import same
from contracts.rules.kind import Watch

_TOGETHER = 4
"""So many listed values are told apart at once."""
_OTHER = object()
_NOWHERE = object()
"""What is inside of a value that holds nothing."""


class TypedBody:
    """One body of a contract as types, and what of a path it repeats. Raises NotTyped.

    `watches` and `closed` are those of the whole body that go by shape or value. `numbers` are the parameters of a path
    that are numbers, each with its bounds and the names that repeat it; `echoes` are others, each with the place that
    repeats it and how its text is read.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what is asked of a body
        self, contract: Contract, target: str, watches: tuple[Watch, ...], closed: tuple[Closed, ...],
        numbers: tuple[tuple[int, float, float, tuple[str, ...]], ...],
        echoes: tuple[tuple[int, Path, Callable[[str], Json]], ...],
    ) -> None:  # fmt: skip
        import msgspec

        self._unset = msgspec.UNSET
        typed = types_of(contract.document.answers, contract.bodies[target].at)
        records = [one for one in typed.inside.values() if isinstance(one, Record)]
        if any("base64" in one.names for one in records):
            raise NotTyped("an object with `base64` may stand for bytes")
        repeated = any(names for *_, names in numbers) or bool(echoes)
        if repeated and (len(typed.classes) > 1 or not records):
            raise NotTyped("it repeats a parameter, and may be more than one kind of object")
        if any(len(at) > 1 for _, at, _ in echoes):
            raise NotTyped("a parameter is repeated inside of it")
        try:
            self._decode = msgspec.json.Decoder(typed.type).decode
        except (TypeError, ValueError) as error:
            raise NotTyped(f"no types can say it ({error})") from None
        self._root = _Inside(typed, Place((), watches, closed))
        names = records[0].names if records else ()
        gets = {name: attrgetter(f"f{number}") for number, name in enumerate(names)}
        self._numbers = tuple(
            (number, low, high, tuple(gets[name] for name in repeating if name in gets))
            for number, low, high, repeating in numbers
        )
        self._echoes = tuple((number, gets[at[0]], read) for number, at, read in echoes if at[0] in gets)

    def keeps(self, raw: bytes, sent: list[str], hits: list[Hit], *, text: bool) -> bool:
        """True where a body certainly keeps its contract; what it exercises is added.

        `sent` are the parameters of the path, `text` says that a recording holds the body as a text. Raises Unshaped,
        ValueError, RecursionError.
        """
        body = self._decode(raw)
        for number, low, high, gets in self._numbers:
            value = int(sent[number])
            if not low <= value <= high:
                return False
            for get in gets:
                found = get(body)
                if (found != value or type(found) is not int) and found is not self._unset:
                    return False
        for number, get, read in self._echoes:
            found = get(body)
            if found is not self._unset and not same(found, read(sent[number])):
                return False
        part = self._root.of(type(body))
        names = 0 if part is None else part.seen(body, hits)
        return not (text or type(body) is dict) or not is_other(body, raw if text else b"", names)

    def hits(self) -> list[Hit]:
        """Everything counted."""
        return self._root.hits()


class _Inside:
    """What stands inside of the values at one place, by their class."""

    __slots__ = ("_parts", "_place", "_typed")

    def __init__(self, typed: Typed, place: Place | None) -> None:
        self._typed, self._place = typed, place
        self._parts: dict[type, _Object | _Elements | _Anything] = {}

    def of(self, kind: type) -> _Object | _Elements | _Anything | None:
        """What is inside of a value of this class; None for nothing."""
        if kind not in self._typed.inside:
            return None
        if kind not in self._parts:
            inside = self._typed.inside[kind]
            if inside is None:
                self._parts[kind] = _Anything()
            elif isinstance(inside, Several):
                below = self._place.below(ITEM) if self._place is not None and kind is list else None
                self._parts[kind] = _Elements(_Inside(inside.each, below), mapped=kind is dict)
            else:
                self._parts[kind] = _Object(self._typed, inside, self._place)
        return self._parts[kind]

    def hits(self) -> list[Hit]:
        return [hit for part in self._parts.values() for hit in part.hits()]


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
        names, of = 0, self._inside.of
        if self._mapped:
            names, found = len(found), found.values()
        for one in found:
            part = of(type(one))
            if part is not None:
                names += part.seen(one, hits)
        return names

    def hits(self) -> list[Hit]:
        return self._inside.hits()


class _Object:
    """The objects of one place."""

    __slots__ = ("_classes", "_far", "_inside", "_place", "_record", "_shapes", "_typed")

    def __init__(self, typed: Typed, record: Record, place: Place | None) -> None:
        self._typed, self._record, self._place = typed, record, place
        self._far = [*_far(record)]
        below = [place.below(name) if place is not None else None for name in record.names]
        self._inside = [_Inside(field, inner) for field, inner in zip(record.fields, below, strict=True)]
        loose = [number for number, field in enumerate(record.fields) if len(field.classes) > 1]
        self._classes = _getter(loose)
        self._shapes: dict[Any, _Shape] = {}

    def seen(self, found: Any, hits: list[Hit]) -> int:
        key = None if self._classes is None else tuple(map(type, self._classes(found)))
        shape = self._shapes.get(key) or self._shape(key, found)
        if shape.hit is not None:
            hits.append(shape.hit)
        for told in shape.told:
            kind = told.get(found)
            hits.append(told.known.get(kind) or told.first(kind, self._shown(found)))
        for first, values, condition in self._far:
            if (first is None or first(found) in values) and not _follows(self._typed, found, condition):
                raise Unshaped
        names = shape.names
        for get, part in shape.parts:
            names += part.seen(get(found), hits)
        return names

    def hits(self) -> list[Hit]:
        own = [hit for shape in self._shapes.values() for hit in shape.hits()]
        return own + [hit for inside in self._inside for hit in inside.hits()]

    def _shown(self, found: Any) -> dict[str, Any]:
        """An object as any other judge sees it, what stands in objects, lists and maps left out."""
        from msgspec import UNSET

        values = ((name, getattr(found, f"f{number}")) for number, name in enumerate(self._record.names))
        return {name: _SHOWN.get(type(value), _as_object)(value) for name, value in values if value is not UNSET}

    def _shape(self, key: Any, found: Any) -> _Shape:
        """The shape of an object that is met for the first time. Raises Unshaped."""
        if len(self._shapes) >= MOST_SHAPES:
            raise Unshaped
        shown = self._shown(found)
        shape = _Shape(self._record, self._place, shown)
        for number, (name, inside) in enumerate(zip(self._record.names, self._inside, strict=True)):
            part = inside.of(type(getattr(found, f"f{number}"))) if name in shown else None
            if part is not None:
                shape.parts.append((attrgetter(f"f{number}"), part))
        self._shapes[key] = shape
        return shape


def _as_object(_value: Any) -> Any:
    return {}


_SHOWN: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((str, int, float, bool, type(None)), lambda value: value),
    list: lambda _: [],
}


class _Shape:
    """Objects of one place with the same names and classes of values.

    `told` are what tells them apart by values that decide, `parts` what stands in them; `names` is how many they have.
    """

    __slots__ = ("hit", "names", "parts", "told")

    def __init__(self, record: Record, place: Place | None, shown: dict[str, Any]) -> None:
        self.names = len(shown)
        self.parts: list[tuple[Callable[[Any], Any], Any]] = []
        branches = () if place is None else tuple(place.by_shape(shown))
        if place is not None and place.unknown(shown):
            raise Unshaped
        self.hit = Hit(branches) if branches else None
        watches = () if place is None else tuple(place.by_value(shown))
        self.told = [*_told(record, watches, shown)]

    def hits(self) -> list[Hit]:
        own = [] if self.hit is None else [self.hit]
        return own + [hit for told in self.told for hit in told.known.values()]


class _Told:
    """Some values of an object that decide which branches it takes, and whether it keeps conditions."""

    __slots__ = ("_conditions", "_watches", "get", "known")

    def __init__(
        self, get: Callable[[Any], Any], watches: list[tuple[str, Watch]], conditions: tuple[Condition, ...] = ()
    ) -> None:
        self.get, self._watches, self._conditions = get, watches, conditions
        self.known: dict[Any, Hit] = {}

    def first(self, kind: Any, shown: dict[str, Any]) -> Hit:
        """What counts objects with such values, of which this is the first. Raises Unshaped, also for broken ones."""
        if len(self.known) >= MOST_SHAPES or not all(_holds(one, shown) for one in self._conditions):
            raise Unshaped
        made = self.known[kind] = Hit(tuple(name for at, watch in self._watches for name in watch.names(shown[at])))
        return made


def _told(record: Record, watches: tuple[tuple[str, Watch], ...], shown: dict[str, Any]) -> Iterator[_Told]:
    """Listed values a few at once, then those that any others are told from, with all conditions."""
    attributes = {name: f"f{number}" for number, name in enumerate(record.names)}
    listed = [name for name in shown if any(at == name and watch.by == "listed" for at, watch in watches)]
    for start in range(0, len(listed), _TOGETHER):
        some = listed[start : start + _TOGETHER]
        yield _Told(attrgetter(*map(attributes.__getitem__, some)), [one for one in watches if one[0] in some])
    others = [one for one in watches if one[0] not in listed]
    conditions = tuple(one for one in record.conditions if _is_near(one) and one.when.path[0] in shown)
    classes: dict[str, dict[Any, Any]] = {}
    for name, values in (
        *((name, watch.values) for name, watch in others),
        *((one.path[0], one.values) for each in conditions for one in (each.when, each.then)),
    ):
        if name in shown:
            if isinstance(shown[name], dict | list):
                raise Unshaped
            classes.setdefault(attributes[name], {}).update({value: value for value in values})
    if classes:
        yield _Told(_classifier(classes), others, conditions)


def _holds(condition: Condition, shown: dict[str, Any]) -> bool:
    """True where an object keeps a condition."""
    if not condition.when.holds(shown[condition.when.path[0]]):
        return True
    name = condition.then.path[0]
    return name not in shown or condition.then.holds(shown[name])


def _is_near(condition: Condition) -> bool:
    """True where both of its places are names of the object itself."""
    return len(condition.when.path) == len(condition.then.path) == 1


def _far(record: Record) -> Iterator[tuple[Callable[[Any], Any] | None, frozenset[Any], Condition]]:
    """The conditions that ask for something inside: how the value that begins it is taken, and which do; else None."""
    for one in record.conditions:
        number = record.names.index(one.when.path[0])
        plain = len(one.when.path) == 1 and not record.fields[number].inside
        if not _is_near(one):
            yield attrgetter(f"f{number}") if plain else None, frozenset(one.when.values), one


def _follows(typed: Typed, found: Any, condition: Condition) -> bool:
    """True where an object keeps a condition, wherever its places are."""
    from msgspec import UNSET

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


def _getter(numbers: list[int]) -> Callable[[Any], tuple[Any, ...]] | None:
    """What takes the values of some attributes, always as a tuple."""
    if not numbers:
        return None
    return attrgetter(*(f"f{number}" for number in (numbers if len(numbers) > 1 else numbers * 2)))


def _classifier(classes: dict[str, dict[Any, Any]]) -> Callable[[Any], Any]:
    """What tells which of the values that decide each attribute has, if any."""
    known = [*classes.values()]
    if len(known) == 1:
        get, (only,) = attrgetter(*classes), known
        return lambda found: only.get(get(found), _OTHER)
    pick = attrgetter(*classes)
    return lambda found: tuple([values.get(one, _OTHER) for values, one in zip(known, pick(found), strict=True)])
