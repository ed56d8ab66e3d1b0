"""The written reports, shown unchanged to the schemas of others. `make outside` installs those."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from contracts.model.report import Report
from contracts.reports import rendered
from tests.reports.conftest import (  # noqa: F401  fixtures
    drift,
    finding,
    hostile,
    poison,
    poisoned,
    proofs,
    result,
    run,
    verified,
)

SCHEMA = (
    Path(__file__).parents[2] / ".cache/outside/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
)


@pytest.fixture(scope="module")
def sarif() -> Draft4Validator:
    """SARIF 2.1.0 as its makers describe it. Skips where that isn't at hand."""
    if not SCHEMA.exists():
        pytest.skip("the SARIF schema is not at hand: `make outside` installs it")
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def wrong(validator: Draft4Validator, document: Any) -> list[str]:
    """Where a document isn't valid."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]


def test_sarif_is_valid(sarif: Draft4Validator, result: Report) -> None:  # noqa: F811  the fixture
    """What came of each command, suppressions and both places included, is SARIF 2.1.0 by its schema."""
    assert wrong(sarif, json.loads(rendered("sarif", result))) == []


def test_hostile_text_leaves_it_valid(sarif: Draft4Validator, poison: Report) -> None:  # noqa: F811
    """So is one full of texts that would rather be something else."""
    assert wrong(sarif, json.loads(rendered("sarif", poison))) == []


def test_a_run_that_checked_nothing_is_valid(sarif: Draft4Validator, run: Any) -> None:  # noqa: F811
    """The notification that says why is valid, too, and the schema would see a wrong one."""
    document = json.loads(rendered("sarif", verified(replace(run(), targets=()))))
    assert wrong(sarif, document) == []
    document["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["level"] = "grave"
    assert wrong(sarif, document) != []
