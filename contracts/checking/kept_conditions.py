"""Conditions between the values of an object, held to many objects at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from contracts.checking.batches import Batch, Rows
from contracts.checking.shapes import MOST_SHAPES
from contracts.checking.value_types import ALIKE, Condition, Record, Typed, is_plain, only_record
from contracts.model.json import Path

_NOWHERE = object()
"""What is inside of a value that holds nothing."""


class KeptCondition:
    """What has to be somewhere in an object where something else is something."""

    __slots__ = ("_condition", "_kept", "_kinds", "_record", "_values", "_when")

    def __init__(self, record: Record, condition: Condition) -> None:
        self._record, self._condition = record, condition
        self._values = frozenset(condition.when.values)
        when, then = condition.when.path, condition.then.path
        self._when, self._kinds = _always(record, when), _always(record, when, then)
        self._kept: set[Any] = set()

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Marks the answers that break it."""
        some, numbers, values = found, rows.numbers, self._values
        if self._when is not None:
            chosen = [place for place, one in enumerate(map(self._when, found)) if one in values]
            some, numbers = [found[place] for place in chosen], [numbers[place] for place in chosen]
        kept, kinds = self._kept, self._kinds
        for number, one in zip(numbers, some, strict=True):
            kind = None if kinds is None else kinds(one)
            if kind is None or kind not in kept:
                if not self._follows(one):
                    batch.bad.add(number)
                elif kind is not None and len(kept) < MOST_SHAPES:
                    kept.add(kind)

    def _follows(self, found: Any) -> bool:
        """True where an object keeps it."""
        from msgspec import UNSET

        when, then = self._condition.when, self._condition.then
        value = _reached(self._record, found, when.path)
        if value is UNSET or value is _NOWHERE or not when.holds(value):
            return True
        value = _reached(self._record, found, then.path)
        return value is UNSET or (value is not _NOWHERE and then.holds(value))


def _always(record: Record, *paths: Path) -> Callable[[Any], Any] | None:
    """What takes the plain values of places from an object; None where one may be none, or missing on the way.

    Equal values of several places are of the same class.
    """
    fields = [_field(record, path) for path in paths]
    if any(field is None or not is_plain(field[0].classes) for field in fields):
        return None
    known = [field for field in fields if field is not None]
    if len(known) > 1 and any(len(field.classes & ALIKE) > 1 for field, _ in known):
        return None
    return attrgetter(*(attribute for _, attribute in known))


def _field(record: Record, path: Path) -> tuple[Typed, str] | None:
    """What is at a place of an object, and under which attribute; None where it may be missing on the way."""
    attributes = []
    for position, step in enumerate(path, 1):
        if step not in record.names:
            return None
        number = record.names.index(step)
        attributes.append(f"f{number}")
        field = record.fields[number]
        if position == len(path):
            return field, ".".join(attributes)
        inner = only_record(field)
        if inner is None:
            return None
        record = inner
    return None


def _reached(record: Record | None, value: Any, path: Path) -> Any:
    """What stands at a place inside of an object."""
    from msgspec import UNSET

    typed: Typed | None = None
    for step in path:
        inner = record if typed is None else typed.inside.get(type(value))
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
