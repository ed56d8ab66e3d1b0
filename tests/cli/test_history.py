"""`--history` of verify and drift, and `contracts history`: what is remembered, and that nothing is lost for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.commands.test_drift import EXAMPLE, log, page
from tests.reports.test_own_schemas import wrong
from tests.rules.synthetic import REPLY
from tests.sources.conftest import here  # noqa: F401  a fixture

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.usefixtures("project")
def test_runs_are_remembered(run: Run) -> None:
    """What `verify` and `drift` print is the same with a history; it then tells since when, and how often."""
    plain = run("verify", "--against", "cassettes")
    kept = run("verify", "--against", "cassettes", "--history", "deep/er/h.db")
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, plain.stdout, "")
    broken = run("drift", page(), "--traffic", log({**EXAMPLE, "isOptedOut": None}), "--history", "deep/er/h.db")
    assert (broken.returncode, broken.stderr) == (1, "")
    told = run("history", "deep/er/h.db")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"history    {REPLY.operation}  (")
    assert "1 broken, 1 kept" in told.stdout
    assert "isOptedOut.type /isOptedOut" in told.stdout
    assert told.stdout == run("history", "deep/er/h.db").stdout


@pytest.mark.usefixtures("project")
def test_json_is_of_its_schema(run: Run) -> None:
    """One object of the described shape, also of a history without runs; the same bytes each time."""
    run("verify", "--against", "cassettes", "--history", "h.db")
    run("drift", page(), "--history", "h.db")
    first, second = (run("history", "h.db", "--format", "json") for _ in range(2))
    assert (first.returncode, first.stdout) == (0, second.stdout)
    assert wrong("history", json.loads(first.stdout)) == []
    Path("empty.db").touch()
    empty = run("history", "empty.db", "--format", "json")
    assert wrong("history", json.loads(empty.stdout)) == []


def test_a_history_without_runs_is_exit_3(run: Run) -> None:
    """Nothing is known, and nothing is claimed."""
    Path("empty.db").touch()
    done = run("history", "empty.db")
    assert (done.returncode, done.stdout, done.stderr) == (3, "history    none\n", "")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nope.db", "no such file; a run with `--history` begins one"),
        ("text.db", "no SQLite database; name a history file, or one that doesn't exist yet"),
        ("folder", "a folder; name a history file, or one that doesn't exist yet"),
        ("/dev/null", "no regular file; name a history file, or one that doesn't exist yet"),
    ],
)
def test_what_is_no_history_is_one_line(run: Run, name: str, message: str) -> None:
    """Exit 2; a run that should be added to it is printed all the same."""
    Path("text.db").write_text("no database")
    Path("folder").mkdir()
    done = run("history", name)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contracts: {name}: {message}\n")
    if name == "nope.db":
        return
    for command in (("verify", "--against", "cassettes"), ("drift", page())):
        plain, kept = run(*command), run(*command, "--history", name)
        assert (kept.returncode, kept.stdout, kept.stderr) == (2, plain.stdout, f"contracts: {name}: {message}\n")


@pytest.mark.usefixtures("project")
def test_a_report_that_can_t_be_written_takes_no_memory(run: Run) -> None:
    """Exit 2 for the report; printed, and remembered."""
    Path("folder").mkdir()
    done = run("verify", "--against", "cassettes", "--report", "junit=folder", "--history", "h.db")
    assert (done.returncode, done.stderr) == (2, "contracts: folder: can't be written: Is a directory\n")
    assert done.stdout.splitlines()[-1].startswith("verdict    kept")
    assert "1 kept" in run("history", "h.db").stdout


@pytest.mark.usefixtures("project")
def test_both_failures_are_told_in_one_line(run: Run) -> None:
    """Neither hides the other."""
    Path("folder").mkdir()
    done = run("verify", "--against", "cassettes", "--report", "junit=folder", "--history", "folder")
    assert (done.returncode, done.stdout.splitlines()[-1][:15]) == (2, "verdict    kept")
    assert done.stderr == (
        "contracts: folder: can't be written: Is a directory; "
        "folder: a folder; name a history file, or one that doesn't exist yet\n"
    )


def test_two_documents_are_nothing_to_remember(run: Run) -> None:
    """An option that can't do anything is not passed over in silence: printed, then exit 2."""
    done = run("drift", page(name="old.txt"), page(), "--history", "h.db")
    assert (done.returncode, done.stdout.splitlines()[-1][:15]) == (2, "verdict    kept")
    assert done.stderr.startswith("contracts: h.db: nothing to remember: ")
    assert not Path("h.db").exists()


def test_hostile_values_stay_inert(run: Run) -> None:
    """A name and a value of others draw nothing, and begin no line."""
    evil = "\x1b[31m\n::error::gotcha\u202e"
    run("verify", log({**EXAMPLE, evil: evil, "isOptedOut": evil}), "--history", "h.db")
    for form in ("text", "json"):
        done = run("history", "h.db", "--format", form)
        assert done.returncode == 0
        assert "gotcha" in done.stdout
        assert not {"\x1b", "\u202e"} & set(done.stdout)
        assert not [line for line in done.stdout.splitlines() if line.startswith("::error")]
