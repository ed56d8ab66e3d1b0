"""`contracts docs` and `contracts explain` as a user runs them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run
from tests.documenting.reader import Reader
from tests.reading.scores import OWN
from tests.web.test_markdown_template import rendered

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


def told(run: Run, tmp_path: Path, text: str) -> tuple[str, str]:
    """What `docs` writes of a page or a description with the title Farm: the HTML's text, and the Markdown."""
    (tmp_path / "farm.txt").write_text(text, encoding="utf-8")
    assert run("derive", "farm.txt", "--out", "schemas/farm").returncode == 0
    done = run("docs")
    assert done.returncode == 0, done.stderr
    html, markdown = (next((tmp_path / "site").glob(f"*farm*.{kind}")) for kind in ("html", "md"))
    read = Reader(html.read_text(encoding="utf-8").replace("<", " <"))
    assert len(read.ids()) == len(set(read.ids()))
    assert {link[1:] for link in read.links() if link.startswith("#")} <= set(read.ids())
    return " ".join(read.text.split()), markdown.read_text(encoding="utf-8")


def test_docs_shows_what_a_request_s_body_has_to_be(run: Run, tmp_path: Path) -> None:
    """By media type: presence, type, null, values, bounds and the lines of each field, in either form."""
    html, markdown = told(run, tmp_path, (OWN / "open-a-farm.txt").read_text(encoding="utf-8"))
    for media in ("application/json", "multipart/form-data"):
        assert f"Request body: {media} What to send as {media} ." in html
        assert f"## Request body: {media}\n\nWhat to send as `{media}`.\n\n| Field |" in markdown
    name = "name string required What the farm is called. Form at most 40 characters long Promised farm.txt, line 33"
    assert name in html
    assert 'kind string required Values "dairy" "grain" Promised' in html
    assert "acres integer or null optional The land, in acres. Form at least 1 Promised" in html
    assert (
        "\n| `name` | string | required | What the farm is called.<br>*at most 40 characters long* | farm.txt, line 33"
        in markdown
    )
    assert '\n| `kind` | string | required | • `"dairy"`<br>• `"grain"` | farm.txt, line 40: documented; ' in markdown
    assert (
        "\n| `acres` | integer or null | optional | The land, in acres.<br>*at least 1* | farm.txt, line 46" in markdown
    )
    assert "\n| `photo` | string | optional | farm.txt, line 65: documented |\n\n## Answers\n" in markdown


ASKED = """
openapi: 3.1.0
info: {title: farms, version: '1'}
servers: [{url: https://api.example.com}]
paths:
  /farm:
    post:
      summary: farm
      requestBody: {content: {'text/<b>': {schema: {
        type: object, minProperties: 1, properties: {'<b>|`x': {type: string, description: '<img src=x>|[a](b)'},
          body: {}},
        if: {properties: {kind: {const: grain}}, required: [kind]}, then: {properties: {acres: {type: 'null'}}}}}}}
      responses: {'204': {description: made}}
"""


def test_what_a_description_asks_for_is_whole_and_escaped(run: Run, tmp_path: Path) -> None:
    """What holds of the body itself is told too, that it may be left out, and no text becomes markup."""
    html, markdown = told(run, tmp_path, ASKED)
    for text in (html, markdown):
        assert "it may be left out." in text
        assert "minProperties 1" in text
        assert "wherever kind is" in text
    assert "the whole body object" in html
    assert "<b>|`x string optional <img src=x>|[a](b) Promised" in html
    assert not re.findall(r"<(b|img|a)\b", rendered(markdown))


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
