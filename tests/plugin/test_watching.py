"""`pytest --contracts`: a user's existing suite becomes a contract test without a changed line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import requests
import vcr

from contracts.plugin.played_answers import Watch
from tests import many

ROOT = Path(__file__).resolve().parents[2]
CASSETTE = ROOT / "cassettes/reply/get-a-contact-in-a-sequence/finished.yaml"
REFUSED = CASSETTE.with_name("error-404-unknown-id.yaml")

SUITE = """
import pytest
import requests
import vcr

URL = "https://api.reply.io/v3/sequences/100/contacts/12350"


@pytest.mark.parametrize("name", ["mine", "other"])
def test_mine(name):
    with vcr.use_cassette(name + ".yaml", record_mode="none"):
        assert requests.get(URL, timeout=5).json()["sequenceId"] == 100
"""

NOTHING_PLAYED = """
import pytest


@pytest.mark.quick
def test_quick():
    pass


def test_slow():
    pass
"""

DYING = """
import os
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    if getattr(session.config, "workerinput", {}).get("workerid") == "gw0":
        os._exit(0)
"""

REFUSING = """
import requests
import vcr


def test_refused():
    with vcr.use_cassette("refused.yaml", record_mode="none", match_on=["method"]):
        assert requests.get("https://api.reply.io/v3/sequences/1/contacts/1", timeout=5).status_code == 404
"""

CLIENTS = """
import unittest
import urllib.request

import aiohttp
import httpx
import pytest
import requests
import vcr

URL = "https://api.reply.io/v3/sequences/100/contacts/12350"
tape = vcr.VCR(record_mode="none")


@pytest.mark.asyncio
@tape.use_cassette("mine.yaml")
async def test_httpx_waiting():
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(URL)).json()["sequenceId"] == 100


@tape.use_cassette("mine.yaml")
def test_httpx():
    assert httpx.get(URL, trust_env=False).json()["sequenceId"] == 100


@pytest.mark.asyncio
async def test_aiohttp():
    with tape.use_cassette("mine.yaml"):
        async with aiohttp.ClientSession() as session, session.get(URL) as answer:
            assert (await answer.json())["sequenceId"] == 100


def test_urllib():
    with tape.use_cassette("mine.yaml"), urllib.request.urlopen(URL) as answer:
        assert b"12350" in answer.read()


class OfTheClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tape.use_cassette("mine.yaml"):
            cls.answer = requests.get(URL, timeout=5)

    def test_status(self):
        self.assertEqual(self.answer.status_code, 200)


class Waiting(unittest.IsolatedAsyncioTestCase):
    async def test_status(self):
        with tape.use_cassette("mine.yaml"):
            async with httpx.AsyncClient(trust_env=False) as client:
                self.assertEqual((await client.get(URL)).status_code, 200)
"""


MARKED = """
import pytest
import requests

URL = "https://api.reply.io/v3/sequences/100/contacts/12350"


@pytest.mark.vcr
class TestMarked:
    def test_own(self):
        assert requests.get(URL, timeout=5).json()["sequenceId"] == 100

    @pytest.mark.vcr("tapes/first.yaml", "tapes/none.yaml", "tapes/bad.yaml")
    def test_named(self):
        for _ in range(2):
            assert requests.get(URL, timeout=5).json()["sequenceId"] == 100
"""

ELSEWHERE = """
import requests
import vcr


def test_elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir("deep/er")
    with vcr.use_cassette("bad.yaml", record_mode="none"):
        assert requests.get("https://api.reply.io/v3/sequences/100/contacts/12350", timeout=5).status_code == 200
"""


def spoil(cassette: Path) -> None:
    """Breaks one promise of a recorded answer."""
    text = cassette.read_text()
    assert '"Finished"' in text
    cassette.write_text(text.replace('"Finished"', '"2"'))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plugin but ours, and those that a test names."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "contracts.plugin")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Path:
    """A user's project: two tests, two cassettes. The first cassette's path."""
    pytester.makepyfile(test_mine=SUITE)
    for name in ("mine.yaml", "other.yaml"):
        shutil.copy(CASSETTE, pytester.path / name)
    return pytester.path / "mine.yaml"


@pytest.fixture
def idle(pytester: pytest.Pytester) -> pytest.Pytester:
    """A user's project whose tests play nothing."""
    pytester.makeini("[pytest]\nmarkers =\n    quick: done at once\n")
    pytester.makepyfile(test_idle=NOTHING_PLAYED)
    return pytester


@pytest.mark.usefixtures("suite")
def test_good_answers_are_kept(pytester: pytest.Pytester) -> None:
    """The played answers are counted, and the run stays green."""
    done = pytester.runpytest_inprocess("--contracts")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["kept: 2 played answers of 3 known operations, 0 of others"])


