"""The double: one case at a time, the ids that were asked for, and a close look at every request."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import requests

from contracts.checking import Checker
from contracts.commands.documents import contracts_here
from contracts.consumer.case_server import ContractServer, Double, Fixed, contract_server, exempting
from contracts.consumer.legal_cases import answering, legal_cases
from contracts.consumer.tomorrow_and_error_cases import error_cases, tomorrow_cases
from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request, Response
from contracts.provider.serving import serve
from tests import many
from tests.rules.synthetic import REPLY

KEY = "throwaway"
PATH = "/v3/sequences/{}/contacts/{}"
GOOD = {"Authorization": f"Bearer {KEY}"}
CASES = (*legal_cases(REPLY), *tomorrow_cases(REPLY), *error_cases(REPLY))


@pytest.fixture
def server() -> Iterator[ContractServer]:
    """A double with every case."""
    with contract_server((REPLY,), KEY, lambda _: CASES) as running:
        yield running


def ask(server: ContractServer, path: str = PATH.format(100, 12345), method: str = "GET", **kw: object) -> Response:
    """One request with the good key."""
    headers = {"headers": GOOD} | kw
    answer = requests.request(method, server.url + path, timeout=10, **headers)  # type: ignore[arg-type]  # as given
    return Response(status=answer.status_code, headers=tuple(answer.headers.items()), body=answer.content)


@pytest.mark.parametrize(
    ("known", "exempted"),
    [
        ({}, ("127.0.0.1,localhost", "127.0.0.1,localhost")),
        ({"NO_PROXY": "a.example"}, ("a.example,127.0.0.1,localhost", "a.example,127.0.0.1,localhost")),
        ({"NO_PROXY": "a", "no_proxy": "b"}, ("a,127.0.0.1,localhost", "b,127.0.0.1,localhost")),
        ({"no_proxy": " * ", "NO_PROXY": ""}, ("*", "*")),
    ],
)
def test_loopback_is_exempt_beside_what_was(known: dict[str, str], exempted: tuple[str, str]) -> None:
    """A client that reads one spelling alone loses no exemption, and `*` stays alone, as it must."""
    assert exempting(known) == dict(zip(("NO_PROXY", "no_proxy"), exempted, strict=True))


@pytest.mark.parametrize("name", ["example", "email=null", "email=non-latin", "undocumented-field", "error=429"])
def test_a_case_is_served_byte_for_byte(server: ContractServer, name: str) -> None:
    """Status and body are the case's, and its headers are among those sent."""
    case = server.serve(name)
    answer = ask(server)
    assert (answer.status, answer.body) == (case.status, case.body)
    assert {(key.lower(), value) for key, value in case.headers} <= {(k.lower(), v) for k, v in answer.headers}
    assert [(sent.status, sent.wrong, sent.outside) for sent in server.sent] == [(case.status, (), False)]


def test_every_legal_answer_stays_legal_for_other_ids(server: ContractServer) -> None:
    """Whatever ids are asked for, the answer repeats them and keeps the contract."""
    checker = Checker(REPLY)
    for case in legal_cases(REPLY):
        server.serve(case.name)
        answer = ask(server, PATH.format(7, 2**31 - 1))
        request = Request(method="GET", url=server.url + PATH.format(7, 2**31 - 1), headers=tuple(GOOD.items()))
        judged = checker.judge(Interaction(request=request, response=answer, origin="double"))
        assert judged.findings == (), case.name
        assert json.loads(answer.body)["sequenceId"] == 7


def test_an_id_as_text_stays_text(server: ContractServer) -> None:
    """What is meant to be wrong is not mended by the echo."""
    server.serve("contactId=as-text")
    assert json.loads(ask(server, PATH.format(7, 8)).body)["contactId"] == "12345"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "wrong"),
    [
        ("GET", PATH.format(100, 12345), {}, 401, "request.authorization: Authorization is absent"),
        ("GET", PATH.format(1, 2), {"Authorization": f"Basic {KEY}"}, 401, "request.authorization: Authorization is a"),
        ("GET", PATH.format(1, 2), {"Authorization": "Bearer x"}, 401, "request.authorization: Authorization is anoth"),
        ("GET", PATH.format(100, "abc"), GOOD, 400, "request.contact_id: contact_id is 'abc', not an integer"),
        ("GET", PATH.format("1.5", 1), GOOD, 400, "request.id: id is '1.5', not an integer"),
        ("POST", PATH.format(100, 12345), GOOD, 405, "method: POST where the operation is GET"),
        ("HEAD", PATH.format(100, 12345), GOOD, 405, "method: HEAD where the operation is GET"),
    ],
)  # fmt: skip
def test_a_malformed_request_is_refused_as_documented_and_told(  # noqa: PLR0917  a row of the table
    server: ContractServer, method: str, path: str, headers: dict[str, str], status: int, wrong: str
) -> None:
    """The documented refusal goes out, and the finding names the rule; the credential is not repeated."""
    answer = ask(server, path, method, headers=headers)
    (sent,) = server.sent
    assert (answer.status, sent.outside, len(sent.wrong)) == (status, False, 1)
    assert sent.wrong[0].startswith(wrong)
    assert KEY not in sent.wrong[0]
    if status in {400, 401}:
        request = Request(method="GET", url=server.url + path, headers=())
        assert Checker(REPLY).judge(Interaction(request=request, response=answer, origin="double")).findings == ()


