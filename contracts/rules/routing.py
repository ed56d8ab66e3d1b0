"""Which of many contracts an exchange is of: by method and path, literal segments before parameters, by hashing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import urlsplit

from contracts.model.contract import Contract
from contracts.model.interaction import Request
from contracts.rules.exchange import path_parameters

_Mask: TypeAlias = tuple[bool, ...]
"""Which segments of a template are literal."""


class Router:
    """The contracts by method and path; those of one template, of several servers, in their order."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._masks: dict[tuple[str, int], list[_Mask]] = {}
        self._known: dict[tuple[str, _Mask, tuple[str, ...]], list[Contract]] = {}
        for contract in contracts:
            segments = contract.path.split("/")
            mask = tuple("{" not in segment for segment in segments)
            masks = self._masks.setdefault((contract.method, len(segments)), [])
            if mask not in masks:
                masks.append(mask)
                masks.sort(reverse=True)  # the leftmost literal decides
            self._known.setdefault((contract.method, mask, _literals(segments, mask)), []).append(contract)

    def route(self, request: Request) -> tuple[Contract, ...]:
        """The contracts of the operation that a request asks: several only where several servers have it.

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


def _literals(segments: list[str], mask: _Mask) -> tuple[str, ...]:
    """The segments that must be as they are; of one with a parameter in it nothing."""
    return tuple(segment for segment, literal in zip(segments, mask, strict=True) if literal)
