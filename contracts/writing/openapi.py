"""A page's promises as OpenAPI 3.1: the document that a contract is loaded from, provenance included."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from contracts.model.contract import REQUEST, SUCCESS, Answer, Reviewed, Rule
from contracts.model.draft import Draft
from contracts.model.json import Json
from contracts.rules.asking import credential, legal_parameter
from contracts.rules.keeping import text_for
from contracts.rules.places import find
from contracts.rules.relations import echoed_parameter
from contracts.writing.schema import body_schema, rule_record

_ENVELOPE = ("authorization", "status", "media-type", "json")


def _parameter(draft: Draft, rule: Rule, example: Any) -> dict[str, Any]:
    says = dict(rule.says)
    place, required = says.pop("in"), says.pop("required")
    out = {"name": rule.at[0], "in": place, "required": required, "schema": says}
    records = {rule.kind: rule_record(rule)}
    for bounds in draft.about(REQUEST, "parameter-range"):
        if bounds.at == rule.at and bounds.says["in"] == place:
            known = {name: value for name, value in bounds.says.items() if name != "in"}
            records[bounds.kind] = rule_record(bounds) | {"schema": known}
    return out | ({} if example is None else {"example": example}) | {"x-rules": records}


def _headers(draft: Draft, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in draft.about("response", "header"):
        if key in rule.answers:
            pattern = str(rule.says["pattern"])
            found[str(rule.says["name"])] = {
                "required": True,
                "schema": {"type": "string", "pattern": pattern},
                "example": text_for(pattern),
                "x-rules": {rule.kind: rule_record(rule)},
            }
    return found


def _content(draft: Draft, answer: Answer) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    refusals = draft.refusals.get(answer.key, ())
    if refusals:
        media["examples"] = {f"example-{number}": {"value": value} for number, value in enumerate(refusals, start=1)}
    if answer.success:
        schema = {"title": draft.title} | body_schema(draft, SUCCESS)
        media = {"schema": schema} | ({"example": draft.example[0]} if draft.example else {})
    return dict.fromkeys(answer.media, media)


def _response(draft: Draft, answer: Answer) -> dict[str, Any]:
    """One answer; a body that may be missing is held in an extension, for tools take `content` as a promise."""
    out: dict[str, Any] = {"description": answer.description}
    headers = _headers(draft, answer.key)
    if headers:
        out["headers"] = headers
    if answer.media:
        out["x-content" if answer.empty else "content"] = _content(draft, answer)
    return out


def _security(draft: Draft) -> tuple[dict[str, Any], str]:
    """The security scheme and its name; a page that names no credential has none."""
    for rule in draft.about("request", "authorization"):
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


def _provenance(draft: Draft, digest: str) -> dict[str, Any]:
    return {
        "slug": draft.slug,
        "page": draft.page,
        "digest": digest,
        "conflicts": [_listed(asdict(conflict)) for conflict in draft.conflicts],
        "waivers": [_listed(asdict(waiver)) for waiver in draft.waivers],
        "unaccounted": [_listed(asdict(sentence)) for sentence in draft.unaccounted],
        **({} if draft.reviewed is None else {"reviewed": _reviewed(draft.reviewed)}),
        **({"requestBody": draft.request_body} if draft.request_body else {}),
    }


def _reviewed(reviewed: Reviewed) -> dict[str, Any]:
    return asdict(reviewed) | {"blocks": [_listed(asdict(block)) for block in reviewed.blocks]}


def _listed(record: dict[str, Any]) -> dict[str, Any]:
    """The record as JSON has it, where every sequence is a list."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}


def _parameters(draft: Draft) -> dict[str, Json]:
    """A value for each path parameter: what the example repeats, where an echo ties it to one, else a small one."""
    listed = (rule for rule in draft.about(REQUEST, "parameter") if rule.says["in"] == "path")
    found = {rule.at[0]: legal_parameter(rule.says) for rule in listed}
    for rule in draft.about(SUCCESS, "echo") if draft.example else ():
        found |= {echoed_parameter(rule.says): value for _, value in find(draft.example[0], rule.at)}
    return found


def _operation(draft: Draft, scheme_name: str, digest: str) -> dict[str, Any]:
    examples = _parameters(draft)
    parameters = [_parameter(draft, rule, examples.get(rule.at[0])) for rule in draft.about("request", "parameter")]
    envelope = [rule for rule in draft.rules if rule.kind in _ENVELOPE]
    return {
        "operationId": operation_id(draft.slug),
        "summary": draft.title,
        "security": [{scheme_name: []}] if scheme_name else [],
        "parameters": parameters,
        "responses": {str(answer.status): _response(draft, answer) for answer in draft.answers},
        "x-rules": {rule.kind: rule_record(rule) for rule in envelope},
        "x-contract": _provenance(draft, digest),
    }


def openapi(draft: Draft, digest: str = "") -> dict[str, Any]:
    """The OpenAPI 3.1 document of a page; weaker rules and provenance travel as `x-` extensions, with the digest."""
    scheme, name = _security(draft)
    components: dict[str, Any] = {"securitySchemes": {name: scheme}} if scheme else {}
    if any("problem" in answer.bodies.values() for answer in draft.answers):
        components["schemas"] = {"Problem": body_schema(draft, "problem")}
    host = urlsplit(draft.server).netloc
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{draft.title} ({host})" if host else draft.title,
            "version": digest[:12] or "0",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": draft.server or "/"}],
        "paths": {draft.path: {draft.method.lower(): _operation(draft, name, digest)}},
        "components": components,
    }
