"""One page and what is written by hand beside it, as a contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from contracts.errors import Unusable
from contracts.model.contract import (
    SUCCESS,
    WEBHOOK,
    Answer,
    Conflict,
    Rule,
    Source,
    SourceKind,
    Unaccounted,
    Waiver,
)
from contracts.model.draft import Draft
from contracts.model.json import Path, dotted
from contracts.model.page import Entry, Page, Sentence
from contracts.reading.hand import Hand, HandRule, made_rule
from contracts.reading.page.field_promises import Body, body_of, misfits
from contracts.reading.page.normative_words import ring
from contracts.reading.page.sentence_splitting import digest
from contracts.reading.page.values_in_prose import accounted, stated
from contracts.reading.page_bodies import field_at, rules_of
from contracts.reading.page_request import PARAMETER_SECTIONS, asked, parameters
from contracts.rules import ordered
from contracts.rules.exchange import is_json
from contracts.rules.texts import FORMATS, WIDTHS

_OK, _NO_CONTENT = 200, 204
_LONGEST_SLUG = 80


def derive(page: Page, hand: Hand) -> Draft:
    """What one page promises; of what a webhook sends, the body alone.

    Raises Unusable where hand-written data names what the page doesn't have.
    """
    is_sent = page.method == WEBHOOK
    if is_sent:
        hand = replace(hand, answers=(), rules=(), fields=())
    heard, wanted = body_of(page), asked(page)
    answers = _answers(page, hand)
    if is_sent:  # no answer's, so that there is nothing to say of it
        answers = tuple(replace(answer, description="") for answer in answers)
    success = next(answer.key for answer in answers if answer.success)
    has_body = bool(answers[0].bodies) and bool(page.section("response") or heard.outline.example)
    places = tuple(heard.outline.walk()) if has_body else ()
    rules = (
        *(() if is_sent else (*parameters(page, success), *_envelope(page, answers))),
        *hand.rules,
        *wanted.rules(success),
        *rules_of(heard, places, SUCCESS, success),
        *(_own(page, rule, places, success) for rule in hand.own),
        *_closed(page, places, success),
    )
    _refuse_twins(rules, hand)
    fields = (*wanted.fields(), *(field_at(heard, at, SUCCESS) for at in places if at), *hand.fields)
    contradictions = tuple(_contradictions(page, heard, rules))
    waivers = _waivers(page, hand)
    return Draft(
        slug=_slug(page),
        title=page.title or f"{page.method} {page.path}",
        method=page.method,
        server=page.server,
        path=page.path,
        page=page.name,
        rules=ordered(_distinct(rules), fields),
        fields=fields,
        answers=answers,
        example=heard.outline.example if has_body and not contradictions else (),
        conflicts=(*wanted.conflicts(), *heard.conflicts, *contradictions),
        waivers=waivers,
        unaccounted=tuple(_unaccounted(page, (heard, *wanted.bodies.values()), hand, waivers)),
        asked=wanted.media,
    )


def _source(page: Page, part: str, kind: SourceKind = "documented") -> Source:
    return Source(page=page.name, line=page.lines.get(part, 1), kind=kind)


def _slug(page: Page) -> str:
    """`Get a contact` as `get-a-contact`; a page without a usable title is called after its operation."""
    titled = re.sub(r"[^a-z0-9]+", "-", page.title.lower()).strip("-")
    named = re.sub(r"[^a-z0-9]+", "-", f"{page.method} {page.path}".lower()).strip("-")
    return (titled or named)[:_LONGEST_SLUG].strip("-")


def _answers(page: Page, hand: Hand) -> tuple[Answer, ...]:
    """The documented success first, then the vendor's general answers to failures."""
    known = next((answer for answer in hand.answers if answer.success), None)
    status = page.status or (known.status if known else _OK)
    if known is None or known.status != status:
        known = Answer(key=str(status), status=status, success=True, description="The documented answer.")
    silent = status == _NO_CONTENT or page.empty
    media = (page.media_type,) if page.media_type else known.media or (() if silent else ("application/json",))
    bodies = dict.fromkeys((name for name in media if "json" in name or "*" in name), SUCCESS)
    success = replace(known, media=media, bodies=bodies, empty=known.empty or silent)
    failures = [answer for answer in hand.answers if not answer.success and answer.status != status]
    known_statuses = {status, *(answer.status for answer in failures)}
    failures += [
        Answer(key=str(other), status=other, success=False, description=text, empty=True)
        for other, text in sorted(page.others.items())
        if other not in known_statuses
    ]
    return (success, *failures)


def _envelope(page: Page, answers: tuple[Answer, ...]) -> Iterator[Rule]:
    status = _source(page, "status", "documented" if page.status else "assumed")
    media = _source(page, "media_type", "documented" if page.media_type else "assumed")
    kind: SourceKind = "documented" if page.media_type else "example" if page.example else "assumed"
    body = _source(page, "media_type" if page.media_type else "example", kind)
    yield made_rule("response.status", "status", "response", (), {}, (status,))
    yield made_rule("response.media-type", "media-type", "response", (), {}, (media,))
    if any(is_json(media) for answer in answers for media in answer.media):
        yield made_rule("response.json", "json", "response", (), {}, (body,))


def fitting(page: Page, hand: Hand) -> Hand:
    """What of the hand-written data the page has a place for: all of it, unless the page has moved on."""
    places = tuple(body_of(page).outline.walk())
    names = {"", *(entry.name for entry in page.entries)}
    return replace(
        hand,
        own=tuple(rule for rule in hand.own if not _misfit(page, rule, places)),
        waivers=tuple(item for item in hand.waivers if item.waiver.field in names),
    )


