"""OpenAPI 3.1 to contracts: what `writing` wrote comes back whole; any other document gets rules of default names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.errors import Unusable
from contracts.model.contract import Answer, Conflict, Contract, Field, Rule, Source, Target, Unaccounted, Waiver
from contracts.model.json import ITEM, Json, Path, dotted, pointer
from contracts.rules import KINDS, ordered, sentence
from contracts.rules.relations import condition_id, kebab

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SILENT = {
    "title", "description", "$comment", "example", "examples", "default", "deprecated", "readOnly", "writeOnly",
    "$schema", "$id", "properties", "required", "items", "additionalProperties", "allOf", "if", "then", "externalDocs",
    "xml", "discriminator",
}  # fmt: skip
_DRIFT = {"closed", "status", "media-type"}
_DEFAULT_IDS = {
    "authorization": "request.authorization",
    "status": "response.status",
    "media-type": "response.media-type",
    "json": "response.json",
}


@dataclass(slots=True, kw_only=True)
class _Loader:
    """Collects the rules and fields of one operation. `name` is how messages call the document."""

    name: str
    document: dict[str, Any]
    rules: list[Rule] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)

    def refuse(self, where: str, problem: str) -> Unusable:
        return Unusable(f"{self.name}: {problem} at {where or 'the top'}")

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.refuse(where, "an object is expected")
        return value

    def resolved(self, value: Any, where: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
        """The object itself, or the one that its local `$ref` leads to."""
        found = self.mapping(value, where)
        reference = found.get("$ref")
        if reference is None:
            return found
        if not isinstance(reference, str) or not reference.startswith("#/") or reference in seen:
            raise self.refuse(where, f"the reference {reference!r} leads nowhere")
        target: Any = self.document
        for step in reference[2:].split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, dict) or step not in target:
                raise self.refuse(where, f"the reference {reference!r} leads nowhere")
            target = target[step]
        return self.resolved(target, reference[1:], (*seen, reference))

    def flat(self, value: Any, where: str, depth: int = 0) -> dict[str, Any]:
        """A schema with references followed and the two older spellings of "or null" turned into a type list."""
        if depth > 50:  # noqa: PLR2004  far beyond any real body
            raise self.refuse(where, "a schema that contains itself can't be held")
        schema = dict(self.resolved(value, where))
        options = schema.get("anyOf") or schema.get("oneOf")
        if isinstance(options, list) and {"type": "null"} in options and len(options) == 2:  # noqa: PLR2004
            solid = next(option for option in options if option != {"type": "null"})
            rest = {key: item for key, item in schema.items() if key not in {"anyOf", "oneOf"}}
            schema = rest | self.flat(solid, where, depth + 1) | {"nullable": True}
        plain = [part for part in schema.get("allOf", ()) if isinstance(part, dict) and "if" not in part]
        for part in plain:
            schema = {**self.flat(part, where, depth + 1), **schema}
        if plain:
            schema["allOf"] = [part for part in schema["allOf"] if "if" in part]
        if schema.pop("nullable", False) and "type" in schema:
            types = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
            schema["type"] = [*types, *(["null"] if "null" not in types else [])]
        return schema

    def add(
        self,
        kind: str,
        target: Target,
        at: Path,
        says: dict[str, Json],
        *,
        record: dict[str, Any] | None,
        default: str,
        statuses: tuple[int, ...] = (),
    ) -> None:
        """One rule, named and placed by its record, or by default where the document carries none."""
        if record is None:
            text = sentence(kind, ("problem", *at) if target == "problem" else at, says)
            level = "drift" if kind in _DRIFT else "violation"
            sources: list[Any] = [{"page": self.name, "line": 0, "kind": "documented"}]
            record = {"id": default, "level": level, "summary": text, "sources": sources}
        try:
            rule = Rule(
                id=record["id"],
                kind=kind,
                target=target,
                at=at,
                says=says,
                level=record["level"],
                summary=record["summary"],
                sources=tuple(Source(**source) for source in record["sources"]),
                statuses=statuses,
            )
        except (KeyError, TypeError) as error:
            raise self.refuse(f"rule {default}", f"an incomplete rule record ({error})") from None
        known = next((index for index, other in enumerate(self.rules) if other.id == rule.id), None)
        if known is None:
            self.rules.append(rule)
        elif self.rules[known].target == target and kind == "header":
            both = tuple(sorted({*self.rules[known].statuses, *statuses}))
            self.rules[known] = Rule(**{**_slots(rule), "statuses": both})
        else:
            raise self.refuse(f"rule {rule.id}", "two rules have this id")


def _slots(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _records(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    records = node.get("x-rules")
    return records if isinstance(records, dict) else {}


def _read_body(loader: _Loader, schema: dict[str, Any], target: Target, statuses: tuple[int, ...]) -> None:
    """Every rule of one body, depth first, in the document's order."""

    def name(at: Path) -> str:
        return dotted(("problem", *at) if target == "problem" else at)

    def visit(raw: Any, at: Path, where: str) -> None:
        if len(at) > 50:  # noqa: PLR2004  far beyond any real body
            raise loader.refuse(where, "a schema that contains itself can't be held")
        node = loader.flat(raw, where)
        unknown = [key for key in node if key not in _SILENT and not key.startswith("x-") and not _spoken(node, key)]
        if unknown:
            raise loader.refuse(where, f"the keyword {unknown[0]!r} can't be held yet")
        if at:
            annotations = node.get("x-annotations", {})
            loader.fields.append(
                Field(at=at, target=target, description=node.get("description", ""), annotations=annotations)
            )
        records = _records(node)
        for kind, says in _said(node):
            default = f"{name(at)}.{kind}"
            loader.add(kind, target, at, says, record=records.get(kind), default=default, statuses=statuses)
        if "x-echoes" in node:
            default = f"{name(at)}.echoes-request"
            says = {"expression": node["x-echoes"]}
            loader.add("echo", target, at, says, record=records.get("echo"), default=default, statuses=statuses)
        _read_conditions(loader, node, target, at, statuses)
        visit_inside(node, at, where)

    def visit_inside(node: dict[str, Any], at: Path, where: str) -> None:
        required = node.get("required", [])
        for key, below in loader.mapping(node.get("properties", {}), where + "/properties").items():
            inner = (*at, key)
            if key in required:
                record = _records(loader.resolved(below, where)).get("required")
                loader.add("required", target, inner, {}, record=record, default=f"{name(inner)}.required",
                           statuses=statuses)  # fmt: skip
            visit(below, inner, f"{where}/properties{pointer((key,))}")
        if "items" in node:
            visit(node["items"], (*at, ITEM), where + "/items")

    visit(schema, (), f"the {target} body")
    closed = _records(loader.flat(schema, "")).get("closed")
    prefix = "response" if target == "success" else "problem"
    loader.add("closed", target, (), {}, record=closed, default=f"{prefix}.undocumented-field", statuses=statuses)


