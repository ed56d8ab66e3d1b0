"""Markdown that says the same as the page, and in which text from outside stays text."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from contracts.documenting.markdown import markdown
from contracts.documenting.marks import block, code, plain, table
from contracts.documenting.sheet import Sheet
from contracts.model.text import inert

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = st.text(alphabet="ab1 `*_[]()<>#~|&;!\\-+=.:/$\n\u202e")


def rendered(text: str) -> str:
    """What a code host makes of Markdown."""
    return str(RENDERER.render(text))


def folded(text: str) -> str:
    """A text with its white space folded, as a browser shows it."""
    return " ".join(text.split())


@given(SIGNS)
def test_prose_stays_prose(text: str) -> None:
    """Any prose is one paragraph with no element but code, and reads as it was, but for backticks."""
    html = rendered("x " + plain(text)) if not text.strip() else rendered(plain(text.strip()))
    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "code"}
    seen = unescape(re.sub(r"<[^>]*>", "", html))
    assert folded(seen).replace("`", "").replace(" ", "") in "x" + inert(text).replace("`", "").replace(" ", "")


@given(SIGNS.filter(str.strip))
def test_code_is_one_span(text: str) -> None:
    """Any text is one code span and nothing else."""
    html = rendered("x " + code(text) + " x").strip()
    assert html.startswith("<p>x <code>")
    assert html.endswith("</code> x</p>")
    assert folded(unescape(html[11:-13])) == folded(inert(text))


@given(st.lists(SIGNS, min_size=2, max_size=2))
def test_cells_stay_in_their_columns(texts: list[str]) -> None:
    """A row has as many cells as its head, whatever stands in them."""
    html = rendered("\n".join(table(("A", "B"), [(plain(texts[0]), code(texts[1] or "x"))])))
    assert (html.count("<td>"), html.count("<tr>")) == (2, 2)
    assert set(re.findall(r"<(\w+)", html)) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


def test_a_column_without_a_word_is_left_out() -> None:
    """Where no row says anything in a column, the table does without it; the first always stays."""
    rows = [("", "", "c"), ("", "", "d")]
    assert list(table(("A", "B", "C"), rows)) == ["| A | C |", "| --- | --- |", "|  | c |", "|  | d |"]
    assert next(table(("A", "B"), [])) == "| A | B |"


@given(st.lists(SIGNS.filter(lambda text: "\n" not in text), max_size=4))
def test_blocks_hold_any_line(lines: list[str]) -> None:
    """A fenced block is one block."""
    html = rendered("\n".join(block("diff", lines)))
    assert len(re.findall(r"<pre>", html)) == 1
    assert html.strip().endswith("</code></pre>")


def test_nothing_from_outside_is_markup(nasty: Sheet) -> None:
    """No element, link or control character of a page, a person or a server gets through."""
    text = markdown(nasty)
    html = rendered(text)
    assert not re.findall(r"<(script|img)\b", html)
    assert {link for link in re.findall(r"<a\b([^>]*)", html) if not link.startswith(' href="#rule-request.')} == set()
    assert not [one for one in text if not one.isprintable() and one != "\n"]


def test_every_rule_has_its_anchor_and_examples(shop: Sheet) -> None:
    """Each rule is there under `rule-<id>`, with its source, and a difference where it can be broken."""
    text = markdown(shop)
    assert re.findall(r'<details id="rule-([^"]*)">', text) == [rule.id for rule in shop.contract.rules]
    assert text.count("```diff") == sum(bool(promise.examples.broken) for promise in shop.promises)
    assert text.count("<details") == text.count("</details>")
    assert "- promised: shop.txt, line 7: documented" in text


def test_every_part_is_there(shop: Sheet) -> None:
    """Fields, errors, evidence by origin, first appearances, legal answers and changes each have their section."""
    text = markdown(shop)
    assert re.findall("^## (.*)", text, re.MULTILINE) == [
        "How to call it",
        "Answers",
        "Fields",
        "Error body",
        "Rules",
        "Decisions",
        "Evidence",
        "Legal answers",
        "Changes",
        "Where it is from",
    ]
    assert "| Branch | ● live | ▲ reference | ◆ staging.example.com |" in text
    assert "- 2026-09-03 at the latest, ◆ staging.example.com: " in text
    assert "✗ `" in text
    assert "**breaking** id is an object (`type.changed`)" in text


def test_difference_shows_both_sides(reply: Sheet) -> None:
    """Of each rule, the broken line has a minus and the kept one a plus."""
    text = markdown(reply)
    assert '-   "email": 0\n+   "email": "john.doe@company.com"' in text
    assert '-   — no "email" —\n+   "email": "john.doe@company.com"' in text
