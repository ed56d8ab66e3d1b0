"""`contracts serve` and `contracts record` as commands."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from tests import alone
from tests.cli.conftest import COMMAND, ROOT, Run, Serve

FOLDER = Path("cassettes/reply/get-a-contact-in-a-sequence")

pytestmark = pytest.mark.usefixtures("schemas")


def test_every_rule_can_be_broken_on_request(run: Run) -> None:
    """`--list-faults` prints each rule with its level and promise, and ends."""
    done = run("serve", "--list-faults")
    rules = alone.held().contract.rules
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{rule.id}  ({rule.level}) {rule.summary}" for rule in rules]


def test_a_fault_that_is_no_rule_is_one_line(run: Run) -> None:
    """Exit 2, and where the names are to be found."""
    done = run("serve", "--fault", "email.typo")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "contracts: 'email.typo' is no rule of GET /v3/sequences/{id}/contacts/{contact_id}; "
        "`contracts serve --list-faults` lists them\n"
    )


def test_a_port_in_use_is_one_line(run: Run) -> None:
    """Exit 2 with a way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"contracts: can't listen on 127\.0\.0\.1:{port}: [^\n]+; choose another port[^\n]*\n", done.stderr
    )


def test_what_is_printed_is_what_is_needed(served: Serve) -> None:
    """URL, key and rows work together; the rows are always the same ones, and the key is a new one each time."""
    with served() as told, served() as again, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {told['key']}"
        path = "/v3/sequences/{}/contacts/{}"
        answers = [
            session.get(told["url"] + path.format(*row.split("/")), timeout=5) for row in told["rows"].split(",")
        ]
    assert {answer.status_code for answer in answers} == {200}
    assert told["rows"] == again["rows"]
    assert told["key"] != again["key"]
    assert told["try"] == (
        f"REPLY_API_KEY={told['key']} contracts verify --against {told['url']} "
        f"--ids {','.join(told['rows'].split(',')[:3])}"
    )


@pytest.mark.parametrize("args", [("serve",), ("verify", "--against", "reference", "--max-examples", "10000")])
def test_interrupted_is_neither_kept_nor_broken(args: tuple[str, ...], project: Path) -> None:
    """Ctrl-C ends a server with 0, any other command with 130; no traceback, no file."""
    with subprocess.Popen(
        [COMMAND, *args], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        started = process.stdout if args == ("serve",) else process.stderr
        assert started.readline()
        process.send_signal(signal.SIGINT)
        told, error = process.communicate(timeout=30)
    if args == ("serve",):
        assert (process.returncode, error, told.splitlines()[-1]) == (0, "", "ended")
    else:
        assert (process.returncode, error, told) == (130, "contracts: interrupted\n", "")
    assert {path.name for path in project.iterdir()} == {"schemas", "cassettes"}


def test_recording_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    """The first time every case is recorded into the working directory; the second time none is touched."""
    first = run("record", "--against", "reference")
    names = sorted(path.name for path in (ROOT / FOLDER).glob("*.yaml"))
    assert (first.returncode, first.stderr) == (0, "")
    assert sorted(first.stdout.splitlines()) == [f"recorded    {FOLDER}/{name}" for name in names]
    held = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
    assert sorted(held) == names

    second = run("record", "--against", "reference")
    assert sorted(second.stdout.splitlines()) == [f"unchanged   {FOLDER}/{name}" for name in names]
    assert {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()} == held


def test_recordings_hold_no_key(run: Run, tmp_path: Path) -> None:
    """Neither the throwaway key nor the wrong one is stored; the credential's form is."""
    run("record", "--against", "reference")
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / FOLDER).iterdir())
    assert "throwaway-" not in text
    assert "wrong-key" not in text
    assert "Bearer SCRUBBED" in text


def test_an_answer_that_breaks_the_contract_is_not_recorded(run: Run, tmp_path: Path) -> None:
    """Exit 1 with the rule's name, and no cassette under the case's name; the other cases are recorded."""
    text = json.dumps(alone.document()).replace('"meetingBooked"', '"meetingHeld"')
    (tmp_path / "schemas" / "reply" / "openapi.json").write_text(text)
    done = run("record", "--against", "reference")
    assert done.returncode == 1
    assert "violation  meetingStatus.enum\n" in done.stdout
    assert f"broken at   {FOLDER}/meeting-booked.yaml /meetingStatus\n" in done.stdout
    assert not (tmp_path / FOLDER / "meeting-booked.yaml").exists()
    assert (tmp_path / FOLDER / "finished.yaml").exists()
