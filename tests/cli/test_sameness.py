"""One row read through two operations in one run: what both tell of it is the same, or drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.checking import Checker
from contracts.checking.sameness import SAMENESS, Sameness
from contracts.commands.documents import contracts_here
from contracts.commands.reference import reference
from contracts.model.interaction import Interaction, Request, Response
from contracts.provider.app import Provider
from contracts.provider.serving import serve
from contracts.reading.openapi import contracts_of, document_of
from tests.cli.conftest import ROOT, Run

ONE, MANY = "GET /v3/sequences/{id}/contacts/{contact_id}", "GET /v3/sequences/{id}/contacts"


@contextmanager
def moving(**changes: Any) -> Iterator[tuple[str, str, str]]:
    """A provider of all of Reply whose list tells this of its first contact: URL, key, and options for the rows."""
    honest = reference(*contracts_here())
    operations = []
    for operation in honest.operations:
        rows = tuple(replace(row, body=deepcopy(row.body)) for row in operation.rows)
        if operation.contract.operation == MANY:
            body: Any = rows[0].body
            body["items"][-1] |= changes
        operations.append(replace(operation, rows=rows))
    provider = Provider(operations, honest.key)
    with serve(provider) as url:
        yield url, honest.key, "100/12345"


def verified(run: Run, url: str, key: str, row: str, *more: str) -> Any:
    """The runs by operation of `verify` against a URL."""
    ids = ("--ids", f"get-a-contact-in-a-sequence={row}", "--ids", "list-contacts-in-a-sequence=100")
    names = ("--contract", "get-a-contact-in-a-sequence", "--contract", "list-contacts-in-a-sequence")
    command = ("verify", "--against", url, "--max-examples", "1", "--format", "json", *ids, *names, *more)
    done = run(*command, env={"REPLY_API_KEY": key})
    return done.returncode, {one["operation"]: one for one in json.loads(done.stdout)["runs"]}


def test_a_field_that_two_operations_tell_differently_is_drift(run: Run) -> None:
    """It is told where it was read second, with what the first operation said; it breaks where drift does."""
    with moving(callStatus="called") as (url, key, row):
        code, runs = verified(run, url, key, row)
        strict, _ = verified(run, url, key, row, "--fail-on", "drift")
    (found,) = runs[MANY]["findings"]
    assert (code, strict, runs[ONE]["findings"]) == (0, 1, [])
    assert (found["rule"], found["level"], found["pointer"]) == (SAMENESS, "drift", "/items/11/callStatus")
    assert (found["expected"], found["seen"]) == (f'"none", as {ONE} said in this run', '"called"')


def test_a_provider_that_agrees_with_itself_has_no_such_finding(run: Run) -> None:
    """Every contact of a list is what it is when asked for alone; so is one of another sequence with that number."""
    with moving() as (url, key, row):
        _, runs = verified(run, url, key, row)
    assert [one["findings"] for one in runs.values()] == [[], []]


def test_recordings_are_never_compared_so(run: Run, tmp_path: Path) -> None:
    """Two recordings may be of any moments."""
    tapes = [
        ROOT / "cassettes/reply/get-a-contact-in-a-sequence/documented-example.yaml",
        ROOT / "cassettes/reply/list-contacts-in-a-sequence/whole-sequence.yaml",
    ]
    for path in tapes:
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace('"callStatus": "none"', '"callStatus": "called"', 1))
    done = run("verify", *(path.name for path in tapes), "--fail-on", "drift")
    assert (done.returncode, SAMENESS in done.stdout) == (0, False), done.stdout


FIELDS: dict[str, Any] = {name: {"type": "string"} for name in ("pet_id", "name", "mood")}


def operation(path: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A GET of a path that answers with this schema."""
    names = [name for name in ("petId", "shop") if f"{{{name}}}" in path]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {path: {"get": {"summary": path, "parameters": parameters, "responses": {"200": answer}}}}


def read(schema: dict[str, Any], one: Any, several: Any, path: str = "/pets/{petId}") -> list[tuple[str, str]]:
    """Pointer and text seen of each finding: an answer for one pet, then one for several of this schema."""
    pet = {"type": "object", "properties": FIELDS}
    paths = operation(path, pet) | operation("/pets", {"type": "object", "properties": {"pets": schema}})
    whole = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "servers": [{"url": "https://pets.example"}]}
    contracts = contracts_of(document_of(whole | {"paths": paths}, "pets.json"))
    sameness, found = Sameness(contracts), []
    for contract, body in zip(contracts, (one, several), strict=True):
        url = "https://pets.example" + contract.path.replace("{petId}", "p7").replace("{shop}", "s1")
        response = Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
        asked = Interaction(request=Request(method="GET", url=url), response=response, origin="live")
        found += [(each.pointer, each.seen) for each in sameness.read(Checker(contract), asked)]
    return found


PET = {"pet_id": "p7", "name": "Rex", "mood": "calm"}
LISTED = {"type": "array", "items": {"type": "object", "properties": FIELDS}}


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        ([PET], []),
        ([PET | {"mood": "wild"}], [("/pets/0/mood", '"wild"')]),
        ([PET | {"pet_id": "p8", "mood": "wild"}], []),
        ([{"pet_id": "p7", "name": "Rex"}], []),
        ([{"mood": "wild"}, "no object", PET | {"name": None}], [("/pets/2/name", "null")]),
    ],
    ids=["the same", "another mood", "another pet", "a field less", "broken beside"],
)
def test_the_parameter_s_own_name_says_which_row_it_is(several: Any, expected: list[tuple[str, str]]) -> None:
    """`petId` of the path is `pet_id` of the body; what only one of the answers tells isn't compared."""
    assert read(LISTED, PET, {"pets": several}) == expected


def test_where_the_row_isn_t_known_nothing_is_compared() -> None:
    """A parameter that the body doesn't repeat, or other fields in the list: nobody knows that it is the same row."""
    wild = {"pets": [PET | {"mood": "wild"}]}
    assert read(LISTED, PET, wild, path="/shops/{shop}/pets/{petId}") == []
    other = {"type": "array", "items": {"type": "object", "properties": FIELDS | {"age": {"type": "integer"}}}}
    assert read(other, PET, wild) == []
