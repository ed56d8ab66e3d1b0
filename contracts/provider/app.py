"""Contracts as one WSGI application: rows or legal answers, documented refusals, and what named faults break."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.gate import Sent
from contracts.model.interaction import Headers, Interaction, Request, Response, header
from contracts.model.json import Json
from contracts.provider.known_rows import Row
from contracts.rules import spoil
from contracts.rules.authorization import authorization_fault, credentials, sent_credential
from contracts.rules.echoes import echoed_parameter
from contracts.rules.edits import encoded
from contracts.rules.instance import find, replaced, same
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_interaction, legal_parameters
from contracts.rules.parameters import parameter_fault, range_fault, sent_text
from contracts.rules.parsing import NotJsonError, parse
from contracts.rules.routing import Router, meant, path_parameters

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PROBLEM = "application/problem+json"
Parameters = Mapping[str, str]
"""The path's parameters as they were sent, in its order."""


@frozen
class Operation:
    """What is served of one contract: rows, or without any a legal answer whatever ids are asked for; and faults."""

    contract: Contract
    rows: tuple[Row, ...] = ()
    faults: tuple[Rule, ...] = ()

    @property
    def known(self) -> tuple[tuple[str, ...], ...]:
        """The ids of the rows that are answered with success."""
        return tuple(row.ids for row in self.rows if self._good(row))

    def row(self, ids: tuple[str | None, ...]) -> Row | None:
        """The row of these ids; with None among them, the first one answered with success that has the others."""
        rows = [row for row in self.rows if None not in ids or self._good(row)]
        return next((row for row in rows if all(a in {None, b} for a, b in zip(ids, row.ids, strict=True))), None)

    def answer(self, row: Row) -> Response:
        """What a row says, with the headers that are documented for its status."""
        status = row.status or self.contract.success.status
        documented = self.contract.answer(status)
        headers = made.headers if (made := self.made(status)) else ()
        body = b"" if row.body is None else json.dumps(row.body, ensure_ascii=False, indent=2).encode()
        if body and header(headers, "Content-Type") is None:
            media = next(iter(documented.media if documented else ()), "application/json")
            headers = (("Content-Type", media), *headers)
        return Response(status=status, headers=headers, body=body)

    def refusal(self, status: int, ids: tuple[str | None, ...] = ()) -> Response:
        """The row of the status, that of these ids before others; else a documented answer; else a bare problem."""
        rows = [row for row in self.rows if row.status == status]
        if rows:
            refused = self.answer(next((row for row in rows if row.ids == ids), rows[0]))
        else:
            refused = self.made(status) or problem(status, "This request is refused.")
        allow: Headers = (("Allow", self.contract.method),) if status == HTTPStatus.METHOD_NOT_ALLOWED else ()
        return replace(refused, headers=(*refused.headers, *allow))

    def made(self, status: int) -> Response | None:
        """A legal answer of a documented status, None where none can be made."""
        if self.contract.answer(status) or status == self.contract.success.status:
            with suppress(NoAnswer):
                return legal_interaction(self.contract, status).response
        return None

    def _good(self, row: Row) -> bool:
        return row.status in {0, self.contract.success.status}


