"""Pages at their largest, in a browser: how long they take to open and to filter, and the longest freeze.

A run report of 50,000 different findings and the documentation of a contract with 300 fields, each beside its small
sibling (100 findings, 10 fields). Turns are taken in one run and the first is thrown away; medians are printed, with
the ratios of large to small. Only ratios are meant to travel.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.consumer.legal_cases import legal_cases
from contracts.documenting.rendering import contract_page
from contracts.documenting.sheet import Sheet
from contracts.model.contract import Contract
from contracts.model.finding import Judgement
from contracts.proving.proof import prove
from contracts.reading.openapi import contracts_of, document_of
from contracts.reports.html import render
from tests.bench.harness import Size, size
from tests.browser.system import QUIET, chromium
from tests.reports.written import many

TURNS = 5

FREEZES = """window.longest = 0; new PerformanceObserver(list => {
    for (const one of list.getEntries()) window.longest = Math.max(window.longest, one.duration);
}).observe({type: "longtask", buffered: true});"""
"""Tasks above 50 ms, the browser's own measure of a freeze."""

DRAWN = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"

FILTER = """async text => {
    const field = [...document.querySelectorAll("form.filter input")].at(-1);
    const start = performance.now();
    field.value = text;
    field.dispatchEvent(new InputEvent("input", {bubbles: true}));
    await new Promise(done => setTimeout(done, 80));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start - 80;
}"""
"""The 80 ms are what the filter waits for the typing to pause."""


def contract(count: int) -> Contract:
    """A contract with so many fields, and three rules for each."""
    names = [f"field{number}" for number in range(count)]
    fields = {name: {"type": "string", "enum": ["one", "two"], "description": f"What {name} says."} for name in names}
    schema = {"type": "object", "required": names, "properties": fields}
    body = {"schema": schema, "example": dict.fromkeys(names, "one")}
    answer = {"description": "The thing.", "content": {"application/json": body}}
    asked = {"summary": "Get a large thing", "responses": {"200": answer}}
    document = {
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/things": {"get": asked}},
    }
    return contracts_of(document_of(document, "large.json"))[0]


def documentation(count: int) -> str:
    """The page of a contract with so many fields."""
    made = contract(count)
    sheet = Sheet(contract=made, vendor="large", judgement=Judgement(), proofs=prove(made), cases=legal_cases(made))
    return contract_page(sheet, {})


PAGES: dict[str, tuple[Callable[[int], str], int, int, str]] = {
    "run report, findings": (lambda count: render(many(count)), 100, 50_000, "field7"),
    "documentation, fields": (documentation, 10, 300, "field7"),
}
"""What makes the page, of the small and the large number, and what is searched for."""


def measured(browser: Any, path: Path, text: str) -> tuple[float, float, float]:
    """Milliseconds until the page stands, for one filtering, and of the longest freeze in all."""
    page = browser.new_page()
    page.add_init_script(FREEZES)
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.evaluate(DRAWN)
    opened = (time.perf_counter() - start) * 1000
    filtered = float(page.evaluate(FILTER, text))
    frozen = float(page.evaluate("window.longest"))
    page.close()
    return opened, filtered, frozen


def main(given: Size) -> None:
    """Prints a line for each page."""
    from playwright.sync_api import sync_playwright

    program = chromium()
    if program is None:
        print("pages in a browser are not measured: there is no Chromium on this machine")
        return
    print(f"{'':<30} {'made':>9} {'size':>9} {'opened':>9} {'filtered':>9} {'longest freeze':>15}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(QUIET))
        for name, (make, small, large, text) in PAGES.items():
            medians = []
            for count in (small, given.of(large, small)):
                path = Path(folder, f"{count}.html")
                start = time.perf_counter()
                path.write_text(make(count), encoding="utf-8")
                spent = time.perf_counter() - start
                turns = [measured(browser, path, text) for _ in range(given.turns(TURNS) + 1)][1:]
                opened, filtered, frozen = (statistics.median(turn[at] for turn in turns) for at in range(3))
                medians.append((opened, filtered))
                mega = path.stat().st_size / 2**20
                times = f"{opened:6.0f} ms {filtered:6.0f} ms {frozen:12.0f} ms"
                print(f"{count:>7,} {name:<22} {spent:7.1f} s {mega:6.1f} MB {times}")
            ratios = [one / other for one, other in zip(medians[1], medians[0], strict=True)]
            print(f"{'large : small':<50} x{ratios[0]:8.1f} x{ratios[1]:8.1f}")
        browser.close()


if __name__ == "__main__":
    main(size())
