"""The fixed questions to a provider, and the two ways of asking them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.errors import Unreachable
from contracts.model.contract import Contract
from contracts.model.interaction import Interaction, Request, Response, header
from contracts.provider.app import Operation, Provider
from contracts.provider.serving import serve
from contracts.proving.probing import NOT_INTEGER, UNKNOWN, filled, in_process, over_http, probe
from contracts.sources.http import Server
from tests import alone
from tests.rules.synthetic import DRAFTS, held

CONTRACT = alone.held().contract
KEY = "throwaway-key"
PATH = "/v3/sequences/{}/contacts/{}"


class Asked:
    """Stands for a provider: remembers each question, and answers nothing."""

    def __init__(self) -> None:
        self.questions: list[tuple[str, bool]] = []

    def __call__(self, path: str, with_key: bool) -> Interaction:
        """The question as an interaction."""
        self.questions.append((path, with_key))
        return Interaction(request=Request(method="GET", url=path), response=Response(status=200), origin="x")


def test_every_row_and_each_refusal_is_asked_for_once() -> None:
    """Rows in their order; then the first one without a key, each id malformed or too large, and an unknown one."""
    asked = Asked()
    assert len(list(probe(CONTRACT, asked, [("1", "2"), ("1", "3")]))) == 7
    assert asked.questions == [
        (PATH.format(1, 2), True),
        (PATH.format(1, 3), True),
        (PATH.format(1, 2), False),
        (PATH.format(NOT_INTEGER, 2), True),
        (PATH.format(1, NOT_INTEGER), True),
        (PATH.format(1, 2147483648), True),
        (PATH.format(1, UNKNOWN), True),
    ]


def test_without_rows_the_documented_example_is_asked_for() -> None:
    """The ids that the page's own answer shows."""
    asked = Asked()
    list(probe(CONTRACT, asked, []))
    (example,) = CONTRACT.example
    assert isinstance(example, dict)
    assert asked.questions[0] == (PATH.format(example["sequenceId"], example["contactId"]), True)


def test_questions_are_asked_one_by_one() -> None:
    """Nothing is sent before its answer is wanted, and what the asking raises comes through."""
    asked = Asked()
    next(probe(CONTRACT, asked, [("1", "2"), ("1", "3")]))
    assert len(asked.questions) == 1

    def nobody(path: str, with_key: bool) -> Interaction:
        raise Unreachable(f"{path} {with_key}")

    with pytest.raises(Unreachable):
        next(probe(CONTRACT, nobody, []))


def test_a_path_without_parameters_has_no_rows() -> None:
    """One question with the key, one without."""
    draft = DRAFTS["reply"]
    rules = tuple(rule for rule in draft.rules if rule.kind not in {"parameter", "echo"})
    plain = held(replace(draft, path="/v3/whoami", rules=rules))
    asked = Asked()
    list(probe(plain, asked, []))
    assert asked.questions == [("/v3/whoami", True), ("/v3/whoami", False)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1", "1"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("é", "%C3%A9"),
        ("?#%", "%3F%23%25"),
        ("{contact_id}", "%7Bcontact_id%7D"),
    ],
)
def test_parameters_are_percent_encoded(value: str, written: str) -> None:
    """A value stays one step of the path, whatever it holds."""
    assert filled(CONTRACT, {"id": value, "contact_id": "2"}) == PATH.format(written, 2)


def provider(contract: Contract = CONTRACT) -> Provider:
    """An honest provider of one contract."""
    return Provider([Operation(contract=contract)], KEY)


def test_both_ways_of_asking_give_the_same_answers() -> None:
    """In this process and over loopback: the same statuses and bodies, the key scrubbed in both."""
    rows = [("100", "12345"), ("100", "12346"), ("7", "8")]
    here = list(probe(CONTRACT, in_process(CONTRACT, provider()), rows))
    with serve(provider()) as url:
        there = list(probe(CONTRACT, over_http(Server(base_url=url, key=KEY, origin="reference")), rows))
    assert [one.response.status for one in here] == [200, 200, 200, 401, 400, 400, 404, 200]
    assert [(one.response.status, one.response.body) for one in here] == [
        (one.response.status, one.response.body) for one in there
    ]
    assert {one.origin for one in here + there} == {"reference"}
    for one in here + there:
        assert KEY not in repr(one)
        sent = header(one.request.headers, "Authorization")
        assert sent == (None if one.response.status == 401 else "Bearer SCRUBBED")
    assert [one.request.url for one in here] == [
        one.request.url.replace(url, CONTRACT.server) for one in there
    ]  # fmt: skip


def test_a_key_without_a_scheme_travels_bare() -> None:
    """As some vendors want it in a header of their own."""
    rules = tuple(
        replace(rule, says={"header": "X-Api-Key", "scheme": ""}) if rule.kind == "authorization" else rule
        for rule in DRAFTS["reply"].rules
    )
    bare = held(replace(DRAFTS["reply"], rules=rules))
    first = next(probe(bare, in_process(bare, provider(bare)), []))
    assert first.response.status == 200
    assert header(first.request.headers, "X-Api-Key") == "SCRUBBED"