class Provider:
    """Answers as its contracts promise, except for what the faults break.

    Requests are looked at in this order: path (404), method (405), credential (401), parameters (400), row (404). In
    the path of an integer zeros in front count for nothing. A fault is a rule of a contract. One about the request
    makes the provider accept what the rule forbids; any other changes an answer to one that breaks the rule, where it
    holds something to break. A rule about a status that is never given is broken in place of the answer for unknown
    rows.
    """

    def __init__(self, operations: Iterable[Operation], key: str) -> None:
        self.operations = tuple(operations)
        self.contracts = tuple(operation.contract for operation in self.operations)
        self.key = key
        self._by_contract = {id(operation.contract): operation for operation in self.operations}
        self._router = Router(self.contracts)

    def of_path(self, request: Request) -> tuple[Contract, ...]:
        """The contracts whose path a request asks: those of its method, else those of any."""
        found = meant(self._router.route(request), request)
        path = urlsplit(request.url).path
        return found or tuple(one for one in self.contracts if path_parameters(one.path, path) is not None)

    def asked(self, request: Request) -> Contract | None:
        """The contract that a request is for, whatever its method."""
        return next(iter(self.of_path(request)), None)

    def respond(self, request: Request) -> Response:
        """The answer to a request, whatever host its URL names."""
        return self.handled(request)[0]

    def handled(self, request: Request) -> tuple[Response, Sent]:
        """The answer to a request, and what there is to say of the request."""
        contract = self.asked(request)
        parameters = path_parameters(contract.path, urlsplit(request.url).path) if contract else None
        if contract is None or parameters is None:
            return self.elsewhere(request)
        operation = self._by_contract[id(contract)]
        status, wrong = self._refused(operation, request, parameters)
        if wrong:
            response = operation.refusal(status, _ids(operation, parameters))
        else:
            response = self.answer(operation, parameters)
        response = _spoiled(operation, request, response)
        return response, Sent(request=request, status=response.status, wrong=wrong)

    def elsewhere(self, request: Request) -> tuple[Response, Sent]:
        """The answer to a request for none of the contracts."""
        alone = len(self.contracts) == 1
        served = f"Only {self.contracts[0].operation} is" if alone else f"None but {len(self.contracts)} operations are"
        return problem(404, f"{served} served here."), Sent(request=request, status=404, outside=True)

    def answer(self, operation: Operation, parameters: Parameters) -> Response:
        """The answer to a good request."""
        contract, ids = operation.contract, _ids(operation, parameters)
        row = operation.row(ids)
        if row is not None:
            held = {name: _number(text) for name, text in zip(parameters, row.ids, strict=True)}
            return echoing(contract, operation.answer(row), parameters, held) if None in ids else operation.answer(row)
        ranges = [rule for rule in contract.about(REQUEST, "parameter-range") if rule not in operation.faults]
        if operation.rows or any(range_fault(rule.says, parameters.get(rule.at[0])) for rule in ranges):
            return operation.refusal(404, ids)
        made = operation.made(contract.success.status)
        if made is None:
            return problem(503, f"No legal answer of {contract.operation} is known.")
        return echoing(contract, made, parameters, legal_parameters(contract))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side of `respond`."""
        request = request_of(environ)
        return answered(request, self.respond(request), start_response)

    def _refused(self, operation: Operation, request: Request, parameters: Parameters) -> tuple[int, tuple[str, ...]]:
        """The status that refuses a request, and what is wrong with it; nothing where it is a good one."""
        contract = operation.contract
        if request.method != contract.method:
            return 405, (f"method: {request.method} where the operation is {contract.method}",)
        rules = [rule for rule in contract.about(REQUEST) if rule not in operation.faults]
        for rule in rules:
            if rule.kind == "authorization" and (fault := self._credential_fault(rule, request)):
                return 401, (f"{rule.id}: {credentials(rule.says)[0][0]['header']} is {fault}",)
        wrong = tuple(
            f"{rule.id}: {rule.at[0]} is {'absent' if text is None else repr(text)}, not {_noun(rule.says)}"
            for rule in rules
            if rule.kind == "parameter" and rule.says["in"] != "cookie"
            for text in [sent_text(rule, request, dict(parameters))]
            if parameter_fault(rule.says, text)
        )
        return 400, wrong

    def _credential_fault(self, rule: Rule, request: Request) -> str:
        sent = [sent_credential(asked, request) for way in credentials(rule.says) for asked in way]
        values = [value for value in sent if value]
        foreign = values and not any(value.split(" ")[-1] == self.key for value in values)
        return authorization_fault(rule.says, request) or ("another key than CONTRACTS_API_KEY" if foreign else "")


def _ids(operation: Operation, parameters: Parameters) -> tuple[str | None, ...]:
    """The ids that a request asks for; None stands for any, where a fault lets one pass that isn't good."""
    rules = [*operation.contract.about(REQUEST, "parameter", "parameter-range")]
    found: list[str | None] = []
    for name, text in parameters.items():
        own = [rule for rule in rules if rule.says["in"] == "path" and rule.at[0] == name]
        whole = any(rule.says.get("type") == "integer" for rule in own)
        faults = [rule for rule in own if rule in operation.faults]
        free = any((parameter_fault if rule.kind == "parameter" else range_fault)(rule.says, text) for rule in faults)
        found.append(None if free else re.sub(r"^(-?)0+(?=[0-9])", r"\1", text) if whole else text)
    return tuple(found)


