"""What a credential is called and looks like in any text, and what scrubbers leave where it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

SCRUBBED = "SCRUBBED"
"""Stands in the place of a credential."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_STRONG = re.compile(
    r"(?:.*-)?(?:user)?(?:pass-?(?:word|wd|phrase|code)s?|secrets?|credentials?|api-?keys?|private-?keys?|client-?secret|"
    r"secret-?(?:key|token)s?|authorization|bearer|assertion|signature|cookies?|pwd|jwt|session-?id)"
    r"(?:-(?:hash|value|text|raw|encoded|base64|id))?"
)
_WEAK = re.compile(
    r"(?:.*-)?(?:api|access|auth|oauth|secret|private|client|subscription|session|security|refresh|id|user|bot|account|"
    r"deploy|service|signing|encryption|master|shared|webhook|csrf|xsrf|bearer|jwt)-?(?:key|token)s?(?:-id)?|"
    r"(?:x-)?(?:keys?|tokens?|sig|sign)|"
    r"(?:.*-)?(?:x|db|database|my-?sql|pg|postgres|mongo|redis|smtp|imap|mail|e-?mail|s?ftp|ssh|ldap|http|proxy|wifi|"
    r"user|admin|root|account|login|auth|api|app|basic|service)-pass"
)
_LEAST = {"strong": 4, "weak": 8}
"""So many characters a value needs under such a name: a shorter one may be anything."""

_PLACEHOLDER = re.compile(
    r"(?:[A-Za-z]{1,10} )?"
    r"(?:\W*(?:REDACTED|FILTERED|SCRUBBED)\W*|<.*>|\{.*\}|\*{3,}|[Xx]{4,}|[xXaA01\x00-/:-@\[-`{-\x7f]*)"
)
"""What stands for a credential that somebody took away; the last is a credential's shape without its letters."""

