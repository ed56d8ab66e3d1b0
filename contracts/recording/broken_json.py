"""Scrubbing bodies that are not JSON, so that they still aren't, for the same reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from contracts.recording.pseudonyms import Pseudonyms
from contracts.rules.credentials import SCRUBBED, is_open_name, strength
from contracts.rules.parsing import NotJsonError, parse

_JSON_TOKEN = re.compile(
    r'(?P<name>"(?:[^"\\]++|\\.)*+"(?=\s*:))|(?P<string>"(?:[^"\\]++|\\.)*+")|(?P<cut>".*+)'
    r"|(?P<number>-?(?P<digits>[0-9]+(?:\.[0-9]+)?)(?P<exponent>(?:[eE][+-]?[0-9]+)?))"
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
    new = _tokens(text, names, noted) if json_like else noted(text)
    scrubbed = _RAW.sub(lambda found: _raw(found[0], names), new).encode("utf-8", "surrogateescape")
    try:
        parse(scrubbed)
    except NotJsonError:
        return scrubbed
    return scrubbed + b"}"  # became JSON by chance


def _tokens(text: str, names: Pseudonyms, noted: Callable[[str], str]) -> str:
    """Broken JSON token by token; what a name says of the value behind it is remembered."""
    name = ""

    def scrubbed(found: re.Match[str]) -> str:
        nonlocal name
        kind, whole = found.lastgroup, found[0]
        if kind == "name":
            name = whole[1:-1]
            return _string(whole, names, noted) if is_open_name(name) else whole
        if kind in {"string", "cut"} and strength(name):
            return f'"{SCRUBBED}"' if kind == "string" else f'"{SCRUBBED}'
        if kind == "string":
            return _string(whole, names, noted)
        if kind == "number":
            digits, mark, exponent = found["digits"], whole[: whole.startswith("-")], found["exponent"]
            return mark + noted(digits) + exponent
        return noted(whole) if kind else whole

    return _JSON_TOKEN.sub(scrubbed, text)


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
