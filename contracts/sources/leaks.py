"""Looks for what must never stand in a recording: credentials, and addresses of real people."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Literal, cast
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction
from contracts.model.json import ITEM, Json, pointer
from contracts.rules.credentials import betrays, is_open_name, is_taken_away, kinds, masked, strength
from contracts.rules.exchange import NotJsonError, is_deep, parse, target_of
from contracts.rules.keeping import keeps
from contracts.sources.facts import Facts
from contracts.sources.pseudonyms import EMAIL

LeakKind = Literal["bearer token", "api key", "e-mail address", "current key"]


@frozen
class Leak:
    """A secret or an address in a recording, and where; what it says is never repeated.

    `place` is `request` or `response`, then `url`, `url.path`, `url.query/name`, `header/Name`, `body` or
    `body#/json/pointer`; `#name` ends it where a property's name is meant, which then isn't given.
    """

    kind: LeakKind
    place: str


LEAST_KEY = 8
"""A shorter key can't be looked for: it may stand anywhere by chance."""

_RESERVED = re.compile(r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost)", re.IGNORECASE)
_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([^ux])")

Scan = Callable[[str], Iterator[str]]
Found = Iterator[tuple[str, str]]


def leaks(interaction: Interaction, contract: Contract, key: str | None) -> tuple[Leak, ...]:
    """Everything found, each kind once a place; `key` is the credential in use, if there is one."""
    facts = Facts(contract)
    look = _Look(facts, key)
    asked, answered = interaction.request, interaction.response
    found = [
        *((kind, f"request/{place}") for kind, place in look.url(asked.url)),
        *((kind, f"request/{place}") for kind, place in look.headers(asked.headers)),
        *((kind, f"request/{place}") for kind, place in look.body(asked.body, "request")),
        *((kind, f"response/{place}") for kind, place in look.headers(answered.headers)),
        *((kind, f"response/{place}") for kind, place in look.body(answered.body, target_of(contract, answered))),
    ]
    return tuple(Leak(kind=cast("LeakKind", kind), place=place) for kind, place in dict.fromkeys(found))


def codings(key: str) -> set[str]:
    """The key as it is, in hexadecimal digits, and in base64 at each of three offsets."""
    raw = key.encode("utf-8", "surrogatepass")
    forms = {key, raw.hex()}
    for offset in range(3):
        padded = base64.b64encode(b"\0" * offset + raw).decode()
        # Characters that share bits with a neighbour depend on what stands beside the key, and are left out.
        first, last = (0, 2, 3)[offset], (len(raw) + offset) * 8 // 6
        forms |= {padded[first:last], padded[first:last].replace("+", "-").replace("/", "_")}
    return forms


class Key:
    """The credential in use, to be found in a text however it is written there."""

    def __init__(self, key: str) -> None:
        self._forms = tuple({form.casefold() for form in codings(key)})

    def stands_in(self, text: str) -> bool:
        """Whether the key stands there: plain, in other case, escaped, percent-encoded, or in base64."""
        for _ in range(3):
            low = text.casefold()
            bare = re.sub(r"\s+", "", low)
            if any(form in low or form in bare for form in self._forms):
                return True
            opened = unquote(_ESCAPE.sub(_unescaped, text))
            if opened == text:
                return False
            text = opened
        return False


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3]


def is_real(address: str) -> bool:
    """Whether an e-mail address may be somebody's: no domain that is reserved for examples."""
    domain = address.rpartition("@")[2].strip(".").rstrip("!*`~$^%")
    return "." in domain and _RESERVED.fullmatch(domain) is None


class _Look:
    """One scan; what the contract itself says is no leak."""

    def __init__(self, facts: Facts, key: str | None) -> None:
        self._facts = facts
        self._key = Key(key) if key and len(key) >= LEAST_KEY else None
        self._credentials = frozenset(facts.credentials) | _CREDENTIALS

    def text(self, text: str) -> Iterator[str]:
        """The kinds of leaks in a free text, as it stands and percent-decoded."""
        if self._key is not None and self._key.stands_in(text):
            yield "current key"
        if text in self._facts.texts:
            return
        for view in dict.fromkeys((text, unquote(text), unquote_plus(text)) if "%" in text or "+" in text else (text,)):
            yield from kinds(view)
            if "@" in view and any(
                is_real(found[0]) for found in EMAIL.finditer(view) if found[0] not in self._facts.texts
            ):
                yield "e-mail address"

    def headers(self, headers: Headers) -> Found:
        for name, value in headers:
            low, place = name.lower(), f"header/{name}"
            bare = value.strip()
            scheme, _, rest = bare.partition(" ")
            if low in self._credentials or strength(low):
                alone = re.fullmatch("[A-Za-z]{1,10}", bare) is not None
                if scheme.lower() == "bearer" and rest.strip() and not is_taken_away(rest):
                    yield "bearer token", place
                elif not alone and not is_taken_away(bare):
                    yield "api key", place
            yield from ((kind, place) for kind in self.text(value))

    def url(self, url: str) -> Found:
        try:
            parts = urlsplit(url)
        except ValueError:
            yield from ((kind, "url") for kind in self.text(url))
            return
        if "@" in parts.netloc:
            yield "api key", "url"
        yield from ((kind, "url.path") for kind in self.text(parts.path))
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            named = list(self.text(name))
            place = "url.query" if named else f"url.query/{name}"
            found = [*named, *self.text(value), *self.text(f"{name}={value}")]
            yield from ((kind, place) for kind in found)
        yield from ((kind, "url") for kind in self.text(parts.fragment))

    def body(self, body: bytes, target: str) -> Found:
        """Every text and name in a body; the whole of one that is not JSON."""
        if not body:
            return
        try:
            value, _ = parse(body)
        except NotJsonError:
            yield from self._whole(body)
            return
        if is_deep(body):
            yield from self._whole(body)
        yield from self._value(value, (), "", target)

    def _whole(self, body: bytes) -> Found:
        yield from ((kind, "body") for kind in self.text(body.decode("utf-8", "surrogateescape")))

    def _value(self, value: Json, path: tuple[str | int, ...], name: str, target: str) -> Found:
        if isinstance(value, dict):
            for step, inner in value.items():
                yield from ((kind, f"body#{_hidden((*path, step))}#name") for kind in self.text(step))
                yield from self._value(inner, (*path, step), step, target)
        elif isinstance(value, list):
            for position, inner in enumerate(value):
                yield from self._value(inner, (*path, position), name, target)
        elif isinstance(value, str):
            found = [*self.text(value), *(("api key",) if self._betrayed(name, value, path, target) else ())]
            yield from ((kind, f"body#{_hidden(path)}") for kind in found)
        elif self._key is not None and not isinstance(value, bool) and self._key.stands_in(str(value)):
            yield "current key", f"body#{_hidden(path)}"

    def _betrayed(self, name: str, value: str, path: tuple[str | int, ...], target: str) -> bool:
        """Whether a text is a credential by its name, and neither the contract's own nor masked by its rules."""
        if not betrays(name, value) or value in self._facts.texts:
            return False
        at = tuple(ITEM if isinstance(step, int) else step for step in path)
        rules = self._facts.rules(target, at)
        wanted = [keeps(rule, value) for rule in rules]
        return value not in self._facts.constants(target, at) and value != masked(
            value, lambda new: [keeps(rule, new) for rule in rules] == wanted
        )


def _hidden(path: tuple[str | int, ...]) -> str:
    """The JSON pointer, steps left out that may themselves be what was looked for."""
    return pointer("*" if isinstance(step, str) and is_open_name(step) else step for step in path)
