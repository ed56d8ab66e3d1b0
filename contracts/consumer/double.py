"""The provider's double: answers each operation with one case at a time, and looks closely at what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import Case, Sent
from contracts.model.interaction import Headers, Request, Response
from contracts.model.json import Json
from contracts.provider.serving import serve as served
from contracts.rules.asking import (
    Credential,
    authorization_fault,
    credentials,
    parameter_fault,
    sent_credential,
    sent_text,
)
from contracts.rules.exchange import NotJsonError, parse, path_parameters
from contracts.rules.legal import legal_interaction, legal_parameters
from contracts.rules.making import NoAnswer
from contracts.rules.places import find, replaced, same
from contracts.rules.relations import echoed_parameter
from contracts.rules.routing import Router
from contracts.rules.spoiling import encoded

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PROBLEM = "application/problem+json"
LOOPBACK = "127.0.0.1,localhost"


@frozen
class Fixed:
    """An answer that is always the same, for a path outside the contract."""

    media: str
    body: bytes


Also = Mapping[tuple[str, str], Fixed]
"""Fixed answers by method and path."""


class Double:
    """A WSGI application that serves cases at the operations of its contracts and keeps every request.

    An operation without a case has a legal answer of success. Requests are looked at in this order: path (another one
    is answered 404, or as `also` says), method (405), credential (401), parameters (400); the answer to a good one is
    the case's, repeating the ids that were asked for.
    """

    def __init__(self, contracts: Iterable[Contract], key: str, also: Also | None = None) -> None:
        self.contracts = tuple(contracts)
        self.key = key
        self._router = Router(self.contracts)
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
        found = self._router.route(request) or [one for one in self.contracts if path_of(one, request)]
        return next((one for one in found if id(one) in self._cases), found[0] if found else None)

    def respond(self, request: Request) -> tuple[Response, Sent]:
        """The answer to a request, and what there is to say of the request."""
        path = urlsplit(request.url).path
        contract = self.asked(request)
        parameters = path_parameters(contract.path, path) if contract else None
        if contract is None or parameters is None:
            return self._elsewhere(request, path)
        status, wrong = self._faults(contract, request, parameters)
        response = self._answer(contract, parameters) if not wrong else _refusal(contract, status)
        return response, Sent(request=request, status=response.status, wrong=wrong)

    def _elsewhere(self, request: Request, path: str) -> tuple[Response, Sent]:
        fixed = self._also.get((request.method, path))
        if fixed is not None:
            response = Response(status=200, headers=(("Content-Type", fixed.media),), body=fixed.body)
            return response, Sent(request=request, status=200)
        one = len(self.contracts) == 1
        served = f"Only {self.contracts[0].operation} is" if one else f"None but {len(self.contracts)} operations are"
        return _problem(404, f"{served} served here."), Sent(request=request, status=404, outside=True)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side of `respond`, with the case's delay and its cut."""
        request = _request(environ)
        response, sent = self.respond(request)
        with self._lock:
            asked = self.asked(request)
            case = self._cases.get(id(asked)) if asked is not None and not sent.outside and not sent.wrong else None
            self._sent.append(sent)
        body = response.body
        if case is not None:
            time.sleep(case.delay)
            body = body if case.cut is None else body[: case.cut]
        headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
        length = ("Content-Length", str(len(response.body)))
        start_response(f"{response.status} {_phrase(response.status)}", [*headers, length])
        return [] if request.method == "HEAD" else [body]

    def _faults(self, contract: Contract, request: Request, parameters: dict[str, str]) -> tuple[int, tuple[str, ...]]:
        """The status that refuses a request, and what is wrong with it; nothing where it is a good one."""
        if request.method != contract.method:
            return 405, (f"method: {request.method} where the operation is {contract.method}",)
        for rule in contract.about("request", "authorization"):
            asked = [said for way in credentials(rule.says) for said in way]
            fault = authorization_fault(rule.says, request) or self._another_key(request, asked)
            if fault:
                return 401, (f"{rule.id}: {asked[0]['header']} is {fault}",)
        wrong = tuple(
            f"{rule.id}: {rule.at[0]} is {'absent' if text is None else repr(text)}, not {_noun(rule.says)}"
            for rule in contract.about("request", "parameter")
            for text in [sent_text(rule, request, parameters)]
            if rule.says["in"] != "cookie" and parameter_fault(rule.says, text)
        )
        return 400, wrong

    def _another_key(self, request: Request, asked: list[Credential]) -> str:
        sent = [value for said in asked if (value := sent_credential(said, request))]
        known = not sent or any(value.split(" ")[-1] == self.key for value in sent)
        return "" if known else "another key than CONTRACTS_API_KEY"

    def _answer(self, contract: Contract, parameters: dict[str, str]) -> Response:
        case, good = self._cases.get(id(contract)), contract.success.status
        if case is None:
            try:
                served = legal_interaction(contract, good).response
            except NoAnswer:
                return _problem(503, f"No legal answer of {contract.operation} is known.")
        else:
            served = Response(status=case.status, headers=case.headers, body=case.body)
        echoes = served.status == good
        return replace(served, body=_echoing(contract, served.body, parameters)) if echoes else served


