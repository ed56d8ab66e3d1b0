"""Which of the contracts here a name selects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.documents import contracts_here
from contracts.errors import Unusable


def described(server: str, *operations: str) -> dict[str, Any]:
    """A document of these operations, each `METHOD /path: title`."""
    paths: dict[str, dict[str, Any]] = {}
    for text in operations:
        operation, _, title = text.partition(": ")
        method, path = operation.split(" ")
        answer = {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}
        paths.setdefault(path, {})[method.lower()] = {"summary": title, "responses": {"200": answer}}
    info = {"title": "t", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "servers": [{"url": server}], "paths": paths}


def put(path: str, document: dict[str, Any]) -> None:
    """Writes a document where it is looked for."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(document))


def names(*given: str) -> list[str]:
    """The contracts that the names select, by api and slug."""
    return [f"{held.vendor}/{held.contract.slug}" for held in contracts_here(given)]


@pytest.fixture(autouse=True)
def _three_of_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three contracts of two vendors, in a directory of their own."""
    monkeypatch.chdir(tmp_path)
    put(
        "schemas/crm/openapi.json",
        described("https://crm.example/v3", "GET /contacts/{id}: Get a contact", "GET /lists: Get the lists"),
    )
    put("schemas/mail/openapi.yaml", described("https://mail.example", "POST /messages: Send a message"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("get-a-contact", ["crm/get-a-contact"]),
        ("GET /v3/contacts/{id}", ["crm/get-a-contact"]),
        ("GET /contacts/{id}", ["crm/get-a-contact"]),
        ("get /contacts/{id}", ["crm/get-a-contact"]),
        ("crm", ["crm/get-a-contact", "crm/get-the-lists"]),
        ("get-*", ["crm/get-a-contact", "crm/get-the-lists"]),
        ("* /v3/*", ["crm/get-a-contact", "crm/get-the-lists"]),
        ("POST *", ["mail/send-a-message"]),
        ("m*", ["mail/send-a-message"]),
    ],
)
def test_a_name_selects(name: str, found: list[str]) -> None:
    """By slug, by operation with and without the base path, by api, and by a glob of each."""
    assert names(name) == found


def test_several_names_select_what_any_of_them_does() -> None:
    """Each contract once, in the order in which all are found; no name selects all."""
    assert names("mail", "get-a-contact", "GET /contacts/{id}") == ["crm/get-a-contact", "mail/send-a-message"]
    assert names() == ["crm/get-a-contact", "crm/get-the-lists", "mail/send-a-message"]


@pytest.mark.parametrize("name", ["contact", "GET /contacts", "/contacts/{id}", "CRM", "PUT /lists", "", "x*"])
def test_a_name_that_selects_nothing_is_one_line(name: str) -> None:
    """It says what there is."""
    with pytest.raises(Unusable) as error:
        contracts_here(("crm", name))
    assert str(error.value) == (
        f"--contract {name}: selects nothing; there is get-a-contact (GET /v3/contacts/{{id}}, crm), "
        "get-the-lists (GET /v3/lists, crm), send-a-message (POST /messages, mail)"
    )


def test_of_many_contracts_the_first_are_listed() -> None:
    """Twenty, and how many more there are."""
    put("schemas/crm/openapi.json", described("https://a.test", *(f"GET /p{n}: p {n:03}" for n in range(300))))
    with pytest.raises(Unusable) as error:
        contracts_here(("nothing",))
    assert "p-019 (GET /p19, crm) and 281 more" in str(error.value)
    assert "p-020" not in str(error.value)


def test_a_contract_knows_its_document() -> None:
    """Which of an api's documents describes it; recordings are kept by api and slug."""
    held = {one.contract.slug: one for one in contracts_here()}
    assert held["send-a-message"].source == Path("schemas/mail/openapi.yaml")
    assert held["get-the-lists"].source == Path("schemas/crm/openapi.json")
    assert held["get-the-lists"].cassettes == Path("cassettes/crm/get-the-lists")


@pytest.mark.parametrize("again", ["GET /contacts/{id}: Other", "GET /contacts/{contactId}: Get a contact"])
def test_one_operation_in_two_documents_of_an_api_is_refused(again: str) -> None:
    """Whatever its parameters are called: nobody could say which of the two counts."""
    put("schemas/crm/openapi.yaml", described("https://crm.example/v3", again))
    with pytest.raises(Unusable) as error:
        contracts_here()
    assert str(error.value) == (
        "schemas/crm/openapi.json and schemas/crm/openapi.yaml: both describe "
        f"{again.split(':', maxsplit=1)[0].replace('/', '/v3/', 1)}; remove it from one"
    )


def test_two_documents_of_an_api_add_up() -> None:
    """Where they describe different operations; those of one name are told apart."""
    put("schemas/crm/openapi.yml", described("https://crm.example/v3", "POST /contacts: Get a contact"))
    found = names("crm")
    assert len(found) == len(set(found)) == 3
    assert sum(name.startswith("crm/get-a-contact-") for name in found) == 2


def test_a_bad_document_hides_nothing_of_another_api() -> None:
    """Asked for by name, the good ones are there; where it may be meant, it is told."""
    Path("schemas/bad").mkdir()
    Path("schemas/bad/openapi.json").write_text("{")
    assert names("mail") == ["mail/send-a-message"]
    for given in ((), ("bad",), ("mail", "get-a-thing")):
        with pytest.raises(Unusable, match=r"^schemas/bad/openapi\.json"):
            contracts_here(given)
