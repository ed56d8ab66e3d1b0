"""`contracts verify` with three contracts of two vendors: whose an answer is, and what one says of the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.errors import Exit
from contracts.provider.serving import serve
from tests import alone
from tests.cli.conftest import ROOT, Done, Run
from tests.many import (
    ACME,
    ALL,
    BOLT,
    COUNT,
    DOCUMENTS,
    KEYS,
    PART,
    THING,
    Operation,
    exchange,
    write_cassettes,
    write_schemas,
)
from tests.sources.conftest import Stand

OWN = ROOT / "schemas" / "own" / "verify.schema.json"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path) -> None:
    """The three contracts stand in the folder where commands run."""
    write_schemas(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> Any:
    """Writes a log of these exchanges."""

    def log(*lines: str, name: str = "log.ndjson") -> str:
        (tmp_path / name).write_text("".join(lines))
        return name

    return log


def verdicts(done: Done) -> dict[str, str]:
    """What is said of each contract, by its name."""
    document = json.loads(done.stdout)
    assert not list(Draft202012Validator(json.loads(OWN.read_text())).iter_errors(document))
    runs = {run["contract"]: run["verdict"] for run in document["runs"]}
    return runs | {one["contract"]: "idle" for one in document["idle"]}


def broken(done: Done) -> set[tuple[str, str]]:
    """The contracts and rules that are broken."""
    runs = json.loads(done.stdout)["runs"]
    return {(run["contract"], finding["rule"]) for run in runs for finding in run["findings"]}


def test_operations_of_one_path_are_told_apart_by_their_query(run: Run, log: Any, tmp_path: Path) -> None:
    """By what was sent; what a fragment alone tells apart is of the one that is named, and else nobody's."""
    answers = [
        {
            "200": {
                "description": "ok",
                "content": {"application/json": {"schema": {"properties": {"a": {"type": kind}}}}},
            }
        }
        for kind in ("string", "integer")
    ]
    paths = {
        path: {"get": {"summary": path[1:], "responses": answers[number % 2]}}
        for number, path in enumerate(("/a?do=buy", "/a?do=sell", "/b#one", "/b#two"))
    }
    tree = {"openapi": "3.1.0", "servers": [{"url": ACME}], "info": {"title": "t", "version": "1"}, "paths": paths}
    (tmp_path / "schemas/odd").mkdir()
    (tmp_path / "schemas/odd/openapi.json").write_text(json.dumps(tree))
    buy = THING._replace(url=f"{ACME}/a?do=buy", good='{"a": "x"}')
    sell = THING._replace(url=f"{ACME}/a?do=sell", good='{"a": 1}')
    either = THING._replace(url=f"{ACME}/b", good='{"a": 1}')
    done = run("verify", log(*map(exchange, (buy, sell, either))), "--contract", "odd")
    assert done.returncode == Exit.KEPT, done.stdout
    assert "may be of GET /b#one and GET /b#two alike; name the one with --contract" in done.stdout
    for path, code in (("one", Exit.BROKEN), ("two", Exit.KEPT)):
        assert run("verify", "log.ndjson", "--contract", f"GET /b#{path}").returncode == code


@pytest.mark.parametrize("bad", ALL, ids=lambda one: one.slug)
def test_one_without_a_recording_hides_nothing_of_another(run: Run, log: Any, bad: Operation) -> None:
    """A violation breaks the run, whichever contracts are idle."""
    path = log(exchange(bad, bad.bad))
    done = run("verify", path, "--format", "json")
    assert done.returncode == Exit.BROKEN
    idle = {one.slug: "idle" for one in ALL}
    assert verdicts(done) == idle | {bad.slug: "broken"}
    assert broken(done) == {(bad.slug, bad.rule)}
    told = run("verify", path).stdout
    assert told.startswith(f"contracts  1 broken, 2 idle\n\ncontract   {bad.operation} ")
    assert told.endswith("verdict    broken: 1 of 3 contracts; 2 idle\n")


