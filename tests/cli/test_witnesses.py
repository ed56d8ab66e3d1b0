"""A page and a description of the same operation: two witnesses of one contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run
from tests.cli.logs import EXAMPLE, exchange, log

PATH = "/v3/sequences/{id}/contacts/{contact_id}"
OPERATION = f"GET {PATH}"
STEP = {
    "type": "object",
    "required": ["stepId", "displayName"],
    "properties": {
        "stepId": {"type": ["integer", "null"]},
        "displayName": {"type": ["string", "null"], "maxLength": 40},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "contactId": {"type": "integer"},
        "isOptedOut": {"type": "string"},
        "callStatus": {"type": "string", "enum": ["called", "none", "toCall"]},
        "meetingStatus": {"type": "string", "enum": ["none", "meetingBooked", "missed"]},
        "emailDisposition": {"type": "object", "required": ["isReplied"]},
        "currentStep": STEP,
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    },
}


def description(schema: dict[str, Any] = SCHEMA, **answers: Any) -> dict[str, Any]:
    """The vendor's description of the operation, and of another one, below a base path."""
    good = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}} for name in ("id", "contact_id")
    ]
    operation = {"summary": "One", "parameters": parameters, "responses": {"200": good, **answers}}
    paths = {
        PATH.removeprefix("/v3"): {"get": operation},
        "/sequences": {"get": {"summary": "All", "responses": {"200": good}}},
    }
    server = {"url": "https://api.reply.io/v3"}
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "servers": [server], "paths": paths}


@pytest.fixture
def both(page: Path, tmp_path: Path) -> tuple[str, str]:
    """The page and a description, in files."""
    (tmp_path / "page.txt").write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "api.json").write_text(json.dumps(description(), indent=1), encoding="utf-8")
    return "page.txt", "api.json"


