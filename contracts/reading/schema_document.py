"""A bare JSON Schema 2020-12 document as a contract that promises one body and knows of no request."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from contracts.errors import Unusable
from contracts.model.contract import Answer, Contract
from contracts.reading.openapi import refuse_deep
from contracts.reading.schemas import Loader, read_body
from contracts.rules import ordered
from contracts.rules.relations import kebab

_DEFINITIONS = ("$defs", "definitions")
_LONGEST_SLUG = 100
_SUCCESS = 200


def load_schema(document: object, name: str) -> Contract:
    """The contract of a JSON Schema document: its `method`, `path` and `server` are "".

    `name` is how messages and sources call it. Raises Unusable, in one line, for anything that can't be held.
    """
    if not isinstance(document, dict):
        message = f"{name}: no JSON Schema: an object is expected at the top"
        raise Unusable(message)
    refuse_deep(document, name)
    loader = Loader(name=name, document=document)
    root: dict[str, Any] = {key: part for key, part in document.items() if key not in _DEFINITIONS}
    read_body(loader, root, "success", (_SUCCESS,))
    if all(rule.kind == "closed" for rule in loader.rules.values()) and not loader.fields:
        message = f"{name}: a JSON Schema that says nothing of any value; nothing to hold anyone to"
        raise Unusable(message)
    title = loader.text(document.get("title", ""), "title") or PurePath(name).name
    fields = tuple(loader.fields)
    return Contract(
        slug=kebab(title)[:_LONGEST_SLUG].strip("-"),
        title=title,
        method="",
        server="",
        path="",
        page=name,
        rules=ordered(tuple(loader.rules.values()), fields),
        fields=fields,
        answers=(
            Answer(status=_SUCCESS, description="The described body.", media=("application/json",), body="success"),
        ),
    )
