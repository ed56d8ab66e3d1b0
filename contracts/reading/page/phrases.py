"""The phrases that are understood: a visible table of patterns, each for one whole sentence.

A pattern matches a sentence from its first word to its last, and what it leaves free (the circumstances) must not
sound like a promise itself. One is compiled when it is first tried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeAlias

from contracts.model.frozen import frozen
from contracts.reading.page.limits import Limits

Match: TypeAlias = re.Match[str]


@frozen
class Nullable:
    """The field may be null."""


@frozen
class Flags:
    """When the field is an object, it carries these booleans."""

    names: tuple[str, ...]


@frozen
class Present:
    """The field is in every answer."""


@frozen
class NullMeans:
    """Where the field `null` is null, the field `other` has the string `value`."""

    null: str
    other: str
    value: str


@frozen
class Values:
    """The field has one of these values and no other."""

    values: tuple[str, ...]


@frozen
class Writable:
    """A client may set only these of the field's values."""

    values: tuple[str, ...]


@frozen
class Legend:
    """The field has one of these numbers, each of which the sentence names, or is always true, or always false."""

    values: tuple[int, ...]


@frozen
class Optional:
    """The field may be missing."""


@frozen
class MayBeEmpty:
    """An empty text, list or object is meant."""


Reading: TypeAlias = (
    Nullable | Flags | Present | NullMeans | Values | Writable | Legend | Limits | Optional | MayBeEmpty
)


@frozen
class Pattern:
    """One row: its name, the whole sentence (groups named `free...` are its free parts), and what it says.

    `read` may answer None: the words fit, the content doesn't.
    """

    name: str
    sentence: str
    read: Callable[[Match], Reading | None]


SAMPLES = re.compile(
    r"\be\.g\b|\bfor (?:example|instance)\b|\bsuch as\b|\blike\b|\binclud(?:es?|ing)\b|\bexamples?\b"
    r"|\bcommon(?:ly)?\b|\btypical(?:ly)?\b",
    re.IGNORECASE,
)
"""Words before values that are some of many."""

_OPEN_END = re.compile(r"\betc\b|\.\.\.|…|\b(?:and|or) (?:more|others|so on|the like)\b", re.IGNORECASE)
CIRCUMSTANCE = r"(?:when|if|until|while|for|before|after|once|whenever|as long as)"
ITSELF = r"(?:it|this|this \w+|the field|the value|value|field)"


def _names(text: str) -> tuple[str, ...]:
    bare = re.sub(r" ?\([^()]*\)", "", text)
    return tuple(name.strip("\"'`“”‘’ ") for name in re.split(r",? (?:and|or) |, | ?[/|] ?", bare))


def _values(match: Match) -> Values | None:
    values = _names(match["values"])
    several = SAMPLES.search(match["free"] or "") or _OPEN_END.search(match[0])
    strange = {"null", "true", "false"} & {value.lower() for value in values} or any(map(_is_phrase, values))
    return None if several or strange else Values(values=values)


def _is_phrase(value: str) -> bool:
    """True for some words of a sentence rather than a value."""
    words = value.lower().split()
    if len(words) == 1:
        return False
    return not words or len(words) > _WORDS_OF_A_VALUE or words[0] in _OPENING or bool(_STOPPING & set(words[1:]))


_WORDS_OF_A_VALUE = 3
_OPENING = frozenset({"a", "an", "the", "any", "your", "see", "one"})
_STOPPING = frozenset(
    "a an the of is are to in on for with by see your any each this that it its as at be from".split()
)


def _constant(match: Match) -> Values | Legend | None:
    if match["plain"]:
        return Legend(values=(json.loads(match["plain"].strip("`").lower()),))
    value = match["quoted"] or match["value"]
    state = not match["quoted"] and value.lower().strip("\"'`") in _STATES
    return None if state else Values(values=_names(value))


_STATES = frozenset(
    """present set empty returned included null required available given provided true false positive unique sorted
    the a an in at of visible there known non-null non-empty utc""".split()
)


def _legend(match: Match) -> Legend | None:
    listed = re.findall(r"(-?\d{1,9}) ?[=:–—-] ?[^\d\s]", match["legend"] or match["bare"])
    numbers = tuple(map(int, listed))
    several = SAMPLES.search(match["free"] or "") or _OPEN_END.search(match[0])
    scale = (
        len(numbers) == _ENDS_OF_A_SCALE and numbers[1] - numbers[0] > 1 and re.search(_SCALE, match[0], re.IGNORECASE)
    )
    return None if several or scale or len(set(numbers)) < len(numbers) else Legend(values=numbers)


_ENDS_OF_A_SCALE = 2
_SCALE = (
    r"\b(?:scale|rating|score|level|priority|rank|low(?:est)?|high(?:est)?|best|worst|good|bad|poor|least|most|min|max"
    r"|never|always|first|last)\b"
)


def _null_means(match: Match) -> NullMeans:
    return NullMeans(null=match["null"], other=match["other"], value=match["value"])


_WORD = r"[A-Za-z_]\w*"
_VALUE = r"[\"'`]?[\w+-]+[\"'`]?"
_QUOTED = r"(?:\"[^\"]+\"|`[^`]+`|'[^']+'|“[^“”]+”)"
_TERM = r"[\w+][\w+./-]*(?<!\.)"
_LISTED = rf"(?:QUOTED|{_TERM}(?: {_TERM}){{0,2}})(?: \([^()]*\))?"


