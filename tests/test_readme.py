"""The README and the guides in `docs/` against the code: what they show is what the commands print and take."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from contracts.commands.group import main
from contracts.errors import Exit

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
TEXTS = "\n".join((README, *GUIDES.values()))
CONTRACTS = Path(sys.executable).with_name("contracts")


def session(command: str) -> str:
    """What the README shows below a command."""
    found = re.search(rf"```console\n\$ {re.escape(command)}\n(.*?)```", README, re.DOTALL)
    assert found is not None, f"the README shows no {command}"
    return found[1]


def shown(told: str, session: str) -> None:
    """What was printed is what is shown, but for what `[...]` leaves out there."""
    pieces = session.split("[...]\n")
    assert told.startswith(pieces[0])
    assert told.endswith(pieces[-1])
    assert re.search(".*".join(map(re.escape, pieces)), told, re.DOTALL)


ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "contracts.plugin"}
"""With no plugin but ours pytest starts in a tenth of the time."""


def printed(*arguments: str, cwd: Path, python: bool = False) -> str:
    """What a command prints on standard output; with `python`, where that is called so."""
    command = [str(CONTRACTS), *arguments]
    path = os.pathsep.join((str(CONTRACTS.parent), os.environ["PATH"])) if python else os.environ["PATH"]
    env = os.environ | ALONE | {"PATH": path}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False).stdout


LAMPS = """\
openapi: 3.0.3
info: {title: Lamps, version: "1"}
paths:
  /lamps/{lamp}:
    parameters: [{name: lamp, in: path, required: true, schema: {type: integer}}]
    get:
      summary: A lamp
      responses: {"200": {description: OK, content: {application/json: {schema: {type: object, required: [lit]}}}}}
    delete:
      summary: No lamp
      responses: {"204": {description: None}}
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
    shown(printed("verify", cwd=ROOT), session("make verify"))


def test_the_broken_session_is_what_verify_prints(tmp_path: Path) -> None:
    """The report of a broken recording is a real one: the finished contact, edited as if a step were named."""
    for folder in ("schemas", "cassettes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    cassette = tmp_path / "cassettes/reply/get-a-contact-in-a-sequence/finished.yaml"
    cassette.write_text(cassette.read_text(encoding="utf-8").replace('"Finished"', '"2"'), encoding="utf-8")
    shown(printed("verify", "--against", "cassettes", cwd=tmp_path), session("contracts verify --against cassettes"))


def test_the_drift_session_is_what_drift_prints(tmp_path: Path) -> None:
    """The report of what moved is a real one: the transcribed page, with one value more of `callStatus`."""
    for folder in ("schemas", "cassettes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    page = (ROOT / "contracts/reply/get-a-contact-in-a-sequence.txt").read_text(encoding="utf-8")
    page = page.replace("(none / toCall / called)", "(none / toCall / called / missed)")
    page = page.replace("toCall,\ncalled\n", "toCall,\ncalled,\nmissed\n")
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    given = "page.txt", "--traffic", "cassettes"
    shown(printed("drift", *given, cwd=tmp_path), session(f"contracts drift {' '.join(given)}"))


def test_the_gate_s_session_is_what_gate_prints() -> None:
    """The report of a client that breaks is a real one."""
    command = "gate", "--", "python", "tests/clients/broken_client.py"
    told = printed(*command, cwd=ROOT, python=True).replace(str(ROOT), "...")
    shown(told, session(f"contracts {' '.join(command)}"))


def test_the_suite_with_cassettes_is_judged(tmp_path: Path) -> None:
    """`pytest --contracts` in a suite that plays a cassette: green, and told what was checked."""
    assert "```sh\npytest --contracts\n```" in README
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copy(ROOT / "cassettes/reply/get-a-contact-in-a-sequence/documented-example.yaml", tmp_path / "tape.yaml")
    (tmp_path / "test_it.py").write_text(
        "import requests, vcr\n\n\ndef test_it():\n    with vcr.use_cassette('tape.yaml', record_mode='none'):\n"
        "        url = 'https://api.reply.io/v3/sequences/100/contacts/12345'\n"
        "        assert requests.get(url, timeout=9).json()['email']\n",
        encoding="utf-8",
    )
    command, env = [sys.executable, "-m", "pytest", "--contracts", "-q"], os.environ | ALONE
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept: 1 played answer" in done.stdout


def test_the_check_is_used_as_it_is_shown(tmp_path: Path) -> None:
    """The README's test, with an address and a key put in, passes against the documented answer."""
    (block,) = re.findall(r"```python\n(import requests.*?)```", README, re.DOTALL)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    known = (
        "import os\n\nBASE_URL = os.environ['CONTRACTS_BASE_URL']\n"
        "HEADERS = {'Authorization': 'Bearer ' + os.environ['CONTRACTS_API_KEY']}\n"
    )
    (tmp_path / "test_it.py").write_text(known + block, encoding="utf-8")
    told = printed("gate", "--only", "example", "--", sys.executable, "-m", "pytest", "-q", cwd=tmp_path)
    assert "1 of 1 case passed" in told


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_has_its_help(name: str) -> None:
    """`--help` says of each option of each command what it does."""
    options = [parameter for parameter in main.commands[name].params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_readme_is_read_at_once() -> None:
    """Under 250 lines; the guides that it leads to are there, and none that it doesn't."""
    assert len(README.splitlines()) < 250
    assert set(re.findall(r"\]\(docs/([a-z]+\.md)", README)) == set(GUIDES)


def test_every_link_leads_somewhere() -> None:
    """Files that README and guides name are there."""
    for folder, texts in ((ROOT, [README]), (ROOT / "docs", [*GUIDES.values()])):
        for text in texts:
            for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
                assert (folder / link).exists(), link


def test_no_other_option_is_documented() -> None:
    """README and guides name no option that no command takes."""
    known = {option for command in main.commands.values() for parameter in command.params for option in parameter.opts}
    ours = re.sub(r"(gh issue create|st run) .*", "", TEXTS)
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
