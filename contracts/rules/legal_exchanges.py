"""A good interaction of every documented answer, built from the contract alone: the proof's starting points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from contracts.model.contract import REQUEST, RESPONSE, Answer, Contract, Rule
from contracts.model.interaction import Headers, Interaction, Request, Response
from contracts.model.json import Json
from contracts.rules.authorization import credentials
from contracts.rules.echoes import echoed_parameter
from contracts.rules.edits import encoded
from contracts.rules.exchange import is_json
from contracts.rules.instance import find
from contracts.rules.listing import listing_of
from contracts.rules.parameters import legal_parameter
from contracts.rules.routing import plain_path
from contracts.rules.samples import scalar, text_for

KEY = "example-key"


def path_values(parameters: Iterable[Rule], answers: Iterable[tuple[Json, tuple[Rule, ...]]]) -> dict[str, Json]:
    """A value for each path parameter: what an answer repeats, where one of its echoes says so, else a small one."""
    found = {rule.at[0]: legal_parameter(rule.says) for rule in parameters if _in(rule, "path")}
    for body, echoes in answers:
        for rule in echoes:
            found |= {echoed_parameter(rule.says): value for _, value in find(body, rule.at)}
    return found


def legal_parameters(contract: Contract) -> dict[str, Json]:
    """A value for each path parameter, as the contract's own answers repeat it."""
    echoes = ((name, contract.about(name, "echo")) for name in contract.bodies)
    answers = ((contract.index.base(name), rules) for name, rules in echoes if rules)
    return path_values(contract.about(REQUEST, "parameter"), answers)


def _in(rule: Rule, place: str) -> bool:
    return rule.says["in"] == place


def legal_answer(contract: Contract, answer: Answer, name: str = "") -> Json:
    """A legal body of a documented answer, its first one or that of a name. Raises NoAnswer.

    One of a refusal with its status in it (RFC 9457) says its own, as the example of that status where there is one.
    """
    name = name or answer.body
    value = contract.index.base(name)
    if answer.success or not isinstance(value, dict) or type(value.get("status")) is not int:
        return value
    for shown in contract.index.examples(contract.bodies[name]):
        if isinstance(shown, dict) and shown.get("status") == answer.status:
            return shown
    own = {**value, "status": answer.status}
    return own if listing_of(contract).validators.keeps(contract.bodies[name].at, own) else value


def _headers(contract: Contract, answer: Answer, body: bytes, name: str) -> Headers:
    media = next((media for media, one in answer.bodies.items() if one == name), "")
    media = media or next(iter(answer.media), "")
    headers = [("Content-Type", _concrete(media))] if body and media else []
    rules = (rule for rule in contract.about(RESPONSE, "header") if answer.key in rule.answers)
    return (*headers, *((str(rule.says["name"]), header_text(rule.says)) for rule in rules))


def header_text(says: dict[str, Json]) -> str:
    """A small text that a header may have."""
    if "pattern" in says:
        return text_for(str(says["pattern"]))
    schema: Any = says["schema"]
    types = schema.get("type", "string")
    made = scalar(schema, types if isinstance(types, str) else next((one for one in types if one != "null"), "string"))
    return str(made).lower() if isinstance(made, bool) else str(made)


def _concrete(media: str) -> str:
    return "application/json" if "*" in media else media


def legal_request(contract: Contract, key: str = KEY) -> Request:
    """The documented request with example parameters, required ones alone, and a key; without credentials for ""."""
    path = plain_path(contract.path)
    for name, value in legal_parameters(contract).items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    parameters = [rule for rule in contract.about(REQUEST, "parameter") if rule.says.get("required")]
    query = {rule.at[0]: str(legal_parameter(rule.says)) for rule in parameters if _in(rule, "query")}
    headers = [(rule.at[0], str(legal_parameter(rule.says))) for rule in parameters if _in(rule, "header")]
    for rule in contract.about(REQUEST, "authorization") if key else ():
        for said in credentials(rule.says)[0]:
            if said["in"] == "query":
                query[said["header"]] = key
            else:
                value = f"{said['header']}={key}" if said["in"] == "cookie" else f"{said['scheme']} {key}".strip()
                headers.append(("Cookie" if said["in"] == "cookie" else said["header"], value))
    url = contract.server + path + ("?" + urlencode(query) if query else "")
    return Request(method=contract.method, url=url, headers=tuple(headers))


def legal_interaction(contract: Contract, status: int) -> Interaction:
    """A good exchange that ends with a documented status: its example, or an answer that is made. Raises NoAnswer."""
    answer = contract.answer(status) or contract.success
    body = b""
    if answer.body and not answer.empty:
        body = encoded(legal_answer(contract, answer))
    elif not answer.empty and answer.media:
        body = b"{}" if any(is_json(media) or "*" in media for media in answer.media) else b"text"
    return _answered(contract, answer, status, body, answer.body)


def legal_carrier(contract: Contract, name: str) -> Interaction:
    """A good exchange whose answer carries a body of this name, the first answer that may. Raises NoAnswer."""
    answer = next(answer for answer in contract.answers if name in answer.bodies.values())
    return _answered(contract, answer, answer.status, encoded(legal_answer(contract, answer, name)), name)


def _answered(contract: Contract, answer: Answer, status: int, body: bytes, name: str) -> Interaction:
    response = Response(status=status, headers=_headers(contract, answer, body, name), body=body)
    return Interaction(request=legal_request(contract), response=response, origin="generated", place="generated")
