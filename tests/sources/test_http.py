"""Servers are asked with care: for the key, for their limits, and for our own memory."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unreachable, Unusable
from contracts.sources.http import Budget, Server, ask, is_loopback

KEY = "a-long-secret-key"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1", True),
        ("http://127.9.9.9:80/x", True),
        ("http://[::1]:8000", True),
        ("http://localhost:1", True),
        ("http://LOCALHOST", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://127.0.0.1@example.com", False),
        ("http://example.com@127.0.0.1", False),
        ("http://example.com\\@127.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://127.1", False),
        ("http://2130706433", False),
        ("https://api.example.com", False),
        ("http://[::1", False),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_told_in_doubt_as_elsewhere(url: str, here: bool) -> None:
    """Only an address of this machine, or its one name, is here."""
    assert is_loopback(url) is here


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://h", "http://", "https://u:secret-word@h", "https://h/ x", "https://h\n", "https://h\\x",
     "https://h:99999", "https://[::1", "https://h?q=1", "https://h#f", "https://é.example"],
)  # fmt: skip
def test_a_url_that_is_no_server_is_refused(url: str) -> None:
    """One line, and no password in it."""
    with pytest.raises(Unusable, match=r"^can't ask this server: [^\n]+$") as caught:
        Server(base_url=url)
    assert "secret-word" not in str(caught.value)


def test_the_key_never_crosses_a_network_in_plain_text() -> None:
    """Plain http with a key only on loopback; without a key, or with https, anywhere."""
    with pytest.raises(Unusable, match=r"^the key would travel to api\.example\.com in plain text; use https$"):
        Server(base_url="HTTP://api.example.com", key=KEY)
    for url, key in (("http://api.example.com", None), ("https://api.example.com", KEY), ("http://[::1]:1", KEY)):
        assert KEY not in repr(Server(base_url=url, key=key))


@pytest.mark.parametrize("key", ["", " ", "two words", "line\n", "ключ", "a\x00b"])
def test_a_key_that_cannot_be_sent_is_refused_unseen(key: str) -> None:
    """A key that was copied badly is told without being shown."""
    with pytest.raises(Unusable, match=r"^the key holds blanks") as caught:
        Server(base_url="https://h", key=key)
    assert not key.strip() or key not in str(caught.value)


def test_an_exchange_is_given_whole_and_scrubbed(stand: Any) -> None:
    """Method, URL, status, headers, body, origin; the key went out and stands nowhere."""
    with requests.Session() as session:
        interaction = ask(session, Server(base_url=stand.url + "/", key=KEY), "GET", "/a%2Fb?x=1")
        ask(session, Server(base_url=stand.url), "POST", "/")
        bare = ask(session, Server(base_url=stand.url, key=KEY, header="X-API-Key", scheme="", origin="me"), "GET", "/")
    assert stand.asked[0] == ("GET", "/a%2Fb?x=1", f"Bearer {KEY}")
    assert stand.asked[1] == ("POST", "/", None)
    assert (interaction.request.method, interaction.request.url) == ("GET", stand.url + "/a%2Fb?x=1")
    assert ("Authorization", "Bearer SCRUBBED") in interaction.request.headers
    assert ("X-API-Key", "SCRUBBED") in bare.request.headers
    assert KEY not in repr((interaction, bare))
    assert (interaction.response.status, interaction.response.body) == (200, b'{"a":1}')
    assert ("Content-Type", "application/json") in interaction.response.headers
    assert (interaction.origin, bare.origin) == (stand.url.removeprefix("http://"), "me")
    assert interaction.place == interaction.request.url


def test_redirects_are_answers(stand: Any) -> None:
    """The key follows no redirect, because nothing does."""
    stand.answers = [(302, {"Location": stand.url + "/elsewhere"}, b"")]
    with requests.Session() as session:
        assert ask(session, Server(base_url=stand.url, key=KEY), "GET", "/a").response.status == 302
    assert len(stand.asked) == 1


def test_the_environment_neither_diverts_nor_replaces_the_key(
    stand: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """No proxy stands before loopback, and a netrc doesn't win over the key."""
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with requests.Session() as session:
        ask(session, Server(base_url=stand.url, key=KEY), "GET", "/")
        ask(session, Server(base_url=stand.url), "GET", "/")
    assert [asked[2] for asked in stand.asked] == [f"Bearer {KEY}", None]


def test_a_path_cannot_change_the_host() -> None:
    """A path starts with a slash, or could name another host behind an @."""
    with requests.Session() as session, pytest.raises(Unusable, match="must start with a slash"):
        ask(session, Server(base_url="https://api.example.com", key=KEY), "GET", "@evil.example")


def test_elsewhere_only_get_is_sent() -> None:
    """Any other method is refused before anything is sent."""
    with requests.Session() as session, pytest.raises(Unusable, match=r"DELETE is not sent to api\.example\.com"):
        ask(session, Server(base_url="https://api.example.com", key=KEY), "DELETE", "/")


