"""What recording must survive: a server that misbehaves, a second run at the same time, a kill at any moment."""

from __future__ import annotations

import base64
import errno
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
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from contracts.errors import Exit
from contracts.provider.serving import serve
from contracts.sources.cassettes import read_cassette
from tests import alone
from tests.cli.conftest import COMMAND, environment

KEY = "a-planted/key+of-some-length"
FOLDER = "cassettes/reply/get-a-contact-in-a-sequence"
ROW = "/v3/sequences/100/contacts/12345"


def example() -> bytes:
    """The documented answer."""
    (item,) = alone.document()["paths"].values()
    return json.dumps(item["get"]["responses"]["200"]["content"]["application/json"]["example"]).encode()


class Moody:
    """Answers as it is told, slowly where it is told, and remembers the credentials that it was shown."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, example(), {"Content-Type": "application/json"}
        self.delay = 0.0
        self.reason = "Said"
        self.credentials: list[str | None] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The WSGI side."""
        self.credentials.append(environ.get("HTTP_AUTHORIZATION"))
        time.sleep(self.delay)
        start_response(f"{self.status} {self.reason}", list(self.headers.items()))
        return [self.body]


pytestmark = pytest.mark.usefixtures("schemas")


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
@pytest.mark.parametrize("moment", [0.0, 0.3])
def test_a_killed_run_leaves_the_old_recording(
    run: Any, moody: tuple[Moody, str], tmp_path: Path, moment: float
) -> None:
    """Killed while the answer is awaited or written: the old file is whole, and no reader sees the remains."""
    app, url = moody
    assert record(run, url).returncode == Exit.KEPT
    good = (tmp_path / FOLDER / "mine.yaml").read_bytes()
    app.delay, asked = 0.3, len(app.credentials)
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
    assert record(run, url).returncode == Exit.KEPT
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["mine.yaml"], "the next run clears away"
    found = subprocess.run(["grep", "-rl", KEY, str(tmp_path)], capture_output=True, text=True, check=False)
    assert found.stdout == ""


