"""Hides a key in a text, however it is written there."""

from __future__ import annotations

import re
from collections.abc import Callable

from contracts.sources.leaks import LEAST_KEY, codings


def masking(key: str | None) -> Callable[[str], str]:
    """What gives a text with stars in the place of each letter of the key; a key that is none, or short, hides nothing.

    Known are the key as it is, in any case, its letters escaped as in JSON, in URLs and in HTML, and all of it in
    base64 or in hexadecimal digits.
    """
    if key is None or len(key) < LEAST_KEY:
        return lambda text: text
    forms = ["".join(map(_letter, key)), *map(re.escape, sorted(codings(key), key=len, reverse=True))]
    pattern = re.compile("|".join(forms), re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: "*" * len(found[0]), text)


def _letter(letter: str) -> str:
    code = ord(letter)
    return rf"(?:\\?{re.escape(letter)}|\\u{code:04x}|%{code:02x}|&#0*{code};|&#x0*{code:x};)"
