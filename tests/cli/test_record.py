"""`contracts record` against a server: scrubbed, admitted, told; tried with the reference provider as "live"."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.documents import contracts_here
from contracts.commands.reference import reference
from contracts.errors import Exit
from contracts.provider.app import Provider
from contracts.provider.serving import serve

PERSON = ("firstName", "lastName", "email", "company", "title")
SECRETS = ("Wolfgang", "Amadeusson", "wolfgang.amadeusson@salzburg.at", "Secret Opera GmbH", "Kapellmeister")
FOLDER = "cassettes/reply/get-a-contact-in-a-sequence"

pytestmark = pytest.mark.usefixtures("schemas")


@pytest.fixture
def live() -> Iterator[tuple[str, Provider]]:
    """A served provider whose people are real, but for the documented example: its URL, and the provider."""
    honest = reference(contracts_here()[0])
    (operation,) = honest.operations
    rows = tuple(replace(row, body=deepcopy(row.body)) for row in operation.rows)
    for row in rows[1:]:
        body: Any = row.body
        body |= dict(zip(PERSON, SECRETS, strict=True)) if "email" in body else {}
    provider = Provider([replace(operation, rows=rows)], honest.key)
    with serve(provider) as url:
        yield url, provider


def ids(provider: Provider, count: int = 3) -> str:
    """Some rows, the documented example left out."""
    return ",".join(map("/".join, provider.operations[0].known[1 : count + 1]))


def test_neither_key_nor_person_reaches_a_file(run: Any, tmp_path: Path, live: tuple[str, Provider]) -> None:
    """After recording, a search of the whole folder finds no secret, and verify keeps what was recorded."""
    url, provider = live
    done = run("record", "--against", url, "--ids", ids(provider), env={"REPLY_API_KEY": provider.key})
    assert done.returncode == Exit.KEPT, done.stderr
    for secret in (*SECRETS, provider.key, *(row.partition("/")[2] for row in ids(provider).split(","))):
        found = subprocess.run(
            ["grep", "-rl", secret, str(tmp_path / "cassettes")], capture_output=True, text=True, check=False
        )
        assert found.stdout == "", secret
        assert secret not in done.stdout + done.stderr
    kept = run("verify", "--against", "cassettes")
    assert kept.returncode == Exit.KEPT
    assert f"3 recordings of {url.partition('://')[2]}: 3 answers" in kept.stdout


def test_the_same_secret_gives_the_same_files(run: Any, tmp_path: Path, live: tuple[str, Provider]) -> None:
    """With a scrub key of the team's a second recording changes nothing, and says so."""
    url, provider = live
    env = {"REPLY_API_KEY": provider.key, "CONTRACTS_SCRUB_KEY": "of the team"}
    run("record", "--against", url, "--ids", ids(provider), env=env)
    before = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
    again = run("record", "--against", url, "--ids", ids(provider), env=env)
    assert {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()} == before
    assert [line.split()[0] for line in again.stdout.splitlines()] == ["unchanged"] * 3


def test_a_new_recording_tells_what_is_different(run: Any, live: tuple[str, Provider]) -> None:
    """In shape and branches, never in values."""
    url, provider = live
    env = {"REPLY_API_KEY": provider.key, "CONTRACTS_SCRUB_KEY": "of the team"}
    (row,) = (row for row in provider.operations[0].rows if row.name == "paused")
    arguments = ("record", "--against", url, "--ids", "/".join(row.ids), "--case", "mine")
    run(*arguments, env=env)
    body: Any = row.body
    body |= {"statusInSequence": "finished", "currentStep": {"stepId": None, "displayName": "Finished"}}
    again = run(*arguments, env=env)
    assert "statusInSequence=finished is new in this case" in again.stdout
    assert "/currentStep/stepId: integer, now null" in again.stdout
    assert not any(secret in again.stdout for secret in SECRETS)


