"""What of an OpenAPI document an asker needs to know: its operation, the key's header, the rows by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.document import found_at, reached, steps_of
from contracts.model.json import as_mapping
from contracts.rules.authorization import credential
from contracts.rules.routing import plain_path

Rows: TypeAlias = Sequence[Sequence[int | str]]
"""Rows known to exist: values of the path's parameters, in the order of the path."""

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def document_of_one(contract: Contract) -> dict[str, Any]:
    """A contract's document with its operation alone, in normal form, which calls itself 3.1."""
    tree = contract.document.tree
    item, method = reached(tree, contract.at[:-1]), str(contract.at[-1])
    path = plain_path(contract.path)
    kept = {name: value for name, value in item.items() if name == "parameters"}
    server = [{"url": contract.server}] if contract.server else []
    others = {name: value for name, value in tree.items() if name not in {"paths", "webhooks", "servers"}}
    one = others | {"openapi": "3.1.0", "servers": server, "paths": {path: kept | {method: item[method]}}}
    return deepcopy(one)


def operation_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """Path template and lower-case method of the document's one operation. Raises Unusable where it isn't one."""
    paths = document.get("paths") or {}
    places = [(path, method) for path, item in paths.items() for method in item if method in METHODS]
    if len(places) != 1:
        raise Unusable(f"the OpenAPI document holds {len(places)} operations; give the document of one")
    return places[0]


def named_rows(document: Mapping[str, Any], rows: Rows) -> list[dict[str, int | str]]:
    """Each row as parameter name to value, integers as such wherever the row was read. Raises Unusable."""
    path, _method = operation_of(document)
    names = re.findall(r"\{([^{}]+)\}", path)
    whole = {parameter["name"] for parameter in _path_parameters(document) if _is_integer(parameter)}
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise Unusable(f"row {number} has {len(row)} values, the path takes {len(names)}: {', '.join(names)}")
        for name, value in zip(names, row, strict=True):
            if name in whole and not re.fullmatch("-?[0-9]{1,20}", str(value)):
                raise Unusable(f"row {number}: {value!r} is not an integer, as {name} is documented to be")
    return [
        {name: int(value) if name in whole else value for name, value in zip(names, row, strict=True)} for row in rows
    ]


def with_example(document: dict[str, Any], row: Mapping[str, int | str]) -> dict[str, Any]:
    """Make the row the example of the path parameters, which generators build on; changes the document."""
    for parameter in _path_parameters(document):
        if parameter["name"] in row:
            parameter.pop("examples", None)
            parameter["example"] = row[parameter["name"]]
    return document


def credentials(document: Mapping[str, Any], key: str | None) -> dict[str, str]:
    """Name the header that carries the key, by the document's first security scheme that has one."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    for raw in schemes.values() if key is not None else ():
        said = credential(_resolved(document, raw))
        if said is not None and said.get("in", "header") == "header":
            return {said["header"]: f"{said['scheme']} {key}".strip()}
    return {}


def _path_parameters(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    path, method = operation_of(document)
    item = document["paths"][path]
    either = [_resolved(document, one) for one in (*item.get("parameters", ()), *item[method].get("parameters", ()))]
    return [parameter for parameter in either if parameter.get("in") == "path"]


def _resolved(document: Mapping[str, Any], node: Any) -> dict[str, Any]:
    """What a reference leads to, else the node itself; an empty one where it leads nowhere."""
    for _ in range(_MOST_STEPS):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str):
            break
        node = found_at(document, steps_of(reference))
    return as_mapping(node)


_MOST_STEPS = 20


def _is_integer(parameter: Mapping[str, Any]) -> bool:
    schema = parameter.get("schema")
    return isinstance(schema, dict) and schema.get("type") == "integer"
