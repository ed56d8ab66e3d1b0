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

from contracts.commands.derive_sources import Derived, written
from contracts.model.contract import Answer, Block, Conflict, Field, Reviewed, Rule, Source, Unaccounted, Waiver
from contracts.model.draft import Draft
from contracts.model.identity import digest
from contracts.rules import ordered
from contracts.rules.asked_bodies import asked_bodies
from contracts.writing import openapi, text
from contracts.writing.openapi import operation_id
from tests.rules import vendors
from tests.rules.synthetic import DRAFTS, PAGE, held, made, without
from tests.rules.vendors import OWN_PAGES, derive_page, vendor_pages

SHOP, REPLY = DRAFTS["shop"], DRAFTS["reply"]
PARTS = (
    "slug", "title", "method", "server", "path", "page", "fields", "answers", "example", "conflicts", "waivers",
    "unaccounted", "reviewed",
)  # fmt: skip
"""What a page's draft and its contract have in common, beside the rules."""


def told(rules: tuple[Rule, ...]) -> list[tuple[Any, ...]]:
    """All that rules say; a parameter's example is the document's, for tools that call the operation."""
    plain = [{name: value for name, value in rule.says.items() if name != "example"} for rule in rules]
    return [
        (one.id, one.kind, one.target, one.at, says, one.summary, one.level, one.sources)
        for one, says in zip(rules, plain, strict=True)
    ]


def same(draft: Draft) -> bool:
    """Whether the contract that a draft is written as says what the draft says, with the lines where it is promised."""
    contract = held(draft)
    asked = asked_bodies(contract)
    rules, fields = ([one for body in asked for one in getattr(body, of)] for of in ("rules", "fields"))
    known = {part for part in PARTS if part != "fields" and getattr(contract, part) == getattr(draft, part)}
    assert {*known, "fields"} == set(PARTS)
    assert (every := (*fields, *contract.fields)) == draft.fields
    assert {media: body.target for body in asked for media in body.media} == draft.asked
    assert told(ordered((*contract.rules, *rules), every)) == told(draft.rules)
    return True


@pytest.mark.parametrize("name", DRAFTS)
def test_loading_is_the_inverse_of_writing(name: str) -> None:
    """Rules, levels, provenance, fields, answers, example: all of it comes back."""
    assert same(DRAFTS[name])


def noted(monkeypatch: pytest.MonkeyPatch) -> list[Draft]:
    """Fills with every draft that is written from now on."""
    drafts: list[Draft] = []

    def writing(draft: Draft) -> Derived:
        drafts.append(draft)
        return written(draft)

    monkeypatch.setattr(vendors, "written", writing)
    return drafts


def again(page: Path) -> Derived:
    """A page derived twice, to the same bytes."""
    first, second = derive_page(page), derive_page(page)
    assert text(first.document) == text(second.document)
    return first