def test_a_broken_answer_is_kept_aside(run: Any, tmp_path: Path) -> None:
    """Exit 1, the findings, the answer as `.rejected.yaml`, and no good cassette touched."""
    provider = reference(contracts_here()[0], faults=("callStatus.enum",))
    with serve(provider) as url:
        row = "/".join(provider.operations[0].known[0])
        done = run("record", "--against", url, "--ids", row, "--case", "mine", env={"REPLY_API_KEY": provider.key})
    assert done.returncode == Exit.BROKEN
    assert "callStatus.enum" in done.stdout
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["mine.rejected.yaml"]
    assert run("verify", "--against", "cassettes").returncode == Exit.NOT_CHECKED


def test_drift_is_recorded_and_told(run: Any, tmp_path: Path) -> None:
    """A field that the page doesn't mention keeps no recording out: it is what the API sends now."""
    provider = reference(contracts_here()[0], faults=("response.undocumented-field",))
    with serve(provider) as url:
        row = "/".join(provider.operations[0].known[0])
        done = run("record", "--against", url, "--ids", row, "--case", "mine", env={"REPLY_API_KEY": provider.key})
    assert (done.returncode, "response.undocumented-field" in done.stdout) == (Exit.KEPT, True)
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["mine.yaml"]


def test_a_wrong_key_costs_no_good_recording(run: Any, tmp_path: Path, live: tuple[str, Provider]) -> None:
    """A refusal in the place of a success is kept aside, and a run without any success has recorded nothing of use."""
    url, provider = live
    arguments = ("record", "--against", url, "--ids", ids(provider, 1), "--case", "mine")
    assert run(*arguments, env={"REPLY_API_KEY": provider.key}).returncode == Exit.KEPT
    good = (tmp_path / FOLDER / "mine.yaml").read_bytes()
    done = run(*arguments, env={"REPLY_API_KEY": "wrong-key"})
    assert (done.returncode, done.stdout.split()[0]) == (Exit.BROKEN, "rejected")
    assert (tmp_path / FOLDER / "mine.yaml").read_bytes() == good
    fresh = run(*arguments[:-1], "other", env={"REPLY_API_KEY": "wrong-key"})
    assert fresh.returncode == Exit.NOT_CHECKED
    assert "check the key" in fresh.stderr


@pytest.mark.parametrize(
    ("arguments", "env", "code", "told"),
    [
        (("--against", "live", "--ids", "1/2"), {}, 3, "no key: put it into the environment variable REPLY_API_KEY"),
        (("--against", "http://127.0.0.1:1"), {"REPLY_API_KEY": "k" * 20}, 2, "name the rows to record with --ids"),
        (("--against", "http://api.example.com", "--ids", "1/2"), {"REPLY_API_KEY": "k" * 20}, 2, "use https"),
        (("--against", "cassettes"), {}, 2, "nothing to record"),
        (("--against", "reference", "--key-file", "x"), {}, 2, "leave it out"),
        (("--against", "reference", "--ids", "1/2,3/4", "--case", "x"), {}, 2, "one row and a plain name"),
        (("--against", "reference", "--ids", "1/2", "--case", "../x"), {}, 2, "one row and a plain name"),
        (("--against", "live", "--ids", "1/2", "--key-file", "none.txt"), {}, 2, "none.txt"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    run: Any, arguments: tuple[str, ...], env: dict[str, str], code: int, told: str
) -> None:
    """Each mistake has its exit code and one line that says what to do; the key is never in it."""
    done = run("record", *arguments, env=env)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "kkkk" not in done.stderr


def test_a_server_that_is_gone_is_not_checked(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer to be had: told for each case, exit 3, nothing written."""
    monkeypatch.setattr("contracts.sources.http._BACK_OFF", (0.01,))
    done = run("record", "--against", "http://127.0.0.1:1", "--ids", "1/2", env={"REPLY_API_KEY": "k" * 20})
    assert done.returncode == Exit.NOT_CHECKED
    assert "not checked" in done.stdout
    assert "no connection" in done.stdout
