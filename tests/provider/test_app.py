"""The provider answers as documented, and a fault breaks just what it names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from contracts.commands.documents import contracts_here
from contracts.commands.reference import reference
from contracts.model.interaction import Request, header
from contracts.provider.app import Operation, Provider

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from contracts.model.contract import Contract
    from contracts.provider.known_rows import Row

    Rows = tuple[Row, ...]

KEY = "key-of-the-test"
BEARER = {"Authorization": f"Bearer {KEY}"}
EXAMPLE = "/v3/sequences/100/contacts/12345"


def provider(contract: Contract, rows: Rows, *faults: str) -> Provider:
    """A provider of the contract with these rows and faults."""
    return Provider([Operation(contract=contract, rows=rows, faults=tuple(map(contract.rule, faults)))], KEY)


def get(contract: Contract, rows: Rows, path: str, *faults: str, **headers: str) -> TestResponse:
    """One GET, with the key unless other headers are given."""
    return Client(provider(contract, rows, *faults)).get(path, headers=headers or BEARER)


def test_success_is_the_row_s_body_in_its_order(contract: Contract, rows: Rows) -> None:
    """The ids of a row are answered with its status, JSON, every name in the order of its body."""
    for row in rows:
        response = get(contract, rows, "/v3/sequences/{}/contacts/{}".format(*row.ids))
        kind = "application/problem+json" if row.status else "application/json"
        assert (response.status_code, response.mimetype) == (row.status or 200, kind)
        body = json.loads(response.data)
        assert isinstance(row.body, dict)
        assert list(body.items()) == list(row.body.items())


@pytest.mark.parametrize(
    "value",
    [None, "", "Bearer", "Bearer wrong", "Basic " + KEY, KEY, f"Bearer {KEY} more", f"Bearer{KEY}", "Bearer ключ"],
)
def test_a_request_without_the_key_is_refused_with_a_challenge(
    contract: Contract, rows: Rows, value: str | None
) -> None:
    """Anything but the bearer key gives 401, a challenge and an empty body, even for bad ids."""
    app = provider(contract, rows)
    headers = () if value is None else (("Authorization", value),)
    for path in (EXAMPLE, "/v3/sequences/x/contacts/y"):
        response = app.respond(Request(method="GET", url="https://h" + path, headers=headers))
        assert (response.status, response.body) == (401, b"")
        assert header(response.headers, "www-authenticate") == "Bearer"


def test_the_scheme_s_case_does_not_matter(contract: Contract, rows: Rows) -> None:
    """`bearer` and `Bearer` are the same scheme."""
    assert get(contract, rows, EXAMPLE, Authorization=f"bEARER {KEY}").status_code == 200


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
        ("9" * 400, 404),
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
def test_ids_are_ascii_integers_of_any_size(contract: Contract, rows: Rows, text: str, status: int) -> None:
    """An id that is no integer is a 400; an integer without a row is a 404; zeros in front count for nothing."""
    assert get(contract, rows, f"/v3/sequences/100/contacts/{text}").status_code == status


@pytest.mark.parametrize(
    ("ids", "status", "name"),
    [
        (("not-a-number", "12345"), 400, "error-400-malformed-id"),
        (("100", "not-a-number"), 400, "error-400-malformed-contact-id"),
        (("x", "y"), 400, "error-400-malformed-id"),
        (("1000000007", "12345"), 404, "error-404-unknown-id"),
        (("300", "12345"), 404, "error-404-unknown-contact-id"),
    ],
)
def test_a_refusal_is_a_row_s(contract: Contract, rows: Rows, ids: tuple[str, str], status: int, name: str) -> None:
    """That of the ids where there is one, else the first of the status."""
    response = get(contract, rows, "/v3/sequences/{}/contacts/{}".format(*ids))
    (row,) = (row for row in rows if row.name == name)
    assert (response.status_code, json.loads(response.data)) == (status, row.body)


def test_a_refusal_without_a_row_is_the_documented_one(contract: Contract, rows: Rows) -> None:
    """Made from the contract, in the media type that it promises."""
    response = get(contract, rows[:1], "/v3/sequences/100/contacts/1")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert isinstance(json.loads(response.data)["title"], str)


def test_without_rows_any_ids_have_a_legal_answer(contract: Contract) -> None:
    """Whatever good ids are asked for; what is malformed is refused all the same."""
    response = get(contract, (), "/v3/sequences/7/contacts/8")
    assert (response.status_code, response.mimetype, json.loads(response.data).keys()) == (
        200, "application/json", {"email"}
    )  # fmt: skip
    assert get(contract, (), "/v3/sequences/x/contacts/8").status_code == 400
    assert get(contract, (), "/v3/sequences/7/contacts/8", Authorization="Bearer wrong").status_code == 401


@pytest.mark.parametrize("path", ["/", EXAMPLE + "/", EXAMPLE + "/more", "/v4" + EXAMPLE[3:]])
def test_what_is_not_there_is_a_problem_document(contract: Contract, rows: Rows, path: str) -> None:
    """A path that is none of the operation's is a 404 that says what is served."""
    response = get(contract, rows, path)
    problem = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert (problem["status"], problem["title"]) == (404, "Not Found")
    assert problem["detail"] == f"Only {contract.operation} is served here."


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"])
def test_other_methods_are_refused(contract: Contract, rows: Rows, method: str) -> None:
    """Every method but the documented one is a 405 that names it; HEAD gets no body."""
    response = Client(provider(contract, rows)).open(EXAMPLE, method=method, headers=BEARER)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")
    assert (response.data == b"") == (method == "HEAD")