def test_each_answer_goes_to_the_contract_of_its_operation(run: Run, log: Any) -> None:
    """Literal segments come before parameters: the count is no thing, and neither is judged as the other."""
    done = run("verify", log(*map(exchange, ALL)), "--format", "json")
    assert (done.returncode, verdicts(done)) == (Exit.KEPT, {one.slug: "kept" for one in ALL})
    runs = json.loads(done.stdout)["runs"]
    assert [run["targets"][0]["checked"] for run in runs] == [{"recorded": 1}] * 3


def test_idle_contracts_are_counted_and_named(run: Run, log: Any) -> None:
    """They change no verdict, unless that is asked for."""
    path = log(exchange(THING), exchange(COUNT))
    done = run("verify", path)
    assert done.returncode == Exit.KEPT
    assert done.stdout.splitlines()[-2:] == [
        "idle       1 contract, no answer in the recordings: get-a-part",
        "verdict    kept: 2 of 3 contracts; 1 idle; the live API was not asked",
    ]
    strict = run("verify", path, "--fail-on", "unchecked")
    assert (strict.returncode, strict.stdout.splitlines()[-1]) == (
        Exit.NOT_CHECKED, "verdict    not checked: 1 of 3 contracts; 2 kept",
    )  # fmt: skip
    assert run("verify", path, "--fail-on", "unchecked", "--contract", "acme").returncode == Exit.KEPT


def test_both_ways_to_fail_can_be_asked_for(run: Run, log: Any) -> None:
    """A drift breaks, and so does what is unchecked; the one asks nothing of the other."""
    drifted = exchange(THING, '{"id": 7, "note": null, "new": 1}')
    path = log(drifted, exchange(COUNT), exchange(PART))
    assert run("verify", path, "--fail-on", "unchecked").returncode == Exit.KEPT
    assert run("verify", path, "--fail-on", "drift", "--fail-on", "unchecked").returncode == Exit.BROKEN


def test_the_contracts_own_recordings_are_judged_each_with_its_own(run: Run, tmp_path: Path) -> None:
    """In the folders of both vendors; one without is idle."""
    write_cassettes(tmp_path, PART, leave_out=(COUNT,))
    done = run("verify", "--against", "cassettes", "--format", "json")
    assert done.returncode == Exit.BROKEN
    assert verdicts(done) == {"get-a-thing": "kept", "get-a-part": "broken", "count-the-things": "idle"}
    assert ("get-a-part", PART.rule) in broken(done)


def test_an_answer_in_the_folder_of_another_is_judged_as_what_it_is(run: Run, tmp_path: Path) -> None:
    """It was asked for on the way, say; nothing that it breaks is hidden by where it lies."""
    write_cassettes(tmp_path)
    text = (tmp_path / "cassettes/bolt/get-a-part/mine.yaml").read_text()
    (tmp_path / "cassettes/acme/get-a-thing/other.yaml").write_text(text.replace('\\"new\\"', '\\"lost\\"'))
    done = run("verify", "--against", "cassettes", "--format", "json")
    assert done.returncode == Exit.BROKEN
    assert ("get-a-part", PART.rule) in broken(done)


