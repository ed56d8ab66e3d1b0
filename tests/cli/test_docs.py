"""`contracts docs` and `contracts explain` as a user runs them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

CLIENT = ROOT / "tests" / "clients" / "broken_client.py"
SLUG = "get-a-contact-in-a-sequence"


def test_docs_writes_a_site_and_says_where(run: Run, tmp_path: Path) -> None:
    """By default into `site`; each file is named on standard error, and nothing else is written."""
    done = run("docs", "--contract", SLUG)
    names = ["index.html", f"{SLUG}.html", f"{SLUG}.md"]
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [f"contracts: wrote site/{name}" for name in names]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    pages = [(tmp_path / "site" / name).read_text(encoding="utf-8") for name in names]
    assert not any(str(tmp_path) in page for page in pages), "where it was written is nobody's matter"


@pytest.mark.usefixtures("project")
def test_docs_shows_what_a_client_survives(run: Run, tmp_path: Path) -> None:
    """The gate's own JSON is taken."""
    gated = run("gate", "--only", "example", "--format", "json", "--", sys.executable, str(CLIENT))
    (tmp_path / "gate.json").write_text(gated.stdout)
    done = run("docs", "--gate", "gate.json")
    assert done.returncode == 0
    page = (tmp_path / "site" / f"{SLUG}.html").read_text(encoding="utf-8")
    assert "broken_client.py" in page


@pytest.mark.usefixtures("project")
def test_docs_refreshes_the_markdown_beside_the_schemas(run: Run, tmp_path: Path) -> None:
    """Of what is in the repository alone, so nothing else may be given with it."""
    path = tmp_path / "schemas" / "reply" / f"{SLUG}.md"
    committed = path.read_bytes()
    path.unlink()
    done = run("docs", "--markdown")
    assert (done.returncode, done.stderr) == (0, f"contracts: wrote schemas/reply/{SLUG}.md\n")
    assert path.read_bytes() == committed
    refused = run("docs", "--markdown", "--gate", "gate.json")
    assert refused.returncode == 2
    assert "leave --gate out" in refused.stderr


def test_docs_refuses_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    """A missing file is one line and exit 2, and no page is written."""
    done = run("docs", "--gate", "missing")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert list(tmp_path.iterdir()) == []


def test_explain_tells_a_rule(run: Run) -> None:
    """What it says, where it is promised, that it can fail, and how to change its level."""
    done = run("explain", "currentStep.no-step-is-finished")
    assert done.returncode == 0
    for part in ("displayName", f"{SLUG}.txt, line 146", "[tool.contracts.levels]", "documented"):
        assert part in done.stdout


def test_explain_names_the_nearest_rule(run: Run) -> None:
    """A slip of the hand is met with the ids that were perhaps meant."""
    done = run("explain", "email.typo")
    assert done.returncode == 2
    assert done.stderr.startswith("contracts: email.typo: no rule of the contracts here; did you mean email.type")
