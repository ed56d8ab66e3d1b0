"""Which name, and which operation, of one side is which of the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from contracts.model.contract import Contract

ContractPair: TypeAlias = tuple[Contract | None, Contract | None]

TEMPLATE = re.compile(r"\{([^{}/]*)\}")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `statusInSequence`, `status_in_sequence` and `StatusInSequence` are alike."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def alike(gone: Iterable[str], come: Iterable[str]) -> dict[str, str]:
    """New text by old one, where they differ in case and separators alone and no other does."""
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for side, texts in enumerate((gone, come)):
        for text in texts:
            folded = re.sub(r"[\W_]+", "", text.casefold()) or text
            groups.setdefault(folded, ([], []))[side].append(text)
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


def unnamed(path: str) -> str:
    """A path template without its parameters' names, which no request shows."""
    return TEMPLATE.sub("{}", path)


_MARKS: tuple[Callable[[Contract], object], ...] = (
    lambda contract: (contract.method, contract.path),
    lambda contract: (contract.method, unnamed(contract.path)),
    lambda contract: unnamed(contract.path),
    lambda contract: contract.slug,
)
"""What makes two contracts the same operation, the surest first."""


def pair(olds: tuple[Contract, ...], news: tuple[Contract, ...]) -> tuple[ContractPair, ...]:
    """The contracts of two sides, each with its counterpart or None, in the old side's order, then the new one's.

    A mark that more than one contract of a side bears pairs none of them. Where each side has just one contract they
    are a pair, moved and renamed or not, unless they say that they are of two servers.
    """
    if len(olds) == 1 == len(news) and (olds[0].server == news[0].server or not (olds[0].server and news[0].server)):
        return ((olds[0], news[0]),)
    left, right = dict(enumerate(olds)), dict(enumerate(news))
    partners: dict[int, int] = {}
    for mark in _MARKS:
        ours, theirs = _marked(left, mark), _marked(right, mark)
        for key, positions in ours.items():
            if len(positions) == 1 == len(theirs.get(key, ())):
                partners[positions[0]] = theirs[key][0]
                del left[positions[0]], right[theirs[key][0]]
    found: list[ContractPair] = [(old, news[partners[at]] if at in partners else None) for at, old in enumerate(olds)]
    return (*found, *((None, new) for new in right.values()))


def _marked(side: dict[int, Contract], mark: Callable[[Contract], object]) -> dict[object, list[int]]:
    found: dict[object, list[int]] = {}
    for at, contract in side.items():
        found.setdefault(mark(contract), []).append(at)
    return found
