"""A browser for the tests: the system's Chromium, which sees files of this machine and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.browser.made import Pages, write
from tests.browser.system import NAMES, QUIET, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[2] / ".cache" / "outside" / "node_modules" / "axe-core" / "axe.min.js"


THIN = """() => {
    const built = one => [one, ...one.querySelectorAll("*")]
        .map(part => [part.tagName, ...part.classList, part.hasAttribute("open")].join("."));
    for (const kind of ["[data-item]", "details"]) {
        const met = new Set();
        for (const one of document.querySelectorAll(kind)) {
            const shape = [...new Set(built(one))].join();
            if (met.has(shape)) one.remove();
            met.add(shape);
        }
    }
}"""
"""Built alike are two elements whose parts are of the same tags and classes, however often each."""


@dataclass(kw_only=True)
class Visit:
    """An open page, what it said on the console, and every address that it asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Let the filter, which waits for the typing to pause, come to its end: by the page's own clock."""
        self.page.evaluate("new Promise(done => setTimeout(done, 100))")

    def sees(self, selector: str) -> bool:
        """Whether an element is in sight, or comes there in a moment."""
        from playwright.sync_api import expect

        expect(self.page.locator(selector)).to_be_in_viewport(timeout=5000)
        return True

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.page.eval_on_selector_all("details", "found => found.forEach(one => { one.open = true; })")

    def thin_out(self) -> None:
        """Of items built alike keep one: each kind of markup is still there, and none a hundred times."""
        self.page.evaluate(THIN)


Open: TypeAlias = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser; it ends with the last test of a file, for its event loop is in the way of other tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not at hand: it comes with '.[dev]'")
    path = chromium()
    if path is None:
        pytest.skip(f"no browser at hand: none of {', '.join(NAMES)} is on the path")
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield made
        made.close()


Opened: TypeAlias = dict[str, Visit]
"""Pages by the options of their profile: making one takes longer than most tests."""


@pytest.fixture(scope="module")
def opened() -> Opened:
    """The pages that were opened so far; they go with the browser."""
    return {}


def _profile(browser: Browser, options: dict[str, Any]) -> Visit:
    defaults = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    visit = Visit(page=browser.new_context(**{**defaults, **options}).new_page())
    visit.page.on("console", lambda message: visit.said.append(message.text))
    visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    return visit


@pytest.fixture
def visit(browser: Browser, opened: Opened) -> Iterator[Open]:
    """Opens a file: `visit(path, "#fragment", color_scheme="dark")`; the same options give the same page again."""
    used: list[Visit] = []

    def open_(path: Path, fragment: str = "", **options: Any) -> Visit:
        key = repr(sorted(options.items()))
        found = opened[key] = opened.get(key) or _profile(browser, options)
        found.page.goto("about:blank")  # else a new fragment would be no new visit
        found.said.clear()
        found.asked.clear()
        found.page.goto(path.as_uri() + fragment)
        used.append(found)
        return found

    yield open_
    for one in used:
        one.page.evaluate("localStorage.clear()")
        one.page.emulate_media(media="screen")


@pytest.fixture
def faults() -> Callable[[Visit], list[str]]:
    """What axe-core finds serious or critical on a page, everything unfolded, one of each sort of item."""
    if not AXE.is_file():
        pytest.skip("axe-core is not at hand: `make outside` installs it")

    def found(visit: Visit) -> list[str]:
        visit.unfold()
        visit.thin_out()
        visit.page.evaluate(AXE.read_text(encoding="utf-8"))  # a script element would be refused, by the page's policy
        result = visit.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {node['html'][:200]}"
            for fault in result["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    return found


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The pages that are looked at, by name."""
    return write(tmp_path_factory.mktemp("pages"))