SHAPE = re.compile(
    r"(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(?:sk|pk|rk)_(?:live|test)_\w{8,}|sk-[\w-]{16,}|gh[oprsu]_\w{20,}"
    r"|github_pat_\w{16,}|gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent)-[\w-]{16,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|AIza[\w-]{30,}|ya29\.[\w-]{10,}|SG\.[\w-]{10,}\.[\w-]{10,}|whsec_[\w+/=-]{8,}|npm_\w{30,}|pypi-[\w-]{16,}"
    r"|hf_\w{20,}|shp(?:at|ca|pa|ss)_\w{16,}|dop_v1_\w{16,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
"""Credentials that say so themselves: vendors' own prefixes, signed tokens, private keys."""

_BEARER = r"(?i)\bbearer(?:\s|\+|%20)+(?P<value>[\w.~+/=%-]{8,})"
_USER = r"://(?P<value>[^\s/?#@\"'<>\\]*:[^\s/?#@\"'<>\\]+)@"
_PAIRS = (
    re.compile(
        r"(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{0,60})(?:\]|%5[Dd])?[\"'\\]{0,4}\s{0,3}(?P<sign>=>|[=:]|%3[Dd])\s{0,3}"
        r"[\"'\\]{0,4}(?:(?:Basic|Token|ApiKey) )?(?=(?P<value>[^\s\"'\\&;,<>(){}\[\]]{4,200}))",
        re.ASCII,
    ),
    re.compile(
        r"<(?:\w{1,30}:)?(?P<name>[\w.-]{1,60})(?:\s[^<>]{0,200})?>\s{0,9}(?P<value>[^<>\s][^<>]{3,})</", re.ASCII
    ),
    re.compile(
        r"name=\"?(?P<name>[^\"\r\n;]{1,60})\"?[^\r\n]{0,200}\r?\n(?:[^\r\n]{1,200}\r?\n){0,9}\r?\n(?P<value>[^\r\n]{4,})"
    ),
)
"""Names with their values in a text: `name=value` and `"name": "value"`, elements of XML, parts of a form."""

_SIGN = re.compile(r"[=:]|%3[Dd]|</")
_SHORTEST = 8
"""The shortest text with a credential in it: `pwd=1234`."""

_PLAIN = re.compile(r"[@$_]?[A-Za-z_][\w$-]*", re.ASCII)
_MOST_DIGITS = 4
_LONGEST = 1000


@lru_cache(maxsize=2**12)
def strength(name: str) -> str:
    """`strong` or `weak` where a name is a credential's, "" where it is not."""
    words = "-".join(_WORD.findall(name[:200])).lower()
    return "strong" if _STRONG.fullmatch(words) else "weak" if _WEAK.fullmatch(words) else ""


def is_taken_away(value: str) -> bool:
    """True where a text stands in the place of a credential that isn't there: scrubbed, redacted, masked, empty."""
    return _PLACEHOLDER.fullmatch(value.strip()) is not None


def betrays(name: str, value: str) -> bool:
    """True where a value is a credential because of its name."""
    found = strength(name)
    return bool(found) and len(value) >= _LEAST[found] and not is_taken_away(value)


def masked(value: str, fits: Callable[[str], bool]) -> str:
    """What stands for a credential: one word for all, or where it doesn't fit, as little of the value as must stay.

    What is masked already stays as it is.
    """
    for fill in ("", "x0", "a0", "a1"):
        new = "".join(_filled(letter, fill) for letter in value) if fill else SCRUBBED
        if fits(new):
            return new
    for at, letter in enumerate(value[:_LONGEST]):
        tried = (value[:at] + _filled(letter, fill) + value[at + 1 :] for fill in ("x0", "a0", "a1"))
        value = next((new for new in tried if fits(new)), value)
    return value


def _filled(letter: str, fill: str) -> str:
    if letter.isdigit():
        return fill[1]
    return letter if not letter.isalpha() else fill[0].upper() if letter.isupper() else fill[0]


def kinds(text: str) -> Iterator[str]:
    """`bearer token` and `api key`, for the credentials in a free text."""
    if len(text) < _SHORTEST:
        return
    if "earer" in text.lower() and any(not is_taken_away(found["value"]) for found in re.finditer(_BEARER, text)):
        yield "bearer token"
    if (
        SHAPE.search(text)
        or ("://" in text and any(not is_taken_away(found["value"]) for found in re.finditer(_USER, text)))
        or (_SIGN.search(text) and any(_betrayed(found) for pairs in _PAIRS for found in pairs.finditer(text)))
    ):
        yield "api key"


def _betrayed(found: re.Match[str]) -> bool:
    """True where a pair holds a credential; after a colon, a plain word is a sentence's own."""
    name, value = found["name"].rpartition(".")[2], found["value"]
    if found.groupdict().get("sign") == ":" and found[0][found.end("sign") - found.start() :].startswith(" "):
        quoted = found.string[found.start("value") - 1] in "\"'"
        if not quoted and re.fullmatch("[a-z]+[.!?]?", value):
            return False
    return betrays(name, value)


@lru_cache(maxsize=2**12)
def is_open_name(name: str) -> bool:
    """True where a property's name is a value rather than a field: no plain identifier, or shaped like a secret."""
    return (
        _PLAIN.fullmatch(name) is None or sum(map(str.isdigit, name)) > _MOST_DIGITS or SHAPE.search(name) is not None
    )


def general_names(place: str, known: Collection[str] = ()) -> str:
    """A JSON pointer with `{}` for each name that is a value; `known` are the documented ones."""
    if place.startswith("#"):
        return place
    steps = place.split("/")
    kept = {"", "*", *known}
    return "/".join(step if step in kept or step.isdecimal() or not is_open_name(step) else "{}" for step in steps)


_FORMS = (
    r"\A<[\w .:-]*>\Z",
    r"\A\$?\{{1,2}[\w .:-]*\}{1,2}\Z",
    r"\*{3}",
    r"(?<![A-Za-z0-9])(?:X{4,}|x{4,})(?![A-Za-z0-9])",
    r"(?<![A-Za-z])(?:(?i:REDACTED|SCRUBBED)|FILTERED)(?![A-Za-z])",  # `filtered` may well be a word of a path ...
    r"\[(?i:FILTERED)\]",  # ... unless somebody put it into brackets
)
"""What scrubbers leave where a value was, in any text."""
_SCRUBBED_FORM = "|".join(_FORMS)


def is_placeholder(value: object) -> bool:
    """True where a value is a text that holds such a form: then nobody knows what stood there."""
    return isinstance(value, str) and re.search(_SCRUBBED_FORM, value) is not None