def test_a_bad_cassette_of_one_hides_nothing_of_another(run: Run, tmp_path: Path) -> None:
    """It is told as its contract's, the violation of the other breaks the run."""
    write_cassettes(tmp_path, PART)
    (tmp_path / "cassettes/acme/get-a-thing/mine.yaml").write_text("interactions: [")
    done = run("verify", "--format", "json")
    assert done.returncode == Exit.BROKEN
    found = {one["contract"]: one["targets"][0]["unreadable"] for one in json.loads(done.stdout)["runs"]}
    assert [one["place"] for one in found["get-a-thing"]] == ["cassettes/acme/get-a-thing/mine.yaml"]
    assert found["get-a-part"] == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["get-a-part"], {"get-a-part": "kept"}),
        (["GET /things/{thing}"], {"get-a-thing": "broken"}),
        (["acme"], {"get-a-thing": "broken", "count-the-things": "kept"}),
        (["*count*", "bolt"], {"get-a-part": "kept", "count-the-things": "kept"}),
    ],
)
def test_only_the_named_are_held_to_it(run: Run, log: Any, names: list[str], found: dict[str, str]) -> None:
    """By slug, operation, api or glob; answers of the others are nobody's, and break nothing."""
    given = [word for name in names for word in ("--contract", name)]
    path = log(exchange(THING, THING.bad), exchange(COUNT), exchange(PART))
    done = run("verify", path, *given, "--format", "json")
    assert verdicts(done) == found
    assert done.returncode == (Exit.BROKEN if "broken" in found.values() else Exit.KEPT)


def test_what_is_of_another_contract_isn_t_the_named_one_s(run: Run, log: Any) -> None:
    """The count also fits the path of a thing, and isn't one, whoever is asked about."""
    done = run("verify", log(exchange(THING), exchange(COUNT, COUNT.bad)), "--contract", "get-a-thing")
    assert done.returncode == Exit.KEPT
    assert "(beside 1 other request to api.acme.example)" in done.stdout


def test_a_name_that_selects_nothing_is_one_line(run: Run, log: Any) -> None:
    """Exit 2, with what there is."""
    done = run("verify", log(exchange(THING)), "--contract", "things")
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert done.stderr == (
        "contracts: --contract things: selects nothing; there is get-a-thing (GET /v1/things/{thing}, acme), "
        "count-the-things (GET /v1/things/count, acme), get-a-part (GET /parts/{part}, bolt)\n"
    )


def test_nothing_of_any_is_one_line(run: Run, log: Any) -> None:
    """Exit 3: why, of how many, and what there was instead."""
    other = exchange(THING._replace(url="https://cdn.example/x"))
    done = run("verify", log(other))
    assert (done.returncode, done.stdout) == (Exit.NOT_CHECKED, "")
    assert done.stderr == (
        "contracts: nothing was checked; no answer in the recordings, of 3 contracts; "
        "log.ndjson (beside 1 other request to cdn.example)\n"
    )
    assert run("verify").stderr.startswith("contracts: nothing to check: ")


def test_what_is_nobody_s_is_told_once(run: Run, log: Any) -> None:
    """Other requests, and lines that can't be read, are no contract's."""
    damaged = '{"request": {}, "response": {"status": 200}}\n'
    done = run("verify", log(*map(exchange, ALL), exchange(THING._replace(url="https://cdn.example/x")), damaged))
    assert done.returncode == Exit.KEPT
    assert done.stdout.count("cdn.example") == 1
    assert "\nbeside     log.ndjson (beside 1 other request to cdn.example and 1 unreadable answer)\n" in done.stdout
    assert done.stdout.count("\nunreadable log.ndjson:5: ") == 1


@pytest.mark.parametrize("names", [(), ("--contract", "acme"), ("--contract", "get-a-thing")])
@pytest.mark.parametrize("url", ["", "/", "?", "http://[", "//", "http://host"])
def test_an_address_of_nothing_is_nobody_s(run: Run, log: Any, url: str, names: tuple[str, ...]) -> None:
    """However many contracts are asked about, it ends nothing."""
    done = run("verify", log(exchange(THING._replace(url=url)), exchange(THING)), *names)
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    assert "(beside 1 other request to " in done.stdout or "unreadable" in done.stdout


