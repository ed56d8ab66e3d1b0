"""Scrubbing bodies that are not JSON, so that they still aren't, for the same reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from contracts.recording.pseudonyms import Pseudonyms
from contracts.rules.credentials import SCRUBBED, is_open_name, strength
from contracts.rules.exchange import NotJsonError, parse

_JSON_TOKEN = re.compile(
    r'(?P<name>"(?:[^"\\]++|\\.)*+"(?=\s*:))|(?P<string>"(?:[^"\\]++|\\.)*+")|(?P<cut>".*+)'
    r"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)(?P<exponent>[eE][+-]?[0-9]+)?"
    r"|\b(?:true|false|null|NaN|Infinity)\b|(?P<other>[^\s\"\-0-9{}\[\],:]+)",
    re.DOTALL,
)
_RAW = re.compile("[\udc80-\udcff]+")
_ODD = re.compile("[\x00-\x1f\ud800-\udfff]")
_NEVER = 0xDCF8
"""From here on, bytes stand nowhere in UTF-8 (written as Python writes bytes it can't decode)."""


def scrubbed_text(body: bytes, names: Pseudonyms, noted: Callable[[str], str]) -> bytes:
    """The body with its letters and digits replaced; names and layout of broken JSON stay.

    `noted` gives the pseudonym of a text that must not survive, and takes note of it.
    """
    text = body.decode("utf-8", "surrogateescape")
    json_like = text.lstrip("\ufeff \t\r\n").startswith(("{", "[", '"'))
    new = _JSON_TOKEN.sub(_Tokens(names, noted).token, text) if json_like else noted(text)
    new = _RAW.sub(lambda found: _raw(found[0], names), new)
    scrubbed = new.encode("utf-8", "surrogateescape")
    try:
        parse(scrubbed)
    except NotJsonError:
        return scrubbed
    return scrubbed + b"}"  # became JSON by chance


class _Tokens:
    """The tokens of broken JSON, one after the other: what a name says of the value behind it is remembered."""

    def __init__(self, names: Pseudonyms, noted: Callable[[str], str]) -> None:
        self._names, self._noted, self._name = names, noted, ""

    def token(self, found: re.Match[str]) -> str:
        """What stands in its place."""
        parts = found.groupdict()
        if parts["name"]:
            self._name = parts["name"][1:-1]
            return self._key(found[0])
        if strength(self._name) and (parts["string"] or parts["cut"]):
            return f'"{SCRUBBED}"' if parts["string"] else f'"{SCRUBBED}'
        if parts["string"]:
            return _string(parts["string"], self._names, self._noted)
        if parts["cut"] or parts["other"]:
            return self._noted(found[0])
        if parts["number"]:
            sign = "-" * parts["number"].startswith("-")
            return sign + self._noted(parts["number"].removeprefix("-")) + (parts["exponent"] or "")
        return found[0]

    def _key(self, written: str) -> str:
        return _string(written, self._names, self._noted) if is_open_name(self._name) else written


def _string(written: str, names: Pseudonyms, noted: Callable[[str], str]) -> str:
    """A whole string by its value, so that it gets the pseudonym that it has elsewhere."""
    raw = written[1:-1]
    try:
        value = None if _ODD.search(raw) else json.loads(written)
    except ValueError:
        value = None
    if not isinstance(value, str):
        return '"' + re.sub(r"(\\.)|([^\\]+)", lambda part: part[1] or names.text(part[2]), raw) + '"'
    new = noted(value)
    return f'"{new}"' if "\\" not in raw else written if new == value else json.dumps(new)


def _raw(run: str, names: Pseudonyms) -> str:
    """Bytes that are no text become others that are none, wherever they stand."""
    stream = names.noise(run, len(run))
    return "".join(chr(_NEVER + (ord(letter) + 1 + byte % 7) % 8) for letter, byte in zip(run, stream, strict=True))
