"""OpenAPI descriptions, 3.0 and 3.1, JSON or YAML, and bare JSON Schemas: one document in normal form."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.document import Document, Steps
from contracts.model.json import Json
from contracts.model.text import kebab
from contracts.reading.openapi.directions import without
from contracts.reading.openapi.document_text import MAX_DEPTH, lines_in, read_tree
from contracts.reading.openapi.normal import Normal
from contracts.reading.openapi.operations import contracts_of, webhooks_of

__all__ = ["contract_of_schema", "contracts_of", "document_of", "read", "webhooks_of"]

_LONGEST_SLUG = 100
Fetch = Callable[[str], str | None]
"""Gives the text of a file beside the document, None where there is none or it may not be read."""


def read(text: str, name: str, fetch: Fetch = lambda _: None) -> Document:
    """The description in a text; `name` is how messages call it. Raises Unusable for what is none, in one line."""

    @lru_cache(maxsize=1)
    def lines() -> tuple[Json, dict[tuple[int, str | int], int]]:
        return lines_in(text)

    def line(steps: Steps) -> int:
        return _line(*lines(), steps)

    return _document(read_tree(text, name), name, fetch, line)


def document_of(tree: Any, name: str) -> Document:
    """The description in a tree that was parsed already, which is left as it is. Raises Unusable for what is none."""
    try:
        return _document(deepcopy(tree), name, lambda _: None, lambda _: 0)
    except RecursionError:
        raise Unusable(f"{name}: nested deeper than {MAX_DEPTH} levels; no such document describes an API") from None


def contract_of_schema(schema: object, name: str) -> Contract:
    """The contract of a JSON Schema document: its `method`, `path` and `server` are "".

    `name` is how messages and sources call it. Raises Unusable, in one line, for what says nothing of any value.
    """
    if not isinstance(schema, dict):
        raise Unusable(f"{name}: no JSON Schema: an object is expected at the top")
    named = {"$id": "body.schema.json"} | schema
    answer: dict[str, Any] = {
        "description": "The described body.", "content": {"application/json": {"schema": named}}
    }  # fmt: skip
    wrapped = {"openapi": "3.1.0", "paths": {"": {"get": {"responses": {"200": answer}}}}}
    contract = contracts_of(document_of(wrapped, name))[0]
    if not any(rule.target in contract.bodies and rule.kind != "closed" for rule in contract.rules):
        raise Unusable(f"{name}: a JSON Schema that says nothing of any value; nothing to hold anyone to")
    title = schema.get("title")
    title = title if isinstance(title, str) and title else PurePath(name).name
    slug = kebab(title)[:_LONGEST_SLUG].strip("-")
    return replace(contract, slug=slug, title=title, method="", server="", path="")


def _document(tree: Any, name: str, fetch: Fetch, line: Callable[[Steps], int]) -> Document:
    _refuse_other(tree, name)

    def brought(path: str) -> Json:
        found = fetch(path)
        return None if found is None else read_tree(found, path)

    normal = Normal(tree, brought)
    normal.run()
    return Document(
        name=name,
        tree=tree,
        answers=without(tree, "writeOnly") if "writeOnly" in normal.one_way else tree,
        requests=without(tree, "readOnly") if "readOnly" in normal.one_way else tree,
        doubts=tuple(normal.doubts),
        line=line,
    )


def _refuse_other(tree: Any, name: str) -> None:
    """Raises Unusable for what is no OpenAPI 3 description."""
    if isinstance(tree, dict) and "swagger" in tree:
        raise Unusable(
            f"{name}: a Swagger {str(tree['swagger'])[:10]} document, which came before OpenAPI 3; convert it first, "
            "for example with `npx swagger2openapi FILE`"
        )
    if not isinstance(tree, dict) or not str(tree.get("openapi", "")).startswith("3."):
        raise Unusable(f"{name}: no OpenAPI 3 document; write one with `contracts derive PAGE --out DIR`")


def _line(tree: Any, lines: dict[tuple[int, str | int], int], steps: Steps) -> int:
    """The line of a place, or of the nearest one around it that the text has."""
    found = 0
    for step in steps:
        key: Any = int(step) if isinstance(tree, list) and str(step).isdecimal() else step
        if not isinstance(tree, dict | list) or (id(tree), key) not in lines:
            continue  # a step that the normal form has put in
        found = lines[id(tree), key]
        tree = tree[key]
    return found
