"""The pytest plugin in small projects of their own, each run as a user would run it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from contracts.commands.reference import reference
from contracts.provider.serving import serve
from tests import alone

ROOT = Path(__file__).parents[2]
FOLDER = Path("cassettes/reply/get-a-contact-in-a-sequence")
SUITE = ROOT / "tests" / "contract"

Done: TypeAlias = subprocess.CompletedProcess[str]
Pytest: TypeAlias = Callable[..., Done]

OWN = """
from dataclasses import replace
from pathlib import Path

import contracts
from contracts.sources.cassettes import read_cassette

(RECORDED,) = read_cassette(Path({path!r}))


def test_mine(contract):
    old, new = {change!r}
    body = RECORDED.response.body.replace(old, new)
    answer = replace(RECORDED, response=replace(RECORDED.response, body=body))
    contracts.check(contract, answer)  # my line
"""

FEWER = """
from functools import partial
from contracts.commands import targets
targets.Plan = partial(targets.Plan, max_examples=1)
"""

NO_TEST_OF_OURS = """
def test_trivial():
    assert True
"""

MODULES = """
import sys
import pytest
code = pytest.main(["-q", "-p", "contracts.plugin"])
print("loaded", *sorted(sys.modules))
sys.exit(code)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project with the first committed contract and its recordings."""
    return alone.write_project(tmp_path)


@pytest.fixture
def run(project: Path) -> Pytest:
    """Runs pytest in the project: with every plugin there is, as installed, or with ours alone, which starts faster."""

    def run(*args: str | Path, env: Mapping[str, str] | None = None, installed: bool = False) -> Done:
        inherited = {name: value for name, value in os.environ.items() if name != "REPLY_API_KEY"}
        only = {} if installed else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "contracts.plugin"}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args],
            cwd=project,
            env=inherited | {"COLUMNS": "120", "PYTHONDONTWRITEBYTECODE": "1"} | only | dict(env or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def own_test(project: Path, old: bytes = b"", new: bytes = b"") -> None:
    """A user's own test: one recorded answer, changed, held to the contract."""
    source = OWN.format(path=str(project / FOLDER / "finished.yaml"), change=(old, new))
    (project / "test_own.py").write_text(source)


def copied_suite(project: Path) -> None:
    """The part of the contract suite of this repository that any project could run."""
    (project / "suite").mkdir()
    for name in ("test_providers.py", "test_recordings.py"):
        shutil.copy(SUITE / name, project / "suite")


def asking_little(project: Path) -> None:
    """Lowers how much a provider is asked, where what counts is what becomes of the answers."""
    (project / "conftest.py").write_text(FEWER)


def counted(done: Done) -> dict[str, int]:
    """How many items passed, failed, were skipped."""
    found = re.findall(r"(\d+) (passed|failed|skipped|error|errors)\b", done.stdout.splitlines()[-1])
    return {outcome: int(count) for count, outcome in found}


def test_a_test_of_the_user_s_own_passes(project: Path, run: Pytest) -> None:
    """The fixture and `contracts.check` need no import of the plugin."""
    own_test(project)
    done = run(installed=True)
    assert (done.returncode, counted(done)) == (0, {"passed": 1}), done.stdout


def test_a_failing_test_shows_the_findings_and_not_our_code(project: Path, run: Pytest) -> None:
    """The user's line, the operation, the finding with both places; no frame of the package."""
    own_test(project, b'"Finished"', b'"2"')
    done = run()
    assert (done.returncode, counted(done)) == (1, {"failed": 1})
    assert ">       contracts.check(contract, answer)  # my line\n" in done.stdout
    assert "E       contracts.errors.ContractBroken: GET /v3/sequences/{id}/contacts/{contact_id}\n" in done.stdout
    assert re.search(r"^E +violation  currentStep\.no-step-is-finished$", done.stdout, re.MULTILINE)
    assert re.search(r"^E +promised at contracts/reply/[\w-]+\.txt:\d+ \(documented\)$", done.stdout, re.MULTILINE)
    assert re.search(r"^E +broken at   \S+/finished\.yaml:\d+ /currentStep/displayName$", done.stdout, re.MULTILINE)
    assert not re.search(r"^\S*contracts/\S+\.py:\d+", done.stdout, re.MULTILINE)


def test_the_suite_has_an_item_for_each_recording_and_rule(project: Path, run: Pytest) -> None:
    """By default recordings and the reference provider; everything is kept and nothing is left behind."""
    copied_suite(project)
    asking_little(project)
    before = sorted(project.rglob("*"))
    done = run("suite", "-vv")
    recordings = list((ROOT / FOLDER).glob("*.yaml"))
    rules = alone.held().contract.rules
    assert (done.returncode, counted(done)) == (0, {"passed": len(recordings) + len(rules) + 2}), done.stdout
    assert "test_recordings.py::test_the_recorded_answer_keeps_the_contract[finished] PASSED" in done.stdout
    assert "test_providers.py::test_the_provider_keeps_the_rule[reference-email.type] PASSED" in done.stdout
    assert "[reference-schemathesis] PASSED" in done.stdout
    assert sorted(path for path in project.rglob("*") if ".hypothesis" not in path.parts) == before


