"""What a recording's owner took out or replaced isn't the vendor's act, and another operation's answer isn't ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.logs import CONTRACT, EXAMPLE, PATH, PROBLEM, SERVER, archive, cassette, exchange, log

MAKERS = {"log": log, "archive": archive, "cassette": cassette}
SEQUENCE, CONTACT = str(EXAMPLE["sequenceId"]), str(EXAMPLE["contactId"])
COUNT = f"/v3/sequences/{SEQUENCE}/contacts/count"
STATE = f"/v3/sequences/{SEQUENCE}/contacts/state"


@pytest.mark.parametrize("maker", MAKERS)
def test_a_placeholder_in_the_path_stands_for_any_value(run: Run, tmp_path: Path, maker: str) -> None:
    """Neither its type nor its echo is judged; the rest of the answer is."""
    path = PATH.replace(f"/{SEQUENCE}/", "/REDACTED/")
    assert run("verify", MAKERS[maker](tmp_path, exchange(path))).returncode == 0
    broken = run("verify", MAKERS[maker](tmp_path, exchange(path, EXAMPLE | {"email": 5})))
    assert broken.returncode == 1
    assert "violation  email.type" in broken.stdout
    assert "request.id" not in broken.stdout
    assert "sequenceId" not in broken.stdout


@pytest.mark.parametrize("placeholder", [
    "FILTERED", "SCRUBBED", "%3CREDACTED%3E", "%3Csequence%3E", "%7Bid%7D", "{id}", "***", "12***45", "XXXX",
    "XXXXXXXX", "xxxx", "[REDACTED]", "%5Bfiltered%5D", "redacted", "REDACTED_1", "__SCRUBBED__",
])  # fmt: skip
def test_every_form_of_a_placeholder_is_known(run: Run, tmp_path: Path, placeholder: str) -> None:
    """What scrubbers write, as it stands or percent-encoded."""
    told = run("verify", log(tmp_path, exchange(PATH.replace(f"/{SEQUENCE}/", f"/{placeholder}/"))))
    assert told.returncode == 0, told.stdout
    assert told.stdout.splitlines()[-1].startswith("verdict    kept")


@pytest.mark.parametrize("word", ["filtered", "count", "stars", "xxx", "prescrubbed", "X5"])
def test_a_word_that_only_resembles_one_is_a_word(run: Run, tmp_path: Path, word: str) -> None:
    """It is another operation's."""
    told = run("verify", log(tmp_path, exchange(), exchange(PATH.replace(CONTACT, word), {"total": 3})))
    assert told.returncode == 0, told.stdout
    assert "1 other request to " in told.stdout


@pytest.mark.parametrize("maker", MAKERS)
def test_another_operation_is_counted_and_named(run: Run, tmp_path: Path, maker: str) -> None:
    """A segment that can't be the parameter's type, answered with success, is of another operation."""
    others = (exchange(COUNT, {"total": 3}), exchange(COUNT, {"total": 4}), exchange(STATE, [], status=201))
    told = run("verify", MAKERS[maker](tmp_path, exchange(), *others))
    assert told.returncode == 0, told.stdout
    assert "3 other requests to " in told.stdout
    for name in ("count", "state"):
        assert f"{SERVER.removeprefix('https://')}/v3/sequences/{{id}}/contacts/{name}" in told.stdout
    alone = run("verify", MAKERS[maker](tmp_path, *others))
    assert alone.returncode == 3
    assert "/contacts/count" in alone.stdout + alone.stderr


@pytest.mark.parametrize("status", [400, 404])
def test_a_malformed_id_that_is_refused_is_evidence_of_the_refusal(run: Run, tmp_path: Path, status: int) -> None:
    """The refusal is judged like any other."""
    path = PATH.replace(CONTACT, "not-a-number")
    problem = PROBLEM | {"status": status}
    kept = run("verify", log(tmp_path, exchange(), exchange(path, problem, status=status)))
    assert kept.returncode == 0, kept.stdout
    assert "2 recordings" in kept.stdout
    broken = run("verify", log(tmp_path, exchange(), exchange(path, {"detail": 5}, status=status)))
    assert broken.returncode == 1
    assert "problem.detail.type" in broken.stdout


def test_traffic_of_another_operation_is_no_drift(run: Run, tmp_path: Path) -> None:
    """`drift --traffic` passes it by and names it."""
    told = run("drift", "--traffic", log(tmp_path, exchange(), exchange(COUNT, {"total": 3})), "--fail-on", "any")
    assert told.returncode == 0, told.stdout
    assert "/contacts/count" in told.stdout
    assert "total" not in told.stdout


@pytest.mark.parametrize("maker", [log, cassette])
@pytest.mark.parametrize("origin", ["", "staging.example.com", "reference", "live", "recorded"])
def test_a_credential_that_isnt_recorded_was_taken_out(run: Run, tmp_path: Path, maker: Any, origin: str) -> None:
    """Whatever a recording says of its origin, its owner may have stripped it of headers."""
    if maker is log:
        path = log(tmp_path, exchange(origin=origin or "recorded"))
    else:
        path = cassette(tmp_path, exchange(), **({"origin": origin} if origin else {}))
    told = run("verify", path)
    assert told.returncode == 0, told.stdout
    assert "request.authorization" not in told.stdout


