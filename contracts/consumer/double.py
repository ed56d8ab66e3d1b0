"""The provider's double: answers the operation with one case at a time, and looks closely at what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
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
    """A WSGI application that serves `case` at the contract's operation and keeps every request.

    Requests are looked at in this order: path (another one is answered 404, or as `also` says), method (405),
    credential (401), parameters (400); the answer to a good one is the case's, repeating the ids that were asked for.
    """

    def __init__(self, contract: Contract, key: str, also: Also | None = None) -> None:
        self.contract = contract
        self.key = key
        self.case: Case | None = None
        self._also = dict(also or {})
        self._sent: list[Sent] = []
        self._lock = threading.Lock()
        self._usual = legal_parameters(contract)

    def serve(self, case: Case) -> None:
        """From now on answers with this case; what was asked before is forgotten."""
        with self._lock:
            self.case = case
            self._sent = []

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was asked since the case is served."""
        with self._lock:
            return tuple(self._sent)

    def respond(self, request: Request) -> tuple[Response, Sent]:
        """The answer to a request, and what there is to say of the request."""
        path = urlsplit(request.url).path
        parameters = path_parameters(self.contract.path, path)
        fixed = self._also.get((request.method, path))
        if parameters is None and fixed is not None:
            response = Response(status=200, headers=(("Content-Type", fixed.media),), body=fixed.body)
            return response, Sent(request=request, status=200)
        if parameters is None:
            response = _problem(404, f"Only {self.contract.operation} is served here.")
            return response, Sent(request=request, status=404, outside=True)
        status, wrong = self._faults(request, parameters)
        response = self._answer(parameters) if not wrong else self._refusal(status)
        return response, Sent(request=request, status=response.status, wrong=wrong)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side of `respond`, with the case's delay and its cut."""
        request = _request(environ)
        response, sent = self.respond(request)
        with self._lock:
            case = self.case
            self._sent.append(sent)
        served = case is not None and not sent.wrong and not sent.outside and path_of(self.contract, request)
        body = response.body
        if case is not None and served:
            time.sleep(case.delay)
            body = body if case.cut is None else body[: case.cut]
        headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
        length = ("Content-Length", str(len(response.body)))
        start_response(f"{response.status} {_phrase(response.status)}", [*headers, length])
        return [] if request.method == "HEAD" else [body]

    def _faults(self, request: Request, parameters: dict[str, str]) -> tuple[int, tuple[str, ...]]:
        """The status that refuses a request, and what is wrong with it; nothing where it is a good one."""
        contract = self.contract
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

    def _answer(self, parameters: dict[str, str]) -> Response:
        case = self.case
        if case is None:
            return _problem(503, "No case is served yet.")
        body = case.body if case.status != self.contract.success.status else self._echoing(case.body, parameters)
        return Response(status=case.status, headers=case.headers, body=body)

    def _echoing(self, data: bytes, parameters: dict[str, str]) -> bytes:
        """The body with the ids that were asked for, where it holds the documented ones."""
        try:
            body, _ = parse(data)
        except NotJsonError:
            return data
        changed = False
        for rule in self.contract.about(self.contract.main, "echo"):
            name = echoed_parameter(rule.says)
            usual, text = self._usual.get(name), parameters.get(name, "")
            for steps, value in list(find(body, rule.at)):
                asked: Json = int(text) if isinstance(usual, int) and text.lstrip("-").isdigit() else text
                if usual is not None and same(value, usual) and not same(value, asked):
                    body, changed = replaced(body, steps, asked), True
        return encoded(body) if changed else data

    def _refusal(self, status: int) -> Response:
        if self.contract.answer(status) is not None:
            with suppress(NoAnswer):
                return legal_interaction(self.contract, status).response
        allow: Headers = (("Allow", self.contract.method),) if status == HTTPStatus.METHOD_NOT_ALLOWED else ()
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


class ContractServer:
    """A double on loopback: `url` is its base URL, `key` the credential it takes; `serve(name)` switches the case."""

    def __init__(self, url: str, double: Double, cases: Iterable[Case]) -> None:
        self.url = url
        self.key = double.key
        self._double = double
        self._cases = {case.name: case for case in cases}

    def serve(self, name: str) -> Case:
        """Answers with the case of this name from now on. Raises Unusable where there is none."""
        if name not in self._cases:
            message = f"{name!r} is no case; `contracts cases` lists them"
            raise Unusable(message)
        self._double.serve(self._cases[name])
        return self._cases[name]

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was asked since the case was switched."""
        return self._double.sent

    @property
    def parameters(self) -> dict[str, Any]:
        """The documented ids to ask for, by parameter."""
        return legal_parameters(self._double.contract)


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
def contract_server(contract: Contract, key: str, cases: tuple[Case, ...]) -> Iterator[ContractServer]:
    """A server that answers with the first case until it is switched."""
    double = Double(contract, key)
    with served(double) as url:
        server = ContractServer(url, double, cases)
        server.serve(cases[0].name)
        yield server
