"""What a page lists of a request's body: read into the document, and compared as who sends it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import given, settings

from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.asked_bodies import asked_bodies
from tests.reading.scores import OWN

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PAGE = (OWN / "open-a-farm.txt").read_text(encoding="utf-8")
LIST = (OWN / "file-some-letters.txt").read_text(encoding="utf-8")
DESCRIPTION = """
openapi: 3.1.0
info: {title: farms, version: '1'}
servers: [{url: https://api.example.com}]
security: [{key: []}]
paths:
  /v1/farms:
    post:
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, required: [name, kind], properties: {
            name: {type: string, maxLength: 40}, kind: {enum: [dairy, grain], type: string},
            acres: {type: [integer, 'null'], minimum: 1}, tags: {type: array, items: {type: string}},
            owner: {type: object}}}}
          multipart/form-data: {schema: {type: object, required: [name], properties: {
            name: {type: string}, photo: {type: string, format: binary}}}}
      responses: {'200': {description: made, content: {application/json: {schema: {
        type: object, required: [id], properties: {id: {type: integer}}}}}}}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
"""


@pytest.fixture
def derive(run: Run, tmp_path: Path) -> Callable[[str], Any]:
    """Derives a page, and gives what the document says of its request's body."""

    def derived(text: str) -> Any:
        (tmp_path / "page.txt").write_text(text, encoding="utf-8")
        done = run("derive", "page.txt", "--out", "schemas/farm")
        assert done.returncode == 0, done.stderr
        document = json.loads((tmp_path / "schemas" / "farm" / "openapi.json").read_text(encoding="utf-8"))
        ((item,),) = (path.values() for path in document["paths"].values())
        return item.get("requestBody")

    return derived


def drift(run: Run, tmp_path: Path, text: str) -> list[str]:
    """What `drift` tells of another page or description, a difference each: severity, kind, place."""
    (tmp_path / "new.txt").write_text(text, encoding="utf-8")
    done = run("drift", "new.txt", "--format", "json")
    assert done.returncode in {0, 1}, done.stderr
    return [f"{one['severity']} {one['kind']} {one['pointer']}" for one in json.loads(done.stdout)["changes"]]


def test_each_media_type_has_its_fields_with_their_lines(derive: Callable[[str], Any]) -> None:
    """Types, null, presence, values and bounds are the page's; each rule names its line; two bodies are told apart."""
    asked = derive(PAGE)
    assert asked["required"] is True
    body, form = (asked["content"][media]["schema"] for media in ("application/json", "multipart/form-data"))
    assert body["required"] == ["name", "kind"]
    assert list(body["properties"]) == ["name", "kind", "acres", "tags", "owner"]
    assert body["properties"]["kind"]["enum"] == ["dairy", "grain"]
    assert body["properties"]["acres"]["type"] == ["integer", "null"]
    assert body["properties"]["tags"]["items"]["type"] == "string"
    length = body["properties"]["name"]["x-rules"]["length"]
    assert length["id"] == "request.name.length"
    assert PAGE.splitlines()[length["sources"][0]["line"] - 1] == "Maximum string length: 40"
    assert form["required"] == ["name"]
    assert form["properties"]["name"]["x-rules"]["type"]["id"] == "request-multipart-form-data.name.type"
    assert "additionalProperties" not in body