def found(run: Run, *given: str) -> dict[str, Any]:
    """The one contract of some sources, for machines."""
    done = run("derive", *given, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    one: dict[str, Any] = json.loads(done.stdout)
    return one


def test_what_both_say_has_two_sources(run: Run, both: tuple[str, str], tmp_path: Path) -> None:
    """Each names its line; nothing of what the page alone promises is lost, and no id changes."""
    alone, one = found(run, "page.txt"), found(run, *both)
    rules = {rule["id"]: rule for rule in one["rules"]}
    assert [rule["id"] for rule in alone["rules"] if rule["id"] not in rules] == []
    lines = (tmp_path / "api.json").read_text(encoding="utf-8").splitlines()
    for name, keyword in {"callStatus.enum": "enum", "contactId.type": "type", "request.id": "{"}.items():
        mine, theirs = rules[name]["sources"][0], rules[name]["sources"][-1]
        assert (mine["page"], theirs["page"]) == both
        assert keyword in lines[theirs["line"] - 1], (name, theirs)
    assert {source["page"] for source in rules["statusInSequence.enum"]["sources"]} == {"page.txt"}
    assert rules["currentStep.displayName.length"]["says"] == {"maxLength": 40}
    assert rules["tags.type"]["says"] == {"types": ["array"]}


def test_where_they_differ_the_stronger_word_is_followed_and_told(run: Run, both: tuple[str, str]) -> None:
    """A schema before an example, a sentence before a schema, the page's list before an equal word; all told."""
    one = found(run, *both)
    rules = {rule["id"]: rule for rule in one["rules"]}
    assert rules["currentStep.displayName.type"]["says"] == {"types": ["string", "null"]}
    assert rules["emailDisposition.type"]["says"] == {"types": ["object", "null"]}
    assert rules["isOptedOut.type"]["says"] == {"types": ["boolean"]}
    assert rules["meetingStatus.enum"]["says"] == {"values": ["none", "meetingBooked"]}
    told = {conflict["field"]: conflict for conflict in one["conflicts"] if "description" in conflict["problem"]}
    assert told["currentStep.displayName"]["decided"] == "the description's list or schema is followed: string or null"
    assert told["emailDisposition"]["decided"] == "the page's sentence is followed: object or null"
    assert told["isOptedOut"]["problem"] == "the page says boolean, the description string"
    assert "uniqueItems" in told["tags"]["problem"]
    assert told.keys() == {"currentStep.displayName", "emailDisposition", "isOptedOut", "meetingStatus", "tags"}
    for conflict in told.values():
        assert {source["page"] for source in conflict["sources"]} >= {"api.json"}


def test_a_contract_of_two_witnesses_is_written_and_explained(run: Run, both: tuple[str, str], tmp_path: Path) -> None:
    """The written document holds both sources; `explain` shows them, and the conflict is told by page and line."""
    done = run("derive", *both, "--contract", OPERATION, "--out", "schemas/reply")
    assert done.returncode == 0, done.stderr
    assert "conflict    isOptedOut (page.txt:" in done.stdout
    whole = json.loads((tmp_path / "schemas" / "reply" / "openapi.json").read_text(encoding="utf-8"))
    assert list(whole["paths"]) == [PATH]
    told = run("explain", "callStatus.enum").stdout
    assert "page.txt, line" in told
    assert "api.json, line" in told
    before = (tmp_path / "schemas" / "reply" / "openapi.json").read_bytes()
    assert run("derive", *both, "--out", "schemas/reply").returncode == 0
    assert (tmp_path / "schemas" / "reply" / "openapi.json").read_bytes() == before


def test_an_answer_in_two_forms_keeps_the_contract_in_either(run: Run, page: Path, tmp_path: Path) -> None:
    """Where the page tells of a body and the description of none, neither is a violation, and that is told."""
    (tmp_path / "page.txt").write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    described = description(**{"403": {"description": "No"}, "418": {"description": "A teapot"}})
    (tmp_path / "api.json").write_text(json.dumps(described), encoding="utf-8")
    one = found(run, "page.txt", "api.json")
    answers = {answer["key"]: answer for answer in one["answers"]}
    assert (answers["403"]["empty"], bool(answers["403"]["media"])) == (True, True)
    assert (answers["404"]["empty"], answers["418"]["empty"]) == (False, True)
    (told,) = (conflict for conflict in one["conflicts"] if conflict["field"] == "answer 403")
    assert told["decided"] == "either keeps the contract"


def test_the_example_goes_where_the_description_speaks_against_it(run: Run, page: Path, tmp_path: Path) -> None:
    """A rule that only the description has may break the page's example; the rule is followed, and that is told."""
    (tmp_path / "page.txt").write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    properties = {"contactId": {"type": "integer", "maximum": 10}}
    described = description({"type": "object", "properties": properties})
    (tmp_path / "api.json").write_text(json.dumps(described), encoding="utf-8")
    one = found(run, "page.txt", "api.json")
    (told,) = (conflict for conflict in one["conflicts"] if "the page's example breaks" in conflict["problem"])
    assert told["field"] == "contactId"
    assert one["example"] is None


def test_a_name_must_select_the_operation_of_the_page(run: Run, both: tuple[str, str]) -> None:
    """Exit 2, one line, for a name of another operation and for one of none; alone, a name takes that operation."""
    done = run("derive", *both, "--contract", "GET /sequences")
    expected = f"contracts: page.txt: is of {OPERATION}, and nothing that --contract selects is\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)
    done = run("derive", *both, "--contract", "nothing")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "selects nothing" in done.stderr
    assert run("derive", "api.json", "--contract", "GET /sequences", "--out", "schemas/one").returncode == 0
    assert found(run, "schemas/one/openapi.json")["operation"]["path"] == "/v3/sequences"


def test_one_of_two_witnesses_replaces_nothing(run: Run, both: tuple[str, str], tmp_path: Path) -> None:
    """The page alone would take back what the description said: exit 2, one line that gives both, no byte changed."""
    assert run("derive", *both, "--contract", OPERATION, "--out", "schemas/reply").returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "schemas").rglob("*") if path.is_file()}
    done = run("derive", "page.txt", "--out", "schemas/reply")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"contracts derive PAGE FILE --contract '{OPERATION}' --out schemas/reply" in done.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "schemas").rglob("*") if path.is_file()} == before


def edited(name: str, old: str, new: str, to: str) -> str:
    """A file with one text replaced, under another name."""
    text = Path(name).read_text(encoding="utf-8")
    assert old in text
    Path(to).write_text(text.replace(old, new), encoding="utf-8")
    return to


def moved(done: Any) -> list[str]:
    """Who moved, and where."""
    drift = json.loads(done.stdout)
    return [f"{one['moved']}: {one['pointer']}" for one in drift["triage"] if "contradict" not in one["moved"]]


