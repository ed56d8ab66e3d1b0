"""The gate on a small client of ours: a bug planted at any branch is caught, and the report names that branch."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import pytest

from contracts.commands.gate import GateOptions, by_command, gated
from contracts.consumer.child_process import Ended
from contracts.consumer.gating import Runner, Settings, judged
from contracts.consumer.legal_cases import legal_cases
from contracts.consumer.tomorrow_and_error_cases import error_cases, tomorrow_cases
from contracts.errors import Unreachable, Unusable
from contracts.model.gate import Case, Gate
from contracts.reports import rendered
from contracts.reports.gate import part_of
from contracts.rules.branches import branches
from tests.clients.python_client import main
from tests.reports.conftest import gated as report
from tests.rules.synthetic import REPLY

LEGAL = legal_cases(REPLY)
BRANCHES = [branch.name for branch in branches(REPLY) if REPLY.rule(branch.rule).target == "success"]
BOUNDARIES = [case.name for case in LEGAL if case.name not in BRANCHES and case.name != "example"]


def client(**more: str) -> Runner:
    """Our client, called in this process: the same code that runs as a command."""

    def run(ours: Mapping[str, str]) -> Ended:
        try:
            return Ended(code=main({**ours, **more}), output="")
        except Exception:  # noqa: BLE001  an uncaught exception is exit 1 with a traceback, whatever it is
            return Ended(code=1, output=traceback.format_exc())

    return run


def through(run: Runner, cases: tuple[Case, ...] = LEGAL, **options: object) -> Gate:
    """One client through some cases."""
    told = replace(GateOptions(command=("client",)), **options)  # type: ignore[arg-type]  # as given
    return gated(REPLY, cases, by_command(run, (), told.settings), told)


def test_a_good_client_is_kept() -> None:
    """Every legal answer is taken, and the report has no word of breaking."""
    gate = through(client())
    assert (gate.verdict, part_of(gate).lead, gate.causes) == ("kept", "", ())
    assert [one.outcome for one in gate.tried] == ["passed"] * len(LEGAL)


@pytest.mark.parametrize("bug", [*BRANCHES, *BOUNDARIES])
def test_a_bug_at_any_branch_is_caught_by_name(bug: str) -> None:
    """The report's first line names the branch, as the only one; below are its rule and where that is promised."""
    gate = through(client(CLIENT_BUG=bug))
    first, *rest = rendered("text", report(gate)).splitlines()
    assert gate.verdict == "broken"
    assert len(gate.causes) == 1, first
    assert first.startswith("breaks when `")
    assert len(first) < 120
    (cause,) = (line for line in rest if line.startswith("cause "))
    names = re.fullmatch(r"cause +`.+: ([^:]+) \(rule \S+, promised at \S+:\d+\)", cause)
    assert names is not None, cause
    assert bug in names[1].split(", "), first


def test_names_on_the_first_line_are_one_set_of_answers() -> None:
    """Two names stand together only where no legal answer tells them apart."""
    gate = through(client(CLIENT_BUG="email=null"))
    assert gate.causes[0].names == ("email=null",)
    gate = through(client(CLIENT_BUG="currentStep.no-step"))
    takers = [{case.name for case in LEGAL if name in case.traits} for name in gate.causes[0].names]
    assert takers == [takers[0]] * len(takers)


def test_two_bugs_are_two_branches() -> None:
    """Both are named, and nothing else."""
    first, second = client(CLIENT_BUG="email=null"), client(CLIENT_BUG="callStatus=called")

    def both(ours: Mapping[str, str]) -> Ended:
        return second(ours) if ours["CONTRACTS_CASE"].startswith("callStatus") else first(ours)

    gate = through(both)
    assert [cause.names for cause in gate.causes] == [("email=null",), ("callStatus=called",)]
    assert part_of(gate).lead == 'breaks when `email` is null; and when `callStatus` is "called"'


def test_a_client_that_fails_everywhere_is_told_so() -> None:
    """No branch is blamed for what every answer does."""

    def never(ours: Mapping[str, str]) -> Ended:
        client()(ours)
        return Ended(code=1, output="no")

    assert part_of(through(never)).lead == "breaks with every legal answer tried"


def test_a_client_that_asks_elsewhere_is_told_where() -> None:
    """The message names the request, and the option that would answer it."""
    import urllib.error
    import urllib.request

    def lost(ours: Mapping[str, str]) -> Ended:
        try:
            urllib.request.urlopen(f"{ours['CONTRACTS_BASE_URL']}/v3/whoami", timeout=5)  # noqa: S310  loopback
        except urllib.error.HTTPError as error:
            error.close()
        return Ended(code=1, output="who am I?\n")

    with pytest.raises(Unreachable, match=r"its last line: who am I\?; it asked GET /v3/whoami, which --also"):
        through(lost)


