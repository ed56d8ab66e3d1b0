"""One document of several operations, each put in by itself: what others have there stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from contracts.model.contract import Contract, Reviewed
from contracts.model.document import reference_to, steps_of

_OWN = "#/components/"
_PARTS = ("paths", "webhooks")
"""Where operations stand, and where what the API sends by itself."""
Component = tuple[str, str]
"""The sort and the name of a component."""


def operations(tree: Any) -> dict[tuple[str, str, str], Any]:
    """The operations and webhooks of a document by `paths` or `webhooks`, path or name, and method.

    That is as far as it is one that `put` makes.
    """
    found: dict[tuple[str, str, str], Any] = {}
    for part in _PARTS:
        items = tree.get(part) if isinstance(tree, dict) else None
        for path, item in items.items() if isinstance(items, dict) else ():
            known = item if isinstance(item, dict) and item else {"": item}
            found |= {(part, path, method): node for method, node in known.items()}
    return found


def put(held: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The document with the one operation or webhook of another, in the place of the same one where it is there.

    Components are shared where they are equal; another of the same name gets a number, and keeps its name for the
    bodies of contracts. What nobody refers to any more is left out.
    """
    (((part, path, method), operation),) = operations(new).items()
    others = {key: node for key, node in operations(held).items() if key != (part, path, method)}
    if not others:
        return new
    known = _reached(others.values(), _components(held))
    brought = _reached([operation], _components(new))
    names = _renaming(known, brought)
    operation = _renamed(operation, names)
    if part == _PARTS[0] and new["servers"] != held["servers"]:
        operation = {**operation, "servers": new["servers"]}
    items = held.get(part, {})
    items = {**items, path: {**items.get(path, {}), method: operation}}
    return {
        **held,
        "info": _info(held, {**held, part: items}),
        part: items,
        "components": _in_order(held, known | dict(_called(brought, names))),
    }


def reduced(tree: dict[str, Any]) -> dict[str, Any]:
    """A document without the components that none of its operations refers to."""
    return {**tree, "components": _in_order(tree, _reached(operations(tree).values(), _components(tree)))}


def _components(tree: Any) -> dict[Component, Any]:
    found = tree.get("components", {})
    return {(sort, name): node for sort, named in found.items() for name, node in named.items()}


def _in_order(tree: Any, components: dict[Component, Any]) -> dict[str, Any]:
    """Components as a document holds them, those that it held before in their old places."""
    found: dict[str, Any] = {}
    for sort, name in [*(key for key in _components(tree) if key in components), *components]:
        found.setdefault(sort, {}).setdefault(name, components[sort, name])
    return found


def _reached(nodes: Any, components: dict[Component, Any]) -> dict[Component, Any]:
    """The components that are referred to, by these or by one another."""
    waiting, found = list(nodes), {}
    while waiting:
        for key in _references(waiting.pop()):
            if key in components and key not in found:
                found[key] = components[key]
                waiting.append(components[key])
    return found


def _references(node: Any) -> Iterator[Component]:
    """What a node refers to: by address, or, to credentials, by name."""
    seen: list[Component] = []

    def see(key: Component) -> Component:
        seen.append(key)
        return key

    _mapped(node, see)
    yield from seen


def _renamed(node: Any, names: dict[Component, str]) -> Any:
    return _mapped(node, lambda key: (key[0], names.get(key, key[1])))


def _mapped(node: Any, change: Callable[[Component], Component], at: str = "") -> Any:
    """A node with what it refers to changed."""
    if isinstance(node, str) and node.startswith(_OWN):
        _, sort, name, *rest = steps_of(node)
        return reference_to(("components", *change((str(sort), str(name))), *rest))
    if isinstance(node, list):
        if at == "security":
            return [{change(("securitySchemes", name))[1]: scopes for name, scopes in one.items()} for one in node]
        return [_mapped(one, change) for one in node]
    if isinstance(node, dict):
        return {name: _mapped(one, change, name) for name, one in node.items()}
    return node


def _renaming(known: dict[Component, Any], brought: dict[Component, Any]) -> dict[Component, str]:
    """Other names for those that are called like a known one and aren't it, or refer to such a one."""
    changed = {key for key, node in brought.items() if key in known and known[key] != node}
    while True:
        more = {
            key
            for key, node in brought.items()
            if key in known and key not in changed and changed.intersection(_references(node))
        }
        if not more:
            break
        changed |= more
    for number in count(2):
        names = {key: f"{key[1]}{number}" for key in changed}
        if all(known.get(key, node) == node for key, node in _called(brought, names)):
            return names
    raise AssertionError  # the numbers don't end


def _called(brought: dict[Component, Any], names: dict[Component, str]) -> Iterator[tuple[Component, Any]]:
    """The components under their new names; a schema says what it was called."""
    for key, node in brought.items():
        renamed = _renamed(node, names)
        if key in names and key[0] == "schemas" and isinstance(renamed, dict):
            renamed = {"x-called": key[1], **renamed}
        yield (key[0], names.get(key, key[1])), renamed


def _info(held: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """What a document of several operations is called; its version is one over theirs."""
    digests = [node["x-contract"].get("digest", "") for node in operations(made).values()]
    host = urlsplit(held["servers"][0]["url"]).netloc
    version = sha256("\n".join(sorted(digests)).encode()).hexdigest()[:12]
    return {**held["info"], "title": host or held["info"]["title"], "version": version}


def reviewed_as(document: dict[str, Any], contract: Contract, reviewed: Reviewed) -> dict[str, Any]:
    """The document of a contract with what was reviewed of the vendor's page."""
    part, path, method = (str(step) for step in contract.at)
    items, item = document[part], document[part][path]
    blocks = [asdict(block) | {"digests": list(block.digests)} for block in reviewed.blocks]
    own = item[method]["x-contract"] | {"reviewed": asdict(reviewed) | {"blocks": blocks}}
    return document | {part: items | {path: item | {method: item[method] | {"x-contract": own}}}}
