"""Descriptions that lost their field: the copier dropped a name and a type, and the prose ran on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contracts.model.page import PageProblem
from contracts.reading.draft import paragraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.reading.draft import Draft
    from contracts.reading.fields import Listing

_HEADING = re.compile(r"[A-Z][A-Za-z]+(?: [A-Za-z]+){0,3}")


def part_orphans(listing: Listing, keys: Sequence[str]) -> list[PageProblem]:
    """Move paragraphs that may describe a lost field out of the field above them, and report each.

    A field is known to be lost when the example has a property right after the one described and the list hasn't.
    As many paragraphs as fields are lost are set apart, never the first.
    """
    drafts = {draft.name: draft for draft in listing.drafts if draft.section == "response"}
    found: list[PageProblem] = []
    for before, lost in _lost(keys, drafts):
        found += _part(drafts[before], lost, listing)
    for draft in listing.drafts:
        found += [
            PageProblem(
                line=line, problem=f"{text!r} reads like a heading, and stands in the description of {draft.name!r}"
            )
            for line, text in paragraphs(draft.prose)[1:]
            if _HEADING.fullmatch(text)
        ]
    return found


def _lost(keys: Sequence[str], drafts: dict[str, Draft]) -> list[tuple[str, list[str]]]:
    """Each listed property with the unlisted ones that follow it in the example."""
    runs: list[tuple[str, list[str]]] = []
    for key in keys:
        if key in drafts:
            runs.append((key, []))
        elif runs:
            runs[-1][1].append(key)
    return [(before, lost) for before, lost in runs if lost]


def _part(draft: Draft, lost: list[str], listing: Listing) -> list[PageProblem]:
    blocks = paragraphs(draft.prose)
    orphans = blocks[1:][-len(lost) :]
    if not blocks:
        return []
    if not orphans:
        problem = f"this may describe {lost[0]!r}, which the example has after {draft.name!r} and the list hasn't"
        return [PageProblem(line=blocks[0][0], problem=problem)]
    first = orphans[0][0]
    listing.prose += [(0, ""), *(one for one in draft.prose if one[0] >= first)]
    draft.prose = [one for one in draft.prose if one[0] < first]
    names = ", ".join(lost)
    return [
        PageProblem(line=line, problem=f"set apart from {draft.name!r}: it may describe {names}, which the list hasn't")
        for line, _ in orphans
    ]
