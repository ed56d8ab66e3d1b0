"""Null where an example alone speaks: drift, since an example can't show that null never comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.writing import schema_document, text
from tests.cli.conftest import Run
from tests.cli.logs import EXAMPLE, exchange, log
from tests.rules.synthetic import PAGE as REPLY_PAGE
from tests.rules.vendors import derive_page

STEP: dict[str, Any] = EXAMPLE["currentStep"]
TYPE = "currentStep.displayName.type"
NULL = EXAMPLE | {"currentStep": STEP | {"displayName": None}}

DERIVED = derive_page(REPLY_PAGE)

PAGE = """GET
/v1/things/{id}
Get a thing
curl --request GET \\
  --url https://api.example.com/v1/things/{id}
EXAMPLE

Path Parameters

id
integer
required

The thing's number.

Response

The thing.

held
object

What it holds.
"""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path) -> None:
    """A contract here that was derived from the page alone, whose example alone shows the name."""
    document = tmp_path / "schemas" / "reply" / "openapi.json"
    document.parent.mkdir(parents=True)
    document.write_text(text(DERIVED.document))


def told(run: Run, folder: Path, body: Any, *options: str) -> tuple[int, str]:
    """Exit code and output of `verify` over one recorded answer."""
    done = run("verify", log(folder, exchange(body=body)), *options)
    return done.returncode, done.stdout


def test_null_beside_an_example_is_drift(run: Run, tmp_path: Path) -> None:
    """Told under the same rule, and it breaks only where drift does."""
    code, found = told(run, tmp_path, NULL)
    assert (code, f"drift      {TYPE}" in found, "violation" in found) == (0, True, False)
    assert told(run, tmp_path, NULL, "--fail-on", "drift")[0] == 1


@pytest.mark.parametrize("value", [2, True, {}, []])
def test_any_other_type_breaks_what_the_example_shows(run: Run, tmp_path: Path, value: Any) -> None:
    """An example shows a type."""
    code, found = told(run, tmp_path, EXAMPLE | {"currentStep": STEP | {"displayName": value}})
    assert (code, f"violation  {TYPE}" in found) == (1, True)


def test_absence_breaks_what_the_example_shows(run: Run, tmp_path: Path) -> None:
    """An example shows a presence."""
    code, found = told(run, tmp_path, EXAMPLE | {"currentStep": {"stepId": 1}})
    assert (code, "violation  currentStep.displayName.required" in found) == (1, True)


def test_null_where_the_list_names_a_type_stays_a_violation(run: Run, tmp_path: Path) -> None:
    """What is documented without null excludes it."""
    code, found = told(run, tmp_path, EXAMPLE | {"statusInSequence": None})
    assert (code, "violation  statusInSequence.type" in found) == (1, True)


def test_a_documented_sentence_about_the_null_is_broken_all_the_same(run: Run, tmp_path: Path) -> None:
    """Without a step the name is "Finished", says the page: null is one cause, told as that."""
    code, found = told(run, tmp_path, EXAMPLE | {"currentStep": {"stepId": None, "displayName": None}})
    assert code == 1
    assert "violation  currentStep.no-step-is-finished" in found
    assert "broken at   log.ndjson:1 /currentStep/displayName" in found
    assert TYPE not in found


def test_one_place_with_null_and_another_type_is_two_findings(run: Run, tmp_path: Path) -> None:
    """The graver one isn't hidden by the weaker, though both have one fingerprint."""
    done = run("verify", log(tmp_path, exchange(body=NULL), exchange(body=json.loads(json.dumps(NULL).replace(
        '"displayName": null', '"displayName": 2'
    )))))  # fmt: skip
    assert done.returncode == 1
    assert f"violation  {TYPE}" in done.stdout
    assert f"drift      {TYPE}" in done.stdout


def test_a_level_that_the_project_sets_counts(run: Run, tmp_path: Path) -> None:
    """Whoever knows that null never comes says so."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.contracts.levels]\n"{TYPE}" = "violation"\n')
    done = run("verify", log(tmp_path, exchange(body=NULL)), cwd=tmp_path)
    assert (done.returncode, f"violation  {TYPE}" in done.stdout) == (1, True)


def test_the_schemas_assert_violations_alone() -> None:
    """Both written forms let such a null pass, and the contract read back still knows the type that was shown."""
    schema = Draft202012Validator(schema_document(DERIVED.contract))
    assert schema.is_valid(NULL)
    assert not schema.is_valid(EXAMPLE | {"currentStep": STEP | {"displayName": 2}})
    assert not schema.is_valid(EXAMPLE | {"currentStep": {"stepId": None, "displayName": None}})
    (found,) = (one for one in DERIVED.contract.rules if one.id == TYPE)
    assert found.says == {"types": ["string"]}


@pytest.mark.parametrize("held", [
    {"a": None, "b": None, "c": None, "d": None, "f": None},
    {"a": 1, "b": "x", "c": True, "d": {"e": None}, "f": ["x"]},
    {"a": 1, "b": "x", "c": True, "d": {"e": [None]}, "f": [None]},
])  # fmt: skip
def test_every_contract_takes_its_examples_so(run: Run, tmp_path: Path, held: Any) -> None:
    """Null is drift at every place that only a page's example shows, whatever type that has."""
    example = {"held": {"a": 1, "b": "x", "c": True, "d": {"e": [1.5]}, "f": ["x"]}}
    (tmp_path / "page.txt").write_text(PAGE.replace("EXAMPLE", json.dumps(example, indent=2)))
    done = run("derive", "page.txt", "--out", "schemas/things", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    one: dict[str, Any] = {
        "request": {"method": "GET", "url": "https://api.example.com/v1/things/5"},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"held": held}},
    }
    told = run("verify", log(tmp_path, one), cwd=tmp_path)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count("drift      ") == str(held).count("None")
    one["response"]["body"] = {"held": None}
    assert run("verify", log(tmp_path, one), cwd=tmp_path).returncode == 1
