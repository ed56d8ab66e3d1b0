"""One question to a server over HTTP, asked with care for the key and for the server."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.errors import Unreachable, Unusable
from contracts.model.interaction import Headers, Interaction, Request, Response, header
from contracts.rules.credentials import SCRUBBED
from contracts.sources.moments import in_utc

if TYPE_CHECKING:
    import requests

TIMEOUT = 10.0
"""Seconds for connecting, and for a whole answer."""
_RETRIES = 2
_BACK_OFF = (1.0, 2.0, 4.0)
"""Seconds before each further attempt."""
LONGEST_WAIT = 120.0
"""Nobody sits through more seconds than these for an answer."""


def is_loopback(url: str) -> bool:
    """A URL's host is this machine, by its address or as `localhost`; in doubt it isn't."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if "@" in parts.netloc:
            return False
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True, kw_only=True)
class Budget:
    """At most so many requests in any minute and any hour; `clock` and `sleep` count in seconds."""

    per_minute: int = 100
    per_hour: int = 3000
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _spent: deque[float] = field(default_factory=deque)

    def spend(self) -> None:
        """Takes one request from the budget, after waiting until there is one."""
        while (wait := self._wait()) > 0:
            self.sleep(wait)
        self._spent.append(self.clock())

    def _wait(self) -> float:
        now = self.clock()
        while self._spent and self._spent[0] <= now - 3600:
            self._spent.popleft()
        waits = [
            self._spent[-most] + window - now
            for most, window in ((self.per_minute, 60), (self.per_hour, 3600))
            if len(self._spent) >= most
        ]
        return max(waits, default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Whom to ask: scheme and host (with a path, if it serves under one), and the credential it gets.

    `header` and `scheme` say how the key travels (an empty scheme: bare). `timeout` is in seconds, for connecting and
    for the whole answer. `origin` is what its interactions are called, its host where empty; `retries` how
    often an answer that can't be had is asked for again, by default twice elsewhere and never on this machine. Raises
    Unusable for a URL that is none, and for a key that would cross a network in plain text.
    """

    base_url: str
    key: str | None = field(default=None, repr=False)
    header: str = "Authorization"
    scheme: str = "Bearer"
    timeout: float = field(default_factory=lambda: TIMEOUT)
    origin: str = ""
    retries: int | None = None
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        """Refuses what must not be asked."""
        problem = _url_problem(self.base_url)
        if problem:
            raise Unusable(f"can't ask this server: {problem}; give a URL like https://host or http://127.0.0.1:8000")
        if self.key is None:
            return
        if re.fullmatch(r"[!-~]+", self.key) is None:
            raise Unusable("the key holds blanks, control characters or none at all; check how it was copied")
        if self.base_url.lower().startswith("http:") and not is_loopback(self.base_url):
            raise Unusable(f"the key would travel to {self.host} in plain text; use https")

    @property
    def host(self) -> str:
        """Host and port, as the URL names them."""
        return urlsplit(self.base_url).netloc

    @property
    def remote(self) -> bool:
        """It stands elsewhere than on this machine: only GET is sent to it, within the budget."""
        return not is_loopback(self.base_url)


def new_session() -> requests.Session:
    """A session for `ask` and for other askers: within the limits, sharing connections and no cookies."""
    from http.cookiejar import DefaultCookiePolicy

    import requests

    from contracts.sources.answer_limits import limited

    session = limited(requests.Session())
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


def ask(session: requests.Session, server: Server, method: str, path: str) -> Interaction:
    """Sends one request and gives the exchange, its credential scrubbed; `path` starts with a slash, encoded.

    Redirects are answers like any other, never followed. A 429, a server error and a missing answer are asked again
    as often as the server's `retries` say, after the wait that the server asks for, or one that grows. Raises Unusable
    for a request that must not be sent, Unreachable where no whole answer comes.
    """
    if not path.startswith("/"):
        raise Unusable(f"the path {path[:80]!r} must start with a slash")
    if server.remote and method != "GET":
        raise Unusable(f"{method} is not sent to {server.host}: a server elsewhere is only asked with GET")
    retries = _RETRIES * server.remote if server.retries is None else server.retries
    for attempt in range(retries):
        back_off = _BACK_OFF[min(attempt, len(_BACK_OFF) - 1)]
        try:
            interaction = _ask(session, server, method, path)
            wait = _wait(interaction.response, back_off)
        except Unreachable:
            wait = back_off
        else:
            if wait is None:
                return interaction
        server.budget.sleep(wait)
    return _ask(session, server, method, path)


def post(session: requests.Session, url: str, headers: Headers, body: bytes, timeout: float) -> Response:
    """Posts a body to this machine, and gives the reply. Raises Unusable for a URL elsewhere, Unreachable for none."""
    if not url.startswith(("http://", "https://")) or not is_loopback(url):
        raise Unusable("payloads are only posted to this machine; give a URL like http://127.0.0.1:8000/hook")
    server = Server(base_url="://".join(urlsplit(url)[:2]), timeout=timeout)
    return _sent(session, server, "POST", url, data=body, headers=dict(headers)).response


def _wait(response: Response, back_off: float) -> float | None:
    """The seconds to wait before asking again, or None for an answer that stands."""
    if response.status < HTTPStatus.INTERNAL_SERVER_ERROR and response.status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    wait = retry_after(header(response.headers, "retry-after"), back_off, now=time.time())
    return wait if wait <= LONGEST_WAIT else None


def retry_after(said: str | None, otherwise: float, *, now: float) -> float:
    """The seconds to wait that a `Retry-After` says, itself or by a date, or else these others; `now` is Unix time."""
    said = said or ""
    try:
        wait = float(said) if re.fullmatch("[0-9]+", said) else parsedate_to_datetime(said).timestamp() - now
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return max(0.0, wait)


def _url_problem(url: str) -> str:
    """Why a text isn't the URL of a server, "" where it is; never repeats what may be a credential."""
    if re.search(r"[^!-~]|\\", url):
        return "its URL holds blanks, backslashes or characters beyond ASCII"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- a bad port raises here
    except ValueError:
        return "its URL can't be taken apart"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "its URL is not http or https with a host"
    if "@" in parts.netloc:
        return "its URL holds a user or password"
    return "its URL holds a query or fragment" if parts.query or parts.fragment else ""


def _ask(session: requests.Session, server: Server, method: str, path: str) -> Interaction:
    return _sent(session, server, method, server.base_url.rstrip("/") + path)


def _sent(session: requests.Session, server: Server, method: str, url: str, **more: Any) -> Interaction:
    from urllib3.exceptions import HTTPError

    from contracts.sources.answer_limits import limited

    if server.remote:
        server.budget.spend()

    def credential(request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set here and not as a header, or a user's netrc would replace it."""
        if server.key is not None:
            request.headers[server.header] = f"{server.scheme} {server.key}".strip()
        return request

    proxies = None if server.remote else {"http": "", "https": ""}  # loopback never goes through a proxy
    try:
        with limited(session).request(
            method, url, auth=credential, timeout=server.timeout, allow_redirects=False, proxies=proxies, **more
        ) as response:  # fmt: skip
            return _interaction(response, server)
    except (OSError, HTTPError, UnicodeError, Unreachable) as error:
        path = url.removeprefix(server.base_url.rstrip("/")).partition("?")[0]
        raise Unreachable(f"{server.host}: no answer to {method} {path[:200]}: {_reason(error, server)}") from None


def _interaction(response: requests.Response, server: Server) -> Interaction:
    asked = response.request
    scrubbed = f"{server.scheme} {SCRUBBED}".strip()
    headers = tuple(
        (name, scrubbed if name.lower() == server.header.lower() else str(value))
        for name, value in asked.headers.items()
    )
    url = str(asked.url)
    return Interaction(
        request=Request(method=str(asked.method), url=url, headers=headers),
        response=Response(
            status=response.status_code, headers=tuple(response.raw.headers.items()), body=response.content
        ),
        origin=server.origin or server.host,
        place=url,
        at=in_utc(datetime.now(UTC)),
    )


def _reason(error: Exception, server: Server) -> str:
    """What went wrong by the error's kind alone: its text may repeat a header, and so the key."""
    import requests
    import urllib3

    if isinstance(error, Unreachable):
        return str(error)
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (requests.exceptions.SSLError, "its TLS certificate or handshake is not accepted"),
        (requests.exceptions.ProxyError, "the proxy doesn't answer"),
        (requests.exceptions.Timeout, f"no whole answer within {server.timeout:g} s"),
        (requests.exceptions.ChunkedEncodingError, "the connection broke in the middle"),
        (requests.exceptions.ContentDecodingError, "its body is not coded as its header says"),
        (urllib3.exceptions.DecodeError, "its body is not coded as its header says"),
        (requests.exceptions.ConnectionError, "no connection; is it running, and is the address right?"),
    )
    return next((text for kind, text in reasons if isinstance(error, kind)), type(error).__name__)
