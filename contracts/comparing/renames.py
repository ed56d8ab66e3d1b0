"""Names that went and names that came: which of them are evidently the same thing under another name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `statusInSequence`, `status_in_sequence` and `StatusInSequence` are alike."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def folded(text: str) -> str:
    """A text without what upper case and separators add."""
    return re.sub(r"[\W_]+", "", text.casefold()) or text


def alike(gone: Iterable[str], come: Iterable[str]) -> dict[str, str]:
    """New text by old one, where they differ in case and separators alone and no other does."""
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for side, texts in enumerate((gone, come)):
        for text in texts:
            groups.setdefault(folded(text), ([], []))[side].append(text)
    return {old[0]: new[0] for old, new in groups.values() if len(old) == len(new) == 1}


def renamed(gone: Iterable[str], come: Iterable[str], fits: Callable[[str, str], bool]) -> dict[str, str]:
    """New name by old one, where the words make it evident, both `fit`, and neither could be paired otherwise.

    Names that differ in case and separators alone come before those of which one has all the words of the other.
    """
    found = {old: new for old, new in alike(gone, come).items() if fits(old, new)}
    taken = set(found.values())
    left = {name: frozenset(words(name)) for name in gone if name not in found}
    right = {name: frozenset(words(name)) for name in come if name not in taken}

    pairs = [*_within(left, right), *((old, new) for new, old in _within(right, left))]
    pairs = [(old, new) for old, new in pairs if fits(old, new)]
    gone_often, come_often = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    return found | {old: new for old, new in pairs if gone_often[old] == come_often[new] == 1}


def _within(few: Mapping[str, frozenset[str]], many: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """The names of which one has all the words of the other and more; sought by its rarest word, as names are many."""
    having: dict[str, list[str]] = {}
    for name, parts in many.items():
        for part in parts:
            having.setdefault(part, []).append(name)
    for name, parts in few.items():
        rarest = min((having.get(part, []) for part in parts), key=len, default=[])
        yield from ((name, other) for other in rarest if parts < many[other])
