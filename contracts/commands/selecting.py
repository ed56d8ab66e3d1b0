"""Which of the contracts here a name selects."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.text import inert

if TYPE_CHECKING:
    from contracts.commands.documents import Held

MOST = 20
"""So many contracts are listed where a name selects none."""


def selected(held: tuple[Held, ...], names: tuple[str, ...], option: str = "--contract") -> tuple[Held, ...]:
    """The contracts that the names select, in the order of `held`; all of them where no name is given.

    A name is a slug, an operation with or without the base path, an api, or a glob of any of these. Raises Unusable
    for one that selects nothing.
    """
    if not names:
        return held
    chosen: set[int] = set()
    for name in names:
        found = {number for number, one in enumerate(held) if selects(name, one)}
        if not found:
            message = f"{option} {inert(name)[:200]}: selects nothing; there is {listed(held)}"
            raise Unusable(message)
        chosen |= found
    return tuple(one for number, one in enumerate(held) if number in chosen)


def selects(name: str, held: Held) -> bool:
    """Whether a name is one of a contract's own, or a glob of one; a method may be in lower case."""
    method, space, path = name.strip().partition(" ")
    name = f"{method.upper()} {path.strip()}" if space else method
    return any(name == own or fnmatchcase(own, name) for own in _names(held))


def _names(held: Held) -> Iterator[str]:
    contract = held.contract
    yield contract.slug
    yield held.vendor
    yield contract.operation
    yield f"{contract.method} {own_path(contract)}"


def own_path(contract: Contract) -> str:
    """The path as the document writes it, without the base path of the server."""
    if contract.at[:1] == ("paths",):
        return str(contract.at[1])
    paths = contract.document.tree.get("paths")
    known = [path for path in paths if contract.path.endswith(path)] if isinstance(paths, dict) else []
    return max(known, key=len, default=contract.path)


def listed(held: tuple[Held, ...]) -> str:
    """The contracts in words, the first of many."""
    texts = [f"{inert(one.contract.slug)} ({inert(one.contract.operation)}, {one.vendor})" for one in held[:MOST]]
    return ", ".join(texts) + (f" and {len(held) - MOST} more" if len(held) > MOST else "")
