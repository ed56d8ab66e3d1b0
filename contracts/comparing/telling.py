"""What is told of a place beside its single value: choices, null without a type, deprecation, words, what is unread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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
    if not any(rules):
        rules = [tuple(choice.rule for choice in place.choices) for place in (before, after)]
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


def beside(both: Both, sides: tuple[Side, Side], before: Place, after: Place) -> Iterator[Difference]:
    """What stands at a place beside its single value."""
    if not ("type" in both.old or "type" in both.new) and before.null != after.null:
        yield from nulled(both, before, after)
    if before.shut and not after.shut:
        summary = f"{both.name} may now have names that aren't described."
        yield both.found("names.opened", before.shut, after.shut, summary, how="wider")
    elif after.shut and not before.shut:
        summary = f"{both.name} has no other names now than those described."
        yield both.found("names.closed", before.shut, after.shut, summary, how="narrower")
    yield from _listed_openly(both, before, after)
    yield from choice_alone(both, before.choices, after.choices)
    kinds = [kind for kind in dict.fromkeys([*before.rest, *after.rest])
             if content(before, kind) != content(after, kind)]  # fmt: skip
    many = len(before.choices) > 1 or len(after.choices) > 1
    if many and contents(sides[0], before.choices) != contents(sides[1], after.choices):
        kinds.append("anyOf")
    if kinds:
        yield unread(both, kinds, before, after)


def _listed_openly(both: Both, before: Place, after: Place) -> Iterator[Difference]:
    """Values that are listed as examples of more to come."""
    old, new = ([part.node["x-extensible-enum"] for part in place.parts if "x-extensible-enum" in part.node]
                for place in (before, after))  # fmt: skip
    if old != new:
        summary = f"Other values are listed for {both.name}, where more may always come."
        yield both.found("enum.extensible", old, new, summary)


def gathered(found: list[Difference], place: str) -> list[Difference]:
    """One entry for all the fields that only an example had suggested to be always there: one thing is its cause.

    Either the example is gone, or the page began to mark what is always there, and it doesn't mark these.
    """
    lost = [one for one in found if one.kind == "presence.no-longer-shown"]
    if len(lost) < 2:  # noqa: PLR2004  one is told by itself
        return found
    whole = Difference(
        kind="presence.no-longer-shown",
        pointer=place,
        old=[one.pointer for one in lost],
        new=None,
        summary=f"Only an example ever suggested that {len(lost)} fields are always there, and none does any longer.",
        was=tuple(rule for one in lost for rule in one.was),
    )
    return [*(one for one in found if one not in lost), whole]


def come_or_gone(both: Both, before: Place, after: Place, name: str, *, come: bool) -> Difference:
    """An alternative that one side alone offers."""
    if come:
        summary = f"{both.name} may now also be {name}."
        found = both.found("alternative.added", None, name, summary, how="wider")
    else:
        summary = f"{both.name} is no longer {name}."
        found = both.found("alternative.removed", name, None, summary, how="narrower")
    was, now = (tuple(choice.rule for choice in place.choices) for place in (before, after))
    return replace(found, was=was, now=now, beside=())
