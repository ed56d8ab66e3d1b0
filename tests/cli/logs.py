"""Logs of exchanges for tests: one documented answer, changed as a test says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests import alone

CONTRACT = alone.held().contract
EXAMPLE: dict[str, Any] = json.loads(json.dumps(CONTRACT.example[0]))
SERVER = CONTRACT.server
PATH = f"/v3/sequences/{EXAMPLE['sequenceId']}/contacts/{EXAMPLE['contactId']}"
PROBLEM = {"title": "Bad Request", "status": 400, "detail": "The id isn't a number."}


def exchange(path: str = PATH, body: Any = None, *, status: int = 200, **more: Any) -> dict[str, Any]:
    """One exchange: a GET of `path`, answered with the documented example or `body` (text as it stands)."""
    answered = EXAMPLE if body is None else body
    media = "application/json" if status < 400 else "application/problem+json"
    response = {"status": status, "headers": {"Content-Type": media}, "body": answered}
    return {"request": {"method": "GET", "url": SERVER + path}, "response": response} | more


def log(folder: Path, *exchanges: dict[str, Any]) -> Path:
    """A log of these exchanges in a file."""
    path = folder / "log.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in exchanges))
    return path


def archive(folder: Path, *exchanges: dict[str, Any]) -> Path:
    """A HAR archive of these exchanges."""
    path = folder / "log.har"
    entries = [
        {
            "request": {"method": one["request"]["method"], "url": one["request"]["url"], "headers": []},
            "response": {
                "status": one["response"]["status"],
                "headers": [{"name": name, "value": value} for name, value in one["response"]["headers"].items()],
                "content": {"text": _text(one["response"]["body"])},
            },
        }
        for one in exchanges
    ]
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path


def cassette(folder: Path, *exchanges: dict[str, Any], **metadata: Any) -> Path:
    """A cassette of vcrpy with these exchanges."""
    path = folder / "tape.json"
    interactions = [
        {
            "request": {"method": one["request"]["method"], "uri": one["request"]["url"], "headers": {}, "body": None},
            "response": {
                "status": {"code": one["response"]["status"], "message": ""},
                "headers": one["response"]["headers"],
                "body": {"string": _text(one["response"]["body"])},
            },
        }
        for one in exchanges
    ]
    path.write_text(json.dumps({"version": 1, "interactions": interactions, "metadata": metadata}))
    return path


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body)
