"""One operation of a contract as a WSGI application over a world."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Headers, Interaction, Request, Response, header
from contracts.model.json import Json, pointer
from contracts.provider.world import World
from contracts.rules import spoil
from contracts.rules.asking import PARAMETER_RANGE
from contracts.rules.exchange import Exchange, path_parameters
from contracts.rules.places import find, replaced
from contracts.rules.relations import echoed_parameter

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

MAX_DIGITS = 100
"""Of a longer integer the first so many count: Python limits the digits of one, and no row has such an id."""


class Provider:
    """Answers as the contract promises, except for what the named faults break.

    Requests are looked at in this order: path (404), method (405), credential (401), parameters (400), row (404). An
    integer in the path is ASCII digits with an optional minus, of any size: `+1`, `1e3`, blanks and other scripts'
    digits are refused; zeros in front count for nothing.
    A fault is a rule of the contract. One about the request makes the provider accept what the rule forbids; any other
    changes the honest answer to one that breaks the rule, where the answer holds something to break. A rule about a
    status that this provider never gives is broken in place of the answer for unknown rows.
    """

    def __init__(self, contract: Contract, world: World, key: str, faults: Iterable[Rule] = ()) -> None:
        self._contract = contract
        self._world = world
        self._key = key
        self._faults = tuple(faults)
        self._beyond = tuple(rule for rule in self._faults if rule.kind == "parameter-range")

    def respond(self, request: Request) -> Response:
        """The answer to one request, whatever host its URL names."""
        parameters = routed(self._contract, request)
        if isinstance(parameters, Response):
            return parameters
        return self._spoiled(request, self._honest(request, parameters))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side of `respond`."""
        request = request_of(environ, self._contract.server)
        return answered(request, self.respond(request), start_response)

    def _honest(self, request: Request, parameters: dict[str, str]) -> Response:
        refusal = self._unauthorized(request)
        if refusal is not None:
            return refusal
        ids, errors = self._ids(parameters)
        if errors:
            return problem(400, "request.invalidInput", "The path holds a value that is not valid.", errors=errors)
        body = self._world.answer(*ids)
        if body is None and self._is_beyond(request, parameters):
            body = self._repeating(parameters)
        if body is None:
            code, detail = self._world.missing(*ids)
            return problem(404, code, detail)
        return _response(self._contract.success.status, self._contract.success.media[0], body)

    def _is_beyond(self, request: Request, parameters: dict[str, str]) -> bool:
        """Whether success, which a fault has it answer, would break what is told of the range of a parameter."""
        response = Response(status=self._contract.success.status, headers=())
        interaction = Interaction(request=request, response=response, origin="reference")
        success = self._contract.success
        asked = Exchange(contract=self._contract, interaction=interaction, parameters=parameters, answer=success)
        return any(any(PARAMETER_RANGE.judge(rule, asked)) for rule in self._beyond if PARAMETER_RANGE.judge)

    def _repeating(self, parameters: dict[str, str]) -> Json:
        """The answer about the first row, as if it had the ids that were asked for."""
        body = self._world.answer(*self._world.rows()[0])
        for rule in self._contract.about(self._contract.main, "echo"):
            for steps, _ in list(find(body, rule.at)):
                body = replaced(body, steps, _integer(parameters[echoed_parameter(rule.says)]))
        return body

    def _unauthorized(self, request: Request) -> Response | None:
        for rule in self._contract.about("request", "authorization"):
            scheme, _, sent = (header(request.headers, str(rule.says["header"])) or "").rpartition(" ")
            wanted = str(rule.says["scheme"])
            known = scheme.strip().lower() == wanted.lower() and hmac.compare_digest(_bytes(sent), _bytes(self._key))
            if not known and rule not in self._faults:
                return Response(status=401, headers=(("WWW-Authenticate", wanted),) if wanted else ())
        return None

    def _ids(self, parameters: dict[str, str]) -> tuple[tuple[int, ...], list[Json]]:
        """The row asked for, or what is wrong with each parameter; a faulty parameter takes the value of a real row."""
        ids = {name: _integer(text) for name, text in parameters.items()}
        careless = {rule.at[0] for rule in self._contract.about("request", "parameter") if rule in self._faults}
        bad = [name for name, value in ids.items() if value is None and name not in careless]
        if bad:
            detail = "This must be an integer."
            return (), [{"pointer": pointer([name]), "detail": detail} for name in bad]
        rows = self._world.rows()
        wanted = tuple(ids.values())
        fitting = (row for row in rows if all(value in {None, known} for value, known in zip(wanted, row, strict=True)))
        row = next(fitting, rows[0]) if None in wanted else wanted
        return tuple(value for value in row if value is not None), []

    def _spoiled(self, request: Request, honest: Response) -> Response:
        usual = {self._contract.success.key, "400", "401", "404"}
        interaction = Interaction(request=request, response=honest, origin="reference")
        for rule in self._faults:
            if rule.target == "request":
                continue
            if honest.status == HTTPStatus.NOT_FOUND and rule.answers and usual.isdisjoint(rule.answers):
                interaction = replace(interaction, response=_unusual(int(rule.answers[0])))
            interaction = spoil(rule, self._contract, interaction) or interaction
        return interaction.response