def test_a_broken_answer_fails_a_green_run(pytester: pytest.Pytester, suite: Path) -> None:
    """The user's own assertions pass; the broken promise is printed with both places, and the run fails."""
    spoil(suite)
    done = pytester.runpytest_inprocess("--contracts")
    assert done.ret == 1
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["broken: 2 played answers*", "violation*currentStep.no-step-is-finished", "*mine.yaml*"])


def test_a_run_without_the_option_is_untouched(pytester: pytest.Pytester, suite: Path) -> None:
    """Nothing is judged, printed or failed unless asked for."""
    spoil(suite)
    done = pytester.runpytest_inprocess()
    assert done.ret == 0
    done.stdout.no_fnmatch_line("*contracts*known operations*")


@pytest.mark.parametrize("verdict", ["kept", "broken"])
def test_what_is_told_is_heard_once(suite: Path, verdict: str) -> None:
    """A process that tells twice counts once, and its report is whole; nothing is kept as long as it is awaited."""
    if verdict == "broken":
        spoil(suite)
    seeing = Watch()
    try:
        with vcr.use_cassette(str(suite), record_mode="none"):
            requests.get("https://api.reply.io/v3/sequences/100/contacts/12350", timeout=5)
    finally:
        seeing.stop()
    hearing = Watch()
    hearing.stop()
    hearing.expect("gw0")
    assert (hearing.verdict, hearing.silent) == ("not checked", ("gw0",))
    for _ in range(2):
        hearing.hear("gw0", seeing.tell())
    assert (hearing.verdict, hearing.lines()) == (verdict, seeing.lines())


@pytest.mark.usefixtures("suite")
def test_a_worker_that_dies_without_telling_is_not_passed_over(pytester: pytest.Pytester) -> None:
    """All tests passed, and of one process nobody knows what was played: not checked, though the tests were chosen."""
    pytester.makeconftest(DYING)
    done = pytester.runpytest_subprocess("--contracts", "-p", "xdist", "-n", "1", "-k", "test_mine")
    done.assert_outcomes(passed=2)
    assert done.ret == 5
    done.stdout.fnmatch_lines(["not checked: 0 played answers *", "not checked: worker gw0 ended without telling *"])


def test_a_run_that_played_nothing_is_not_green(idle: pytest.Pytester) -> None:
    """Exit 5, as where no test was collected; a red run stays as red as it was."""
    done = idle.runpytest_inprocess("--contracts")
    assert done.ret == 5
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["not checked: 0 played answers of 3 known operations, 0 of others"])
    idle.makepyfile(test_red="def test_red():\n    assert False\n")
    assert idle.runpytest_inprocess("--contracts").ret == 1


@pytest.mark.parametrize(
    "chosen", [["-k", "quick"], ["-m", "quick"], ["test_idle.py::test_quick"], ["--lf"], ["--collect-only"], ["--sw"]]
)
def test_chosen_tests_may_play_nothing(idle: pytest.Pytester, chosen: list[str]) -> None:
    """Whoever runs some of the tests is told by the line alone."""
    done = idle.runpytest_inprocess("--contracts", *chosen)
    assert done.ret == 0
    done.stdout.fnmatch_lines(["not checked: 0 played answers of 3 known operations, 0 of others"])


@pytest.mark.parametrize("whole", [["test_idle.py"], ["-m", "not slow"], []])
def test_what_the_project_itself_leaves_out_is_no_choice(idle: pytest.Pytester, whole: list[str]) -> None:
    """Marks in the project's own settings, and a file by its name, make no run a smaller one."""
    idle.makeini("[pytest]\nmarkers =\n    quick: done at once\n    slow: takes its time\naddopts = -m 'not slow'\n")
    assert idle.runpytest_inprocess("--contracts", *whole).ret == 5


def test_refusals_alone_are_not_kept(pytester: pytest.Pytester) -> None:
    """Answers that are no success leave nearly every promise open; a broken one breaks all the same."""
    pytester.makepyfile(test_refusing=REFUSING)
    text = REFUSED.read_text()
    (pytester.path / "refused.yaml").write_text(text)
    done = pytester.runpytest_inprocess("--contracts")
    assert done.ret == 5
    done.stdout.fnmatch_lines(["not checked: 1 played answers *, no success among them"])
    assert '"title": "Not Found"' in text
    (pytester.path / "refused.yaml").write_text(text.replace('"title": "Not Found"', '"title": 404'))
    assert pytester.runpytest_inprocess("--contracts").ret == 1


