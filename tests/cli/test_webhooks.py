"""What an API sends by itself: read from a page or a description, checked in tests, and posted to a client."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.errors import ContractBroken, Unusable
from tests.cli.conftest import Run
from tests.reading.scores import OWN

LAMP = {
    "openapi": "3.1.0", "info": {"title": "lamps", "version": "1"},
    "webhooks": {"lamp.lit": {"post": {"summary": "A lamp was lit", "requestBody": {"content": {"application/json": {
        "schema": {
            "type": "object", "required": ["id"],
            "properties": {"id": {"type": "integer"}, "by": {"type": ["string", "null"]}},
        },
    }}}, "responses": {"2XX": {"description": "taken"}}}}},
}  # fmt: skip


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """A description of a webhook alone, where contracts are looked for."""
    path = tmp_path / "schemas" / "lamps" / "openapi.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(LAMP), encoding="utf-8")
    return path


@contextmanager
def receiving(take: Callable[[Any], object]) -> Iterator[str]:
    """A client on loopback that answers a payload with 204, or where `take` fails with 500 and why."""

    class Client(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json"
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                take(body)
                self.send_response(204)
                self.end_headers()
            except Exception as error:  # noqa: BLE001  whatever the client dies of
                self.send_response(500)
                self.end_headers()
                self.wfile.write(repr(error).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Client)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.usefixtures("described")
def test_every_legal_payload_is_posted_to_a_client(run: Run) -> None:
    """One that takes them all passes; what is a secret in its address isn't told."""
    seen: list[Any] = []
    with receiving(seen.append) as url:
        done = run("gate", "--post-to", f"{url}/hook?token=s3cret")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "verdict    kept")
    assert f"client     POST {url}/hook\n" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert [body.get("by", "nobody") for body in seen if body.get("by", "nobody") in (None, "nobody")] == [
        None,
        "nobody",
    ]
    assert all(isinstance(body["id"], int) for body in seen)


@pytest.mark.usefixtures("described")
def test_a_client_breaks_at_a_branch_of_a_payload(run: Run) -> None:
    """Exit 1; the first line names the branch, the case shows what was posted, what came back, and the reply."""
    with receiving(lambda body: body["by"] or body["by"] + "") as url:
        done = run("gate", "--post-to", url, "--only", "example", "--only", "by=null")
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[0]) == (1, "breaks when `by` is null")
    assert "failed     by=null: `by` is null; answered 500" in lines
    assert '           posted   {"id": 1, "by": null}' in lines
    assert any("TypeError" in line for line in lines)


@pytest.mark.usefixtures("described")
@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        (["--post-to", "http://127.0.0.1:1/hook"], 3, "127.0.0.1:1: no answer to POST /hook: no connection"),
        (["--post-to", "https://client.example/hook"], 2, "payloads are only posted to this machine"),
        (["--post-to", "http://127.0.0.1:1", "--", "true"], 2, "give the client's COMMAND, or with --post-to the URL"),
        ([], 2, "give the client's COMMAND, or with --post-to the URL"),
        (["--post-to", "http://127.0.0.1:1", "--tomorrow"], 2, "--tomorrow is for a COMMAND"),
        (["--post-to", "http://127.0.0.1:1", "--contract", "bell"], 2, "there is a-lamp-was-lit (WEBHOOK lamp.lit"),
    ],
)
def test_a_client_that_can_not_be_posted_to_is_one_line(run: Run, given: list[str], code: int, told: str) -> None:
    """Nobody there is 3; another machine, both ways or neither, and what only a command has a use for are 2."""
    done = run("gate", *given)
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("contracts: asking")]
    assert (done.returncode, done.stdout) == (code, "")
    assert told in line


