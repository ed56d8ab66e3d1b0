"""The provider's double: answers each operation with one case at a time, and keeps what it is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import Case, Sent
from contracts.model.interaction import Request, Response
from contracts.provider.app import Operation, Parameters, Provider, answered, echoing, request_of
from contracts.provider.serving import serve as served
from contracts.rules.legal_exchanges import legal_parameters

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LOOPBACK = "127.0.0.1,localhost"


@frozen
class Fixed:
    """An answer that is always the same, for a path outside the contract."""

    media: str
    body: bytes


Also = Mapping[tuple[str, str], Fixed]
"""Fixed answers by method and path."""


class Double(Provider):
    """A provider that serves cases at the operations of its contracts and keeps every request.

    An operation without a case has a legal answer of success. What is no request of them is answered as `also` says.
    The answer to a good request is the case's, repeating the ids that were asked for.
    """

    def __init__(self, contracts: Iterable[Contract], key: str, also: Also | None = None) -> None:
        super().__init__((Operation(contract=contract) for contract in contracts), key)
        self._cases: dict[int, Case] = {}
        self._also = dict(also or {})
        self._sent: list[Sent] = []
        self._lock = threading.Lock()

    def serve(self, case: Case, contract: Contract | None = None) -> None:
        """From now on answers the operation, or the first one, with this case; what was asked before is forgotten."""
        with self._lock:
            self._cases[id(contract or self.contracts[0])] = case
            self._sent = []

    def reset(self) -> None:
        """No operation has a case any more, and what was asked is forgotten."""
        with self._lock:
            self._cases = {}
            self._sent = []

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was asked since a case was last served."""
        with self._lock:
            return tuple(self._sent)

    def asked(self, request: Request) -> Contract | None:
        """The contract that a request is for, whatever its method; of those that share a path the one with a case."""
        found = self.of_path(request)
        return next((one for one in found if id(one) in self._cases), found[0] if found else None)

    def elsewhere(self, request: Request) -> tuple[Response, Sent]:
        """The fixed answer to a request for none of the contracts, where there is one."""
        fixed = self._also.get((request.method, urlsplit(request.url).path))
        if fixed is None:
            return super().elsewhere(request)
        response = Response(status=200, headers=(("Content-Type", fixed.media),), body=fixed.body)
        return response, Sent(request=request, status=200)

    def answer(self, operation: Operation, parameters: Parameters) -> Response:
        """The case's answer to a good request, else a legal one."""
        case = self._cases.get(id(operation.contract))
        if case is None:
            return super().answer(operation, parameters)
        served = Response(status=case.status, headers=case.headers, body=case.body)
        return echoing(operation.contract, served, parameters, legal_parameters(operation.contract))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side of `respond`, with the case's delay and its cut."""
        request = request_of(environ)
        response, sent = self.handled(request)
        with self._lock:
            asked = self.asked(request)
            case = self._cases.get(id(asked)) if asked is not None and not sent.outside and not sent.wrong else None
            self._sent.append(sent)
        time.sleep(case.delay if case else 0)
        parts = answered(request, response, start_response)
        return parts if case is None else [part[: case.cut] for part in parts]


CasesOf = Callable[[Contract], Sequence[Case]]


class ContractServer:
    """A double on loopback: `url` is its base URL, `key` the credential it takes; `serve(name)` switches a case.

    Where several operations are served, `contract` is the one that is meant if none is named; None for none.
    """

    def __init__(self, url: str, double: Double, cases: CasesOf) -> None:
        self.url = url
        self.key = double.key
        self.contract: Contract | None = None
        self._double = double
        self._cases_of = cases
        self._cases: dict[int, dict[str, Case]] = {}
        self.reset()

    def reset(self, contract: Contract | None = None) -> None:
        """Every operation has its documented answer again, and what was asked is forgotten."""
        known = self._double.contracts
        self.contract = contract or (known[0] if len(known) == 1 else None)
        self._double.reset()
        if self.contract is not None:
            self._double.serve(next(iter(self._known(self.contract).values())), self.contract)

    def serve(self, name: str, contract: Contract | str | None = None) -> Case:
        """Answers with the case of this name from now on. Raises Unusable where there is none.

        The `contract`, or its name, says which of several operations is meant; else it is the one that was meant
        before, where it has such a case, or the only one that has.
        """
        known, before = self._double.contracts, self.contract
        if contract is not None:
            known = tuple(one for one in known if contract is one or contract in (one.slug, one.operation))
        elif before is not None and name in self._known(before):
            known = (before,)
        with_it = [one for one in known if name in self._known(one)]
        if not with_it:
            raise Unusable(f"{name!r} is no case; `contracts cases` lists them")
        if len(with_it) > 1:
            slugs = ", ".join(one.slug for one in with_it[:5]) + (" and more" if len(with_it) > 5 else "")  # noqa: PLR2004
            raise Unusable(
                f"{name!r} is a case of {len(with_it)} contracts: {slugs}; say which: serve({name!r}, contract)"
            )
        (self.contract,) = with_it
        case = self._known(self.contract)[name]
        self._double.serve(case, self.contract)
        return case

    def _known(self, contract: Contract) -> dict[str, Case]:
        """The cases of a contract by name, made when they are first asked for."""
        if id(contract) not in self._cases:
            self._cases[id(contract)] = {case.name: case for case in self._cases_of(contract)}
        return self._cases[id(contract)]

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was asked since a case was switched."""
        return self._double.sent

    @property
    def parameters(self) -> dict[str, Any]:
        """The documented ids to ask for, by parameter. Raises Unusable where it isn't clear of which operation."""
        if self.contract is None:
            raise Unusable("several operations are served; `serve(name, contract)` says whose parameters are meant")
        return legal_parameters(self.contract)


def exempting(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep a client's way to loopback clear of any proxy, with what they exempt already.

    Both spellings are set, for a client may read one alone, and the one that is set would hide the other.
    """
    found = {}
    for name, other in (("NO_PROXY", "no_proxy"), ("no_proxy", "NO_PROXY")):
        known = (environment.get(name) or environment.get(other) or "").strip()
        found[name] = known if known == "*" else ",".join(filter(None, (known, LOOPBACK)))
    return found


@contextmanager
def contract_server(contracts: Iterable[Contract], key: str, cases: CasesOf) -> Iterator[ContractServer]:
    """A server that answers each operation with its first case until it is switched."""
    double = Double(contracts, key)
    with served(double) as url:
        yield ContractServer(url, double, cases)
