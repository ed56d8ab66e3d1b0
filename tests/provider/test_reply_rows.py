"""The rows of Reply's contact, by hand: what the page shows, and every branch of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.checking import Checker
from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.reference import reference
from contracts.proving.probing import in_process, probe
from contracts.rules.branches import branches
from tests import alone

HELD = alone.held()
CONTRACT = HELD.contract
ROWS = reference(HELD).operations[0].rows


def test_the_first_row_is_the_documented_example() -> None:
    """Its ids and its body, names in the page's order."""
    (example,) = CONTRACT.example
    assert isinstance(example, dict)
    assert json.dumps(ROWS[0].body) == json.dumps(example)
    assert ROWS[0].ids == (str(example["sequenceId"]), str(example["contactId"]))


@pytest.mark.parametrize("held", contracts_here(), ids=lambda held: held.contract.slug)
def test_the_rows_reach_every_branch_of_success(held: LocalContract) -> None:
    """Each row of each operation keeps its contract, notes included; none of the body's branches is left out."""
    contract, provider = held.contract, reference(held)
    ids = [row.ids for row in provider.operations[0].rows]
    found = Checker(contract).judge_all(probe(contract, in_process(contract, provider), ids))
    assert found.findings == ()
    seen = {name for taken in found.evidence.seen.values() for name in taken}
    assert {one.name for one in branches(contract) if contract.rule(one.rule).target == contract.main} <= seen


def test_personal_values_are_invented() -> None:
    """Every address but the documented example's stands in a reserved domain."""
    bodies: list[Any] = [row.body for row in ROWS if not row.status]
    domains = {body["email"].rpartition("@")[2] for body in bodies[1:] if body["email"]}
    assert domains == {"example.com", "example.org", "example.net"}