def _misfit(page: Page, hand: HandRule, places: tuple[Path, ...]) -> str:
    """What a hand-written rule speaks of and the page doesn't have, "" where it has everything."""
    for at in hand.fields:
        if at not in places:
            return f"the page {page.name} has no field `{dotted(at)}` in its answer"
    if hand.rule.kind == "echo":
        place, name = str(hand.rule.says["expression"]).split(".", 2)[1:]
        if place == "path" and "{" + name + "}" not in page.path:
            return f"the path {page.path} has no parameter `{name}`"
    return ""


def _own(page: Page, hand: HandRule, places: tuple[Path, ...], success: str) -> Rule:
    """A hand-written rule with its line on this page."""
    problem = _misfit(page, hand, places)
    if problem:
        raise Unusable(f"{hand.place}: {problem}")
    line = next((sentence.line for _, sentence in _sentences(page) if sentence.digest in hand.sentences), None)
    if line is None:
        named = [entry for entry in page.section("response") if entry.name in hand.field]
        line = named[0].lines.get("name", 1) if named else page.lines.get("response", 1)
    source = Source(page=page.name, line=line, kind=hand.kind, hand=True)
    return replace(hand.rule, sources=(source,), answers=(success,))


def _closed(page: Page, places: tuple[Path, ...], success: str) -> Iterator[Rule]:
    if len(places) > 1:
        source = _source(page, "response", "assumed")
        yield made_rule("response.undocumented-field", "closed", "success", (), {}, (source,), answers=(success,))


def _refuse_twins(rules: tuple[Rule, ...], hand: Hand) -> None:
    ids = [rule.id for rule in rules]
    for own in hand.own:
        if ids.count(own.rule.id) > 1:
            raise Unusable(f"{own.place}: the id `{own.rule.id}` is taken by another rule")


def _distinct(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules with ids that are theirs alone, even where `a.b` is a name as well as a place below `a`."""
    seen: dict[str, int] = {}
    found = []
    for rule in rules:
        seen[rule.id] = seen.get(rule.id, 0) + 1
        found.append(rule if seen[rule.id] == 1 else replace(rule, id=f"{rule.id}-{seen[rule.id]}"))
    return tuple(found)


def _contradictions(page: Page, heard: Body, rules: tuple[Rule, ...]) -> Iterator[Conflict]:
    """Where the page's example breaks what the page says; it is then no example of the contract."""
    for example in heard.outline.example:
        for rule, problem in misfits(rules, example):
            yield Conflict(
                field=dotted(rule.at),
                problem=f"the example breaks `{rule.id}`: {problem}",
                decided="the rule is followed, and the example is not kept",
                sources=(*rule.sources, _source(page, "example", "example")),
            )


def _sentences(page: Page) -> Iterator[tuple[Entry | None, Sentence]]:
    for sentence in page.sentences:
        yield None, sentence
    for entry in page.entries:
        for sentence in entry.sentences:
            yield entry, sentence


def _waivers(page: Page, hand: Hand) -> tuple[Waiver, ...]:
    """The waivers that cover a sentence of this page. Raises Unusable for one that names no field of it."""
    present = {(sentence.field, sentence.digest) for _, sentence in _sentences(page)}
    present |= {("", digest(problem.problem)) for problem in page.problems}
    names = {"", *(entry.name for entry in page.entries)}
    for item in hand.waivers:
        if item.waiver.field not in names:
            raise Unusable(f"{item.place}: the page {page.name} has no field `{item.waiver.field}`")
    return tuple(
        item.waiver
        for item in hand.waivers
        if any((item.waiver.field, number) in present for number in item.waiver.digests)
    )


def _unaccounted(
    page: Page, bodies: tuple[Body, ...], hand: Hand, waivers: tuple[Waiver, ...]
) -> Iterator[Unaccounted]:
    """Everything that sounds like a promise, or couldn't be placed, and that nothing answers for."""
    understood = {sentence for heard in bodies for sentence in heard.understood}
    waived = {(waiver.field, number) for waiver in waivers for number in waiver.digests}
    ruled = {number for own in hand.own for number in own.sentences}
    for entry, sentence in _sentences(page):
        taken = sentence in understood
        if entry is not None and entry.section in PARAMETER_SECTIONS:
            taken = sentence in accounted(stated(entry))
        covered = sentence.digest in ruled or (sentence.field, sentence.digest) in waived
        if ring(sentence.text) and not taken and not covered:
            yield Unaccounted(field=sentence.field, line=sentence.line, digest=sentence.digest, text=sentence.text)
    doubts = [("", problem.line, problem.problem) for problem in page.problems] + [
        (entry.name, entry.lines.get(part) or entry.lines.get("name", 1), text)
        for entry, part, text in (
            *((one, "name", why) for heard in bodies for one, why in heard.outline.doubts),
            *_odd_formats(page),
        )
    ]
    for field, line, text in doubts:
        if (field, digest(text)) not in waived:
            yield Unaccounted(field=field, line=line, digest=digest(text), text=text)


def _odd_formats(page: Page) -> Iterator[tuple[Entry, str, str]]:
    """Formats of strings in the answer that nothing here can check."""
    for entry in page.section("response"):
        for name, types in ((entry.format, entry.types), (entry.item_format, entry.item_types)):
            if name and "string" in types and name not in FORMATS and name not in WIDTHS:
                yield entry, "type", f"the format `{name}` is not one that can be checked"
