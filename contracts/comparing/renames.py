"""Names that went and names that came: which of them are evidently the same thing under another name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

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

    def within(old: str, new: str) -> bool:
        one, other = left[old], right[new]
        return bool(one and other) and (one < other or other < one) and fits(old, new)

    return found | unique(left, right, within)


def unique(left: Iterable[str], right: Iterable[str], fits: Callable[[str, str], bool]) -> dict[str, str]:
    """The pairs of which neither half fits any other."""
    others = list(right)
    fitting = {one: [other for other in others if fits(one, other)] for one in left}
    taken = Counter(other for found in fitting.values() for other in found)
    return {one: found[0] for one, found in fitting.items() if len(found) == 1 and taken[found[0]] == 1}