def test_only_what_is_asked_for_is_checked(project: Path, run: Pytest) -> None:
    """`--contracts-against cassettes` leaves the providers alone, and a target named twice is one."""
    copied_suite(project)
    done = run("suite", "--contracts-against", "cassettes", "--contracts-against", "cassettes")
    assert (done.returncode, counted(done)) == (
        0,
        {"passed": len(list((ROOT / FOLDER).glob("*.yaml"))), "skipped": 1},
    )


def test_a_broken_recording_fails_its_item_by_name(project: Path, run: Pytest) -> None:
    """One item fails, named after the cassette, and shows the finding."""
    copied_suite(project)
    cassette = project / FOLDER / "finished.yaml"
    cassette.write_text(cassette.read_text().replace('"displayName": "Finished"', '"displayName": "2"'))
    done = run("suite", "--contracts-against", "cassettes")
    assert done.returncode == 1
    assert counted(done)["failed"] == 1
    assert re.search(
        r"^FAILED suite/test_recordings\.py::test_the_recorded_answer_keeps_the_contract\[finished\]",
        done.stdout,
        re.MULTILINE,
    )
    assert "violation  currentStep.no-step-is-finished" in done.stdout
    assert not re.search(r"^\S*contracts/\S+\.py:\d+", done.stdout, re.MULTILINE)


def test_a_faulty_provider_fails_the_item_of_its_rule(project: Path, run: Pytest) -> None:
    """One item for one cause, also where one rule's name begins with another's; the key shows nowhere."""
    copied_suite(project)
    asking_little(project)
    fault = "problem.type.type"
    assert "problem.type" in {rule.id for rule in alone.held().contract.rules}
    provider = reference(alone.held(), faults=(fault,))
    with serve(provider) as url:
        done = run("suite", "--contracts-against", url, env={"REPLY_API_KEY": provider.key})
    failed = re.findall(r"^FAILED \S+\[(\S+)\]", done.stdout, re.MULTILINE)
    assert (done.returncode, failed) == (1, [f"{url}-{fault}"]), done.stdout
    assert f"violation  {fault}" in done.stdout
    assert provider.key not in done.stdout + done.stderr
    assert not re.search(r"^\S*contracts/\S+\.py:\d+", done.stdout, re.MULTILINE)


def test_what_was_not_checked_is_not_passed(project: Path, run: Pytest) -> None:
    """Nobody there: every rule's item fails with the reason, once each."""
    copied_suite(project)
    done = run("suite", "--contracts-against", "http://127.0.0.1:9", "-k", "email.type")
    assert (done.returncode, counted(done)["failed"]) == (1, 1)
    assert "http://127.0.0.1:9: not checked, 127.0.0.1:9: no answer to GET " in done.stdout


def test_no_recording_is_not_passed(project: Path, run: Pytest) -> None:
    """Where recordings are asked for and there are none, the run fails in one line."""
    copied_suite(project)
    shutil.rmtree(project / FOLDER)
    (project / FOLDER).mkdir()
    done = run("suite/test_recordings.py")
    assert done.returncode not in {0, 5}
    assert f"{FOLDER} holds no recording of GET /v3/sequences/{{id}}/contacts/{{contact_id}}" in done.stdout
    assert "contracts/plugin/" not in done.stdout


def test_recordings_of_no_project_are_not_passed(project: Path, run: Pytest) -> None:
    """Without contracts of its own a folder has no recordings of them; the line says what is missing where."""
    copied_suite(project)
    shutil.rmtree(project / "schemas")
    done = run("suite/test_recordings.py")
    assert done.returncode not in {0, 5}
    assert f"{FOLDER} holds nothing to check: the working directory has no schemas/" in done.stdout
    assert "contracts/plugin/" not in done.stdout


def test_a_target_that_is_none_ends_the_run(project: Path, run: Pytest) -> None:
    """A usage error in one line, whichever tests there are."""
    (project / "test_trivial.py").write_text(NO_TEST_OF_OURS)
    done = run("--contracts-against", "nonsense")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.strip() == (
        "ERROR: --contracts-against nonsense: no target; give cassettes, reference, live or a URL"
    )  # fmt: skip


def test_rows_that_are_none_fail_in_one_line(project: Path, run: Pytest) -> None:
    """The message of the command line, and no frame of ours."""
    copied_suite(project)
    done = run("suite", "--contracts-against", "http://127.0.0.1:9", "--contracts-ids", "100", "-k", "email.type")
    assert done.returncode == 1
    assert "--ids: row 1 ('100') is not of the form {id}/{contact_id}" in done.stdout
    assert not re.search(r"^\S*contracts/\S+\.py:\d+", done.stdout, re.MULTILINE)


def test_an_unused_plugin_loads_nothing(project: Path) -> None:
    """Installed, and never asked for: of ours only the plugin, and no library of ours."""
    (project / "test_trivial.py").write_text(NO_TEST_OF_OURS)
    done = subprocess.run(
        [sys.executable, "-c", MODULES],
        cwd=project,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    names = set(done.stdout.splitlines()[-1].split()[1:])
    assert {name for name in names if name.partition(".")[0] == "contracts"} == {
        "contracts",
        "contracts.errors",
        "contracts.plugin",
    }
    heavy = {"click", "hypothesis", "jsonschema", "jsonschema_rs", "requests", "rich", "schemathesis", "vcr", "yaml"}
    assert names & heavy == set()