@pytest.mark.parametrize("page", [PAGE, *OWN_PAGES], ids=lambda page: page.name)
def test_derived_contracts_come_back(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page of ours gives comes back whole, and the same bytes each time."""
    drafts = noted(monkeypatch)
    derived = again(page)
    assert all(map(same, drafts))
    assert derived.contract.rules == held(drafts[0]).rules


def test_contracts_of_other_vendors_pages_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of several vendors: what each gives comes back whole."""
    drafts = noted(monkeypatch)
    vendor_pages.cache_clear()
    assert len(vendor_pages()) == len(drafts)
    assert all(map(same, drafts))


def test_what_reading_noted_comes_back() -> None:
    """Conflicts, waivers and unaccounted sentences travel with their places."""
    source = Source(page="p", line=3, kind="example", hand=True)
    assert same(
        replace(
            SHOP,
            conflicts=(Conflict(field="a", problem="p", decided="d", sources=(source, source)),),
            waivers=(Waiver(field="a", reason="r", digests=("1", "2")), Waiver(field="", reason="r", digests=())),
            unaccounted=(Unaccounted(field="a", line=5, digest="d", text="It must."),),
        )
    )


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
    draft = replace(SHOP, reviewed=reviewed)
    assert same(draft)
    assert digest(held(draft)) == digest(held(SHOP))


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
    draft = replace(SHOP, rules=rules)
    schemes = openapi(draft)["components"]["securitySchemes"]
    assert [one["type"] for one in schemes.values()] == [kind]
    (rule,) = held(draft).about("request", "authorization")
    assert rule.says | {"in": "header"} == says | {"in": "header"}
    assert (digest(held(draft)) == digest(held(SHOP))) is (says == {"header": "X-Key", "scheme": ""})


def test_a_page_without_credential_has_no_security() -> None:
    """Nothing is asked for, and nothing comes back."""
    draft = without(SHOP, "request.authorization")
    document = openapi(draft)
    assert document["paths"][SHOP.path]["get"]["security"] == []
    assert "securitySchemes" not in document["components"]
    assert same(draft)


@pytest.mark.parametrize("level", ["violation", "drift", "note"])
def test_every_level_comes_back(level: Any) -> None:
    """Rules that assert nothing travel in extensions with all they say."""
    assert same(replace(SHOP, rules=tuple(replace(rule, level=level) for rule in SHOP.rules)))
    for chosen in SHOP.rules:
        rules = tuple(replace(rule, level=level) if rule is chosen else rule for rule in SHOP.rules)
        assert same(replace(SHOP, rules=rules)), chosen.id


GOOD, BAD = ("application/json",), ("application/problem+json",)


def answer(status: int, body: str, *media: str, empty: bool = False) -> Answer:
    """An answer that carries a body in these media types."""
    bodies = dict.fromkeys(media, body)
    good = body == "success"
    return Answer(key=str(status), status=status, success=good, media=media, bodies=bodies, empty=empty or not media)


@pytest.mark.parametrize("answers", [
    (answer(204, "success"),),
    (answer(200, "success", *GOOD, "text/json"), answer(401, "problem", *BAD, empty=True)),
    (answer(201, "success", *GOOD, empty=True), answer(404, "problem")),
    (answer(200, "success", *GOOD), answer(400, "problem", *BAD), answer(404, "problem", *BAD)),
])  # fmt: skip
def test_answers_come_back(answers: tuple[Answer, ...]) -> None:
    """Empty answers, answers that may be empty, several media types: each comes back with its body's rules."""
    bodies = {name for one in answers for name in one.bodies.values()}
    success = (answers[0].key,)
    rules = [
        replace(rule, answers=success) if rule.target == "request" else rule
        for rule in SHOP.rules
        if rule.kind != "header" and rule.target in {"request", "response", *bodies} and (bodies or rule.kind != "json")
    ]
    draft = replace(
        SHOP,
        answers=answers,
        rules=tuple(rules),
        fields=tuple(field for field in SHOP.fields if field.target in bodies),
        example=SHOP.example if "success" in bodies else (),
    )
    sole = [one for one in answers if "problem" in one.bodies.values()]
    if len(sole) == 1:  # a body that one answer carries is called by its status
        contract = held(draft)
        assert contract.answers[0] == answers[0]
        assert [rule.id for rule in contract.rules] == [rule.id for rule in draft.rules]
        assert {rule.target for rule in contract.rules} == {"request", "response", "success", sole[0].key}
        return
    assert same(draft)


names = st.text(min_size=1, max_size=8)


@given(st.lists(names, min_size=1, max_size=6, unique=True), st.data())
def test_fields_of_any_name_come_back(keys: list[str], data: st.DataObject) -> None:
    """Names with dots, slashes, brackets, blanks, or of keywords: each stays the name that it is."""
    rules = [made("body.type", "type", "success", (), {"types": ["object"]})]
    fields = []
    for number, key in enumerate(keys):
        at = (key,) if number == 0 or data.draw(st.booleans()) else (keys[0], key)
        fields.append(Field(at=at, target="success"))
        rules.append(made(f"{number}.type", "type", "success", at, {"types": ["object", "null"]}))
        rules.append(made(f"{number}.required", "required", "success", at, {}))
    fields.sort(key=lambda field: (keys.index(field.at[0]), len(field.at), keys.index(field.at[-1])))
    kept = tuple(rule for rule in SHOP.rules if rule.target != "success")
    closed = made("response.undocumented-field", "closed", "success", (), {})
    first = tuple(SHOP.fields[-3:])
    assert all(field.target == "problem" for field in first)
    whole = (*fields, *first)
    draft = replace(SHOP, fields=whole, rules=ordered((*kept, *rules, closed), whole), example=())
    if not any(key[0] in "[{" for key in keys):  # these are the signs of elements and of values
        assert same(draft)


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
    problem = {"$ref": "#/components/schemas/Problem"}
    assert answers["401"]["x-content"]["application/problem+json"]["schema"] == problem
    assert answers["404"]["content"]["application/problem+json"]["schema"] == problem


@pytest.mark.parametrize("name", DRAFTS)
def test_every_schema_in_the_document_is_valid(name: str) -> None:
    """The bodies' schemas keep the meta-schema of their dialect, and the examples keep the schemas."""
    document = openapi(DRAFTS[name])
    (item,) = document["paths"].values()
    answer = item["get"]["responses"]["200"]["content"]["application/json"]
    for schema in (answer["schema"], *document["components"]["schemas"].values()):
        jsonschema.Draft202012Validator.check_schema(schema)
    assert ("example" in answer) is bool(DRAFTS[name].example)
    if "example" in answer:
        jsonschema.validate(answer["example"], answer["schema"])
    for parameter in item["get"]["parameters"]:
        if "example" in parameter:
            jsonschema.validate(parameter["example"], parameter["schema"])


def test_the_version_is_the_contract() -> None:
    """The document's version names the contract: another promise is another version, another line isn't."""
    version = written(SHOP).document["info"]["version"]
    assert version == digest(held(SHOP))[:12] == digest(written(SHOP).contract)[:12]
    assert written(replace(SHOP, page="other.txt")).document["info"]["version"] == version
    assert written(without(SHOP, "name.length")).document["info"]["version"] != version


@pytest.mark.parametrize(
    ("slug", "name"), [("get-a-contact", "getAContact"), ("x", "x"), ("list-2-things", "list2Things")]
)
def test_operation_ids(slug: str, name: str) -> None:
    """The slug as code generators like it."""
    assert operation_id(slug) == name
