"""A good interaction of every documented status, built from the contract alone: the proof's starting points."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from contracts.model.contract import Answer, Contract, Rule
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.model.json import Json
from contracts.rules.asking import legal_parameter
from contracts.rules.patterns import text_for
from contracts.rules.places import find
from contracts.rules.relations import echoed_parameter
from contracts.rules.sample import legal_value
from contracts.rules.spoiling import encoded

KEY = "example-key"


def legal_parameters(contract: Contract) -> dict[str, Json]:
    """A value for each path parameter: what the answer repeats, where an echo ties it to one, else a small one."""
    found = {
        rule.at[0]: legal_parameter(rule.says) for rule in contract.about("request", "parameter") if _in(rule, "path")
    }
    body = contract.example[0] if contract.example else legal_value(contract, "success")
    for rule in contract.about("success", "echo"):
        for _, value in find(body, rule.at):
            found[echoed_parameter(rule.says)] = value
    return found


def _in(rule: Rule, place: str) -> bool:
    return rule.says["in"] == place


def legal_problem(contract: Contract, status: int) -> Json:
    """A problem document for a status, with every documented member."""
    value = legal_value(contract, "problem")
    return {**value, "status": status} if isinstance(value, dict) and "status" in value else value


def _headers(contract: Contract, answer: Answer, body: bytes) -> Headers:
    headers = [("Content-Type", answer.media[0])] if body and answer.media else []
    rules = (rule for rule in contract.about("response", "header") if answer.status in rule.statuses)
    return (*headers, *((str(rule.says["name"]), text_for(str(rule.says["pattern"]))) for rule in rules))


def legal_request(contract: Contract) -> Request:
    """The documented request with example parameters, required ones alone, and a made-up key."""
    path = contract.path
    for name, value in legal_parameters(contract).items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    parameters = [rule for rule in contract.about("request", "parameter") if rule.says.get("required")]
    query = {rule.at[0]: str(legal_parameter(rule.says)) for rule in parameters if _in(rule, "query")}
    headers = [(rule.at[0], str(legal_parameter(rule.says))) for rule in parameters if _in(rule, "header")]
    credentials = (rule.says for rule in contract.about("request", "authorization"))
    headers += [(str(says["header"]), f"{says['scheme']} {KEY}".strip()) for says in credentials]
    url = contract.server + path + ("?" + urlencode(query) if query else "")
    return Request(method=contract.method, url=url, headers=tuple(headers))


def legal_interaction(contract: Contract, status: int) -> Interaction:
    """A good exchange that ends with a listed status: the documented example, or a problem document."""
    answer = contract.answer(status)
    assert answer is not None, f"{status} is no listed status"
    if answer.body == "success":
        body = encoded(contract.example[0] if contract.example else legal_value(contract, "success"))
    else:
        body = b"" if answer.may_be_empty else encoded(legal_problem(contract, status))
    response = Response(status=status, headers=_headers(contract, answer, body), body=body)
    return Interaction(request=legal_request(contract), response=response, origin="generated", place="generated")
