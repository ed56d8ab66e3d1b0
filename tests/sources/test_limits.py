"""No answer takes longer, or is larger, than an answer may be: whoever asks, and however the server drips."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
import requests

from contracts.errors import Exit, Unreachable
from contracts.model.interaction import header
from contracts.proving.asking import document_of_one
from contracts.proving.driving import drive
from contracts.sources import answer_limits, http
from contracts.sources.http import Server, ask, new_session
from tests import alone
from tests.cli.conftest import page, run

__all__ = ["page", "run"]

Talk: TypeAlias = Callable[[socket.socket], object]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ROW = ("--contract", alone.SLUG, "--ids", "100/12345")
KEY = {"REPLY_API_KEY": "a-planted-key-of-some-length"}


@pytest.fixture
def talking() -> Iterator[Callable[[Talk], str]]:
    """Servers on loopback that say to every request what they are told to; gives each one's URL."""
    listeners: list[socket.socket] = []
    done = threading.Event()

    def one(peer: socket.socket, talk: Talk) -> None:
        with peer, suppress(OSError):
            while peer.recv(65536) and not done.is_set():
                talk(peer)

    def serve(talk: Talk) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=one, args=(listener.accept()[0], talk), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    done.set()
    for listener in listeners:
        listener.close()


def dripping(before: bytes, drop: bytes) -> Talk:
    """Says `before` at once, then a drop every twentieth of a second, as long as anybody listens, for ten seconds."""

    def talk(peer: socket.socket) -> None:
        peer.sendall(before)
        for _ in range(200):
            time.sleep(0.05)
            peer.sendall(drop)

    return talk


SLOW = {
    "status line": dripping(b"HTTP/1.1 ", b"2"),
    "headers": dripping(HEAD + b"X: ", b"x"),
    "many headers": dripping(HEAD, b"X: x\r\n"),
    "go on": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": dripping(HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
    "endless body": dripping(HEAD + b"\r\n", b" "),
    "chunks": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "one chunk": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n100\r\n", b" "),
    "trailers": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: x\r\n"),
    "events": dripping(HEAD.replace(b"application/json", b"text/event-stream") + b"\r\n", b"data: 1\n\n"),
}


@pytest.mark.parametrize("part", SLOW)
def test_an_answer_has_one_time_for_all_of_it(talking: Any, part: str) -> None:
    """Whatever comes drop by drop, each drop in time: the whole answer isn't, and that is one line."""
    url = talking(SLOW[part])
    with new_session() as session, pytest.raises(Unreachable, match=r"GET /: no whole answer within 0\.3 s$"):
        ask(session, Server(base_url=url, timeout=0.3), "GET", "/")


COMMANDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "drift": lambda url: ("drift", f"{url}/page"),
    "verify": lambda url: ("verify", "--against", url, *ROW),
    "record": lambda url: ("record", "--against", url, *ROW),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("part", ["headers", "body"])
def test_no_command_waits_for_a_slow_server(
    run: Any, talking: Any, monkeypatch: pytest.MonkeyPatch, command: str, part: str
) -> None:
    """Exit 3 and the reason, for each command that asks a server."""
    monkeypatch.setattr(http, "TIMEOUT", 0.2)
    monkeypatch.setattr(http, "_BACK_OFF", (0.0,))
    done = run(*COMMANDS[command](talking(SLOW[part])), env=KEY)
    assert done.returncode == Exit.NOT_CHECKED, done.stdout + done.stderr
    assert "no whole answer within 0.2 s" in done.stdout + done.stderr


BOMB = gzip.compress(b" " * 2**20, mtime=0) * 200
"""200 MB of blanks, in 200 kB."""
TWICE = gzip.compress(BOMB, mtime=0)


LARGE = {
    "plain": HEAD + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000,
    "without an end": HEAD + b"\r\n" + b" " * 3_000_000,
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"3000\r\n%b\r\n" % (b" " * 0x3000) * 300,
    "unpacked": HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB,
    "unpacked twice": HEAD + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(TWICE) + TWICE,
}


@pytest.mark.parametrize("kind", LARGE)
def test_an_answer_is_not_read_beyond_its_bound(talking: Any, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """As it travels and as it unpacks: one line, and memory for what is allowed alone."""
    monkeypatch.setattr(answer_limits, "MAX_BODY", 2**20)
    url = talking(lambda peer: peer.sendall(LARGE[kind]))
    tracemalloc.start()
    with new_session() as session, pytest.raises(Unreachable, match="GET /: it is larger than 1 MB, and was not read"):
        ask(session, Server(base_url=url, timeout=5), "GET", "/")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 2**20


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["plain", "unpacked"])
def test_no_command_reads_an_answer_beyond_its_bound(
    run: Any, talking: Any, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
) -> None:
    """Exit 3 and the reason, also where vcrpy records it."""
    monkeypatch.setattr(answer_limits, "MAX_BODY", 2**20)
    monkeypatch.setattr(http, "_BACK_OFF", (0.0,))
    url = talking(lambda peer: peer.sendall(LARGE[kind]))
    tracemalloc.start()
    done = run(*COMMANDS[command](url), env=KEY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.returncode == Exit.NOT_CHECKED, done.stdout + done.stderr
    assert "it is larger than 1 MB, and was not read further" in done.stdout + done.stderr
    assert peak < 100 * 2**20


@pytest.mark.parametrize("talk", [SLOW["body"], lambda peer: peer.sendall(LARGE["unpacked"])])
def test_what_drives_a_server_is_held_to_the_limits(talking: Any, monkeypatch: pytest.MonkeyPatch, talk: Talk) -> None:
    """Generated requests get no other answers than named ones."""
    monkeypatch.setattr(http, "TIMEOUT", 0.2)
    monkeypatch.setattr(answer_limits, "MAX_BODY", 2**20)
    held = alone.held()
    with pytest.raises(Unreachable, match="gave no answer"):
        drive(document_of_one(held.contract), talking(talk), judge=lambda *_: (), origin="here", remote=False)


def test_connections_are_kept_and_their_time_begins_anew(talking: Any) -> None:
    """Many slow answers over one connection, together longer than an answer may take, plain and in chunks."""
    peers, packed = set[int](), gzip.compress(b"{}", mtime=0)
    answers = [
        HEAD + b"Content-Length: 2\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nX: y\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed,
    ]
    left = list(answers)

    def talk(peer: socket.socket) -> None:
        peers.add(id(peer))
        time.sleep(0.12)
        peer.sendall(left.pop(0))

    server = Server(base_url=talking(talk), timeout=0.3)
    with new_session() as session:
        seen = [ask(session, server, "GET", "/").response.body for _ in answers]
    assert seen == [b"{}", b"{}", b"", b"", b"", b"{}"]
    assert len(peers) == 1


def test_any_session_is_held_to_the_limits(talking: Any) -> None:
    """Also one that the caller made."""
    with requests.Session() as session, pytest.raises(Unreachable, match="no whole answer within"):
        ask(session, Server(base_url=talking(SLOW["body"]), timeout=0.2), "GET", "/")


def test_questions_share_no_cookies(talking: Any) -> None:
    """What one answer sets, the next question doesn't carry."""

    def one(peer: socket.socket) -> None:
        peer.sendall(HEAD + b"Set-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}")

    server = Server(base_url=talking(one))
    with new_session() as session:
        asked = [ask(session, server, "GET", "/").request for _ in range(2)]
    assert header(asked[1].headers, "cookie") is None
