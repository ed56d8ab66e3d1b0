"""`contracts cases` as a command."""

from __future__ import annotations

import json

import pytest

from contracts.consumer.legal_cases import legal_cases
from tests.cli.conftest import Run
from tests.rules.synthetic import REPLY

pytestmark = pytest.mark.usefixtures("schemas")


def test_the_cases_are_listed_tier_by_tier(run: Run) -> None:
    """Names and what each is about; the legal ones first."""
    done = run("cases")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == f"legal  {len(legal_cases(REPLY))}"
    assert [line.split()[0] for line in lines[1:4]] == ["example", "email=null", "email=empty"]
    assert [line.split()[0] for line in lines if line and line[0] != " "] == ["legal", "tomorrow", "error"]
    assert any(line.split() == ["currentStep.no-step", "`currentStep.stepId`", "is", "null"] for line in lines)


def test_the_json_holds_every_answer(run: Run) -> None:
    """The same cases with their bytes, twice the same."""
    done = run("cases", "--format", "json")
    document = json.loads(done.stdout)
    legal = [case for case in document["cases"] if case["tier"] == "legal"]
    expected = legal_cases(REPLY)
    assert [(case["name"], case["body"].encode()) for case in legal] == [(one.name, one.body) for one in expected]
    assert run("cases", "--format", "json").stdout == done.stdout
