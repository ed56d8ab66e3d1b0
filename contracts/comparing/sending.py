"""What a client sends: the differences of two schemas as they concern who writes a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from contracts.comparing.difference import UNREAD, Difference
from contracts.comparing.operations import Found, Operations, admits, content_of, followed, mapping
from contracts.comparing.walk import Where
from contracts.model.contract import REQUEST, Rule
from contracts.model.document import Document
from contracts.model.json import pointer

_OTHERWISE = {"wider": "widened", "narrower": "narrowed", "said": "unclear", "": "unclear"}
_WEIGHED = {"pattern.changed", UNREAD}
"""Kinds of which nobody can tell whether less is taken."""
_BESIDE = ("deprecation.", "wording.")
_HEARD = {
    "narrowed": "no longer takes all that it took",
    "unclear": "says something else of what it takes, and whether less is taken can't be told",
    "widened": "takes more than before",
}
_AS_PARAMETER = {"required": "narrowed", "optional": "widened", "added": "widened", "removed": "unclear"}
_PARAMETER = {
    "narrowed": "parameter.narrowed",
    "unclear": "parameter.unclear",
    "widened": "parameter.widened",
}
_REQUEST = {
    "narrowed": "request.narrowed",
    "widened": "request.widened",
    "unclear": "request.unclear",
    "required": "request.required",
    "optional": "request.optional",
    "added": "request.added",
    "removed": "request.removed",
}


def effect(one: Difference) -> str:
    """What a difference means for who sends the value, in a word."""
    if one.how == "other":
        return "unclear" if one.kind in _WEIGHED else "narrowed"
    if one.how:
        return _OTHERWISE[one.how]
    if one.kind == "field.added":
        return "required" if any(rule.kind == "required" for rule in one.now) else "added"
    return {
        "field.removed": "removed",
        "presence.promised": "required",
        "presence.no-longer-promised": "optional",
        "enum.extensible": "added",
    }.get(one.kind, "unclear")


def of_parameter(found: list[Difference], was: Rule, now: Rule, flags: list[str]) -> Iterator[Difference]:
    """What became of a parameter's value, in one entry of each severity at most."""
    place, name = "#parameter" + pointer(was.at), f"The parameter `{was.at[0]}`"
    typed = [one for one in found if one.pointer == place and one.kind in {"field.type", "field.type-narrowed"}]
    if any(one.how != "wider" for one in typed):
        summary = f"{name} has another type."
        old, new = (rule.says.get("type") for rule in (was, now))
        yield Difference(
            kind="parameter.type", pointer=place, old=old, new=new, summary=summary, was=(was,), now=(now,)
        )
        return
    yield from (one for one in found if one.kind.startswith(_BESIDE))
    kinds: dict[str, list[Difference]] = {}
    for one in found:
        if not one.kind.startswith(_BESIDE):
            word = effect(one)
            kinds.setdefault(_AS_PARAMETER.get(word, word), []).append(one)
    for word, what in _HEARD.items():
        told = kinds.get(word, [])
        about = [*dict.fromkeys(_about(one, place) for one in told), *(flags if word == "unclear" else ())]
        if about:
            old, new = ({_about(one, place): side for one in told for side in [getattr(one, which)] if side is not None}
                        or None for which in ("old", "new"))  # fmt: skip
            yield Difference(
                kind=_PARAMETER[word],
                pointer=place,
                old=old,
                new=new,
                summary=f"{name} {what}: {', '.join(about)}.",
                was=(was,),
                now=(now,),
            )


def _about(one: Difference, place: str) -> str:
    """What of a value a difference is about: a few words, and where in it."""
    word = one.kind.partition(".")[0] if one.kind != UNREAD else one.summary.partition("`")[2].rpartition("`")[0]
    word = word.rpartition("`")[2] if one.kind == UNREAD else {"field": one.kind.partition(".")[2]}.get(word, word)
    below = one.pointer[len(place) :]
    return f"{word} of {below}" if below else word


def request_body(two: Operations) -> Iterator[Difference]:
    """The body of a request: whether it is wanted, its media types, and what it has to hold."""
    own = [str(mapping(node.get("x-contract")).get("requestBody", "")) for node in two.nodes]
    bodies = [_body(contract.document, node, contract.at) for contract, node in
              zip((two.old, two.new), two.nodes, strict=True)]  # fmt: skip
    if any(own):
        if own[0] != own[1]:
            summary = "The request's body is documented otherwise, and not compared further; read it again."
            yield _whole("request.body", _told(own[0], bodies[0]), _told(own[1], bodies[1]), summary)
        return
    old, new = bodies
    wanted = [body is not None and mapping(body[0]).get("required") is True for body in bodies]
    if wanted[1] and not wanted[0]:
        yield _whole("request.required", _told("", old), _told("", new), "A request must now have a body.")
    elif old is None or new is None:
        if old is not new:
            summary = f"A body of the request is {'now' if new else 'no longer'} documented."
            yield _whole("request.body", _told("", old), _told("", new), summary)
    elif wanted[0] and not wanted[1]:
        yield _whole("request.optional", True, False, "A request may now have no body.")  # noqa: FBT003  JSON
    if old is not None and new is not None:
        yield from _contents(two, old, new)


def _told(own: str, body: Found | None) -> str | None:
    """How a side's body is shown of which no more is told than that it is documented."""
    return "documented" if own or body else None


def _whole(kind: str, old: Any, new: Any, summary: str) -> Difference:
    return Difference(kind=kind, pointer="#body", old=old, new=new, summary=summary)


def _body(document: Document, node: dict[str, Any], at: Any) -> Found | None:
    return followed(document, node["requestBody"], (*at, "requestBody")) if "requestBody" in node else None


def _contents(two: Operations, old: Found, new: Found) -> Iterator[Difference]:
    one, other = (content_of(contract.document, body) for contract, body in ((two.old, old), (two.new, new)))
    taken = set()
    found: list[Difference] = []
    for media, schema in one.items():
        partner = next((known for known in (media, *other) if known in other and admits(known, media)), None)
        near = next((known for known in other if admits(media, known)), None)
        if partner is None:
            yield _whole("request.narrowed", media, None, f"A body of the type {media} is no longer taken.")
            partner = near or (next(iter(other)) if len(one) == 1 == len(other) else None)
        if partner is not None:
            taken.add(partner)
            where = Where(pointer="#body", name=("request",), sends=True)
            found += two.walked((schema, other[partner]), where, REQUEST, ("request", "request")).found
    come = [media for media in other if media not in taken]
    if come:
        yield _whole("request.added", None, come, f"A body may now also be of the type {', '.join(come)}.")
    yield from as_sent(found)


def as_sent(found: Iterable[Difference]) -> Iterator[Difference]:
    """Differences of a request's body, each with what it means for who sends it; one of a kind at a place."""
    told: set[tuple[str, str]] = set()
    for one in found:
        kind = one.kind if one.kind.startswith(_BESIDE) else _REQUEST[effect(one)]
        if (kind, one.pointer) not in told:
            told.add((kind, one.pointer))
            yield replace(one, kind=kind)
