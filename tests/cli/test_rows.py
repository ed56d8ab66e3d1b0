"""Rows that a user writes beside a document stand for the API as the built-in ones do; without any, nothing does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.errors import Exit
from tests import many
from tests.cli.conftest import Run, Serve

THING, COUNT, PART = many.ALL
ROWS: dict[str, Any] = {
    "GET /things/{id}": {
        "red": {"parameters": {"id": 7}, "body": {"id": 7, "note": "red"}},
        "plain": {"parameters": {"id": 8}, "body": {"id": 8, "note": None}},
        "gone": {"parameters": {"id": 9}, "status": 404},
    },
    f"GET {many.ACME}/v1/things/count": {"three": {"body": {"count": 3}}},
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path) -> None:
    """Commands run where the three contracts are."""
    many.write_schemas(tmp_path)
    many.write_cassettes(tmp_path)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Rows of both operations of one api, one called as its document does, the other with all of its address."""
    path = tmp_path / "schemas" / "acme" / "rows.json"
    path.write_text(json.dumps(ROWS))
    return path


@pytest.mark.usefixtures("rows")
def test_rows_are_served(served: Serve) -> None:
    """With their own status; other ids are not there; an operation without rows has a legal answer to any."""
    with served("--contract", "acme") as told:
        headers = {"Authorization": f"Bearer {told['key']}"}
        found = {}
        for path in ("things/7", "things/8", "things/9", "things/10", "things/count"):
            answer = requests.get(f"{told['url']}/v1/{path}", headers=headers, timeout=5)
            found[path] = answer.status_code, answer.text and answer.json()
        refused = requests.get(f"{told['url']}/v1/things/x", headers=headers, timeout=5)
    assert told["rows"] == "7,8"
    assert found == {
        "things/7": (200, {"id": 7, "note": "red"}),
        "things/8": (200, {"id": 8, "note": None}),
        "things/9": (404, ""),
        "things/10": (404, ""),
        "things/count": (200, {"count": 3}),
    }
    assert refused.status_code == 400


@pytest.mark.usefixtures("rows")
def test_rows_make_the_reference_a_witness(run: Run) -> None:
    """It is a target by default, its findings break the run, and what it shows is evidence."""
    done = run("verify", "--contract", THING.slug, "--max-examples", "1")
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    assert "\nchecked    the reference provider: " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("verdict    kept by the reference provider and 1 recording;")


def test_a_row_that_breaks_the_contract_is_found(run: Run, rows: Path) -> None:
    """A mistake in the document shows where the row says otherwise."""
    rows.write_text(rows.read_text().replace('"note": null', '"note": 5'))
    done = run("verify", "--contract", THING.slug, "--max-examples", "1", "--against", "reference")
    assert done.returncode == Exit.BROKEN
    assert "\nviolation  note.type" in done.stdout


@pytest.mark.usefixtures("rows")
def test_rows_are_recorded_by_their_names(run: Run, tmp_path: Path) -> None:
    """Each as one cassette; of a contract without rows nothing is recorded, and that is said."""
    done = run("record", "--against", "reference")
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    names = {path.name for path in (tmp_path / "cassettes/acme").rglob("*.yaml")}
    assert names == {"mine.yaml", "red.yaml", "plain.yaml", "gone.yaml", "three.yaml"}
    assert done.stderr == f"contracts: not asked: 1 contract, the reference provider has no rows of it: {PART.slug}\n"


def test_a_contract_without_rows_is_checked_against_itself_alone(run: Run) -> None:
    """Its rules are proven, which is no verdict on anybody: exit 3, and where rows go is said."""
    done = run("verify", "--contract", "bolt", "--against", "reference")
    assert done.returncode == Exit.NOT_CHECKED
    why = "a self-check, for they are made from the contract; rows of the API's own go into schemas/bolt/rows.json"
    lines = done.stdout.splitlines()
    assert f"checked    its own answers: not checked, {why}" in lines
    assert "findings   none" in lines
    proof = next(line.split() for line in lines if line.startswith("proof"))
    assert proof[1] == proof[3]
    assert lines[-1] == f"verdict    not checked: its own answers: {why}"


@pytest.mark.parametrize("broken", [False, True])
def test_a_self_check_changes_no_verdict(run: Run, tmp_path: Path, broken: bool) -> None:
    """Beside recordings these alone decide, in the text, in the reports and in the exit code."""
    many.write_schemas(tmp_path / "other")
    many.write_cassettes(tmp_path / "other", *([PART] if broken else []))
    both = ("--against", "cassettes", "--against", "reference")
    alone = run("verify", "--contract", "bolt", *both[:2], cwd=tmp_path / "other")
    beside = run("verify", "--contract", "bolt", *both, "--report", "junit=r.xml", cwd=tmp_path / "other")
    assert alone.returncode == beside.returncode == (Exit.BROKEN if broken else Exit.KEPT)
    assert alone.stdout.splitlines()[-1] == beside.stdout.splitlines()[-1]
    assert ("<failure" in (tmp_path / "other" / "r.xml").read_text()) is broken
    assert "its own answers" not in run("verify", "--contract", "bolt", cwd=tmp_path / "other").stdout


@pytest.mark.parametrize("command", [("verify",), ("serve",), ("record", "--against", "reference")])
def test_rows_that_can_t_be_read_are_one_line(run: Run, rows: Path, command: tuple[str, ...]) -> None:
    """An operation that there isn't, or no rows at all: exit 2, with the file's name."""
    for text, told in (
        (
            '{"GET /thing/{id}": {}}',
            "'GET /thing/{id}' is no operation of openapi.json; write one like 'GET /v1/things/",
        ),
        ("[]", "not an object of operations, each with its rows by name"),
    ):
        rows.write_text(text)
        done = run(*command)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (Exit.UNUSABLE, "", 1)
        assert f"schemas/acme/rows.json: {told}" in done.stderr


def test_rows_are_asked_for_with_all_that_a_request_needs(run: Run, tmp_path: Path) -> None:
    """A required parameter beside the path's, and a key that travels in the query."""
    path = tmp_path / "schemas" / "bolt" / "openapi.yaml"
    document = json.loads(path.read_text())
    document["components"]["securitySchemes"]["key"] |= {"in": "query"}
    (item,) = document["paths"].values()
    item["get"]["parameters"].append({"name": "unit", "in": "query", "required": True, "schema": {"type": "integer"}})
    path.write_text(json.dumps(document))
    body = {"id": 9, "state": "used"}
    path.with_name("rows.json").write_text(
        json.dumps({PART.operation: {"nine": {"parameters": {"part": 9}, "body": body}}})
    )
    done = run("verify", "--contract", "bolt", "--against", "reference", "--max-examples", "1")
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    assert "the reference provider: 2 answers, 1 of them a success\n" in done.stdout
