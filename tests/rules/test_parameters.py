"""Request rules: what is accepted must have been asked as documented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.checking import Checker
from contracts.model.contract import Rule
from contracts.model.interaction import Interaction
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules import spoil
from contracts.rules.authorization import credential
from contracts.rules.legal_exchanges import legal_interaction, legal_parameters, legal_request
from contracts.rules.parameters import binds, legal_parameter, parameter_fault
from tests.rules.synthetic import REPLY, SHOP, held, made, shop, shop_draft

CHECKERS = {"reply": Checker(REPLY), "shop": Checker(SHOP)}


def _broken(name: str, interaction: Interaction) -> set[str]:
    return {finding.rule for finding in CHECKERS[name].judge(interaction).findings}


@pytest.mark.parametrize(("says", "text", "fault"), [
    ({"required": True, "type": "integer"}, "5", False),
    ({"required": True, "type": "integer"}, "-5", False),
    ({"required": True, "type": "integer"}, "007", False),
    ({"required": True, "type": "integer"}, "5.0", True),
    ({"required": True, "type": "integer"}, "+5", True),
    ({"required": True, "type": "integer"}, "٥", True),
    ({"required": True, "type": "integer"}, "5\n", True),
    ({"required": True, "type": "integer"}, "", True),
    ({"required": True, "type": "integer"}, None, True),
    ({"required": False, "type": "integer"}, None, False),
    ({"required": False, "type": "integer"}, "x", True),
    ({"required": True, "type": "string"}, "", True),
    ({"required": True, "type": "string"}, "x", False),
    ({"required": False}, "", False),
])  # fmt: skip
def test_a_parameters_text(says: dict[str, object], text: str | None, fault: bool) -> None:
    """A required one is there, and an integer is ASCII digits with an optional minus."""
    assert parameter_fault(says, text) is fault  # type: ignore[arg-type]


@pytest.mark.parametrize(("header", "broken"), [
    ("Bearer key", False), ("bearer key", False), ("Bearer  key", False), ("Bearer", True), ("Bearer ", True),
    ("Basic key", True), ("key", True), ("", True), (None, True), ("Bearer a b", True),
])  # fmt: skip
def test_a_credential_has_the_documented_form(header: str | None, broken: bool) -> None:
    """An answer of success to another credential, or none, breaks the rule; the credential is never repeated."""
    good = legal_interaction(REPLY, 200)
    headers = () if header is None else (("authorization", header),)
    findings = CHECKERS["reply"].judge(replace(good, request=replace(good.request, headers=headers))).findings
    assert [finding.rule for finding in findings] == ["request.authorization"] * broken
    assert all("key" not in finding.seen for finding in findings)


@pytest.mark.parametrize(("status", "origin", "broken"), [
    (200, "live", True), (200, "reference", True), (200, "recorded", False), (401, "live", False),
])  # fmt: skip
def test_a_missing_credential_counts_where_the_request_is_known(status: int, origin: str, broken: bool) -> None:
    """A recording of unknown making was stripped of its credential; a refused request did nothing wrong."""
    good = legal_interaction(REPLY, status)
    asked = replace(good, origin=origin, request=replace(good.request, headers=()))
    assert _broken("reply", asked) == ({"request.authorization"} if broken else set())


@pytest.mark.parametrize(("change", "rule"), [
    ({"unit=one": ""}, "request.unit"),
    ({"unit=one": "unit="}, "request.unit"),
    ({"unit=one": "unit=cm&page=two"}, "request.page"),
    ({"unit=one": "page=2&unit=m"}, None),
    ({"unit=one": "unit=%C3%A9"}, None),
])  # fmt: skip
def test_query_parameters_are_looked_at(change: dict[str, str], rule: str | None) -> None:
    """A required one is there, an optional integer is one if it is there, and the order is free."""
    good = legal_interaction(SHOP, 200)
    url = good.request.url
    for old, new in change.items():
        assert old in url
        url = url.replace(old, new)
    assert _broken("shop", replace(good, request=replace(good.request, url=url))) == ({rule} if rule else set())


@pytest.mark.parametrize(("origin", "broken"), [("live", {"request.X-Tenant"}), ("recorded", set())])
def test_header_parameters_are_looked_at(origin: str, broken: set[str]) -> None:
    """A required header is there, save in recordings, which are stripped of what identifies their owners."""
    good = legal_interaction(SHOP, 200)
    headers = tuple(pair for pair in good.request.headers if pair[0] != "X-Tenant")
    assert _broken("shop", replace(good, origin=origin, request=replace(good.request, headers=headers))) == broken


def test_what_no_request_can_break_is_no_promise() -> None:
    """An optional text, and a cookie, can't be broken by what we see; every other rule of both contracts can."""
    optional = made("r", "parameter", "request", ("q",), {"in": "query", "required": False, "type": "string"})
    cookie = made("r", "parameter", "request", ("q",), {"in": "cookie", "required": True, "type": "string"})
    assert not binds(optional)
    assert not binds(cookie)
    draft = shop_draft()
    checker = Checker(held(replace(draft, rules=(*draft.rules, cookie))))
    assert checker.judge(legal_interaction(SHOP, 200)).findings == ()
    assert all(map(binds, REPLY.rules + SHOP.rules))


