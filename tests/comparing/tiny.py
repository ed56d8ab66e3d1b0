"""Tiny contracts of one operation, from the few words of a row of the severity table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.comparing.changes import compare_all
from contracts.comparing.severities import severities
from contracts.model.contract import Contract
from contracts.model.drift import Change
from contracts.model.json import ITEM, dotted
from contracts.reading.openapi import contracts_of, document_of
from contracts.reading.page.sentence_splitting import digest
from tests.rules.synthetic import ROOT

TABLE = (ROOT / "contracts" / "comparing" / "severities.toml").read_text(encoding="utf-8")
ROWS = severities(TABLE, {})

BODY_KINDS = frozenset(
    ("required", "type", "enum", "format", "range", "length", "pattern", "count", "condition", "echo", "closed")
)
"""The kinds of rules about a place that a page or an example can state."""

PLAIN = {"a": {"type": "string"}}


def compared(old: Contract | None, new: Contract | None) -> tuple[Change, ...]:
    """The changes between two contracts by the table as it is shipped."""
    return compare_all(((old, new),), ROWS)


def kinds(changes: tuple[Change, ...]) -> list[str]:
    """Kind and pointer of each change, in a line."""
    return [f"{change.kind} {change.pointer}" for change in changes]


def tiny(said: Mapping[str, Any]) -> Contract:
    """The contract that a side of a row's test describes; see the head of the table for the words."""
    path, method = said.get("path", "/things"), said.get("method", "get")
    named = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in braces(path)]
    parameters = [*named, *said.get("parameters", ())]
    operation: dict[str, Any] = {"summary": "Get a thing", "parameters": parameters, "responses": responses(said)}
    if "request_body" in said:
        content = {"application/json": {"schema": said["request_body"]}}
        operation["requestBody"] = {"required": said.get("body_required", False), "content": content}
    if "deprecated" in said:
        operation["deprecated"] = said["deprecated"]
    if "callback" in said:
        operation["callbacks"] = {"done": {"{$request.query.url}": sent(said["callback"], 200)}}
    document: dict[str, Any] = {"openapi": "3.1.0", "paths": {path: {method: operation}}}
    if "webhook" in said:
        document["webhooks"] = {"made": sent(said["webhook"], said.get("webhook_answer", 200))}
    document["servers"] = [{"url": said.get("server", "https://api.example.com")}]
    if "auth" in said:
        header, scheme = said["auth"]
        document["security"] = [{"key": []}]
        scheme = {"type": "http", "scheme": scheme} if scheme else {"type": "apiKey", "in": "header", "name": header}
        document["components"] = {"securitySchemes": {"key": scheme}}
    operation["x-contract"] = {"unaccounted": sentences(said), "conflicts": list(said.get("conflicts", ()))}
    operation["x-rules"] = {kind: written_at(0, "assumed") for kind in said.get("assumed", ())}
    return held(document)


def sent(schema: Any, answer: int) -> dict[str, Any]:
    """What is sent to a client, and how it answers."""
    return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}},
                     "responses": {str(answer): {"description": ""}}}}  # fmt: skip


def held(document: Mapping[str, Any]) -> Contract:
    """The contract of a document of one operation."""
    (contract,) = contracts_of(document_of(document, "tiny.json"))
    return contract


def braces(path: str) -> list[str]:
    """The names of a template's parameters."""
    return re.findall(r"\{([^{}/]+)\}", path)


def responses(said: Mapping[str, Any]) -> dict[str, Any]:
    """The listed answers, each failure with the same body."""
    properties = {name: weakened(said, (name,), node) for name, node in said.get("body", PLAIN).items()}
    body = {"type": "object", "properties": properties, "required": list(said.get("required", ()))}
    if "condition" in said:
        null, other, value = said["condition"]
        when = {"properties": {null: {"type": "null"}}, "required": [null]}
        body["allOf"] = [{"if": when, "then": {"properties": {other: {"const": value}}}}]
    success: dict[str, Any] = {"content": {name: {"schema": body} for name in said.get("media", ["application/json"])}}
    success |= {"headers": said["said_headers"]} if "said_headers" in said else {}
    found: dict[str, Any] = {str(said.get("success", 200)): success}
    problem = {"type": "object", "properties": said["problem"]} if said.get("problem") else None
    headers = {
        name: {"required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in said.get("headers", {}).items()
    }
    for status in said.get("statuses", ()):
        where = "x-content" if status in said.get("empty", ()) else "content"
        content = {"application/problem+json": {"schema": problem} if problem else {}}
        found[str(status)] = {where: content, "headers": headers}
    return found


def weakened(said: Mapping[str, Any], at: tuple[str, ...], node: Any) -> Any:
    """The schema of a place, as an example alone suggests it where the row wants that."""
    if not isinstance(node, dict):
        return node
    made = dict(node)
    if "properties" in made:
        made["properties"] = {name: weakened(said, (*at, name), inner) for name, inner in made["properties"].items()}
    if "items" in made:
        made["items"] = weakened(said, (*at, ITEM), made["items"])
    name = dotted(at)
    kinds = BODY_KINDS if name in said.get("shown", ()) else {"required"} if name in said.get("present", ()) else ()
    shown = {kind: written_at(0, "example") for kind in sorted(kinds)}
    if name in said.get("witnesses", {}):
        pages = {"page": "tiny.json", "description": "other.yaml"}
        written = [{"page": pages[who], "line": 1, "kind": "documented"} for who in said["witnesses"][name]]
        shown["type"] = {"sources": written}
    return made | ({"x-rules": shown} if shown else {})


def written_at(line: int, kind: str = "documented") -> dict[str, Any]:
    """What a document notes of a rule: where it is written, and how strongly."""
    return {"sources": [{"page": "tiny.json", "line": line, "kind": kind}]}


def sentences(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The one sentence that nothing answers for, where the row has any."""
    text = said.get("unaccounted")
    return [{"field": "a", "line": 3, "digest": digest(text), "text": text}] if text else []
