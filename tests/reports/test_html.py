"""The run report as a page: complete, inert, and of a size that opens."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from contracts.model.accepted import Acceptance
from contracts.model.drift import Triaged
from contracts.model.report import Check, Suite
from contracts.reports.html import DRAWN, render
from tests.reports.written import HOSTILE, many, mixed, place, poisoned, problem, report

ALLOWED = {"html", "head", "meta", "title", "link", "style", "script", "body"} | set(
    "a button code dd details div dl dt footer form h1 h2 h3 header input label li main mark option output p pre rect "
    "section select span summary svg time ul".split()
)


class Tags(HTMLParser):
    """Every tag of a document, with its attributes."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.found.append((tag, dict(attrs)))


def words(document: str) -> str:
    """What a reader sees, white space folded."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", document, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    """Markup from outside makes no element and no attribute, and no control or direction character gets through."""
    document = render(poisoned(text))
    clean = Tags(render(poisoned("x"))).found
    tags = Tags(document).found
    assert [(tag, set(attributes)) for tag, attributes in tags] == [(tag, set(names)) for tag, names in clean]
    assert {tag for tag, _ in tags} <= ALLOWED
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"]
    assert "".join(document.split("\n")).isprintable()


def test_every_part_of_a_finding_is_told() -> None:
    """Rule, level, sentence, both places, count, what was seen and expected, first and last moment."""
    told = words(render(mixed()))
    for part in (
        *("Broken: 4 findings", "a.type", "violation", "a is a string.", "page.txt:7 (documented)", "2 times"),
        *("one.yaml:3", "seen 5", "expected a string", "first seen2026-01-30 12:00", "last seen2026-01-31 "),
        *("4 findings of 3 rules; 2 break the run", "reference", "live", "1 from reference", "kept.type", "3 failed"),
    ):
        assert part in told


def test_the_verdict_stands_first() -> None:
    """The first heading is the verdict, whichever it is."""
    assert '<h1><span class="word">Kept</span>' in render(report())
    assert '<h1><span class="word">Not checked</span>' in render(report(verdict="not checked"))
    assert "Findings" not in words(render(report()))


def test_each_finding_has_its_address() -> None:
    """A finding's id is its fingerprint's, and occurs once."""
    document = render(mixed())
    assert [document.count(f'id="f-{number:016x}"') for number in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_a_failed_check_leads_to_its_finding() -> None:
    """From the list of checks a link leads to the finding, where that is drawn."""
    document = render(mixed())
    assert '<a href="#f-0000000000000002"><code>b.required</code></a>' in document
    capped = render(report(*(problem(number, id=f"r{number}") for number in range(DRAWN + 7))))
    assert set(re.findall(r'href="#(f-\w+)"', capped)) == set(re.findall(r'id="(f-\w+)"', capped))


def test_the_documentation_is_linked_where_it_stands() -> None:
    """A rule links into the documentation page in the same folder, and nowhere while that isn't there."""
    link = 'href="get-a-thing.html#rule-b.required"'
    assert link in render(replace(mixed(), beside=frozenset({"get-a-thing.html"})))
    assert ".html" not in render(replace(mixed(), beside=frozenset({"another.html"})))


def test_a_change_says_what_was_and_what_is() -> None:
    """What only a page says has an old and a new side; it links into the changelog."""
    change = problem(
        1, kind="change", id="field.added", level="additive", fatal=False, places=(place(origin="", answer=()),)
    )
    suite = Suite(
        name="old with new",
        classname="get-a-thing.changes",
        checks=(Check(name="field.added", outcome="told", problems=(change,)),),
    )
    document = render(replace(report(change, command="drift", suites=(suite,)), beside=frozenset({"get-a-thing.html"})))
    told = words(document)
    assert "Differences 1 difference of 1 kind" in told
    assert "wasa string was at" in told
    assert "is now5is now atone.yaml:3" in told
    assert 'href="get-a-thing.html#changes"' in document