def raw_server(answer: bytes, *, then_wait: float = 0) -> str:
    """The URL of a server that reads a request, says these bytes, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_once() -> None:
        with listener, listener.accept()[0] as peer:
            asked = b""
            while b"\r\n\r\n" not in asked and (more := peer.recv(65536)):
                asked += more  # what is left unread would turn the end into a reset
            peer.sendall(answer)
            time.sleep(then_wait)

    threading.Thread(target=serve_once, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "wait", "reason"),
    [
        (b"", 0, "no connection"),
        (b"not http\r\n\r\n", 0, "no connection"),
        (HEAD + b"Content-Length: 9\r\n\r\nabc", 0, "the connection broke in the middle"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 0, "the connection broke in the middle"),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", 0, "not coded as its header says"),
        (b"", 2, "no whole answer within 0.3 s"),
    ],
)
def test_no_whole_answer_is_unreachable(answer: bytes, wait: float, reason: str) -> None:
    """Whatever goes wrong on the way is one line with the host and a reason, without the key."""
    url = raw_server(answer, then_wait=wait)
    with requests.Session() as session, pytest.raises(Unreachable) as caught:
        ask(session, Server(base_url=url, key=KEY, timeout=0.3), "GET", "/a")
    text = str(caught.value)
    assert text.startswith(url.removeprefix("http://") + ": no answer to GET /a: ")
    assert reason in text
    assert "\n" not in text
    assert KEY not in text


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://a..b", "https://no-such-host.invalid", "http://" + "a" * 70]
)
def test_nobody_there_is_unreachable(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port, and hosts that can't exist."""
    monkeypatch.setattr("contracts.sources.http._BACK_OFF", (0.0,))
    with requests.Session() as session, pytest.raises(Unreachable, match=": no answer to GET /: "):
        ask(session, Server(base_url=url, timeout=2), "GET", "/")


def test_a_compressed_answer_is_decoded(stand: Any) -> None:
    """The body is what was meant, not how it travelled."""
    stand.answers = [(200, {"Content-Encoding": "gzip"}, gzip.compress(b"plain", mtime=0))]
    with requests.Session() as session:
        assert ask(session, Server(base_url=stand.url), "GET", "/").response.body == b"plain"


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def time(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.slept.append(seconds)
        self.now += seconds


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=60),
    st.integers(1, 5),
    st.integers(1, 12),
)
def test_no_window_holds_more_than_the_budget(pauses: list[float], minute: int, hour: int) -> None:
    """However the requests come, no minute and no hour holds more of them than allowed, and none is lost."""
    clock = Clock()
    budget = Budget(per_minute=minute, per_hour=hour, clock=clock.time, sleep=clock.sleep)
    spent = []
    for pause in pauses:
        clock.now += pause
        budget.spend()
        spent.append(clock.now)
    for most, window in ((minute, 60), (hour, 3600)):
        for first, later in zip(spent, spent[most:], strict=False):
            assert later - first >= window - 1e-6


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand counts as a server elsewhere."""
    monkeypatch.setattr(Server, "remote", property(lambda _: True))


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("retry_after", "requests_sent", "slept"),
    [
        ("7", 3, [7, 7]),
        ("0", 3, [0, 0]),
        ("121", 1, []),
        ("soon", 3, [1, 2]),
        ("-1", 3, [1, 2]),
        ("9" * 99, 1, []),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 3, [0, 0]),
        (None, 3, [1, 2]),
    ],
)
def test_too_many_requests_is_obeyed_and_bounded(
    stand: Any, retry_after: str | None, requests_sent: int, slept: list[float]
) -> None:
    """A 429 is asked again after its seconds or at its date, twice at most; with a wait too long the 429 stands."""
    stand.answers = [(429, {"Retry-After": retry_after} if retry_after else {}, b"")]
    clock = Clock()
    server = Server(base_url=stand.url, budget=Budget(clock=clock.time, sleep=clock.sleep))
    with requests.Session() as session:
        assert ask(session, server, "GET", "/").response.status == 429
    assert (len(stand.asked), clock.slept) == (requests_sent, slept)


@pytest.mark.usefixtures("elsewhere")
def test_requests_elsewhere_are_paced(stand: Any) -> None:
    """Beyond the budget the next request waits; every retry counts."""
    stand.answers = [(429, {"Retry-After": "1"}, b""), (200, {}, b"")]
    clock = Clock()
    server = Server(base_url=stand.url, budget=Budget(per_minute=3, clock=clock.time, sleep=clock.sleep))
    with requests.Session() as session:
        for _ in range(3):
            assert ask(session, server, "GET", "/").response.status == 200
    assert clock.slept == [1, 59]


def test_loopback_is_not_paced(stand: Any) -> None:
    """On this machine nothing waits, and a 429 is an answer."""
    stand.answers = [(429, {"Retry-After": "100"}, b"")]
    clock = Clock()
    server = Server(base_url=stand.url, budget=Budget(per_minute=1, clock=clock.time, sleep=clock.sleep))
    with requests.Session() as session:
        for _ in range(3):
            ask(session, server, "GET", "/")
    assert (len(stand.asked), clock.slept) == (3, [])


def test_server_errors_heal_or_stand(stand: Any) -> None:
    """A 500 is asked again after the wait that it names, or a growing one; the last answer stands, whatever it is."""
    clock = Clock()
    server = Server(base_url=stand.url, retries=3, budget=Budget(clock=clock.time, sleep=clock.sleep))
    with requests.Session() as session:
        stand.answers = [(500, {}, b""), (503, {"Retry-After": "9"}, b""), (200, {}, b"healed")]
        assert ask(session, server, "GET", "/").response.body == b"healed"
        stand.answers = [(500, {}, b"")]
        assert ask(session, server, "GET", "/").response.status == 500
    assert clock.slept == [1, 9, 1, 2, 4]


def test_a_missing_answer_is_asked_for_again() -> None:
    """Nobody at the address: as many attempts as allowed, each later than the one before, then one clear line."""
    clock = Clock()
    server = Server(base_url="http://127.0.0.1:1", retries=2, budget=Budget(clock=clock.time, sleep=clock.sleep))
    with requests.Session() as session, pytest.raises(Unreachable, match="no connection"):
        ask(session, server, "GET", "/")
    assert clock.slept == [1, 2]
