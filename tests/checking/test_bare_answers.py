"""Answers without a body are counted by the fast judge as well, as the exact one counts them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import contracts
from contracts.commands.archives import Judging, pieces_of
from tests.checking.fast_and_exact import differences

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "servers": [{"url": "https://notes.example"}],
    "paths": {
        "/notes/{id}": {
            "delete": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
                ],
                "responses": {"204": {"description": "Gone."}},
            }
        }
    },
}


def line(number: int, status: int, body: Any) -> dict[str, Any]:
    """An exchange that deletes a note."""
    answer = {"status": status, "headers": {"Content-Type": "application/json"}, "body": body}
    return {"request": {"method": "DELETE", "url": f"https://notes.example/notes/{number}"}, "response": answer}


def test_answers_without_a_body_are_counted(tmp_path: Path, monkeypatch: Any) -> None:
    """All but the first go without the exact judge; a bad id, another status and a body are that one's."""
    contract = contracts.load(DOCUMENT)
    odd = [line(0, 204, None), line(3, 500, None), line(4, 204, {"a": 1})]
    log = [*(line(number, 204, "" if number < 9 else None) for number in range(1, 300)), *odd]
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(map(json.dumps, log)))
    apart, fast = differences(path, (contract,))
    assert apart == []
    assert fast > 250
    left: list[int] = []
    genuine = Judging.take

    def take(self: Judging, found: Any, folder: Any = None) -> Any:
        left.append(1)
        return genuine(self, found, folder)

    monkeypatch.setattr(Judging, "take", take)
    judging = Judging((contract,), {})
    for piece in pieces_of([path]):
        judging.read(piece)
    assert judging.judgement(contract).checked == {"recorded": len(log)}
    assert len(left) < 10
