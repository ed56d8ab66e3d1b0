"""What the API calls: webhooks of a document and callbacks of an operation, whose requests a client reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.comparing.contents import contents_of
from contracts.comparing.difference import Difference
from contracts.comparing.operations import Found, Operations, admits, content_of, followed, mapping
from contracts.comparing.walk import Where
from contracts.model.document import Document, Steps
from contracts.model.json import pointer

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_RULED = frozenset({"requestBody", "summary", "description", "operationId", "tags", "deprecated"})


def callbacks(two: Operations) -> Iterator[Difference]:
    """What an operation's callbacks send."""
    one, other = (_of_operation(contract.document, node, contract.at) for contract, node in
                  zip((two.old, two.new), two.nodes, strict=True))  # fmt: skip
    yield from _called(two, one, other, "#callbacks", "callback")


def webhooks(two: Operations) -> Iterator[Difference]:
    """What the webhooks of two documents send; `two` are any operations of theirs."""
    one, other = (_of_items(contract.document, contract.document.tree.get("webhooks"), ("webhooks",), "")
                  for contract in (two.old, two.new))  # fmt: skip
    yield from _called(two, one, other, "#webhooks", "webhook")


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
    two: Operations, old: dict[str, Found], new: dict[str, Found], place: str, word: str
) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        where = place + pointer(name.split())
        if name not in new:
            yield Difference(kind="webhook.removed", pointer=where, old=name, new=None,
                             summary=f"The {word} `{name}` is gone.")  # fmt: skip
        elif name not in old:
            yield Difference(kind="webhook.added", pointer=where, old=None, new=name,
                             summary=f"There is a new {word} `{name}`.")  # fmt: skip
        elif not two.reads.of(old[name][0], new[name][0]):
            yield from _sent(two, old[name], new[name], where, name)


def _sent(two: Operations, old: Found, new: Found, place: str, name: str) -> Iterator[Difference]:
    """What became of the request that a client gets, and that it is answered otherwise."""
    documents = two.old.document, two.new.document
    bodies = [followed(document, mapping(node).get("requestBody"), (*at, "requestBody")) for document, (node, at) in
              zip(documents, (old, new), strict=True)]  # fmt: skip
    one, other = (content_of(document, body) for document, body in zip(documents, bodies, strict=True))
    for media, schema in one.items():
        partner = next((known for known in (media, *other) if known in other and admits(media, known)), None)
        if partner is None:
            yield Difference(kind="webhook.unread", pointer=place, old=media, new=None,
                             summary=f"`{name}` is no longer sent as {media}.")  # fmt: skip
        else:
            where = Where(pointer=place, name=(name,))
            yield from two.walked((schema, other[partner]), where, "response", ("response", "response")).found
    rest = [
        contents_of(document.requests, reads=False).of({key: node[key] for key in node if key not in _RULED})
        for document, (node, _) in zip(documents, (old, new), strict=True)
    ]
    if rest[0] != rest[1] or set(other) - set(one):
        summary = f"`{name}` is described otherwise, and not compared further; read it again."
        yield Difference(kind="webhook.unread", pointer=place, old=None, new=None, summary=summary)
