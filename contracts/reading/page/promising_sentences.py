"""What the sentences of a description promise; one that rings and that no phrase understands is never guessed at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from contracts.model.page import Sentence
from contracts.reading.page.limits import read_limits
from contracts.reading.page.normative_words import folded, ring
from contracts.reading.page.phrases import CIRCUMSTANCE, ITSELF, PATTERNS, SAMPLES, Legend, Reading, Values

_LONGEST = 1_000
"""Characters of a sentence that is looked at; nobody promises anything in a longer one."""

_HEAD = (
    r".*\b(?:(?:possible|allowed|valid|accepted|supported|available) (?:values|options)(?: are)?|(?:can be )?one of"
    r"|values|options|enum)(?: the following)?:"
)
_ITEM = r"(?P<value>[\"'`][^\"'`]+[\"'`]|[\w+][\w+./-]*)(?: ?[:=–—-] ?.*| \(.*\)\.?|\.|,|;)?"
_REMARK = r"(?:examples?|defaults?|note|format|see|deprecated)\b"
_NUMBERED = r"(?P<number>-?\d{1,9}) ?[=:–—-] ?[^\d\s].*"

_NULL_SOMEWHERE = (
    r"(?:^|[,;:.–—-] ?|\((?!null\))|\b(?:or|and|otherwise|else|returns?|becomes|(?:set|defaults) to)"
    rf"|(?:^|\b(?:{ITSELF}|which|that|or) )(?:is|(?:can|may|will|could|might)(?: also)? be|is set to))\s*null\b"
    rf"(?= (?:{CIRCUMSTANCE}|unless|on|in|at|by default|otherwise|means|indicates)\b| ?= |[.,;)]|$)"
    r"|^if null\b|^nullable(?=[.,;]|$)|\(nullable\)|\b(?:is|are) nullable\b"
)
_DENIED = (
    r"(?:\b(?:never|not|cannot|without|nor|no longer)\b|n't\b|n\u2019t\b|\bnon-)[^.;,]{0,20}$"
    r"|\b(?:keys|items|elements|entries|each|values (?:can|may|are|must))\b"
)


def understand(sentence: str) -> Reading | None:
    """What one whole sentence promises, or None if no row of the table understands all of it."""
    text = folded(sentence)
    if len(text) > _LONGEST:
        return None
    for pattern in PATTERNS:
        match = re.fullmatch(pattern.sentence, text, re.IGNORECASE)
        if match and not any(_loaded(match, group) for group in match.groupdict() if group.startswith("free")):
            reading = pattern.read(match)
            if reading is not None:
                return reading
    limits, rest = read_limits(text)
    return limits if limits and not ring(rest) and not SAMPLES.search(rest) else None


def readings(sentences: tuple[Sentence, ...]) -> Iterator[tuple[tuple[Sentence, ...], Reading]]:
    """What the sentences of a description promise, each with those it takes; a list of values takes its items too."""
    index = 0
    while index < len(sentences):
        taken, reading = _listed(sentences, index)
        if reading is None:
            taken, reading = 1, understand(sentences[index].text)
        if reading is not None:
            yield sentences[index : index + taken], reading
        index += taken


def _listed(sentences: tuple[Sentence, ...], begin: int) -> tuple[int, Reading | None]:
    """How many sentences list values from `begin` on, one each, and the list: below a heading, or numbers alone."""
    headed = re.fullmatch(_HEAD, folded(sentences[begin].text), re.IGNORECASE) is not None
    if headed and SAMPLES.search(sentences[begin].text):
        return 1, None
    numbers = [found["number"] for found in _run(_numbered, sentences, begin + headed)]
    if len(numbers) > 1 and len(set(numbers)) == len(numbers):
        return len(numbers) + headed, Legend(values=tuple(map(int, numbers)))
    values = [found["value"].strip("\"'`") for found in _run(_item, sentences, begin + 1)] if headed else []
    if len(values) > 1 and len(set(values)) == len(values):
        return len(values) + 1, Values(values=tuple(values))
    return 1, None


def _run(
    match: Callable[[str], re.Match[str] | None], sentences: tuple[Sentence, ...], begin: int
) -> Iterator[re.Match[str]]:
    """The matches of the sentences from `begin` on, up to the first that has none."""
    for index in range(begin, len(sentences)):
        found = match(folded(sentences[index].text))
        if found is None:
            return
        yield found


def _numbered(line: str) -> re.Match[str] | None:
    return re.fullmatch(_NUMBERED, line)


def _item(line: str) -> re.Match[str] | None:
    remark = _numbered(line) or re.match(_REMARK, line, re.IGNORECASE)
    return None if remark else re.fullmatch(_ITEM, line)


def permits_null(sentence: str) -> bool:
    """True for a sentence that speaks of the field as null at times, whatever else it says; nothing denies it there."""
    text = folded(sentence).replace("`", "")
    found = re.search(_NULL_SOMEWHERE, text, re.IGNORECASE)
    return found is not None and re.search(_DENIED, text[: found.end()], re.IGNORECASE) is None


def _loaded(match: re.Match[str], group: str) -> bool:
    """True for a free part that carries a promise of its own."""
    text = match[group] or ""
    return ring(text) or ";" in text
