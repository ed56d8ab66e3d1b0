"""The answers that there are to put to a client, as text and as JSON."""

from __future__ import annotations

import json
from typing import Any

from contracts.consumer.cases import Unmade, cases_and_unmade, named_apart
from contracts.consumer.tomorrow import error_cases, tomorrow_cases
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.gate import TIERS, Case
from contracts.wiring.documents import Held, contracts_here


def cases_of(contract: Contract, *, pairwise: bool = False) -> tuple[Case, ...]:
    """Every case of a contract: the legal ones, then tomorrow's, then the errors."""
    return listed_cases(contract, pairwise=pairwise)[0]


def listed_cases(contract: Contract, *, pairwise: bool = False) -> tuple[tuple[Case, ...], tuple[Unmade, ...]]:
    """Every case of a contract, and those of which no legal answer can be made."""
    legal, unmade = cases_and_unmade(contract, pairwise=pairwise)
    return named_apart((*legal, *tomorrow_cases(contract), *error_cases(contract))), unmade


def only_contract() -> Held:
    """The contract here, where there is one. Raises Unusable where there are several."""
    held = contracts_here()
    if len(held) > 1:
        known = ", ".join(one.contract.slug for one in held)
        message = f"there are several contracts here ({known}): keep one under schemas/ to gate a client with it"
        raise Unusable(message)
    return held[0]


def as_text(cases: tuple[Case, ...], unmade: tuple[Unmade, ...] = ()) -> str:
    """A line for each case below its tier: name, and what the answer is about; then what can't be made, and why."""
    width = max(len(case.name) for case in cases)
    lines: list[str] = []
    for tier in TIERS:
        found = [case for case in cases if case.tier == tier]
        lines += ["", f"{tier}  {len(found)}"] if lines else [f"{tier}  {len(found)}"]
        lines += [f"  {case.name:<{width}}  {case.description}" for case in found]
    if unmade:
        lines += ["", f"no legal answer can be made for  {len(unmade)}"]
        lines += [f"  {one.name}  {one.reason}" for one in unmade]
    return "\n".join(lines) + "\n"


def as_json(contract: Contract, cases: tuple[Case, ...]) -> str:
    """One object with every case, its answer included; a body that isn't text in UTF-8 would be escaped."""
    document = {"operation": contract.operation, "cases": [_record(case) for case in cases]}
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"


def _record(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "tier": case.tier,
        "description": case.description,
        "rules": case.rules,
        "branches": case.traits,
        "expects": case.expects,
        "status": case.status,
        "headers": [list(pair) for pair in case.headers],
        "body": case.body.decode(errors="backslashreplace"),
        "delay": case.delay,
        "cut": case.cut,
    }