def answered(request: Request, response: Response, start_response: StartResponse) -> list[bytes]:
    """A response as WSGI has it, with its length; a HEAD gets no body."""
    headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
    status = f"{response.status} {_phrase(response.status)}"
    start_response(status, [*headers, ("Content-Length", str(len(response.body)))])
    return [] if request.method == "HEAD" else [response.body]


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


def _integer(text: str) -> int | None:
    """The integer that a text writes. The page sets no bounds, so an endless one is merely a row that isn't there."""
    match = re.fullmatch(r"(-?)0*([0-9]+)", text)
    return int(match[1] + match[2][:MAX_DIGITS]) if match else None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _response(status: int, media: str, body: Json, headers: Headers = ()) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=2)
    return Response(status=status, headers=(("Content-Type", media), *headers), body=text.encode())


def routed(contract: Contract, request: Request) -> dict[str, str] | Response:
    """The path's parameters where a request is for the contract's operation, else its refusal."""
    parameters = path_parameters(contract.path, urlsplit(request.url).path)
    if parameters is None:
        return problem(404, "route.notFound", "There is nothing at this path.")
    if request.method != contract.method:
        detail = f"Only {contract.method} is possible here."
        return problem(405, "method.notAllowed", detail, headers=(("Allow", contract.method),))
    return parameters


def problem(
    status: int, code: str, detail: str, *, headers: Headers = (), errors: list[Json] | None = None
) -> Response:
    """A problem document (RFC 9457) with the documented extensions `code` and `errors`."""
    body: dict[str, Json] = {"title": _phrase(status), "status": status, "detail": detail, "code": code}
    if errors:
        body["errors"] = errors
    return _response(status, "application/problem+json", body, headers)


def _unusual(status: int) -> Response:
    headers = (("Retry-After", "60"),) if status == HTTPStatus.TOO_MANY_REQUESTS else ()
    return problem(status, "request.refused", "This request is refused.", headers=headers)


def request_of(environ: WSGIEnvironment, server: str) -> Request:
    """The request as the documented server would have seen it, its path still percent-encoded."""
    query = environ.get("QUERY_STRING", "")
    decoded = quote(environ.get("PATH_INFO", ""), encoding="latin-1") + ("?" + query if query else "")
    target = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or decoded)
    if not target.startswith("/"):  # the absolute form of a request target, or no path at all
        target = "/" + target.partition("://")[2].partition("/")[2]
    headers = tuple(
        (name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    )
    return Request(method=environ["REQUEST_METHOD"], url=server + target, headers=headers)
