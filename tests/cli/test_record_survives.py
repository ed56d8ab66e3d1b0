"""What recording must survive: a server that misbehaves, a second run at the same time, a kill at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from contracts.errors import Exit
from contracts.provider.serving import serve
from contracts.sources.cassettes import read_cassette
from tests.cli.conftest import COMMAND, environment

KEY = "a-planted-key-of-some-length"
FOLDER = "cassettes/reply/get-a-contact-in-a-sequence"
ROW = "/v3/sequences/100/contacts/12345"
ROOT = Path(__file__).resolve().parents[2]


def example() -> bytes:
    """The documented answer."""
    document = json.loads((ROOT / "schemas/reply/openapi.json").read_text())
    (item,) = document["paths"].values()
    return json.dumps(item["get"]["responses"]["200"]["content"]["application/json"]["example"]).encode()


class Moody:
    """Answers as it is told, slowly where it is told, and remembers the credentials that it was shown."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, example(), {"Content-Type": "application/json"}
        self.delay = 0.0
        self.credentials: list[str | None] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The WSGI side."""
        self.credentials.append(environ.get("HTTP_AUTHORIZATION"))
        time.sleep(self.delay)
        start_response(f"{self.status} Said", list(self.headers.items()))
        return [self.body]


@pytest.fixture
def moody() -> Iterator[tuple[Moody, str]]:
    """A served one."""
    app = Moody()
    with serve(app) as url:
        yield app, url


def record(run: Any, url: str) -> Any:
    """One row under a fixed name."""
    return run("record", "--against", url, "--ids", "100/12345", "--case", "mine", env={"REPLY_API_KEY": KEY})


def test_the_key_does_not_follow_a_redirect(run: Any, moody: tuple[Moody, str]) -> None:
    """The other host is never asked at all; the redirect is an answer, and an undocumented one."""
    app, url = moody
    elsewhere = Moody()
    with serve(elsewhere) as other:
        app.status, app.body, app.headers = 302, b"", {"Location": other + ROW}
        done = record(run, url)
    assert elsewhere.credentials == []
    assert app.credentials == [f"Bearer {KEY}"]
    assert (done.returncode, "response.status" in done.stdout) == (Exit.BROKEN, True)


def test_a_page_in_the_place_of_an_answer_is_not_admitted(run: Any, moody: tuple[Moody, str], tmp_path: Path) -> None:
    """A proxy's HTML with status 200 is kept aside, and the good recording stays as it was."""
    app, url = moody
    assert record(run, url).returncode == Exit.KEPT
    good = (tmp_path / FOLDER / "mine.yaml").read_bytes()
    app.body, app.headers = b"<html>Please log in</html>", {"Content-Type": "text/html"}
    done = record(run, url)
    assert (done.returncode, "response.json" in done.stdout) == (Exit.BROKEN, True)
    assert (tmp_path / FOLDER / "mine.yaml").read_bytes() == good


def test_two_runs_at_once_leave_one_whole_cassette(moody: tuple[Moody, str], tmp_path: Path) -> None:
    """Both end well, and what stands there is one of the two recordings, whole."""
    app, url = moody
    app.delay = 0.3
    command = [str(COMMAND), "record", "--against", url, "--ids", "100/12345", "--case", "mine"]
    env = environment({"REPLY_API_KEY": KEY})
    both = [subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [Exit.KEPT, Exit.KEPT]
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["mine.yaml"]
    assert len(read_cassette(tmp_path / FOLDER / "mine.yaml")) == 1


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize("moment", [0.0, 0.35, 0.7])
def test_a_killed_run_leaves_the_old_recording(
    run: Any, moody: tuple[Moody, str], tmp_path: Path, moment: float
) -> None:
    """Killed while the answer is awaited or written: the old file is whole, and no reader sees the remains."""
    app, url = moody
    assert record(run, url).returncode == Exit.KEPT
    good = (tmp_path / FOLDER / "mine.yaml").read_bytes()
    app.delay, asked = 0.7, len(app.credentials)
    app.body = app.body.replace(b'"isOptedOut": false', b'"isOptedOut": true')
    command = [str(COMMAND), "record", "--against", url, "--ids", "100/12345", "--case", "mine"]
    env = environment({"REPLY_API_KEY": KEY})
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    while len(app.credentials) == asked:
        time.sleep(0.01)
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    now = (tmp_path / FOLDER / "mine.yaml").read_bytes()
    assert now == good or b'"isOptedOut": true' in now
    assert len(read_cassette(tmp_path / FOLDER / "mine.yaml")) == 1
    assert run("verify", "--against", "cassettes").returncode == Exit.KEPT
    found = subprocess.run(["grep", "-rl", KEY, str(tmp_path)], capture_output=True, text=True, check=False)
    assert found.stdout == ""