@pytest.mark.usefixtures("described")
def test_a_parsed_payload_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`contracts.check` holds a body to a webhook's contract, wherever that was loaded from."""
    monkeypatch.chdir(tmp_path)
    for contract in (contracts.load(), contracts.load(LAMP), contracts.load(contract="WEBHOOK lamp.lit")):
        contracts.check(contract, {"id": 1, "by": None})
        with pytest.raises(ContractBroken, match=r"(?s)WEBHOOK lamp.lit.*id.type"):
            contracts.check(contract, {"id": "1"})
        with pytest.raises(Unusable, match="object is no JSON value; give the parsed body"):
            contracts.check(contract, object())


@pytest.mark.usefixtures("described")
def test_webhooks_are_told_and_no_recording_is_held_to_them(run: Run, tmp_path: Path) -> None:
    """A description of webhooks alone is told as such; answers to requests have nothing to be held to."""
    (tmp_path / "cassettes").mkdir()
    told = run("derive", "schemas/lamps/openapi.json", "--out", "out")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("WEBHOOK lamp.lit  (")
    assert (tmp_path / "out" / "a-lamp-was-lit.schema.json").exists()
    done = run("verify")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("describes webhooks alone; `contracts gate --post-to URL` puts them to a client\n")


def test_pages_of_webhooks_stand_beside_operations(run: Run, tmp_path: Path) -> None:
    """Their fields are written under `webhooks` of the api's document, each derived again into its own place."""
    names = ("contact-replied.txt", "order-shipped.txt", "get-a-task.txt")
    for name in names:
        shutil.copy(OWN / name, tmp_path)
    assert run("derive", *names, "--out", "schemas/lamps").returncode == 0
    first = (tmp_path / "schemas/lamps/openapi.json").read_text(encoding="utf-8")
    document = json.loads(first)
    assert list(document["webhooks"]) == ["contact-replied", "order-shipped"]
    assert len(document["paths"]) == 1
    sent = document["webhooks"]["contact-replied"]["post"]["requestBody"]["content"]["application/json"]
    assert sent["schema"]["required"] == ["eventId", "event", "contact"]
    assert run("derive", "contact-replied.txt", "--out", "schemas/lamps").returncode == 0
    assert (tmp_path / "schemas/lamps/openapi.json").read_text(encoding="utf-8") == first
    told = run("derive", "schemas/lamps/openapi.json")
    assert "1 operation, 2 webhooks, " in told.stdout.splitlines()[0]


def test_a_page_of_a_webhook_is_compared_with_its_contract(run: Run, tmp_path: Path) -> None:
    """What it sends less is breaking, as in an answer; the same page is silent, and so is an operation's beside it."""
    for name in ("contact-replied.txt", "order-shipped.txt", "get-a-task.txt"):
        shutil.copy(OWN / name, tmp_path)
    run("derive", "contact-replied.txt", "order-shipped.txt", "get-a-task.txt", "--out", "schemas/lamps")
    for name in ("contact-replied.txt", "get-a-task.txt"):
        same = run("drift", name)
        assert (same.returncode, "changes    none" in same.stdout) == (0, True), same.stdout
    page = tmp_path / "order-shipped.txt"
    page.write_text(page.read_text(encoding="utf-8").replace("| carrier |", "| van |"), encoding="utf-8")
    done = run("drift", "order-shipped.txt")
    assert done.returncode == 1
    assert "breaking   field.removed  /carrier" in done.stdout
    assert "additive   field.added  /van" in done.stdout


@pytest.mark.parametrize(
    ("change", "to"),
    [
        ("Contact replied", "Create a webhook"),
        ("Webhooks are sent as POST requests to the URL of your subscription. This one is", "It is"),
        ("Payload\n\neventId", "Query Parameters\n\neventId"),
    ],
)
def test_a_page_whose_top_is_missing_is_no_webhook(run: Run, tmp_path: Path, change: str, to: str) -> None:
    """A page that makes a webhook, doesn't say that one is sent, or lists parameters is refused as before."""
    text = (OWN / "contact-replied.txt").read_text(encoding="utf-8")
    assert change in text
    (tmp_path / "page.txt").write_text(text.replace(change, to, 1), encoding="utf-8")
    done = run("derive", "page.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no method and path: not an API reference page, or its top is missing" in done.stderr
