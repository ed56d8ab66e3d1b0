"""OpenAPI 3.1 to contracts: what `writing` wrote comes back whole; any other document gets rules of default names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import Unusable
from contracts.model.contract import Answer, Block, Conflict, Contract, Reviewed, Unaccounted, Waiver
from contracts.model.json import Json
from contracts.reading.fitting import misfits
from contracts.reading.schemas import Loader, read_body, records
from contracts.rules import ordered
from contracts.rules.asking import credential
from contracts.rules.patterns import compiled
from contracts.rules.relations import kebab

MAX_DEPTH = 200
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PLACES = ("path", "query", "header", "cookie")
_AUTHORIZATION = "request.authorization"


def _media(loader: Loader, response: dict[str, Any]) -> dict[str, Any]:
    return loader.mapping(response.get("content", response.get("x-content", {})), "a response's content")


def _answers(loader: Loader, responses: dict[str, Any]) -> tuple[Answer, ...]:
    found = []
    for code, raw in responses.items():
        if not re.fullmatch(r"[1-5][0-9][0-9]", code):
            raise loader.refuse(f"response {code!r}", "statuses are listed by number; ranges and default can't be held")
        response = loader.resolved(raw, f"response {code}")
        found.append(
            Answer(
                status=int(code),
                description=loader.text(response.get("description", ""), f"response {code}"),
                media=tuple(_media(loader, response)),
                body="success" if code.startswith("2") else "problem",
                may_be_empty="content" not in response,
            )
        )
    if sum(answer.body == "success" for answer in found) != 1:
        raise loader.refuse("responses", "exactly one success status is expected")
    return tuple(sorted(found, key=lambda answer: answer.status))


def _parameters(loader: Loader, listed: list[Any], path: str, success: tuple[int, ...]) -> None:
    """The parameters of the path and of the operation, which wins where both name one."""
    found: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {}
    for position, raw in enumerate(listed):
        where = f"parameter {position}"
        parameter = loader.resolved(raw, where)
        name, place = loader.text(parameter.get("name"), where), parameter.get("in")
        if place not in _PLACES:
            raise loader.refuse(where, f"`in` is one of {', '.join(_PLACES)}")
        schema = loader.flat(parameter.get("schema", {}), where)
        says = schema | {"in": place, "required": parameter.get("required") is True}
        found[place, name] = says, parameter
    for (_, name), (says, parameter) in found.items():
        record = records(parameter).get("parameter")
        same_name = [key for key in found if key[1] == name]
        default = f"request.{name}" if len(same_name) == 1 else f"request.{says['in']}.{name}"
        loader.add("parameter", "request", (name,), says, record=record, default=default, statuses=success)
    for name in re.findall(r"\{([^{}]*)\}", path):
        if ("path", name) not in found:
            raise loader.refuse(f"path {path}", f"the parameter {name!r} isn't described")


def _authorization(loader: Loader, operation: dict[str, Any], success: tuple[int, ...]) -> None:
    components = loader.mapping(loader.document.get("components", {}), "components")
    schemes = loader.mapping(components.get("securitySchemes", {}), "securitySchemes")
    wanted = loader.sequence(operation.get("security", loader.document.get("security", [])), "security")
    names = [name for requirement in wanted for name in loader.mapping(requirement, "security")]
    if {} in wanted or not names:
        return
    if len(names) > 1:
        raise loader.refuse("security", f"a choice of credentials ({', '.join(names)}) can't be held yet")
    scheme = loader.resolved(schemes.get(names[0]), f"security scheme {names[0]!r}")
    says = scheme.get("x-credential", credential(scheme))
    if not isinstance(says, dict) or not all(isinstance(says.get(part), str) for part in ("header", "scheme")):
        raise loader.refuse(f"security scheme {names[0]!r}", "a credential that isn't in a header can't be held yet")
    record = records(operation).get("authorization")
    loader.add("authorization", "request", (), says, record=record, default=_AUTHORIZATION, statuses=success)


def _headers(loader: Loader, status: int, response: dict[str, Any]) -> None:
    for name, raw in loader.mapping(response.get("headers", {}), f"headers of {status}").items():
        head = loader.resolved(raw, f"header {name}")
        schema = loader.mapping(head.get("schema", {}), f"header {name}")
        pattern = loader.text(schema.get("pattern", ""), f"header {name}")
        try:
            compiled(pattern)
        except Unusable as error:
            raise loader.refuse(f"header {name}", str(error)) from None
        if head.get("required") is True:
            default, record = f"response.{kebab(name)}", records(head).get("header")
            says: dict[str, Json] = {"name": name, "pattern": pattern}
            loader.add("header", "response", (), says, record=record, default=default, statuses=(status,))


def _schema(loader: Loader, responses: dict[str, Any], answers: list[Answer]) -> Any:
    """The one schema that all these answers' bodies have, or None where none has any."""
    found: list[dict[str, Any]] = []
    for answer in answers:
        where = f"response {answer.status}"
        for raw in _media(loader, loader.resolved(responses[str(answer.status)], where)).values():
            schema = loader.resolved(loader.mapping(raw, where).get("schema", {}), where)
            if found and schema != found[0]:
                raise loader.refuse(where, "bodies of several forms can't be held yet")
            found.append(schema)
    return found[0] if found else None


