"""One operation of any contract as a WSGI application: legal answers, and what named faults break of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.interaction import Interaction, Request, Response
from contracts.provider.app import answered, problem, request_of, routed
from contracts.rules import spoil
from contracts.rules.asking import authorization_fault, parameter_fault, sent_text
from contracts.rules.legal import legal_interaction
from contracts.rules.making import NoAnswer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class LegalProvider:
    """Answers every good request with a legal answer of success, and a bad one with a documented refusal.

    A fault is a rule of the contract. One about the request makes the provider accept what the rule forbids; any other
    changes the answer to one that breaks the rule, where that answer holds something to break.
    """

    def __init__(self, contract: Contract, faults: Iterable[Rule] = ()) -> None:
        self._contract = contract
        self._faults = tuple(faults)

    def respond(self, request: Request) -> Response:
        """The answer to one request, whatever host its URL names."""
        contract = self._contract
        parameters = routed(contract, request)
        if isinstance(parameters, Response):
            return parameters
        honest = self._legal(self._refused(request, parameters) or contract.success.status)
        interaction = Interaction(request=request, response=honest, origin="reference")
        for rule in self._faults:
            if rule.target != REQUEST:
                interaction = spoil(rule, contract, interaction) or interaction
        return interaction.response

    def _refused(self, request: Request, parameters: dict[str, str]) -> int:
        """The status that refuses a request, 0 for a good one."""
        for rule in self._contract.about(REQUEST, "authorization"):
            if rule not in self._faults and authorization_fault(rule.says, request):
                return 401
        for rule in self._contract.about(REQUEST, "parameter"):
            text = sent_text(rule, request, parameters)
            if rule not in self._faults and rule.says["in"] != "cookie" and parameter_fault(rule.says, text):
                return 400
        return 0

    def _legal(self, status: int) -> Response:
        answer = self._contract.answer(status)
        if answer is not None:
            with suppress(NoAnswer):
                made = legal_interaction(self._contract, status).response
                return replace(made, status=status)
        return problem(status if answer is None else 500, "request.refused", "No legal answer can be made.")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI side of `respond`."""
        request = request_of(environ, self._contract.server)
        return answered(request, self.respond(request), start_response)
