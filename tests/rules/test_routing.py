"""Which operation a request asks, among many."""

from __future__ import annotations

import pytest

from contracts.model.contract import Contract
from contracts.model.interaction import Request
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.routing import Router, meant

PATHS = (
    "/things", "/things/{id}", "/things/count", "/things/{id}/parts/{part}", "/things/{id}/parts/all",
    "/files/{name}.json", "/files/{name}", "/{kind}/newest",
)  # fmt: skip


def made(*paths: str, server: str = "https://a.example/v1") -> tuple[Contract, ...]:
    """A contract a path."""
    item = {"get": {"responses": {"200": {"description": "x"}}}}
    tree = {"openapi": "3.1.0", "servers": [{"url": server}], "paths": dict.fromkeys(paths, item)}
    return contracts_of(document_of(tree, "a.json"))


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/things", "/things"),
        ("/things/", "/things"),
        ("/things/1", "/things/{id}"),
        ("/things/count", "/things/count"),
        ("/things/newest", "/things/{id}"),
        ("/shelves/newest", "/{kind}/newest"),
        ("/things/1/parts/2", "/things/{id}/parts/{part}"),
        ("/things/1/parts/all", "/things/{id}/parts/all"),
        ("/files/a.json", "/files/{name}.json"),
        ("/files/a.txt", "/files/{name}"),
        ("/things/1/parts", None),
        ("/things//", None),
        ("/other", None),
    ],
)
def test_the_most_literal_template_is_meant(path: str, template: str | None) -> None:
    """Read from the left, a segment that is written out comes before a parameter."""
    found = Router(made(*PATHS)).route(Request(method="get", url=f"https://b.example/v1{path}?a=1"))
    assert [contract.path for contract in found] == ([f"/v1{template}"] if template else [])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["/a"]),
        ("?do=buy&x=1", ["/a?do=buy"]),
        ("?do=sell", ["/a?do=sell"]),
        ("?do=none", ["/a"]),
        ("?all", ["/a?all"]),
        ("?all=1", ["/a"]),
    ],
)
def test_a_query_in_a_template_tells_operations_apart(query: str, found: list[str]) -> None:
    """A fragment can't, since none is ever sent; the one that says nothing of either is meant where nothing decides."""
    router = Router(made("/a#why", "/a?do=buy", "/a?do=sell", "/a?all", "/a"))
    asked = Request(method="GET", url=f"https://a.example/v1/a{query}")
    assert [contract.path for contract in meant(router.route(asked), asked)] == [f"/v1{path}" for path in found]


def test_what_only_a_fragment_tells_apart_is_of_all() -> None:
    """Whoever asks decides what becomes of it; one alone is just that one."""
    asked = Request(method="GET", url="https://a.example/v1/a")
    assert len(meant(Router(made("/a#one", "/a#two")).route(asked), asked)) == 2
    assert [one.path for one in meant(Router(made("/a?do=buy")).route(asked), asked)] == ["/v1/a?do=buy"]


def test_a_method_is_another_operation() -> None:
    """A path alone is no operation."""
    assert Router(made(*PATHS)).route(Request(method="POST", url="https://a.example/v1/things")) == ()


def test_an_impossible_address_is_of_none() -> None:
    """Without a traceback."""
    assert Router(made(*PATHS)).route(Request(method="GET", url="http://[")) == ()


def test_operations_of_two_servers_share_a_path() -> None:
    """Both are found, in their order."""
    two = (*made("/a"), *made("/a", server="https://b.example/v1"))
    found = Router(two).route(Request(method="GET", url="https://c.example/v1/a"))
    assert [contract.server for contract in found] == ["https://a.example", "https://b.example"]
