"""What a user's own tests call: load a contract, judge a response, check it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.errors import ContractBroken, Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Judgement
from contracts.reports.grouping import finding_text, grouped
from contracts.sources.responses import interaction_of
from contracts.wiring.documents import contracts_here, levels_here, read_json

_MOST = 8
_checkers: dict[int, tuple[Contract, Checker]] = {}
"""Compiled checkers by contract identity; the contract is kept so that its identity stays its own."""


def load(path: str | Path | None = None, slug: str | None = None) -> Contract:
    """A contract from an OpenAPI document, or without a path from `schemas/` here or the built-in ones.

    `slug` chooses where there are several. Raises Unusable.
    """
    if path is None:
        found = tuple(held.contract for held in contracts_here())
    else:
        from contracts.reading.openapi import load as read

        found = read(read_json(Path(path)), str(path))
    chosen = [contract for contract in found if slug in {None, contract.slug}]
    if len(chosen) != 1:
        message = f"choose one of these contracts by its slug: {', '.join(contract.slug for contract in found)}"
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
