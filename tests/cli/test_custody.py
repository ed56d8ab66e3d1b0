"""`contracts verify` looks after the recordings it is given: leaks, age, provenance, use; and other people's files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.errors import Exit
from tests import alone
from tests.cli.conftest import ROOT

FOLDER = "cassettes/reply/get-a-contact-in-a-sequence"

pytestmark = pytest.mark.usefixtures("schemas")


@pytest.fixture
def cassette(schemas: Path) -> Path:
    """One good recording in a project of its own."""
    target = schemas.parent / FOLDER / "finished.yaml"
    target.parent.mkdir(parents=True)
    shutil.copy(ROOT / FOLDER / "finished.yaml", target)
    return target


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Bearer SCRUBBED", "Bearer abcdef0123456789", "bearer token in request/header/Authorization"),
        ("contact-12350@example.net", "somebody@acme.io", "e-mail address in response/body#/email"),
        ("contact-12350@example.net", "somebody@acme-example.net", "e-mail address in response/body#/email"),
        ("contacts/12350", "contacts/12350?api_key=abcdef012345", "api key in request/url.query/api_key"),
        ("Hollow Hill Foods", "sk_live_abcdef0123456789", "api key in response/body#/company"),
    ],
)
def test_a_leak_is_a_violation(run: Any, cassette: Path, old: str, new: str, told: str) -> None:
    """Kind and place are told, the secret itself never."""
    edit(cassette, old, new)
    done = run("verify", "--against", "cassettes")
    assert done.returncode == Exit.BROKEN
    assert "custody.leak" in done.stdout
    assert told in done.stdout
    assert new.rsplit("=", maxsplit=1)[-1].rsplit(" ", maxsplit=1)[-1] not in done.stdout


def test_the_current_key_is_looked_for(run: Any, cassette: Path) -> None:
    """A key without a shape of its own is known from the environment."""
    edit(cassette, "Hollow Hill Foods", "quite-ordinary-words")
    assert run("verify", "--against", "cassettes").returncode == Exit.KEPT
    done = run("verify", "--against", "cassettes", env={"REPLY_API_KEY": "quite-ordinary-words"})
    assert done.returncode == Exit.BROKEN
    assert "current key in response/body#/company" in done.stdout


def test_an_old_recording_is_a_finding(run: Any, cassette: Path) -> None:
    """Only where an age was asked for; without a recording time the age is a finding too."""
    assert run("verify", "--against", "cassettes").returncode == Exit.KEPT
    data = yaml.safe_load(cassette.read_text())
    data["metadata"]["recorded-at"] = "2020-01-01T00:00:00Z"
    cassette.write_text(yaml.safe_dump(data))
    assert run("verify", "--against", "cassettes").returncode == Exit.KEPT
    done = run("verify", "--against", "cassettes", "--max-age", "30")
    assert (done.returncode, "custody.age" in done.stdout) == (Exit.BROKEN, True)
    del data["metadata"]["recorded-at"]
    cassette.write_text(yaml.safe_dump(data))
    assert "no recording time" in run("verify", "--against", "cassettes", "--max-age", "30").stdout


def test_provenance_and_use_are_notes(run: Any, cassette: Path) -> None:
    """Another contract's digest, none at all, and a cassette of another operation: told, and kept."""
    data = yaml.safe_load(cassette.read_text())
    data["metadata"]["contract"] = "0" * 32
    cassette.write_text(yaml.safe_dump(data))
    data["interactions"][0]["request"]["uri"] = "https://api.reply.io/v3/whoami"
    cassette.with_name("other.yaml").write_text(yaml.safe_dump(data))
    done = run("verify", "--against", "cassettes")
    assert done.returncode == Exit.KEPT
    assert "another contract, 000000000000" in done.stdout
    assert "custody.unused" in done.stdout


def log_line(url: str, body: Any) -> str:
    """An exchange of one line."""
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    return json.dumps({"request": {"method": "GET", "url": url}, "response": response})


@pytest.fixture
def body() -> dict[str, Any]:
    """The documented example."""
    (item,) = alone.document()["paths"].values()
    example: dict[str, Any] = item["get"]["responses"]["200"]["content"]["application/json"]["example"]
    return example


def test_recordings_of_any_host_are_judged(run: Any, tmp_path: Path, body: dict[str, Any]) -> None:
    """By method and path, on staging and loopback alike; the rest is counted by host."""
    path = "/v3/sequences/100/contacts/12345"
    urls = ("https://staging.acme.test" + path, "http://127.0.0.1:8000" + path, "https://other.test/x")
    (tmp_path / "log.ndjson").write_text("\n".join(log_line(url, body) for url in urls))
    done = run("verify", "log.ndjson")
    assert done.returncode == Exit.KEPT
    assert "2 recordings in log.ndjson (beside 1 other request to other.test): 2 answers" in done.stdout
    narrowed = run("verify", "log.ndjson", "--host", "staging.acme.test")
    assert "1 recording in log.ndjson (beside 2 other requests" in narrowed.stdout


def test_a_broken_foreign_recording_is_found(run: Any, tmp_path: Path, body: dict[str, Any]) -> None:
    """The finding names the file; a log without any answer of the operation is not checked."""
    url = "https://api.reply.io/v3/sequences/100/contacts/12345"
    (tmp_path / "log.ndjson").write_text(log_line(url, {**body, "callStatus": "busy"}))
    done = run("verify", "log.ndjson")
    assert done.returncode == Exit.BROKEN
    assert "broken at   log.ndjson:1 /callStatus" in done.stdout
    (tmp_path / "log.ndjson").write_text(log_line("https://api.reply.io/v3/whoami", {}))
    assert run("verify", "log.ndjson").returncode == Exit.NOT_CHECKED
    missing = run("verify", "none.yaml")
    assert (missing.returncode, missing.stdout) == (Exit.UNUSABLE, "")
