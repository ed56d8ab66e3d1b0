"""The phrases that are understood: a visible table of patterns, each for one whole sentence.

A pattern matches a sentence from its first word to its last, and what it leaves free (the circumstances) must not
sound like a promise itself. A sentence that rings and that no pattern understood is never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Match: TypeAlias = re.Match[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nullable:
    """The field may be null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """When the field is an object, it carries these booleans."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The field is in every answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NullMeans:
    """Where the field `null` is null, the field `other` has the string `value`."""

    null: str
    other: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The field has one of these values and no other."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writable:
    """A client may set only these of the field's values."""

    values: tuple[str, ...]


Reading: TypeAlias = Nullable | Flags | Present | NullMeans | Values | Writable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One row: its name, the whole sentence (groups named `free...` are its free parts), and what it says.

    `read` may answer None: the words fit, the content doesn't.
    """

    name: str
    sentence: re.Pattern[str]
    read: Callable[[Match], Reading | None]


_RINGS = re.compile(
    r"""\b(?: null | nullable | always | only | never | must | shall | mandatory | guaranteed | exactly
      | cannot | can't | can\ not | may\ not | not\ allowed | required? | requires | omit | omitted | absent | present
      | when | whenever | (?<!indicates\ )if | unless | otherwise | except | one\ of | possible\ values
      | allowed\ values | subset | writable | read-only | immutable | empty | defaults\ to | between
      | at\ least | at\ most | up\ to | (?:no\ )?(?:more|fewer|less)\ than | max | min | maximum | minimum )\b""",
    re.IGNORECASE | re.VERBOSE,
)

_SAMPLES = re.compile(r"\be\.g\.|\bfor example\b|\bsuch as\b|\bfor instance\b|\bincluding\b", re.IGNORECASE)


def ring(sentence: str) -> bool:
    """True for a sentence that has a normative word, so that something must answer for it."""
    return _RINGS.search(_fold(sentence).replace("\u2019", "'")) is not None


def understand(sentence: str) -> Reading | None:
    """What one whole sentence promises, or None if no row of the table understands all of it."""
    text = _fold(sentence)
    for pattern in PATTERNS:
        match = pattern.sentence.fullmatch(text)
        if match and not any(_loaded(match, group) for group in match.groupdict() if group.startswith("free")):
            return pattern.read(match)
    return None


def _loaded(match: Match, group: str) -> bool:
    """True for a free part that carries a promise of its own."""
    text = match[group] or ""
    return ring(text) or ";" in text


def _fold(text: str) -> str:
    return " ".join(text.split())


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'`") for name in re.split(r",? (?:and|or) |, | / ", text))


def _values(match: Match) -> Values | None:
    values = _names(match["values"])
    if _SAMPLES.search(match["free"]) or {"null", "true", "false"} & {value.lower() for value in values}:
        return None
    return Values(values=values)


def _null_means(match: Match) -> NullMeans:
    return NullMeans(null=match["null"], other=match["other"], value=match["value"])


_WORD = r"[A-Za-z_]\w*"
_VALUE = r"[\"'`]?[\w+-]+[\"'`]?"


def _sentence(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("WORD", _WORD).replace("VALUE", _VALUE) + r"\.?", re.IGNORECASE)


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="null when",
        sentence=_sentence(r"(?:(?P<free_lead>[^;:]+), (?:or )?)?null (?:when|if) (?P<free>[^;:]+?)"),
        read=lambda _: Nullable(),
    ),
    Pattern(
        name="otherwise an object with flags",
        sentence=_sentence(
            r"Otherwise,? an object with (?:the )?(?P<names>WORD(?:, WORD)*(?:,? and WORD)?) (?:boolean )?flags?"
        ),
        read=lambda match: Flags(names=_names(match["names"])),
    ),
    Pattern(
        name="always present",
        sentence=_sentence(r"(?:It is )?always present(?: in (?:the|every|each) (?:response|answer))?"),
        read=lambda _: Present(),
    ),
    Pattern(
        name="null means a value",
        sentence=_sentence(
            r"When (?P<free>[^;:]+), (?P<null>WORD) is null and (?P<other>WORD) is"
            r" [\"\u201c](?P<value>[^\"\u201c\u201d]+)[\"\u201d]"
        ),
        read=_null_means,
    ),
    Pattern(
        name="a value beside null",
        sentence=_sentence(
            r"When (?P<free>[^;:]+), (?P<other>WORD) is [\"\u201c](?P<value>[^\"\u201c\u201d]+)[\"\u201d]"
            r" and (?P<null>WORD) is null"
        ),
        read=_null_means,
    ),
    Pattern(
        name="values in brackets",
        sentence=_sentence(r"(?P<free>[^();:]*)\((?P<values>VALUE(?: / VALUE)+)\)"),
        read=_values,
    ),
    Pattern(
        name="one of",
        sentence=_sentence(
            r"(?P<free>[^();:]*?)\b(?:(?:(?:is|must be|can be) )?one of:?|possible values(?: are)?:|"
            r"allowed values(?: are)?:|options:|values:) (?P<values>VALUE(?:, VALUE)*(?:,? (?:and|or) VALUE|, VALUE))"
        ),
        read=_values,
    ),
    Pattern(
        name="writable subset",
        sentence=_sentence(
            r"(?:The|This) writable subset \((?P<values>VALUE(?:, VALUE)*)\)"
            r" (?:can|may) be (?:set|changed|written) (?P<free>[^;]+)"
        ),
        read=lambda match: Writable(values=_names(match["values"])),
    ),
)
