"""Whose an exchange is, among many contracts; a contract's checker is made when the first exchange of it comes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from urllib.parse import urlsplit

from contracts.checking import Checker
from contracts.model.contract import Contract, Level
from contracts.model.interaction import Interaction, Request
from contracts.rules.asking import another_operation
from contracts.rules.routing import Router, meant
from contracts.sources.entries import Unread

Levels = Callable[[], Mapping[str, Level]]


class Owners:
    """The contracts as judges of what is theirs; `levels` are asked for when there is something to judge."""

    def __init__(self, contracts: Iterable[Contract], levels: Levels = dict) -> None:
        self.contracts = tuple(contracts)
        self._router = Router(self.contracts)
        self._levels = levels
        self._checkers: dict[int, Checker] = {}

    def asked(self, request: Request) -> Contract | None:
        """The contract of the operation that a request asks: of several servers that of its host, or the first."""
        return next(iter(self.every(request)), None)

    def every(self, request: Request, wanted: Container[int] | None = None) -> tuple[Contract, ...]:
        """Every contract of the operation that a request asks: those of its host, or else of every host.

        `wanted` are the identities of those to choose from once the host is known, None for all.
        """
        found = self._router.route(request)
        if len(found) > 1:
            host = urlsplit(request.url).netloc.rpartition("@")[2].lower()
            found = tuple(one for one in found if urlsplit(one.server).netloc.lower() == host) or found
        return meant(tuple(one for one in found if wanted is None or id(one) in wanted), request)

    def of(self, each: Interaction | Unread) -> Contract | None:
        """The contract that an exchange is, or may be, of: what is answered may show another operation of its path."""
        contract = self.asked(each.request)
        known = each if isinstance(each, Interaction) else each.bare
        return None if contract is None or (known and another_operation(contract, known)) else contract

    def checker(self, contract: Contract) -> Checker:
        """The judge of one of the contracts, the same each time."""
        if id(contract) not in self._checkers:
            self._checkers[id(contract)] = Checker(contract, self._levels())
        return self._checkers[id(contract)]
