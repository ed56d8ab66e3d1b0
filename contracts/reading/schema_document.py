"""A bare JSON Schema 2020-12 document as a contract that promises one body and knows of no request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.text import kebab
from contracts.reading.openapi import contracts_of, document_of

_LONGEST_SLUG = 100


def load_schema(schema: object, name: str) -> Contract:
    """The contract of a JSON Schema document: its `method`, `path` and `server` are "".

    `name` is how messages and sources call it. Raises Unusable, in one line, for what says nothing of any value.
    """
    if not isinstance(schema, dict):
        message = f"{name}: no JSON Schema: an object is expected at the top"
        raise Unusable(message)
    named = {"$id": "body.schema.json"} | schema
    answer: dict[str, Any] = {
        "description": "The described body.", "content": {"application/json": {"schema": named}}
    }  # fmt: skip
    wrapped = {"openapi": "3.1.0", "paths": {"": {"get": {"responses": {"200": answer}}}}}
    contract = contracts_of(document_of(wrapped, name))[0]
    if not any(rule.target in contract.bodies and rule.kind != "closed" for rule in contract.rules):
        message = f"{name}: a JSON Schema that says nothing of any value; nothing to hold anyone to"
        raise Unusable(message)
    title = schema.get("title")
    title = title if isinstance(title, str) and title else PurePath(name).name
    slug = kebab(title)[:_LONGEST_SLUG].strip("-")
    return replace(contract, slug=slug, title=title, method="", server="", path="")
