"""The words by which a text sounds like a promise; found without anything that reads what is promised."""

from __future__ import annotations

import re

_RINGS = re.compile(
    r"""\b(?: null | nullable | always | only | never | must | shall | mandatory | guaranteed | exactly
      | cannot | can't | can\ not | may\ not | not\ allowed | required? | requires | omit | omitted | absent | present
      | when | whenever | (?<!indicates\ )if | unless | otherwise | except | one\ of | possible\ values
      | allowed\ values | subset | writable | read-only | immutable | empty | defaults\ to | between
      | at\ least | at\ most | up\ to | (?:no\ )?(?:more|fewer|less)\ than | max | min | maximum | minimum )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def ring(sentence: str) -> bool:
    """True for a sentence that has a normative word, so that something must answer for it."""
    return _RINGS.search(folded(sentence).replace("\u2019", "'")) is not None


def folded(text: str) -> str:
    """A text with its white space folded."""
    return " ".join(text.split())
