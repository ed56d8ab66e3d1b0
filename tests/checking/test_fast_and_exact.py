"""A law: the fast judge and the exact one say the same of every exchange."""

from __future__ import annotations

import json

import pytest

from contracts.model.contract import Contract
from contracts.rules.legal_exchanges import legal_carrier
from tests.checking.fast_and_exact import compared, held_together, known
from tests.laws.test_verdicts import _drawn
from tests.rules.synthetic import contract_of


@pytest.mark.parametrize("contract", known(), ids=lambda contract: contract.slug)
def test_both_judges_say_the_same(contract: Contract) -> None:
    """Of legal and spoiled answers, embedded and as text, readable and not: findings, evidence, and what is beside."""
    answers, _ = compared(contract, 400, 1)
    assert answers > 100


def test_both_judges_say_the_same_of_every_keyword() -> None:
    """Drawn schemas, references and alternatives among them."""
    assert sum(compared(_drawn(seed)[1], 60, seed)[0] for seed in range(40)) > 500


def test_values_that_rules_list_stand_beside_conditions() -> None:
    """Which branches an object takes may go by both at once."""
    text, none = {"type": "string"}, {"type": "null"}
    condition = {
        "if": {"type": "object", "properties": {"name": text | {"const": "Done"}}, "required": ["name"]},
        "then": {"type": "object", "properties": {"step": none}},
    }
    schema = {
        "type": "object",
        "properties": {"state": {"enum": ["on", "off"]}, "name": text, "step": {"type": ["integer", "null"]}},
        "required": ["state", "name", "step"],
        "allOf": [condition],
    }
    contract = contract_of(schema)
    assert [rule.kind for rule in contract.rules if rule.kind in {"enum", "condition"}] == ["enum", "condition"]
    request = legal_carrier(contract, "success").request
    answers = [
        {"state": state, "name": name, "step": step}
        for state in ("on", "off") for name in ("Done", "Open", "Late") for step in (None, 5)
    ]  # fmt: skip
    log = [
        {
            "request": {"method": request.method, "url": request.url},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body},
        }
        for body in answers * 9
    ]
    judged, asked = held_together(contract, map(json.dumps, log))
    assert judged == 9 * len(answers)
    assert asked < judged / 2
