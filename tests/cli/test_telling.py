"""What GitHub Actions are told beside what is printed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

VERIFY = ("verify", "--against", "cassettes")

pytestmark = pytest.mark.usefixtures("project")


def test_a_run_is_annotated_and_summed_up(run: Run, tmp_path: Path) -> None:
    """Annotations on standard error, the summary behind what the step's file holds; nothing else is different."""
    summary = tmp_path / "summary.md"
    summary.write_text("of another command\n", encoding="utf-8")
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    plain, told = run(*VERIFY), run(*VERIFY, env=env)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert (told.returncode, told.stdout) == (0, plain.stdout)
    assert told.stderr.splitlines()[-1].startswith("::notice title=contracts verify::kept ")
    first = summary.read_text(encoding="utf-8")
    assert first.startswith("of another command\n## contracts verify: kept\n")
    run(*VERIFY, env=env)
    assert summary.read_text(encoding="utf-8") == first + first.removeprefix("of another command\n")


@pytest.mark.parametrize("name", ["", "folder", "none/summary.md", "a\x1b[0m"])
def test_a_summary_that_can_t_be_written_is_one_line(run: Run, tmp_path: Path, name: str) -> None:
    """The verdict keeps its exit code; the line names the file and the reason, and draws nothing on a terminal."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "a\x1b[0m").mkdir()
    done = run(*VERIFY, env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": name})
    lines = [line for line in done.stderr.splitlines() if line.startswith("contracts: ")]
    assert done.returncode == 0
    assert len(lines) == (name != "")
    assert all(line.startswith("contracts: GITHUB_STEP_SUMMARY: ") and "can't be written: " in line for line in lines)
    assert "\x1b" not in done.stderr


def test_a_report_that_can_t_be_written_keeps_no_annotation_back(run: Run, tmp_path: Path) -> None:
    """Exit 2 for the report, and both are told all the same."""
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"}
    done = run(*VERIFY, "--report", f"junit={tmp_path}", env=env)
    assert done.returncode == 2
    assert "\n::notice title=contracts verify::" in "\n" + done.stderr
    assert (tmp_path / "summary.md").is_file()


@pytest.mark.parametrize("env", [{}, {"GITHUB_ACTIONS": "false"}, {"GITHUB_ACTIONS": ""}])
def test_elsewhere_nothing_is_told(run: Run, tmp_path: Path, env: dict[str, str]) -> None:
    """A file that the variable names stays unwritten where no Actions run."""
    done = run(*VERIFY, env={"GITHUB_STEP_SUMMARY": "summary.md", **env})
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "summary.md").exists()


def test_the_tests_themselves_are_no_step() -> None:
    """Where these tests run in Actions, the commands they start don't know."""
    assert {"GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"} & os.environ.keys() == set()
