"""The provider answers as documented, and a fault breaks just what it names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from contracts.model.interaction import Request, header
from contracts.provider.app import Provider

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from contracts.model.contract import Contract
    from contracts.reply.world import World

KEY = "key-of-the-test"
BEARER = {"Authorization": f"Bearer {KEY}"}
EXAMPLE = "/v3/sequences/100/contacts/12345"


def get(contract: Contract, world: World, path: str, *faults: str, **headers: str) -> TestResponse:
    """One GET, with the key unless other headers are given."""
    rules = [contract.rule(fault) for fault in faults]
    return Client(Provider(contract, world, KEY, rules)).get(path, headers=headers or BEARER)


def test_success_is_the_world_s_body_in_documented_order(contract: Contract, world: World) -> None:
    """A known row is answered with 200, JSON, every name in the order of the world's body."""
    for row in world.rows():
        response = get(contract, world, "/v3/sequences/{}/contacts/{}".format(*row))
        assert (response.status_code, response.mimetype) == (200, "application/json")
        body = json.loads(response.data)
        expected = world.answer(*row)
        assert expected is not None
        assert list(body.items()) == list(expected.items())


@pytest.mark.parametrize(
    "value",
    [None, "", "Bearer", "Bearer wrong", "Basic " + KEY, KEY, f"Bearer {KEY} more", f"Bearer{KEY}", "Bearer ключ"],
)
def test_a_request_without_the_key_is_refused_with_a_challenge(
    contract: Contract, world: World, value: str | None
) -> None:
    """Anything but the bearer key gives 401, a challenge and an empty body, even for bad ids."""
    provider = Provider(contract, world, KEY)
    headers = () if value is None else (("Authorization", value),)
    for path in (EXAMPLE, "/v3/sequences/x/contacts/y"):
        response = provider.respond(Request(method="GET", url="https://h" + path, headers=headers))
        assert (response.status, response.body) == (401, b"")
        assert header(response.headers, "www-authenticate") == "Bearer"


def test_the_scheme_s_case_does_not_matter(contract: Contract, world: World) -> None:
    """`bearer` and `Bearer` are the same scheme."""
    assert get(contract, world, EXAMPLE, Authorization=f"bEARER {KEY}").status_code == 200


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("12345", 200),
        ("0012345", 200),
        ("12346", 200),
        ("99", 404),
        ("-1", 404),
        ("0", 404),
        ("-0", 404),
        (str(2**63 - 1), 404),
        (str(-(2**63)), 404),
        (str(2**63), 404),
        (str(-(2**63) - 1), 404),
        ("9" * 5000, 404),
        ("+1", 400),
        ("1e3", 400),
        ("1.0", 400),
        ("0x10", 400),
        ("1_000", 400),
        ("%201", 400),
        ("1%0A", 400),
        ("%D9%A1", 400),
        ("a%2Fb", 400),
        ("null", 400),
        ("--1", 400),
        ("-", 400),
        ("", 400),
        ("%FF", 400),
    ],
)
def test_ids_are_ascii_integers_of_any_size(contract: Contract, world: World, text: str, status: int) -> None:
    """An id that is no 64-bit integer is a 400 that points at it; an integer without a row is a 404."""
    response = get(contract, world, f"/v3/sequences/100/contacts/{text}")
    assert response.status_code == status
    if status == 400:
        assert [error["pointer"] for error in json.loads(response.data)["errors"]] == ["/contact_id"]


def test_every_bad_id_is_told(contract: Contract, world: World) -> None:
    """Two bad ids are two errors, in the path's order, in a problem document."""
    response = get(contract, world, "/v3/sequences/x/contacts/y")
    problem = json.loads(response.data)
    assert response.mimetype == "application/problem+json"
    assert [error["pointer"] for error in problem["errors"]] == ["/id", "/contact_id"]
    assert {name: problem[name] for name in ("title", "status", "code")} == {
        "title": "Bad Request",
        "status": 400,
        "code": "request.invalidInput",
    }


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v3/sequences/100/contacts/1", "sequence.contactNotFound"),
        ("/v3/sequences/1/contacts/12345", "sequence.notFound"),
        ("/v3/sequences/300/contacts/12345", "sequence.contactNotFound"),
        ("/", "route.notFound"),
        (EXAMPLE + "/", "route.notFound"),
        (EXAMPLE + "/more", "route.notFound"),
        ("/v4" + EXAMPLE[3:], "route.notFound"),
    ],
)
def test_what_is_not_there_is_a_problem_document(contract: Contract, world: World, path: str, code: str) -> None:
    """Unknown rows and unknown paths are 404 problems that differ by code."""
    response = get(contract, world, path)
    problem = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert (problem["status"], problem["title"], problem["code"]) == (404, "Not Found", code)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"])
