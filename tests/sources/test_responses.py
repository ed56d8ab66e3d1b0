"""Responses of requests and httpx as interactions: the same exchange, whichever library made it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from typing import Any
from unittest import mock

import httpx
import pytest
import requests

from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request, Response, header
from contracts.sources.responses import interaction_of

SERVER = "https://api.example.com"
URL = f"{SERVER}/v3/things/1"
BODY = b'{"a":1}'


def answering(request: httpx.Request) -> httpx.Response:
    """An application for httpx: echoes the method in a header."""
    return httpx.Response(200, headers={"X-Method": request.method}, content=BODY)


async def asynchronously(*, read: bool) -> httpx.Response:
    """The answer of an asynchronous client, read or not."""

    async def pieces() -> AsyncIterator[bytes]:
        yield BODY

    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=pieces()))
    async with httpx.AsyncClient(transport=transport) as client:
        if read:
            return await client.get(URL)
        async with client.stream("GET", URL) as response:
            return response


def checked(found: Interaction, *, origin: str = "given", url: str = URL) -> None:
    """The exchange is the one that was made."""
    assert (found.request.method, found.request.url, found.place, found.origin) == ("GET", url, url, origin)
    assert (found.response.status, found.response.body) == (200, BODY)


def test_an_interaction_is_taken_as_it_is() -> None:
    """Our own value passes unchanged, origin included."""
    own = Interaction(request=Request(method="GET", url=URL), response=Response(status=200), origin="recorded")
    for live in (False, True):
        assert interaction_of(own, SERVER, live=live) is own


def test_requests_responses_are_taken(stand: Any) -> None:
    """Headers with their names, the body decoded; asked live, the host is the origin."""
    stand.answers = [(200, {"Content-Type": "application/json", "X-Two": "b"}, BODY)]
    response = requests.get(f"{stand.url}/v3/things/1", headers={"X-One": "a"}, timeout=5)
    checked(interaction_of(response, SERVER), url=f"{stand.url}/v3/things/1")
    found = interaction_of(response, SERVER, live=True)
    checked(found, origin=stand.url.removeprefix("http://"), url=f"{stand.url}/v3/things/1")
    assert header(found.request.headers, "x-one") == "a"
    assert header(found.response.headers, "x-two") == "b"


def test_a_streamed_requests_response_is_read(stand: Any) -> None:
    """The library reads it when asked for its content; one that was consumed elsewhere is refused in one line."""
    stand.answers = [(200, {}, BODY)]
    with requests.get(f"{stand.url}/x", stream=True, timeout=5) as response:
        assert interaction_of(response, SERVER).response.body == BODY
    with requests.get(f"{stand.url}/x", stream=True, timeout=5) as response:
        list(response.iter_content(2))
        with pytest.raises(
            Unusable, match=r"^this response can't be judged: The content for this response was already"
        ):
            interaction_of(response, SERVER)


def test_a_response_that_breaks_off_is_one_line() -> None:
    """The connection ends within the body: Unusable, not the library's error."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

        thread = threading.Thread(target=answer)
        thread.start()
        with requests.get(f"http://127.0.0.1:{server.getsockname()[1]}/x", stream=True, timeout=5) as response:
            thread.join()
            with pytest.raises(Unusable, match=r"^this response can't be judged: "):
                interaction_of(response, SERVER)


def test_httpx_responses_are_taken() -> None:
    """From a synchronous client, an asynchronous one, or made by hand; whether a server was asked they don't say."""
    with httpx.Client(transport=httpx.MockTransport(answering)) as client:
        synchronous = client.get(URL, headers={"X-One": "a"})
    by_hand = httpx.Response(200, content=BODY, request=httpx.Request("GET", URL))
    for response in (synchronous, asyncio.run(asynchronously(read=True)), by_hand):
        checked(interaction_of(response, SERVER))
    found = interaction_of(synchronous, SERVER)
    assert header(found.request.headers, "X-One") == "a"
    assert header(found.response.headers, "X-Method") == "GET"


def test_the_origin_of_a_live_answer_is_the_host_in_any_case() -> None:
    """Names of hosts have no case; another port is another host."""
    for url, origin in (
        ("https://API.example.com/v3/things/1", "live"),
        ("https://api.example.com:8443/v3/things/1", "api.example.com:8443"),
        ("http://127.0.0.1:8000/v3/things/1", "127.0.0.1:8000"),
    ):
        response = httpx.Response(200, content=BODY, request=httpx.Request("GET", url))
        assert interaction_of(response, SERVER, live=True).origin == origin


def test_what_was_not_read_or_asked_is_one_line() -> None:
    """An unread stream of either client, and a response that belongs to no request."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=iter([BODY])))
    with httpx.Client(transport=transport) as client, client.stream("GET", URL) as unread:
        with pytest.raises(Unusable, match=r"^this response can't be judged: ") as error:
            interaction_of(unread, SERVER)
        assert "read()" in str(error.value)
    for response in (asyncio.run(asynchronously(read=False)), httpx.Response(200, content=BODY)):
        with pytest.raises(Unusable, match=r"^this response can't be judged: "):
            interaction_of(response, SERVER)


@pytest.mark.parametrize(
    "thing",
    [None, 200, BODY, {"status_code": 200}, object(), mock.Mock(), requests.Response(), requests.Request("GET", URL)],
    ids=lambda thing: type(thing).__name__,
)
def test_anything_else_is_refused_by_its_name(thing: object) -> None:
    """The message names the type and what is taken instead, in one line."""
    with pytest.raises(Unusable) as error:
        interaction_of(thing, SERVER)
    message = str(error.value)
    assert message.startswith(f"{type(thing).__name__} is no response of requests or httpx, nor an Interaction (")
    assert "\n" not in message
