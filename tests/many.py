"""Three contracts of two vendors, with recordings: two operations of one document, and one of a vendor's YAML file.

Both operations of `acme` fit the path `/v1/things/count`; the literal one is meant.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

ACME, BOLT = "https://api.acme.example", "https://bolt.example"
KEYS = {"acme": "ACME_KEY", "bolt": "BOLT_KEY"}
"""The environment variable for the key of each api."""


class Operation(NamedTuple):
    """One of them: its contract's name, its api, a request's address, a good answer, and one that breaks `rule`."""

    slug: str
    api: str
    operation: str
    url: str
    good: str
    bad: str
    rule: str


THING = Operation(
    "get-a-thing", "acme", "GET /v1/things/{thing}", f"{ACME}/v1/things/7",
    '{"id": 7, "note": "red"}', '{"id": "7", "note": "red"}', "id.type",
)  # fmt: skip
COUNT = Operation(
    "count-the-things", "acme", "GET /v1/things/count", f"{ACME}/v1/things/count",
    '{"count": 3}', '{"count": -1}', "count.range",
)  # fmt: skip
PART = Operation(
    "get-a-part", "bolt", "GET /parts/{part}", f"{BOLT}/parts/9",
    '{"id": 9, "state": "new"}', '{"id": 9, "state": "lost"}', "state.enum",
)  # fmt: skip
ALL = (THING, COUNT, PART)


def _get(summary: str, schema: dict[str, Any], example: Any, *parameters: str) -> dict[str, Any]:
    schema = {"type": "object", "required": list(schema), "properties": schema}
    sent = [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}, "example": 1}
            for name in parameters]  # fmt: skip
    answers = {
        "200": {"description": "Good.", "content": {"application/json": {"schema": schema, "example": example}}},
        "404": {"description": "No such row."},
    }
    return {"get": {"summary": summary, "parameters": sent, "responses": answers}}


def _document(title: str, server: str, scheme: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": scheme}},
    }


ID = {"type": "integer"}
DOCUMENTS = {
    "acme/openapi.json": _document(
        "Acme", f"{ACME}/v1", {"type": "http", "scheme": "bearer"},
        {
            "/things/{thing}": _get(
                "Get a thing", {"id": ID, "note": {"type": ["string", "null"]}}, {"id": 1, "note": "red"}, "thing"
            ),
            "/things/count": _get("Count the things", {"count": {"type": "integer", "minimum": 0}}, {"count": 3}),
        },
    ),
    "bolt/openapi.yaml": _document(
        "Bolt", BOLT, {"type": "apiKey", "in": "header", "name": "X-Key"},
        {"/parts/{part}": _get("Get a part", {"id": ID, "state": {"enum": ["new", "used"]}},
                               {"id": 1, "state": "new"}, "part")},
    ),
}  # fmt: skip
"""Each document by its file below `schemas/`; JSON is YAML as well."""


def write_schemas(folder: Path) -> None:
    """Puts the three contracts into a working directory, with the names of their keys' variables."""
    for name, document in DOCUMENTS.items():
        path = folder / "schemas" / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
        server, api = document["servers"][0]["url"].removesuffix("/v1"), path.parent.name
        (path.parent / "vendor.toml").write_text(f'server = "{server}"\nkey_variable = "{KEYS[api]}"\n')


def exchange(one: Operation, body: str | None = None, status: int = 200) -> str:
    """A line of NDJSON: the operation's request and an answer, the good one where no body is given."""
    response = {"status": status, "headers": {"Content-Type": "application/json"}, "body": body or one.good}
    return json.dumps({"request": {"method": "GET", "url": one.url}, "response": response}) + "\n"


def cassette(one: Operation, body: str | None = None) -> str:
    """A cassette of vcrpy with that exchange; JSON is YAML as well."""
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"Content-Type": ["application/json"]},
        "body": {"string": body or one.good},
    }
    request: dict[str, Any] = {"method": "GET", "uri": one.url, "headers": {}, "body": None}
    return json.dumps({"version": 1, "interactions": [{"request": request, "response": response}]})


def write_cassettes(folder: Path, *broken: Operation, leave_out: tuple[Operation, ...] = ()) -> None:
    """Puts a recording of each operation into a working directory; of the `broken` ones, one that breaks its rule."""
    for one in ALL:
        path = folder / "cassettes" / one.api / one.slug / "mine.yaml"
        path.parent.mkdir(parents=True)
        if one not in leave_out:
            path.write_text(cassette(one, one.bad if one in broken else None), encoding="utf-8")
