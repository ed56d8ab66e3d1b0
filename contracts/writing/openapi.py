"""Contract to OpenAPI 3.1: the document that a contract is loaded from, provenance included."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from contracts.model.contract import Answer, Contract, Reviewed, Rule
from contracts.model.identity import digest
from contracts.rules.asking import credential
from contracts.rules.legal import legal_parameters
from contracts.rules.patterns import text_for
from contracts.writing.schema import body_schema, rule_record

_ENVELOPE = ("authorization", "status", "media-type", "json")


def _parameter(rule: Rule, example: Any) -> dict[str, Any]:
    says = dict(rule.says)
    place, required = says.pop("in"), says.pop("required")
    out = {"name": rule.at[0], "in": place, "required": required, "schema": says}
    return out | ({} if example is None else {"example": example}) | {"x-rules": {rule.kind: rule_record(rule)}}


def _headers(contract: Contract, status: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in contract.about("response", "header"):
        if status in rule.statuses:
            pattern = str(rule.says["pattern"])
            found[str(rule.says["name"])] = {
                "required": True,
                "schema": {"type": "string", "pattern": pattern},
                "example": text_for(pattern),
                "x-rules": {rule.kind: rule_record(rule)},
            }
    return found


def _has_problem(answer: Answer) -> bool:
    return answer.body == "problem" and not answer.may_be_empty


def _content(contract: Contract, answer: Answer) -> dict[str, Any]:
    if answer.body == "success":
        schema = {"title": contract.title} | body_schema(contract, "success", extensions=True).schema
        media: dict[str, Any] = {"schema": schema} | ({"example": contract.example[0]} if contract.example else {})
    elif answer.may_be_empty:
        alone = not any(_has_problem(other) for other in contract.answers)
        media = {"schema": body_schema(contract, "problem", extensions=alone).schema}
    else:
        media = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return dict.fromkeys(answer.media, media)


def _response(contract: Contract, answer: Answer) -> dict[str, Any]:
    """One answer; a body that may be missing is held in an extension, for tools take `content` as a promise."""
    out: dict[str, Any] = {"description": answer.description}
    headers = _headers(contract, answer.status)
    if headers:
        out["headers"] = headers
    if answer.media:
        out["x-content" if answer.may_be_empty else "content"] = _content(contract, answer)
    return out


def _security(contract: Contract) -> tuple[dict[str, Any], str]:
    """The security scheme and its name; a page that names no credential has none."""
    for rule in contract.about("request", "authorization"):
        header, word = str(rule.says["header"]), str(rule.says["scheme"])
        bearing = header.lower() == "authorization" and re.fullmatch(r"[A-Za-z0-9-]+", word)
        scheme: dict[str, Any] = {"type": "apiKey", "in": "header", "name": header}
        if bearing:
            scheme = {"type": "http", "scheme": word.lower()}
        exact = {} if credential(scheme) == rule.says else {"x-credential": rule.says}
        return scheme | exact, word.lower() if bearing else "key"
    return {}, ""


def operation_id(slug: str) -> str:
    """`get-a-contact` as `getAContact`."""
    first, *rest = re.split(r"[^A-Za-z0-9]+", slug)
    return first + "".join(word.capitalize() for word in rest)


def _provenance(contract: Contract) -> dict[str, Any]:
    return {
        "slug": contract.slug,
        "page": contract.page,
        "digest": digest(contract),
        "conflicts": [_listed(asdict(conflict)) for conflict in contract.conflicts],
        "waivers": [_listed(asdict(waiver)) for waiver in contract.waivers],
        "unaccounted": [_listed(asdict(sentence)) for sentence in contract.unaccounted],
        **({} if contract.reviewed is None else {"reviewed": _reviewed(contract.reviewed)}),
        **({"requestBody": contract.request_body} if contract.request_body else {}),
    }


def _reviewed(reviewed: Reviewed) -> dict[str, Any]:
    return asdict(reviewed) | {"blocks": [_listed(asdict(block)) for block in reviewed.blocks]}


def _listed(record: dict[str, Any]) -> dict[str, Any]:
    """The record as JSON has it, where every sequence is a list."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}


def _operation(contract: Contract, scheme_name: str) -> dict[str, Any]:
    examples = legal_parameters(contract)
    parameters = [_parameter(rule, examples.get(rule.at[0])) for rule in contract.about("request", "parameter")]
    envelope = [rule for rule in contract.rules if rule.kind in _ENVELOPE]
    return {
        "operationId": operation_id(contract.slug),
        "summary": contract.title,
        "security": [{scheme_name: []}] if scheme_name else [],
        "parameters": parameters,
        "responses": {str(answer.status): _response(contract, answer) for answer in contract.answers},
        "x-rules": {rule.kind: rule_record(rule) for rule in envelope},
        "x-contract": _provenance(contract),
    }


def openapi(contract: Contract) -> dict[str, Any]:
    """The OpenAPI 3.1 document of one contract; weaker rules and provenance travel as `x-` extensions."""
    scheme, name = _security(contract)
    components: dict[str, Any] = {"securitySchemes": {name: scheme}} if scheme else {}
    if any(_has_problem(answer) for answer in contract.answers):
        components["schemas"] = {"Problem": body_schema(contract, "problem", extensions=True).schema}
    host = urlsplit(contract.server).netloc
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{contract.title} ({host})" if host else contract.title,
            "version": digest(contract)[:12],
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": contract.server or "/"}],
        "paths": {contract.path: {contract.method.lower(): _operation(contract, name)}},
        "components": components,
    }
