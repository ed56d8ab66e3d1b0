"""Rows that the reference provider knows: what a person wrote, from the documentation, as the answers to some ids."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.rules.routing import plain_path

_SHAPE = 'write it as {"parameters": {NAME: text or integer, ...}, "body": ...}, with a "status" where it is no success'


@frozen
class Row:
    """One answer: the path's parameters in its order, as a request writes them; `status` is 0 for that of success."""

    name: str
    ids: tuple[str, ...]
    status: int
    body: Json


def read_rows(text: str, place: str) -> dict[str, tuple[Row, ...]]:
    """The rows in a JSON file, by the operation that they are of: `GET /things/{id}`. Raises Unusable."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not all(isinstance(rows, dict) for rows in document.values()):
        raise Unusable(f"{place}: not an object of operations, each with its rows by name")
    return {operation: _rows(operation, rows, place) for operation, rows in document.items()}


def _rows(operation: str, rows: Mapping[str, Json], place: str) -> tuple[Row, ...]:
    names = re.findall(r"\{([^{}]+)\}", plain_path(operation))
    known: dict[tuple[str, ...], Row] = {}
    for name, written in rows.items():
        row = _row(name, written, names)
        twin = known.setdefault(row.ids, row) if row else row
        if row is None or twin is not row:
            why = f"has the parameters of {twin.name!r}" if twin else f"is no row; {_SHAPE}"
            raise Unusable(f"{place}: {name!r} of {operation} {why}")
    return tuple(known.values())


def _row(name: str, written: Json, names: list[str]) -> Row | None:
    if not isinstance(written, dict) or written.keys() - {"parameters", "status", "body"}:
        return None
    parameters, status = written.get("parameters", {}), written.get("status", 0)
    if not isinstance(parameters, dict) or parameters.keys() != set(names) or type(status) is not int:
        return None
    if not all(type(value) in {str, int} for value in parameters.values()):
        return None
    return Row(name=name, ids=tuple(str(parameters[one]) for one in names), status=status, body=written.get("body"))
