"""What goes into a history file, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.commands.drift import compare
from contracts.commands.targets import Plan
from contracts.commands.verify import verified
from contracts.errors import Unusable
from contracts.history import recalled, remember_drift, remember_runs
from contracts.model.drift import Drift
from contracts.model.run import Results
from tests.commands.test_drift import EXAMPLE, document, log, operation, page
from tests.rules.synthetic import REPLY
from tests.sources.conftest import here  # noqa: F401  a fixture

FILE = Path("history.db")

pytestmark = pytest.mark.usefixtures("here")


def compared(*sides: str, traffic: str | None = None) -> Results[Drift]:
    """What a comparison finds."""
    return compare(sides, traffic)


def test_a_run_comes_back_with_what_it_met() -> None:
    """The verdict, how often each branch was taken, and that it was in recordings."""
    remember_runs(FILE, verified((), Plan(paths=(Path(log(EXAMPLE, EXAMPLE)),)), "violation").parts)
    (chronicle,) = recalled(FILE).operations
    assert (chronicle.operation, chronicle.runs.verdicts) == (REPLY.operation, {"kept": 1})
    (past,) = next(one.seen for one in chronicle.branches if one.branch == "isOptedOut=false")
    assert (past.origin, past.count, past.runs, past.replays) == ("recorded", 2, 1, 1)


def test_a_comparison_with_traffic_comes_back() -> None:
    """What traffic broke, and the value that was seen; a page alone has met nothing, and is a run all the same."""
    remember_drift(FILE, compared(page()))
    remember_drift(FILE, compared(page(), traffic=log({**EXAMPLE, "isOptedOut": None})))
    (chronicle,) = recalled(FILE).operations
    assert (chronicle.runs.count, chronicle.runs.verdicts) == (2, {"kept": 1, "broken": 1})
    (finding,) = chronicle.findings
    assert (finding.rule, finding.pointer, finding.values[0].seen) == ("isOptedOut.type", "/isOptedOut", "null")
    assert finding.replays == 1


def test_a_comparison_of_a_document_and_traffic_is_of_that_document() -> None:
    """Its operation is a chronicle of its own, beside the contract's here."""
    url = "https://api.example.com/a"
    remember_drift(FILE, compared(document("a.json", a=operation("Get A", "a")), log({"a": "x"}, url=url)))
    remember_drift(FILE, compared(page()))
    assert [one.operation for one in recalled(FILE).operations] == ["GET /a", REPLY.operation]


def test_a_comparison_without_a_contract_is_not_forgotten_silently() -> None:
    """Two documents, or two logs: nothing was held to a contract, and whoever asked for memory is told."""
    old = page(name="old.txt")
    with pytest.raises(Unusable, match=r"nothing to remember: old\.txt and page\.txt were compared"):
        remember_drift(FILE, compared(old, page()))
    assert not FILE.exists()
