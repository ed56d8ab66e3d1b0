"""Which alternative of one choice is which of another."""

from __future__ import annotations

from typing import TypeAlias

from contracts.comparing.sameness import Sameness
from contracts.comparing.sides import Place, Side, named
from contracts.rules.spots import Part

Options: TypeAlias = tuple[Part, ...]


def paired(
    old: Side, olds: Options, new: Side, news: Options, same: Sameness
) -> tuple[list[tuple[Part, Part]], list[str], list[str]]:
    """The alternatives that differ and are the same one all the same, and what those are called that went and came.

    The same are those that say the same, then those of one name, then the only two that are left.
    """
    left, right = list(olds), list(news)
    for one in olds:
        other = next((known for known in right if same.of(one.node, known.node)), None)
        if other is None:
            content = old.contents.of(one.node)
            other = next((known for known in right if new.contents.of(known.node) == content), None)
        if other is not None:
            left.remove(one)
            right.remove(other)
    pairs = []
    names = [{id(option): named(option, side.tree) for option in options} for side, options in
             ((old, left), (new, right))]  # fmt: skip
    for one in tuple(left):
        name = names[0][id(one)]
        known = [other for other in right if names[1][id(other)] == name]
        if name and known:
            pairs.append((one, known[0]))
            left.remove(one)
            right.remove(known[0])
    if len(left) == 1 == len(right):
        pairs.append((left.pop(), right.pop()))
    gone, come = ([known[id(option)] or "another form" for option in options] for known, options in
                  zip(names, (left, right), strict=True))  # fmt: skip
    return pairs, gone, come


def alternatives(sides: tuple[Side, Side], before: Place, after: Place) -> tuple[Options, Options] | None:
    """The alternatives of two places of which at least one is a choice and nothing else; a schema alone is one."""
    found = [_alone(side, place) for side, place in zip(sides, (before, after), strict=True)]
    if found == [None, None]:
        return None
    one, other = (
        options or (place.roots if len(place.roots) == 1 or place.choices else ())
        for options, place in zip(found, (before, after), strict=True)
    )
    return (one, other) if one and other else None


def _alone(side: Side, place: Place) -> Options | None:
    alone = len(place.choices) == 1 and not (place.rules.keys() - {"required"})
    pure = alone and not (place.rest.keys() - {"discriminator"}) and not side.below(place)
    return place.choices[0].options if pure else None
