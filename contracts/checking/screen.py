"""The fast judge of recorded exchanges: it says "certainly kept" and counts what they exercise, or says nothing.

Whatever it says nothing of is the exact judge's. What is the same for many exchanges (address, status, headers, the
shapes of bodies) is worked out once, by the exact judge or from the rules themselves, and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from contracts.checking.checker import Checker, fingerprint
from contracts.checking.shapes import Hit, Place, Seen, Unshaped, again, is_shaped, seen_in, shaped
from contracts.checking.tally import Count, Position, Tally
from contracts.model.contract import REQUEST, RESPONSE, Contract, Rule
from contracts.model.finding import Finding
from contracts.model.json import ITEM, Json, general, pointer
from contracts.rules import KINDS
from contracts.rules.branches import around
from contracts.rules.credentials import is_placeholder
from contracts.rules.echoes import echoed_parameter
from contracts.rules.exchange import Exchange
from contracts.rules.instance import same, short
from contracts.rules.listing import listing_of
from contracts.rules.parameters import parameter_fault, range_fault
from contracts.rules.routing import plain_path

MOST_KNOWN = 20_000
"""So many combinations of what stands around bodies are remembered; others are left to the exact judge."""
_DIGITS = "[0-9]{1,15}"
_TEXT = "[A-Za-z0-9._~-]{1,200}"
_OPENINGS = frozenset({b"{", b"["})


class _Route(NamedTuple):
    """A path that fits no other contract's: how an address of it is matched, and what its parameters are called."""

    number: int
    match: Callable[[str], re.Match[str] | None]
    names: tuple[str, ...]


