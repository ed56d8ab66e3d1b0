"""Which of many contracts an exchange is of: by method and path, literal segments before parameters, by hashing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, urlsplit

from contracts.model.contract import Contract
from contracts.model.interaction import Request
from contracts.rules.exchange import path_parameters, plain_path

_Mask: TypeAlias = tuple[bool, ...]
"""Which segments of a template are literal."""


class Router:
    """The contracts by method and path; those of one template, of several servers, in their order."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._masks: dict[tuple[str, int], list[_Mask]] = {}
        self._known: dict[tuple[str, _Mask, tuple[str, ...]], list[Contract]] = {}
        for contract in contracts:
            segments = plain_path(contract.path).split("/")
            mask = tuple("{" not in segment for segment in segments)
            masks = self._masks.setdefault((contract.method, len(segments)), [])
            if mask not in masks:
                masks.append(mask)
                masks.sort(reverse=True)  # the leftmost literal decides
            self._known.setdefault((contract.method, mask, _literals(segments, mask)), []).append(contract)

    def route(self, request: Request) -> tuple[Contract, ...]:
        """The contracts of the operation that a request asks: several only where several servers have it.

        Or where a document tells operations of one path apart by a query or a fragment; see `meant`.
        A slash at the end makes it no other operation; a path of no template, or an address that can't be taken apart,
        is of none.
        """
        try:
            path = urlsplit(request.url).path
        except ValueError:  # an address that no request can have been sent to
            return ()
        method = request.method.upper()
        for way, empty in ((path, False), (path.removesuffix("/"), False), (path, True)):
            found = self._found(method, way, empty=empty)
            if found:
                return found
        return ()

    def _found(self, method: str, path: str, *, empty: bool) -> tuple[Contract, ...]:
        """The contracts whose template a path has; whose parameters are all there, unless they may be `empty`."""
        segments = path.split("/")
        for mask in self._masks.get((method, len(segments)), ()):
            found: dict[int, list[Contract]] = {}
            for contract in self._known.get((method, mask, _literals(segments, mask)), ()):
                sent = path_parameters(contract.path, path)
                if sent is not None and (empty or "" not in sent.values()):
                    written = len(path) - sum(map(len, sent.values()))
                    found.setdefault(written, []).append(contract)
            if found:
                return tuple(found[max(found)])
        return ()


def meant(found: tuple[Contract, ...], request: Request) -> tuple[Contract, ...]:
    """Of contracts of one path those whose template has a query that was sent, else those that have the path alone."""
    if len(found) < 2:  # noqa: PLR2004  nothing is to be decided
        return found
    sent = set(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    ranks = [_rank(urlsplit(contract.path), sent) for contract in found]
    return tuple(contract for contract, rank in zip(found, ranks, strict=True) if rank == min(ranks))


def _rank(template: SplitResult, sent: set[tuple[str, str]]) -> int:
    if template.query and sent.issuperset(parse_qsl(template.query, keep_blank_values=True)):
        return 0
    return 2 if template.query or template.fragment else 1


def _literals(segments: list[str], mask: _Mask) -> tuple[str, ...]:
    """The segments that must be as they are; of one with a parameter in it nothing."""
    return tuple(segment for segment, literal in zip(segments, mask, strict=True) if literal)