@pytest.fixture
def contract(run: Run, both: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The contract of page and description here; gives their names."""
    assert run("derive", *both, "--contract", OPERATION, "--out", "schemas/reply").returncode == 0
    monkeypatch.chdir(tmp_path)
    return both


def test_neither_witness_moves_the_other(run: Run, contract: tuple[str, str]) -> None:
    """Page or description alone, unchanged, is no difference to a contract of both."""
    for name in contract:
        done = run("drift", name, "--format", "json")
        kinds = {one["kind"] for one in json.loads(done.stdout)["changes"]}
        assert (done.returncode, kinds - {"wording.changed"}) == (0, set()), name


def test_who_moved_is_named_among_four(run: Run, contract: tuple[str, str], tmp_path: Path) -> None:
    """The description, the page, the API; what only one of them took back is told as that."""
    log(tmp_path, exchange())
    page, described = contract
    wire = "--traffic", "log.ndjson", "--format", "json"
    more = edited(described, '"maxLength": 40', '"maxLength": 50', "more.json")
    assert moved(run("drift", page, more, *wire)) == ["description changed: /currentStep/displayName"]
    other = edited(page, "isOptedOut\nboolean", "isOptedOut\nboolean | null", "other.txt")
    assert moved(run("drift", other, described, *wire)) == ["page changed: /isOptedOut"]
    dropped = edited(described, '"called"', '"rang"', "rang.json")
    assert moved(run("drift", page, dropped, *wire)) == ["description changed: /callStatus"]
    log(tmp_path, exchange(body=EXAMPLE | {"currentStep": EXAMPLE["currentStep"] | {"displayName": "step " * 9}}))
    assert moved(run("drift", page, described, *wire)) == ["API drifted from the description: /currentStep/displayName"]
    log(tmp_path, exchange(body=EXAMPLE | {"contactId": None}))
    assert "API drifted from the page and description: /contactId" in moved(run("drift", page, described, *wire))


def test_a_description_that_lost_the_operation_is_no_witness(run: Run, contract: tuple[str, str]) -> None:
    """Exit 2, one line."""
    other = edited(contract[1], '"/sequences/{id}', '"/lists/{id}', "other.json")
    done = run("drift", contract[0], other, "--traffic", "log.ndjson")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"other.json: doesn't describe {OPERATION}" in done.stderr


def test_a_range_that_only_a_refusal_s_example_tells_is_drift(run: Run, tmp_path: Path) -> None:
    """Of the first contract: an id beyond it that is answered with success is told, citing the example."""
    far = 2147483648
    path = PATH.replace("{id}", "100").replace("{contact_id}", str(far))
    done = run("verify", log(tmp_path, exchange(path, EXAMPLE | {"contactId": far})))
    assert done.returncode == 0, done.stdout
    assert "drift      request.contact_id.range" in done.stdout
    assert "get-a-contact-in-a-sequence.yaml:95 (example)" in done.stdout
    assert "drift" not in run("verify", log(tmp_path, exchange())).stdout


def test_the_first_contract_has_what_its_description_says(run: Run) -> None:
    """Null, presence, a pattern and the examples of refusals come from the vendor's description."""
    assert "is a string or null" in run("explain", "currentStep.displayName.type").stdout
    told = run("explain", "emailDisposition.isBounced.required").stdout
    assert "get-a-contact-in-a-sequence.txt, line" in told
    assert "get-a-contact-in-a-sequence.yaml, line" in told
    assert "get-a-contact-in-a-sequence.yaml, line" in run("explain", "problem.code.pattern").stdout
    whole = json.loads((ROOT / "schemas" / "reply" / "openapi.json").read_text(encoding="utf-8"))
    answers = whole["paths"][PATH]["get"]["responses"]
    shown = {
        key: [one["value"].get("code", "") for one in next(iter(answer[name].values()))["examples"].values()]
        for key, answer in answers.items()
        for name in ("content", "x-content")
        if name in answer and "examples" in next(iter(answer[name].values()))
    }
    assert shown == {
        "400": ["", "sequenceContact.invalidInput"],
        "401": [""],
        "403": ["sequenceContact.forbidden"],
        "404": ["sequenceContact.notInSequence"],
    }
