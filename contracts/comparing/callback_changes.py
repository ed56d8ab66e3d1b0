"""What the API calls: webhooks of a document and callbacks of an operation, whose requests a client reads."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.comparing.difference import Difference
from contracts.comparing.schemas import Where
from contracts.comparing.side_by_side import Documents, Node, Operations, TwoNodes, admits
from contracts.model.contract import RESPONSE
from contracts.model.document import METHODS
from contracts.model.json import as_mapping, pointer

_READ = frozenset({"requestBody", "summary", "description", "operationId", "tags", "deprecated"})


def callbacks(two: Operations) -> Iterator[Difference]:
    """What an operation's callbacks send."""
    old, new = map(_of_operation, two.nodes)
    yield from _called(two, old, new, "#callbacks", "callback")


def webhooks(two: Documents) -> Iterator[Difference]:
    """What the webhooks of two documents send."""
    old, new = (_of_items(Node(document.tree.get("webhooks"), ("webhooks",), document)) for document in two.documents)
    yield from _called(two, old, new, "#webhooks", "webhook")


def _of_operation(node: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, raw in as_mapping(node.keywords.get("callbacks")).items():
        found |= _of_items(node.below(raw, "callbacks", name), f"{name} ")
    return found


def _of_items(items: Node, prefix: str = "") -> dict[str, Node]:
    """The operations of path items, by name and method."""
    found: dict[str, Node] = {}
    for name, raw in items.keywords.items():
        item = items.below(raw, name)
        for method in METHODS:
            if isinstance(item.keywords.get(method), dict):
                found[f"{prefix}{name} {method}"] = Node(item.keywords[method], (*item.at, method), item.document)
    return found


def _called(two: Documents, old: dict[str, Node], new: dict[str, Node], place: str, word: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        where = place + pointer(name.split())
        if name not in new:
            summary = f"The {word} `{name}` is gone."
            yield Difference("webhook.removed", where, name, None, summary)
        elif name not in old:
            summary = f"There is a new {word} `{name}`."
            yield Difference("webhook.added", where, None, name, summary)
        elif not two.reads.same(old[name].value, new[name].value):
            yield from _sent(two, (old[name], new[name]), where, name)


def _sent(two: Documents, calls: TwoNodes, place: str, name: str) -> Iterator[Difference]:
    """What became of the request that a client gets, and that it is answered otherwise."""
    old, new = (call.below(call.keywords.get("requestBody"), "requestBody").content() for call in calls)
    for media, schema in old.items():
        partner = next((known for known in (media, *new) if known in new and admits(media, known)), None)
        if partner is None:
            summary = f"`{name}` is no longer sent as {media}."
            yield Difference("webhook.unread", place, media, None, summary)
        else:
            where = Where(pointer=place, name=(name,), operation=two.name)
            yield from two.compare((schema, new[partner]), where, RESPONSE, (RESPONSE, RESPONSE)).found
    was, now = ({key: call.keywords[key] for key in call.keywords if key not in _READ} for call in calls)
    if two.sends.old.of(was) != two.sends.new.of(now) or set(new) - set(old):
        summary = f"`{name}` is described otherwise, and not compared further; read it again."
        yield Difference("webhook.unread", place, None, None, summary)
