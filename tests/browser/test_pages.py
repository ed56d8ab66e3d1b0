"""What every page of ours promises, whichever it is, looked at in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Open, Visit
from tests.browser.made import PAGES, Pages

pytestmark = pytest.mark.parametrize("name", PAGES)

Faults = Callable[[Visit], list[str]]

WIDTHS = (1280, 390)
TABBABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']"


def ground(visit: Visit) -> str:
    """The colour behind the text."""
    colour: str = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def light(visit: Visit) -> bool:
    """Whether the ground is lighter than the text on it."""
    script = "one => getComputedStyle(document.body)[one].match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    return bool(visit.page.evaluate(script, "backgroundColor") > visit.page.evaluate(script, "color"))


def test_it_loads_in_silence(name: str, pages: Pages, visit: Open) -> None:
    """No console message, and no request but for the file itself and what it carries inside."""
    found = visit(pages[name])
    found.unfold()
    found.page.mouse.wheel(0, 100_000)
    found.page.wait_for_timeout(50)
    assert found.said == []
    assert [url for url in found.asked if not url.startswith("data:")] == [pages[name].as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_it_never_scrolls_sideways(name: str, width: int, pages: Pages, visit: Open) -> None:
    """At the width of a desk and of a phone the page is no wider than the window, everything unfolded."""
    found = visit(pages[name], viewport={"width": width, "height": 900})
    found.unfold()
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width
    stray = "found => found.filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML)"
    assert found.page.eval_on_selector_all("h1, h2, h3, p, summary, dd, button, input, select", stray) == []


def test_it_follows_the_readers_colours(name: str, pages: Pages, visit: Open) -> None:
    """The system's choice of light or dark is taken; the toggle overrules it, and is remembered."""
    assert light(visit(pages[name], color_scheme="light"))
    found = visit(pages[name], color_scheme="dark")
    assert not light(found)
    toggle = found.page.get_by_role("button", name="Dark colours")
    assert toggle.get_attribute("aria-pressed") == "true"
    toggle.click()
    assert (light(found), toggle.get_attribute("aria-pressed")) == (True, "false")
    found.page.wait_for_timeout(500)  # the browser writes what it remembers when it has time
    found.page.reload()
    assert light(found)


def test_it_is_complete_without_scripts(name: str, pages: Pages, visit: Open) -> None:
    """With scripts off the same text is there, and no control that would do nothing."""
    whole, plain = visit(pages[name]), visit(pages[name], java_script_enabled=False)
    assert plain.page.locator("main").text_content() == without_counts(whole)
    dead = plain.page.locator("main button:visible, main input:visible, main select:visible, header button:visible")
    assert dead.count() == 0


def without_counts(visit: Visit) -> str | None:
    """The main text as it is written, without what the script counted."""
    visit.page.eval_on_selector_all("output", "found => found.forEach(one => { one.textContent = ''; })")
    return visit.page.locator("main").text_content()


def test_it_prints_whole(name: str, pages: Pages, visit: Open) -> None:
    """On paper nothing stays folded, and no control is drawn."""
    found = visit(pages[name])
    found.page.emulate_media(media="print")
    whole = "[...document.querySelectorAll('details > :not(summary)')].every(one => one.checkVisibility())"
    found.page.wait_for_function(whole, timeout=5000)
    assert found.page.locator("button:visible, input:visible, .top:visible").count() == 0


WATCH = """() => { window.stops = []; addEventListener("focusin", ({target}) => {
    const {outlineWidth, outlineStyle} = getComputedStyle(target);
    stops.push([target.dataset.stop ?? target.tagName, outlineWidth !== "0px" && outlineStyle !== "none"]);
}); }"""


def test_the_keyboard_reaches_everything(name: str, pages: Pages, visit: Open) -> None:
    """The first stop skips to the content; every control is a stop (of items built alike, those of one), and seen."""
    found = visit(pages[name])
    found.page.keyboard.press("Tab")
    assert found.page.evaluate("document.activeElement.className") == "skip"
    assert found.page.locator(".skip").bounding_box() is not None
    found.page.keyboard.press("Enter")
    assert found.page.evaluate("document.activeElement.id") == "main"
    found.page.goto(pages[name].as_uri())
    found.thin_out()
    wanted = found.page.eval_on_selector_all(
        TABBABLE, "found => found.filter(one => one.checkVisibility()).map((one, at) => one.dataset.stop = `${at}`)"
    )
    found.page.evaluate(WATCH)
    for _ in wanted:
        found.page.keyboard.press("Tab")
    met = found.page.evaluate("stops")
    assert sorted(stop for stop, _ in met) == sorted(wanted)
    assert [stop for stop, outlined in met if not outlined] == []


LOOKS = {
    "light and wide": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark and narrow": {"color_scheme": "dark", "viewport": {"width": 390, "height": 900}},
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_grave(name: str, look: str, pages: Pages, visit: Open, faults: Faults) -> None:
    """No serious or critical accessibility fault, in light and dark, wide and narrow, everything unfolded."""
    assert faults(visit(pages[name], **LOOKS[look])) == []
