"""What a user's own tests call: load a contract, judge a response, check it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.errors import ContractBroken, Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Judgement
from contracts.reports.grouping import finding_text, grouped
from contracts.sources.responses import interaction_of
from contracts.wiring.documents import contracts_here, contracts_of, levels_here, read_document

_MOST, _MOST_NAMED = 8, 20
_checkers: dict[int, tuple[Contract, Checker]] = {}
"""Compiled checkers by contract identity; the contract is kept so that its identity stays its own."""


def load(source: str | Path | Mapping[str, Any] | None = None, contract: str | None = None) -> Contract:
    """A contract of an OpenAPI document, or without a source from `schemas/` here or the built-in ones.

    The source is a path, or a document that was parsed already. `contract` chooses where there are several operations:
    a slug, or `METHOD /path`. Raises Unusable.
    """
    if source is None:
        found = tuple(held.contract for held in contracts_here())
    elif isinstance(source, str | Path):
        found = contracts_of(read_document(Path(source)))
    else:
        from contracts.reading.openapi import document_of

        found = contracts_of(document_of(source, "the document"))
    chosen = [one for one in found if contract in {None, one.slug, one.operation}]
    if len(chosen) != 1:
        listed = ", ".join(one.slug for one in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        message = f"choose one of these contracts by its slug, or as METHOD /path: {listed}{more}"
        raise Unusable(message)
    return chosen[0]


def _checker(contract: Contract) -> Checker:
    known = _checkers.get(id(contract))
    if known is None:
        if len(_checkers) >= _MOST:
            _checkers.clear()
        known = _checkers[id(contract)] = contract, Checker(contract, levels_here((contract,)))
    return known[1]


def judge(contract: Contract, response: Any, *, live: bool = False) -> Judgement:
    """Findings and evidence of one answer: a requests or httpx response, or an `Interaction`.

    A response may have been played from a recording: its origin is "given", and its credential isn't judged, unless the
    caller knows that it is `live`. Raises Unusable where the response answers another operation, or was never read.
    """
    return _checker(contract).judge(interaction_of(response, contract.server, live=live))


def check(contract: Contract, response: Any, *, fail_on: Level = "violation", live: bool = False) -> None:
    """Raises ContractBroken, listing the findings, where an answer breaks the contract.

    `fail_on` is the weakest level that counts. Takes and raises otherwise what `judge` does.
    """
    __tracebackhide__ = True  # pytest then shows the caller's line and the findings, not our frames
    levels = {"violation": ("violation",), "drift": ("violation", "drift")}.get(fail_on, ("violation", "drift", "note"))
    findings = [finding for finding in judge(contract, response, live=live).findings if finding.level in levels]
    if findings:
        lines = [line for group in grouped(findings) for line in finding_text(group)]
        raise ContractBroken("\n".join((contract.operation, *lines)))
