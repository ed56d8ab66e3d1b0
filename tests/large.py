"""An OpenAPI description as large as a vendor's whole one, made here: every kind of construct, hundreds of anchors.

Bundlers write such files: shared parts stand where they are met first, under an anchor, and as an alias from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

SERVER = "https://api.workshop.example"
PATHS = 281
THINGS = (
    "tool", "bench", "order", "parcel", "clamp", "drawer", "sketch", "shift", "permit", "ledger", "hinge", "crate",
)  # fmt: skip
STATES = ("drafted", "queued", "running", "halted", "retired")
WORDS = (
    "A workshop keeps one of these for each piece that somebody has begun to work on",
    "It is shown on the board beside the door, where whoever comes first takes it up",
    "The number stays the same when the piece moves to another bench",
    "What was written here by hand is kept as it was written",
)


def name_of(number: int) -> str:
    """What the things of a path are called."""
    return f"{THINGS[number % len(THINGS)]}{number}"


def texts(number: int, count: int) -> str:
    """Some sentences about nothing in particular."""
    return ". ".join(WORDS[(number + step) % len(WORDS)] for step in range(count)) + "."


def thing(number: int) -> dict[str, Any]:
    """The schema of one thing: scalars of every kind, an object, a list of objects, a map, alternatives, a part."""
    name = name_of(number)
    size = {"type": "number", "minimum": 0, "exclusiveMaximum": 1000 + number, "description": texts(number, 1)}
    maker = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "integer", "format": "int64"},
            "name": {"type": "string", "maxLength": 80, "description": texts(number + 1, 1)},
            "mail": {"type": "string", "format": "email", "nullable": True},
        },
    }
    wood, metal = (
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}, more: {"type": what}}}
        for kind, more, what in (("wood", "grain", "integer"), ("metal", "alloy", "string"))
    )
    counted = {"type": "object", "properties": {"count": {"type": "integer", "multipleOf": 1}}}
    return {
        "type": "object",
        "title": name.capitalize(),
        "description": texts(number, 2),
        "required": ["id", "state", "made", "size", "tags", "maker"],
        "properties": {
            "id": {"type": "integer", "description": texts(number + 2, 1)},
            "state": {"type": "string", "enum": [*STATES], "description": texts(number + 3, 1)},
            "label": {"type": ["string", "null"], "pattern": "^[a-z][a-z0-9-]*$"},
            "code": {"type": "string", "format": "uuid", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True},
            "made": {"type": "string", "format": "date-time", "description": texts(number, 1)},
            "due": {"type": "string", "format": "date", "nullable": True},
            "size": size,
            "heavy": {"type": "boolean", "deprecated": True},
            "tags": {"type": "array", "maxItems": 20, "uniqueItems": True, "items": {"type": "string", "minLength": 1}},
            "maker": maker,
            "parts": {"type": "array", "items": {"allOf": [maker, counted]}},
            "prices": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
            "stuff": {"oneOf": [wood, metal], "discriminator": {"propertyName": "kind"}},
            "spare": {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
            f"{name}Note": {"type": "string", "description": texts(number + 1, 2)},
        },
    }  # fmt: skip


def sample(number: int) -> dict[str, Any]:
    """A thing as an answer holds it."""
    return {
        "id": number + 1, "state": STATES[number % len(STATES)], "label": f"{name_of(number)}-a",
        "made": "2024-03-08T10:00:00Z", "due": None, "size": 12.5, "tags": ["oak"],
        "maker": {"id": 7, "name": "Dana Fenn", "mail": None},
        "parts": [{"id": 8, "name": "Ada Quill", "mail": "ada@example.org", "count": 2}], "prices": {"eur": 4},
        "stuff": {"kind": "wood", "grain": 3}, "spare": None, f"{name_of(number)}Note": "as it was written",
    }  # fmt: skip


def refused(problem: dict[str, Any], number: int) -> dict[str, Any]:
    """What is answered where a request is refused."""
    shown = {"title": "Not there", "status": 404, "detail": f"There is no such {name_of(number)}."}
    bare = {"application/problem+json": {"schema": problem}}
    told = {"application/problem+json": {"schema": problem, "example": shown}}
    wait = {"Retry-After": {"schema": {"type": "integer"}, "description": "How many seconds to wait"}}
    return {
        "404": {"description": f"There is no {name_of(number)} of this number.", "content": told},
        "429": {"description": "Too many at once.", "headers": wait, "content": bare},
        "5XX": {"description": "Something broke here."},
    }  # fmt: skip


def paths_of(number: int, problem: dict[str, Any], paging: list[dict[str, Any]]) -> dict[str, Any]:
    """One path: a list and a thing to add, or one to get, change and remove, in turn; every tenth gives a file."""
    name, schema = name_of(number), thing(number)
    carried = {"application/json": {"schema": schema, "example": sample(number)}}
    id_of = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer"},
        "description": texts(number, 1),
    }
    tagged = {"tags": [THINGS[number % len(THINGS)]], "x-scope": f"{name}:read"}
    if number % 10 == 9:
        file = {"200": {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string"}}}}}
        get = {"operationId": f"file_{name}", "summary": f"Get the file of a {name}", **tagged, "responses": file}
        return {f"/v1/{name}/{{id}}/file": {"parameters": [id_of], "get": get}}
    if number % 2:
        page = {"type": "object", "required": ["items"], "properties": {
            "items": {"type": "array", "items": schema}, "more": {"type": "boolean", "readOnly": True}}}  # fmt: skip
        listed = {"200": {"description": "A page.", "content": {"application/json": {"schema": page}}}}
        sort = {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["id", "made", "-made"]}}
        added = {"201": {"description": "Added.", "content": carried}}
        return {f"/v1/{name}": {
            "get": {"operationId": f"list_{name}", "summary": f"List all {name}", "description": texts(number, 2),
                    **tagged, "parameters": [*paging, sort], "responses": listed | refused(problem, number)},
            "post": {"operationId": f"add_{name}", "summary": f"Add a {name}", **tagged, "security": [{"key": []}],
                     "requestBody": {"required": True, "content": carried},
                     "responses": added | refused(problem, number)},
        }}  # fmt: skip
    good = {"200": {"description": f"The {name}.", "content": carried}}
    return {f"/v1/{name}/{{id}}": {
        "parameters": [id_of],
        "get": {"operationId": f"get_{name}", "summary": f"Get a {name}", "description": texts(number, 2), **tagged,
                "responses": good | refused(problem, number)},
        "patch": {"operationId": f"change_{name}", "summary": f"Change a {name}", **tagged,
                  "requestBody": {"content": carried}, "responses": good | refused(problem, number)},
        "delete": {"operationId": f"remove_{name}", "summary": f"Remove a {name}", **tagged,
                   "responses": {"204": {"description": "Gone."}, "default": {"description": "Anything else."}}},
    }}  # fmt: skip


def description(paths: int = PATHS) -> str:
    """The description of so many paths, as YAML with anchors."""
    problem: dict[str, Any] = {"type": "object", "title": "Problem", "properties": {
        "title": {"type": "string"}, "status": {"type": "integer", "minimum": 100, "maximum": 599},
        "detail": {"type": "string"}}}  # fmt: skip
    paging = [{"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}} for name in ("top", "skip")]
    every: dict[str, Any] = {}
    for number in range(paths):
        every |= paths_of(number, problem, paging)
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Workshop", "version": "7", "description": texts(0, 4)},
        "servers": [{"url": SERVER}],
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "paths": every,
    }  # fmt: skip
    return "\n".join(_lines(whole, {}, _met_twice(whole), 0)) + "\n"


def _met_twice(whole: Any) -> set[int]:
    """The identities of what stands in several places."""
    once: set[int] = set()
    twice: set[int] = set()
    waiting = [whole]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list) and node:
            (twice if id(node) in once else once).add(id(node))
            if id(node) not in twice:
                waiting += node.values() if isinstance(node, dict) else node
    return twice


def _lines(node: Any, anchors: dict[int, str], shared: set[int], depth: int) -> Iterator[str]:
    """A node in block style; what is shared under an anchor where it is met first, as an alias from then on."""
    pad = "  " * depth
    pairs = node.items() if isinstance(node, dict) else (("-", value) for value in node)
    for name, value in pairs:
        head = f"{pad}{name if name == '-' else json.dumps(name) + ':'}"
        if not isinstance(value, dict | list) or not value:
            yield f"{head} {json.dumps(value)}"
        elif id(value) in anchors:
            yield f"{head} *{anchors[id(value)]}"
        else:
            mark = ""
            if id(value) in shared:
                anchors[id(value)] = f"ref_{len(anchors)}"
                mark = f" &{anchors[id(value)]}"
            yield head + mark
            yield from _lines(value, anchors, shared, depth + 1)


def exchange(number: int, body: Any = None) -> str:
    """A line of NDJSON: the thing of an even number is asked for, and answered as documented or with this body."""
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body or sample(number)}
    request = {"method": "GET", "url": f"{SERVER}/v1/{name_of(number)}/{number + 1}"}
    return json.dumps({"request": request, "response": answer}) + "\n"