def _sentence(text: str) -> str:
    text = text.replace("LISTED", _LISTED).replace("QUOTED", _QUOTED).replace("ITSELF", ITSELF)
    text = text.replace("CIRCUMSTANCE", CIRCUMSTANCE).replace("WORD", _WORD).replace("VALUE", _VALUE)
    return text + r"\.?"


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="null when",
        sentence=_sentence(
            r"(?:(?:When )?(?P<free_lead>[^;:()]+), (?:or )?|(?:ITSELF )?(?:is |(?:will|may|can) be )"
            r"|(?P<free_begin>[^;:,()]+) or )?null (?:CIRCUMSTANCE (?P<free>[^;:]+?)|by default)"
        ),
        read=lambda _: Nullable(),
    ),
    Pattern(
        name="null in brackets",
        sentence=_sentence(
            r"(?P<free>[^;:()]+) \((?:or null|(?:(?:can|may) be )?null"
            r"(?:able| CIRCUMSTANCE (?P<free_when>[^;:()]+))?)\)"
        ),
        read=lambda _: Nullable(),
    ),
    Pattern(
        name="may be null",
        sentence=_sentence(
            r"(?:(?:ITSELF )?(?:can|may|might|could|will) (?:also )?be null|(?:ITSELF is )?nullable"
            r"|(?P<free>[^;:,]+),? or null)"
        ),
        read=lambda _: Nullable(),
    ),
    Pattern(
        name="null has a meaning",
        sentence=_sentence(r"(?:a )?[`\"]?null[`\"]?(?: value)? (?:means|indicates|=)(?: that)? (?P<free>[^;:]+)"),
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
        sentence=_sentence(
            r"(?:(?:ITSELF )?is )?always (?:present|included|returned)(?: in (?:the|every|each) (?:response|answer))?"
        ),
        read=lambda _: Present(),
    ),
    Pattern(
        name="only present when",
        sentence=_sentence(
            r"(?:(?:ITSELF )?is )?(?:only (?:present|included|returned|populated|set|available|given|sent)"
            r"|(?:present|included|returned|populated|available) only|omitted|absent|missing"
            r"|not (?:present|included|returned)) (?:when|if|for|unless|until|after|on|in|with) (?P<free>[^;:]+)"
        ),
        read=lambda _: Optional(),
    ),
    Pattern(
        name="empty when",
        sentence=_sentence(
            r"(?:(?:ITSELF )?is )?(?:an )?empty(?: (?:array|list|string|object))? (?:when|if) (?P<free>[^;:]+)"
        ),
        read=lambda _: MayBeEmpty(),
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
        sentence=_sentence(r"(?P<free>[^();:]*)\((?P<values>VALUE(?:(?: / | ?\| ?)VALUE)+)\)"),
        read=_values,
    ),
    Pattern(
        name="one of",
        sentence=_sentence(
            r"(?P<free>[^();:]*?)\b(?:(?:(?:is|must be|can be) )?one of:?|(?:possible|allowed|valid|accepted|supported)"
            r" (?:values|options)(?: are|:)?:?|options:|values:|enum:) "
            r"(?P<values>VALUE(?:, VALUE)*(?:,? (?:and|or) VALUE|, VALUE))(?: for (?P<free_for>[^;:,]+))?"
        ),
        read=_values,
    ),
    Pattern(
        name="a labelled list",
        sentence=_sentence(
            r"(?P<free>[^();:]*?)\b(?:one of|(?:possible|allowed|valid|accepted|supported) (?:values|options)(?: are)?"
            r"|options|values|enum): ?(?P<values>LISTED(?:(?:, | ?[|/] ?)LISTED)*(?:,? (?:and|or) |, | ?[|/] ?)LISTED)"
        ),
        read=_values,
    ),
    Pattern(
        name="quoted values",
        sentence=_sentence(
            r"(?:(?P<free>[^();:]*?)(?:: |\b(?:either|is|must be) ))?"
            r"\(?(?P<values>QUOTED(?:(?:, | ?[|/] ?)QUOTED)*(?:,? or | ?[|/] ?)QUOTED)\)?"
        ),
        read=_values,
    ),
    Pattern(
        name="numbers with their meaning",
        sentence=_sentence(
            r"(?:(?P<free>[^;:=()]*?)[:(]? ?(?P<legend>-?\d{1,9} ?= ?[^,;=()\d][^,;=()]*"
            r"(?:(?:[,;]| or| and) ?-?\d{1,9} ?= ?[^,;=()\d][^,;=()]*)+)\)?"
            r"|(?P<bare>-?\d{1,9}(?:: ?| [-–—] )[^,;:=()\d][^,;:=()]*"
            r"(?:[,;] ?-?\d{1,9}(?:: ?| [-–—] )[^,;:=()\d][^,;:=()]*)+))"
        ),
        read=_legend,
    ),
    Pattern(
        name="always one value",
        sentence=_sentence(
            r"(?:(?P<free>[^();:]*?)\b(?:type|object|kind|discriminator)\b[^();:]{0,40}? is always (?P<value>VALUE)"
            r"|(?:(?:ITSELF )?is )?always (?:set to |(?:the )?(?:value|string) )?"
            r"(?:(?P<plain>(?P<tick>`?)(?:true|false)(?P=tick)|-?(?:0|[1-9]\d{0,8}))|(?P<quoted>QUOTED)))"
        ),
        read=_constant,
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