def test_an_answer_that_several_servers_may_have_given_is_nobody_s(run: Run, log: Any, tmp_path: Path) -> None:
    """The host decides, then the name; a guess would blame the wrong vendor."""
    text = json.dumps(DOCUMENTS["bolt/openapi.yaml"]).replace(BOLT, "https://bold.example")
    (tmp_path / "schemas/bold").mkdir()
    (tmp_path / "schemas/bold/openapi.json").write_text(text.replace("Get a part", "Get one part"))
    done = run("verify", log(exchange(PART, PART.bad)), "--format", "json")
    assert verdicts(done)["get-a-part"] == "broken"
    assert verdicts(done)["get-one-part"] == "idle"
    unknown = PART._replace(url="http://127.0.0.1/parts/9")
    path = log(exchange(unknown, PART.bad), exchange(THING))
    done = run("verify", path)
    assert done.returncode == Exit.KEPT
    assert "may be of https://bold.example and https://bolt.example alike; name the one with --contract" in done.stdout
    assert run("verify", path, "--contract", "bolt").returncode == Exit.BROKEN


def test_every_report_tells_of_which_operation_a_problem_is(run: Run, log: Any, tmp_path: Path) -> None:
    """The same rule of two contracts is told twice, in each written report."""
    (tmp_path / "schemas/bolt/openapi.yaml").write_text(
        json.dumps(DOCUMENTS["bolt/openapi.yaml"]).replace('"new", "used"', '"new"')
    )
    path = log(exchange(THING, THING.bad), exchange(COUNT), exchange(PART, '{"id": "9", "state": "new"}'))
    forms = ("junit", "sarif", "markdown", "html", "github", "json")
    done = run("verify", path, *(word for form in forms for word in ("--report", f"{form}=r.{form}")))
    assert done.returncode == Exit.BROKEN
    for form in forms:
        text = (tmp_path / f"r.{form}").read_text()
        for one in (THING, PART):
            plain = one.operation.replace("{", "&#123;").replace("}", "&#125;")
            assert one.operation in text or plain in text, (form, one.slug)
        assert text.count("id.type") >= 2, form
    results = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["results"]
    assert [one["properties"]["operation"] for one in results] == [THING.operation, PART.operation]
    assert len({one["partialFingerprints"]["contracts/v1"] for one in results}) == 2


@pytest.fixture
def answering() -> Iterator[Stand]:
    """A server that answers everything with what is a good thing and a good part."""
    body = b'{"id": 9, "note": null, "state": "new"}'
    app = Stand(answers=[(200, {"Content-Type": "application/json"}, body)])
    with serve(app) as app.url:
        yield app


def asked(app: Stand) -> set[str]:
    """The paths that were asked for."""
    return {path.partition("?")[0] for _, path, _ in app.asked}


def test_rows_name_their_contract(run: Run, answering: Stand) -> None:
    """Each contract's rows are asked of it alone."""
    given = ("--ids", "get-a-thing=71", "--ids", "GET /parts/{part}=91,92", "--max-examples", "1")
    run("verify", "--against", answering.url, *given)
    assert {"/v1/things/71", "/parts/91", "/parts/92"} <= asked(answering)
    assert not {"/v1/things/91", "/parts/71"} & asked(answering)


def test_no_key_goes_to_another_vendor(run: Run) -> None:
    """A server that none of several apis documents is asked nothing, for whose key would it be shown."""
    done = run("verify", "--against", "https://api.elsewhere.invalid", env=dict.fromkeys(KEYS.values(), "a-secret-key"))
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert "is asked about one api, and the contracts are of acme, bolt; say which with --contract" in done.stderr


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ("71", "--ids 71: of several contracts; name the one, like --ids get-a-thing=ROWS: get-a-thing (GET"),
        ("get-a-thin=71", "--ids get-a-thin: selects nothing; there is get-a-thing (GET"),
        ("count-the-things=1", "--ids: GET /v1/things/count has no path parameters to name; leave it out"),
        ("get-a-part=1/2", "--ids: row 1 ('1/2') is not of the form {part}"),
    ],
)
def test_rows_that_make_no_sense_are_one_line(run: Run, log: Any, ids: str, told: str) -> None:
    """Where several contracts could be meant, where a name selects none, and where it takes no rows."""
    done = run("verify", log(exchange(THING)), "--ids", ids)
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert done.stderr.startswith(f"contracts: {told}")
    assert done.stderr.count("\n") == 1


