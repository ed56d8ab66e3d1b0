"""A page and a description of the same operation: two witnesses of one contract.

What both say has the sources of both. Where they differ, the stronger word is followed, and both are told: a sentence
before a type list or a schema, these before an example; of equal ones the page's, which the contract was derived from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from contracts.model.contract import REQUEST, SUCCESS, Answer, Conflict, Contract, Field, Rule, Source
from contracts.model.draft import Draft
from contracts.model.json import ITEM, Json, Path, dotted
from contracts.model.page import Page
from contracts.reading.page.promises import misfits
from contracts.rules import KINDS, ordered
from contracts.rules.kind import Says, reserved

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


def witnessed(draft: Draft, lines: frozenset[int], described: Contract) -> Draft:
    """What a page promises and what a description of the same operation says; `lines` are those of its sentences."""
    known = {(rule.target, rule.kind, rule.at, _when(rule)): rule for rule in draft.rules if rule.kind not in _OURS}
    found = {rule.id: rule for rule in draft.rules}
    conflicts: list[Conflict] = []
    for said in _said(draft, described):
        key = said.target, said.kind, said.at, _when(said)
        own = known.get(key)
        if own is not None:
            found[own.id], doubts = _both(own, said, lines)
            conflicts += doubts
        elif said.target == SUCCESS and said.kind in _HELD and _is_plain(said.at) and said.id not in found:
            found[said.id] = said
        elif said.target in {SUCCESS, REQUEST} and said.says.get("in") != "path":
            conflicts.append(_untold(said))
    fields = (*draft.fields, *_more_fields(draft, described))
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
        conflicts=(*draft.conflicts, *conflicts, *forms),
    )


def _said(draft: Draft, described: Contract) -> Iterator[Rule]:
    """What a description says of the request and of bodies, as a page's contract names them."""
    targets = {described.main: SUCCESS} if described.main else {}
    for answer in described.answers:
        own = draft.answer(answer.status)
        if answer.body and not answer.success and own is not None and own.body:
            targets[answer.body] = own.body
    for rule in described.rules:
        if rule.kind in _OURS:
            continue
        if rule.target == REQUEST:
            yield rule
        elif rule.target in targets:
            named = rule.id if rule.target == SUCCESS else f"{reserved(rule.at)}{dotted(rule.at)}.{rule.kind}"
            yield replace(rule, id=named, target=targets[rule.target])


def _both(own: Rule, said: Rule, lines: frozenset[int]) -> tuple[Rule, list[Conflict]]:
    """A rule that both witnesses have a word on, and the conflict where the words differ."""
    if _plainly(own) == _plainly(said):
        return replace(own, sources=(*own.sources, *(one for one in said.sources if one not in own.sources))), []
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
}


def _plainly(rule: Rule) -> object:
    """What a rule says, in whatever order."""
    said = _SETS.get(rule.kind)
    return said(rule.says) if said else rule.says


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _is_plain(at: Path) -> bool:
    """Whether each step is a name or stands for all elements: a page's place."""
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


def _more_fields(draft: Draft, described: Contract) -> Iterator[Field]:
    """The places that the description alone has, parents first."""
    known = {field.at for field in draft.fields if field.target == SUCCESS}
    for field in described.fields:
        if field.target == described.main and field.at not in known and _is_plain(field.at):
            yield replace(field, target=SUCCESS)


def _answers(draft: Draft, described: Contract) -> tuple[tuple[Answer, ...], list[Conflict]]:
    """The answers of both; where one shows a body and the other none, either keeps the contract."""
    found: list[Answer] = []
    conflicts: list[Conflict] = []
    told = {answer.status: answer for answer in described.answers if answer.key.isdecimal()}
    for own in draft.answers:
        other = told.pop(own.status, None)
        if other is None or own.success or bool(own.media) == bool(other.media):
            found.append(own)
            continue
        body = next((one.body for one in draft.answers if one.body and not one.success), "")
        media = own.media or other.media
        bodies = own.bodies or (dict.fromkeys(media, body) if body else {})
        found.append(replace(own, media=media, bodies=bodies, empty=True))
        mine, theirs = ("a body", "none") if own.media else ("no body", "one")
        line = described.document.line((*described.at, "responses", own.key))
        conflicts.append(
            Conflict(
                field=f"answer {own.key}",
                problem=f"the page tells of {mine}, the description of {theirs}",
                decided="either keeps the contract",
                sources=(Source(page=described.page, line=line, kind="documented"),),
            )
        )
    more = (replace(one, media=(), bodies={}, empty=True) for one in told.values() if not one.success)
    return tuple(sorted((*found, *more), key=lambda one: (not one.success, one.status))), conflicts
