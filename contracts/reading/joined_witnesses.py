"""A page and a description of the same operation: two witnesses of one contract.

What both say has the sources of both. Where they differ, the stronger word is followed, and both are told: a sentence
before a type list or a schema, these before an example; of equal ones the page's, which the contract was derived from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from contracts.model.contract import REQUEST, RESPONSE, SUCCESS, Answer, Conflict, Contract, Field, Rule, Source
from contracts.model.draft import Draft
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json, Path, dotted
from contracts.model.page import Page
from contracts.reading.openapi.request_and_envelope import answer_examples
from contracts.reading.page.field_promises import misfits
from contracts.rules import KINDS, ordered
from contracts.rules.asked_bodies import AskedBody, asked_bodies, asked_target
from contracts.rules.kind import Says, rule_id

_HELD = frozenset({"type", "enum", "format", "range", "length", "pattern", "count", "required", "condition"})
"""Kinds of rules about a body that a page's document can take from a description."""
_OURS = frozenset({"closed", "echo", "json", "status", "media-type", "header"})
"""Kinds that a description is silent about, or that the vendor's general data say."""

_EXAMPLE, _LIST, _SENTENCE = range(3)
_WORDS = {_EXAMPLE: "example", _LIST: "list or schema", _SENTENCE: "sentence"}


def spoken(page: Page) -> frozenset[int]:
    """The lines of a page that hold its sentences."""
    own = (sentence for entry in page.entries for sentence in entry.sentences)
    return frozenset(sentence.line for sentence in (*page.sentences, *own))


@frozen
class Description:
    """What a description says of a page's operation: its rules as the page's contract names them, and the rest."""

    page: str
    rules: tuple[Rule, ...]
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...]
    examples: dict[str, tuple[Json, ...]]
    asked: dict[str, str]
    """The media types of the request's body, each with the target of its rules."""
    conflicts: tuple[Conflict, ...]
    lines: dict[str, int]
    """The line of each answer, by its key."""


def description(draft: Draft, described: Contract) -> Description:
    """What the vendor's description of the operation of a draft says."""
    document, at = described.document, described.at
    asked = tuple(_as_asked(draft, asked_bodies(described)))
    fields = (replace(one, target=SUCCESS) for one in described.fields if one.target == described.main)
    return Description(
        page=described.page,
        rules=(*_renamed(draft, described), *(rule for body in asked for rule in body.rules)),
        fields=(*(known for body in asked for known in body.fields), *fields),
        answers=tuple(answer for answer in described.answers if answer.key.isdecimal()),
        examples=_examples(described),
        asked=_by_media(asked),
        conflicts=described.conflicts,
        lines={answer.key: document.line((*at, "responses", answer.key)) for answer in described.answers},
    )


def _as_asked(draft: Draft, bodies: tuple[AskedBody, ...]) -> Iterator[AskedBody]:
    """The bodies of a request as the page's contract names those of the same media type."""
    for body in bodies:
        target = asked_target(body.media[0], body.target in draft.asked.values() or body.target != REQUEST)
        target = next((draft.asked[media] for media in body.media if media in draft.asked), target)
        rules = (replace(rule, id=rule_id(target, rule.at, rule.kind), target=target) for rule in body.rules)
        fields = (replace(known, target=target) for known in body.fields)
        yield replace(body, target=target, rules=tuple(rules), fields=tuple(fields))


def _by_media(bodies: Iterable[AskedBody]) -> dict[str, str]:
    return {media: body.target for body in bodies for media in body.media}


def _examples(contract: Contract) -> dict[str, tuple[Json, ...]]:
    found = ((answer.key, answer_examples(contract.document, contract.at, answer.key)) for answer in contract.answers)
    return {key: tuple(value for _, value in examples) for key, examples in found}


