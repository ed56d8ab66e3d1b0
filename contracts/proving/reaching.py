"""Where requests may go and with what, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from contracts.errors import Unreachable, Unusable
from contracts.model.interaction import Interaction, Request, Response
from contracts.rules.credentials import SCRUBBED
from contracts.sources import http
from contracts.sources.http import Server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MINUTE = 60.0


def is_remote(target: str | WSGIApplication, key: str | None) -> bool:
    """True where the target is a server elsewhere. Raises Unusable for a URL or a key that can't be used."""
    return isinstance(target, str) and Server(base_url=target, key=key).remote


def refuse_remote(method: str, target: str | WSGIApplication, key: str | None) -> None:
    """Raise Unusable for what is never asked of somebody else's provider."""
    if method.upper() != "GET":
        raise Unusable(f"the contract is about {method.upper()}: only GET is sent to a provider that isn't on loopback")
    if isinstance(target, str) and not target.lower().startswith("https:") and is_remote(target, key):
        raise Unusable(f"{target}: plain http is spoken on loopback only; use https")


def sending(target: str | WSGIApplication, headers: dict[str, str], *, remote: bool) -> dict[str, Any]:
    """How Schemathesis is to send: with these headers, to the target alone, within limits, following no redirect."""
    if not isinstance(target, str):
        return {"headers": headers}
    session = http.new_session()
    session.headers.clear()
    proxies = {} if remote else {"http": "", "https": ""}  # loopback never goes through a proxy
    return {
        "headers": headers,
        "base_url": target,
        "max_redirects": 0,
        "proxies": proxies,
        "session": session,
        "timeout": http.TIMEOUT,
    }


def wait_of(retry_after: str | None, *, now: float) -> float:
    """Seconds that `Retry-After` asks for; a minute where it doesn't say. `now` is Unix time.

    Raises Unreachable where it asks for more than anybody wants to sit through.
    """
    wait = http.retry_after(retry_after, MINUTE, now=now)
    if wait > http.LONGEST_WAIT:
        raise Unreachable(f"the API asks to wait {wait:.0f} s (429 with Retry-After): ask again later")
    return wait


def answering(application: WSGIApplication) -> WSGIApplication:
    """The application as a server would run it: an exception becomes a 500."""

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as error:  # noqa: BLE001 - whatever it is, a client would see a 500
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [f"{type(error).__name__}: {error}".encode()]

    return guarded


def interaction_of(response: Any, origin: str, key: str | None) -> Interaction:
    """Schemathesis' response, with the request it holds, in our words: the place is its URL, the key scrubbed."""
    request = response.request
    body = request.body or b""
    url = str(request.url)
    return Interaction(
        request=Request(
            method=str(request.method),
            url=url,
            headers=tuple((name, _scrubbed(value, key)) for name, value in request.headers.items()),
            body=body.encode() if isinstance(body, str) else bytes(body),
        ),
        response=Response(
            status=response.status_code,
            headers=tuple((name, value) for name, values in response.headers.items() for value in values),
            body=response.content or b"",
        ),
        origin=origin,
        place=url,
    )


def _scrubbed(value: str | bytes, key: str | None) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return text.replace(key, SCRUBBED) if key else text
