"""The bodies that an operation takes, each with what the document asks of it, as who writes a request sees it."""

from __future__ import annotations

from dataclasses import replace

from contracts.model.contract import REQUEST, WEBHOOK, Contract, Field, Rule
from contracts.model.document import Steps, found_at
from contracts.model.frozen import frozen
from contracts.model.json import as_mapping
from contracts.model.text import kebab
from contracts.rules.listing import listing_of
from contracts.rules.places import field_of, places_of
from contracts.rules.rule_maker import RuleMaker


@frozen
class AskedBody:
    """One body of requests: its media types, what its rules are about, and where its schema stands.

    `required` says that no request may come without a body.
    """

    media: tuple[str, ...]
    required: bool
    target: str
    at: Steps
    rules: tuple[Rule, ...]
    fields: tuple[Field, ...]


def asked_target(media: str, known: int) -> str:
    """What rules about a body are about: the first of an operation is the request's, another has its media type."""
    return f"{REQUEST}-{kebab(media)}" if known else REQUEST


def asked_bodies(contract: Contract) -> tuple[AskedBody, ...]:
    """The bodies of an operation's requests; media types that say the same share one. What is sent has no request."""
    if contract.method == WEBHOOK:
        return ()
    document, page = contract.document, listing_of(contract).page
    body, moved = document.resolved(found_at(document.tree, (*contract.at, "requestBody")))
    at = (*(moved or (*contract.at, "requestBody")), "content")
    content = as_mapping(as_mapping(body).get("content"))
    found: list[AskedBody] = []
    for media, said in content.items():
        same = next((number for number, one in enumerate(found) if content[one.media[0]] == said), None)
        if same is not None:
            found[same] = replace(found[same], media=(*found[same].media, media))
            continue
        where, target = (*at, media, "schema"), asked_target(media, len(found))
        places = places_of(document.requests, where)
        rules = RuleMaker(document, page, {target: places}).of_body(target)
        fields = tuple(field_of(place, target) for place in places if place.at)
        found.append(
            AskedBody(
                media=(media,),
                required=as_mapping(body).get("required") is True,
                target=target,
                at=where,
                rules=tuple(rule for rule in rules if rule.kind != "closed"),
                fields=fields,
            )
        )
    return tuple(found)
