"""Tiny contracts of one operation, from the few words of a row of the severity table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.comparing.changes import compare
from contracts.comparing.severities import severities
from contracts.model.contract import Contract, Rule, Unaccounted
from contracts.model.drift import Change
from contracts.model.json import dotted
from contracts.reading.openapi import load
from contracts.reading.sentences import digest
from tests.rules.synthetic import ROOT

TABLE = (ROOT / "contracts" / "comparing" / "severities.toml").read_text(encoding="utf-8")
ROWS = severities(TABLE, {})

PLAIN = {"a": {"type": "string"}}


def compared(old: Contract | None, new: Contract | None) -> tuple[Change, ...]:
    """The changes between two contracts by the table as it is shipped."""
    return compare(old, new, ROWS)


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
        operation["requestBody"] = {"content": {"application/json": {"schema": said["request_body"]}}}
    document: dict[str, Any] = {"openapi": "3.1.0", "paths": {path: {method: operation}}}
    document["servers"] = [{"url": said.get("server", "https://api.example.com")}]
    if "auth" in said:
        header, scheme = said["auth"]
        document["security"] = [{"key": []}]
        scheme = {"type": "http", "scheme": scheme} if scheme else {"type": "apiKey", "in": "header", "name": header}
        document["components"] = {"securitySchemes": {"key": scheme}}
    (contract,) = load(document, "tiny.json")
    weak = set(said.get("shown", ()))
    rules = tuple(guessed(rule) if is_guess(rule, weak, said) else rule for rule in contract.rules)
    return replace(contract, rules=rules, unaccounted=tuple(sentences(said)))


def braces(path: str) -> list[str]:
    """The names of a template's parameters."""
    return re.findall(r"\{([^{}/]+)\}", path)


def responses(said: Mapping[str, Any]) -> dict[str, Any]:
    """The listed answers, each failure with the same body."""
    body = {"type": "object", "properties": said.get("body", PLAIN), "required": list(said.get("required", ()))}
    if "condition" in said:
        null, other, value = said["condition"]
        when = {"properties": {null: {"type": "null"}}, "required": [null]}
        body["allOf"] = [{"if": when, "then": {"properties": {other: {"const": value}}}}]
    success = {"content": {name: {"schema": body} for name in said.get("media", ["application/json"])}}
    found: dict[str, Any] = {str(said.get("success", 200)): success}
    problem = {"type": "object", "properties": said["problem"]} if said.get("problem") else None
    headers = {
        name: {"required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in said.get("headers", {}).items()
    }
    for status in said.get("statuses", ()):
        held = "x-content" if status in said.get("empty", ()) else "content"
        content = {"application/problem+json": {"schema": problem} if problem else {}}
        found[str(status)] = {held: content, "headers": headers}
    return found


def is_guess(rule: Rule, weak: set[str], said: Mapping[str, Any]) -> bool:
    """Whether the row wants a rule to rest on an example alone."""
    name = dotted(rule.at)
    return rule.target == "success" and (name in weak or (rule.kind == "required" and name in said.get("present", ())))


def guessed(rule: Rule) -> Rule:
    """The rule as an example alone suggests it."""
    return replace(rule, sources=tuple(replace(source, kind="example") for source in rule.sources))


def sentences(said: Mapping[str, Any]) -> list[Unaccounted]:
    """The one sentence that nothing answers for, where the row has any."""
    text = said.get("unaccounted")
    return [Unaccounted(field="a", line=3, digest=digest(text), text=text)] if text else []
