"""Takes the README's screenshots of what the real commands write; run it with `make screenshots`.

The report is that of the recordings with three answers edited. Each picture is taken at the width of a desk and of a
phone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.system import QUIET, chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".github" / "screenshots"
SLUG = "get-a-contact-in-a-sequence"
EDITS = {
    "finished.yaml": ('"Finished"', '"2"'),
    "out-of-office.yaml": ('"outOfOffice"', '"OutOfOffice"'),
    "replied.yaml": ('"isOptedOut"', '"optedOut"'),
}
WIDTHS = (1280, 390)
HEIGHT = 1240


def command(*arguments: str, cwd: Path) -> None:
    """Run our own command; 1 is the verdict that is wanted of a broken recording."""
    done = subprocess.run([sys.executable, "-m", "contracts", *arguments], cwd=cwd, check=False, capture_output=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())


def written(folder: Path) -> dict[str, Path]:
    """The documentation of this repository, and the report of a copy of its recordings in which answers are edited."""
    for name in ("schemas", "cassettes"):
        shutil.copytree(ROOT / name, folder / name)
    command("docs", "--out", "site", cwd=folder)
    for name, (old, new) in EDITS.items():
        path = folder / "cassettes" / "reply" / SLUG / name
        text = path.read_text(encoding="utf-8")
        if old not in text:
            sys.exit(f"{path.name}: there is no {old} to edit; choose another edit in {Path(__file__).name}")
        path.write_text(text.replace(old, new), encoding="utf-8")
    command("verify", "--against", "cassettes", "--report", "html=site/report.html", cwd=folder)
    return {"contract": folder / "site" / f"{SLUG}.html", "report": folder / "site" / "report.html"}


def main() -> None:
    """Writes the pictures."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        sys.exit("no Chromium on this machine: install the system's package first")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        for name, page in written(Path(folder)).items():
            for width in WIDTHS:
                tab = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme="light")
                tab.goto(page.as_uri())
                tab.screenshot(path=PICTURES / f"{name}-{width}.png")
        browser.close()


if __name__ == "__main__":
    main()
