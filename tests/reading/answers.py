"""Answers of documents made up for tests, and what they break."""

from __future__ import annotations

import json
from typing import Any

import contracts
from contracts.model.contract import Contract
from contracts.model.interaction import Interaction, Request, Response
from contracts.reading.openapi import contracts_of, read


def answer(contract: Contract, body: Any, status: int = 200, media: str = "application/json", **more: Any) -> Any:
    """An answer of the contract's operation; `body` is JSON unless it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (*((("Content-Type", media),) if media else ()), *more.get("headers", ()))
    url = contract.server + more.get("path", contract.path) + more.get("query", "")
    request = Request(method=contract.method, url=url, headers=more.get("sent", ()))
    response = Response(status=status, headers=headers, body=raw)
    return Interaction(request=request, response=response, origin=more.get("origin", "live"))


def broken(contract: Contract, body: Any, *given: Any, **more: Any) -> dict[str, str]:
    """The pointer of each rule that an answer breaks, by id; no rule is broken twice at one pointer."""
    found = contracts.judge(contract, answer(contract, body, *given, **more)).findings
    assert len(found) == len({(one.rule, one.pointer) for one in found})
    return {one.rule: one.pointer for one in found}


def from_text(text: str) -> Contract:
    """The one contract of a document's text."""
    (contract,) = contracts_of(read(text, "api.yaml"))
    return contract


def yaml_of(schema: str, version: str = "3.1.0") -> str:
    """A document whose answer's schema is this YAML, which begins on line 10."""
    lines = "\n".join(" " * 16 + line for line in schema.strip("\n").splitlines())
    return f"""openapi: {version}
paths:
  /things:
    get:
      responses:
        '200':
          content:
            application/json:
              schema:
{lines}
"""