def _echoing(contract: Contract, data: bytes, parameters: dict[str, str]) -> bytes:
    """The body with the ids that were asked for, where it holds the documented ones."""
    echoes = contract.about(contract.main, "echo")
    try:
        body, _ = parse(data) if echoes else (None, None)
    except NotJsonError:
        return data
    changed, documented = False, legal_parameters(contract) if echoes else {}
    for rule in echoes:
        name = echoed_parameter(rule.says)
        usual, text = documented.get(name), parameters.get(name, "")
        for steps, value in list(find(body, rule.at)):
            asked: Json = int(text) if isinstance(usual, int) and text.lstrip("-").isdigit() else text
            if usual is not None and same(value, usual) and not same(value, asked):
                body, changed = replaced(body, steps, asked), True
    return encoded(body) if changed else data


def _refusal(contract: Contract, status: int) -> Response:
    if contract.answer(status) is not None:
        with suppress(NoAnswer):
            return legal_interaction(contract, status).response
    allow: Headers = (("Allow", contract.method),) if status == HTTPStatus.METHOD_NOT_ALLOWED else ()
    return _problem(status, "This request is malformed.", allow)


def path_of(contract: Contract, request: Request) -> bool:
    """Whether a request is for the contract's path, whatever its method."""
    return path_parameters(contract.path, urlsplit(request.url).path) is not None


def _noun(says: Mapping[str, Json]) -> str:
    return {"integer": "an integer", "number": "a number"}.get(str(says.get("type")), "a value")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _problem(status: int, detail: str, headers: Headers = ()) -> Response:
    body = json.dumps({"title": _phrase(status), "status": status, "detail": detail}).encode()
    return Response(status=status, headers=(("Content-Type", PROBLEM), *headers), body=body)


def _request(environ: WSGIEnvironment) -> Request:
    """The request, its path still percent-encoded and without the host."""
    query = environ.get("QUERY_STRING", "")
    decoded = quote(environ.get("PATH_INFO", ""), encoding="latin-1") + ("?" + query if query else "")
    target = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or decoded)
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    headers = tuple(
        (name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    )
    return Request(method=environ["REQUEST_METHOD"], url=target, headers=headers)


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
            message = f"{name!r} is no case; `contracts cases` lists them"
            raise Unusable(message)
        if len(with_it) > 1:
            slugs = ", ".join(one.slug for one in with_it[:5]) + (" and more" if len(with_it) > 5 else "")  # noqa: PLR2004
            message = f"{name!r} is a case of {len(with_it)} contracts: {slugs}; say which: serve({name!r}, contract)"
            raise Unusable(message)
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
            message = "several operations are served; `serve(name, contract)` says whose parameters are meant"
            raise Unusable(message)
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