def test_another_path_is_outside() -> None:
    """404 as a problem document; a fixed answer where there is one."""
    double = Double((REPLY,), KEY, {("GET", "/v3/whoami"): Fixed(media="application/json", body=b'{"id": 1}')})
    double.serve(CASES[0])
    with serve(double) as url, requests.Session() as session:
        other = session.get(f"{url}/v3/elsewhere?x=1", timeout=5)
        mine = session.get(f"{url}/v3/whoami", timeout=5)
    assert (other.status_code, other.headers["Content-Type"]) == (404, "application/problem+json")
    assert (mine.status_code, mine.json()) == (200, {"id": 1})
    assert [(sent.request.url, sent.outside) for sent in double.sent] == [
        ("/v3/elsewhere?x=1", True),
        ("/v3/whoami", False),
    ]


def test_a_cut_body_ends_before_its_length(server: ContractServer) -> None:
    """The connection closes with bytes owed, so that a client can notice."""
    server.serve("error=cut")
    with pytest.raises((requests.RequestException, http.client.IncompleteRead)):
        ask(server)


def test_a_slow_answer_comes_late() -> None:
    """It is the documented example after its delay."""
    slow = replace(next(case for case in CASES if case.name == "error=slow"), delay=0.3)
    with contract_server((REPLY,), KEY, lambda _: (slow,)) as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(server.url + PATH.format(100, 12345), headers=GOOD, timeout=0.1, trust_env=False)
        assert ask(server).body == slow.body


def test_no_such_case_is_one_line(server: ContractServer) -> None:
    """The message says where the names are."""
    with pytest.raises(Unusable, match=r"'email=nil' is no case; `contracts cases` lists them"):
        server.serve("email=nil")


def test_the_base_is_the_documented_interaction() -> None:
    """Served to the documented ids, the first case is the documented example."""
    assert json.loads(answering(REPLY, CASES[0].body).response.body) == REPLY.example[0]


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ContractServer]:
    """A double of three contracts of two vendors."""
    many.write_schemas(tmp_path)
    monkeypatch.chdir(tmp_path)
    with contract_server((held.contract for held in contracts_here()), KEY, legal_cases) as running:
        yield running


def ask_each(server: ContractServer) -> list[object]:
    """The answers of the three operations."""
    paths = [urlsplit(one.url).path for one in many.ALL]
    both = GOOD | {"X-Key": KEY}
    return [json.loads(ask(server, path, headers=both).body) for path in paths]


def test_each_of_several_operations_is_answered(three: ContractServer) -> None:
    """By its own contract, the literal path before the parameter; a switched case leaves the others as they are."""
    documented = [{"id": 1, "note": "red"}, {"count": 3}, {"id": 1, "state": "new"}]
    assert ask_each(three) == documented
    assert [(sent.wrong, sent.outside) for sent in three.sent] == [((), False)] * 3
    three.serve("note=null", many.THING.slug)
    three.serve("state=used")
    assert ask_each(three) == [{"id": 1, "note": None}, {"count": 3}, {"id": 1, "state": "used"}]
    assert three.parameters == {"part": 1}
    assert ask(three, "/v1/things").status == 404
    assert [sent.outside for sent in three.sent] == [False, False, False, True]


def test_a_case_of_several_contracts_must_say_whose(three: ContractServer) -> None:
    """The line names them; parameters are of no operation before one is meant."""
    with pytest.raises(Unusable, match=r"^'example' is a case of 3 contracts: get-a-thing, count-the-things, get-a-p"):
        three.serve("example")
    with pytest.raises(Unusable, match=r"^several operations are served; "):
        _ = three.parameters
    assert three.serve("example", many.PART.operation).name == "example"