def witnesses(contract: Contract) -> tuple[Draft, Description] | None:
    """What the page of a contract of two witnesses said, and what the description; None for one of a page alone."""

    def of_page(source: Source) -> bool:
        return source.hand or source.page == contract.page

    asked = asked_bodies(contract)
    every = (*contract.rules, *(rule for body in asked for rule in body.rules))
    fields = (*(known for body in asked for known in body.fields), *contract.fields)

    def part(wanted: Callable[[Source], bool]) -> tuple[Rule, ...]:
        kept = ((rule, tuple(filter(wanted, rule.sources))) for rule in every)
        return tuple(replace(rule, sources=sources) for rule, sources in kept if sources)

    mine, theirs = part(of_page), part(lambda source: not of_page(source))
    if not theirs:
        return None
    spoken_of = {(rule.target, rule.at[:depth]) for rule in mine for depth in range(len(rule.at) + 1)}
    draft = Draft(
        slug=contract.slug,
        title=contract.title,
        method=contract.method,
        server=contract.server,
        path=contract.path,
        page=contract.page,
        rules=mine,
        fields=tuple(one for one in fields if (one.target, one.at) in spoken_of),
        answers=contract.answers,
        example=contract.example,
        conflicts=tuple(one for one in contract.conflicts if all(map(of_page, one.sources))),
        waivers=contract.waivers,
        unaccounted=contract.sentences,
        reviewed=contract.reviewed,
        asked=_by_media(body for body in asked if any(rule.target == body.target for rule in mine)),
    )
    other = Description(
        page="",
        rules=tuple(rule for rule in theirs if rule.kind not in _OURS),
        fields=tuple(one for one in fields if one.target in {SUCCESS, *_by_media(asked).values()}),
        answers=contract.answers,
        examples=_examples(contract),
        asked=_by_media(body for body in asked if any(rule.target == body.target for rule in theirs)),
        conflicts=tuple(one for one in contract.conflicts if not any(map(of_page, one.sources))),
        lines={},
    )
    return draft, other


def witnessed(draft: Draft, lines: frozenset[int], described: Description) -> Draft:
    """What a page promises and what a description of the same operation says; `lines` are those of its sentences."""
    known = {(rule.target, rule.kind, rule.at, _when(rule)): rule for rule in draft.rules if rule.kind not in _OURS}
    found = {rule.id: rule for rule in draft.rules}
    conflicts: list[Conflict] = []
    for said in described.rules:
        key = said.target, said.kind, said.at, _when(said)
        own = known.get(key)
        if own is not None:
            found[own.id], doubts = _both(own, said, lines)
            conflicts += doubts
        elif said.id in found:
            found[said.id] = _sourced(found[said.id], said)
        elif _can_hold(said):
            found[said.id] = said
        elif said.target in {SUCCESS, REQUEST} and said.says.get("in") != "path":
            conflicts.append(_untold(said))
    fields = (*draft.fields, *_more_fields(draft, described, found.values()))
    rules = ordered(tuple(found.values()), fields)
    answers, forms = _answers(draft, described)
    broken = [one for example in draft.example for one in misfits(rules, example)]
    conflicts += [_misfit(rule, problem) for rule, problem in broken]
    return replace(
        draft,
        rules=rules,
        fields=fields,
        answers=answers,
        example=() if broken else draft.example,
        refusals=_refusals(answers, described, rules),
        conflicts=tuple(dict.fromkeys((*draft.conflicts, *conflicts, *forms, *described.conflicts))),
        asked=draft.asked | {media: one for media, one in described.asked.items() if media not in draft.asked},
    )


def _renamed(draft: Draft, described: Contract) -> Iterator[Rule]:
    """What a description says of the request and of bodies, as a page's contract names them."""
    targets = {described.main: SUCCESS} if described.main else {}
    for answer in described.answers:
        own = next((known for known in draft.answers if known.status == answer.status), None)
        if answer.body and not answer.success and own is not None and own.body:
            targets[answer.body] = own.body
    for rule in described.rules:
        if rule.kind in _OURS:
            continue
        if rule.target == REQUEST:
            yield rule
        elif rule.target in targets:
            body = targets[rule.target]
            yield replace(rule, id=_id(rule, body), target=body, answers=())


def _id(rule: Rule, body: str) -> str:
    """What a rule of a description is called in a page's contract, where its body has that name."""
    return rule.id if rule.target == body == SUCCESS else rule_id(body, rule.at, rule.kind)


def _both(own: Rule, said: Rule, lines: frozenset[int]) -> tuple[Rule, list[Conflict]]:
    """A rule that both witnesses have a word on, and the conflict where the words differ."""
    if _plainly(own) == _plainly(said):
        return _sourced(own, said), []
    if own.target not in {SUCCESS, REQUEST}:
        return own, []  # one body of many answers, of which the description speaks one by one
    mine = max((_strength(source, lines) for source in own.sources), default=_EXAMPLE)
    theirs = max((_strength(source, frozenset()) for source in said.sources), default=_EXAMPLE)
    if said.locations and said.locations[0][-1:] == ("description",):
        theirs = _SENTENCE
    expected = KINDS[own.kind].expected
    problem = f"the page says {expected(own.says)}, the description {expected(said.says)}"
    wins, whose = (own, f"page's {_WORDS[mine]}") if mine >= theirs else (said, f"description's {_WORDS[theirs]}")
    conflict = Conflict(
        field=dotted(own.at) or own.id,
        problem=problem,
        decided=f"the {whose} is followed: {expected(wins.says)}",
        sources=(*own.sources, *said.sources),
    )
    if wins is own:
        return own, [conflict]
    return replace(said, id=own.id, answers=own.answers), [conflict]