def _bodies(loader: Loader, responses: dict[str, Any], answers: tuple[Answer, ...]) -> tuple[Json, ...]:
    """Header rules and both bodies; returns the documented example, if there is one."""
    for answer in answers:
        _headers(loader, answer.status, loader.resolved(responses[str(answer.status)], f"response {answer.status}"))
    success = next(answer for answer in answers if answer.body == "success")
    schema = _schema(loader, responses, [success])
    if schema is not None:
        read_body(loader, schema, "success", (success.status,))
    problems = [answer for answer in answers if answer.body == "problem"]
    schema = _schema(loader, responses, [answer for answer in problems if not answer.may_be_empty] or problems)
    if schema is not None:
        read_body(loader, schema, "problem", tuple(answer.status for answer in problems))
    media = _media(loader, loader.resolved(responses[str(success.status)], "responses"))
    examples = [one["example"] for one in media.values() if "example" in one][:1]
    return tuple(one for one in examples if not any(misfits(tuple(loader.rules.values()), one)))


def _tuples(loader: Loader, own: dict[str, Any], part: str, kind: Callable[..., Any]) -> tuple[Any, ...]:
    """The conflicts, waivers, unaccounted sentences or reviewed blocks that the document carries."""
    where, made = f"x-contract/{part}", []
    for record in loader.sequence(own.get(part, []), where):
        plain = {key: _part(loader, key, item, where) for key, item in loader.mapping(record, where).items()}
        try:
            made.append(kind(**plain))
        except TypeError as error:
            raise loader.refuse(where, str(error)) from None
    return tuple(made)


def _part(loader: Loader, key: str, item: Any, where: str) -> Any:
    if key == "sources":
        return tuple(loader.source(one, where) for one in loader.sequence(item, where))
    if key == "digests":
        return tuple(loader.text(one, where) for one in loader.sequence(item, where))
    if key != "line":
        return loader.text(item, where)
    if not isinstance(item, int) or isinstance(item, bool):
        raise loader.refuse(where, "a whole number is expected")
    return item


def _reviewed(loader: Loader, own: dict[str, Any]) -> Reviewed | None:
    if "reviewed" not in own:
        return None
    where = "x-contract/reviewed"
    said = loader.mapping(own["reviewed"], where)
    blocks = _tuples(loader, said, "blocks", Block)
    plain = {key: loader.text(item, where) for key, item in said.items() if key != "blocks"}
    try:
        return Reviewed(**plain, blocks=blocks)
    except TypeError as error:
        raise loader.refuse(where, str(error)) from None


def _server(loader: Loader, servers: Any) -> tuple[str, str]:
    """Scheme and host of the first server, and its base path."""
    listed = loader.sequence(servers, "servers")
    first = loader.mapping(listed[0], "servers") if listed else {}
    url = loader.text(first.get("url", ""), "servers")
    for name, variable in loader.mapping(first.get("variables", {}), "servers").items():
        default = loader.mapping(variable, "servers").get("default", "")
        url = url.replace("{" + name + "}", loader.text(default, "servers"))
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise loader.refuse("servers", f"no address ({error})") from None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", parts.path.rstrip("/")


def _address(loader: Loader, item: dict[str, Any], operation: dict[str, Any]) -> tuple[str, str]:
    """Scheme and host, and base path, of the servers that stand nearest to the operation."""
    return _server(loader, operation.get("servers") or item.get("servers") or loader.document.get("servers") or [])


