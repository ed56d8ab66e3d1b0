"""The OpenAPI document: everything the contract knows, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.contract import (
    Answer,
    Block,
    Conflict,
    Contract,
    Field,
    Reviewed,
    Source,
    Unaccounted,
    Waiver,
)
from contracts.model.identity import digest
from contracts.reading.openapi import load
from contracts.rules import ordered
from contracts.wiring.deriving import derive_page
from contracts.writing import openapi, text
from contracts.writing.openapi import operation_id
from tests.rules.synthetic import CONTRACTS, PAGE, REPLY, SHOP, made, without
from tests.rules.vendors import OWN_PAGES, vendor_contracts


def back(contract: Contract) -> Contract:
    """The contract written as a file and loaded again."""
    (loaded,) = load(json.loads(text(openapi(contract))), "openapi.json")
    return loaded


@pytest.mark.parametrize("name", CONTRACTS)
def test_loading_is_the_inverse_of_writing(name: str) -> None:
    """Rules, levels, provenance, fields, answers, example: all of it comes back, and writing again gives the same."""
    contract = CONTRACTS[name]
    assert back(contract) == contract
    assert text(openapi(back(contract))) == text(openapi(contract))
    assert load(openapi(contract), "openapi.json") == (contract,)


@pytest.mark.parametrize("page", [PAGE, *OWN_PAGES], ids=lambda page: page.name)
def test_derived_contracts_come_back(page: Path) -> None:
    """What a page of ours gives comes back whole."""
    contract = derive_page(page)
    assert back(contract) == contract


def test_contracts_of_other_vendors_pages_come_back() -> None:
    """Pages of several vendors: what each gives comes back whole."""
    for name, contract in vendor_contracts().items():
        assert back(contract) == contract, name


def test_what_reading_noted_comes_back() -> None:
    """Conflicts, waivers and unaccounted sentences travel with their places."""
    source = Source(page="p", line=3, kind="example", hand=True)
    noted = replace(
        SHOP,
        conflicts=(Conflict(field="a", problem="p", decided="d", sources=(source, source)),),
        waivers=(Waiver(field="a", reason="r", digests=("1", "2")), Waiver(field="", reason="r", digests=())),
        unaccounted=(Unaccounted(field="a", line=5, digest="d", text="It must."),),
    )
    assert back(noted) == noted


texts = st.text(max_size=6)


@given(
    st.builds(
        Reviewed,
        url=texts,
        date=texts,
        digest=texts,
        blocks=st.lists(
            st.builds(Block, section=texts, name=texts, digests=st.lists(texts, max_size=3).map(tuple)), max_size=4
        ).map(tuple),
    )
)
def test_what_was_reviewed_comes_back(reviewed: Reviewed) -> None:
    """The vendor's page as a person last read it travels with the contract, and makes it no other one."""
    contract = replace(SHOP, reviewed=reviewed)
    assert back(contract) == contract
    assert load(openapi(contract), "openapi.json") == (contract,)
    assert digest(contract) == digest(SHOP)


def test_what_is_known_of_the_request_body_comes_back() -> None:
    """Its digest travels with the contract and is a part of its promises; where there is no body, nothing is said."""
    contract = replace(SHOP, request_body="0123456789abcdef")
    assert load(openapi(contract), "openapi.json") == (contract,)
    assert digest(contract) != digest(SHOP)
    assert "requestBody" not in text(openapi(SHOP))


def test_a_contract_that_was_never_reviewed_says_nothing_of_it() -> None:
    """The document of such a contract stays the same to the byte."""
    assert "reviewed" not in text(openapi(SHOP))


@pytest.mark.parametrize(("header", "scheme", "kind"), [
    ("Authorization", "Bearer", "http"),
    ("Authorization", "Basic", "http"),
    ("Authorization", "ApiKey", "http"),
    ("Authorization", "SSWS", "http"),
    ("authorization", "Bearer", "http"),
    ("Authorization", "", "apiKey"),
    ("Authorization", "Bearer:", "apiKey"),
    ("X-Api-Key", "", "apiKey"),
    ("X-Auth", "Token", "apiKey"),
])  # fmt: skip
def test_credentials_come_back(header: str, scheme: str, kind: str) -> None:
    """However a page wants its credential, tools read a standard scheme and we read back what was meant."""
    says: Any = {"header": header, "scheme": scheme}
    rules = tuple(replace(rule, says=says) if rule.kind == "authorization" else rule for rule in SHOP.rules)
    contract = replace(SHOP, rules=rules)
    schemes = openapi(contract)["components"]["securitySchemes"]
    assert [one["type"] for one in schemes.values()] == [kind]
    assert back(contract) == contract


def test_a_page_without_credential_has_no_security() -> None:
    """Nothing is asked for, and nothing comes back."""
    contract = without(SHOP, "request.authorization")
    document = openapi(contract)
    assert document["paths"][SHOP.path]["get"]["security"] == []
    assert "securitySchemes" not in document["components"]
    assert back(contract) == contract


@pytest.mark.parametrize("level", ["violation", "drift", "note"])
def test_every_level_comes_back(level: Any) -> None:
    """Rules that assert nothing travel in extensions with all they say."""
    contract = replace(SHOP, rules=tuple(replace(rule, level=level) for rule in SHOP.rules))
    assert back(contract) == contract
    for chosen in SHOP.rules:
        rules = tuple(replace(rule, level=level) if rule is chosen else rule for rule in SHOP.rules)
        assert back(replace(SHOP, rules=rules)) == replace(SHOP, rules=rules), chosen.id


