"""The documentation page in a browser: filtering, deep links, copying."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.documenting.rendering import contract_page
from tests.browser.conftest import Open, Visit
from tests.browser.made import Pages
from tests.documenting.conftest import spoiled_sheet

RULE = "rule-currentStep.no-step-is-finished"


def shown(visit: Visit, folder: str) -> list[str]:
    """The items of a list that the filter lets through, by what they are searched for."""
    visit.settle()
    script = "found => found.map(one => one.dataset.item.split(' ')[0])"
    left: list[str] = visit.page.eval_on_selector_all(f"#{folder} [data-item]:not([hidden])", script)
    return left


def test_rules_are_found(pages: Pages, visit: Open) -> None:
    """Rules are narrowed by words of theirs, by level, and by how sure they are."""
    page = visit(pages["contract"])
    form = page.page.get_by_role("search", name="Rules")
    everything = shown(page, "rule-list")
    form.get_by_role("searchbox").fill("no-step-is-FINISHED")
    assert shown(page, "rule-list") == ["currentStep.no-step-is-finished"]
    form.get_by_role("searchbox").fill("")
    for field, choice in (("Level", "drift"), ("How sure", "documented")):
        form.get_by_label(field).select_option(choice)
        few = shown(page, "rule-list")
        assert 0 < len(few) < len(everything)
        assert set(few) < set(everything)
        assert form.locator("output").text_content() == f"{len(few)} of {len(everything)} shown"
        form.get_by_label(field).select_option("any")


def test_fields_are_found(pages: Pages, visit: Open) -> None:
    """Fields are narrowed by their name."""
    page = visit(pages["contract"])
    page.page.get_by_role("search", name="Fields").get_by_role("searchbox").fill("stepid")
    assert shown(page, "field-list") == ["currentStep.stepId"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_deep_link_shows_its_rule(scripts: bool, pages: Pages, visit: Open) -> None:
    """The address of a rule unfolds it and brings it into sight, with scripts and without."""
    page = visit(pages["contract"], f"#{RULE}", java_script_enabled=scripts)
    assert page.sees(f"[id='{RULE}']")


LOST = """() => [...document.querySelectorAll("a[href]")].filter(one => one.hash && one.pathname === location.pathname)
    .map(one => decodeURIComponent(one.hash.slice(1))).filter(id => !document.getElementById(id))"""


@pytest.mark.parametrize("name", ["contract", "index", "report"])
def test_every_link_inside_leads_somewhere(name: str, pages: Pages, visit: Open) -> None:
    """No page links to a place of its own that isn't there, and the index to no page that isn't."""
    page = visit(pages[name])
    assert page.page.evaluate(LOST) == []
    files = page.page.eval_on_selector_all("a[href]", "found => found.map(one => one.getAttribute('href'))")
    beside = {file.partition("#")[0] for file in files} - {"", "get-a-thing.html"}
    assert [file for file in beside if not (pages[name].parent / file).exists()] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_long_names_are_broken(width: int, tmp_path: Path, visit: Open) -> None:
    """A name of two hundred letters makes no page wider than the window, wherever it stands."""
    path = tmp_path / "long.html"
    path.write_text(contract_page(spoiled_sheet("averylongname" * 16), {}), encoding="utf-8")
    found = visit(path, viewport={"width": width, "height": 900})
    found.unfold()
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_call_is_copied(pages: Pages, visit: Open) -> None:
    """The button beside the curl call puts it on the clipboard as it stands, and says so."""
    page = visit(pages["contract"], permissions=["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name="Copy curl").click()
    page.page.get_by_text("Copied", exact=True).first.wait_for()
    copied = page.page.evaluate("navigator.clipboard.readText()")
    assert copied == page.page.locator("#curl").text_content()
    assert copied.startswith("curl ")
    assert page.page.locator("#said").text_content() == "Copied"


def test_a_call_is_copied_where_the_clipboard_is_closed(pages: Pages, visit: Open) -> None:
    """Where the browser refuses the clipboard, the call is selected for the reader to copy."""
    page = visit(pages["contract"])
    page.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.page.get_by_role("button", name="Copy curl").click()
    page.page.wait_for_function("getSelection().toString().startsWith('curl ')")