def test_the_legal_request_names_the_example() -> None:
    """Parameters that the answer repeats take the example's values; required ones are there, optional ones aren't."""
    assert legal_parameters(REPLY) == {"id": 100, "contact_id": 12345}
    assert legal_request(REPLY).url == "https://api.reply.io/v3/sequences/100/contacts/12345"
    request = legal_request(SHOP)
    assert request.url == "https://shop.example/v1/items/00000000-0000-4000-8000-000000000000/view?unit=one"
    assert dict(request.headers) == {"X-Tenant": "1", "X-Key": "example-key"}
    assert legal_request(shop(example=False)) == request


@pytest.mark.parametrize(("says", "value"), [
    ({"example": 7, "type": "integer"}, 7),
    ({"default": "d"}, "d"),
    ({"enum": ["a", "b"]}, "a"),
    ({"type": "string", "format": "date"}, "2024-03-08"),
    ({"type": "integer"}, 1),
    ({"type": "boolean"}, "true"),
    ({"type": "string", "format": "unheard-of"}, "one"),
    ({}, "one"),
])  # fmt: skip
def test_a_legal_parameter(says: dict[str, object], value: object) -> None:
    """A documented value first, then one that suits format and type."""
    assert legal_parameter(says) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(("scheme", "says"), [
    ({"type": "http", "scheme": "bearer"}, {"header": "Authorization", "scheme": "Bearer"}),
    ({"type": "http", "scheme": "basic"}, {"header": "Authorization", "scheme": "Basic"}),
    ({"type": "oauth2", "flows": {}}, {"header": "Authorization", "scheme": "Bearer"}),
    ({"type": "openIdConnect"}, {"header": "Authorization", "scheme": "Bearer"}),
    ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"header": "X-Key", "scheme": ""}),
    ({"type": "apiKey", "in": "query", "name": "key"}, {"header": "key", "scheme": "", "in": "query"}),
    ({"type": "apiKey", "in": "cookie", "name": "key"}, {"header": "key", "scheme": "", "in": "cookie"}),
    ({"type": "mutualTLS"}, None),
    ({"type": "mutualTLS", "in": "header", "name": "X-Key"}, None),
    ({"type": "apiKey", "in": "body", "name": "key"}, None),
    ({"type": "apiKey", "in": "header"}, None),
    ({"type": "http"}, None),
    ({}, None),
])  # fmt: skip
def test_a_security_scheme_as_a_credential(scheme: dict[str, object], says: dict[str, str] | None) -> None:
    """Credentials are known in every spelling and place; what no request shows isn't guessed at."""
    assert credential(scheme) == says


@pytest.mark.parametrize("place", ["header", "query", "cookie"])
def test_a_credential_is_taken_away_wherever_it_travels(place: str) -> None:
    """A good request keeps the contract; spoiled, it is without its credential, and all else that it asks stays."""
    page = {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}}
    operation = {"security": [{"key": []}], "parameters": [page], "responses": {"200": {"description": "ok"}}}
    document = {
        "openapi": "3.1.0",
        "paths": {"/things": {"get": operation}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": place, "name": "key"}}},
    }
    (contract,) = contracts_of(document_of(document, "made.json"))
    checker, good = Checker(contract), legal_interaction(contract, 200)
    assert checker.judge(good).findings == ()
    spoiled = spoil(contract.rule("request.authorization"), contract, good)
    assert spoiled is not None
    assert [finding.rule for finding in checker.judge(spoiled).findings] == ["request.authorization"]


@pytest.mark.parametrize("rule", SHOP.about("request", "parameter"), ids=lambda rule: rule.id)
def test_a_refused_request_breaks_no_parameter_s_rule(rule: Rule) -> None:
    """Only an answer of success can be spoiled so: a bad request that is refused is as documented."""
    for answer in SHOP.answers:
        assert (spoil(rule, SHOP, legal_interaction(SHOP, answer.status)) is not None) is (answer.status == 200)
