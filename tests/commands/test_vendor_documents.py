"""A vendor's own description, as it is: loaded, judged, documented and explained, whatever its answers carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

import contracts
from contracts.commands.documents import contracts_here
from contracts.commands.explain import explained
from contracts.documenting.rendering import contract_markdown, contract_page
from contracts.documenting.sheet import Sheet
from contracts.errors import Unusable
from contracts.model.finding import Judgement
from tests.documenting.reader import Reader

YAML = """\
openapi: 3.0.3
info: {title: Zoo, version: '1'}
servers: [{url: 'https://zoo.example/v1'}]
paths:
  /animals/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
    get:
      operationId: getAnimal
      security: [{key: []}, {session: [], tenant: []}]
      responses:
        '200':
          description: An animal.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Animal'}
        '202': {description: Later.}
        4XX:
          description: Refused.
          content:
            application/problem+json:
              schema: {type: object, required: [code], properties: {code: {type: string, maxLength: 4}}}
        default:
          description: Broken.
          content: {text/plain: {schema: {type: string}}}
    delete:
      operationId: freeAnimal
      responses: {'204': {description: Gone.}}
  /animals.csv:
    get:
      operationId: listAnimals
      responses:
        '200': {description: All., content: {text/csv: {schema: {type: string}}}}
        '206':
          description: Some.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Animal'}}}}
        '203':
          description: A map.
          content: {application/json: {schema: {type: object, additionalProperties: {type: number, multipleOf: 0.5}}}}
  /broken:
    get:
      operationId: broken
      responses:
        '200':
          description: It.
          content: {application/json: {schema: {type: object, properties: {a: {$ref: '#/nowhere'}, b: {type: string}}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: api_key}
    session: {type: apiKey, in: cookie, name: sid}
    tenant: {type: apiKey, in: header, name: X-Tenant}
  schemas:
    Animal:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind}
    Cat:
      type: object
      required: [kind, lives]
      properties: {kind: {type: string, enum: [Cat]}, lives: {type: integer, minimum: 0}}
    Dog:
      type: object
      required: [kind]
      properties:
        kind: {type: string, enum: [Dog]}
        pups: {type: array, uniqueItems: true, items: {$ref: '#/components/schemas/Dog'}}
"""


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The vendor's file where a project keeps it."""
    folder = tmp_path / "schemas" / "zoo"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "cassettes").mkdir()
    monkeypatch.chdir(tmp_path)
    return folder / "openapi.yaml"


def page_of(name: str) -> Sheet:
    """The sheet of one operation, without recordings."""
    return Sheet(contract=contracts.load("schemas/zoo/openapi.yaml", name), vendor="zoo", judgement=Judgement())


@pytest.mark.usefixtures("zoo")
def test_every_operation_of_a_vendors_file_is_here() -> None:
    """A description is found in YAML as it is, and each operation is a contract of that vendor."""
    found = {(held.vendor, held.contract.operation) for held in contracts_here()}
    assert found == {
        ("zoo", "GET /v1/animals/{id}"),
        ("zoo", "DELETE /v1/animals/{id}"),
        ("zoo", "GET /v1/animals.csv"),
        ("zoo", "GET /v1/broken"),
    }


@pytest.mark.parametrize("name", ["getanimal", "getAnimal", "get-animal", "GET /v1/animals/{id}"])
@pytest.mark.usefixtures("zoo")
def test_one_operation_is_chosen_by_slug_or_by_method_and_path(name: str) -> None:
    """Both ways lead to one contract; anything else lists what there is."""
    slug = contracts.load("schemas/zoo/openapi.yaml", "GET /v1/animals/{id}").slug
    if name not in {slug, "GET /v1/animals/{id}"}:
        with pytest.raises(Unusable, match=rf"^choose one of these contracts .*{slug}"):
            contracts.load("schemas/zoo/openapi.yaml", name)
        return
    assert contracts.load("schemas/zoo/openapi.yaml", name).operation == "GET /v1/animals/{id}"


def test_a_parsed_document_is_loaded_and_left_as_it_is() -> None:
    """A mapping will do, also for those who make it themselves."""
    tree: dict[str, Any] = {
        "openapi": "3.0.0",
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": {
            "application/json": {"schema": {"type": "string", "nullable": True}}}}}}}},
    }  # fmt: skip
    before = json.dumps(tree)
    assert contracts.load(tree).main == "success"
    assert json.dumps(tree) == before


def test_a_file_that_describes_nothing_is_told(tmp_path: Path) -> None:
    """In one line, with the file's name."""
    (tmp_path / "a.json").write_text('{"openapi": "3.1.0", "info": {}}')
    with pytest.raises(Unusable, match=r"a\.json: describes no operation; nothing to hold anyone to$"):
        contracts.load(tmp_path / "a.json")