def test_a_case_that_was_not_asked_for_is_not_checked() -> None:
    """A client that skips some cases is not kept: exit 3, not 0."""

    def lazy(ours: Mapping[str, str]) -> Ended:
        return Ended(code=0, output="") if ours["CONTRACTS_CASE"] == "email=null" else client()(ours)

    gate = through(lazy)
    assert gate.verdict == "not checked"
    assert [one.case.name for one in gate.tried if one.outcome == "not checked"] == ["email=null"]
    assert "not checked: email=null, never asked for the operation (exit 0)" in rendered("text", report(gate))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"CONTRACTS_PARAM_ID": "one"}, "request.id: id is 'one', not an integer"),
        ({"CONTRACTS_API_KEY": "mine"}, "request.authorization: Authorization is another key"),
    ],
)
def test_a_malformed_request_is_a_finding_against_the_client(wrong: dict[str, str], said: str) -> None:
    """It fails the case even where the client is content, and the report says what is wrong."""

    def content(ours: Mapping[str, str]) -> Ended:
        return replace(client(**wrong)(ours), code=0)

    gate = through(content, LEGAL[:2])
    assert gate.verdict == "broken"
    assert f"wrong    {said}" in rendered("text", report(gate))


def test_only_some_cases() -> None:
    """Patterns of names; the base is tried as well but not reported, and still tells the branches apart."""
    gate = through(client(CLIENT_BUG="email=null"), only=("email=*", "firstName=null"))
    assert [one.case.name for one in gate.tried] == [
        "email=null", "email=empty", "email=long", "email=non-latin", "firstName=null",
    ]  # fmt: skip
    assert gate.causes[0].names == ("email=null",)
    with pytest.raises(Unusable, match=r"--only nothing: no case has such a name"):
        through(client(), only=("nothing",))


def test_parallel_is_the_same_run() -> None:
    """Workers change neither the order nor an outcome."""
    one, four = through(client()), through(client(), settings=Settings(parallel=4))
    shown = [[(tried.case.name, tried.outcome, len(tried.sent)) for tried in gate.tried] for gate in (one, four)]
    assert shown[0] == shown[1]


QUICK = tuple(case for case in (*tomorrow_cases(REPLY), *error_cases(REPLY)) if not case.delay)


def test_other_tiers_count_only_on_request() -> None:
    """A client that dislikes new values is kept, and broken with `--tomorrow`; the report tells them apart."""
    picky = client(CLIENT_BUG="callStatus=somethingNew")
    cases = (*LEGAL[:3], *QUICK)
    loose = through(picky, cases)
    strict = through(picky, cases, also_failing=("tomorrow",))
    assert (loose.verdict, strict.verdict) == ("kept", "broken")
    assert "not counted without --tomorrow\n           callStatus=new-value: complained (exit 1)" in rendered(
        "text", report(loose)
    )
    assert part_of(strict).lead == (
        "fares badly when `callStatus` is a value that nobody has seen yet: callStatus=new-value"
    )


def test_our_client_notices_every_error() -> None:
    """Each refusal, a proxy's page and a cut body end in a complaint."""
    errors = tuple(case for case in QUICK if case.tier == "error")
    gate = through(client(), (*LEGAL[:1], *errors), also_failing=("tomorrow",))
    assert gate.verdict == "kept"
    assert {one.how for one in gate.of("error")} == {"complained (exit 1)"}


Expect = Literal["survive", "either", "notice"]
SAID, SILENT, FINE, HUNG = (Ended(code=1, output="no"), Ended(code=1, output=" \n"), Ended(code=0, output=""),
                            Ended(code=None, output="", seconds=3.0))  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "expects", "ended", "outcome"),
    [
        ("legal", "survive", FINE, "passed"),
        ("legal", "survive", SAID, "failed"),
        ("legal", "survive", HUNG, "failed"),
        ("tomorrow", "survive", FINE, "passed"),
        ("tomorrow", "survive", SAID, "failed"),
        ("tomorrow", "either", FINE, "passed"),
        ("tomorrow", "either", SAID, "passed"),
        ("tomorrow", "either", SILENT, "failed"),
        ("error", "notice", FINE, "failed"),
        ("error", "notice", SAID, "passed"),
        ("error", "notice", SILENT, "failed"),
        ("error", "notice", HUNG, "failed"),
        ("error", "either", HUNG, "failed"),
    ],
)
def test_what_a_client_is_to_do(
    tier: Literal["legal", "tomorrow", "error"], expects: Expect, ended: Ended, outcome: str
) -> None:
    """The table of outcomes: loud and helpful is fine where the answer is bad, silently wrong never is."""
    case = replace(LEGAL[0], tier=tier, expects=expects)
    assert judged(case, ended, asked=True, wrong=False)[0] == outcome
    assert judged(case, ended, asked=False, wrong=False)[0] == "not checked"
    assert judged(case, ended, asked=True, wrong=True)[0] == "failed"


def test_progress_reaches_its_end() -> None:
    """Each case is told once, up to their number."""
    told: list[tuple[int, int]] = []
    note: Callable[[int, int], None] = lambda done, total: told.append((done, total))  # noqa: E731  a callback
    through(client(), LEGAL[:4], settings=Settings(progress=note))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
