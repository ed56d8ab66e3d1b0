"""Markdown in which text from outside stays text."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from contracts.model.text import inert
from contracts.web.markdown_template import _environment, code, fenced, plain, table

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
    html = rendered(table(f"A\tB\n{plain(texts[0])}\t{code(texts[1] or 'x')}"))
    assert (html.count("<td>"), html.count("<tr>")) == (2, 2)
    assert set(re.findall(r"<(\w+)", html)) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


def test_a_column_without_a_word_is_left_out() -> None:
    """Where no row says anything in a column, the table does without it; the first always stays."""
    assert table("A\tB\tC\n\t\tc\n\t\td") == "| A | C |\n| --- | --- |\n|  | c |\n|  | d |"
    assert table("A\tB") == "| A | B |\n| --- | --- |"


@given(st.lists(SIGNS.filter(lambda text: "\n" not in text), max_size=4))
def test_blocks_hold_any_line(lines: list[str]) -> None:
    """A fenced block is one block."""
    html = rendered(fenced(lines, "diff"))
    assert len(re.findall(r"<pre>", html)) == 1
    assert html.strip().endswith("</code></pre>")


@given(SIGNS)
def test_an_expression_is_prose_unless_a_filter_says_more(text: str) -> None:
    """What a template shows of a text is the text as prose, also where a macro shows it."""
    template = _environment().from_string("{% macro shown(text) %}{{ text }}{% endmacro %}{{ text }}{{ shown(text) }}")
    assert template.render(text=text) == plain(text) * 2
