"""The fast judge of recorded exchanges: it says "certainly kept" and counts what they exercise, or says nothing.

Whatever it says nothing of is the exact judge's. What is the same for many exchanges (address, status, headers, the
shapes of bodies) is worked out once, by the exact judge or from the rules themselves, and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from operator import itemgetter
from typing import Any

from contracts.checking.certain_paths import Route, bounds_of, check_of, reader, routes
from contracts.checking.checker import Checker, fingerprint
from contracts.checking.known_breaks import KnownBreaks
from contracts.checking.shapes import Hit, Place, Unshaped, again, is_of_element, is_other, is_shaped, seen_in, shaped
from contracts.checking.tally import Count, Met, Position, Tally
from contracts.checking.typed_bodies import TypedBody
from contracts.checking.value_types import NotTyped
from contracts.model.contract import REQUEST, RESPONSE, Contract, Rule
from contracts.model.finding import Finding
from contracts.model.json import ITEM, Json, general, pointer
from contracts.rules import KINDS
from contracts.rules.branches import around
from contracts.rules.echoes import echoed_parameter
from contracts.rules.exchange import Exchange
from contracts.rules.instance import same, short
from contracts.rules.listing import listing_of

MOST_KNOWN = 20_000
"""So many combinations of what stands around bodies are remembered; others are left to the exact judge."""
MOST_REFUSED, PASSED_BY = 20, 200
"""After so many bodies in a row that types didn't take, so many aren't shown to them."""
_OPENINGS = frozenset({b"{", b"["})


class Screen:
    """Judges the exchanges of one part of the input as far as it can; from the exact judge's word it `learn`s.

    `contracts` are all that are known.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        import msgspec

        every = tuple(contracts)
        self._routes = routes(every)
        self._decode = msgspec.json.Decoder().decode
        self._known: dict[Any, _Known | None] = {}
        self._asked: tuple[Any, tuple[str, ...]] | None = None
        self._broken: KnownBreaks | None = None
        ruled = {str(rule.says["name"]).lower() for one in every for rule in one.about(RESPONSE, "header")}
        self._ruled = {"content-type", *ruled}
        self._headers: dict[tuple[str, ...], tuple[Any, Callable[[dict[str, str]], Any]]] = {}
        self._route = Route(-1, "", lambda _: None, (), queried=False)
        self._made: dict[Any, _Known] = {}

    def take(self, line: Any, at: str, position: Position) -> bool:
        """True where an exchange certainly keeps its contract, or breaks it as is known: then it is counted.

        `line` is the exchange as it is written: its `request` with method and url, its `response` with status,
        headers as names and texts, and body as JSON; `at` is its moment. Raises ValueError, RecursionError.
        """
        if self._broken is not None or self._asked is not None:
            self.forget()
        request, answer = line.request, line.response
        route = self._route
        found = route.match(request.url)
        if found is None or route.method != request.method:
            found = self._routed(request.method, request.url)
            if found is None:
                return False
            route = self._route
        host, *sent, query = found.groups()
        headers, raw = answer.headers or {}, bytes(answer.body)
        names = tuple(headers)
        sort, ruled = self._headers.get(names) or self._read(names)
        text, asked = raw[:1] == b'"', query if route.queried else ""
        key = (route.number, host, asked, answer.status, line.origin, text, sort, ruled(headers))
        known = self._known.get(key)
        if known is None:
            new = key not in self._known and len(self._known) < MOST_KNOWN
            self._asked = (key, route.names) if new else None
            return False
        raw = self._decode(raw).encode() if text else raw
        if raw[:1] not in _OPENINGS:
            return False
        if known.typed is not None and known.keep_typed(raw, sent, at, position, text=text):
            return True
        kept = known.keep(self._decode(raw), raw if text else b"", sent, at, position)
        if not kept:
            self._broken = known.breaks
        return kept

    def learn(self, checker: Checker, exchange: Exchange, findings: Iterable[Finding], tally: Tally) -> None:
        """What the exact judge found of the exchange that wasn't taken just now, and where that is counted."""
        if self._broken is not None:
            self._broken.learn(findings)
            self._broken = None
        if self._asked is None:
            return
        (key, names), self._asked = self._asked, None
        contract = exchange.contract
        about = {rule.id for rule in contract.rules if rule.target in {REQUEST, RESPONSE}}
        if any(finding.rule in about for finding in findings):
            return  # of these ids, perhaps
        if exchange.answer is None or not exchange.has_body or not exchange.target:
            self._known[key] = None
            return
        same = id(contract), exchange.answer.key, exchange.target, exchange.interaction.origin
        if same not in self._made:
            self._made[same] = _Known(checker, exchange, names, tally)
        self._known[key] = self._made[same]

    def forget(self) -> None:
        """Learns nothing from what the exact judge says next."""
        self._asked = None
        if self._broken is not None:
            self._broken.forget()
            self._broken = None

    def count(self) -> None:
        """Hands over what was counted since the last time."""
        for known in self._made.values():
            known.count()

    def _routed(self, method: str, url: str) -> re.Match[str] | None:
        """The path that an address is of; its route is the likeliest of the next one as well."""
        for route in self._routes.get((method, url.count("/")), ()):
            found = route.match(url)
            if found is not None:
                self._route = route
                return found
        return None

    def _read(self, names: tuple[str, ...]) -> tuple[Any, Callable[[dict[str, str]], Any]]:
        """What of such headers of an answer matters by its name, and what takes those whose values any rule reads."""
        ruled = tuple(name for name in names if name.lower() in self._ruled)
        coded = any(name.lower() == "content-encoding" for name in names)
        found = (ruled, coded, bool(names)), itemgetter(*ruled) if ruled else lambda _: None
        if len(self._headers) < MOST_KNOWN:
            self._headers[names] = found
        return found