def shop(folder: Path) -> None:
    """A project with a contract whose request has a query, a header and ids of several types."""
    parameters: list[dict[str, Any]] = [
        {"name": "shop", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
        {"name": "item", "in": "path", "required": True, "schema": {"type": "number"}},
        {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "integer"}},
    ]
    body = {
        "type": "object",
        "required": ["id", "state", "made"],
        "properties": {
            "id": {"type": "integer"},
            "state": {"type": "string", "enum": ["open", "shut"]},
            "made": {"type": "string", "format": "date-time"},
        },
    }
    answer = {
        "description": "One item.",
        "headers": {"X-Page": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}},
        "content": {"application/json": {"schema": body}},
    }
    operation = {"operationId": "item", "parameters": parameters, "responses": {"200": answer}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://shop.example.com"}],
        "paths": {"/shops/{shop}/items/{item}": {"get": operation}},
    }
    (folder / "schemas" / "shop").mkdir(parents=True, exist_ok=True)
    (folder / "schemas" / "shop" / "openapi.json").write_text(json.dumps(document))


SHOP = "00000000-0000-4000-8000-000000000000"
ITEM = {"id": 5, "state": "open", "made": "2024-03-08T10:00:00Z"}


def bought(
    path: str = f"/shops/{SHOP}/items/5?page=1", body: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """One exchange of the shop."""
    told = {"Content-Type": "application/json", "X-Page": "1"} if headers is None else headers
    response = {"status": 200, "headers": told, "body": ITEM if body is None else body}
    return {"request": {"method": "GET", "url": "https://shop.example.com" + path}, "response": response}


@pytest.mark.parametrize("path", [
    f"/shops/{SHOP}/items/5",
    f"/shops/{SHOP}/items/5?page=",
    f"/shops/{SHOP}/items/5?page=REDACTED",
    f"/shops/{SHOP}/items/5?page=%3Cpage%3E",
    "/shops/REDACTED/items/***?page=1",
])  # fmt: skip
def test_a_query_or_header_that_was_filtered_out_breaks_nothing(run: Run, tmp_path: Path, path: str) -> None:
    """A required parameter that isn't in the recording may have been in the request."""
    shop(tmp_path)
    for maker in MAKERS.values():
        told = run("verify", maker(tmp_path, bought(path)), cwd=tmp_path)
        assert told.returncode == 0, told.stdout


def test_a_query_that_is_there_is_judged(run: Run, tmp_path: Path) -> None:
    """A malformed value that nobody put there in another's stead was accepted by the vendor."""
    shop(tmp_path)
    told = run("verify", log(tmp_path, bought(f"/shops/{SHOP}/items/5?page=two")), cwd=tmp_path)
    assert told.returncode == 1
    assert "violation  request.page" in told.stdout


@pytest.mark.parametrize("path", [
    "/shops/mine/items/5?page=1", f"/shops/{SHOP}/items/count?page=1", f"/shops/{SHOP}/items/?page=1",
])  # fmt: skip
def test_every_type_tells_another_operation(run: Run, tmp_path: Path, path: str) -> None:
    """A word in the place of a number or of a UUID, or nothing at all, is another operation's."""
    shop(tmp_path)
    told = run("verify", log(tmp_path, bought(), bought(path, {"count": 3})), cwd=tmp_path)
    assert told.returncode == 0, told.stdout
    assert "1 other request to " in told.stdout


def test_a_placeholder_in_the_answer_breaks_nothing(run: Run, tmp_path: Path) -> None:
    """Type, listed values, format and header: what an owner wrote over is not the vendor's."""
    shop(tmp_path)
    body = {"id": "REDACTED", "state": "***", "made": "<made>"}
    headers = {"Content-Type": "application/json", "X-Page": "[FILTERED]"}
    told = run("verify", log(tmp_path, bought(body=body, headers=headers)), cwd=tmp_path)
    assert told.returncode == 0, told.stdout
    assert "drift" not in told.stdout
    wrong = run("verify", log(tmp_path, bought(body=body | {"id": "five", "REDACTED": 1})), cwd=tmp_path)
    assert wrong.returncode == 1
    assert "violation  id.type" in wrong.stdout
    assert "undocumented-field" in wrong.stdout
    assert "state.enum" not in wrong.stdout


def test_an_answer_without_any_header_had_them_taken_out(run: Run, tmp_path: Path) -> None:
    """Nothing is told of headers that weren't stored; where some were, a missing one is missed."""
    shop(tmp_path)
    bare = run("verify", log(tmp_path, bought(headers={})), cwd=tmp_path)
    assert bare.returncode == 0, bare.stdout
    assert "drift" not in bare.stdout
    some = run("verify", log(tmp_path, bought(headers={"Content-Type": "application/json"})), cwd=tmp_path)
    assert some.returncode == 1
    assert "X-Page" in some.stdout


def test_a_placeholder_is_no_text_that_was_asked_for(run: Run, tmp_path: Path) -> None:
    """Where ids are texts, any text is one: still a placeholder has no echo."""
    document = json.loads((Path(__file__).parents[2] / "schemas" / "reply" / "openapi.json").read_text())
    for parameter in document["paths"][CONTRACT.path]["get"]["parameters"]:
        parameter["schema"] = {"type": "string"}
    (tmp_path / "schemas" / "reply").mkdir(parents=True)
    (tmp_path / "schemas" / "reply" / "openapi.json").write_text(json.dumps(document))
    asked, replaced = exchange(PATH.replace(SEQUENCE, "7")), exchange(PATH.replace(SEQUENCE, "REDACTED"))
    assert "sequenceId.echoes-request" in run("verify", log(tmp_path, asked), cwd=tmp_path).stdout
    assert "sequenceId.echoes-request" not in run("verify", log(tmp_path, replaced), cwd=tmp_path).stdout
