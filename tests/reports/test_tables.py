"""The tables of formats: every entry renders what came of every command, and nothing from outside acts in any."""

from __future__ import annotations

import pytest

from contracts.model.report import Report
from contracts.model.text import inert
from contracts.reports import FORMATS, REPORTS, rendered
from tests.reports.conftest import verified

ALL = (*FORMATS, *REPORTS)


@pytest.mark.parametrize("form", ALL)
def test_each_entry_renders_each_result(form: str, result: Report) -> None:
    """The same text for the same result, its last line ended; no format is listed without a renderer."""
    text = rendered(form, result)
    assert text == rendered(form, result)
    assert text.endswith("\n")
    assert len(text) > 100


@pytest.mark.parametrize("form", ALL)
def test_no_run_at_all_is_a_text(form: str) -> None:
    """Nothing fails where there is nothing to tell."""
    assert isinstance(rendered(form, verified()), str)


@pytest.mark.parametrize("form", ALL)
def test_nothing_invisible_gets_through(form: str, poison: Report) -> None:
    """Whatever stands in a result, each format is printable lines that can be written as UTF-8."""
    text = rendered(form, poison)
    assert not [one for one in text if not one.isprintable() and one != "\n"]
    assert text.encode()
    assert "<script>alert(1)" not in text or form in {"text", "json", "github", "sarif"}


def test_a_report_tells_each_problem_once(result: Report) -> None:
    """What breaks the run comes first, what is accepted last, and every problem of a check is among them."""
    report = result
    ranks = [(not one.fatal, one.accepted is not None) for one in report.problems]
    assert ranks == sorted(ranks)
    names = [(one.fingerprint, one.level) for one in report.problems]
    assert len(names) == len(set(names))
    told = {one.fingerprint for suite in report.suites for check in suite.checks for one in check.problems}
    assert told == {one.fingerprint for one in report.problems}
    assert (report.verdict == "broken") == any(one.fatal for one in report.problems)


@pytest.mark.parametrize("text", ["##[error]gone", "a ##[set-env name=A]b", "###[[", "\u202e##[x]"])
def test_no_text_is_a_command_of_the_runner(text: str) -> None:
    """What GitHub's runner would obey in the middle of a line is broken up, and stays readable."""
    assert "##[" not in inert(text)
