"""Looks for what must never stand in a recording: credentials, and addresses of real people."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Interaction
from contracts.model.json import Json, pointer
from contracts.rules.exchange import NotJsonError, is_deep, parse
from contracts.sources.facts import Facts
from contracts.sources.http import SCRUBBED
from contracts.sources.pseudonyms import EMAIL
from contracts.sources.scrubbing import KEY_NAMES

LeakKind = Literal["bearer token", "api key", "e-mail address", "current key"]


@frozen
class Leak:
    """A secret or an address in a recording, and where; what it says is never repeated.

    `place` is `request` or `response`, then `url`, `url.path`, `url.query/name`, `header/Name`, `body` or
    `body#/json/pointer`; `#name` ends it where a property's name is meant, which then isn't given.
    """

    kind: LeakKind
    place: str


_BEARER = re.compile(r"\bbearer(?:\s|\+|%20)+(?P<token>[\w.~+/=%-]{8,})", re.IGNORECASE)
_BEARER_HEADER = re.compile(r"bearer\s+(?P<token>\S+)", re.IGNORECASE)
_PREFIXED = re.compile(
    r"(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(?:sk|pk|rk)_(?:live|test)_\w{8,}|gh[pousr]_\w{20,}"
    r"|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,})"
)
_ASSIGNED = re.compile(
    r"(?i)\b(?P<name>[\w-]*(?:api[-_]?key|access[-_]?token|auth[-_]?token|client[-_]?secret))[\"']?\s*[=:]\s*[\"']?"
    r"(?P<value>[\w.~+/-]{8,})"
)
_RESERVED = re.compile(r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost)", re.IGNORECASE)
LEAST = 8
"""A shorter key may stand anywhere by chance."""

Scan = Callable[[str], Iterator[LeakKind]]


def leaks(interaction: Interaction, contract: Contract, key: str | None) -> tuple[Leak, ...]:
    """Everything found, each kind once a place; `key` is the credential in use, if there is one."""
    allowed = Facts(contract)
    scan = _scanner(allowed.texts, key)
    credentials = frozenset(allowed.credentials) | {"authorization", "proxy-authorization", "cookie", "set-cookie"}
    found: dict[tuple[LeakKind, str], None] = {}
    for side, part in (("request", interaction.request), ("response", interaction.response)):
        for name, text in _texts(part.body):
            found |= dict.fromkeys((kind, f"{side}/{name}") for kind in scan(text))
        for name, path, value in _named_values(part.body):
            if _is_key(name, value):
                found["api key", f"{side}/body#{path}"] = None
        found |= dict.fromkeys((kind, f"{side}/{place}") for kind, place in _headers(part.headers, credentials, scan))
    found |= dict.fromkeys((kind, f"request/{place}") for kind, place in _url(interaction.request.url, scan))
    return tuple(Leak(kind=kind, place=place) for kind, place in found)


def _scanner(texts: frozenset[str], key: str | None) -> Scan:
    coded = codings(key) if key and len(key) >= LEAST else ()

    def scan(text: str) -> Iterator[LeakKind]:
        if any(form in text for form in coded):
            yield "current key"
        if any(found["token"] != SCRUBBED for found in _BEARER.finditer(text)):
            yield "bearer token"
        if _PREFIXED.search(text) or any(found["value"] != SCRUBBED for found in _ASSIGNED.finditer(text)):
            yield "api key"
        addresses = (found[0] for found in EMAIL.finditer(text))
        if any(_real(address) for address in addresses if address not in texts):
            yield "e-mail address"

    return scan


def _real(address: str) -> bool:
    domain = address.rpartition("@")[2].strip(".").rstrip("!*`~$^%")
    return "." in domain and _RESERVED.fullmatch(domain) is None


def codings(key: str) -> tuple[str, ...]:
    """The key as it may be written: percent-encoded, and in base64 at each of three offsets, alone or in a pair."""
    raw = key.encode("utf-8", "surrogatepass")
    forms = {key, quote(key, safe=""), quote(key), quote_plus(key), raw.hex(), raw.hex().upper()}
    every = "".join(f"%{byte:02X}" for byte in raw)
    forms |= {every, every.lower()}
    for offset in range(3):
        padded = base64.b64encode(b"\0" * offset + raw).decode()
        # Characters that share bits with a neighbour depend on what stands beside the key, and are left out.
        first, last = (0, 2, 3)[offset], (len(raw) + offset) * 8 // 6
        forms |= {padded[first:last], padded[first:last].replace("+", "-").replace("/", "_")}
    return tuple(forms)


def _headers(headers: Headers, credentials: frozenset[str], scan: Scan) -> Iterator[tuple[LeakKind, str]]:
    for name, value in headers:
        low, place = name.lower(), f"header/{name}"
        bearer = _BEARER_HEADER.fullmatch(value.strip())
        if bearer:
            if bearer["token"] != SCRUBBED:
                yield "bearer token", place
        elif (low in credentials or KEY_NAMES.fullmatch(low)) and not _harmless(value):
            yield "api key", place
        yield from ((kind, place) for kind in scan(value))
        if unquote(value) != value:
            yield from ((kind, place) for kind in scan(unquote(value)))


def _harmless(value: str) -> bool:
    """Whether a credential is none: scrubbed, with its scheme or without, or empty."""
    return (
        value.strip().rpartition(" ")[2] in {"", SCRUBBED} or re.fullmatch("[A-Za-z]{1,10}", value.strip()) is not None
    )


def _url(url: str, scan: Scan) -> Iterator[tuple[LeakKind, str]]:
    try:
        parts = urlsplit(url)
    except ValueError:
        yield from ((kind, "url") for kind in scan(url))
        return
    if "@" in parts.netloc:
        yield "api key", "url"
    for text in (parts.path, unquote(parts.path)):
        yield from ((kind, "url.path") for kind in scan(text))
    for pair in parts.query.split("&"):
        name, _, value = map(unquote_plus, pair.partition("="))
        named = list(scan(name))
        place = "url.query" if named else f"url.query/{name}"
        if _is_key(name, value):
            yield "api key", place
        yield from ((kind, place) for text in (pair, value, name) for kind in scan(text))
    yield from ((kind, "url") for text in (parts.fragment, unquote(parts.fragment)) for kind in scan(text))


def _is_key(name: str, value: Json) -> bool:
    return (
        KEY_NAMES.fullmatch(name) is not None and isinstance(value, str) and len(value) >= LEAST and value != SCRUBBED
    )


def _texts(body: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a body and where it stands; the whole of one that is not JSON."""
    if not body:
        return
    try:
        value, _ = parse(body)
    except NotJsonError:
        yield from _as_text(body)
        return
    if is_deep(body):
        yield from _as_text(body)
    for name, path, inner in _walked(value, ()):
        if name is not None:
            yield f"body#{_hidden(path)}#name", name
        if isinstance(inner, str):
            yield f"body#{_hidden(path)}", inner
            if "%" in inner:
                yield f"body#{_hidden(path)}", unquote(inner)
        elif isinstance(inner, int | float) and not isinstance(inner, bool):
            yield f"body#{_hidden(path)}", str(inner)


def _as_text(body: bytes) -> Iterator[tuple[str, str]]:
    text = body.decode("utf-8", "surrogateescape")
    yield "body", text
    if "%" in text:
        yield "body", unquote(text)


def _named_values(body: bytes) -> Iterator[tuple[str, str, Json]]:
    try:
        value, _ = parse(body)
    except NotJsonError:
        return
    yield from ((name, _hidden(path), inner) for name, path, inner in _walked(value, ()) if name is not None)


def _hidden(path: tuple[str | int, ...]) -> str:
    """The JSON pointer, steps left out that may themselves be what was looked for."""
    return pointer(
        "*" if isinstance(step, str) and not re.fullmatch(r"[A-Za-z_][\w-]{0,39}", step) else step for step in path
    )


def _walked(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str | None, tuple[str | int, ...], Json]]:
    name = path[-1] if path and isinstance(path[-1], str) else None
    yield name, path, value
    if isinstance(value, dict):
        for step, inner in value.items():
            yield from _walked(inner, (*path, step))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walked(inner, (*path, position))
