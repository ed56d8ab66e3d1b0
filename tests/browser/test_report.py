"""The run report in a browser: filtering, deep links, and hostile text."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.reports.html import render
from tests.browser.conftest import Open, Visit
from tests.browser.made import Pages
from tests.reports.written import HOSTILE, poisoned

ALL = ["f-0000000000000001", "f-0000000000000002", "f-0000000000000003", "f-0000000000000004"]
STEP, GONE, DEEP, STATUS = ALL


def left(visit: Visit) -> list[str]:
    """The findings that the filter lets through."""
    visit.settle()
    script = "found => found.map(one => one.querySelector('[id^=f-]').id)"
    shown: list[str] = visit.page.eval_on_selector_all("[data-item]:not([hidden])", script)
    return shown


@pytest.mark.parametrize(
    ("field", "choice", "found"),
    [
        ("Level", "violation", [STEP, GONE]),
        ("Level", "note", [STATUS]),
        ("Rule", "closed", [DEEP, STATUS]),
        ("Origin", "live", [DEEP]),
        ("Origin", "reference", [STEP, GONE]),
    ],
)
def test_a_choice_narrows(field: str, choice: str, found: list[str], pages: Pages, visit: Open) -> None:
    """Level, rule and origin each leave what they name; rules without any are hidden; the count is told."""
    page = visit(pages["report"])
    page.page.get_by_label(field).select_option(choice)
    assert left(page) == found
    assert page.page.locator("output").text_content() == f"{len(found)} of 4 shown"
    assert page.page.locator("[data-group]:not([hidden])").count() == (2 if found == [STEP, GONE] else 1)
    page.page.get_by_role("button", name="Show all").click()
    assert left(page) == ALL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("b.required", [GONE]),
        ("GONE", [GONE]),
        ("/list/40", [DEEP]),
        ("2026-01-31", [STEP]),
        ("nowhere to be seen", []),
    ],
)
def test_text_narrows(text: str, found: list[str], pages: Pages, visit: Open) -> None:
    """Text is searched in rule, place, value and answer, whatever its case."""
    page = visit(pages["report"])
    page.page.get_by_label("Text").fill(text)
    assert left(page) == found


def test_choices_add_up(pages: Pages, visit: Open) -> None:
    """What is shown fits every choice at once."""
    page = visit(pages["report"])
    page.page.get_by_label("Rule").select_option("closed")
    page.page.get_by_label("Origin").select_option("live")
    assert left(page) == [DEEP]
    page.page.get_by_label("Level").select_option("violation")
    assert left(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("finding", ALL)
def test_a_deep_link_shows_its_finding(finding: str, scripts: bool, pages: Pages, visit: Open) -> None:
    """The address of a finding unfolds it and brings it into sight, with scripts and without."""
    page = visit(pages["report"], f"#{finding}", java_script_enabled=scripts, viewport={"width": 1280, "height": 500})
    assert page.sees(f"#{finding}")


def test_a_deep_link_passes_the_filter(pages: Pages, visit: Open) -> None:
    """A link to a finding that the filter hides shows it all the same."""
    page = visit(pages["report"])
    page.page.get_by_label("Level").select_option("note")
    assert left(page) == [STATUS]
    page.page.evaluate(f"location.hash = '{GONE}'")
    assert page.sees(f"#{GONE}")


def test_the_spot_is_to_be_seen(pages: Pages, visit: Open) -> None:
    """In the answer stands a mark at the offending value, and one where a field is missing."""
    page = visit(pages["report"])
    page.unfold()
    assert page.page.locator(f"#{STEP} mark.here").first.text_content() == '  "a": 5,\n  ↑ expected a string'
    assert page.page.locator(f"#{GONE} mark.absent").text_content() == '    "gone" is missing\n    ↑ expected a string'


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_and_runs_nothing(text: str, tmp_path: Path, visit: Open) -> None:
    """Markup, scripts, quotes, control and direction characters are read as text; no code runs, nothing is fetched."""
    path = tmp_path / "report.html"
    path.write_text(render(poisoned(text)), encoding="utf-8")
    page = visit(path)
    page.unfold()
    page.page.mouse.move(400, 400)
    page.page.wait_for_timeout(50)
    assert "ran" not in page.page.title().split()
    assert page.page.title() != "ran"
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.page.locator("main img, main script, main [onload], main [onerror]").count() == 0
    shown = page.page.locator("h3 code").text_content() or ""
    assert shown.isprintable()
    assert not text.isprintable() or shown == text