def test_a_parameter_of_the_query_is_looked_at_wherever_the_query_stands() -> None:
    """A caller that gives the query beside the target, and one that gives it in the target, are refused alike."""
    (held,) = (one for one in contracts_here() if one.contract.slug == "list-contacts-in-a-sequence")
    app = reference(held)
    headers = {"Authorization": f"Bearer {app.key}"}
    path = "/v3/sequences/100/contacts"
    for top, status in (("1", 200), ("x", 400)):
        asked = (Client(app).get(path, query_string={"top": top}, headers=headers),
                 Client(app).get(f"{path}?top={top}", headers=headers))  # fmt: skip
        assert [answer.status_code for answer in asked] == [status, status]


def test_the_query_changes_nothing(contract: Contract, rows: Rows) -> None:
    """Unknown query parameters are passed over."""
    assert get(contract, rows, EXAMPLE + "?x=1&id=2").data == get(contract, rows, EXAMPLE).data


def test_a_server_that_gives_no_raw_target_is_served_too(contract: Contract, rows: Rows) -> None:
    """PATH_INFO alone is enough, and the absolute form of a target is understood."""
    app = provider(contract, rows)
    seen: list[str] = []

    def start_response(status: str, *_: object) -> None:
        seen.append(status)

    base = {"REQUEST_METHOD": "GET", "HTTP_AUTHORIZATION": BEARER["Authorization"], "PATH_INFO": EXAMPLE}
    for extra in ({}, {"QUERY_STRING": "a=b"}, {"REQUEST_URI": "http://host:1" + EXAMPLE}, {"REQUEST_URI": "*"}):
        list(app(base | extra, start_response))  # type: ignore[arg-type]
    assert seen == ["200 OK", "200 OK", "200 OK", "404 Not Found"]


def test_a_response_fault_breaks_the_answer(contract: Contract, rows: Rows) -> None:
    """A fault of a body rule changes the success body; every other answer stays honest."""
    body = json.loads(get(contract, rows, EXAMPLE, "email.required").data)
    honest = json.loads(get(contract, rows, EXAMPLE).data)
    assert body == {name: value for name, value in honest.items() if name != "email"}
    unknown = "/v3/sequences/100/contacts/1"
    assert get(contract, rows, unknown, "email.required").data == get(contract, rows, unknown).data


def test_a_problem_fault_breaks_refusals(contract: Contract, rows: Rows) -> None:
    """A fault of a problem rule shows in the refusals and leaves the success answer alone."""
    assert "title" not in json.loads(get(contract, rows, "/v3/sequences/100/contacts/1", "title.required").data)
    assert get(contract, rows, EXAMPLE, "title.required").data == get(contract, rows, EXAMPLE).data


def test_a_header_fault_takes_the_header_away(contract: Contract, rows: Rows) -> None:
    """A fault of a header rule shows on the statuses of that rule."""
    response = get(contract, rows, EXAMPLE, "challenge", Authorization="Bearer wrong")
    assert response.status_code == 401
    assert "WWW-Authenticate" not in response.headers


def test_a_fault_of_a_status_never_given_stands_in_for_unknown_rows(contract: Contract, rows: Rows) -> None:
    """A rule about 429 is broken on a 429 in place of a 404; known rows are answered honestly."""
    response = get(contract, rows, "/v3/sequences/100/contacts/1", "retry")
    assert response.status_code == 429
    assert "Retry-After" not in response.headers
    assert get(contract, rows, EXAMPLE, "retry").status_code == 200


def test_the_authorization_fault_lets_anyone_in(contract: Contract, rows: Rows) -> None:
    """With the fault, a request without the key gets the row."""
    response = get(contract, rows, EXAMPLE, "authorization", Authorization="Bearer wrong")
    assert response.data == get(contract, rows, EXAMPLE).data


def test_a_parameter_fault_accepts_a_word_as_a_row(contract: Contract, rows: Rows) -> None:
    """A word in that parameter's place gets a row that fits the other ids; the other is still checked."""
    response = get(contract, rows, "/v3/sequences/300/contacts/x", "contact_id")
    assert response.status_code == 200
    assert json.loads(response.data)["sequenceId"] == 300
    assert get(contract, rows, "/v3/sequences/x/contacts/x", "contact_id").status_code == 400
    assert get(contract, rows, "/v3/sequences/300/contacts/not-a-number", "contact_id").status_code == 200
    assert get(contract, rows, "/v3/sequences/1/contacts/x", "contact_id").status_code == 404
