"""Scrubbing that knows the contract: open values become pseudonyms, and whatever a rule looks at stays as it was."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, quote_plus, unquote, unquote_plus, urlsplit, urlunsplit

from contracts.model.contract import Contract, Target
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.model.json import ITEM, Json, Path
from contracts.rules.asking import authorization_fault
from contracts.rules.exchange import NotJsonError, is_deep, parse, path_parameters
from contracts.rules.keeping import keeping, keeps
from contracts.rules.patterns import matches
from contracts.rules.places import ABSENT, same
from contracts.sources.facts import Facts, leaves
from contracts.sources.http import SCRUBBED
from contracts.sources.pseudonyms import Pseudonyms
from contracts.sources.untidy import scrubbed_text

SCRUBBER_VERSION = "1"
"""Changes where the same secret and value no longer give the same pseudonym."""

LEAST = 5
"""So long, in characters, is a value that must not survive anywhere."""

KEY_NAMES = re.compile(
    r"(?:x[-_])?(?:api|access|auth|secret|private|client|subscription|session|refresh|id)?[-_]?"
    r"(?:key|token|secret|apikey|password|passwd|pwd|signature|sig|jwt|authorization)",
    re.IGNORECASE,
)
"""What a query parameter or header with a credential is called, as a whole."""

_KEPT_HEADERS = re.compile(r"content-type|retry-after|www-authenticate|x-rate-?limit-.*|allow", re.IGNORECASE)
_SCHEMES = ("bearer", "basic", "digest", "token", "apikey", "negotiate")
_IDENTITY = re.compile(r"(?:.*[-_])?ids?|.*(?:Ids?|IDs?)")
_PROBLEM_KEPT: frozenset[Path] = frozenset({("title",), ("status",), ("code",), ("errors", ITEM, "pointer")})
_TURNS = 4
_TRIES = 16
_REFUSALS = 400

_V = TypeVar("_V", bound=Json)

Open = dict[str, str]
"""Open values met in one interaction, each with what became of it."""


class Scrubber:
    """Scrubs interactions of one contract's operation.

    The same secret gives the same pseudonyms in every interaction, so that files need not know of each other.
    """

    def __init__(self, contract: Contract, secret: bytes) -> None:
        self._facts = Facts(contract)
        self._secret = hmac.digest(secret, b"scrub " + SCRUBBER_VERSION.encode(), "sha256")
        self._first = self._pseudonyms(0)

    def scrub(self, interaction: Interaction) -> Interaction:
        """The interaction without any open value; the contract's verdict over it stays the same.

        Where a pseudonym happens to hold another value of the interaction, all of its pseudonyms are drawn anew.
        """
        best, least = interaction, -1
        for turn in range(_TURNS):
            run = _Run(self._facts, self._first if turn == 0 else self._pseudonyms(turn))
            scrubbed = run.interaction(interaction)
            left = len(survivors(run.open, scrubbed))
            if left < least or least < 0:
                best, least = scrubbed, left
            if left == 0:
                break
        return best

    def _pseudonyms(self, turn: int) -> Pseudonyms:
        return Pseudonyms(self._secret, numbers=self._facts.numbers, texts=self._facts.texts, turn=turn)


@frozen
class _Place:
    """Where a value stands: below `at` in a body of this kind."""

    target: Target
    at: Path

    def below(self, step: str) -> _Place:
        return _Place(target=self.target, at=(*self.at, step))


class _Run:
    """One interaction on its way through; `open` gathers what must not survive."""

    def __init__(self, facts: Facts, names: Pseudonyms) -> None:
        self._facts, self._names = facts, names
        self.open: Open = {}
        self._asked: Open = {}
        self._own: set[str] = set()

    def interaction(self, given: Interaction) -> Interaction:
        """Both sides scrubbed; `place` as well where it repeats the URL."""
        url = self._url(given.request.url)
        request = Request(
            method=given.request.method,
            url=url,
            headers=tuple(self._headers(given.request.headers, given.request)),
            body=self._body(given.request.body, "request"),
        )
        success = given.response.status < _REFUSALS
        response = Response(
            status=given.response.status,
            headers=tuple(self._headers(given.response.headers, None)),
            body=self._body(given.response.body, "success" if success else "problem"),
        )
        place = url if given.place == given.request.url else given.place
        return replace(given, request=request, response=response, place=place)

    # addresses

    def _url(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._text(url)
        query = "&".join(map(self._pair, parts.query.split("&"))) if parts.query else ""
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(SplitResult(parts.scheme, host, self._path(parts.path), query, ""))

    def _path(self, path: str) -> str:
        template = self._facts.contract.path
        asked = path_parameters(template, path)
        if asked is None:
            own = set(template.split("/"))
            steps = (step if step in own else quote(self._text(unquote(step)), safe="") for step in path.split("/"))
            return "/".join(steps)
        for name, text in asked.items():
            new = self._parameter("path", name, text)
            self._asked |= {text: new} if len(text) >= LEAST else {}
            template = template.replace("{" + name + "}", quote(new, safe=""))
        return template

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals and ("query", unquote_plus(name)) not in self._facts.parameters:
            return quote_plus(self._text(unquote_plus(name)))
        if KEY_NAMES.fullmatch(unquote_plus(name)):
            return name + equals + (SCRUBBED if value else "")
        text = unquote_plus(value)
        new = self._parameter("query", unquote_plus(name), text)
        self._asked |= {text: new} if len(text) >= LEAST else {}
        return name + equals + quote_plus(new)

    def _parameter(self, where: str, name: str, text: str) -> str:
        rule = self._facts.parameters.get((where, name))
        says: dict[str, Any] = rule.says if rule else {}
        known = [*says.get("enum", ()), *(says[key] for key in ("default", "example") if key in says)]
        if text in map(str, known):
            return text
        if says.get("type") == "integer" and re.fullmatch("-?[0-9]{1,40}", text):
            return self._noted(text, self._signed(text))
        place = self._facts.echoed_at(name) if where == "path" else None
        if place is None:
            return self._text(text)
        new = self._single(text, _Place(target=place[0], at=place[1]))
        return str(new)

    def _signed(self, text: str) -> str:
        """As the integer of the same value moves, its sign and leading zeros kept."""
        value = int(text)
        return text if value == 0 else text[: len(text) - len(str(abs(value)))] + str(abs(self._names.integer(value)))

    # headers

    def _headers(self, headers: Headers, request: Request | None) -> Iterator[tuple[str, str]]:
        """Those of `request`, or of a response where it is None; the ones that nothing needs are left out."""
        for name, value in headers:
            low = name.lower()
            if low == "authorization" or low in self._facts.credentials:
                yield name, self._credential(low, value, request)
            elif _KEPT_HEADERS.fullmatch(low):
                yield name, value if low.startswith(("retry", "x-")) else self._wording(value)
            elif low == "location":
                yield name, self._location(value)
            elif request is not None and ("header", name) in self._facts.parameters:
                yield name, self._parameter("header", name, value)
            elif request is None and low in self._facts.headers:
                yield name, self._patterned(value, str(self._facts.headers[low].says["pattern"]))

    def _credential(self, low: str, value: str, request: Request | None) -> str:
        """`Bearer SCRUBBED`; a credential of a form that the contract doesn't accept stays of such a form."""
        first, _, rest = value.strip().partition(" ")
        scheme = first if first.lower() in _SCHEMES else ""
        scrubbed = f"{scheme} {SCRUBBED if rest.strip() else ''}".strip() if scheme else SCRUBBED if first else ""
        rule = self._facts.credentials.get(low)
        if rule is None or request is None:
            return scrubbed
        says = rule.says
        faults = [
            bool(authorization_fault(says, replace(request, headers=((low, text),)))) for text in (value, scrubbed)
        ]
        return scrubbed if faults[0] == faults[1] else SCRUBBED

    def _location(self, value: str) -> str:
        """A path as in a request; another host gets another name."""
        try:
            parts = urlsplit(value)
        except ValueError:
            return self._text(value)
        here = {"", urlsplit(self._facts.contract.server).netloc}
        url = self._url(value)
        if parts.netloc in here:
            return url
        host = urlsplit(self._names.text(f"https://{parts.netloc}")).netloc
        self.open[parts.netloc] = host
        return urlunsplit(urlsplit(url)._replace(netloc=host))

    def _patterned(self, value: str, pattern: str) -> str:
        new = self._names.text(value)
        kept = matches(pattern, new) == matches(pattern, value)
        return self._noted(value, new) if kept else self._wording(value)

    # bodies

    def _body(self, body: bytes, target: Target) -> bytes:
        if not body:
            return body
        try:
            value, _ = parse(body)
        except NotJsonError:
            return scrubbed_text(body, self._names, self._text)
        self._own = set(self._vocabulary(value)) if target == "problem" else set()
        new = self._value(value, _Place(target=target, at=()))
        if new == value and not is_deep(body):
            return body
        layout: dict[str, Any] = {"indent": 2} if b"\n" in body.strip() else {"separators": (",", ":")}
        return json.dumps(new, ensure_ascii=body.isascii(), **layout).encode()

    def _vocabulary(self, problem: Json) -> Iterator[str]:
        """The wording that a problem document keeps: a text that only repeats it tells no more."""
        if isinstance(problem, dict):
            for name in ("title", "code"):
                if isinstance(problem.get(name), str):
                    yield self._wording(str(problem[name]))

    def _value(self, value: Json, place: _Place) -> Json:
        if isinstance(value, dict):
            return {name: self._value(inner, place.below(name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, place.below(ITEM)) for inner in value]
        return self._single(value, place)

    def _single(self, value: Json, place: _Place) -> Json:
        constants = self._facts.constants(place.target, place.at)
        if value is None or isinstance(value, bool) or any(same(value, known) for known in constants):
            return value
        if isinstance(value, str) and place.target == "problem":
            if place.at in _PROBLEM_KEPT:
                return self._wording(value)
            if any(value in own for own in self._own):
                return value
        if isinstance(value, int | float) and not self._is_open(value, place):
            return value
        return self._fitting(value, place, constants)

    def _is_open(self, value: float, place: _Place) -> bool:
        name = next((step for step in reversed(place.at) if step != ITEM), "")
        identity = _IDENTITY.fullmatch(name) is not None or (place.target, place.at) in self._facts.echoes
        return identity or len(repr(value).removesuffix(".0")) >= LEAST

    def _fitting(self, value: Json, place: _Place, constants: list[Json]) -> Json:
        """A pseudonym that keeps and breaks the same rules about its place as the value does."""
        rules = self._facts.rules(place.target, place.at)
        wanted = [keeps(rule, value) for rule in rules]
        new = first = self._renamed(value)
        for _ in range(_TRIES):
            if [keeps(rule, new) for rule in rules] == wanted and not any(same(new, known) for known in constants):
                return self._noted(value, new)
            new = self._renamed(new)
        legal = keeping(rules) if all(wanted) else ABSENT
        return self._noted(value, first if legal is ABSENT else legal)

    def _renamed(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._names.text(value)
        if isinstance(value, int):
            return self._names.integer(value)
        assert isinstance(value, float)
        return self._names.real(value)

    def _wording(self, text: str) -> str:
        """The vendor's own words, kept but for what they repeat of the request, addresses and long numbers."""
        if not self._asked:
            return self._names.telling(text)
        asked = "|".join(map(re.escape, sorted(self._asked, key=len, reverse=True)))
        pieces = re.split(f"({asked})", text)
        return "".join(self._asked[piece] if piece in self._asked else self._names.telling(piece) for piece in pieces)

    def _text(self, text: str) -> str:
        return self._noted(text, self._names.text(text))

    def _noted(self, old: _V, new: _V) -> _V:
        if old != new:
            self.open[str(old)] = str(new)
        return new


def survivors(values: Open, scrubbed: Interaction) -> set[str]:
    """The open values of five or more characters that still stand somewhere in a scrubbed interaction."""
    heads: dict[str, list[str]] = {}
    for value in values:
        if len(value) >= LEAST:
            heads.setdefault(value[:LEAST], []).append(value)
    if not heads:
        return set()
    text = "\0".join(shown(scrubbed))
    return {
        value
        for start in range(len(text))
        for value in heads.get(text[start : start + LEAST], ())
        if text.startswith(value, start)
    }


def shown(interaction: Interaction) -> Iterator[str]:
    """Every text of an interaction, as written and decoded."""
    yield from (interaction.request.url, unquote(interaction.request.url), interaction.place)
    for headers in (interaction.request.headers, interaction.response.headers):
        yield from (value for _, value in headers)
    for body in (interaction.request.body, interaction.response.body):
        yield body.decode("utf-8", "surrogateescape")
        if b"\\" in body:
            try:
                yield from (leaf for leaf in leaves(parse(body)[0]) if isinstance(leaf, str))
            except NotJsonError:
                continue
