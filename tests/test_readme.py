"""The README against the code: its sessions are what the commands print, its tables what they take."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from contracts.cli import main
from contracts.errors import Exit

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRACTS = Path(sys.executable).with_name("contracts")


def session(command: str) -> str:
    """What the README shows below a command."""
    found = re.search(rf"```console\n\$ {re.escape(command)}\n(.*?)```", README, re.DOTALL)
    assert found is not None, f"the README shows no {command}"
    return found[1]


def printed(*arguments: str, cwd: Path) -> str:
    """What a command prints on standard output."""
    command = [str(CONTRACTS), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout


LAMPS = """\
openapi: 3.0.3
info: {title: Lamps, version: "1"}
paths:
  /lamps/{lamp}:
    parameters: [{name: lamp, in: path, required: true, schema: {type: integer}}]
    get:
      summary: A lamp
      responses: {"200": {description: OK, content: {application/json: {schema: {type: object, required: [lit]}}}}}
"""
ANSWER = """{"request": {"method": "GET", "url": "https://lamps.example.com/lamps/1"}, "response": {"status": 200,
 "headers": {"content-type": "application/json"}, "body": "{\\"lit\\": true}"}}""".replace("\n", "")


@pytest.mark.parametrize("source", ["page.txt", "openapi.yaml"])
def test_the_ways_in_are_as_short_as_they_are_shown(tmp_path: Path, source: str) -> None:
    """The first screen's commands for a page and for a description, one after the other, end as kept."""
    (block,) = re.findall(rf"```sh\n(contracts derive {re.escape(source)}.*?)```", README, re.DOTALL)
    commands = [line.partition("#")[0].split()[1:] for line in block.splitlines()]
    assert 1 < len(commands) <= 5
    if source == "page.txt":
        shutil.copy(ROOT / "contracts/reply/get-a-contact-in-a-sequence.txt", tmp_path / source)
        shutil.copytree(ROOT / "cassettes/reply/get-a-contact-in-a-sequence", tmp_path / "recordings")
    else:
        (tmp_path / source).write_text(LAMPS, encoding="utf-8")
        (tmp_path / "recordings").mkdir()
        (tmp_path / "recordings" / "lamps.ndjson").write_text(ANSWER, encoding="utf-8")
    for command in commands:
        done = subprocess.run([CONTRACTS, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_the_first_session_is_what_verify_prints() -> None:
    """A newcomer sees on their screen, word for word, what the first screen of the README shows."""
    assert printed("verify", cwd=ROOT) == session("make verify")


def test_the_broken_session_is_what_verify_prints(tmp_path: Path) -> None:
    """The report of a broken recording is a real one: the finished contact, edited as if a step were named."""
    for folder in ("schemas", "cassettes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    cassette = tmp_path / "cassettes/reply/get-a-contact-in-a-sequence/finished.yaml"
    cassette.write_text(cassette.read_text(encoding="utf-8").replace('"Finished"', '"2"'), encoding="utf-8")
    assert printed("verify", "--against", "cassettes", cwd=tmp_path) == session("contracts verify --against cassettes")


def test_the_drift_session_is_what_drift_prints(tmp_path: Path) -> None:
    """The report of what moved is a real one: the transcribed page, with one value more of `callStatus`."""
    for folder in ("schemas", "cassettes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    page = (ROOT / "contracts/reply/get-a-contact-in-a-sequence.txt").read_text(encoding="utf-8")
    page = page.replace("(none / toCall / called)", "(none / toCall / called / missed)")
    page = page.replace("toCall,\ncalled\n", "toCall,\ncalled,\nmissed\n")
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    shown = "page.txt", "--traffic", "cassettes"
    told = printed("drift", *shown, cwd=tmp_path)
    pieces = session(f"contracts drift {' '.join(shown)}").split("[...]\n")
    assert told.startswith(pieces[0])
    assert told.endswith(pieces[-1])
    assert re.search(".*".join(map(re.escape, pieces)), told, re.DOTALL)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_is_documented(name: str) -> None:
    """Each option of each command stands in the README."""
    options = [option for parameter in main.commands[name].params for option in parameter.opts if option[:2] == "--"]
    assert [option for option in options if f"`{option}" not in README and f" {option} " not in README] == []


def test_no_other_option_is_documented() -> None:
    """The README names no option that no command takes."""
    known = {option for command in main.commands.values() for parameter in command.params for option in parameter.opts}
    ours = re.sub(r"(gh issue create|st run) .*", "", README)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours))
    plugins = {"--contracts", "--contracts-against", "--contracts-ids"}
    assert named <= known | plugins | {"--help"}


def test_every_command_and_exit_code_is_documented() -> None:
    """Commands and exit codes are all told, and no other."""
    assert set(re.findall(r"^\| `contracts (\w+)", README, re.MULTILINE)) == set(main.commands)
    assert {int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)} == {int(code) for code in Exit}
    assert all(isinstance(command, click.Command) for command in main.commands.values())


def test_every_make_target_is_documented() -> None:
    """What `make help` lists is told, and no other target."""
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = set(re.findall(r"`make ([a-z]+)`|\$ make ([a-z]+)", README))
    assert {one or other for one, other in told} == targets - {"clean", "help", "lint"}