def _spoken(node: dict[str, Any], key: str) -> bool:
    if key == "format":
        return True
    return any(key in kind.keywords for kind in KINDS.values())


def _said(node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Json]]]:
    for kind in KINDS.values():
        if kind.parse is None or kind.name == "condition":
            continue
        says = kind.parse(node)
        if says is None:
            continue
        types = node.get("type")
        if kind.name == "enum" and isinstance(types, list) and "null" in types:
            says = {"values": [value for value in node.get("enum", [node.get("const")]) if value is not None]}
        yield kind.name, says


def _read_conditions(
    loader: _Loader, node: dict[str, Any], target: Target, at: Path, statuses: tuple[int, ...]
) -> None:
    for entry in [*node.get("allOf", ()), *node.get("x-conditions", ())]:
        parse: Callable[[dict[str, Any]], dict[str, Json] | None] | None = KINDS["condition"].parse
        says = parse(loader.mapping(entry, "a condition")) if parse else None
        if says is None:
            raise loader.refuse(dotted(at), "a condition of this form can't be held yet")
        default = condition_id(at, says)
        loader.add("condition", target, at, says, record=entry.get("x-rule"), default=default, statuses=statuses)


def _media(loader: _Loader, response: dict[str, Any]) -> dict[str, Any]:
    return loader.mapping(response.get("content", response.get("x-content", {})), "a response's content")


def _answers(loader: _Loader, responses: dict[str, Any]) -> tuple[Answer, ...]:
    found = []
    for code, raw in responses.items():
        if not re.fullmatch(r"[1-5][0-9][0-9]", code):
            raise loader.refuse(f"response {code!r}", "statuses are listed by number; ranges and default can't be held")
        response = loader.resolved(raw, f"response {code}")
        found.append(
            Answer(
                status=int(code),
                description=str(response.get("description", "")),
                media=tuple(_media(loader, response)),
                body="success" if code.startswith("2") else "problem",
                may_be_empty="content" not in response,
            )
        )
    if sum(answer.body == "success" for answer in found) != 1:
        raise loader.refuse("responses", "exactly one success status is expected")
    return tuple(sorted(found, key=lambda answer: answer.status))


