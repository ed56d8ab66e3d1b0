"""Archives of exchanges as a gateway writes them, of the first contract: made up, and the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROWS = Path(__file__).parents[1] / "contracts" / "reply" / "rows.json"
BEGIN, YEAR = datetime(2025, 1, 1, tzinfo=UTC), timedelta(days=365)
OPERATION = "GET https://api.reply.io/v3/sequences/{id}/contacts/{contact_id}"


def _rows() -> list[dict[str, Any]]:
    every = json.loads(ROWS.read_text(encoding="utf-8"))[OPERATION]
    return [row["body"] for row in every.values() if "contactId" in row.get("body", {})]


FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "type": lambda body: body.update(email=7),
    "null": lambda body: body.update(contactId=None),
    "enum": lambda body: body.update(statusInSequence="archived"),
    "another value": lambda body: body.update(callStatus="busy"),
    "required": lambda body: body.pop("sequenceId"),
    "format": lambda body: body.update(addingDate="2024-13-08"),
    "condition": lambda body: body.update(currentStep={"stepId": None, "displayName": "2"}),
    "nested": lambda body: body.update(emailDisposition={"isReplied": 1, "isBounced": False}),
}
"""Ways to break the contract, one rule each."""


def exchanges(
    count: int, broken: float = 0.0, *, seed: int = 7, extra: bool = False, text: bool = False
) -> Iterator[dict[str, Any]]:
    """So many answers of a year, in their order, with a share of them broken.

    Bodies are embedded, or a `text`; `extra` puts a field that nobody documented into each.
    """
    draw, rows = random.Random(seed), _rows()  # noqa: S311  nothing secret is drawn
    for number in range(count):
        body = dict(draw.choice(rows))
        sequence, contact = draw.randrange(1, 500), draw.randrange(1, 10**6)
        body |= {"contactId": contact, "sequenceId": sequence, "emailAccountId": draw.choice([None, 17, 42])}
        body |= {"email": draw.choice([None, body["email"]])} | ({"score": draw.randrange(100)} if extra else {})
        if draw.random() < broken:
            draw.choice([*FAULTS.values()])(body)
        at = f"{BEGIN + number * (YEAR / count):%Y-%m-%dT%H:%M:%SZ}"
        yield {
            "request": {
                "method": "GET",
                "url": f"https://api.reply.io/v3/sequences/{sequence}/contacts/{contact}",
                "headers": {
                    "Accept": "application/json",
                    "User-Agent": "sync/1.4",
                    "X-Request-Id": f"{draw.getrandbits(64):016x}",
                },
            },
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json; charset=utf-8", "Date": at, "Server": "gateway"},
                "body": json.dumps(body) if text else body,
            },
            "origin": "api.reply.io",
            "at": at,
        }


def write(path: Path, found: Iterator[dict[str, Any]]) -> Path:
    """Puts exchanges into a log, one to a line."""
    with path.open("w", encoding="utf-8") as file:
        for one in found:
            file.write(json.dumps(one, separators=(",", ":"), ensure_ascii=False) + "\n")
    return path
