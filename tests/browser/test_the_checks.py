"""The checks of this folder can fail: each is shown a page with the fault that it looks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Open, Visit

BAD = """<!doctype html><html><head><title>x</title></head><body><main>
<img src="missing.png"><button></button><p style="color:#ddd">pale</p><script>console.error("oh"); nothing();</script>
</main></body></html>"""


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
