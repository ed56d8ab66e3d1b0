"""What is told of a place beside its single value: choices, null without a type, deprecation, words, what is unread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from contracts.comparing.difference import UNREAD, Difference
from contracts.comparing.sides import Choice, Place, Side
from contracts.comparing.values import Both
from contracts.model.json import Json

_UNSEEN = frozenset({"default", "discriminator", "contentEncoding", "contentMediaType", "contentSchema"})
"""Keywords that limit no value, and so are in no proof about values."""

Promising: TypeAlias = Callable[[str], Iterable[str]]
"""The sentences of a text that sound like a promise."""


def no_promise(_: str) -> Iterable[str]:
    """Nothing of a text sounds like a promise."""
    return ()


def content(place: Place, keyword: str) -> Json:
    """The content of a keyword that isn't understood."""
    return place.rest[keyword][0] if keyword in place.rest else None


def contents(side: Side, choices: tuple[Choice, ...]) -> list[Json]:
    """The content of choices."""
    return [side.contents.said(choice.keyword, [option.node for option in choice.options]) for choice in choices]


def nulled(both: Both, before: Place, after: Place) -> Iterator[Difference]:
    """That null came or went where no type is given."""
    if after.null:
        yield both.found("field.nullable", before.null, after.null, f"{both.name} may now be null.", how="wider")
    else:
        summary = f"{both.name} is no longer null."
        yield both.found("field.not-nullable", before.null, after.null, summary, how="narrower")


def choice_alone(both: Both, old: tuple[Choice, ...], new: tuple[Choice, ...]) -> Iterator[Difference]:
    """A choice that one side alone offers, beside all else that it says."""
    if old and not new:
        summary = f"{both.name} is no longer one of some forms."
        yield both.found("alternative.unsaid", len(old[0].options), None, summary, how="wider")
    elif new and not old:
        summary = f"{both.name} is now one of some forms."
        yield both.found("alternative.listed", None, len(new[0].options), summary, how="said")


def unread(both: Both, kinds: list[str], before: Place, after: Place) -> Difference:
    """That some keywords say something else, which isn't understood further."""
    was, now = ([place.rest[kind] for kind in kinds if kind in place.rest] for place in (before, after))
    what = ", ".join(f"`{kind}`" for kind in kinds)
    summary = f"{both.name} is described otherwise by {what}, and not compared further; read it again."
    unseen = bool(_UNSEEN & set(kinds))
    old, new = ([said for said, _ in side] or None for side in (was, now))
    rules = [tuple(rule for _, rule in side) for side in (was, now)]
    return Difference(
        kind=UNREAD,
        pointer=both.pointer,
        old=old,
        new=new,
        summary=summary,
        was=rules[0],
        now=rules[1],
        how="" if unseen else "other",
    )


def deprecation(name: str, place: str, *, old: bool, new: bool) -> Iterator[Difference]:
    """That something is to go, or is to stay after all."""
    if old != new:
        kind, what = ("deprecation.added", "now") if new else ("deprecation.removed", "no longer")
        summary = f"{name[0].upper()}{name[1:]} is {what} deprecated."
        yield Difference(kind=kind, pointer=place, old=old, new=new, summary=summary)


def promised(name: str, place: str, old: str, new: str, promising: Promising) -> Iterator[Difference]:
    """New sentences that sound like a promise."""
    if old == new:
        return
    known = set(promising(old))
    come = [sentence for sentence in promising(new) if sentence not in known]
    if come:
        summary = f"re-read this: {name}; it sounds like a promise that nothing answers for"
        yield Difference(kind="wording.promise", pointer=place, old=old or None, new=come, summary=summary)
