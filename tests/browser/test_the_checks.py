"""The checks of this folder can fail: each is shown a page with the fault that it looks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Open, Visit

BAD = """<!doctype html><html><head><title>x</title></head><body><main>
<img src="missing.png"><button></button><p style="color:#ddd">pale</p><script>console.error("oh"); nothing();</script>
</main></body></html>"""


ALIKE = """<!doctype html><title>x</title><p data-item="a"><b>1</b></p><p data-item="b"><b>2</b><b>3</b></p>
<p data-item="c"><i>4</i></p><details open>5</details><details open>6</details><details class="x" open>7</details>"""


def test_every_sort_of_item_is_looked_at(tmp_path: Path, visit: Open) -> None:
    """Of items built alike one is kept; what has another tag or class is another sort."""
    path = tmp_path / "alike.html"
    path.write_text(ALIKE)
    found = visit(path)
    found.thin_out()
    assert (found.page.locator("body").text_content() or "").split() == ["1", "457"]


def test_faults_are_found(tmp_path: Path, visit: Open, faults: Callable[[Visit], list[str]]) -> None:
    """A request, a message, an error and an inaccessible element do not go unseen."""
    path = tmp_path / "bad.html"
    path.write_text(BAD)
    found = visit(path)
    found.page.wait_for_timeout(50)
    assert [url.rpartition("/")[2] for url in found.asked] == ["bad.html", "missing.png"]
    assert any("oh" in text for text in found.said)
    assert any("nothing" in text for text in found.said)
    grave = faults(found)
    for fault in ("image-alt", "button-name", "color-contrast", "html-has-lang"):
        assert any(text.startswith(fault) for text in grave)
