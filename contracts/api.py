"""What a user's own tests call: load a contract, judge a response, check it, draw what a client may meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.commands.answers_by_contract import Owners
from contracts.commands.documents import LocalContract, all_contracts_of, contracts_here, read_document, webhooks_known
from contracts.commands.settings import levels_here
from contracts.errors import ContractBroken, Unusable
from contracts.model.contract import WEBHOOK, Contract, Level
from contracts.model.finding import Judgement
from contracts.model.interaction import Interaction
from contracts.reports.terminal import findings_text
from contracts.sources.responses import interaction_of, payload_of

_MOST, _MOST_NAMED = 8, 20
_owners: dict[tuple[int, ...], Owners] = {}
"""Contracts and their compiled checkers by the contracts' identities, which stay their own while they are held here."""


def load(source: str | Path | Mapping[str, Any] | None = None, contract: str | None = None) -> Contract:
    """A contract of an OpenAPI document, or without a source from `schemas/` here or the built-in ones.

    The source is a path, or a document that was parsed already. `contract` chooses where there are several operations:
    a slug, `METHOD /path`, or `WEBHOOK name` for what a webhook sends. Raises Unusable.
    """
    if source is None:
        found = tuple(local.contract for local in _all_here())
    elif isinstance(source, str | Path):
        found = all_contracts_of(read_document(Path(source)))
    else:
        from contracts.reading.openapi import document_of

        found = all_contracts_of(document_of(source, "the document"))
    operations = tuple(one for one in found if one.method != WEBHOOK)
    chosen = [
        one for one in (found if contract else operations or found) if contract in {None, one.slug, one.operation}
    ]
    if len(chosen) != 1:
        raise Unusable(f"choose one of these contracts by its slug, or as METHOD /path: {_named(found)}")
    return chosen[0]


def _all_here() -> tuple[LocalContract, ...]:
    webhooks = webhooks_known()
    try:
        return (*contracts_here(), *webhooks)
    except Unusable:
        if not webhooks:
            raise
        return webhooks


def _named(contracts: tuple[Contract, ...]) -> str:
    listed = ", ".join(one.slug for one in contracts[:_MOST_NAMED])
    more = f" and {len(contracts) - _MOST_NAMED} more" if len(contracts) > _MOST_NAMED else ""
    return listed + more


@cache
def _here(_folder: Path) -> tuple[LocalContract, ...]:
    """The contracts of a working directory, read once."""
    return contracts_here()


def _judges(contract: Contract | Iterable[Contract] | None) -> Owners:
    if contract is None:
        contracts = tuple(held.contract for held in _here(Path.cwd()))
    else:
        contracts = (contract,) if isinstance(contract, Contract) else tuple(contract)
    identities = tuple(map(id, contracts))
    if identities not in _owners:
        if len(_owners) >= _MOST:
            _owners.clear()
        _owners[identities] = Owners(contracts, lambda: levels_here(contracts))
    return _owners[identities]


def _judged(contract: Contract | Iterable[Contract] | None, response: Any, *, live: bool) -> tuple[Contract, Judgement]:
    """The contract that a response is of, and what it says of it."""
    judges = _judges(contract)
    if [one.method for one in judges.contracts] == [WEBHOOK]:
        response = payload_of(response, judges.contracts[0].path)
    owner = _owner(judges, interaction_of(response, "", live=live))
    return owner, judges.checker(owner).judge(interaction_of(response, owner.server, live=live))


def _owner(judges: Owners, answer: Interaction) -> Contract:
    if len(judges.contracts) == 1:
        return judges.contracts[0]  # it says itself whether the answer is of it
    owner = judges.asked(answer.request)
    if owner is None:
        request, known = answer.request, _named(judges.contracts) or "none"
        raise Unusable(f"{request.method} {request.url} is no request of these contracts: {known}")
    return owner


def judge(contract: Contract | Iterable[Contract] | None, response: Any, *, live: bool = False) -> Judgement:
    """Findings and evidence of one answer: a requests or httpx response, or an `Interaction`; of a webhook, its body.

    It is held to the contract, to that of several whose operation was asked, or for None to that of all here, which are
    read once. A response may have been played from a recording: its origin is "given", and its credential isn't judged,
    unless the caller knows that it is `live`. Raises Unusable where the response answers another operation, or was
    never read.
    """
    return _judged(contract, response, live=live)[1]


def check(
    contract: Contract | Iterable[Contract] | None, response: Any, *, fail_on: Level = "violation", live: bool = False
) -> None:
    """Raises ContractBroken, listing the findings, where an answer breaks the contract.

    `fail_on` is the weakest level that counts. Takes and raises otherwise what `judge` does.
    """
    __tracebackhide__ = True  # pytest then shows the caller's line and the findings, not our frames
    levels = {"violation": ("violation",), "drift": ("violation", "drift")}.get(fail_on, ("violation", "drift", "note"))
    owner, judgement = _judged(contract, response, live=live)
    findings = [met for met in judgement.met if met.first.level in levels]
    if findings:
        lines = findings_text(findings)
        raise ContractBroken("\n".join((owner.operation, *lines)))


def answers(contract: Contract) -> Any:
    """A Hypothesis strategy of legal success bodies as parsed JSON; a failing one shrinks to the documented example.

    Each answers the documented request, so that what repeats its ids repeats those. Nothing is ever discarded.
    """
    from contracts.proving.answering import legal_bodies

    return legal_bodies(contract)


def broken_answers(contract: Contract) -> Any:
    """A Hypothesis strategy of pairs: a rule's id, and an `Interaction` whose answer breaks that rule alone."""
    from contracts.proving.answering import broken_interactions

    return broken_interactions(contract)
