"""A description as large as a vendor's whole one stays usable: read, verified, compared and shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import large
from tests.cli.conftest import Run
from tests.documenting.reader import Reader

EVEN = [number for number in range(0, large.PATHS, 2) if number % 10 != 9]


@pytest.fixture(scope="module")
def text() -> str:
    """It, made once."""
    return large.description()


@pytest.fixture
def here(text: str, tmp_path: Path) -> Path:
    """A working directory with it."""
    (tmp_path / "schemas" / "workshop").mkdir(parents=True)
    (tmp_path / "schemas" / "workshop" / "openapi.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_it_is_of_that_size(text: str) -> None:
    """Two megabytes, hundreds of anchors, each met again."""
    assert 1_800_000 < len(text) < 3_000_000
    assert text.count(" &ref_") > 500
    assert text.count(" *ref_") > text.count(" &ref_")


def test_it_is_derived_as_it_is(run: Run, text: str, tmp_path: Path) -> None:
    """Every operation is a contract; the document stays the vendor's, byte for byte, with a schema for each answer."""
    (tmp_path / "openapi.yaml").write_text(text, encoding="utf-8")
    done = run("derive", "openapi.yaml", "--out", "schemas/workshop")
    assert done.returncode == 0, done.stderr[-500:]
    found = text.count('"operationId"')
    assert done.stdout.startswith(f"openapi.yaml: {found} operations, ")
    assert len([line for line in done.stdout.splitlines() if line.startswith("  ")]) == found
    assert (tmp_path / "schemas" / "workshop" / "openapi.yaml").read_text(encoding="utf-8") == text
    schemas = list((tmp_path / "schemas" / "workshop").glob("*.schema.json"))
    assert len(schemas) > found / 2
    assert json.loads(schemas[0].read_text())["$schema"].endswith("2020-12/schema")


def test_its_answers_are_verified_and_one_that_breaks_is_found(run: Run, here: Path) -> None:
    """Of an answer of every thing the one that breaks its contract opens the report; all others are kept or idle."""
    wrong = large.sample(40) | {"state": "melted"}
    (here / "log.ndjson").write_text("".join(large.exchange(one, wrong if one == 40 else None) for one in EVEN))
    done = run("verify", "log.ndjson", "--report", "html=report.html")
    assert done.returncode == 1, done.stderr[-500:]
    first = done.stdout.splitlines()
    assert first[0].startswith(f"contracts  1 broken, {len(EVEN) - 1} kept, ")
    assert first[2].startswith(f"contract   GET /v1/{large.name_of(40)}/{{id}}  ")
    assert "violation  state.enum" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("verdict    broken: 1 of ")
    page = Reader((here / "report.html").read_text(encoding="utf-8"))
    assert "state.enum" in page.text
    assert '"melted"' in page.text


def test_one_new_value_is_all_that_moved(run: Run, here: Path, text: str) -> None:
    """A value more in one operation is told of that operation, and nothing of all the others, which are the same."""
    at = text.index('"sort"', text.index(f'"list_{large.name_of(101)}"'))
    moved = text[:at] + re.sub(r'( *- )"-made"\n', r'\g<0>\1"size"\n', text[at:], count=1)
    (here / "new.yaml").write_text(moved, encoding="utf-8")
    found = json.loads(run("drift", "new.yaml", "--format", "json").stdout)
    told = [change for part in found.get("contracts", [found]) for change in part["changes"]]
    assert [one["kind"] for one in told] == ["parameter.widened"]
    assert large.name_of(101) in json.dumps(told[0])


def test_its_documentation_has_an_index_to_search(run: Run, here: Path) -> None:
    """Pages of a part of it: an index with a search field, from which each page is reached; each page is whole."""
    done = run("docs", "--contract", "GET /v1/*9*", "--out", "site")
    assert done.returncode == 0, done.stderr[-500:]
    index = Reader((here / "site" / "index.html").read_text(encoding="utf-8"))
    assert ("input", {"type": "search", "autocomplete": "off", "spellcheck": "false"}) in index.elements
    pages = [link for link in index.links() if link.endswith(".html") and link != "index.html"]
    assert len(set(pages)) == len(list((here / "site").glob("*.html"))) - 1 > 40
    for page in pages:
        assert "index.html" in Reader((here / "site" / page).read_text(encoding="utf-8")).links()
