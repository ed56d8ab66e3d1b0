"""A law: the fast judge and the exact one say the same of every exchange."""

from __future__ import annotations

import pytest

from contracts.model.contract import Contract
from tests.checking.fast_and_exact import compared, known
from tests.laws.test_verdicts import _drawn


@pytest.mark.parametrize("contract", known(), ids=lambda contract: contract.slug)
def test_both_judges_say_the_same(contract: Contract) -> None:
    """Of legal and spoiled answers, embedded and as text, readable and not: findings, evidence, and what is beside."""
    answers, _ = compared(contract, 400, 1)
    assert answers > 100


def test_both_judges_say_the_same_of_every_keyword() -> None:
    """Drawn schemas, references and alternatives among them."""
    assert sum(compared(_drawn(seed)[1], 60, seed)[0] for seed in range(40)) > 500