def full(*_: object, **__: object) -> None:
    """As the system says it."""
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "moment", ["os.fsync", "os.mkdir", "vcr.persisters.filesystem.FilesystemPersister.save_cassette"]
)
def test_a_full_disk_is_one_line(
    run: Any, moody: tuple[Moody, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Exit 2 and the file that can't be written; the good recording stays, nothing half beside it, and no patch."""
    app, url = moody
    assert record(run, url).returncode == Exit.KEPT
    good = (tmp_path / FOLDER / "mine.yaml").read_bytes()
    app.body = app.body.replace(b'"isOptedOut": false', b'"isOptedOut": true')
    with monkeypatch.context() as patch:
        patch.setattr(moment, full)
        done = record(run, url)
    said = f"contracts: {FOLDER}/mine.yaml: can't be written: No space left on device"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (Exit.UNUSABLE, said)
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["mine.yaml"]
    assert (tmp_path / FOLDER / "mine.yaml").read_bytes() == good
    assert HTTPConnectionPool.ConnectionCls is HTTPConnection


PLANTED = ("Realsson", "ann.real@globex.io", "30 9012345", "4711", "globex", "p15551234567")
PERSONAL = {
    "byEmail": {"ann.real@globex.io": True},
    "notes": {"Realsson, Ann": {"p15551234567": "+49 30 9012345"}},
    "pin": 4711,
    "key": "abcdefgh-Realsson",
    "sessionToken": "Realsson4711",
    "signature": "globex" * 4,
    "links": ["https://ann:Realsson@globex.io:8443/Realsson?token=Realsson#access_token=Realsson"],
}
HEADERS = {
    "Content-Type": 'application/json; owner="Realsson"',
    "Retry-After": "Realsson",
    "X-RateLimit-Limit": "ann.real@globex.io",
    "X-RateLimit-Realsson": "1",
    "WWW-Authenticate": 'Bearer realm="Realsson"',
    "Allow": "GET, Realsson",
    "Location": "https://globex.io:9443/Realsson",
}
PROBLEM = {
    "title": "Realsson",
    "status": 404,
    "detail": "no Realsson here",
    "code": "realsson.notFound",
    "errors": [{"pointer": "#/Realsson/4711", "detail": "Realsson"}],
}


@pytest.mark.parametrize("kind", ["success", "problem", "broken"])
def test_nothing_planted_is_found_anywhere(run: Any, moody: tuple[Moody, str], tmp_path: Path, kind: str) -> None:
    """Names of properties, headers, the reason phrase, short numbers, a problem's texts: in no file, not on screen."""
    app, url = moody
    app.reason = "Realsson"
    app.headers = HEADERS if kind != "problem" else {**HEADERS, "Content-Type": "application/problem+json; a=Realsson"}
    app.body = json.dumps({**json.loads(example()), **PERSONAL}).encode()
    if kind == "broken":
        app.body = json.dumps({**json.loads(example()), **PERSONAL, "isOptedOut": "Realsson"}).encode()
    if kind == "problem":
        app.status, app.body = 404, json.dumps({**PROBLEM, "more": PERSONAL}).encode()
    done = record(run, url)
    assert done.returncode == {"success": Exit.KEPT, "problem": Exit.NOT_CHECKED, "broken": Exit.BROKEN}[kind]
    verified = run("verify", tmp_path / FOLDER / ("mine.rejected.yaml" if kind == "broken" else "mine.yaml"))
    kept = run("verify", "--against", "cassettes", "--history", "h.sqlite", "--report", "json=r.json")
    assert "custody.leak" not in kept.stdout
    told = "".join(one.stdout + one.stderr for one in (done, verified, kept))
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name.startswith("mine") for path in files)
    for planted in PLANTED:
        assert planted.lower() not in told.lower()
        assert [path for path, content in files.items() if planted.lower().encode() in content.lower()] == []


ESCAPED = {
    "slash": KEY.replace("/", "\\/"),
    "plus": KEY.replace("+", "\\u002B"),
    "every character": "".join(f"\\u{ord(letter):04x}" for letter in KEY),
    "other case": KEY.upper(),
    "percent": "".join(f"%{ord(letter):02X}" for letter in KEY),
    "base64": base64.b64encode(b"a" + KEY.encode()).decode(),
}


@pytest.mark.parametrize("form", ESCAPED)
@pytest.mark.parametrize("status", [404, 200, 302])
def test_an_answer_that_repeats_the_key_is_not_stored(
    run: Any, moody: tuple[Moody, str], tmp_path: Path, form: str, status: int
) -> None:
    """However it is written there, whether the answer would be admitted or rejected: one line, and no file."""
    app, url = moody
    app.status = status
    app.headers = {"Content-Type": "application/problem+json"} if status != 200 else app.headers
    app.body = f'{{"title": "{ESCAPED[form]}", "status": {status}, "detail": "x", "code": "y"}}'.encode()
    done = record(run, url)
    assert done.returncode == Exit.UNUSABLE
    assert "the answer repeats the key; nothing was stored" in done.stderr
    assert [path for path in (tmp_path / "cassettes").rglob("*") if path.is_file()] == []


def test_a_short_key_is_refused(run: Any, moody: tuple[Moody, str]) -> None:
    """A key that could stand anywhere by chance can't be looked for: one line, and nothing is asked."""
    app, url = moody
    arguments = ("record", "--against", url, "--ids", "100/12345", "--case", "mine")
    done = run(*arguments, env={"REPLY_API_KEY": "k3y+/"})
    assert (done.returncode, done.stdout, app.credentials) == (Exit.UNUSABLE, "", [])
    assert "fewer than 8 characters" in done.stderr
    assert "k3y" not in done.stderr


def test_recording_again_without_a_secret_is_told(run: Any, moody: tuple[Moody, str], tmp_path: Path) -> None:
    """Files under new names beside the old ones are no surprise; with a secret, or a name, nothing is told."""
    app, url = moody
    app.body = json.dumps({**json.loads(example()), "sequenceId": 771, "contactId": 99012}).encode()
    arguments = ("record", "--against", url, "--ids", "771/99012")
    env = {"REPLY_API_KEY": KEY}
    assert "CONTRACTS_SCRUB_KEY" not in run(*arguments, env=env).stderr
    again = run(*arguments, env=env)
    assert "CONTRACTS_SCRUB_KEY is not set" in again.stderr
    assert "1 scrubbed earlier stayed" in again.stderr
    assert len([*(tmp_path / FOLDER).iterdir()]) == 2
    named = run(*arguments, "--case", "mine", env=env)
    secret = run(*arguments, env=env | {"CONTRACTS_SCRUB_KEY": "of the team"})
    assert "CONTRACTS_SCRUB_KEY" not in named.stderr + secret.stderr
