"""What the API calls: webhooks of a document and callbacks of an operation, whose requests a client reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.comparing.difference import Difference, difference
from contracts.comparing.operations import (
    Documents,
    Found,
    Operations,
    TwoFound,
    admits,
    content_of,
    followed,
    mapping,
)
from contracts.comparing.schemas import Where
from contracts.model.contract import RESPONSE
from contracts.model.document import Document, Steps
from contracts.model.json import pointer

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_READ = frozenset({"requestBody", "summary", "description", "operationId", "tags", "deprecated"})


def callbacks(two: Operations) -> Iterator[Difference]:
    """What an operation's callbacks send."""
    old, new = (_of_operation(document, node, at) for document, node, at in
                zip(two.documents, two.nodes, two.places, strict=True))  # fmt: skip
    yield from _called(two, old, new, "#callbacks", "callback")


def webhooks(two: Documents) -> Iterator[Difference]:
    """What the webhooks of two documents send."""
    old, new = (_of_items(document, document.tree.get("webhooks"), ("webhooks",), "") for document in two.documents)
    yield from _called(two, old, new, "#webhooks", "webhook")


def _of_operation(document: Document, node: dict[str, Any], at: Steps) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for name, raw in mapping(node.get("callbacks")).items():
        callback, where = followed(document, raw, (*at, "callbacks", name))
        found |= _of_items(document, callback, where, f"{name} ")
    return found


def _of_items(document: Document, items: Any, at: Steps, prefix: str) -> dict[str, Found]:
    """The operations of path items, by name and method."""
    found: dict[str, Found] = {}
    for name, raw in mapping(items).items():
        item, where = followed(document, raw, (*at, name))
        for method in _METHODS:
            if isinstance(mapping(item).get(method), dict):
                found[f"{prefix}{name} {method}"] = item[method], (*where, method)
    return found


def _called(
    two: Documents, old: dict[str, Found], new: dict[str, Found], place: str, word: str
) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        where = place + pointer(name.split())
        if name not in new:
            summary = f"The {word} `{name}` is gone."
            yield difference("webhook.removed", where, name, None, summary)
        elif name not in old:
            summary = f"There is a new {word} `{name}`."
            yield difference("webhook.added", where, None, name, summary)
        elif not two.reads.same(old[name][0], new[name][0]):
            yield from _sent(two, (old[name], new[name]), where, name)


def _sent(two: Documents, calls: TwoFound, place: str, name: str) -> Iterator[Difference]:
    """What became of the request that a client gets, and that it is answered otherwise."""
    old, new = (
        content_of(document, followed(document, mapping(node).get("requestBody"), (*at, "requestBody")))
        for document, (node, at) in zip(two.documents, calls, strict=True)
    )
    for media, schema in old.items():
        partner = next((known for known in (media, *new) if known in new and admits(media, known)), None)
        if partner is None:
            summary = f"`{name}` is no longer sent as {media}."
            yield difference("webhook.unread", place, media, None, summary)
        else:
            where = Where(pointer=place, name=(name,), operation=two.name)
            yield from two.compare((schema, new[partner]), where, RESPONSE, (RESPONSE, RESPONSE)).found
    rest = [
        content.of({key: node[key] for key in node if key not in _READ})
        for content, (node, _) in zip((two.sends.old, two.sends.new), calls, strict=True)
    ]
    if rest[0] != rest[1] or set(new) - set(old):
        summary = f"`{name}` is described otherwise, and not compared further; read it again."
        yield difference("webhook.unread", place, None, None, summary)
