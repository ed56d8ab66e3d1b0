"""A fixed set of questions to a provider: every known row, and one of each documented refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote, urlsplit

from contracts.model.contract import Contract
from contracts.model.interaction import Interaction, Request
from contracts.provider.app import Provider
from contracts.rules.credentials import SCRUBBED
from contracts.rules.legal_exchanges import legal_parameters, legal_request
from contracts.rules.parameters import beyond
from contracts.rules.routing import plain_path
from contracts.sources.http import Server

Send = Callable[[str, bool], Interaction]
"""Asks for one path, with the key or without."""

NOT_INTEGER = "not-a-number"
UNKNOWN = "1000000007"
"""An id that no small provider has given out."""


def probe(contract: Contract, send: Send, rows: Sequence[Sequence[str]]) -> Iterator[Interaction]:
    """Every row asked once, then no key, each parameter malformed or beyond its range, and a row that doesn't exist.

    Without rows the documented example's ids are asked for. Raises what `send` raises.
    """
    names = re.findall(r"\{([^{}]+)\}", plain_path(contract.path))
    example = legal_parameters(contract)
    usual = {name: str(example.get(name, "one")) for name in names}
    known = [dict(zip(names, row, strict=True)) for row in rows] or [usual]
    for row in known:
        yield send(filled(contract, row), True)  # noqa: FBT003  with the key
    yield send(filled(contract, known[0]), False)  # noqa: FBT003  without
    for rule in contract.about("request", "parameter"):
        if rule.says["in"] == "path" and rule.says.get("type") == "integer":
            yield send(filled(contract, known[0] | {rule.at[0]: NOT_INTEGER}), True)  # noqa: FBT003
    for rule in contract.about("request", "parameter-range"):
        if rule.says["in"] == "path":
            yield send(filled(contract, known[0] | {rule.at[0]: beyond(rule.says)}), True)  # noqa: FBT003
    for name in names[-1:]:
        yield send(filled(contract, known[0] | {name: UNKNOWN}), True)  # noqa: FBT003


def filled(contract: Contract, values: dict[str, str]) -> str:
    """The contract's path with parameters put in, percent-encoded."""
    path = plain_path(contract.path)
    for name, value in values.items():
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path


def in_process(contract: Contract, provider: Provider) -> Send:
    """Asks a provider of ours without a network, with what else a request needs."""

    def send(path: str, with_key: bool) -> Interaction:  # noqa: FBT001  the form of Send
        sent, shown = (_request(contract, path, key * with_key) for key in (provider.key, SCRUBBED))
        return Interaction(request=shown, response=provider.respond(sent), origin="reference", place=path)

    return send


def _request(contract: Contract, path: str, key: str) -> Request:
    legal = legal_request(contract, key)
    query = urlsplit(legal.url).query
    return replace(legal, url=contract.server + path + ("?" + query if query else ""))


def over_http(server: Server) -> Send:
    """Asks a server; one session for all questions."""
    from contracts.sources.http import ask, new_session

    session = new_session()
    bare = replace(server, key=None)
    return lambda path, with_key: ask(session, server if with_key else bare, "GET", path)
