"""What stands at a pair of places beside its single value: alternatives, other names, and what isn't understood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from contracts.comparing.content import Contents
from contracts.comparing.described_places import Schemas
from contracts.comparing.difference import UNREAD, Difference
from contracts.comparing.place_pairs import PlacePair, null_changes
from contracts.rules.places import Part

Options: TypeAlias = tuple[Part, ...]
"""The alternatives of a choice."""

_UNPROVED = frozenset({"default", "discriminator", "contentEncoding", "contentMediaType", "contentSchema"})
"""Keywords that limit no value, and so are in no proof about values."""


def changes_beside(pair: PlacePair, old: Schemas, new: Schemas) -> Iterator[Difference]:
    """What became of all else that is said at a place."""
    before, after = pair.before, pair.after
    if not ("type" in pair.old or "type" in pair.new):
        yield from null_changes(pair, before.null, after.null, before.null, after.null)
    if before.shut and not after.shut:
        summary = "{} may now have names that aren't described."
        yield pair.found("names.opened", before.shut, after.shut, summary, how="wider")
    elif after.shut and not before.shut:
        summary = "{} has no other names now than those described."
        yield pair.found("names.closed", before.shut, after.shut, summary, how="narrower")
    was, now = ([part.node["x-extensible-enum"] for part in place.parts if "x-extensible-enum" in part.node]
                for place in (before, after))  # fmt: skip
    if was != now:
        summary = "Other values are listed for {}, where more may always come."
        yield pair.found("enum.extensible", was, now, summary)
    if before.choices and not after.choices:
        count = len(before.choices[0].options)
        yield pair.found("alternative.unsaid", count, None, "{} is no longer one of some forms.", how="wider")
    elif after.choices and not before.choices:
        count = len(after.choices[0].options)
        yield pair.found("alternative.listed", None, count, "{} is now one of some forms.", how="said")
    keywords = [keyword for keyword in dict.fromkeys([*before.rest, *after.rest])
                if before.content(keyword) != after.content(keyword)]  # fmt: skip
    forms = [[side.content.of_keyword(choice.keyword, [option.node for option in choice.options])
              for choice in place.choices]
             for side, place in ((old, before), (new, after))]  # fmt: skip
    if max(map(len, forms)) > 1 and forms[0] != forms[1]:
        keywords.append("anyOf")
    if keywords:
        yield unread_change(pair, keywords)


def unread_change(pair: PlacePair, keywords: list[str]) -> Difference:
    """That some keywords say something else, which isn't understood further."""
    was, now = ([place.rest[keyword] for keyword in keywords if keyword in place.rest]
                for place in (pair.before, pair.after))  # fmt: skip
    old, new = ([content for content, _ in side] or None for side in (was, now))
    rules = [tuple(rule for _, rule in side) for side in (was, now)]
    if not any(rules):
        rules = [tuple(choice.rule for choice in place.choices) for place in (pair.before, pair.after)]
    what = ", ".join(f"`{keyword}`" for keyword in keywords)
    summary = f"{pair.name} is described otherwise by {what}, and not compared further; read it again."
    found = Difference(UNREAD, pair.pointer, old, new, summary, rules[0], rules[1])
    return found if _UNPROVED & set(keywords) else found._replace(how="other")


def alternatives(pair: PlacePair, old: Schemas, new: Schemas) -> tuple[Options, Options] | None:
    """The alternatives of two places of which at least one is a choice and nothing else; a schema alone is one."""
    found = old.alternatives(pair.before), new.alternatives(pair.after)
    if not any(found):
        return None
    ours, theirs = (
        options or (place.roots if len(place.roots) == 1 or place.choices else ())
        for options, place in zip(found, (pair.before, pair.after), strict=True)
    )
    return (ours, theirs) if ours and theirs else None


def paired(
    options: tuple[Options, Options], old: Schemas, new: Schemas, contents: Contents
) -> tuple[list[tuple[Part, Part]], list[str], list[str]]:
    """The alternatives that differ and are the same one all the same, and what those are called that went and came.

    The same are those that say the same, then those of one name, then the only two that are left.
    """
    left, right = map(list, options)
    for ours in options[0]:
        same = next((theirs for theirs in right if contents.same(ours.node, theirs.node)), None)
        if same is None:
            content = old.content.of(ours.node)
            same = next((theirs for theirs in right if new.content.of(theirs.node) == content), None)
        if same is not None:
            left.remove(ours)
            right.remove(same)
    pairs = []
    names = {id(option): side.named(option) for side, forms in ((old, left), (new, right))
             for option in forms}  # fmt: skip
    for ours in tuple(left):
        namesake = next((theirs for theirs in right if names[id(theirs)] == names[id(ours)] != ""), None)
        if namesake is not None:
            pairs.append((ours, namesake))
            left.remove(ours)
            right.remove(namesake)
    if len(left) == 1 == len(right):
        pairs.append((left.pop(), right.pop()))
    gone, come = ([names[id(option)] or "another form" for option in forms] for forms in (left, right))
    return pairs, gone, come


def alternative_change(pair: PlacePair, name: str, *, come: bool) -> Difference:
    """An alternative that one side alone offers."""
    if come:
        found = pair.found("alternative.added", None, name, f"{{}} may now also be {name}.", how="wider")
    else:
        found = pair.found("alternative.removed", name, None, f"{{}} is no longer {name}.", how="narrower")
    was, now = (tuple(choice.rule for choice in place.choices) for place in (pair.before, pair.after))
    return found._replace(was=was, now=now, beside=())
