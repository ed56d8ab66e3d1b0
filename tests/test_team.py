"""What a team wires in: the GitHub Action, the pre-commit hooks, and the snippets of its guide."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from contracts.commands.group import main
from contracts.errors import Exit

ROOT = Path(__file__).parent.parent
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: Any = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GUIDE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SNIPPETS: dict[str, Any] = {
    match[1]: yaml.safe_load(match[2])
    for match in re.finditer(r"^```yaml\n# (\S+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
}
"""The YAML files that the guide shows, by the name in their first line."""

BASH = shutil.which("bash")
NOTES = """\
#!/bin/sh
for argument in "$@"; do printf '%s\\0' "$argument"; done > noted
exit "${CODE:-0}"
"""
"""Stands in for the command: notes its arguments, each with a zero byte behind it, and ends as it is told."""


def understood(words: list[str]) -> bool:
    """Whether `contracts` takes these words: a command of its table, options it has, values of their types."""
    name, *rest = words
    main.commands[name].make_context(name, rest)
    return True


def steps(workflow: Any) -> list[Any]:
    """All steps of a workflow."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def script() -> str:
    """The action's own script."""
    return str(ACTION["runs"]["steps"][-1]["run"])


def acted(folder: Path, arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The action's script as GitHub starts it, with these arguments as its input."""
    if BASH is None:
        pytest.skip("bash is not at hand: the action's script can't be run")
    path = os.pathsep.join([str(folder / "bin"), sysconfig.get_path("scripts"), os.environ["PATH"]])
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script()],
        cwd=folder,
        env={**os.environ, "PATH": path, "ARGUMENTS": arguments, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder where `contracts` is the stand-in."""
    command = tmp_path / "bin" / "contracts"
    command.parent.mkdir()
    command.write_text(NOTES)
    command.chmod(0o755)
    return tmp_path


def noted(folder: Path) -> list[str]:
    """The arguments that the stand-in was given."""
    return (folder / "noted").read_text().split("\0")[:-1]


def test_the_action_is_a_composite_one() -> None:
    """Every step is an action with a version, or a script in a named shell; each input says what it is."""
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        assert ("@v" in step["uses"]) if "uses" in step else step["shell"] == "bash"
    assert all(one["description"] and "default" in one for one in ACTION["inputs"].values())
    assert understood(str(ACTION["inputs"]["arguments"]["default"]).split("\n"))


def test_no_input_is_a_part_of_a_script() -> None:
    """An expression in a script would be run as what it says; they stand in variables alone, and each is an input."""
    assert [step["run"] for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")] == []
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("verify", ["verify"]),
        ("verify\n", ["verify"]),
        ("drift\npage one.txt\n--traffic\nlive\n", ["drift", "page one.txt", "--traffic", "live"]),
        ("\n\nverify\n\n--report\nsarif=a b.sarif\n\n", ["verify", "--report", "sarif=a b.sarif"]),
        ("verify\n  two  blanks  ", ["verify", "  two  blanks  "]),
        ("verify\n*\n?\n~", ["verify", "*", "?", "~"]),
        ("verify\n$HOME\n%s\n\\n\n'\"", ["verify", "$HOME", "%s", "\\n", "'\""]),
        ("", []),
    ],
    ids=["one", "newline", "several", "empty-lines", "blanks", "globs", "quotes", "none"],
)
def test_each_line_is_one_argument(folder: Path, given: str, expected: list[str]) -> None:
    """Blanks, quotes and everything a shell minds stay what they are; empty lines count for nothing."""
    done = acted(folder, given)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert noted(folder) == expected


@pytest.mark.parametrize(
    "evil", ["; touch x", "$(touch x)", "`touch x`", "&& touch x", "| touch x", "> x", "'; touch x; '", '"; touch x; "']
)
def test_no_argument_is_run(folder: Path, evil: str) -> None:
    """What looks like a command is an argument as well, alone on its line and behind another."""
    acted(folder, f"verify\n{evil}\na{evil}")
    assert noted(folder) == ["verify", evil, f"a{evil}"]
    assert not (folder / "x").exists()


@pytest.mark.parametrize("code", list(Exit))
def test_the_exit_code_is_the_command_s(folder: Path, code: Exit) -> None:
    """A step that checked nothing fails otherwise than one that found something."""
    assert acted(folder, "verify", CODE=str(int(code))).returncode == code


def test_the_action_holds_recordings_to_the_contract(tmp_path: Path) -> None:
    """With the real command, as in a pipeline: the verdict is printed, and annotated, and summed up."""
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    for name in ("schemas", "cassettes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    done = acted(tmp_path, "verify\n--against\ncassettes\n", **env)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("verdict    kept")
    assert "::notice title=contracts verify::kept: 3 of 3 contracts" in done.stderr
    assert (tmp_path / "summary.md").read_text().startswith("## contracts verify: kept")


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_starts_a_command_that_there_is(hook: Any) -> None:
    """It has all that pre-commit wants, is run where its files change, and its command takes what it is given."""
    assert {"id", "name", "entry", "language"} <= hook.keys()
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    program, *words = shlex.split(hook["entry"])
    used = [one for repo in SNIPPETS[".pre-commit-config.yaml"]["repos"] for one in repo["hooks"]]
    (args,) = [one.get("args", []) for one in used if one["id"] == hook["id"]]
    assert program == "contracts"
    assert understood([*words, *args])


def test_hooks_run_where_their_files_change() -> None:
    """Recordings and schemas for one, pages, hand-written rules and schemas for the other; nothing else wakes them."""
    files = {hook["id"]: re.compile(hook["files"]) for hook in HOOKS}
    recordings, schemas = files["contracts-cassettes"], files["contracts-schemas"]
    assert recordings.search("cassettes/reply/a/one.yaml")
    assert recordings.search("schemas/reply/openapi.json")
    assert not recordings.search("docs/my-cassettes.md")
    assert schemas.search("docs/get-a-contact.txt")
    assert schemas.search("schemas/reply/openapi.json")
    assert not schemas.search("src/client.py")


def test_the_readme_shows_every_pipeline() -> None:
    """GitHub at a push and at night, GitLab, and before a commit."""
    names = {".github/workflows/contract.yml", ".github/workflows/drift.yml"}
    names |= {".gitlab-ci.yml", ".pre-commit-config.yaml"}
    assert names <= SNIPPETS.keys()


@pytest.mark.parametrize("name", [name for name in SNIPPETS if name.startswith(".github/workflows/")])
def test_a_workflow_gives_the_action_what_it_takes(name: str) -> None:
    """Its inputs are the action's, and the arguments a command with options that it has."""
    used = [step["with"] for step in steps(SNIPPETS[name]) if "reply-contracts" in step.get("uses", "")]
    assert used
    for given in used:
        assert given.keys() <= ACTION["inputs"].keys()
        assert understood(given["arguments"].splitlines())


def test_the_nightly_workflow_opens_an_issue_with_the_report() -> None:
    """It runs at night, may write issues, and shows the Markdown report that the comparison before it writes."""
    workflow = SNIPPETS[".github/workflows/drift.yml"]
    assert workflow[True]["schedule"]  # YAML's `on`
    assert workflow["permissions"]["issues"] == "write"
    *_, compared, opened = steps(workflow)
    (report,) = re.findall(r"markdown=(\S+)", compared["with"]["arguments"])
    assert "drift" in compared["with"]["arguments"].splitlines()
    assert opened["if"] == "failure()"
    assert f"--body-file {report}" in opened["run"]


def test_the_gitlab_snippet_names_what_it_writes() -> None:
    """Its commands are taken, and the report it shows is one that they write."""
    jobs = [job for job in SNIPPETS[".gitlab-ci.yml"].values() if isinstance(job, dict) and "script" in job]
    commands = [shlex.split(line) for job in jobs for line in job["script"] if line.startswith("contracts ")]
    assert commands
    assert all(understood(words) for _, *words in commands)
    assert f"junit={jobs[0]['artifacts']['reports']['junit']}" in commands[0]


def test_what_the_tests_call_understood_can_fail() -> None:
    """A command or an option that there isn't is noticed."""
    for words in (["verify", "--repot", "junit=x"], ["derive"], ["verify", "--report", "nope=x"]):
        with pytest.raises(click.UsageError):
            understood(words)
    with pytest.raises(KeyError):
        understood(["verfy"])
