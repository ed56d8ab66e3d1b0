"""Scrubbing that knows the contract: open values become pseudonyms, and whatever a rule looks at stays as it was."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, quote, quote_plus, unquote, unquote_plus, urlsplit, urlunsplit

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.model.json import ITEM, Json, Path
from contracts.recording.broken_json import scrubbed_text
from contracts.recording.collisions import CROWDED, Draws
from contracts.recording.fixed_values import FixedValues
from contracts.recording.kept_headers import is_kept, kept
from contracts.recording.leaks import leaks
from contracts.recording.pseudonyms import Pseudonyms
from contracts.rules.authorization import authorization_fault
from contracts.rules.credentials import SCRUBBED, is_open_name, masked, strength
from contracts.rules.exchange import target_of
from contracts.rules.instance import same
from contracts.rules.parsing import NotJsonError, is_deep, parse
from contracts.rules.routing import path_parameters
from contracts.rules.samples import candidates
from contracts.rules.texts import matches

SCRUBBER_VERSION = "2"
"""Changes where the same secret and value no longer give the same pseudonym."""

_SCHEMES = ("bearer", "basic", "digest", "token", "apikey", "negotiate")


class Scrubber:
    """Scrubs interactions of one contract's operation.

    The same secret gives the same pseudonyms in every interaction, so that files need not know of each other.
    """

    def __init__(self, contract: Contract, secret: bytes) -> None:
        self._fixed = FixedValues(contract)
        key = hmac.digest(secret, b"scrub " + SCRUBBER_VERSION.encode(), "sha256")
        self._names = Pseudonyms(key, numbers=self._fixed.numbers, texts=self._fixed.texts)

    def scrub(self, interaction: Interaction) -> Interaction:
        """The interaction without any open value; the contract's verdict over it stays the same.

        A pseudonym that happens to hold another value of the interaction is drawn anew, and no other. Raises Unusable
        where an open value or a credential would still stand in what was scrubbed.
        """
        draws = Draws()
        scrubbed = _Scrubbing(self._fixed, self._names, draws).interaction(interaction)
        if draws.collide():
            draws = draws.barred()
            scrubbed = _Scrubbing(self._fixed, self._names, draws).interaction(interaction)
        if draws.collide() or leaks(scrubbed, self._fixed.contract, None):
            raise Unusable(CROWDED)
        return scrubbed


@frozen
class _Place:
    """Where a value stands: below `at` in a body of this kind; `name` is that of the nearest property."""

    target: str
    at: Path
    name: str = ""

    def below(self, step: str) -> _Place:
        return _Place(target=self.target, at=(*self.at, step), name=self.name if step == ITEM else step)


class _Scrubbing:
    """One interaction on its way through."""

    def __init__(self, fixed: FixedValues, names: Pseudonyms, draws: Draws) -> None:
        self._fixed, self._names, self._draws = fixed, names, draws
        self._status = 0

    def interaction(self, given: Interaction) -> Interaction:
        """Both sides scrubbed; `place` as well where it repeats the URL."""
        self._status = given.response.status
        url = self._url(given.request.url)
        request = Request(
            method=given.request.method,
            url=url,
            headers=tuple(self._sent(given.request)),
            body=self._body(given.request.body, "request"),
        )
        response = Response(
            status=given.response.status,
            headers=tuple(self._answered(given.response.headers)),
            body=self._body(given.response.body, target_of(self._fixed.contract, given.response)),
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
        template = self._fixed.contract.path
        asked = path_parameters(template, path)
        if asked is None:
            own = set(template.split("/"))
            steps = (step if step in own else quote(self._text(unquote(step)), safe="") for step in path.split("/"))
            return "/".join(steps)
        for name, text in asked.items():
            template = template.replace("{" + name + "}", quote(self._parameter("path", name, text), safe=""))
        return template

    def _pair(self, pair: str) -> str:
        written, equals, value = pair.partition("=")
        name = unquote_plus(written)
        documented = ("query", name) in self._fixed.parameters
        if not documented and (not equals or is_open_name(name)):
            written = quote_plus(self._text(name))
        return written + equals + (quote_plus(self._parameter("query", name, unquote_plus(value))) if equals else "")

    def _parameter(self, where: str, name: str, text: str) -> str:
        rule = self._fixed.parameters.get((where, name))
        says: dict[str, Any] = rule.says if rule else {}
        known = [*says.get("enum", ()), *(says[key] for key in ("default", "example") if key in says)]
        if text in map(str, known):
            return text
        if says.get("type") == "integer" and re.fullmatch("-?[0-9]{1,40}", text):
            return self._signed(text)
        if where != "path" and strength(name):
            return SCRUBBED if text else ""
        place = self._fixed.echoes.get(name) if where == "path" else None
        return self._text(text) if place is None else str(self._single(text, _Place(target=place[0], at=place[1])))

    def _signed(self, text: str) -> str:
        """As the integer of the same value moves, its sign and leading zeros kept."""
        value = int(text)
        return text if value == 0 else text[: len(text) - len(str(abs(value)))] + str(abs(self._drawn(value)))

    # headers

    def _sent(self, request: Request) -> Iterator[tuple[str, str]]:
        for name, value in request.headers:
            low = name.lower()
            if low == "authorization" or low in self._fixed.credentials:
                yield name, self._credential(low, value, request)
            elif ("header", name) in self._fixed.parameters:
                yield name, self._parameter("header", name, value)

    def _credential(self, low: str, value: str, request: Request) -> str:
        """`Bearer SCRUBBED`; a credential of a form that the contract doesn't accept stays of such a form."""
        first, _, rest = value.strip().partition(" ")
        scheme = first if first.lower() in _SCHEMES else ""
        scrubbed = f"{scheme} {SCRUBBED if rest.strip() else ''}".strip() if scheme else SCRUBBED if first else ""
        rule = self._fixed.credentials.get(low)
        if rule is None:
            return scrubbed
        faults = [
            bool(authorization_fault(rule.says, replace(request, headers=((low, text),)))) for text in (value, scrubbed)
        ]
        return scrubbed if faults[0] == faults[1] else SCRUBBED

    def _answered(self, headers: Headers) -> Iterator[tuple[str, str]]:
        """Those that a reader or a rule needs; credentials, cookies and all the others are left out."""
        for name, value in headers:
            low = name.lower()
            rule = self._fixed.headers.get(low)
            if low == "location":
                yield name, self._location(value)
            elif rule is not None or is_kept(low):
                yield name, self._kept(low, value, str(rule.says["pattern"]) if rule else "")

    def _kept(self, low: str, value: str, pattern: str) -> str:
        """In the header's own form, else a pseudonym that a rule about the header reads alike."""
        form = kept(low, value, self._fixed.media) if is_kept(low) else None

        def fits(new: Json) -> bool:
            return matches(pattern, str(new)) == matches(pattern, value)

        if form is not None and fits(form):
            return form
        return self._secret(value, fits) if strength(low) else str(self._drawn(value, fits))

    def _location(self, value: str) -> str:
        """A path as in a request; another host gets another name, its port dropped."""
        try:
            parts = urlsplit(value)
            host = parts.hostname or ""
        except ValueError:
            return self._text(value)
        url = self._url(value)
        if parts.netloc in {"", urlsplit(self._fixed.contract.server).netloc}:
            return url
        other = urlsplit(self._text(f"https://{host}")).netloc
        return urlunsplit(urlsplit(url)._replace(netloc=other))

    # bodies

    def _body(self, body: bytes, target: str) -> bytes:
        if not body:
            return body
        try:
            value, _ = parse(body)
        except NotJsonError:
            return scrubbed_text(body, self._names, self._text)
        new = self._value(value, _Place(target=target, at=()))
        if new == value and not is_deep(body):
            return body
        layout: dict[str, Any] = {"indent": 2} if b"\n" in body.strip() else {"separators": (",", ":")}
        return json.dumps(new, ensure_ascii=body.isascii(), **layout).encode()

    def _value(self, value: Json, place: _Place) -> Json:
        if isinstance(value, dict):
            found: dict[str, Json] = {}
            taken = set(value)
            for name, inner in value.items():
                new = self._key(name, place, taken)
                taken.add(new)
                found[new] = self._value(inner, place.below(name))
            return found
        if isinstance(value, list):
            return [self._value(inner, place.below(ITEM)) for inner in value]
        return self._single(value, place)

    def _key(self, name: str, place: _Place, taken: set[str]) -> str:
        """A documented name and a plain one as they are; what may be a value becomes another one."""
        if (place.target, (*place.at, name)) in self._fixed.places:
            return name
        in_map = (place.target, place.at) in self._fixed.maps
        if not in_map and not is_open_name(name):
            return name

        def shaped(turn: int) -> str:
            new = self._names.text(name, turn)
            return new if in_map or new == name or is_open_name(new) else "{" + new + "}"

        return str(self._draws.draw(name, shaped, lambda new: new not in taken and not strength(str(new))))

    def _single(self, value: Json, place: _Place) -> Json:
        constants = self._fixed.constants(place.target, place.at)
        if value is None or isinstance(value, bool) or any(same(value, known) for known in constants):
            return value
        if place.target in self._fixed.refusals and self._is_standard(value, place):
            return value
        rules = self._fixed.rules(place.target, place.at)
        if not rules and not constants and not strength(place.name):
            free: Json = self._drawn(value)
            return free
        alike = self._fixed.alike(place.target, place.at, value)
        if isinstance(value, str) and strength(place.name):
            return self._secret(value, alike)
        new: Json = self._drawn(value, alike, lambda: candidates(rules))
        return new

    def _is_standard(self, value: Json, place: _Place) -> bool:
        """A problem document only repeats its status, or the contract's words."""
        if place.at == ("status",):
            return same(value, self._status)
        if place.at == ("title",) and value in self._fixed.phrases:
            return True
        if place.at != ("errors", ITEM, "pointer") or not isinstance(value, str):
            return isinstance(value, str) and value in self._fixed.texts
        steps = value.removeprefix("#").split("/")
        return steps[0] == "" and all(step in self._fixed.words or re.fullmatch("[0-9]{0,3}", step) for step in steps)

    def _secret(self, value: str, fits: Callable[[Json], bool]) -> str:
        """A credential's value: the one word for all of them, or one that has lost its letters and kept its shape."""
        if not value or value in self._fixed.texts:
            return value
        return str(self._draws.noted(value, masked(value, fits)))

    def _drawn(
        self,
        value: Any,
        fits: Callable[[Json], bool] | None = None,
        others: Callable[[], Iterable[Json]] = tuple,
    ) -> Any:
        kinds: dict[type, Callable[[Any, int], Json]] = {str: self._names.text, int: self._names.integer}
        make = kinds.get(type(value), self._names.real)
        return self._draws.draw(value, lambda turn: make(value, turn), fits, others)

    def _text(self, text: str) -> str:
        return str(self._drawn(text))
