"""Which operation of one document is which of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from contracts.comparing.requests import bare
from contracts.model.contract import Contract

Pair: TypeAlias = tuple[Contract | None, Contract | None]

_SAME: tuple[Callable[[Contract], object], ...] = (
    lambda contract: (contract.method, contract.path),
    lambda contract: (contract.method, bare(contract.path)),
    lambda contract: bare(contract.path),
    lambda contract: contract.slug,
)
"""What makes two contracts the same operation, the surest first."""


def pair(olds: tuple[Contract, ...], news: tuple[Contract, ...]) -> tuple[Pair, ...]:
    """The contracts of two sides, each with its counterpart or None, in the old side's order, then the new one's.

    A mark that more than one contract of a side bears pairs none of them. Where each side has just one contract they
    are a pair, moved and renamed or not, unless they say that they are of two servers.
    """
    if len(olds) == 1 == len(news) and _may_be_one(olds[0], news[0]):
        return ((olds[0], news[0]),)
    left, right = dict(enumerate(olds)), dict(enumerate(news))
    partners: dict[int, int] = {}
    for mark in _SAME:
        ones, others = _marked(left, mark), _marked(right, mark)
        for key, positions in ones.items():
            if len(positions) == 1 == len(others.get(key, ())):
                partners[positions[0]] = others[key][0]
                del left[positions[0]], right[others[key][0]]
    found: list[Pair] = [(one, news[partners[at]] if at in partners else None) for at, one in enumerate(olds)]
    return (*found, *((None, right[at]) for at in right))


def _may_be_one(old: Contract, new: Contract) -> bool:
    return old.server == new.server or not (old.server and new.server)


def _marked(side: dict[int, Contract], mark: Callable[[Contract], object]) -> dict[object, list[int]]:
    found: dict[object, list[int]] = {}
    for at, contract in side.items():
        found.setdefault(mark(contract), []).append(at)
    return found