def _read_request(loader: _Loader, operation: dict[str, Any], success: tuple[int, ...]) -> None:
    for position, raw in enumerate(operation.get("parameters", ())):
        parameter = loader.resolved(raw, f"parameter {position}")
        schema = loader.flat(parameter.get("schema", {}), f"parameter {position}")
        name = str(parameter.get("name"))
        says = {"in": parameter.get("in"), "required": bool(parameter.get("required", False))} | schema
        record = _records(parameter).get("parameter")
        loader.add(
            "parameter", "request", (name,), says, record=record, default=f"request.{name}", statuses=success
        )
    components = loader.mapping(loader.document.get("components", {}), "components")
    schemes = loader.mapping(components.get("securitySchemes", {}), "securitySchemes")
    for requirement in operation.get("security", loader.document.get("security", ()))[:1]:
        for name in requirement:
            scheme = loader.resolved(schemes.get(name), f"security scheme {name!r}")
            bearer = scheme.get("type") == "http"
            says = {
                "header": "Authorization" if bearer else str(scheme.get("name")),
                "scheme": str(scheme.get("scheme", "")).capitalize() if bearer else "",
            }
            record = _records(operation).get("authorization")
            default = _DEFAULT_IDS["authorization"]
            loader.add("authorization", "request", (), says, record=record, default=default, statuses=success)


def _read_responses(loader: _Loader, responses: dict[str, Any], answers: tuple[Answer, ...]) -> tuple[Json, ...]:
    """Header rules and both bodies; returns the documented example, if there is one."""
    problems = tuple(answer.status for answer in answers if answer.body == "problem")
    example: tuple[Json, ...] = ()
    done = False
    for answer in answers:
        response = loader.resolved(responses[str(answer.status)], f"response {answer.status}")
        for name, raw in response.get("headers", {}).items():
            head = loader.resolved(raw, f"header {name}")
            says = {"name": name, "pattern": head.get("schema", {}).get("pattern", "")}
            if head.get("required"):
                default, record = f"response.{kebab(name)}", _records(head).get("header")
                loader.add("header", "response", (), says, record=record, default=default, statuses=(answer.status,))
        for media in list(_media(loader, response).values())[:1]:
            if answer.body == "success":
                example = (media["example"],) if "example" in media else ()
                _read_body(loader, media.get("schema", {}), "success", (answer.status,))
            elif not done and not answer.may_be_empty:
                done = True
                _read_body(loader, media.get("schema", {}), "problem", problems)
    return example


def _tuples(records: Any, kind: Callable[..., Any]) -> tuple[Any, ...]:
    made = []
    for record in records or ():
        plain = {key: tuple(item) if isinstance(item, list) else item for key, item in record.items()}
        if "sources" in plain:
            plain["sources"] = tuple(Source(**source) for source in plain["sources"])
        made.append(kind(**plain))
    return tuple(made)


def _load(document: dict[str, Any], name: str, path: str, method: str, operation: dict[str, Any]) -> Contract:
    loader = _Loader(name=name, document=document)
    servers = operation.get("servers") or document.get("servers") or [{}]
    responses = loader.mapping(operation.get("responses", {}), "responses")
    answers = _answers(loader, responses)
    success = tuple(answer.status for answer in answers if answer.body == "success")
    _read_request(loader, operation, success)
    records = _records(operation)
    for kind in ("status", "media-type", "json"):
        loader.add(kind, "response", (), {}, record=records.get(kind), default=_DEFAULT_IDS[kind])
    example = _read_responses(loader, responses, answers)
    title = str(operation.get("summary") or operation.get("operationId") or f"{method.upper()} {path}")
    own = operation.get("x-contract", {})
    fields = tuple(loader.fields)
    return Contract(
        slug=own.get("slug", kebab(title)),
        title=title,
        method=method.upper(),
        server=str(servers[0].get("url", "")).rstrip("/"),
        path=path,
        page=own.get("page", name),
        rules=ordered(tuple(loader.rules), fields),
        fields=fields,
        answers=answers,
        example=example,
        conflicts=_tuples(own.get("conflicts"), Conflict),
        waivers=_tuples(own.get("waivers"), Waiver),
        unaccounted=_tuples(own.get("unaccounted"), Unaccounted),
    )


def load(document: Json, name: str) -> tuple[Contract, ...]:
    """The contracts of an OpenAPI 3.1 document, one for each operation, in its order.

    `name` is how messages and sources call it. Raises Unusable, in one line, for anything that can't be held.
    """
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        message = f"{name}: no OpenAPI 3 document; write one with `contracts derive PAGE --out DIR`"
        raise Unusable(message)
    paths = document.get("paths")
    found = []
    try:
        for path, item in (paths if isinstance(paths, dict) else {}).items():
            found += [_load(dict(document), name, path, method, item[method]) for method in _METHODS if method in item]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{name}: a malformed OpenAPI document ({type(error).__name__}: {error})"
        raise Unusable(message) from None
    if not found:
        message = f"{name}: no operation under `paths`; nothing to hold anyone to"
        raise Unusable(message)
    return tuple(found)
