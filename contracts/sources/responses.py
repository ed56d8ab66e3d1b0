"""A response of another library as an interaction: requests, httpx, or ours already."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import Unusable
from contracts.model.contract import WEBHOOK
from contracts.model.interaction import Headers, Interaction, Request, Response

GIVEN = "given"
"""The origin of a response that a caller holds: whether a server gave it or a cassette played it, it doesn't say."""


def interaction_of(response: Any, server: str, *, live: bool = False) -> Interaction:
    """The exchange that a response ended. Its origin is `GIVEN`; asked live, "live" for the `server`, else the host.

    An Interaction is taken as it is, and whatever has requests' or httpx' attributes. Raises Unusable for anything
    else, or an unread stream.
    """
    if isinstance(response, Interaction):
        return response
    try:
        request = response.request
        url = str(request.url)
        body = response.content
        made = Interaction(
            request=Request(method=str(request.method), url=url, headers=_headers(request.headers)),
            response=Response(status=int(response.status_code), headers=_headers(response.headers), body=bytes(body)),
            origin=_asked(url, server) if live else GIVEN,
            place=url,
        )
    except (AttributeError, TypeError, ValueError) as error:
        message = f"{type(response).__name__} is no response of requests or httpx, nor an Interaction ({error})"
        raise Unusable(message) from None
    except (RuntimeError, OSError) as error:  # a stream that was not read or breaks off, or no request beside it
        message = f"this response can't be judged: {error}"
        raise Unusable(message) from None
    return made


def payload_of(body: Any, webhook: str) -> Interaction:
    """The parsed body that a webhook sent, as an interaction. Raises Unusable for what is no JSON value."""
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise Unusable(f"{type(body).__name__} is no JSON value; give the parsed body of the webhook") from None
    return Interaction(
        request=Request(method=WEBHOOK, url=webhook, headers=()),
        response=Response(status=200, headers=(("Content-Type", "application/json"),), body=text.encode()),
        origin=GIVEN,
        place="",
    )


def _asked(url: str, server: str) -> str:
    return "live" if _host(url) == _host(server) else _host(url)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _headers(headers: Any) -> Headers:
    return tuple((str(name), str(value)) for name, value in headers.items())
