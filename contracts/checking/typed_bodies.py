"""Kept bodies decoded as types, and what they exercise, many at once.

The types decide what a body's schema asks for; what they leave open is told by columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import compress
from operator import attrgetter
from typing import Any, TypeAlias

from contracts.checking.batches import Batch
from contracts.checking.body_types import Untyped, types_of
from contracts.checking.certain_paths import LARGEST
from contracts.checking.columns import Column
from contracts.checking.shapes import Closed, Hit, Place, doubled, stands_for_bytes
from contracts.checking.value_types import NotTyped, Others, Record, only_record
from contracts.model.contract import Contract
from contracts.model.json import Json, Path, each_or_none
from contracts.rules.instance import same
from contracts.rules.kind import Watch
from contracts.rules.listing import listing_of

Numbers: TypeAlias = tuple[tuple[int, float, float, tuple[str, ...]], ...]
"""Parameters of a path that are numbers: which, its bounds, and the names of a body that repeat it."""


class TypedBodies:
    """One body of a contract as types, and what of a path it repeats. Raises NotTyped.

    `watches` and `closed` are those of the whole body that go by shape or value. `echoes` are parameters of a path
    that are no numbers, each with the place that repeats it and how its text is read. What nobody documented and
    stands in it all the same are `others`.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what is asked of a body
        self, contract: Contract, target: str, watches: tuple[Watch, ...], closed: tuple[Closed, ...],
        numbers: Numbers,
        echoes: tuple[tuple[int, Path, Callable[[str], Json]], ...],
        others: Others,
    ) -> None:  # fmt: skip
        import msgspec

        self.untyped = Untyped()
        validators = listing_of(contract).validators
        at = contract.bodies[target].at
        typed = types_of(contract.document.answers, validators, at, others, self.untyped)
        if typed.classes & {str, int, float, bool}:
            raise NotTyped("it may be no object and no list")
        self._mapped = dict in typed.classes
        own = [watch for watch in watches if not watch.at and watch.by not in {"names", "anything"}]
        self._root = Column(typed, Place((), watches, closed), own)
        self._hit = Hit(self._root.certain)
        record = only_record(typed)
        if record is None and (echoes or any(names for *_, names in numbers)):
            raise NotTyped("it repeats a parameter, and may be more than one kind of object")
        repeats = ((number, low, high, _repeats(record, names)) for number, low, high, names in numbers)
        self._numbers = [one for one in repeats if one[3] or one[1] > 0 or one[2] < LARGEST]
        self._echoes = [(number, _getter_of(record, at), read) for number, at, read in echoes]
        if any("base64" in one.names for one in typed.inside.values() if isinstance(one, Record)):
            raise NotTyped("an object with `base64` may stand for bytes")
        try:
            self.type, self._decode = typed.type, msgspec.json.Decoder(typed.type).decode
        except (TypeError, ValueError) as error:
            raise NotTyped(f"no types can say it ({error})") from None
        self._text, self._unset = msgspec.json.Decoder(str).decode, msgspec.UNSET

    def look(self, given: list[Any], sent: list[tuple[str, ...]], batch: Batch, *, text: bool, decoded: bool) -> None:
        """Takes in bodies, and marks those that don't certainly keep the contract.

        They are as they are written, or `decoded` as `type`. `sent` has a column for each parameter of the path, `text`
        says that the bodies stand in JSON as texts: of these, the texts are what is `decoded`.
        """
        texts = given
        if text and type(given[0]) is not str:
            texts = [one or "" for one in each_or_none(self._text, given)]
        bodies = given if decoded else each_or_none(self._decode, texts)
        rows = batch.rows
        if not decoded and any(body is None for body in bodies):
            chosen = [body is not None for body in bodies]
            rows = batch.some([*compress(rows.numbers, chosen)])
            bodies, texts = [*compress(bodies, chosen)], [*compress(texts, chosen)]
            sent = [tuple(compress(column, chosen)) for column in sent]
        if not bodies:
            return
        for broken in self._broken(bodies, sent):
            batch.bad.update(compress(rows.numbers, broken))
        batch.names = [0] * len(given) if text or self._mapped else None
        batch.all(self._hit, rows)
        self._root.look(bodies, rows, batch)
        if batch.names is not None:
            if text:
                wrong = doubled(texts, [batch.names[number] for number in rows.numbers])
            else:
                wrong = [type(body) is dict and stands_for_bytes(body) for body in bodies]
            batch.bad.update(compress(rows.numbers, wrong))

    def _broken(self, bodies: list[Any], sent: list[tuple[str, ...]]) -> Iterator[list[bool]]:
        """Which of them don't repeat what was asked for, or were asked for beyond bounds."""
        for number, low, high, repeats in self._numbers:
            asked = [*map(int, sent[number])]
            if min(asked) < low or max(asked) > high:
                yield [not low <= one <= high for one in asked]
            for told in ([*map(get, bodies)] for get in repeats):
                if told != asked:
                    yield [one != other for one, other in zip(told, asked, strict=True)]
        for number, get, read in self._echoes:
            told = [*map(get, bodies)]
            yield [
                one is not self._unset and not same(one, read(other))
                for one, other in zip(told, sent[number], strict=True)
            ]

    def hits(self) -> Iterator[Hit]:
        """Everything counted."""
        yield self._hit
        yield from self._root.hits()


def _repeats(record: Record | None, names: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    """What takes the values that repeat a number. Raises NotTyped."""
    if record is None:
        return []
    known = [name for name in names if name in record.names]
    if any(record.fields[record.names.index(name)].classes & {bool, float} for name in known):
        raise NotTyped("what repeats a number may be written in several ways")
    return [_getter_of(record, (name,)) for name in known]


def _getter_of(record: Record | None, at: Path) -> Callable[[Any], Any]:
    """What takes the value of a name. Raises NotTyped."""
    if record is None or len(at) > 1 or at[0] not in record.names:
        raise NotTyped("what repeats a parameter is no name of the body")
    return attrgetter(f"f{record.names.index(at[0])}")