@pytest.mark.parametrize("answers", [
    (Answer(status=204, description="", media=(), body="success", may_be_empty=True),),
    (
        Answer(status=200, description="x", media=("application/json", "text/json"), body="success"),
        Answer(status=401, description="", media=("application/problem+json",), body="problem", may_be_empty=True),
    ),
    (
        Answer(status=201, description="", media=("application/json",), body="success", may_be_empty=True),
        Answer(status=404, description="", media=(), body="problem", may_be_empty=True),
    ),
])  # fmt: skip
def test_answers_come_back(answers: tuple[Answer, ...]) -> None:
    """Empty answers, answers that may be empty, several media types: each comes back with its body's rules."""
    status = answers[0].status
    problems = tuple(answer.status for answer in answers[1:])
    empty = not answers[0].media
    problem = any(answer.media for answer in answers[1:])
    rules = []
    for rule in SHOP.rules:
        if rule.kind == "header" or (rule.target == "success" and empty) or (rule.target == "problem" and not problem):
            continue
        statuses = {"problem": problems, "response": ()}.get(rule.target, (status,))
        rules.append(replace(rule, statuses=statuses))
    fields = tuple(
        field
        for field in SHOP.fields
        if (field.target == "success" and not empty) or (field.target == "problem" and problem)
    )
    example = () if empty else SHOP.example
    contract = replace(SHOP, answers=answers, rules=tuple(rules), fields=fields, example=example)
    assert back(contract) == contract


names = st.text(min_size=1, max_size=8)


@given(st.lists(names, min_size=1, max_size=6, unique=True), st.data())
def test_fields_of_any_name_come_back(keys: list[str], data: st.DataObject) -> None:
    """Names with dots, slashes, brackets, blanks, or of keywords: each stays the name that it is."""
    statuses = (200,)
    rules = [made("body.type", "type", "success", (), {"types": ["object"]}, statuses)]
    fields = []
    for number, key in enumerate(keys):
        at = (key,) if number == 0 or data.draw(st.booleans()) else (keys[0], key)
        fields.append(Field(at=at, target="success"))
        rules.append(made(f"{number}.type", "type", "success", at, {"types": ["object", "null"]}, statuses))
        rules.append(made(f"{number}.required", "required", "success", at, {}, statuses))
    fields.sort(key=lambda field: (keys.index(field.at[0]), len(field.at), keys.index(field.at[-1])))
    kept = tuple(rule for rule in SHOP.rules if rule.target != "success")
    closed = made("response.undocumented-field", "closed", "success", (), {}, statuses)
    first = tuple(SHOP.fields[-3:])
    assert all(field.target == "problem" for field in first)
    whole = (*fields, *first)
    contract = replace(SHOP, fields=whole, rules=ordered((*kept, *rules, closed), whole), example=())
    if "[]" not in keys:
        assert back(contract) == contract


def test_extensions_carry_provenance() -> None:
    """Each property tells its rules by keyword, each echo its runtime expression, each conditional its rule."""
    document = json.loads(text(openapi(REPLY)))
    answers = document["paths"][REPLY.path]["get"]["responses"]
    assert list(answers) == ["200", "400", "401", "403", "404", "429"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    contact = schema["properties"]["contactId"]
    assert contact["x-echoes"] == "$request.path.contact_id"
    assert contact["x-rules"].keys() == {"required", "type", "echo"}
    assert [entry["x-rule"]["id"] for entry in schema["x-conditions"]] == ["statusInSequence.finished-has-no-step"]
    assert "allOf" not in schema
    assert "content" not in answers["401"]
    assert answers["401"]["headers"]["WWW-Authenticate"]["required"] is True
    assert "$ref" not in json.dumps(schema)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_schema_in_the_document_is_valid(name: str) -> None:
    """The bodies' schemas keep the meta-schema of their dialect, and the examples keep the schemas."""
    document = openapi(CONTRACTS[name])
    (item,) = document["paths"].values()
    answer = item["get"]["responses"]["200"]["content"]["application/json"]
    for schema in (answer["schema"], *document["components"]["schemas"].values()):
        jsonschema.Draft202012Validator.check_schema(schema)
    assert ("example" in answer) is bool(CONTRACTS[name].example)
    if "example" in answer:
        jsonschema.validate(answer["example"], answer["schema"])
    for parameter in item["get"]["parameters"]:
        if "example" in parameter:
            jsonschema.validate(parameter["example"], parameter["schema"])


def test_the_version_is_the_contract() -> None:
    """The document's version names the contract: another promise is another version, another line isn't."""
    version = openapi(SHOP)["info"]["version"]
    assert version == digest(SHOP)[:12]
    assert openapi(replace(SHOP, page="other.txt"))["info"]["version"] == version
    assert openapi(without(SHOP, "name.length"))["info"]["version"] != version


@pytest.mark.parametrize(
    ("slug", "name"), [("get-a-contact", "getAContact"), ("x", "x"), ("list-2-things", "list2Things")]
)
def test_operation_ids(slug: str, name: str) -> None:
    """The slug as code generators like it."""
    assert operation_id(slug) == name
