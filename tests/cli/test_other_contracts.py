"""Contracts of other make than the first: no path parameters, ids of any letters, a key that nothing documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Exit
from contracts.provider.serving import serve
from tests.sources.conftest import Stand

KEY = "a-planted-key-of-some-length"
FOLDER = Path("cassettes/acme")
THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def document(path: str, names: tuple[str, ...], url: str, schema: Any = THING) -> dict[str, Any]:
    """An OpenAPI document of one operation, whose parameters are texts."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    answer = {"description": "A thing", "content": {"application/json": {"schema": schema}}}
    operation = {"summary": "Get a thing", "parameters": parameters, "responses": {"200": answer}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Acme", "version": "1"},
        "servers": [{"url": url}],
        "paths": {path: {"get": operation}},
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def held(folder: Path, path: str, *names: str, url: str = "https://api.acme.example", vendor: str = "acme") -> None:
    """Puts such a contract into a working directory."""
    where = folder / "schemas" / vendor
    where.mkdir(parents=True)
    (where / "openapi.json").write_text(json.dumps(document(path, names, url)), encoding="utf-8")


@pytest.fixture
def thing() -> Iterator[Stand]:
    """A server that answers everything with a thing."""
    app = Stand(answers=[(200, {"Content-Type": "application/json"}, b'{"name":"x"}')])
    with serve(app) as app.url:
        yield app


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A file with a key."""
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    return path


def recorded(tmp_path: Path) -> list[str]:
    """The names of all cassettes."""
    return sorted(path.name for path in (tmp_path / FOLDER).rglob("*.yaml"))


def test_an_operation_without_path_parameters_is_recorded(
    run: Any, tmp_path: Path, thing: Stand, key_file: Path
) -> None:
    """There is one answer to ask for: no row is to be named, and its file can be seen and is checked."""
    held(tmp_path, "/things/mine")
    done = run("record", "--against", thing.url, "--key-file", key_file)
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    (name,) = recorded(tmp_path)
    assert not name.startswith(".")
    assert name in done.stdout
    assert thing.asked == [("GET", "/things/mine", f"Bearer {KEY}")]
    assert run("verify", "--against", "cassettes").returncode == Exit.KEPT
    refused = run("record", "--against", thing.url, "--key-file", key_file, "--ids", "1")
    assert (refused.returncode, refused.stderr) == (
        Exit.UNUSABLE, "contracts: --ids: GET /things/mine has no path parameters to name; leave it out\n",
    )  # fmt: skip


ROWS = ("é/ü", "ü/é", "a.b/c", "a-b/c", "a/b-c", "a_b/c", "A_b/c", "1/2", "x" * 260 + "/1", "x" * 260 + "/2")


@pytest.mark.parametrize("at_once", [True, False])
def test_every_row_has_a_file_of_its_own(run: Any, tmp_path: Path, thing: Stand, key_file: Path, at_once: bool) -> None:
    """Whatever the ids are written with, none is recorded over another; asked again, each has the name that it had."""
    held(tmp_path, "/things/{a}/parts/{b}", "a", "b")
    env = {"CONTRACTS_SCRUB_KEY": "of the team"}
    for _ in range(2):
        for given in [",".join(ROWS)] if at_once else ROWS:
            done = run("record", "--against", thing.url, "--key-file", key_file, "--ids", given, env=env)
            assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    names = recorded(tmp_path)
    assert len({name.casefold() for name in names}) == len(ROWS)
    assert max(map(len, names)) < 150


@pytest.mark.parametrize("command", [("verify",), ("record", "--ids", "1")])
def test_where_nothing_names_the_key_s_variable_the_message_says_how(
    run: Any, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Exit 3; whoever does what it says is told the variable's name next."""
    held(tmp_path, "/things/{a}", "a", url="https://127.0.0.1:1")
    done = run(*command, "--against", "live")
    place = "schemas/acme/vendor.toml"
    assert (done.returncode, done.stdout) == (Exit.NOT_CHECKED, "")
    assert f'{place} says with server = "https://127.0.0.1:1" and key_variable = "NAME"' in done.stderr
    assert "--key-file" in done.stderr
    (tmp_path / place).write_text('server = "https://127.0.0.1:1"\nkey_variable = "ACME_PASS"\n')
    assert "the environment variable ACME_PASS" in run(*command, "--against", "live").stderr


def test_verify_reads_the_key_from_a_file(run: Any, tmp_path: Path, thing: Stand, key_file: Path) -> None:
    """It is sent to the server, and stands in no output."""
    held(tmp_path, "/things/{a}", "a")
    done = run("verify", "--against", thing.url, "--ids", "1", "--max-examples", "1", "--key-file", key_file)
    assert {asked[2] for asked in thing.asked} >= {f"Bearer {KEY}"}
    assert done.stdout.startswith("contract   GET /things/{a}")
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize("command", [("verify",), ("record", "--ids", "1")])
def test_a_key_file_that_makes_no_sense_is_one_line(run: Any, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Missing, or empty: exit 2, also where no target would have used it."""
    held(tmp_path, "/things/{a}", "a")
    (tmp_path / "empty").write_text("\n")
    for name, told in (("empty", "it is to hold the key"), ("missing", "no such file")):
        done = run(*command, "--against", "https://127.0.0.1:1", "--key-file", name)
        assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
        assert done.stderr.startswith(f"contracts: {name}: ")
        assert told in done.stderr


@pytest.mark.parametrize("command", [("verify",), ("record", "--ids", "1")])
def test_one_key_is_not_shown_to_several_servers(
    run: Any, tmp_path: Path, key_file: Path, command: tuple[str, ...]
) -> None:
    """A file holds the key of one vendor; the others must not see it."""
    held(tmp_path, "/things/{a}", "a", url="https://127.0.0.1:1")
    held(tmp_path, "/parts/{a}", "a", url="https://127.0.0.1:2", vendor="other")
    done = run(*command, "--against", "live", "--key-file", key_file)
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert "several servers: https://127.0.0.1:1, https://127.0.0.1:2" in done.stderr


ODD: dict[str, Any] = {
    "objects": {"enum": [{"a": 1}, "x"]},
    "objects alone": {"type": "object", "enum": [{"a": 1}]},
    "lists": {"enum": [["a"], [1]]},
    "a constant": {"const": {"a": {"b": 1}}},
    "mixed": {"enum": [1, 1.5, True, "1", None]},
    "numbers": {"enum": [1, 2.5]},
    "a long number": {"type": "integer", "enum": [int("9" * 4300)]},
    "a high bound": {"type": "integer", "minimum": int("9" * 4300)},
}


@pytest.mark.parametrize("name", ODD)
def test_listed_values_may_be_of_any_kind(run: Any, tmp_path: Path, name: str) -> None:
    """Objects, lists, numbers too long for a float: every command goes on, and the cases stay what they are called."""
    schema = {"type": "object", "required": ["odd"], "properties": {"odd": ODD[name]}}
    held(tmp_path, "/things/{a}", "a")
    (tmp_path / "old.json").write_text(json.dumps(document("/things/{a}", ("a",), "https://api.acme.example")))
    for path in ("schemas/acme/openapi.json", "new.json"):
        (tmp_path / path).write_text(json.dumps(document("/things/{a}", ("a",), "https://api.acme.example", schema)))
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": '{"odd": [1e999]}'}
    log = {"request": {"method": "GET", "url": "https://api.acme.example/things/1"}, "response": answer}
    (tmp_path / "log.ndjson").write_text(json.dumps(log) + "\n")
    for command in (
        ("cases",), ("gate", "--only", "example", "--", "true"), ("docs",), ("explain", "odd.type"),
        ("verify", "log.ndjson", "--report", "html=r.html", "--report", "sarif=r.json"), ("serve", "--list-faults"),
        ("drift", "old.json", "new.json"), ("drift", "new.json", "old.json"), ("drift", "new.json", "log.ndjson"),
        ("drift", "new.json", "--traffic", "log.ndjson"),
    ):  # fmt: skip
        done = run(*command)
        assert done.returncode in set(Exit), (command, done.stderr)
    told = run("cases", "--format", "json").stdout or '{"cases": []}'
    bodies = {case["name"]: json.loads(case["body"]) for case in json.loads(told)["cases"] if case["tier"] != "error"}
    if "odd=new-value" in bodies:
        assert bodies["odd=new-value"]["odd"] not in (ODD[name].get("enum") or [ODD[name].get("const")])


def test_cases_of_one_label_are_told_apart(run: Any, tmp_path: Path) -> None:
    """A text beside the number of its letters: both are cases, each with a name of its own."""
    schema = {"type": "object", "required": ["k"], "properties": {"k": {"enum": ["1", 1, "new-value"]}}}
    held(tmp_path, "/things/{a}", "a")
    text = json.dumps(document("/things/{a}", ("a",), "https://api.acme.example", schema))
    (tmp_path / "schemas/acme/openapi.json").write_text(text)
    cases = json.loads(run("cases", "--format", "json").stdout)["cases"]
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names)
    bodies = [json.loads(case["body"])["k"] for case in cases if case["tier"] == "legal"]
    assert sorted(map(repr, bodies)) == sorted(map(repr, ["1", 1, "new-value"]))


def test_operations_of_one_title_have_files_of_their_own(
    run: Any, tmp_path: Path, thing: Stand, key_file: Path
) -> None:
    """Recorded into folders of their own, and each checked with its own."""
    held(tmp_path, "/things/{a}", "a")
    both = document("/things/{a}", ("a",), "https://api.acme.example")
    both["paths"] |= document("/parts/{a}", ("a",), "https://api.acme.example")["paths"]
    (tmp_path / "schemas/acme/openapi.json").write_text(json.dumps(both))
    done = run("record", "--against", thing.url, "--ids", "acme=1", "--key-file", key_file)
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    assert len({path.parent for path in (tmp_path / FOLDER).rglob("*.yaml")}) == 2
    assert run("verify", "--against", "cassettes").stdout.count("checked    1 recording of") == 2


def test_parameters_of_one_variable_are_told_apart(run: Any, tmp_path: Path) -> None:
    """Names that differ only in signs give variables that differ."""
    held(tmp_path, "/things/{a-b}/{a_b}/{é}/{ü}", "a-b", "a_b", "é", "ü")
    client = "import os; print(sorted(name for name in os.environ if name.startswith('CONTRACTS_PARAM')))"
    done = run("gate", "--only", "example", "--", sys.executable, "-c", client)
    assert done.returncode == Exit.NOT_CHECKED
    assert "['CONTRACTS_PARAM_A_B', 'CONTRACTS_PARAM_A_B_', 'CONTRACTS_PARAM__', 'CONTRACTS_PARAM___']" in done.stderr
