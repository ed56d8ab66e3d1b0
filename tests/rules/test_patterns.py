"""Patterns mean the same to both validators, and a strange one is refused in one line."""

from __future__ import annotations

import pytest

from contracts.checking.explainer import explain
from contracts.checking.screen import Screen
from contracts.errors import Unusable
from contracts.model.contract import Rule
from contracts.model.json import Json
from contracts.rules.patterns import compiled, matches, text_for
from contracts.writing import Written


@pytest.mark.parametrize(("pattern", "text", "found"), [
    ("b", "abc", True),
    ("^b", "abc", False),
    ("^[0-9]+$", "12", True),
    ("^[0-9]+$", "12\n", False),
    (r"^\d+$", "12", True),
    (r"^\d+$", "١٢", False),
    (r"^\w+$", "é", False),
    (r"^\S+$", "a b", False),
    (r"^\S+$", "a\u00a0b", True),
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
    says: dict[str, Json] = {"pattern": pattern}
    rule = Rule(id="p", kind="pattern", target="success", says=says, summary="", sources=())
    written = Written(schema=says, locations={("pattern",): rule})
    assert matches(pattern, text) is found
    assert Screen(written).keeps(text) is found
    assert [broken.rule.id for broken in explain(written, text)] == ([] if found else ["p"])
    assert Screen(written).keeps(5)
    assert explain(written, 5) == ()


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", r"\p{Letter}", "*", "(?<1>a)", "a{99999999999999999999}"])
def test_a_pattern_that_cannot_be_used_is_one_clear_line(pattern: str) -> None:
    """Unusable names the pattern and never shows a traceback of the regular expression engine."""
    with pytest.raises(Unusable, match="can't be used") as raised:
        compiled(pattern)
    assert "\n" not in str(raised.value)


def test_a_text_for_a_pattern_keeps_it() -> None:
    """The made-up header values of legal answers match what the header promises; an unknown pattern gives nothing."""
    for pattern in ("^Bearer", "^[0-9]+$", "^[a-z]+-[0-9]+$"):
        assert matches(pattern, text_for(pattern))
    assert not text_for("^unheard-of$")
