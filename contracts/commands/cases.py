"""`contracts cases`: list the answers that there are to put to a client, as text and as JSON."""

from __future__ import annotations

import json
from typing import Any

import click

from contracts.commands.documents import contracts_here
from contracts.commands.options import contract_option, form_option
from contracts.consumer.legal_cases import Unmade, cases_and_unmade, named_apart
from contracts.consumer.tomorrow_and_error_cases import error_cases, tomorrow_cases
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import TIERS, Case


def listed_cases(contract: Contract) -> tuple[tuple[Case, ...], tuple[Unmade, ...]]:
    """Every case of a contract, and those of which no legal answer can be made."""
    legal, unmade = cases_and_unmade(contract)
    return named_apart((*legal, *tomorrow_cases(contract), *error_cases(contract))), unmade


@click.command()
@contract_option
@form_option
def cases(names: tuple[str, ...], form: str) -> None:
    """List the answers that `contracts gate` puts to a client."""
    found = _listed(names)
    click.echo(_as_json(found) if form == "json" else _as_text(found), nl=False)


@frozen
class Listed:
    """A contract's cases, those that can't be made, and why there is none at all, if so."""

    contract: Contract
    cases: tuple[Case, ...] = ()
    unmade: tuple[Unmade, ...] = ()
    why: str = ""


def _listed(names: tuple[str, ...]) -> tuple[Listed, ...]:
    """The cases of every contract here that the names select. Raises Unusable where none has any."""
    found: list[Listed] = []
    contracts = [local.contract for local in contracts_here(names)]
    for contract in contracts:
        try:
            cases, unmade = listed_cases(contract)
            found.append(Listed(contract=contract, cases=cases, unmade=unmade))
        except Unusable as error:
            found.append(Listed(contract=contract, why=str(error)))
    if not any(one.cases for one in found):
        raise Unusable(found[0].why)
    return tuple(found)


def _as_text(listed: tuple[Listed, ...]) -> str:
    """The cases of each contract, below its operation where there are several."""
    if len(listed) == 1:
        return _text(listed[0])
    return "\n".join(f"{one.contract.operation}\n{_text(one)}" for one in listed)


def _text(listed: Listed) -> str:
    """A line for each case below its tier: name, and what the answer is about; then what can't be made, and why."""
    if listed.why:
        return f"{listed.why}\n"
    width = max(len(case.name) for case in listed.cases)
    lines: list[str] = []
    for tier in TIERS:
        found = [case for case in listed.cases if case.tier == tier]
        lines += ["", f"{tier}  {len(found)}"] if lines else [f"{tier}  {len(found)}"]
        lines += [f"  {case.name:<{width}}  {case.description}" for case in found]
    if listed.unmade:
        lines += ["", f"no legal answer can be made for  {len(listed.unmade)}"]
        lines += [f"  {one.name}  {one.reason}" for one in listed.unmade]
    return "\n".join(lines) + "\n"


def _as_json(listed: tuple[Listed, ...]) -> str:
    """An object with every case of a contract, its answer included, or a list of such ones for several.

    A body that isn't text in UTF-8 is escaped.
    """
    found = [{"operation": one.contract.operation, "cases": [_record(case) for case in one.cases]} for one in listed]
    return json.dumps(found if len(found) > 1 else found[0], ensure_ascii=True) + "\n"


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
