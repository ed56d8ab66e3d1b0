"""A key in a text, however it is written there: found, or hidden."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import unquote

LEAST_KEY = 8
"""A shorter key can't be looked for: it may stand anywhere by chance."""

_ESCAPE = r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([^ux])"


class Key:
    """The credential in use, to be found in a text."""

    def __init__(self, key: str) -> None:
        self._forms = tuple({form.casefold() for form in _codings(key)})

    def stands_in(self, text: str) -> bool:
        """The key stands there: plain, in other case, escaped, percent-encoded, or in base64."""
        for _ in range(3):
            low = text.casefold()
            bare = re.sub(r"\s+", "", low)
            if any(form in low or form in bare for form in self._forms):
                return True
            opened = unquote(re.sub(_ESCAPE, _unescaped, text))
            if opened == text:
                return False
            text = opened
        return False


def masking(key: str | None) -> Callable[[str], str]:
    """What gives a text with stars in the place of each letter of the key; a key that is none, or short, hides nothing.

    Known are the key as it is, in any case, its letters escaped as in JSON, in URLs and in HTML, and all of it in
    base64 or in hexadecimal digits.
    """
    if key is None or len(key) < LEAST_KEY:
        return lambda text: text
    forms = ["".join(map(_letter, key)), *map(re.escape, sorted(_codings(key), key=len, reverse=True))]
    pattern = re.compile("|".join(forms), re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: "*" * len(found[0]), text)


def _codings(key: str) -> set[str]:
    """The key as it is, in hexadecimal digits, and in base64 at each of three offsets."""
    raw = key.encode("utf-8", "surrogatepass")
    forms = {key, raw.hex()}
    for offset in range(3):
        padded = base64.b64encode(b"\0" * offset + raw).decode()
        # Characters that share bits with a neighbour depend on what stands beside the key, and are left out.
        first, last = (0, 2, 3)[offset], (len(raw) + offset) * 8 // 6
        forms |= {padded[first:last], padded[first:last].replace("+", "-").replace("/", "_")}
    return forms


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3]


def _letter(letter: str) -> str:
    code = ord(letter)
    return rf"(?:\\?{re.escape(letter)}|\\u{code:04x}|%{code:02x}|&#0*{code};|&#x0*{code:x};)"