MOVED = (
    Triaged(
        moved="page changed",
        pointer="/a",
        what='`a` may be "x  y".',
        page='"x  y" at new.txt:1',
        contract='"z" at old.txt:1',
    ),
    Triaged(moved="page changed", pointer="", what="[b] is gone"),
    Triaged(
        moved="page contradicts itself",
        pointer="/c",
        what="twice said",
        page="new.txt:3",
        contract="followed",
        traffic="keeps it, 2 times",
    ),
)


def test_which_side_moved_has_a_section() -> None:
    """The triage is counted by side in the summary; below, each difference has its place and what each source says."""
    told = words(render(report(command="drift", triage=MOVED)))
    assert "movedpage changed: 2 differencespage contradicts itself: 1 difference" in told
    assert "Which side moved Page changed" in told
    for part in (
        '/a a may be "x y". page"x y" at new.txt:1contract"z" at old.txt:1',
        "the whole body [b] is gone nothing is cited",
        "Page contradicts itself /c twice said pagenew.txt:3contractfollowedtraffickeeps it, 2 times",
    ):
        assert part in told
    assert "triage" not in told


def test_a_long_row_is_folded() -> None:
    """Of a long list in the summary the beginning stands open, and the others are counted; nothing is lost."""
    names = [f"name{number}=null" for number in range(30)]
    rows = (("evidence", "1 of 31 branches observed"), ("", f"never observed: {', '.join(names)}"))
    document = render(report(rows=rows))
    assert "22 more" in words(document)
    assert all(name in document for name in names)
    assert document.index("name7=") < document.index("22 more") < document.index("name8=")


def test_a_served_answer_is_at_no_fault() -> None:
    """A failing case shows the answer that the client got, unmarked, and leads to the legal answers."""
    case = problem(1, id="a=null", level="legal", pointer="", places=(place(where="", pointer=""),), kind="case")
    suite = Suite(
        name="GET /things legal",
        classname="get-a-thing.legal",
        checks=(Check(name="a=null", outcome="failed", problems=(case,)),),
    )
    document = render(replace(report(case, command="gate", suites=(suite,)), beside=frozenset({"get-a-thing.html"})))
    assert "Failing cases 1 failing case" in words(document)
    assert "<mark" not in document
    assert "the answer served" in document
    assert '<details class="more" open><summary>As the terminal shows it' in document
    assert 'href="get-a-thing.html#legal"' in document


def test_an_accepted_finding_says_until_when() -> None:
    """What is excused says until when, why, and where that is written."""
    until = Acceptance(rule="a.type", pointer="/a", reason="known", until="2026-12-24", place="ok.toml", line=4)
    told = words(render(report(problem(1, fatal=False, accepted=until))))
    assert "accepted until 2026-12-24" in told
    assert "until 2026-12-24: known ok.toml:4" in told


def test_many_findings_are_capped_and_counted() -> None:
    """Of many findings each rule keeps some; what is left out is counted, in all and with each rule."""
    document = render(many(5000))
    assert len(re.findall(r'id="f-', document)) == DRAWN
    assert len(re.findall(r"<section[^>]* data-group ", document)) == 100
    assert f"{5000 - DRAWN:,} more findings stand in the JSON report" in words(document)
    assert words(document).count("45 more findings of this rule in the JSON report.") == 100
    assert len(document) < 6_000_000


def test_many_rules_are_capped_and_counted() -> None:
    """More rules than findings are drawn: those left out are counted."""
    told = words(render(report(*(problem(number, id=f"r{number}") for number in range(DRAWN + 7)))))
    assert "7 more findings, and 7 more rules, stand in the JSON report" in told


def test_many_checks_are_counted() -> None:
    """Of a suite with very many checks the first are named, failing ones before all others."""
    checks = (
        *(Check(name=f"c{number}", outcome="passed") for number in range(1000)),
        Check(name="x", outcome="failed"),
    )
    told = words(render(report(suites=(Suite(name="s", classname="s", checks=checks),))))
    assert "1 failed 1,000 passed" in told
    assert "failed: x passed: c0" in told
    assert "… 601 more checks" in told


def test_an_answer_that_is_not_kept_is_not_drawn() -> None:
    """Without an answer the place stands alone, and what was expected and seen is told in words."""
    told = words(render(report(problem(1, places=(place(answer=()),)))))
    assert "expecteda string" in told
    assert "one.yaml:3" in told
