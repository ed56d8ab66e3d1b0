"""The fast judge of recorded exchanges: it says "certainly kept" and counts what they exercise, or says nothing.

Whatever it says nothing of is the exact judge's. What is the same for many exchanges (address, status, headers, the
shapes of bodies) is worked out once, by the exact judge or from the rules themselves, and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter, gt, itemgetter
from typing import Any

from contracts.checking.batches import Batch
from contracts.checking.certain_paths import Route, Routes
from contracts.checking.checker import Checker
from contracts.checking.known_answers import KnownAnswers
from contracts.checking.known_breaks import KnownBreaks
from contracts.checking.tally import Part, Position, Tally
from contracts.checking.unjudged_answers import UnjudgedAnswers, is_nothing
from contracts.model.contract import REQUEST, RESPONSE, Contract
from contracts.model.finding import Finding
from contracts.model.frozen import frozen
from contracts.rules.exchange import Exchange

MOST_KNOWN = 20_000
"""So many combinations of what stands around bodies are remembered; others are left to the exact judge."""
_OPENINGS = frozenset({b"{", b"["})
_URL, _HEADERS = attrgetter("request.url"), attrgetter("response.headers")
_AROUND, _BODY = attrgetter("request.method", "response.status", "origin"), attrgetter("response.body")
_CODED = "content-encoding"
_OF_STATUS = frozenset({"status", "media-type"})
"""The kinds of rules that go by status and media type alone."""
_SEVERAL = 5
"""Fewer exchanges are looked at one by one in less time."""
_MOSTLY = 1.5
"""More than one in so many exchanges are most of them."""


@frozen
class Usual:
    """What most exchanges that come one after the other have in common.

    `around` is their method, status and origin, `headers` those that matter, `text` says that bodies are texts, None
    that there are none.
    """

    around: tuple[str, int, str]
    headers: dict[str, str]
    text: bool | None
    known: KnownAnswers | UnjudgedAnswers | None = None

    @property
    def body(self) -> Any:
        """The type that bodies are decoded as; None where they stay as they are written."""
        return str if self.text else self.known and self.known.type


class Screen:
    """Judges the exchanges of one part of the input as far as it can; from the exact judge's word it `learn`s.

    `contracts` are all that are known.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        import msgspec

        every = tuple(contracts)
        self._routes = Routes(every)
        self._decode = msgspec.json.Decoder().decode
        self._known: dict[Any, KnownAnswers | UnjudgedAnswers | None] = {}
        self._asked: tuple[Any, tuple[str, ...]] | None = None
        self._broken: KnownBreaks | None = None
        ruled = {str(rule.says["name"]).lower() for one in every for rule in one.about(RESPONSE, "header")}
        self.ruled = frozenset({"content-type", _CODED, *ruled})
        self._headers: dict[tuple[str, ...], tuple[Any, Callable[[dict[str, str]], Any]]] = {}
        self._structs: dict[Any, tuple[tuple[str, ...], Callable[[Any], Any]]] = {}
        self._route = Route(-1, "", lambda _: None, lambda _: [], (), queried=False)
        self._made: dict[Any, KnownAnswers | UnjudgedAnswers] = {}
        self.usual: Usual | None = None

    def take_all(
        self, lines: Sequence[Any], moments: Sequence[str], part: Part, numbers: Sequence[int],
        *, usual: Usual | None = None,
    ) -> list[int]:  # fmt: skip
        """Counts those of several exchanges that certainly keep a contract as types tell; gives their places.

        `lines` are as in `take`, but that headers are a struct with a field for each name, or pairs of those that
        matter. Those with what is `usual` have their body as its type, and no more. `moments` are theirs, `numbers`
        those that they have in a part.
        """
        every = range(len(lines))
        order: Sequence[int] = every
        if any(map(gt, moments, moments[1:])):
            order = sorted(order, key=moments.__getitem__)
            lines, moments, numbers = ([*map(one.__getitem__, order)] for one in (lines, moments, numbers))
        taken: list[int] = []
        for now, chosen, sent in self._groups(lines, usual) if lines else ():
            if len(chosen) < _SEVERAL:
                continue
            if len(chosen) == len(lines):
                bodies, batch = [*map(_BODY, lines)], Batch(moments, part, numbers)
            else:
                bodies = [lines[place].response.body for place in chosen]
                batch = Batch([moments[place] for place in chosen], part, [numbers[place] for place in chosen])
            assert now.known is not None
            typed = usual is not None and not now.text and now.known.type is not None
            rows = now.known.look(bodies, sent, batch, text=now.text, decoded=typed)
            taken += map(chosen.__getitem__, rows)
            if self.usual is None and len(rows) * _MOSTLY > len(lines):
                self.usual = now
        if usual is not None and len(taken) * _MOSTLY <= len(lines):
            self.usual = None
        return taken if order is every else [*map(order.__getitem__, taken)]

    def _groups(
        self, lines: Sequence[Any], usual: Usual | None
    ) -> Iterator[tuple[Usual, Sequence[int], list[tuple[str, ...]]]]:
        """Those of which the same is known, their places, and the parameters of their paths."""
        found, where = self._addressed(lines)
        columns: tuple[list[Any], ...] = (where,)
        if usual is None:
            kind = next((type(one) for one in map(_HEADERS, lines) if one is not None), None)
            if kind is None:
                return  # whether no headers keep the contract, the exact judge says
            names, ruled = self._structs.get(kind) or self._struct(kind)
            columns = (
                where,
                [*map(_AROUND, lines)],
                [None if one is None else ruled(one) for one in map(_HEADERS, lines)],
            )
        groups: dict[Any, Any] = {}
        if all(column.count(column[0]) == len(lines) for column in columns):
            groups[tuple(column[0] for column in columns)] = range(len(lines))
        else:
            for place, key in enumerate(zip(*columns, strict=True)):
                groups.setdefault(key, []).append(place)
        for key, chosen in groups.items():
            now = usual
            if usual is None and key[2] is not None:
                pairs = zip(names, key[2], strict=True) if names else key[2]
                headers = {name: value for name, value in pairs if type(value) is str}
                now = Usual(around=key[1], headers=headers, text=_form(lines[chosen[0]].response.body))
            known = None if now is None else self._known_of(now, key[0])
            if now is not None and known is not None and (usual is None or known is usual.known):
                some = found if len(groups) == 1 else [found[place] for place in chosen]
                yield replace(now, known=known), chosen, [*zip(*some, strict=True)][1:-1]

    def _addressed(self, lines: Sequence[Any]) -> tuple[list[tuple[str, ...]], list[Any]]:
        """What stands in the address of each line, and what of it matters: route, host and query; None for no route."""
        urls, route = [*map(_URL, lines)], self._route
        text = "\n".join(urls)
        found: list[tuple[str, ...]] = route.every(text)
        if len(found) == len(urls) == text.count("\n") + 1:
            hosts = [one[0] for one in found]
            if not route.queried and hosts.count(hosts[0]) == len(hosts):
                return found, [(route, hosts[0], "")] * len(hosts)
            return found, [(route, one[0], one[-1] if route.queried else "") for one in found]
        found, where = [], []
        for line, url in zip(lines, urls, strict=True):
            match = self._routed(line.request.method, url)
            found.append(() if match is None else match.groups())
            where.append(
                None if match is None else (self._route, match[1], found[-1][-1] if self._route.queried else "")
            )
        return found, where

    def _known_of(self, now: Usual, where: tuple[Route, str, str] | None) -> KnownAnswers | UnjudgedAnswers | None:
        """What is known of such exchanges at an address."""
        method, status, origin = now.around
        if where is None or where[0].method != method or not now.headers:
            return None  # without one of its headers, nobody knows here whether it has any
        if len({*map(str.lower, now.headers)}) < len(now.headers):
            return None  # nor which came first
        route, host, asked = where
        sort, ruled = self._read(tuple(now.headers))
        return self._known.get((route.number, host, asked, status, origin, now.text, sort, ruled(now.headers)))

    def _struct(self, kind: Any) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
        """Of headers that are such a struct, the names that matter, and what takes their values; pairs are both."""
        if kind is tuple:
            return (), tuple
        fields = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
        read = {name: field for name, field in fields if name.lower() in self.ruled}
        doubled = [*read.values()] * 2  # so that it always takes a tuple
        found = tuple([*read] * 2), attrgetter(*doubled) if doubled else lambda _: ()
        self._structs[kind] = found
        return found

    def take(self, line: Any, at: str, position: Position) -> bool:
        """True where an exchange certainly keeps its contract, or breaks it as is known: then it is counted.

        `line` is the exchange: its `request` with method and url, its `response` with status, headers that are
        names and texts, and body, as its JSON stands in JSON or as bytes or text by itself; `at` is its moment. Raises
        ValueError, RecursionError.
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
        headers, raw = answer.headers or {}, answer.body
        if type(headers) is tuple:
            headers = dict(headers)
            if len(headers) < len(answer.headers):
                return False
        names = tuple(headers)
        sort, ruled = self._headers.get(names) or self._read(names)
        text, asked = _form(raw), query if route.queried else ""
        key = (route.number, host, asked, answer.status, line.origin, text, sort, ruled(headers))
        known = self._known.get(key)
        if known is None:
            new = key not in self._known and len(self._known) < MOST_KNOWN
            self._asked = (key, route.names) if new else None
            return False
        if isinstance(known, UnjudgedAnswers):
            return known.keep(raw, sent, at, position)
        raw = self._written(raw) if text else bytes(raw)
        if text is not None and raw[:1] not in _OPENINGS:
            return False
        body = None if text is None else self._decode(raw)
        kept = known.keep(body, raw if text else b"", sent, at, position)
        if not kept:
            self._broken = known.breaks
        return kept

    def learn(self, checker: Checker, exchange: Exchange, findings: Sequence[Finding], tally: Tally) -> None:
        """What the exact judge found of the exchange that wasn't taken just now, and where that is counted."""
        if self._broken is not None:
            self._broken.learn(findings)
            self._broken = None
        if self._asked is None:
            return
        (key, names), self._asked = self._asked, None
        contract, origin = exchange.contract, exchange.interaction.origin
        kinds = _OF_STATUS if not exchange.due else frozenset()
        about = {rule.id for rule in contract.rules if rule.target in {REQUEST, RESPONSE} and rule.kind not in kinds}
        if any(finding.rule in about for finding in findings):
            return  # of these ids, perhaps
        same: tuple[Any, ...] = id(contract), origin, *key[3:]
        if not exchange.due:
            met = [(tally.known(origin, one.rule, one.fingerprint, one.pointer), one.seen) for one in findings]
            known = [(one, seen) for one, seen in met if one is not None]
            if len(known) < len(met):
                return  # more of it is to be shown
            bare, (_, coded, _) = key[5] is None, key[6]
            if bare or not coded:
                self._made.setdefault(same, UnjudgedAnswers(exchange, names, tally, known, bare=bare))
            self._known[key] = self._made.get(same)
            return
        if exchange.answer is None or not exchange.has_body or not exchange.target:
            self._known[key] = None
            return
        same = id(contract), exchange.answer.key, exchange.target, origin
        if same not in self._made:
            self._made[same] = KnownAnswers(checker, exchange, names, tally)
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
        for route in self._routes.of(method, url):
            found = route.match(url)
            if found is not None:
                self._route = route
                return found
        return None

    def _written(self, body: Any) -> bytes:
        """A body that is a text."""
        if type(body) is bytes:
            return body
        text: str = body if type(body) is str else self._decode(body)
        return text.encode()

    def _read(self, names: tuple[str, ...]) -> tuple[Any, Callable[[dict[str, str]], Any]]:
        """What of such headers of an answer matters by its name, and what takes those whose values any rule reads."""
        ruled = tuple(sorted((name for name in names if name.lower() in self.ruled - {_CODED}), key=str.lower))
        coded = any(name.lower() == _CODED for name in names)
        found = (ruled, coded, bool(names)), itemgetter(*ruled) if ruled else lambda _: None
        if len(self._headers) < MOST_KNOWN:
            self._headers[names] = found
        return found


def _form(body: Any) -> bool | None:
    """True where a body is written as a text, or is one; None where there is none."""
    if is_nothing(body):
        return None
    return type(body) is str or type(body) is bytes or bytes(body)[:1] == b'"'