def answered(status: int, body: Any, media: str = "application/json") -> httpx.Response:
    """An answer to the request for one animal."""
    request = httpx.Request("GET", "https://zoo.example/v1/animals/7?api_key=none", headers={"accept": "*/*"})
    data = body if isinstance(body, str) else json.dumps(body)
    return httpx.Response(status, headers={"content-type": media}, content=data.encode(), request=request)


@pytest.mark.parametrize(
    ("response", "broken"),
    [
        (answered(200, {"kind": "Cat", "lives": 9}), set()),
        (answered(200, {"kind": "Dog", "pups": [{"kind": "Dog"}]}), set()),
        (answered(200, {"kind": "Cat", "lives": -1}), {"body.oneOf"}),
        (answered(200, {"kind": "Dog", "pups": [{"kind": "Dog"}, {"kind": "Dog"}]}), {"body.oneOf"}),
        (answered(404, {"code": "gone"}, "application/problem+json"), set()),
        (answered(404, {"code": "vanished"}, "application/problem+json"), {"4XX.code.length"}),
        (answered(503, "sorry", "text/plain"), set()),
        (answered(202, "", "text/plain"), set()),
    ],
)
@pytest.mark.usefixtures("zoo")
def test_answers_are_judged_by_the_vendors_file(response: httpx.Response, broken: set[str]) -> None:
    """Alternatives, recursion, ranges of statuses and the default: each answer is held to its own body."""
    contract = contracts.load("schemas/zoo/openapi.yaml", "GET /v1/animals/{id}")
    judged = contracts.judge(contract, response)
    assert {one.rule for one in judged.findings if one.level == "violation"} == broken
    assert all(source.line for one in judged.findings for source in one.promised)


@pytest.mark.parametrize(
    "name",
    ["GET /v1/animals/{id}", "DELETE /v1/animals/{id}", "GET /v1/animals.csv", "GET /v1/broken"],
)
@pytest.mark.usefixtures("zoo")
def test_pages_show_each_body_under_its_name_and_each_rule_with_its_line(name: str) -> None:
    """No operation is left out: with several bodies or with none, each rule has its sentence and its line."""
    one = page_of(name)
    html, text = contract_page(one, {}), contract_markdown(one)
    read = Reader(html)
    assert len(read.ids()) == len(set(read.ids()))
    for body in one.bodies:
        assert f"## {body.title}\n" in text
        assert body.anchor in read.ids()
        assert body.fields
    for promise in one.promises:
        assert promise.rule.summary in read.text
        assert all(", line " in where for where in promise.promised)
        assert f"rule       {promise.rule.id}\n" in explained(one, promise.rule.id, None)


@pytest.mark.usefixtures("zoo")
def test_bodies_are_called_by_what_carries_them() -> None:
    """The only good body has the plain headings; of several, each has its status; a text has none."""
    assert [body.title for body in page_of("GET /v1/animals/{id}").bodies] == ["Fields", "Error body"]
    assert [body.title for body in page_of("GET /v1/animals.csv").bodies] == ["Body 203", "Body 206"]
    assert page_of("DELETE /v1/animals/{id}").bodies == ()
    text = contract_markdown(page_of("GET /v1/animals.csv"))
    assert "| 200 | All\\. | `text/csv` | something of no described form |".replace("\\", "") in text
    assert "`203.{}`" in text
    assert "## Fields" not in text


@pytest.mark.usefixtures("zoo")
def test_every_way_to_be_let_in_is_told() -> None:
    """Alternatives, and what has to travel together, wherever it travels; the calls carry the first."""
    one = page_of("GET /v1/animals/{id}")
    told = "in the query `api_key=<key>`, or in the cookie `sid=<key>` and in the header `X-Tenant: <key>`"
    assert f"The key travels {told}; the examples take it from `API_KEY`." in contract_markdown(one)
    assert one.call.curl[1] == '  --url "https://zoo.example/v1/animals/1?api_key=$API_KEY"'
    assert '    "https://zoo.example/v1/animals/1?api_key=" + os.environ["API_KEY"],' in one.call.python


@pytest.mark.usefixtures("zoo")
def test_what_cannot_be_read_is_a_decision_with_its_line() -> None:
    """A reference that leads nowhere costs its own place; the page names the place and the line."""
    one = page_of("GET /v1/broken")
    (conflict,) = one.contract.conflicts
    line = next(number for number, text in enumerate(YAML.splitlines(), 1) if "#/nowhere" in text)
    assert [source.line for source in conflict.sources] == [line]
    assert f"(line {line})" in contract_markdown(one)
    assert "b.type" in {rule.id for rule in one.contract.rules}


@pytest.mark.usefixtures("zoo")
def test_rules_have_examples_where_one_can_be_made() -> None:
    """A choice, a multiple, a bound in an error: each is shown kept and broken."""
    shown = {
        promise.rule.id: promise.examples.broken
        for name in ("GET /v1/animals/{id}", "GET /v1/animals.csv")
        for promise in page_of(name).promises
    }
    for rule in ("body.oneOf", "4XX.code.length", "203.type", "206[].oneOf"):
        assert any(line.marked for line in shown[rule]), rule
