"""Values that no types tell of: each is looked through, and held to what schemas there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from contracts.checking.batches import Batch, Rows
from contracts.checking.shapes import Hit, Place, Unshaped, seen_in, walked
from contracts.checking.value_types import NotTyped, Typed
from contracts.rules.instance import find, of_many
from contracts.rules.kind import Watch


class AnyValues:
    """Values of which nothing is known; what is in them is looked through."""

    @staticmethod
    def look(found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes them in."""
        for number, one in zip(rows.numbers, found, strict=True):
            try:
                names = walked(one)
            except Unshaped:
                batch.bad.add(number)
                continue
            if batch.names is not None:
                batch.names[number] += names

    @staticmethod
    def hits() -> Iterable[Hit]:
        """Nothing."""
        return ()


class AskedValues:
    """Values that types tell of but for some keywords: each is held to its schemas, and asked by these watches."""

    __slots__ = ("_taken", "_valid", "_watches")

    def __init__(self, typed: Typed, watches: Sequence[Watch]) -> None:
        self._valid, self._watches = typed.asked, watches
        self._taken: dict[str, Hit] = {}

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes them in."""
        from msgspec import UNSET, to_builtins

        for number, one in zip(rows.numbers, found, strict=True):
            if one is UNSET or number in batch.bad:
                continue
            value = to_builtins(one)
            if not _keeps(self._valid, value):
                batch.bad.add(number)
            elif self._watches:
                batch.later(number, [_hit(self._taken, name) for watch in self._watches for name in watch.names(value)])

    def hits(self) -> Iterable[Hit]:
        """Everything counted."""
        return self._taken.values()


def _hit(taken: dict[str, Hit], name: str) -> Hit:
    """What counts a branch."""
    if name not in taken:
        taken[name] = Hit((name,))
    return taken[name]


def _keeps(validators: Iterable[tuple[Any, bool]], value: Any) -> bool:
    """True where a value certainly keeps all that is asked of it."""
    try:
        return all((spared and value is None) or valid.is_valid(value) for valid, spared in validators)
    except (ValueError, RecursionError):
        return False


class JudgedValues:
    """Values that no types tell of: each is held to its schemas, and walked through."""

    __slots__ = ("_place", "_taken", "_valid", "_watches")

    def __init__(self, typed: Typed, place: Place | None) -> None:
        self._valid = typed.judged
        self._place = Place((), (), ()) if place is None else place.walked()
        self._watches = (
            []
            if place is None
            else [
                (watch.at[len(place.at) :], watch)
                for watch in place.unshaped
                if watch.at != place.at or watch.by == "anything"  # the others are the column's
            ]
        )
        if any(of_many(step) and step[0] == "{" for path, _ in self._watches for step in path):
            raise NotTyped("which branches it takes goes by values of a map")
        if place is not None and not place.is_shaped:
            raise NotTyped("which names stand in values of a map is asked of each")
        self._taken: dict[str, Hit] = {}

    def look(self, found: Sequence[Any], rows: Rows, batch: Batch) -> None:
        """Takes them in."""
        from msgspec import UNSET

        for number, one in zip(rows.numbers, found, strict=True):
            if one is UNSET or number in batch.bad:
                continue
            hits: list[Hit] = []
            try:
                names, unknown = seen_in(self._place, one, hits)
            except (Unshaped, ValueError, RecursionError):
                batch.bad.add(number)
                continue
            if unknown or not _keeps(self._valid, one):
                batch.bad.add(number)
                continue
            for path, watch in self._watches:
                hits += (_hit(self._taken, name) for _, value in find(one, path) for name in watch.names(value))
            batch.later(number, hits)
            if batch.names is not None:
                batch.names[number] += names

    def hits(self) -> Iterator[Hit]:
        """Everything counted."""
        yield from self._place.hits()
        yield from self._taken.values()
