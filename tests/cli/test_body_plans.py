"""`contracts verify --plan` says which rules of bodies go by types where recordings are large, and why others don't."""

from __future__ import annotations

import re

import pytest

from contracts.commands.body_plans import plan_lines
from contracts.commands.documents import read_document
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of
from tests.checking.fast_and_exact import DESCRIPTIONS, PUBLIC, group
from tests.cli.conftest import Run
from tests.rules.synthetic import contract_of


def test_each_body_is_told_with_its_rules(run: Run) -> None:
    """A line for each body of each contract here, nothing is judged, and the sum is at the end."""
    done = run("verify", "--plan")
    assert done.returncode == 0
    assert "GET /v3/sequences/{id}/contacts/{contact_id}\n  success: 5" in done.stdout
    found = re.findall(r"^  \S+: (\d+) of (\d+) rules? by types", done.stdout, re.MULTILINE)
    typed, every = (sum(int(one[side]) for one in found) for side in (0, 1))
    assert done.stdout.splitlines()[-1].startswith(f"{typed} of {every} rules about bodies go by types")


def test_a_place_without_types_is_named_with_the_reason() -> None:
    """The rest of the body goes by types all the same."""
    odd = {"oneOf": [{"type": "integer"}, {"type": "string"}]}
    schema = {"type": "object", "properties": {"plain": {"type": "string"}, "odd": odd}, "required": ["plain", "odd"]}
    lines = [*plan_lines([contract_of(schema)])]
    assert any("; odd: " in line and "`oneOf` is no matter of types" in line for line in lines)
    assert " 0 of" not in lines[1]


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the vendors' descriptions aren't here")
@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_most_rules_of_vendors_go_by_types(name: str) -> None:
    """Four fifths of those about bodies at least: what is held together with the exact judge isn't the way around."""
    every: list[Contract] = [one for one in contracts_of(read_document(PUBLIC / name)) if one.main]
    (*_, last) = plan_lines([*every, *group(name, 1)])
    share = re.search(r"\((\d+)%\)", last)
    assert share is not None, last
    assert int(share[1]) >= 80
