"""What is held of other vendors' descriptions, and what making costs; as numbers by tests/bench."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.consumer.legal_cases import legal_cases
from contracts.model.contract import Contract
from contracts.proving.proof import prove
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.branches import branches
from contracts.rules.legal_bodies import NoAnswer
from tests.bench import held, making
from tests.rules.synthetic import described

SPECS = Path(__file__).parents[2].parent / "shared" / "specs" / "public"
CAT = {"title": "Cat", "type": "object", "required": ["purr"], "properties": {"purr": {"type": "boolean"}}}
DOG = {"title": "Dog", "type": "object", "required": ["bark"], "properties": {"bark": {"type": "string"}}}
UNION = {"oneOf": [CAT, DOG]}


def contract_of(schema: object) -> Contract:
    """A contract whose answer has this schema."""
    return contracts_of(document_of(described(schema), "made.json"))[0]


def test_each_alternative_is_a_branch_and_a_case() -> None:
    """A union's alternatives are named and each is put to the client once."""
    contract = contract_of({"type": "object", "required": ["pet"], "properties": {"pet": UNION}})
    names = {branch.name for branch in branches(contract)}
    assert {"pet<Cat>", "pet<Dog>"} <= names
    taken = {name for case in legal_cases(contract) for name in case.traits}
    assert {"pet<Cat>", "pet<Dog>"} <= taken


@pytest.mark.parametrize("schema", [
    {"type": "array", "items": {"type": "integer"}},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    UNION,
])  # fmt: skip
def test_any_root_has_cases_and_a_proof(schema: object) -> None:
    """Arrays, maps and unions at the root: every case keeps the contract, every rule has a proof or a reason."""
    contract = contract_of(schema)
    assert len(legal_cases(contract)) > 1
    assert all(proof.holds or proof.reason for proof in prove(contract))


def test_what_comes_with_a_name_is_made_with_it() -> None:
    """A schema of its own for whatever holds a name is kept by the answer that is made."""
    body = {"required": ["b"], "properties": {"b": {"const": 5}}}
    contract = contract_of({"type": "object", "required": ["a"], "dependentSchemas": {"a": body}})
    made = contract.index.base(contract.main)
    assert isinstance(made, dict)
    assert set(made) == {"a", "b"}
    assert made["b"] == 5


def test_no_legal_answer_is_said_with_its_reason() -> None:
    """A schema that nothing keeps: its rules are told, with that reason, and the others are proven."""
    contract = contract_of({"type": "object", "required": ["a"], "properties": {"a": False}})
    with pytest.raises(NoAnswer):
        contract.index.base(contract.main)
    told = {proof.rule.target: proof.reason for proof in prove(contract) if not proof.holds}
    assert told[contract.main].startswith("no legal answer can be made: ")


def test_making_costs_little() -> None:
    """At 100 fields; a wide margin, since others may be busy on this machine."""
    for make in (making.cases, making.broken):
        assert min(making.ratio(100, make)[1] for _ in range(3)) < 30


@pytest.mark.slow
@pytest.mark.skipif(not SPECS.is_dir(), reason="no descriptions of vendors here")
def test_the_descriptions_of_vendors_are_held() -> None:
    """Every operation lists and judges; base answers, cases and proof for 99 % of all and 90 % of every document."""
    found = [held.held(path) for path in sorted(SPECS.iterdir()) if "swagger2" not in path.name]
    total = sum(one.operations for one in found)
    for step in ("base", "cases", "proof"):
        assert sum(one.done[step] for one in found) >= 0.99 * total
        assert all(one.share(step) >= 0.9 for one in found)
    assert all(one.slowest[0] < 5 for one in found)
    assert [one.unexplained for one in found if one.unexplained] == []
