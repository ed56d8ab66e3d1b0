"""Answers of which nobody judges the body: there is none, or none is documented for their status and media type."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from contracts.checking.batches import Batch
from contracts.checking.certain_paths import asked_of
from contracts.checking.known_answers import counted_again, hand_over
from contracts.checking.known_breaks import KnownBreaks
from contracts.checking.shapes import Hit, Unshaped, again, stands_for_bytes, walked
from contracts.checking.tally import Met, Position, Tally
from contracts.rules.branches import around
from contracts.rules.exchange import Exchange

_NOTHING = frozenset({b"null", b'""'})
"""What is written for a body where there is none."""
_UNSURE = ("\x1f", "x", "(")
"""How a text begins that may stand for compressed bytes."""


class UnjudgedAnswers:
    """What is known of exchanges that differ in their ids, and in bodies that no contract speaks of.

    Each is `met` once more, as was seen. Where they are `bare`, there is no body.
    """

    type: Any = None
    breaks: KnownBreaks | None = None

    def __init__(
        self, exchange: Exchange, names: tuple[str, ...], tally: Tally, met: Sequence[tuple[Met, str]], *, bare: bool
    ) -> None:
        self._exchange, self._tally, self._met, self._bare = exchange, tally, met, bare
        self._hit = Hit(tuple(around(exchange)))
        bounds, self._checks = asked_of(exchange.contract, names)
        self._bounds = [(number, *found) for number, found in bounds.items()]

    def look(
        self, bodies: list[Any], sent: list[tuple[str, ...]], batch: Batch, *, text: bool | None, decoded: bool
    ) -> Sequence[int]:
        """As in KnownAnswers; each is as it is written, or a text."""
        assert not decoded
        assert text is None or not self._bare
        asked = zip(*sent, strict=True) if sent else repeat(())
        rows = zip(range(len(bodies)), bodies, asked, strict=False)
        return [row for row, body, one in rows if self.keep(body, one, batch.moments[row], batch.position(row))]

    def keep(self, body: Any, sent: Sequence[str], at: str, position: Position) -> bool:
        """True where an exchange certainly is as is known: then it is counted."""
        if not all(low <= int(sent[number]) <= high for number, low, high in self._bounds):
            return False
        if not all(check(sent[number]) for number, check in self._checks):
            return False
        if not (is_nothing(body) if self._bare else is_read(body)):
            return False
        counted_again(self._met, at, position)
        again([self._hit], at, position)
        return True

    def count(self) -> None:
        """Hands over what was counted since the last time."""
        if self._hit.count:
            hand_over(self._tally, self._exchange, self._hit)


def is_read(body: Any) -> bool:
    """True where the exact judge can certainly read a body that isn't coded, and it is one."""
    import msgspec

    if type(body) is bytes:
        return bool(body)
    try:
        found = body if type(body) is str else msgspec.json.decode(body)
        if type(found) is str:
            return bool(found) and not found.startswith(_UNSURE)
        return type(found) in {dict, list} and not stands_for_bytes(found) and walked(found) >= 0
    except (Unshaped, ValueError, RecursionError):
        return False


def is_nothing(body: Any) -> bool:
    """True where there is no body, however that is written."""
    return not body if type(body) is str or type(body) is bytes else bytes(body) in _NOTHING