def _spoiled(operation: Operation, request: Request, honest: Response) -> Response:
    contract = operation.contract
    given = {answer.key for status in (contract.success.status, 400, 401, 404) if (answer := contract.answer(status))}
    interaction = Interaction(request=request, response=honest, origin="reference")
    for rule in operation.faults:
        if rule.target == REQUEST:
            continue
        if honest.status == HTTPStatus.NOT_FOUND and rule.answers and given.isdisjoint(rule.answers):
            status = next(answer.status for answer in contract.answers if answer.key in rule.answers)
            interaction = replace(interaction, response=operation.refusal(status))
        interaction = spoil(rule, contract, interaction) or interaction
    return interaction.response


def echoing(contract: Contract, response: Response, parameters: Parameters, held: Mapping[str, Json]) -> Response:
    """The answer of success with the ids that were asked for, where it repeats the ones that it `held`."""
    echoes = contract.about(contract.main, "echo")
    if not echoes or response.status != contract.success.status:
        return response
    try:
        body, _ = parse(response.body)
    except NotJsonError:
        return response
    changed = False
    for rule in echoes:
        name = echoed_parameter(rule.says)
        before, text = held.get(name), parameters.get(name, "")
        asked = _number(text) if isinstance(before, int) else text
        if before is None or type(asked) is not type(before):  # a malformed one is repeated by nobody
            continue
        for steps, value in list(find(body, rule.at)):
            if same(value, before) and not same(value, asked):
                body, changed = replaced(body, steps, asked), True
    return replace(response, body=encoded(body)) if changed else response


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch("-?[0-9]{1,400}", text) else text


def problem(status: int, detail: str) -> Response:
    """A problem document (RFC 9457)."""
    body = json.dumps({"title": _phrase(status), "status": status, "detail": detail}).encode()
    return Response(status=status, headers=(("Content-Type", PROBLEM),), body=body)


def answered(request: Request, response: Response, start_response: StartResponse) -> list[bytes]:
    """A response as WSGI has it, with its length; a HEAD gets no body."""
    headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
    status = f"{response.status} {_phrase(response.status)}"
    start_response(status, [*headers, ("Content-Length", str(len(response.body)))])
    return [] if request.method == "HEAD" else [response.body]


def request_of(environ: WSGIEnvironment) -> Request:
    """The request, its path still percent-encoded and without the host."""
    query = environ.get("QUERY_STRING", "")
    decoded = quote(environ.get("PATH_INFO", ""), encoding="latin-1")
    target = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or decoded)
    if query and "?" not in target:  # some callers give a target without it
        target += "?" + query
    if not target.startswith("/"):  # the absolute form of a request target, or no path at all
        target = "/" + target.partition("://")[2].partition("/")[2]
    headers = tuple(
        (name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    )
    return Request(method=environ["REQUEST_METHOD"], url=target, headers=headers)


def _noun(says: Mapping[str, Json]) -> str:
    return {"integer": "an integer", "number": "a number"}.get(str(says.get("type")), "a value")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
