"""The proof that every rule can fail: a broken interaction made from the rule is caught under its id alone."""

from __future__ import annotations

from contracts.checking import Checker
from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Interaction
from contracts.model.run import Proof
from contracts.rules import spoil
from contracts.rules.asking import binds
from contracts.rules.legal import legal_interaction


def prove(contract: Contract) -> tuple[Proof, ...]:
    """One proof for each rule that a request or an answer could break, in the rules' order."""
    checker = Checker(contract)
    good = [legal_interaction(contract, answer.status) for answer in contract.answers]
    return tuple(_prove(checker, rule, good) for rule in contract.rules if binds(rule))


def _prove(checker: Checker, rule: Rule, good: list[Interaction]) -> Proof:
    best = Proof(rule=rule, broken=None, caught=())
    for interaction in good:
        broken = spoil(rule, checker.contract, interaction)
        if broken is None:
            continue
        findings = checker.judge(broken).findings
        proof = Proof(rule=rule, broken=broken, caught=tuple(dict.fromkeys(finding.rule for finding in findings)))
        if proof.holds:
            return proof
        best = proof if best.broken is None else best
    return best
