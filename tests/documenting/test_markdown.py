"""Markdown that says the same as the page."""

from __future__ import annotations

import re

from contracts.documenting.rendering import contract_markdown
from contracts.documenting.sheet import Sheet
from tests.web.test_markdown_template import rendered


def test_nothing_from_outside_is_markup(nasty: Sheet) -> None:
    """No element, link or control character of a page, a person or a server gets through."""
    text = contract_markdown(nasty)
    html = rendered(text)
    assert not re.findall(r"<(script|img)\b", html)
    assert {link for link in re.findall(r"<a\b([^>]*)", html) if not link.startswith(' href="#rule-request.')} == set()
    assert not [one for one in text if not one.isprintable() and one != "\n"]


def test_every_rule_has_its_anchor_and_examples(shop: Sheet) -> None:
    """Each rule is there under `rule-<id>`, with its source, and a difference where it can be broken."""
    text = contract_markdown(shop)
    assert re.findall(r'<details id="rule-([^"]*)">', text) == [rule.id for rule in shop.contract.rules]
    assert text.count("```diff") == sum(bool(promise.examples.broken) for promise in shop.promises)
    assert text.count("<details") == text.count("</details>")
    assert "- promised: shop.txt, line 7: documented" in text


def test_every_part_is_there(shop: Sheet) -> None:
    """Fields, errors, evidence by origin, legal answers and changes each have their section."""
    text = contract_markdown(shop)
    assert re.findall("^## (.*)", text, re.MULTILINE) == [
        "How to call it", "Answers", "Fields", "Error body", "Rules", "Decisions", "Evidence", "Legal answers",
        "Changes", "Where it is from",
    ]  # fmt: skip
    assert "| Branch | ● live | ▲ reference | ◆ staging.example.com |" in text
    assert "✗ `" in text
    assert "**breaking** id is an object (`type.changed`)" in text


def test_difference_shows_both_sides(reply: Sheet) -> None:
    """Of each rule, the broken line has a minus and the kept one a plus."""
    text = contract_markdown(reply)
    assert '-   "email": 0\n+   "email": "john.doe@company.com"' in text
    assert '-   — no "email" —\n+   "email": "john.doe@company.com"' in text
