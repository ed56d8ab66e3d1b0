"""What is said of a proof, whatever came of it, in all three places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.commands.explain import explained
from contracts.documenting.rendering import contract_markdown, contract_page
from contracts.documenting.sheet import Sheet
from contracts.model.contract import Contract
from contracts.model.finding import Judgement
from contracts.model.run import Proof
from contracts.proving.proof import prove
from tests.documenting.reader import Reader
from tests.rules.synthetic import DRAFTS, SHOP, held, made

RULE = "level.type"
OPTIONAL = made(
    "request.note",
    "parameter",
    "request",
    ("note",),
    {"in": "query", "required": False, "type": "string", "default": "a"},
)
"""An optional text: nothing can break it."""
_SHOP = DRAFTS["shop"]
BARE: Contract = held(
    replace(
        _SHOP,
        server="",
        answers=_SHOP.answers[:1],
        rules=(
            OPTIONAL,
            *(rule for rule in _SHOP.rules if rule.kind != "authorization" and rule.target != "problem"),
        ),
        fields=tuple(field for field in _SHOP.fields if field.target == "success"),
    )
)


def said(contract: Contract, rule: str, proofs: tuple[Proof, ...]) -> tuple[str, str, str]:
    """Page, Markdown and explanation of a contract with these proofs."""
    one = Sheet(contract=contract, vendor="shop", judgement=Judgement(), proofs=proofs)
    return Reader(contract_page(one, {})).text, contract_markdown(one), explained(one, rule, None)


@pytest.mark.parametrize(
    ("caught", "page", "explanation"),
    [
        ((RULE,), "caught as this rule, and as nothing else", "caught as level.type and nothing else"),
        ((RULE, "level.range"), "caught as level.type, level.range", "caught as level.type, level.range:"),
        ((), "could not be shown to fail", "the rule can't be shown to fail"),
        (None, "not run", "no proof was run"),
    ],
)
def test_proof_is_told_as_it_went(caught: tuple[str, ...] | None, page: str, explanation: str) -> None:
    """Caught alone, caught among others, not caught, never tried: each is said."""
    (proof,) = (one for one in prove(SHOP) if one.rule.id == RULE)
    proofs = () if caught is None else (replace(proof, caught=caught),)
    html, text, told = said(SHOP, RULE, proofs)
    assert page in html
    assert page in text.replace("`", "")
    assert explanation in told


def test_rule_that_nothing_breaks_says_so() -> None:
    """An optional parameter is told with its limits, without examples; a missing server and key leave no hole."""
    html, text, told = said(BARE, "request.note", ())
    for part in (html, text, told):
        assert "nothing could break it: the rule is told, not judged" in part
    assert "optional" in html
    assert 'default "a"' in html
    assert "put yours in the place of api.example.com" in html
    assert "put yours in the place of `api.example.com`" in text
    assert "The key travels" not in html + text
    assert "Error body" not in html + text