def test_every_client_and_every_style_is_watched(pytester: pytest.Pytester, suite: Path) -> None:
    """Waiting or not, in a function, a class or its set-up: each playing of the broken answer is found."""
    spoil(suite)
    (pytester.path / "test_mine.py").unlink()
    pytester.makepyfile(test_clients=CLIENTS)
    done = pytester.runpytest_subprocess("--contracts", "-p", "pytest_asyncio.plugin")
    done.assert_outcomes(passed=6)
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        ["broken: 6 played answers *", "violation*currentStep.no-step-is-finished  (6 times)", "*mine.yaml*"]
    )


def test_the_file_that_holds_the_answer_is_named(pytester: pytest.Pytester) -> None:
    """Where a mark of pytest-recording names cassettes, the test's own one may not even exist."""
    pytester.makepyfile(test_marked=MARKED)
    folder = pytester.path / "cassettes" / "test_marked"
    (folder / "tapes").mkdir(parents=True)
    for name in ("TestMarked.test_own.yaml", "tapes/first.yaml", "tapes/bad.yaml"):
        text = CASSETTE.read_text()  # without metadata, which pytest-recording doesn't join
        (folder / name).write_text(text[text.index("interactions:") :])
    spoil(folder / "tapes" / "bad.yaml")
    done = pytester.runpytest_subprocess("--contracts", "-p", "pytest_recording.plugin")
    done.assert_outcomes(passed=2)
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        ["broken: 3 played answers *", "*broken at   cassettes/test_marked/tapes/bad.yaml /currentStep/displayName"]
    )


def test_a_file_is_named_from_where_the_run_began(pytester: pytest.Pytester) -> None:
    """A test that changes the working directory changes no other's names."""
    pytester.makepyfile(test_elsewhere=ELSEWHERE)
    folder = pytester.mkdir("deep") / "er"
    folder.mkdir()
    shutil.copy(CASSETTE, folder / "bad.yaml")
    spoil(folder / "bad.yaml")
    done = pytester.runpytest_inprocess("--contracts")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*broken at   deep/er/bad.yaml /currentStep/displayName"])


MANY = """
import pytest
import requests
import vcr

PLAYED = {played}


@pytest.mark.parametrize("name", PLAYED)
def test_played(name):
    with vcr.use_cassette(f"cassettes/{{name}}.yaml", record_mode="none"):
        assert requests.get(PLAYED[name], timeout=5).status_code == 200
"""


def playing(pytester: pytest.Pytester, *operations: many.Operation, broken: tuple[many.Operation, ...] = ()) -> None:
    """A project with three contracts of two vendors, whose tests play answers of some of them."""
    many.write_schemas(pytester.path)
    many.write_cassettes(pytester.path, *broken)
    played = {f"{one.api}/{one.slug}/mine": one.url for one in operations}
    pytester.makepyfile(test_many=MANY.format(played=played))


@pytest.mark.parametrize("one", many.ALL, ids=[one.slug for one in many.ALL])
def test_each_played_answer_is_held_to_the_contract_of_its_operation(
    pytester: pytest.Pytester, one: many.Operation
) -> None:
    """Of three: the broken answer is found by its own rule, below its operation, and no other contract judges it."""
    playing(pytester, *many.ALL, broken=(one,))
    done = pytester.runpytest_inprocess("--contracts")
    done.assert_outcomes(passed=3)
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        [
            "broken: 3 played answers of 3 known operations, 0 of others",
            one.operation.replace("[", "[[]"),
            f"violation*{one.rule}",
        ]
    )
    assert str(done.stdout).count("violation ") == 1


def test_an_operation_of_which_nothing_is_played_is_named(pytester: pytest.Pytester) -> None:
    """It hides nothing of the others, and is no reason to fail."""
    playing(pytester, many.THING, many.COUNT)
    done = pytester.runpytest_inprocess("--contracts")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        [
            "kept: 2 played answers of 3 known operations, 0 of others",
            "idle: of 1 operation nothing was played: get-a-part",
        ]
    )


def test_workers_tell_what_they_saw(pytester: pytest.Pytester) -> None:
    """However many processes share the tests, verdict, counts, findings and what is idle are those of one."""
    playing(pytester, many.THING, many.COUNT, broken=(many.COUNT,))
    done = pytester.runpytest_subprocess("--contracts", "-p", "xdist", "-n", "2")
    assert done.ret == 1
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(
        [
            "broken: 2 played answers of 3 known operations, 0 of others",
            f"violation*{many.COUNT.rule}",
            "*promised at *",
            "*broken at   cassettes/*mine.yaml*",
            "*seen *-1",
            "idle: of 1 operation nothing was played: get-a-part",
        ]
    )