BODIES: dict[str, tuple[dict[str, Any], bool]] = {
    "what is required": ({"name": "Hill", "kind": "grain"}, True),
    "all of it": ({"name": "Hill", "kind": "dairy", "acres": None, "tags": ["a"], "owner": {}, "id": 1}, True),
    "a name missing": ({"kind": "grain"}, False),
    "a value that isn't listed": ({"name": "Hill", "kind": "fruit"}, False),
    "too small a number": ({"name": "Hill", "kind": "grain", "acres": 0}, False),
    "too long a text": ({"name": "x" * 41, "kind": "grain"}, False),
    "an element of another type": ({"name": "Hill", "kind": "grain", "tags": [1]}, False),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_request_is_told_to_keep_it(name: str, tmp_path: Path, derive: Callable[[str], Any]) -> None:
    """Of a recorded request's body the document says what the page does, to a plain validator and in a contract."""
    body, kept = BODIES[name]
    schema = derive(PAGE)["content"]["application/json"]["schema"]
    assert jsonschema.Draft202012Validator(schema).is_valid(body) is kept
    text = (tmp_path / "schemas" / "farm" / "openapi.json").read_text(encoding="utf-8")
    (contract,) = contracts_of(document_of(json.loads(text), "openapi.json"))
    (asked, _) = asked_bodies(contract)
    assert contract.index.request_keeps(asked.at, body) is kept


def test_tools_that_ask_send_such_bodies(tmp_path: Path, derive: Callable[[str], Any]) -> None:
    """Schemathesis takes the document as it is, and draws bodies of either media type that keep the page."""
    asked = derive(PAGE)["content"]
    schema = schemathesis.openapi.from_path(tmp_path / "schemas" / "farm" / "openapi.json")
    met = set()

    @given(case=schema["/v1/farms"]["POST"].as_strategy())
    @settings(max_examples=30, database=None)
    def ask(case: Any) -> None:
        met.add(case.media_type)
        if case.media_type == "application/json":
            assert jsonschema.Draft202012Validator(asked[case.media_type]["schema"]).is_valid(case.body)

    ask()
    assert met == set(asked)


def test_a_list_is_one_of_what_the_page_lists(derive: Callable[[str], Any]) -> None:
    """An empty list holds no field, so that no body is asked for by them."""
    asked = derive(LIST)
    schema = asked["content"]["application/json"]["schema"]
    assert (schema["type"], schema["items"]["type"], asked["required"]) == ("array", "object", False)
    assert {"from", "pages"} <= set(schema["items"]["properties"])


def test_of_several_shapes_no_field_is_asked_for(derive: Callable[[str], Any]) -> None:
    """A page that lists one shape of several says nothing of what the others hold."""
    asked = derive(PAGE.replace("application/json\nname", "application/json\n• Small farm\n• Large farm\nname"))
    assert "properties" not in asked["content"]["application/json"]["schema"]


def test_drift_tells_what_a_change_means_to_who_sends_it(
    run: Run, tmp_path: Path, derive: Callable[[str], Any]
) -> None:
    """A page with the same body is silent; a tighter bound breaks a sender, a further value harms nobody."""
    derive(PAGE)
    assert drift(run, tmp_path, PAGE) == []
    changed = PAGE.replace("length: 40", "length: 20").replace("dairy,\n", "dairy,\nfruit,\n")
    assert drift(run, tmp_path, changed) == ["breaking request.narrowed #body/name", "none request.widened #body/kind"]


def test_a_description_of_the_same_body_is_silent(run: Run, tmp_path: Path, derive: Callable[[str], Any]) -> None:
    """The description and the page are compared rule by rule, in either media type."""
    derive(PAGE)
    assert drift(run, tmp_path, DESCRIPTION) == []
    wanted = DESCRIPTION.replace("[name, kind]", "[name, kind, acres]").replace("required: [name],", "")
    assert drift(run, tmp_path, wanted) == ["breaking request.required #body/acres", "none request.optional #body/name"]


@pytest.mark.parametrize("page", [PAGE, PAGE[: PAGE.index("Body\n")] + PAGE[PAGE.index("Response\n") :]])
def test_a_description_is_a_second_witness_of_the_body(run: Run, tmp_path: Path, page: str) -> None:
    """What both say has both sources, what one alone says counts too; either given by itself changes nothing."""
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    (tmp_path / "farms.yaml").write_text(DESCRIPTION, encoding="utf-8")
    done = run("derive", "page.txt", "farms.yaml", "--contract", "POST /v1/farms", "--out", "schemas/farm")
    assert done.returncode == 0, done.stderr
    assert drift(run, tmp_path, page) == drift(run, tmp_path, DESCRIPTION) == []
    wanted = DESCRIPTION.replace(
        "[name, kind], properties: {", "[name, kind, soil], properties: {soil: {type: string},"
    )
    assert drift(run, tmp_path, wanted) == ["breaking request.required #body/soil"]
    document = json.loads((tmp_path / "schemas" / "farm" / "openapi.json").read_text(encoding="utf-8"))
    asked = document["paths"]["/v1/farms"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    sources = {one["page"] for one in asked["properties"]["name"]["x-rules"]["length"]["sources"]}
    assert sources == ({"page.txt", "farms.yaml"} if page == PAGE else {"farms.yaml"})
