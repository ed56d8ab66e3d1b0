"""What is known of answers that differ in their ids and bodies alone, and how bodies are told to keep a contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

from contracts.checking.batches import Batch
from contracts.checking.body_plan import BodyPlan
from contracts.checking.checker import Checker, fingerprint
from contracts.checking.columns import Seen
from contracts.checking.known_breaks import OFTEN, KnownBreaks
from contracts.checking.shapes import Hit, Place, Unshaped, again, doubled, seen_in, stands_for_bytes
from contracts.checking.tally import Count, Met, Position, Tally
from contracts.checking.value_types import Others
from contracts.model.json import ITEM, Json, Path, each_or_none, general, pointer
from contracts.rules import KINDS
from contracts.rules.branches import around
from contracts.rules.exchange import Exchange
from contracts.rules.instance import same, short

MOST_EXPECTED = 40
"""So many names, and so many values, that nobody documented are expected."""
MOST_REFUSED, PASSED_BY = 1_000, 20
"""Where types took none of so many bodies in a row, so many times none are shown to them."""


class KnownAnswers:
    """What is known of exchanges that differ in their ids and bodies alone."""

    def __init__(self, checker: Checker, exchange: Exchange, names: tuple[str, ...], tally: Tally) -> None:
        import msgspec

        self._decode = msgspec.json.Decoder().decode
        contract, target = exchange.contract, exchange.target
        self._contract, self._exchange, self._tally = contract, exchange, tally
        self._plan = BodyPlan(contract, target, names, checker.watches(target))
        self._valid = self._plan.valid
        self._place = Place((), self._plan.shaped, self._plan.listed)
        self._hit = Hit(tuple(around(exchange)))
        self._taken: dict[str, Hit] = {}
        self._rare = bool(self._plan.judged or self._plan.watches or self._plan.checks or self._plan.echoes)
        self._typed = self._plan.typed(Others())
        self._pause = self._refused = 0
        self._unknown: dict[Path, tuple[str, str]] = {}
        self._often: Counter[Path] = Counter()
        self.breaks = KnownBreaks(self._valid, exchange.interaction.origin, tally)

    @property
    def type(self) -> Any:
        """The type of a body that certainly keeps its schema; None where there is none."""
        return None if self._typed is None else self._typed.type

    def look(
        self, bodies: list[Any], sent: list[tuple[str, ...]], batch: Batch, *, text: bool | None, decoded: bool
    ) -> Sequence[int]:
        """Counts those of several bodies that are certainly as is known, and gives their rows.

        They are as they are written, or `decoded` as their type. `sent` has a column for each parameter of the path;
        `text` says that the bodies stand in JSON as texts, or are these.
        """
        if self._typed is None or self._pause:
            self._pause = max(0, self._pause - 1)
            return [] if decoded else self._each(bodies, sent, batch, text=bool(text))
        self._typed.look(bodies, sent, batch, text=bool(text), decoded=decoded)
        for number, check in self._plan.checks:
            wrong = {one for one in {*sent[number]} if not check(one)}
            if wrong:
                batch.bad.update(row for row, one in enumerate(sent[number]) if one in wrong)
        batch.all(self._hit, batch.rows)
        self._refused = 0 if batch.count() else self._refused + len(bodies)
        if self._refused > MOST_REFUSED:
            self._pause, self._refused = PASSED_BY, 0
        return batch.rows.kept

    def _each(self, raws: list[Any], sent: list[tuple[str, ...]], batch: Batch, *, text: bool) -> list[int]:
        """The same, one by one."""
        decode, rows = self._decode, []
        texts = raws
        if text and type(raws[0]) is not str:
            texts = [one if type(one) is str else "" for one in each_or_none(decode, raws)]
        found = zip(each_or_none(decode, texts), texts, zip(*sent, strict=True) if sent else repeat(()), strict=False)
        for row, (body, written, asked) in enumerate(found):
            if type(body) is dict or type(body) is list:
                hits: list[Hit] = []
                met = self._met_in(body, written.encode() if text else b"", asked, hits)
                if met is not None:
                    counted_again(met, batch.moments[row], batch.position(row))
                    batch.later(row, hits)
                    rows.append(row)
        batch.some(rows)
        batch.all(self._hit, batch.rows)
        batch.count()
        self.breaks.forget()
        return rows

    def keep(self, body: Any, text: bytes, sent: Sequence[str], at: str, position: Position) -> bool:
        """True where a body certainly keeps the contract, or breaks it as is known: then it is counted.

        `text` is its JSON where a recording holds that as a text, else empty; `sent` are the parameters of the path.
        """
        hits = [self._hit]
        found = self._met_in(body, text, sent, hits)
        if found is None:
            return False
        counted_again(found, at, position)
        again(hits, at, position)
        return True

    def _met_in(self, body: Any, text: bytes, sent: Sequence[str], hits: list[Hit]) -> list[tuple[Met, str]] | None:
        """What a body breaks as is known, each with what is seen; None where the exact judge is to say.

        What it exercises is added to the hits.
        """
        try:
            answers = self._answers(body, sent)
            if self._valid is None or answers is False:
                return None
            names, unknown = seen_in(self._place, body, hits)
            odd = any(doubled((text.decode(),), (names,))) if text else stands_for_bytes(body)
            if odd or (self._rare and not self._rarely(body, sent, hits)):
                return None
            if not self._valid.is_valid(body):
                return None if unknown else self._broken(body)
            if answers is None:
                return None
            return self._undocumented(unknown) if unknown else []
        except (Unshaped, ValueError, RecursionError):
            return None

    def _answers(self, body: Any, sent: Sequence[str]) -> bool | None:
        """True where the numbers of a path are as they should be, and repeated where they are to be; False where not.

        None where what should repeat one is no number: that is another rule's to say, if the schema asks for one.
        """
        found: bool | None = True
        for number, low, high, echoes in self._plan.numbers:
            value = int(sent[number])
            if not low <= value <= high:
                return False
            for name in echoes if type(body) is dict else ():
                repeated = body.get(name, value)
                if repeated != value or type(repeated) is not int:
                    if type(repeated) is int or type(repeated) is float:
                        return False
                    found = None
        return found

    def _rarely(self, body: Any, sent: Sequence[str], hits: list[Hit]) -> bool:
        """What few contracts have: True where that is kept; its hits are added."""
        for number, check in self._plan.checks:
            if not check(sent[number]):
                return False
        for number, path, read in self._plan.echoes:
            if not _echoed(body, path, read(sent[number])):
                return False
        if self._plan.judged or self._plan.watches:
            taken = self._others(body, sent)
            if taken is None:
                return False
            hits += taken
        return True

    def _others(self, body: Json, sent: Sequence[str]) -> list[Hit] | None:
        """What a body exercises beside its shapes; None where the exact judge has more to say."""
        exchange = replace(self._exchange, body=body, parameters=dict(zip(self._plan.names, sent, strict=True)))
        for rule in self._plan.judged:
            judge = KINDS[rule.kind].judge
            if judge is None or next(iter(judge(rule, exchange)), None) is not None:
                return None
        names = [name for watch in self._plan.watches for name in watch.taken(exchange)]
        for name in names:
            if name not in self._taken:
                self._taken[name] = Hit((name,))
        return [self._taken[name] for name in names]

    def _undocumented(self, unknown: list[tuple[Place, str, Any]]) -> list[tuple[Met, str]] | None:
        """The names that nobody documented as findings, each with what is seen; None where one is rarely met."""
        found = []
        for place, name, value in unknown:
            met = self._met((*place.at, name))
            if met is None:
                return None
            found.append((met, short(value)))
        self._often.update((*place.at, name) for place, name, _ in unknown)
        if any(self._often[*place.at, name] == OFTEN for place, name, _ in unknown):
            self._expect()
        return found

    def _broken(self, body: Json) -> list[tuple[Met, str]] | None:
        """The findings about a body that breaks its schema as is known, each with what is seen; None for any other."""
        before, found = self.breaks.often, self.breaks.of(body)
        if self.breaks.often > before:
            self._expect()
        return found

    def _met(self, at: Path) -> Met | None:
        """The finding of a name that nobody documented; None where it is rarely met."""
        if at not in self._unknown:
            where = pointer("0" if step == ITEM else step for step in at)
            self._unknown[at] = fingerprint(self._contract, self._plan.closed[0].id, where), general(where)
        return self._tally.known(self._exchange.interaction.origin, self._plan.closed[0].id, *self._unknown[at])

    def _expect(self) -> None:
        """From now on, what nobody documented and was met often may stand in bodies."""
        self.count()
        names: dict[Path, list[str]] = {}
        values: dict[Path, list[Json]] = {}
        for at in [at for at, count in self._often.items() if count >= OFTEN][:MOST_EXPECTED]:
            names.setdefault(at[:-1], []).append(at[-1])
        for at, value in [one for one, count in self.breaks.unlisted.items() if count >= OFTEN][:MOST_EXPECTED]:
            values.setdefault(at, []).append(value)
        self._typed = self._plan.typed(Others(names=names, values=values)) or self._typed
        self._pause = self._refused = 0

    def count(self) -> None:
        """Hands over what was counted since the last time."""
        if self._hit.count:
            hand_over(self._tally, self._exchange, self._hit)
        typed = self._typed.hits() if self._typed is not None else ()
        for hit in (*self._place.hits(), *typed, *self._taken.values()):
            if hit.count and isinstance(hit, Seen):
                met = self.breaks.met_at.get(hit.place_of) or self._met(hit.place_of)
                assert met is not None, "it was met often"
                met.again(hit.text, hit)
            if hit.count and hit.branches:
                self._tally.took(self._exchange.interaction.origin, hit.branches, hit)
            hit.clear()


def counted_again(found: Sequence[tuple[Met, str]], at: str, position: Position) -> None:
    """Counts each finding once more, where this was seen."""
    for met, seen in found:
        met.again(seen, Count(position, "", 1, at, at))


def _echoed(body: Json, at: tuple[str, ...], sent: Json) -> bool:
    value: Any = body
    for step in at:
        if not isinstance(value, dict) or step not in value:
            return True
        value = value[step]
    return same(value, sent)


def hand_over(tally: Tally, exchange: Exchange, hit: Hit) -> None:
    """Counts answers, and what they took whatever their bodies are."""
    origin = exchange.interaction.origin
    tally.answers(origin, hit, ok=exchange.answer is not None and exchange.answer.success)
    tally.took(origin, hit.branches, hit)
    hit.clear()
