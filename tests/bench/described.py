"""OpenAPI documents made here, of operations that share what a contact is, and answers of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

SERVER = "https://api.example.com"


def document(operations: int, version: str = "3.1.0") -> dict[str, Any]:
    """A document of so many operations, the same in every version of OpenAPI 3."""
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    contact = {
        "type": "object",
        "required": ["id", "name", "state", "tags", "owner"],
        "properties": {
            "id": number, "name": text, "email": {"type": "string", "maxLength": 200},
            "state": {"type": "string", "enum": ["new", "active", "gone"]}, "tags": {"type": "array", "items": text},
            "created": {"type": "string", "format": "date-time"}, "score": {"type": "number", "maximum": 1},
            "owner": {"type": "object", "required": ["id"], "properties": {"id": number, "name": text}},
        },
    }  # fmt: skip
    answer = {
        "description": "ok",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Contact"}}},
    }
    sent = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    paths = {
        f"/v1/group{one}/contacts/{{id}}": {
            "get": {
                "operationId": f"get{one}",
                "summary": f"Get {one}",
                "parameters": sent,
                "responses": {"200": answer, "404": {"description": "no"}},
            }
        }
        for one in range(operations)
    }
    return {
        "openapi": version, "info": {"title": "t", "version": "1"}, "servers": [{"url": SERVER}], "paths": paths,
        "components": {"schemas": {"Contact": contact}},
    }  # fmt: skip


def changed(operations: int, version: str) -> dict[str, Any]:
    """The same a year later: one operation is gone, a value was added to a list, an id became a text."""
    found = document(operations, version)
    del found["paths"][f"/v1/group{operations - 1}/contacts/{{id}}"]
    contact = found["components"]["schemas"]["Contact"]["properties"]
    contact["state"]["enum"].append("lost")
    contact["id"] = {"type": "string"}
    return found


def log(operations: int, count: int) -> Iterator[str]:
    """Answers of these operations in turn, one to a line."""
    for one in range(count):
        body = {
            "id": one, "name": f"N{one}", "email": "d@example.com", "state": "active",
            "tags": ["a", "b"], "created": "2030-01-01T00:00:00Z", "score": 0.5, "owner": {"id": 1, "name": "o"},
        }  # fmt: skip
        request = {"method": "GET", "url": f"{SERVER}/v1/group{one % operations}/contacts/{one}"}
        response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
        yield json.dumps({"request": request, "response": response}) + "\n"
