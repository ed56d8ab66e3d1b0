"""What a bad copy lost: the end of the page, fields whose description is left, and options.

Nothing marks a page's end, so its last part has to be whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from contracts.model.json import Json
from contracts.model.page import PageProblem
from contracts.reading.page.field import FieldDraft, Listing, paragraphs
from contracts.reading.page.sections import is_name
from contracts.reading.page.sentence_splitting import BULLET, sentences, unclosed
from contracts.reading.page.text import PageText

_ENDS = ".!?:)]}\"”’'`>…。"
_GOES_ON = (",", ";", ":", "(", "[", "{", "|", "—", "–", " -", "/", "=")
_ROW = re.compile(r"\|.*\|")
_NAME_AND_TYPE = 2
_COPY = "copy the whole page"


def refuse_cut(text: PageText, listing: Listing, shown: Mapping[str, Json]) -> None:
    """Raise PageRefused, with the line where it breaks, for a page whose last part isn't whole.

    `shown` holds the properties of the documented example in their order. A footer shows that nothing was cut.
    """
    if "response" not in {section for section, _ in listing.heads} and not (
        listing.footer and (shown or listing.empty)
    ):
        stops = f"the page has no Response section; it stops at {text.line(text.last)[:60]!r}: {_COPY}"
        raise text.refused(text.last, stops)
    if listing.footer:
        return
    _refuse_cut_field(text, listing, shown)
    _refuse_cut_prose(text, listing)
    _refuse_cut_list(text, listing, list(shown))


def _refuse_cut_field(text: PageText, listing: Listing, shown: Mapping[str, Json]) -> None:
    if not listing.drafts:
        return
    draft = listing.drafts[-1]
    if draft.type is None and draft.line == text.last + 1:
        raise text.refused(text.last, f"the page stops after the name {draft.name!r}, before its type: {_COPY}")
    if draft.type is None and draft.prose and draft.prose[0][0] == draft.line + 1 == text.last + 1:
        said = draft.prose[0][1].strip()[:40]
        raise text.refused(text.last, f"the page stops at {said!r}, which is no type of {draft.name!r}: {_COPY}")
    if draft.wants_options:
        problem = f"the page stops at {draft.name!r}, whose type is an enum, before its options: {_COPY}"
        raise text.refused(text.last, problem)
    is_null = draft.section == "response" and shown.get(draft.name, "") is None
    if is_null and draft.type and not draft.type.nullable and draft.lines["type"] == text.last + 1:
        problem = f"the page stops at the type of {draft.name!r}, which the example shows as null: is the line cut?"
        raise text.refused(text.last, problem)


def _refuse_cut_prose(text: PageText, listing: Listing) -> None:
    """Refuse a last paragraph that stops inside a sentence, as far as that shows."""
    if listing.last == "prose" and listing.drafts:
        draft = listing.drafts[-1]
        blocks = paragraphs(draft.prose)
        of_field = draft.name
    else:
        blocks = paragraphs([one for one in listing.prose if one[0] > listing.heads[-1][1]])
        of_field = ""
    if not blocks or blocks[-1][0] + blocks[-1][1].count("\n") != text.last + 1:
        return
    number, block = blocks[-1]
    said = f"in the description of {of_field!r}" if of_field else "in the text of the response"
    if sign := unclosed(block):
        raise text.refused(text.last, f"the page stops {said}, where {sign} is never closed: {_COPY}")
    if block.endswith(_GOES_ON) and not _ROW.fullmatch(block.split("\n")[-1]):
        raise text.refused(text.last, f"the page stops {said}, which goes on after {block[-1]!r}: {_COPY}")
    lines = block.split("\n")
    if len(lines) > 1 and is_name(lines[-1]) and not of_field:
        raise text.refused(text.last, f"the page stops after the name {lines[-1]!r}, before its type: {_COPY}")
    if len(blocks) > 1 and is_name(block):
        raise text.refused(text.last, f"the page stops after the name {block!r}, before its type: {_COPY}")
    if len(blocks) > 1 and len(lines) == _NAME_AND_TYPE and is_name(lines[0]):
        raise text.refused(text.last, f"the page stops at {lines[1][:40]!r}, which is no type of {lines[0]!r}: {_COPY}")
    several = sentences([(number, lines[-1])])
    if len(several) > 1 and not BULLET.match(lines[-1]) and not block.endswith(tuple(_ENDS)):
        raise text.refused(text.last, f"the page stops {said}, inside a sentence: {_COPY}")


def _refuse_cut_list(text: PageText, listing: Listing, keys: Sequence[str]) -> None:
    """Refuse a list of fields that stops where the example goes on."""
    names = [draft.name.partition(".")[0] for draft in listing.drafts if draft.section == "response"]
    if listing.variants or "{key}" in names or listing.blocks:
        return
    missing = [key for key in keys if key not in names]
    renamed = bool(names) and names[-1] not in keys
    if not missing or renamed or not _stops(listing, keys, missing):
        return
    if names:
        problem = (
            f"the list of fields stops at {names[-1]!r}, but the example goes on with {missing[0]!r}: is the page cut?"
        )
        raise text.refused(text.last, problem)
    if listing.whole is not None or listing.status is not None:
        return
    if not listing.drafts:
        problem = "no field on the page has a name and a type: a reader-mode copy drops them, or the page is cut"
        raise text.refused(text.last, problem)
    problem = f"the Response section lists no field, but the example has {missing[0]!r}: is the page cut?"
    raise text.refused(text.last, problem)


def _stops(listing: Listing, keys: Sequence[str], missing: Sequence[str]) -> bool:
    """True for a list that looks like the beginning of a whole one.

    A list in the example's order lacks the end of the example. A list with required fields first lacks optional
    ones, those after the last optional field it has; one field alone may as well have been lost by the copier.
    """
    if list(missing) == list(keys[len(keys) - len(missing) :]):
        return True
    listed = [draft for draft in listing.drafts if draft.section == "response"]
    optional = [keys.index(draft.name) for draft in listed if not draft.required and draft.name in keys]
    first = keys.index(missing[0])
    required_first = any(draft.required for draft in listed) and first > max(optional, default=-1)
    return required_first and len(missing) > 1


def gaps(listing: Listing, keys: Sequence[str], line: int) -> list[PageProblem]:
    """Report properties of the example that the list lacks, and enums whose options are missing."""
    found = [
        PageProblem(line=draft.line, problem=f"the enum {draft.name!r} lists no options")
        for draft in listing.drafts
        if draft.wants_options
    ]
    names = [draft.name.partition(".")[0] for draft in listing.drafts if draft.section == "response"]
    if listing.whole is not None or listing.blocks or "{key}" in names:
        return found
    if not names:
        known = "what is known of them comes from the example alone"
        headed = any(section == "response" for section, _ in listing.heads)
        everything = f"the {'Response section' if headed else 'page'} lists no field of the answer; {known}"
        return [*found, *([PageProblem(line=line, problem=everything)] if keys else [])]
    missing = [key for key in keys if key not in names]
    return [*found, *(PageProblem(line=line, problem=f"the example has {key!r}, the list hasn't") for key in missing)]


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


def _lost(keys: Sequence[str], drafts: dict[str, FieldDraft]) -> list[tuple[str, list[str]]]:
    """Each listed property with the unlisted ones that follow it in the example."""
    runs: list[tuple[str, list[str]]] = []
    for key in keys:
        if key in drafts:
            runs.append((key, []))
        elif runs:
            runs[-1][1].append(key)
    return [(before, lost) for before, lost in runs if lost]


def _part(draft: FieldDraft, lost: list[str], listing: Listing) -> list[PageProblem]:
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
