"""Answers generated from the schema: legal ones keep the contract and reach its branches, illegal ones break it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.model.contract import Contract
from contracts.model.finding import merged
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.proving.hypothesis_draws import drawn
from contracts.proving.probing import filled
from contracts.rules.branches import branches
from contracts.rules.edits import encoded, with_body
from contracts.rules.legal_exchanges import legal_interaction
from tests.proving.mirror import bodies

COUNT = 150


def answering(contract: Contract, body: Json) -> Interaction:
    """The body as the answer to a request for the ids that it names, so that the echoes can hold."""
    good = legal_interaction(contract, 200)
    shown: Any = body if isinstance(body, dict) else {}
    ids = {"id": shown.get("sequenceId"), "contact_id": shown.get("contactId")}
    asked = {name: str(int(one)) if isinstance(one, int | float) else "1" for name, one in ids.items()}
    return with_body(
        replace(good, request=replace(good.request, url=contract.server + filled(contract, asked))), encoded(body)
    )


def schema_of(contract: Contract) -> dict[str, Any]:
    """The schema of the success body as `derive` wrote it: what everybody else draws from."""
    (path,) = Path("schemas").glob(f"*/{contract.slug}.schema.json")
    schema: dict[str, Any] = json.loads(path.read_text())
    return schema


def test_legal_answers_keep_the_contract_and_reach_its_branches(contract: Contract) -> None:
    """No violation in any, and between them every null, every enum value and both sides of every condition."""
    checker = Checker(contract)
    judged = merged(
        checker.judge(answering(contract, body)) for body in drawn(bodies(schema_of(contract), legal=True), COUNT, 1)
    )
    assert [finding for finding in judged.findings if finding.level == "violation"] == []
    wanted = {one.name for one in branches(contract) if contract.rule(one.rule).target == "success"}
    assert wanted - set(judged.evidence.seen["generated"]) == set()


def test_illegal_answers_break_it(contract: Contract) -> None:
    """Whatever breaks the schema is a violation of at least one rule."""
    checker = Checker(contract)
    for body in drawn(bodies(schema_of(contract), legal=False), 60, 2):
        levels = {finding.level for finding in checker.judge(answering(contract, body)).findings}
        assert "violation" in levels, body