class Screen:
    """Judges the exchanges of one part of the input as far as it can; from the exact judge's word it `learn`s.

    `contracts` are all that are known.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        import msgspec

        every = tuple(contracts)
        self._routes = _routes(every)
        self._decode = msgspec.json.Decoder().decode
        self._known: dict[Any, _Known | None] = {}
        self._asked: tuple[Any, tuple[str, ...]] | None = None
        ruled = {str(rule.says["name"]).lower() for one in every for rule in one.about(RESPONSE, "header")}
        self._ruled = {"content-type", *ruled}
        self._headers: dict[tuple[str, ...], tuple[str, ...]] = {}

    def take(self, line: Any, at: str, position: Position) -> bool:
        """True where an exchange certainly keeps its contract, or breaks it as is known: then it is counted.

        `line` is the exchange as it is written: its `request` with method and url, its `response` with status,
        headers as names and texts, and body as JSON; `at` is its moment. Raises ValueError, RecursionError.
        """
        self.forget()
        found = self._route(line.request.method, line.request.url)
        if found is None:
            return False
        (route, (host, *sent, query)), answer = found, line.response
        headers, raw = answer.headers or {}, bytes(answer.body)
        names = tuple(headers)
        text = raw[:1] == b'"'
        ruled = [headers[name] for name in self._read(names)]
        key = (route.number, host, query, answer.status, line.origin, text, names, *ruled)
        known = self._known.get(key)
        if known is None:
            new = key not in self._known and len(self._known) < MOST_KNOWN
            self._asked = (key, route.names) if new else None
        if known is None or not known.takes(sent):
            return False
        raw = self._decode(raw).encode() if text else raw
        if raw[:1] not in _OPENINGS:
            return False
        return known.keep(self._decode(raw), raw if text else b"", sent, at, position)

    def learn(self, checker: Checker, exchange: Exchange, findings: Iterable[Finding], tally: Tally) -> None:
        """What the exact judge found of the exchange that wasn't taken just now, and where that is counted."""
        if self._asked is None:
            return
        key, names = self._asked
        contract = exchange.contract
        about = {rule.id for rule in contract.rules if rule.target in {REQUEST, RESPONSE}}
        if any(finding.rule in about for finding in findings):
            return  # of these ids, perhaps
        sound = exchange.answer is not None and exchange.has_body and exchange.target
        self._known[key] = _Known(checker, exchange, names, tally) if sound else None

    def forget(self) -> None:
        """Learns nothing from what the exact judge says next."""
        self._asked = None

    def count(self) -> None:
        """Hands over what was counted since the last time."""
        for known in self._known.values():
            if known is not None:
                known.count()

    def _route(self, method: str, url: str) -> tuple[_Route, tuple[str, ...]] | None:
        for route in self._routes.get((method, url.count("/")), ()):
            found = route.match(url)
            if found is not None:
                return route, found.groups()
        return None

    def _read(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these headers of an answer any rule reads."""
        found = self._headers.get(names)
        if found is None:
            found = tuple(name for name in names if name.lower() in self._ruled)
            if len(self._headers) < MOST_KNOWN:
                self._headers[names] = found
        return found


class _Known:
    """What is known of exchanges that differ in their ids and bodies alone."""

    def __init__(self, checker: Checker, exchange: Exchange, names: tuple[str, ...], tally: Tally) -> None:
        contract, target = exchange.contract, exchange.target
        self._contract, self._exchange, self._tally = contract, exchange, tally
        self._names = names
        self._checks = tuple(_check(contract, name) for name in names)
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
        self._echoes = tuple(
            (names.index(echoed_parameter(rule.says)), rule.at, _reader(contract, echoed_parameter(rule.says)))
            for rule in plain
        )
        self._judged = (*closed, *(rule for rule in echoes if rule not in plain))
        self._unknown: dict[tuple[int, str], tuple[str, str]] = {}

    def takes(self, sent: list[str]) -> bool:
        """True where the parameters of a path are certainly such as the contract asks for."""
        for check, text in zip(self._checks, sent, strict=True):  # noqa: SIM110  a generator costs more than the checks
            if not check(text):
                return False
        return True

    def keep(self, body: Any, text: bytes, sent: list[str], at: str, position: Position) -> bool:
        """True where a body certainly keeps the contract, or breaks it as is known: then it is counted.

        `text` is its JSON where a recording holds that as a text, else empty.
        """
        seen = Seen()
        try:
            seen_in(self._place, body, seen)
            if self._valid is None or not self._valid.is_valid(body) or _is_other(body, text, seen.names):
                return False
        except (Unshaped, ValueError, RecursionError):
            return False
        for number, path, read in self._echoes:
            if not _echoed(body, path, read(sent[number])):
                return False
        seen.hits.append(self._hit)
        if self._judged or self._watches:
            taken = self._others(body, sent)
            if taken is None:
                return False
            seen.hits += taken
        if seen.unknown and not self._told(seen, at, position):
            return False
        again(seen.hits, at, position)
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

    def _told(self, seen: Seen, at: str, position: Position) -> bool:
        """True where each name that nobody documented was met often enough to be counted alone; then it is."""
        origin = self._exchange.interaction.origin
        found = []
        for place, name, value in seen.unknown:
            key = id(place), name
            if key not in self._unknown:
                where = pointer("0" if step == ITEM else step for step in (*place.at, name))
                self._unknown[key] = fingerprint(self._contract, self._closed[0].id, where), general(where)
            met = self._tally.known(origin, self._closed[0].id, *self._unknown[key])
            if met is None:
                return False
            found.append((met, short(value)))
        for met, text in found:
            met.again(text, Count(position, "", 1, at, at))
        return True

    def count(self) -> None:
        """Hands over what was counted since the last time."""
        origin = self._exchange.interaction.origin
        success = self._exchange.answer is not None and self._exchange.answer.success
        if self._hit.count:
            self._tally.answers(origin, self._hit, ok=success)
        for hit in (self._hit, *self._place.hits(), *self._taken.values()):
            if hit.count:
                self._tally.took(origin, hit.branches, hit)
                hit.clear()


def _is_other(body: Any, text: bytes, names: int) -> bool:
    """True where the exact judge may read another value: bytes that stand for a body, or a name that stands twice."""
    if not text:
        return len(body) == 1 and "base64" in body
    return text.count(b'":') != names or any(sign in text for sign in _SPACED)


def _echoed(body: Json, at: tuple[str, ...], sent: Json) -> bool:
    value: Any = body
    for step in at:
        if not isinstance(value, dict) or step not in value:
            return True
        value = value[step]
    return same(value, sent)


def _is_plain(rule: Rule, names: tuple[str, ...]) -> bool:
    return echoed_parameter(rule.says) in names and is_shaped(rule.at) and ITEM not in rule.at


def _reader(contract: Contract, name: str) -> Callable[[str], Json]:
    """A parameter's value in the type that the contract gives it."""
    return int if any(_is_integer(rule) for rule in _about(contract, name)) else str


def _about(contract: Contract, name: str) -> tuple[Rule, ...]:
    rules = contract.about(REQUEST, "parameter", "parameter-range")
    return tuple(rule for rule in rules if rule.at == (name,) and rule.says["in"] == "path")


def _is_integer(rule: Rule) -> bool:
    return rule.kind == "parameter" and rule.says.get("type") == "integer"


_SIMPLE = frozenset("in required example default style explode type format minimum maximum".split())
_SPACED = (b'" ', b'"\t', b'"\n', b'"\r')
"""What a name may end with that a colon doesn't follow at once."""


def _check(contract: Contract, name: str) -> Callable[[str], bool]:
    """What tells that a text is certainly such as the rules about a path's parameter ask for."""
    rules = _about(contract, name)
    if rules and all((_is_integer(rule) and rule.says.keys() <= _SIMPLE) or rule.kind != "parameter" for rule in rules):
        lows = [rule.says["minimum"] for rule in rules if "minimum" in rule.says]
        highs = [rule.says["maximum"] for rule in rules if "maximum" in rule.says]
        low, high = max(map(float, map(str, lows)), default=0), min(map(float, map(str, highs)), default=1e15)
        return lambda text: text.isdecimal() and low <= int(text) <= high

    @lru_cache(maxsize=4096)
    def check(text: str) -> bool:
        return not is_placeholder(text) and not any(
            "content" in rule.says or (parameter_fault if rule.kind == "parameter" else range_fault)(rule.says, text)
            for rule in rules
        )

    return check


def _routes(contracts: Iterable[Contract]) -> dict[tuple[str, int], list[_Route]]:
    """The paths by method and number of slashes in an address."""
    paths = {(one.method, plain_path(one.path)): one for one in contracts}
    found: dict[tuple[str, int], list[_Route]] = {}
    for number, ((method, path), contract) in enumerate(paths.items()):
        segments = path.split("/")
        rivals = [other.split("/") for asked, other in paths if asked == method and other != path]
        pattern = _pattern(contract, segments, [one for one in rivals if len(one) == len(segments)])
        if pattern is not None:
            match = re.compile(rf"https?://([A-Za-z0-9.:-]+){pattern}(?:\?([A-Za-z0-9._~&=%+,:-]*))?").fullmatch
            names = tuple(re.findall(r"\{([^{}]+)\}", path))
            found.setdefault((method, path.count("/") + 2), []).append(_Route(number, match, names))
    return found


def _pattern(contract: Contract, segments: list[str], rivals: list[list[str]]) -> str | None:
    """What a path matches that is certainly of this template and of no rival; None where that can't be said."""
    excluded: dict[int, set[str]] = {}
    for rival in rivals:
        for number, (own, other) in enumerate(zip(segments, rival, strict=True)):
            literal = "{" not in own, "{" not in other
            if literal == (False, True):
                excluded.setdefault(number, set()).add(other)
            if literal[0] != literal[1] or (all(literal) and own != other):
                break
        else:
            return None
    parts = [_segment(contract, own, excluded.get(number, ())) for number, own in enumerate(segments)]
    return None if None in parts else "/".join(map(str, parts))


def _segment(contract: Contract, segment: str, excluded: Iterable[str]) -> str | None:
    literal = re.split(r"\{[^{}]+\}", segment)
    if len(literal) == 1:
        return re.escape(segment)
    if len(literal) > 2:  # noqa: PLR2004  what is before a parameter and after it
        return None
    name = segment[len(literal[0]) + 1 : len(segment) - len(literal[1]) - 1]
    text = _DIGITS if any(map(_is_integer, _about(contract, name))) else _TEXT
    others = "".join(f"(?!{re.escape(one)}(?:[/?]|$))" for one in sorted(excluded))
    return f"{others}{re.escape(literal[0])}({text}){re.escape(literal[1])}"
