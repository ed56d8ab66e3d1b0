"""Changes of many operations in one list: what one definition brings to several of them is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from contracts.model.contract import Contract
from contracts.model.document import Steps
from contracts.model.drift import SEVERITIES, Change

Located: TypeAlias = tuple[Contract, Change, tuple[Steps, ...], frozenset[str]]
"""A change of an operation, the places of both documents that it is about, and the operations that it touches."""

_SHARED = "components"


def merged(found: Iterable[Located], *, many: bool) -> tuple[Change, ...]:
    """The changes, the gravest first; where there are `many` operations, each with the name of its own.

    One that is about a shared component alone is told for the first operation, with how many it touches.
    """
    told: dict[object, list[Located]] = {}
    for located in found:
        _, change, places, _ = located
        shared = bool(places) and all(place[:1] == (_SHARED,) for place in places)
        key = (change.kind, repr(change.old), repr(change.new), places) if shared else len(told)
        told.setdefault(key, []).append(located)
    changes = (_of_operations(group) if many else group[0][1] for group in told.values())
    return tuple(sorted(changes, key=lambda change: SEVERITIES.index(change.severity)))


def _of_operations(group: list[Located]) -> Change:
    """The change with its operation's name, and the number of operations that it touches."""
    contract, change, *_ = group[0]
    if (change.pointer == "#operation" and change.kind.startswith("operation.")) or change.pointer.startswith(
        "#webhooks"
    ):
        return change
    touched = len(frozenset[str]().union(*(operations for *_, operations in group)))
    pointer = f"#{contract.operation} {change.pointer}".rstrip()
    more = f" (touches {touched} operations)" if touched > 1 else ""
    return replace(change, pointer=pointer, summary=f"{contract.operation}: {change.summary}{more}")
