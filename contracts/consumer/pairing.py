"""A small set of bodies in which every two choices that can stand together do so once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from contracts.consumer.choices import Choice
from contracts.model.json import Json, Path
from contracts.rules.instance import ABSENT

Pair = frozenset[str]


def pairs_covered(
    choices: Mapping[Path, tuple[Choice, ...]],
    build: Callable[[Iterable[Choice]], Json],
    taken: Callable[[Json], Iterator[Choice]],
) -> Iterator[Json]:
    """The bodies, found greedily and the same ones each time; pairs that the rules exclude are left out."""
    places = list(choices.values())
    open_pairs: dict[Pair, tuple[Choice, Choice]] = {}
    for one, other in combinations(places, 2):
        open_pairs |= {_pair(first, second): (first, second) for first in one for second in other}
    while open_pairs:
        key, start = next(iter(open_pairs.items()))
        del open_pairs[key]
        if build(start) is ABSENT:
            continue
        body = build(_filled(places, start, build, open_pairs))
        for first, second in combinations(list(taken(body)), 2):
            open_pairs.pop(_pair(first, second), None)
        yield body


def _pair(one: Choice, other: Choice) -> Pair:
    return frozenset((one.name, other.name))


def _filled(
    places: list[tuple[Choice, ...]],
    start: tuple[Choice, Choice],
    build: Callable[[Iterable[Choice]], Json],
    open_pairs: Mapping[Pair, object],
) -> list[Choice]:
    """The starting pair and, place by place, the choice that covers most that is still open and can stand with them."""
    made = list(start)
    for offered in places:
        if any(choice.at == offered[0].at for choice in made):
            continue
        gains = {choice.name: sum(_pair(choice, one) in open_pairs for one in made) for choice in offered}
        best = sorted((choice for choice in offered if gains[choice.name]), key=lambda one: -gains[one.name])
        fitting = (choice for choice in best if build([*made, choice]) is not ABSENT)
        made += [choice for choice in [next(fitting, None)] if choice is not None]
    return made
