"""A pseudonym for each open value of one interaction: one that rules read alike, and that holds no other value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from contracts.errors import Unusable
from contracts.model.json import Json
from contracts.recording.pseudonyms import RESERVED
from contracts.rules.credentials import kinds
from contracts.rules.instance import same

CROWDED = "the answer can't be scrubbed: a value would still be found in it; nothing was stored"

LEAST = 5
"""So long, in characters, is a value that must not be found in a pseudonym: a shorter one stands anywhere by chance."""

_SURE, _FEW, _MANY, _PIECES = (1, 2), 16, 2000, 8
_OURS = " ".join((*RESERVED, ".example https:// SCRUBBED"))


class OpenValues:
    """Open values, to be found in texts in one pass whatever their number."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = {value for value in values if len(value) >= LEAST and value not in _OURS}
        lengths: dict[str, set[int]] = {}
        for value in self._values:
            lengths.setdefault(value[:LEAST], set()).add(len(value))
        self._lengths = {head: sorted(found) for head, found in lengths.items()}

    def within(self, text: str, old: str) -> bool:
        """One stands in a pseudonym, but for what was no part of `old` to be replaced: a clock time, a sign."""
        if not self._lengths:
            return False
        for start in range(len(text) - LEAST + 1):
            for length in self._lengths.get(text[start : start + LEAST], ()):
                found = text[start : start + length]
                if found in self._values and old[start : start + length] != found:
                    return True
        return False


class Draws:
    """What became of each open value so far; `values` are those that no pseudonym may hold."""

    def __init__(self, values: OpenValues | None = None) -> None:
        self._values = values or OpenValues()
        self._made: dict[str, set[str]] = {}
        self._owner: dict[str, str] = {}
        self._free: dict[tuple[type, Json], Json] = {}

    def barred(self) -> Draws:
        """Draws of the same values once more, none of which may hold any of them."""
        return Draws(OpenValues(self._made))

    def collide(self) -> bool:
        """An open value stands in a pseudonym."""
        values = OpenValues(self._made)
        return any(values.within(new, old) for old, made in self._made.items() for new in made)

    def draw(
        self,
        old: Any,
        make: Callable[[int], Any],
        fits: Callable[[Json], bool] | None = None,
        others: Callable[[], Iterable[Json]] = tuple,
    ) -> Any:
        """The first pseudonym that `make` has in a turn and that fits, else one of the `others` that does.

        A value that no turn changes has nothing to hide, and one that rules leave no choice stays as well.
        """
        key = type(old), old
        if fits is None and key in self._free:
            return self._free[key]
        first = make(0)
        if same(first, old) and all(same(make(turn), old) for turn in _SURE):
            return old
        turns = chain((first,), map(make, range(1, _MANY if len(str(old)) >= LEAST else _FEW)))
        new = self._fitting(old, turns, fits)
        if new is None and fits is not None:
            pieced = self._pieced(old, make, fits) if isinstance(old, str) else ()
            known = (other for other in (*pieced, *others()) if not same(other, old) and fits(other))
            new = next(known, old if fits(old) and same(first, old) else None)
        new = self.noted(old, first if new is None else new)
        if fits is None:
            self._free[key] = new
        return new

    def noted(self, old: Any, new: Any) -> Any:
        """The new value, after taking note of what it stands for."""
        if not same(old, new):
            self._made.setdefault(str(old), set()).add(str(new))
            self._owner.setdefault(str(new), str(old))
        return new

    def _fitting(self, old: Json, turns: Iterable[Json], fits: Callable[[Json], bool] | None) -> Json:
        """The first that differs, fits, stands for nothing else, holds no other value, and looks like no credential.

        Where a shape has too few values for that, one that differs and fits; None for none. Raises Unusable where that
        one would hold another value.
        """
        written, spare, misfits = str(old), None, 0
        for new in turns:
            text = str(new)
            if same(new, old) or (fits is not None and not fits(new)):
                misfits += 1
                if misfits > _FEW:
                    break
                continue
            is_free = self._owner.get(text, written) == written
            if is_free and not self._values.within(text, written) and not any(kinds(text)):
                return new
            spare = new
        if spare is not None and self._values.within(str(spare), written):
            raise Unusable(CROWDED)
        return spare

    @staticmethod
    def _pieced(old: str, make: Callable[[int], Json], fits: Callable[[Json], bool]) -> Iterator[str]:
        """As many characters changed as the rules allow, where they fix some of them."""
        found = old
        for new in map(str, map(make, range(_PIECES))):
            for at, letter in enumerate(new if len(new) == len(old) else ""):
                if found[at] == old[at] != letter and fits(found[:at] + letter + found[at + 1 :]):
                    found = found[:at] + letter + found[at + 1 :]
        yield found