def test_other_methods_are_refused(contract: Contract, world: World, method: str) -> None:
    """Every method but the documented one is a 405 that names it; HEAD gets no body."""
    response = Client(Provider(contract, world, KEY)).open(EXAMPLE, method=method, headers=BEARER)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")
    assert (response.data == b"") == (method == "HEAD")


def test_the_query_changes_nothing(contract: Contract, world: World) -> None:
    """Unknown query parameters are passed over."""
    assert get(contract, world, EXAMPLE + "?x=1&id=2").data == get(contract, world, EXAMPLE).data


def test_a_server_that_gives_no_raw_target_is_served_too(contract: Contract, world: World) -> None:
    """PATH_INFO alone is enough, and the absolute form of a target is understood."""
    provider = Provider(contract, world, KEY)
    seen: list[str] = []

    def start_response(status: str, *_: object) -> None:
        seen.append(status)

    base = {"REQUEST_METHOD": "GET", "HTTP_AUTHORIZATION": BEARER["Authorization"], "PATH_INFO": EXAMPLE}
    for extra in ({}, {"QUERY_STRING": "a=b"}, {"REQUEST_URI": "http://host:1" + EXAMPLE}, {"REQUEST_URI": "*"}):
        list(provider(base | extra, start_response))  # type: ignore[arg-type]
    assert seen == ["200 OK", "200 OK", "200 OK", "404 Not Found"]


def test_a_response_fault_breaks_the_answer(contract: Contract, world: World) -> None:
    """A fault of a body rule changes the success body; every other answer stays honest."""
    body = json.loads(get(contract, world, EXAMPLE, "email.required").data)
    honest = json.loads(get(contract, world, EXAMPLE).data)
    assert body == {name: value for name, value in honest.items() if name != "email"}
    unknown = "/v3/sequences/100/contacts/1"
    assert get(contract, world, unknown, "email.required").data == get(contract, world, unknown).data


def test_a_problem_fault_breaks_refusals(contract: Contract, world: World) -> None:
    """A fault of a problem rule shows in the refusals and leaves the success answer alone."""
    assert "title" not in json.loads(get(contract, world, "/v3/sequences/100/contacts/1", "title.required").data)
    assert get(contract, world, EXAMPLE, "title.required").data == get(contract, world, EXAMPLE).data


def test_a_header_fault_takes_the_header_away(contract: Contract, world: World) -> None:
    """A fault of a header rule shows on the statuses of that rule."""
    response = get(contract, world, EXAMPLE, "challenge", Authorization="Bearer wrong")
    assert response.status_code == 401
    assert "WWW-Authenticate" not in response.headers


def test_a_fault_of_a_status_never_given_stands_in_for_unknown_rows(contract: Contract, world: World) -> None:
    """A rule about 429 is broken on a 429 in place of a 404; known rows are answered honestly."""
    response = get(contract, world, "/v3/sequences/100/contacts/1", "retry")
    assert response.status_code == 429
    assert "Retry-After" not in response.headers
    assert get(contract, world, EXAMPLE, "retry").status_code == 200


def test_the_authorization_fault_lets_anyone_in(contract: Contract, world: World) -> None:
    """With the fault, a request without the key gets the row."""
    response = get(contract, world, EXAMPLE, "authorization", Authorization="Bearer wrong")
    assert response.data == get(contract, world, EXAMPLE).data


def test_a_parameter_fault_accepts_a_word_as_a_row(contract: Contract, world: World) -> None:
    """A word in that parameter's place gets a row that fits the other ids; the other is still checked."""
    response = get(contract, world, "/v3/sequences/300/contacts/x", "contact_id")
    assert response.status_code == 200
    assert json.loads(response.data)["sequenceId"] == 300
    assert get(contract, world, "/v3/sequences/x/contacts/x", "contact_id").status_code == 400
    assert get(contract, world, "/v3/sequences/1/contacts/x", "contact_id").status_code == 200