def _sourced(own: Rule, said: Rule) -> Rule:
    """A rule with the sources of another that says the same."""
    return replace(own, sources=(*own.sources, *(source for source in said.sources if source not in own.sources)))


def _can_hold(said: Rule) -> bool:
    """True where a page's contract has a place for what the description alone says."""
    if said.kind == "parameter-range":
        return True
    return said.target != RESPONSE and said.kind in _HELD and _is_plain(said.at)


def _refusals(
    answers: tuple[Answer, ...], described: Description, rules: tuple[Rule, ...]
) -> dict[str, tuple[Json, ...]]:
    """The whole answers that a description shows of each refusal, as far as they keep the contract."""
    found: dict[str, tuple[Json, ...]] = {}
    for answer in answers:
        shown = described.examples.get(answer.key, ()) if answer.body and not answer.success else ()
        kept = tuple(value for value in shown if not any(misfits(rules, value, answer.body)))
        found |= {answer.key: kept} if kept else {}
    return found


def _strength(source: Source, lines: frozenset[int]) -> int:
    if source.kind != "documented":
        return _EXAMPLE
    return _SENTENCE if source.line in lines or source.hand else _LIST


def _when(rule: Rule) -> str:
    """What tells rules of one kind at one place apart."""
    return repr(sorted(rule.says.items())) if rule.kind == "condition" else ""


_SETS: dict[str, Callable[[Says], Json | frozenset[str]]] = {
    "type": lambda says: frozenset(map(str, _list(says["types"]))),
    "enum": lambda says: frozenset(repr(value) for value in _list(says["values"]) if value is not None),
    "parameter": lambda says: frozenset(repr(pair) for pair in says.items() if pair[0] != "example"),
}


def _plainly(rule: Rule) -> object:
    """What a rule says, in whatever order."""
    said = _SETS.get(rule.kind)
    return said(rule.says) if said else rule.says


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _is_plain(at: Path) -> bool:
    """True where each step is a name or stands for all elements: a page's place."""
    return all(step == ITEM or step[:1] not in {"{", "["} for step in at)


def _untold(said: Rule) -> Conflict:
    return Conflict(
        field=dotted(said.at) or said.id,
        problem=f"the description alone says `{said.kind}`, which a page's contract can't hold",
        decided="not checked there",
        sources=said.sources,
    )


def _misfit(rule: Rule, problem: str) -> Conflict:
    return Conflict(
        field=dotted(rule.at),
        problem=f"the page's example breaks `{rule.id}`: {problem}",
        decided="the rule is followed, and the example is not kept",
        sources=rule.sources,
    )


def _more_fields(draft: Draft, described: Description, rules: Iterable[Rule]) -> Iterator[Field]:
    """The places that the description alone has, parents first."""
    known = {(field.target, field.at) for field in draft.fields}
    ruled = {(rule.target, rule.at[:depth]) for rule in rules for depth in range(len(rule.at) + 1)}
    for field in described.fields:
        place = field.target, field.at
        if place not in known and place in ruled and _is_plain(field.at):
            yield field


def _answers(draft: Draft, described: Description) -> tuple[tuple[Answer, ...], list[Conflict]]:
    """The answers of both; where one shows a body and the other none, either keeps the contract."""
    found: list[Answer] = []
    conflicts: list[Conflict] = []
    told = {answer.status: answer for answer in described.answers}
    for own in draft.answers:
        other = told.pop(own.status, None)
        if other is None or own.success or bool(own.media) == bool(other.media):
            either = other is not None and not own.success and other.empty
            found.append(replace(own, empty=True) if either else own)
            continue
        body = next((one.body for one in draft.answers if one.body and not one.success), "")
        media = own.media or other.media
        bodies = own.bodies or (dict.fromkeys(media, body) if body else {})
        found.append(replace(own, media=media, bodies=bodies, empty=True))
        mine, theirs = ("a body", "none") if own.media else ("no body", "one")
        conflicts.append(
            Conflict(
                field=f"answer {own.key}",
                problem=f"the page tells of {mine}, the description of {theirs}",
                decided="either keeps the contract",
                sources=(Source(page=described.page, line=described.lines.get(own.key, 0), kind="documented"),),
            )
        )
    more = (replace(one, media=(), bodies={}, empty=True) for one in told.values() if not one.success)
    return tuple(sorted((*found, *more), key=lambda one: (not one.success, one.status))), conflicts