def _named(loader: Loader, item: dict[str, Any], path: str, method: str) -> str:
    """How a contract of this operation would call it, as far as its servers can be read."""
    try:
        base = _address(loader, item, loader.mapping(item[method], f"{method} {path}"))[1]
    except Unusable:
        base = ""
    return f"{method.upper()} {base}{path}"


def _load(document: dict[str, Any], name: str, path: str, method: str) -> Contract:
    loader = Loader(name=name, document=document)
    item = loader.resolved(document["paths"][path], f"path {path}")
    operation = loader.mapping(item[method], f"{method} {path}")
    server, base = _address(loader, item, operation)
    responses = loader.mapping(operation.get("responses", {}), "responses")
    answers = _answers(loader, responses)
    success = tuple(answer.status for answer in answers if answer.body == "success")
    listed = [loader.sequence(one.get("parameters", []), "parameters") for one in (item, operation)]
    _parameters(loader, [*listed[0], *listed[1]], base + path, success)
    _authorization(loader, operation, success)
    for kind in ("status", "media-type", "json"):
        loader.add(kind, "response", (), {}, record=records(operation).get(kind), default=f"response.{kind}")
    example = _bodies(loader, responses, answers)
    title = operation.get("summary") or operation.get("operationId") or f"{method.upper()} {path}"
    own = loader.mapping(operation.get("x-contract", {}), "x-contract")
    slug = loader.text(own.get("slug", kebab(str(title))), "x-contract/slug")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", slug):
        slug = kebab(slug)[:100].strip("-")
    fields = tuple(loader.fields)
    return Contract(
        slug=slug,
        title=loader.text(title, "summary"),
        method=method.upper(),
        server=server,
        path=base + path,
        page=loader.text(own.get("page", name), "x-contract/page"),
        rules=ordered(tuple(loader.rules.values()), fields),
        fields=fields,
        answers=answers,
        example=example,
        conflicts=_tuples(loader, own, "conflicts", Conflict),
        waivers=_tuples(loader, own, "waivers", Waiver),
        unaccounted=_tuples(loader, own, "unaccounted", Unaccounted),
        reviewed=_reviewed(loader, own),
        request_body=loader.text(own.get("requestBody", _request_body(loader, operation)), "x-contract/requestBody"),
    )


def _request_body(loader: Loader, operation: dict[str, Any]) -> str:
    """A digest of the request's body, with everything that it refers to; prose aside."""
    if "requestBody" not in operation:
        return ""
    reached: dict[str, Any] = {"": operation["requestBody"]}
    waiting = [reached[""]]
    while waiting:
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference not in reached:
            reached[reference] = loader.resolved(value, "requestBody")
            waiting.append(reached[reference])
    return sha256(json.dumps(_without_prose(reached), sort_keys=True).encode()).hexdigest()[:16]


def _without_prose(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_prose(part) for part in value]
    if not isinstance(value, dict):
        return value
    prose = {name for name in ("description", "summary", "title") if isinstance(value.get(name), str)}
    return {name: _without_prose(part) for name, part in value.items() if name not in prose}


def refuse_deep(document: Json, name: str) -> None:
    """Raises Unusable for a document nested deeper than `MAX_DEPTH` levels."""
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        level = [
            below
            for value in level
            if isinstance(value, dict | list)
            for below in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        message = f"{name}: nested deeper than {MAX_DEPTH} levels; no such document describes an API"
        raise Unusable(message)


def load(document: object, name: str, refused: dict[str, str] | None = None) -> tuple[Contract, ...]:
    """The contracts of an OpenAPI 3 document, one for each operation, in its order.

    `name` is how messages and sources call it. Raises Unusable, in one line, for anything that can't be held; where
    `refused` is given, an operation that can't be is noted there, with the reason, and passed over.
    """
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        message = f"{name}: no OpenAPI 3 document; write one with `contracts derive PAGE --out DIR`"
        raise Unusable(message)
    refuse_deep(document, name)
    loader = Loader(name=name, document=document)
    found = []
    for path, raw in loader.mapping(document.get("paths", {}), "paths").items():
        item = loader.resolved(raw, f"path {path}")
        for method in (method for method in _METHODS if method in item):
            try:
                found.append(_load(document, name, path, method))
            except Unusable as error:
                if refused is None:
                    raise
                refused[_named(loader, item, path, method)] = str(error)
    if not found and not refused:
        message = f"{name}: no operation under `paths`; nothing to hold anyone to"
        raise Unusable(message)
    return tuple(found)
