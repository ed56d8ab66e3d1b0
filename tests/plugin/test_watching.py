"""`pytest --contracts`: a user's existing suite becomes a contract test without a changed line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASSETTE = ROOT / "cassettes/reply/get-a-contact-in-a-sequence/finished.yaml"

SUITE = """
import requests
import vcr


def test_mine():
    with vcr.use_cassette("mine.yaml", record_mode="none"):
        url = "https://api.reply.io/v3/sequences/100/contacts/12350"
        assert requests.get(url, timeout=5).json()["sequenceId"] == 100
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's project: one test, one cassette, and no plugin but ours."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "contracts.plugin")
    pytester.makepyfile(test_mine=SUITE)
    shutil.copy(CASSETTE, pytester.path / "mine.yaml")
    return pytester.path / "mine.yaml"


@pytest.mark.usefixtures("suite")
def test_good_answers_are_kept(pytester: pytest.Pytester) -> None:
    """The played answer is counted, and the run stays green."""
    done = pytester.runpytest_subprocess("--contracts")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["kept: 1 played answers of 1 known operations, 0 of others"])


def test_a_broken_answer_fails_a_green_run(pytester: pytest.Pytester, suite: Path) -> None:
    """The user's own assertions pass; the broken promise is printed with both places, and the run fails."""
    suite.write_text(suite.read_text().replace('"Finished"', '"2"'))
    done = pytester.runpytest_subprocess("--contracts")
    assert done.ret == 1
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["broken: 1 played answers*", "violation*currentStep.no-step-is-finished", "*mine.yaml*"])


def test_a_run_without_the_option_is_untouched(pytester: pytest.Pytester, suite: Path) -> None:
    """Nothing is judged, printed or failed unless asked for."""
    suite.write_text(suite.read_text().replace('"Finished"', '"2"'))
    done = pytester.runpytest_subprocess()
    assert done.ret == 0
    done.stdout.no_fnmatch_line("*contracts*known operations*")
