"""Patterns mean the same to both validators, and a strange one is refused in one line."""

from __future__ import annotations

import pytest

from contracts.checking.explainer import explain
from contracts.rules.listing import listing_of
from contracts.rules.samples import text_for
from contracts.rules.texts import matches
from tests.rules.synthetic import contract_of


@pytest.mark.parametrize(("pattern", "text", "found"), [
    ("b", "abc", True),
    ("^b", "abc", False),
    ("^[0-9]+$", "12", True),
    ("^[0-9]+$", "12\n", False),
    (r"^\d+$", "12", True),
    (r"^\d+$", "١٢", False),
    (r"^\w+$", "é", False),
    (r"^\S+$", "a b", False),
    (r"^\S+$", "a\u00a0b", False),
    (r"\$$", "5$", True),
    (r"\$$", "5$\n", False),
    ("[$]", "$", True),
    (r"[\]$]x", "$x", True),
    (r"^(?<year>[0-9]{4})$", "2024", True),
    (r"(?<=a)b", "ab", True),
    (r"(?<!a)b", "ab", False),
    (r"^\/a\/$", "/a/", True),
    ("", "", True),
    ("^😀$", "😀", True),
])  # fmt: skip
def test_a_pattern_is_found_as_ecma_finds_it(pattern: str, text: str, found: bool) -> None:
    """Anywhere in the text, `$` only at its very end, digits and words in ASCII; screen and explainer agree."""
    contract = contract_of({"pattern": pattern})
    at, validators = contract.bodies["success"].at, listing_of(contract).validators
    assert matches(pattern, text) is found
    assert validators.keeps(at, text) is found
    assert [broken.rule.id for broken in explain(contract, "success", text)] == ([] if found else ["body.pattern"])
    assert validators.keeps(at, 5)
    assert explain(contract, "success", 5) == ()


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "*", "(?<1>a)"])
def test_a_pattern_that_cannot_be_used_is_a_conflict(pattern: str) -> None:
    """It is told where it stands, and nothing is checked there."""
    contract = contract_of({"type": "object", "properties": {"a": {"pattern": pattern}, "b": {"type": "string"}}})
    (conflict,) = contract.conflicts
    assert "isn't one of ECMA-262" in conflict.problem
    assert [broken.rule.id for broken in explain(contract, "success", {"a": "x", "b": 1})] == ["b.type"]


def test_a_text_for_a_pattern_keeps_it() -> None:
    """Made-up header values match what the header promises; a pattern that can't be used has none."""
    for pattern in ("^Bearer", "^[0-9]+$", "^[a-z]+-[0-9]+$", "^q[^a]q$", "^q[^b]q$", "^q.q$"):
        assert matches(pattern, text_for(pattern))
    assert matches("^unheard-of$", text_for("^unheard-of$"))
    assert not text_for("(")