class _Known:
    """What is known of exchanges that differ in their ids and bodies alone."""

    def __init__(self, checker: Checker, exchange: Exchange, names: tuple[str, ...], tally: Tally) -> None:
        contract, target = exchange.contract, exchange.target
        self._contract, self._exchange, self._tally = contract, exchange, tally
        self._names = names
        self._valid = listing_of(contract).validators.fast(contract.bodies[target].at)
        self._hit = Hit(tuple(around(exchange)))
        watches = checker.watches(target)
        by_shape = shaped(watches)
        self._watches = tuple(watch for watch in watches if watch not in by_shape)
        self._taken: dict[str, Hit] = {}
        closed = contract.about(target, "closed")
        listed = contract.index.closed(target) if closed else ()
        if all(is_shaped(at) for at, _, _ in listed):
            self._closed, closed = closed, ()
            self._place = Place((), by_shape, listed)
        else:
            self._closed = ()
            self._place = Place((), by_shape, ())
        echoes = contract.about(target, "echo")
        plain = [rule for rule in echoes if _is_plain(rule, names)]
        self._judged = (*closed, *(rule for rule in echoes if rule not in plain))
        bounds = {number: found for number, name in enumerate(names) if (found := bounds_of(contract, name))}
        ranged = [rule for rule in plain if names.index(echoed_parameter(rule.says)) in bounds and len(rule.at) == 1]
        self._numbers = tuple(
            (number, *found, tuple(rule.at[0] for rule in ranged if echoed_parameter(rule.says) == names[number]))
            for number, found in bounds.items()
        )
        self._checks = tuple(
            (number, check_of(contract, name)) for number, name in enumerate(names) if number not in bounds
        )
        self._echoes = tuple(
            (names.index(echoed_parameter(rule.says)), rule.at, reader(contract, echoed_parameter(rule.says)))
            for rule in plain
            if rule not in ranged
        )
        self._rare = bool(self._judged or self._watches or self._checks or self._echoes)
        self.typed: TypedBody | None = None
        self._refused = 0
        if self._valid is not None and not self._judged and all(map(is_of_element, self._watches)):
            with suppress(NotTyped):
                self.typed = TypedBody(contract, target, watches, listed, self._numbers, self._echoes)
        self._unknown: dict[tuple[int, str], tuple[str, str]] = {}
        self.breaks = KnownBreaks(self._valid, exchange.interaction.origin, tally)

    def keep_typed(self, raw: bytes, sent: list[str], at: str, position: Position, *, text: bool) -> bool:
        """True where a body certainly keeps the contract, as its types tell: then it is counted."""
        self._refused += 1  # until it is known
        if self._refused > MOST_REFUSED:
            self._refused %= MOST_REFUSED + PASSED_BY
            return False
        hits = [self._hit]
        assert self.typed is not None
        try:
            kept = self.typed.keeps(raw, sent, hits, text=text)
        except (Unshaped, ValueError, RecursionError):
            return False
        if not kept or (self._checks and not all(check(sent[number]) for number, check in self._checks)):
            return False
        self._refused = 0
        again(hits, at, position)
        return True

    def keep(self, body: Any, text: bytes, sent: list[str], at: str, position: Position) -> bool:
        """True where a body certainly keeps the contract, or breaks it as is known: then it is counted.

        `text` is its JSON where a recording holds that as a text, else empty; `sent` are the parameters of the path.
        """
        hits = [self._hit]
        try:
            answers = self._answers(body, sent)
            if self._valid is None or answers is False:
                return False
            names, unknown = seen_in(self._place, body, hits)
            odd = (text or len(body) == 1) and is_other(body, text, names)
            if odd or (self._rare and not self._rarely(body, sent, hits)):
                return False
            found: list[tuple[Met, str]] | None = []
            if not self._valid.is_valid(body):
                found = None if unknown else self.breaks.of(body)
            elif answers is None:
                return False
            elif unknown:
                found = self._undocumented(unknown)
        except (Unshaped, ValueError, RecursionError):
            return False
        if found is None:
            return False
        for met, seen in found:
            met.again(seen, Count(position, "", 1, at, at))
        again(hits, at, position)
        return True

    def _answers(self, body: Any, sent: list[str]) -> bool | None:
        """True where the numbers of a path are as they should be, and repeated where they are to be; False where not.

        None where what should repeat one is no number: that is another rule's to say, if the schema asks for one.
        """
        found: bool | None = True
        for number, low, high, echoes in self._numbers:
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

    def _rarely(self, body: Any, sent: list[str], hits: list[Hit]) -> bool:
        """What few contracts have: True where that is kept; its hits are added."""
        for number, check in self._checks:
            if not check(sent[number]):
                return False
        for number, path, read in self._echoes:
            if not _echoed(body, path, read(sent[number])):
                return False
        if self._judged or self._watches:
            taken = self._others(body, sent)
            if taken is None:
                return False
            hits += taken
        return True

    def _others(self, body: Json, sent: list[str]) -> list[Hit] | None:
        """What a body exercises beside its shapes; None where the exact judge has more to say."""
        exchange = replace(self._exchange, body=body, parameters=dict(zip(self._names, sent, strict=True)))
        for rule in self._judged:
            judge = KINDS[rule.kind].judge
            if judge is None or next(iter(judge(rule, exchange)), None) is not None:
                return None
        names = [name for watch in self._watches for name in watch.taken(exchange)]
        for name in names:
            if name not in self._taken:
                self._taken[name] = Hit((name,))
        return [self._taken[name] for name in names]

    def _undocumented(self, unknown: list[tuple[Place, str, Any]]) -> list[tuple[Met, str]] | None:
        """The names that nobody documented as findings, each with what is seen; None where one is rarely met."""
        origin = self._exchange.interaction.origin
        found = []
        for place, name, value in unknown:
            key = id(place), name
            if key not in self._unknown:
                where = pointer("0" if step == ITEM else step for step in (*place.at, name))
                self._unknown[key] = fingerprint(self._contract, self._closed[0].id, where), general(where)
            met = self._tally.known(origin, self._closed[0].id, *self._unknown[key])
            if met is None:
                return None
            found.append((met, short(value)))
        return found

    def count(self) -> None:
        """Hands over what was counted since the last time."""
        origin = self._exchange.interaction.origin
        success = self._exchange.answer is not None and self._exchange.answer.success
        if self._hit.count:
            self._tally.answers(origin, self._hit, ok=success)
        typed = self.typed.hits() if self.typed is not None else ()
        for hit in (self._hit, *self._place.hits(), *typed, *self._taken.values()):
            if hit.count:
                self._tally.took(origin, hit.branches, hit)
                hit.clear()


def _echoed(body: Json, at: tuple[str, ...], sent: Json) -> bool:
    value: Any = body
    for step in at:
        if not isinstance(value, dict) or step not in value:
            return True
        value = value[step]
    return same(value, sent)


def _is_plain(rule: Rule, names: tuple[str, ...]) -> bool:
    return echoed_parameter(rule.says) in names and is_shaped(rule.at) and ITEM not in rule.at
