"""The proof: every rule can fail, and fails alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.checking import Checker
from contracts.model.contract import Contract, Rule
from contracts.model.finding import Finding, Judgement, recurring
from contracts.model.run import Checked, Proof, Run
from contracts.proving.proof import prove
from contracts.rules.legal_exchanges import legal_request
from tests.rules.synthetic import CONTRACTS, DRAFTS, REPLY, SHOP, held, made
from tests.rules.vendors import OWN_PAGES, derive_page, vendor_contracts


def unproven(contract: Contract) -> list[str]:
    """The rules that could not be shown to fail alone."""
    return [proof.rule.id for proof in prove(contract) if not proof.holds]


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_rule_is_proven(name: str) -> None:
    """One proof for each rule, in order: what was broken is caught under that rule's id, and judged again it is too."""
    contract = CONTRACTS[name]
    proofs = prove(contract)
    assert [proof.rule for proof in proofs] == list(contract.rules)
    assert not any(proof.reason for proof in proofs)
    checker = Checker(contract)
    for proof in proofs:
        assert proof.holds, proof.rule.id
        assert proof.caught == (proof.rule.id,)
        assert proof.broken is not None
        assert {finding.rule for finding in checker.judge(proof.broken).findings} == {proof.rule.id}


def test_request_rules_are_broken_in_the_request() -> None:
    """The request is broken for what it promises, the answer for everything else."""
    for proof in prove(SHOP):
        assert proof.broken is not None
        assert (proof.broken.request == legal_request(SHOP)) is (proof.rule.target != "request")


@pytest.mark.parametrize("page", OWN_PAGES, ids=lambda page: page.name)
def test_derived_contracts_are_proven(page: Path) -> None:
    """What pages of ours give can fail in every rule."""
    assert unproven(derive_page(page).contract) == []


def test_contracts_of_other_vendors_pages_are_proven() -> None:
    """What pages of several vendors give can fail in every rule."""
    for name, contract in vendor_contracts().items():
        assert unproven(contract) == [], name


def _and(rule: Rule) -> Contract:
    draft = DRAFTS["shop"]
    return held(replace(draft, rules=(*draft.rules, rule)))


UNBREAKABLE = [
    made("nothing", "length", "success", ("note",), {"minLength": 0}, ("200",)),
]  # fmt: skip


@pytest.mark.parametrize("rule", UNBREAKABLE, ids=lambda rule: rule.id)
def test_a_rule_that_cannot_fail_is_told(rule: Rule) -> None:
    """A rule that allows everything, or stands nowhere, has no proof; the others keep theirs."""
    assert unproven(_and(rule)) == [rule.id]
    (proof,) = (proof for proof in prove(_and(rule)) if proof.rule.id == rule.id)
    assert rule.id not in proof.caught
    assert proof.reason


def test_a_rule_that_never_fails_alone_is_told() -> None:
    """Two rules with one meaning can't be told apart, so neither is proven; what was caught is kept to show."""
    rule = SHOP.rule("state.no-step-is-done")
    twin = replace(rule, id="twin")
    told = {proof.rule.id: proof.caught for proof in prove(_and(twin)) if not proof.holds}
    assert told.keys() == {rule.id, "twin"}
    assert set(told["twin"]) == {rule.id, "twin"}
    assert {proof.reason for proof in prove(_and(twin)) if not proof.holds} == {
        f"what breaks it breaks {other} as well" for other in (rule.id, "twin")
    }


def test_an_optional_text_needs_no_proof() -> None:
    """A parameter that promises nothing is documentation: it has no proof and spoils none."""
    rule = made("q", "parameter", "request", ("q",), {"in": "query", "required": False, "type": "string"}, ("200",))
    assert [proof.rule.id for proof in prove(_and(rule))] == [rule.id for rule in SHOP.rules]
    assert unproven(_and(rule)) == []


FINDING = Finding(
    rule="r", level="violation", pointer="", expected="", seen="", summary="", fingerprint="", promised=(), origin="x"
)


def _run(*targets: Checked, **parts: object) -> Run:
    return Run(contract=REPLY, digest="", targets=targets, branches=(), **parts)  # type: ignore[arg-type]


def _target(*levels: str, unchecked: str = "") -> Checked:
    findings = tuple(replace(FINDING, level=level) for level in levels)  # type: ignore[arg-type]
    return Checked(name="t", what="t", judgement=Judgement(met=recurring(findings)), unchecked=unchecked)


HELD = Proof(rule=REPLY.rules[0], broken=None, caught=(REPLY.rules[0].id,))
MISSED = Proof(rule=REPLY.rules[0], broken=None, caught=())


@pytest.mark.parametrize(("run", "verdict"), [
    (_run(_target()), "kept"),
    (_run(_target("note", "drift")), "kept"),
    (_run(_target("drift"), fail_on="drift"), "broken"),
    (_run(_target("note"), fail_on="drift"), "kept"),
    (_run(_target("violation")), "broken"),
    (_run(_target(), _target("violation", unchecked="no answer")), "broken"),
    (_run(_target(), _target(unchecked="no answer")), "not checked"),
    (_run(), "not checked"),
    (_run(_target(), proofs=(HELD,)), "kept"),
    (_run(_target(), proofs=(HELD, MISSED)), "broken"),
    (_run(_target(unchecked="no answer"), proofs=(MISSED,)), "broken"),
    (_run(_target(), proofs=(HELD, replace(MISSED, reason="every value keeps it"))), "kept"),
])  # fmt: skip
def test_the_verdict(run: Run, verdict: str) -> None:
    """Broken by a finding of the chosen level or an unproven rule; nothing checked is never kept; notes never fail."""
    assert run.verdict == verdict
