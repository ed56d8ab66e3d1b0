"""Looks for what must never stand in a recording: credentials, and addresses of real people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, cast
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction, Request, Response
from contracts.model.json import ITEM, Json, pointer
from contracts.recording.fixed_values import FixedValues
from contracts.recording.key_forms import LEAST_KEY, Key
from contracts.rules.credentials import betrays, is_open_name, is_taken_away, kinds, masked, strength
from contracts.rules.exchange import target_of
from contracts.rules.parsing import NotJsonError, is_deep, parse

LeakKind = Literal["bearer token", "api key", "e-mail address", "current key"]


@frozen
class Leak:
    """A secret or an address in a recording, and where; what it says is never repeated.

    `place` is `request` or `response`, then `url`, `url.path`, `url.query/name`, `header/Name`, `body` or
    `body#/json/pointer`; `#name` ends it where a property's name is meant, which then isn't given.
    """

    kind: LeakKind
    place: str


EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]{}|\\/=&?#]+@[^\s@<>\"',;:()\[\]{}|\\/=&?#]+")
_RESERVED = re.compile(r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost)", re.IGNORECASE)
_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})

_Found = Iterator[tuple[str, str]]
"""Kinds of leaks, each with its place below the request or the response."""


def leaks(interaction: Interaction, contract: Contract, key: str | None) -> tuple[Leak, ...]:
    """Everything found, each kind once a place; `key` is the credential in use, if there is one."""
    return LeakSearch(contract, key).leaks(interaction)


class LeakSearch:
    """Searches recordings of one contract; what the contract itself says is no leak."""

    def __init__(self, contract: Contract, key: str | None) -> None:
        self._fixed = FixedValues(contract)
        self._key = Key(key) if key and len(key) >= LEAST_KEY else None
        self._credentials = frozenset(self._fixed.credentials) | _CREDENTIALS
        self._in_name = lru_cache(maxsize=2**12)(lambda name: tuple(self._text(name)))  # they come again in each body

    def leaks(self, interaction: Interaction) -> tuple[Leak, ...]:
        """Everything found in one of them, each kind once a place."""
        request, response = interaction.request, interaction.response
        asked = (*self._url(request.url), *self._message(request, "request"))
        answered = self._message(response, target_of(self._fixed.contract, response))
        found = [(kind, f"request/{place}") for kind, place in asked]
        found += [(kind, f"response/{place}") for kind, place in answered]
        return tuple(Leak(kind=cast("LeakKind", kind), place=place) for kind, place in dict.fromkeys(found))

    def _url(self, url: str) -> _Found:
        try:
            parts = urlsplit(url)
        except ValueError:
            yield from self._at("url", url)
            return
        if "@" in parts.netloc:
            yield "api key", "url"
        yield from self._at("url.path", parts.path)
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            hidden = [*self._at("url.query", name)]
            yield from hidden
            yield from self._at("url.query" if hidden else f"url.query/{name}", value, f"{name}={value}")
        yield from self._at("url", parts.fragment)

    def _message(self, message: Request | Response, target: str) -> _Found:
        """Headers, and every text and name in the body; the whole of one that is not JSON."""
        for name, value in message.headers:
            if name.lower() in self._credentials or strength(name.lower()):
                yield from ((kind, f"header/{name}") for kind in _credential(value.strip()))
            yield from self._at(f"header/{name}", value)
        if not message.body:
            return
        try:
            yield from self._value(parse(message.body)[0], (), "", target)
            whole = is_deep(message.body)
        except NotJsonError:
            whole = True
        if whole:
            yield from self._at("body", message.body.decode("utf-8", "surrogateescape"))

    def _at(self, place: str, *texts: str) -> _Found:
        for text in texts:
            yield from ((kind, place) for kind in self._text(text))

    def _text(self, text: str) -> Iterator[str]:
        """The kinds of leaks in a free text, as it stands and percent-decoded."""
        if self._key is not None and self._key.stands_in(text):
            yield "current key"
        if text in self._fixed.texts:
            return
        coded = "%" in text or "+" in text
        for view in dict.fromkeys((text, unquote(text), unquote_plus(text))) if coded else (text,):
            yield from kinds(view)
            if "@" in view and any(self._is_somebody_s(found[0]) for found in EMAIL.finditer(view)):
                yield "e-mail address"

    def _is_somebody_s(self, address: str) -> bool:
        """An e-mail address may be a person's: its domain isn't reserved for examples, and the contract hasn't it."""
        domain = address.rpartition("@")[2].strip(".").rstrip("!*`~$^%")
        return "." in domain and _RESERVED.fullmatch(domain) is None and address not in self._fixed.texts

    def _value(self, value: Json, path: tuple[str | int, ...], name: str, target: str) -> _Found:
        if isinstance(value, dict):
            for step, inner in value.items():
                below = (*path, step)
                yield from ((kind, f"body#{_hidden(below)}#name") for kind in self._in_name(step))
                yield from self._value(inner, below, step, target)
        elif isinstance(value, list):
            for position, inner in enumerate(value):
                yield from self._value(inner, (*path, position), name, target)
        elif isinstance(value, str):
            yield from ((kind, f"body#{_hidden(path)}") for kind in self._text(value))
            if self._betrayed(name, value, path, target):
                yield "api key", f"body#{_hidden(path)}"
        elif self._key is not None and not isinstance(value, bool) and self._key.stands_in(str(value)):
            yield "current key", f"body#{_hidden(path)}"

    def _betrayed(self, name: str, value: str, path: tuple[str | int, ...], target: str) -> bool:
        """A text is a credential by its name, and neither the contract's own nor masked by its rules."""
        if not betrays(name, value) or value in self._fixed.texts:
            return False
        at = tuple(ITEM if isinstance(step, int) else step for step in path)
        alike = self._fixed.alike(target, at, value)
        return value not in self._fixed.constants(target, at) and value != masked(value, alike)


def _credential(value: str) -> Iterator[str]:
    """What stands in a header that carries a credential: a scheme alone is none."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "bearer" and rest.strip() and not is_taken_away(rest):
        yield "bearer token"
    elif not re.fullmatch("[A-Za-z]{1,10}", value) and not is_taken_away(value):
        yield "api key"


def _hidden(path: tuple[str | int, ...]) -> str:
    """The JSON pointer, steps left out that may themselves be what was looked for."""
    return pointer("*" if isinstance(step, str) and is_open_name(step) else step for step in path)
