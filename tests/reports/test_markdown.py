"""Markdown: the verdict first, a table, details folded away, and nothing from outside that means anything."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from contracts.model.accepted import Accepted
from contracts.model.finding import Branch
from contracts.model.report import Report
from contracts.model.text import inert
from contracts.reports import rendered
from contracts.reports.markdown import LONGEST, plain
from tests.reports.conftest import MakeFinding, MakeRun, entry, verified

OURS = {
    *("h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"),
    *("ul", "li", "details", "summary", "code", "span"),
}


class Drawn(HTMLParser):
    """What a browser makes of a document: its elements, its attributes, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.parts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        """Each element is closed in its order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Notes a text."""
        self.parts.append(data)


def drawn(markdown: str) -> Drawn:
    """The document as a code host draws it, HTML and tables on."""
    made = Drawn(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))
    assert made.open == []
    return made


def test_the_whole_document(run: MakeRun, finding: MakeFinding) -> None:
    """The verdict, what it rests on, the problem in the table and in detail."""
    text = rendered("markdown", verified(run(finding(line=3), finding(seen="6", index=1))))
    assert text == (
        "## contracts verify: broken\n"
        "\n"
        "**broken**&#58; 1 finding\n"
        "\n"
        "|  |  |\n"
        "|---|---|\n"
        "| contract | GET /things/&#123;id&#125;  (ffffffffffff) |\n"
        "| checked | 2 recordings of the reference provider&#58; 2 answers, 1 of them a success |\n"
        "| evidence | 1 of 2 branches observed |\n"
        "|  | 1 from reference |\n"
        "|  | never observed&#58; a=value |\n"
        "| proof | not run here; it runs with a provider target (reference, live or a URL) |\n"
        "\n"
        "### 1 problem\n"
        "\n"
        "| level | what | where | times | summary |\n"
        "|---|---|---|---|---|\n"
        "| violation | <code>a.type</code> | <code>/a</code> | 2 | a.type holds. |\n"
        "\n"
        "<details><summary>violation <code>a.type</code> <code>/a</code></summary>\n"
        "\n"
        "- a.type holds.\n"
        "- expected <code>a string</code>\n"
        "- seen <code>5</code>\n"
        "- seen <code>6</code>\n"
        "- met at <code>cassettes/one.yaml&#58;3 /a</code>\n"
        "- met at <code>cassettes/one.yaml<span>&#35;</span>1 /a</code>\n"
        "- promised at <code>page.txt&#58;7 (documented)</code>\n"
        "- promised at <code>hand.toml (assumed, by hand)</code>\n"
        "\n"
        "</details>\n"
    )


def test_a_run_without_a_problem_is_short(run: MakeRun) -> None:
    """The verdict and what it rests on."""
    text = rendered("markdown", verified(run()))
    assert text.startswith("## contracts verify: kept\n\n**kept** by 2 recordings")
    assert "problem" not in text


def test_what_is_left_out_is_counted(run: MakeRun, finding: MakeFinding) -> None:
    """The gravest are shown, the rest is a number."""
    findings = [finding(fingerprint=f"{number}", pointer=f"/x{number}") for number in range(60)]
    text = rendered("markdown", verified(run(*findings)))
    assert "\n10 more problems left out of the table; " in text
    assert "\n40 more problems left out of the details; " in text
    assert drawn(text).tags.count("details") == 20


def test_a_comment_has_room_for_it(run: MakeRun, finding: MakeFinding) -> None:
    """However long the texts are, and however much longer they are made by escaping."""
    findings = [finding(fingerprint=f"{number}", summary="@" * 500, seen="@" * 500) for number in range(60)]
    branches = tuple(Branch(rule="@", name="@" * 500) for _ in range(60))
    text = rendered("markdown", verified(run(*findings, branches=branches)))
    assert 30_000 < len(text) < 65_000
    assert "left out of the table" in text


def test_accepted_says_so(run: MakeRun, finding: MakeFinding) -> None:
    """In the table, and with its reason and date in detail."""
    text = rendered("markdown", verified(run(finding(), accepted=Accepted(entries=(entry(),)))))
    assert "| accepted violation |" in text
    assert "- accepted until 2030-12-31 at accepted.toml&#58;3&#58; known\n" in text


def test_text_from_outside_stays_text(poison: Report) -> None:
    """No element but ours, no attribute, no mention; every row of a table has its cells."""
    made = drawn(rendered("markdown", poison))
    assert set(made.tags) <= OURS
    assert made.attributes == []
    for table in " ".join(made.tags).split("table")[1:]:
        head, *rows = table.split(" tr")[1:]
        assert {row.split().count("td") for row in rows} == {head.split().count("th")}
    assert not [part for part in made.parts if "@" in part and part != "@"]
    assert made.tags.count("h2") == 1


@given(st.text(max_size=LONGEST))
def test_a_text_is_drawn_as_it_is(text: str) -> None:
    """Whatever it holds, a reader sees the text, its invisible parts written out, and nothing else."""
    shown = inert(text)[:LONGEST]
    for frame in ("| x{} |\n|---|\n", "x{}", "- x{}"):
        made = drawn(frame.format(f"<code>{plain(shown)}</code>x"))
        assert set(made.tags) <= OURS
        assert "".join(made.parts).strip() == f"x{shown}x"
