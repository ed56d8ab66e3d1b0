"""The committed contract on the reference provider: kept when honest, and each fault breaks its own rule alone."""

from __future__ import annotations

import pytest

from contracts.checking import Checker
from contracts.commands.documents import contracts_here
from contracts.commands.reference import reference
from contracts.model.contract import Rule
from contracts.model.interaction import Interaction, Request

HELD = contracts_here()[0]
CONTRACT = HELD.contract
CHECKER = Checker(CONTRACT, {})
UNKNOWN = [("100", "1"), ("x", "12345"), ("100", "x"), ("100", "2147483648")]


def broken(*faults: Rule) -> set[str]:
    """The rules that requests find broken: every row, unknown and malformed ids, with the key and without."""
    provider = reference(HELD, faults=tuple(rule.id for rule in faults))
    found: set[str] = set()
    for ids in (*provider.operations[0].known, *UNKNOWN):
        path = CONTRACT.path.replace("{id}", ids[0]).replace("{contact_id}", ids[1])
        for headers in ((("Authorization", f"Bearer {provider.key}"),), ()):
            request = Request(method="GET", url=CONTRACT.server + path, headers=headers)
            answered = Interaction(request=request, response=provider.respond(request), origin="reference")
            found |= {finding.rule for finding in CHECKER.judge(answered).findings}
    return found


def test_the_honest_provider_keeps_the_contract() -> None:
    """No answer of the honest provider has a finding, drift and notes included."""
    assert broken() == set()


@pytest.mark.parametrize("rule", CONTRACT.rules, ids=lambda rule: rule.id)
def test_a_fault_breaks_its_own_rule_alone(rule: Rule) -> None:
    """With one fault, that rule is found broken, and no other."""
    assert broken(rule) == {rule.id}
