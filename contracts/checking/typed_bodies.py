"""Kept bodies decoded as types, and what they exercise: one step of the decoder and a few getters instead of a walk.

The types decide what a body's shape leaves open: which of its names are there, and the classes of those values that
have several. Each shape is worked out once from its first object, as shapes are everywhere; see `shapes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, TypeAlias

from contracts.checking.body_types import types_of
from contracts.checking.certain_paths import LARGEST
from contracts.checking.shapes import MOST_SHAPES, Closed, Hit, Place, Unshaped, is_other, walked
from contracts.checking.typed_objects import (
    PLAIN,
    Shape,
    classes_getter,
    conditions_of,
    members_of,
    only_record,
    shown,
)
from contracts.checking.value_types import NotTyped, Record, Several, Typed
from contracts.model.contract import Contract
from contracts.model.json import ITEM, Json, Path
from contracts.rules.instance import same
from contracts.rules.kind import Watch

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
        record = only_record(typed)
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
                place = self._place if kind is list else None
                below, watches = (None, []) if place is None else (place.below(ITEM), place.elements())
                if kind is list and not watches and not inside.each.inside:
                    return None
                self.parts[kind] = _Elements(_Inside(inside.each, below), watches, mapped=kind is dict)
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
    """A list, or a map; `watches` are those of the elements themselves."""

    __slots__ = ("_inside", "_known", "_listed", "_mapped", "_watches")

    def __init__(self, inside: _Inside, watches: list[Watch], *, mapped: bool) -> None:
        self._inside, self._watches, self._mapped = inside, watches, mapped
        self._listed = any(watch.by != "type" for watch in watches)
        self._known: dict[Any, Hit] = {}

    def seen(self, found: Any, hits: list[Hit]) -> int:
        names, known, of = 0, self._inside.parts, self._inside.of
        if self._mapped:
            names, found = len(found), found.values()
        if self._watches:
            for one in found:
                key = (type(one), one) if self._listed and type(one) in PLAIN else type(one)
                hits.append(self._known.get(key) or self._first(key, one))
        for one in found:
            part = known.get(type(one)) or of(type(one))
            if part is not None:
                names += part.seen(one, hits)
        return names

    def _first(self, key: Any, one: Any) -> Hit:
        """What counts such elements, of which this is the first. Raises Unshaped."""
        seen = shown(one)
        if len(self._known) >= MOST_SHAPES or (self._listed and isinstance(seen, dict | list)):
            raise Unshaped
        for watch in self._watches if type(one) is float else ():
            if not [*watch.names(0.5)] == [*watch.names(1.0)] == [*watch.names(one)]:
                raise Unshaped  # a whole number is another type there
        made = self._known[key] = Hit(tuple(name for watch in self._watches for name in watch.names(seen)))
        return made

    def hits(self) -> list[Hit]:
        return [*self._known.values(), *self._inside.hits()]


class _Object:
    """The objects of one place, with those that always stand in them: all of them are told apart at once."""

    __slots__ = ("_classes", "_every", "_far", "_inside", "_members", "_near", "_shapes")

    def __init__(self, typed: Typed, record: Record, place: Place | None) -> None:
        self._members = [*members_of("", record, place)]
        held = {member.prefix[:-1] for member in self._members}
        fields = {
            attribute: one for member in self._members for attribute, one in member.fields() if attribute not in held
        }
        self._inside = {
            attribute: _Inside(field, below) for attribute, (field, below) in fields.items() if field.inside
        }
        self._classes = classes_getter(
            [attribute for attribute, (field, _) in fields.items() if len(field.classes) > 1]
        )
        self._near, self._far = conditions_of(typed, self._members)
        self._shapes: dict[Any, Shape] = {}
        self._every = [(one, attrgetter(one)) for member in self._members for one, _ in member.fields()]

    def seen(self, found: Any, hits: list[Hit]) -> int:
        key = None if self._classes is None else tuple(map(type, self._classes(found)))
        shape = self._shapes.get(key) or self._shape(key, found)
        if shape.hit is not None:
            hits.append(shape.hit)
        for told in shape.told:
            kind = told.get(found)
            hits.append(told.known.get(kind) or told.first(kind, found, self._shown))
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

        values = ((one, get(found)) for one, get in self._every)
        return {one: shown(value) for one, value in values if value is not UNSET}

    def _shape(self, key: Any, found: Any) -> Shape:
        """The shape of an object that is met for the first time. Raises Unshaped."""
        if len(self._shapes) >= MOST_SHAPES:
            raise Unshaped
        seen = self._shown(found)
        shape = Shape(self._members, self._near, seen)
        for attribute, inside in self._inside.items():
            part = inside.of(type(attrgetter(attribute)(found))) if attribute in seen else None
            if part is not None:
                shape.parts.append((attrgetter(attribute), part))
        self._shapes[key] = shape
        return shape