def test_rows_without_a_name_are_the_only_contract_s_that_takes_any(run: Run, answering: Stand) -> None:
    """Those of an operation without path parameters aren't missed."""
    given = ("--contract", "acme", "--ids", "71", "--max-examples", "1")
    run("verify", "--against", answering.url, *given)
    assert "/v1/things/71" in asked(answering)


def test_rows_without_a_name_are_of_all_that_is_asked_of_one_row(run: Run, answering: Stand, tmp_path: Path) -> None:
    """A part and its notes take the same rows."""
    path = tmp_path / "schemas/bolt/openapi.yaml"
    document = json.loads(path.read_text())
    (item,) = document["paths"].values()
    document["paths"]["/parts/{part}/notes"] = {"get": item["get"] | {"summary": "Get the notes"}}
    path.write_text(json.dumps(document))
    run("verify", "--against", answering.url, "--contract", "bolt", "--ids", "97", "--max-examples", "1")
    assert {"/parts/97", "/parts/97/notes"} <= asked(answering)


def test_the_live_api_of_one_vendor_is_asked_where_the_key_of_another_is_missing(run: Run) -> None:
    """Each key is looked for under its own api's name; whoever has none is idle, and says so."""
    done = run("verify", "--against", "live", "--max-examples", "1")
    assert done.returncode == Exit.NOT_CHECKED
    assert "the environment variable ACME_KEY" in done.stderr
    assert "the environment variable BOLT_KEY" in done.stderr
    assert done.stderr.count("\n") == 1


def test_rows_belong_to_their_operation(run: Run, tmp_path: Path) -> None:
    """A second operation beside it has none, and ends no run; what the folder is called makes no difference."""
    (tmp_path / "cassettes").mkdir()
    path = tmp_path / "schemas/reply/openapi.json"
    path.parent.mkdir()
    document = alone.document()
    ((name, item),) = document["paths"].items()
    (get,) = item.values()
    second = json.loads(json.dumps(get))
    second |= {"summary": "Second", "x-contract": second["x-contract"] | {"slug": "second"}}
    document["paths"]["/v3/others" + name.removeprefix("/v3/sequences")] = {"get": second}
    path.write_text(json.dumps(document))
    done = run("verify", "--contract", "reply", "--max-examples", "1", "--against", "reference")
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    assert done.stdout.startswith("contracts  1 not checked, 1 kept\n")
    assert "\nchecked    its own answers: not checked, a self-check, " in done.stdout
    assert done.stdout.endswith("\nverdict    kept: 1 of 2 contracts; 1 not checked; the live API was not asked\n")
    (tmp_path / "schemas/reply").rename(tmp_path / "schemas/mine")
    assert run("verify", "--contract", "mine", "--max-examples", "1", "--against", "reference").returncode == Exit.KEPT


def test_a_violation_of_one_operation_isn_t_hidden_by_the_other(run: Run, log: Any, tmp_path: Path) -> None:
    """Two operations of one document, one of them recorded."""
    answer = {
        "description": "ok",
        "content": {"application/json": {"schema": {"properties": {"a": {"type": "string"}}}}},
    }
    get = {"get": {"responses": {"200": answer}}}
    paths = {"/x": get, "/y": get}
    two = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "servers": [{"url": ACME}], "paths": paths}
    (tmp_path / "schemas/two").mkdir()
    (tmp_path / "schemas/two/openapi.json").write_text(json.dumps(two))
    one = Operation("get-x", "two", "GET /x", f"{ACME}/x", '{"a": "b"}', '{"a": 5}', "a.type")
    done = run("verify", log(exchange(one, one.bad)), "--contract", "two")
    assert done.returncode == Exit.BROKEN
    assert "\nviolation  a.type\n" in done.stdout
    assert run("verify", log(exchange(one)), "--contract", "two").returncode == Exit.KEPT
