"""Every command in a project with three contracts of two vendors: on all of them, or on those that are named."""

from __future__ import annotations

import html
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from jsonschema import Draft202012Validator

from contracts.errors import Exit
from contracts.provider.serving import serve
from tests import many
from tests.cli.conftest import ROOT, Serve

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

CLIENT = """
import json, os, socket, sys
key = os.environ["CONTRACTS_API_KEY"]
for path in sys.argv[1:]:
    asked = f"GET {path} HTTP/1.0\\r\\nAuthorization: Bearer {key}\\r\\nX-Key: {key}\\r\\n\\r\\n"
    with socket.create_connection(("127.0.0.1", int(os.environ["CONTRACTS_BASE_URL"].rpartition(":")[2]))) as double:
        double.sendall(asked.encode())
        answer = b"".join(iter(lambda: double.recv(65536), b""))
    body = json.loads(answer.partition(b"\\r\\n\\r\\n")[2])
    assert body.get("state") != "used" and body.get("note", "") is not None, body
"""
PATHS = {one.slug: urlsplit(one.url).path for one in many.ALL}
THING, COUNT, PART = (one.slug for one in many.ALL)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path) -> None:
    """Commands run where the three contracts are."""
    many.write_schemas(tmp_path)
    many.write_cassettes(tmp_path)


def client(*slugs: str) -> tuple[str, ...]:
    """A client that asks these operations, in this order, and can't read two of the values that they may answer."""
    return (sys.executable, "-IS", "-c", CLIENT, *(PATHS[slug] for slug in slugs))


def test_the_cases_of_each_contract_are_listed(run: Any) -> None:
    """Below its operation; in JSON a list of what one contract alone gives."""
    done = run("cases")
    assert done.returncode == Exit.KEPT
    heads = [line for line in done.stdout.splitlines() if line.startswith("GET ")]
    assert heads == [one.operation for one in many.ALL]
    listed = json.loads(run("cases", "--format", "json").stdout)
    alone = [json.loads(run("cases", "--contract", one.slug, "--format", "json").stdout) for one in many.ALL]
    assert listed == alone
    assert "state=used" in run("cases", "--contract", "bolt").stdout


def test_a_client_is_gated_with_every_contract(run: Any) -> None:
    """What it breaks at is told below its operation, first; what it takes well is a line; then one verdict."""
    done = run("gate", "--only", "*=used", "--only", "example", "--", *client(THING, COUNT, PART))
    assert done.returncode == Exit.BROKEN, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == 'breaks when `state` is "used"'
    assert lines[2].startswith(f"contract   {many.PART.operation}  (")
    assert [line.partition("  (")[0] for line in lines if line.startswith("kept")] == [
        f"kept       {many.THING.operation}", f"kept       {many.COUNT.operation}"
    ]  # fmt: skip
    assert lines[-1] == "verdict    broken: 1 of 3 contracts; 2 kept"


def test_an_operation_that_the_client_never_asks_for_is_idle(run: Any) -> None:
    """It is named, and hides nothing of the others; where there is no other, nothing is checked."""
    done = run("gate", "--only", "example", "--", *client(COUNT))
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2:] == [
        f"idle       2 contracts, never asked for: {THING}, {PART}",
        "verdict    kept: 1 of 3 contracts; 2 idle",
    ]
    nothing = run("gate", "--contract", "bolt", "--contract", THING, "--only", "example", "--", *client(COUNT))
    assert "nor of 1 other contract" in nothing.stderr
    assert (nothing.returncode, nothing.stdout) == (Exit.NOT_CHECKED, "")
    assert "\ncontracts: nothing was checked: the command never asked for the operation (exit" in nothing.stderr


def test_a_client_finds_which_operation_is_meant(run: Any, tmp_path: Path) -> None:
    """And no vendor's key, whichever contract it is."""
    note = (
        "import os; open('note', 'a').write(' '.join(os.environ[name] for name in "
        "('CONTRACTS_OPERATION', 'ACME_KEY', 'BOLT_KEY', 'ELSEWHERE')) + chr(10))"
    )
    keys = {"ACME_KEY": "the-key-of-acme", "BOLT_KEY": "the-key-of-bolt", "ELSEWHERE": "the-key-of-bolt"}
    run("gate", "--only", "example", "--", sys.executable, "-c", note, env=keys)
    told = (tmp_path / "note").read_text()
    assert [line.partition(" throwaway-")[0] for line in told.splitlines()] == [one.operation for one in many.ALL]
    assert "the-key" not in told


def test_every_report_tells_of_each_contract(run: Any, tmp_path: Path) -> None:
    """The broken ones and the kept one in one file."""
    forms = ("json", "junit", "sarif", "markdown", "html")
    few = ("--only", "example", "--only", "state=used", "--only", "note=null")
    done = run("gate", *few, *(f"--report={form}={form}" for form in forms), "--", *client(THING, COUNT, PART))
    assert done.returncode == Exit.BROKEN, done.stderr
    for form in forms:
        told = html.unescape((tmp_path / form).read_text())
        for one in many.ALL if form != "sarif" else (many.THING, many.PART):  # which tells of what is wrong alone
            assert one.operation in told, form
        assert "state=used" in told
    document = json.loads((tmp_path / "json").read_text())
    assert [part["verdict"] for part in document["contracts"]] == ["broken", "kept", "broken"]
    schema = json.loads((ROOT / "schemas" / "own" / "gate.schema.json").read_text())
    Draft202012Validator(schema).validate(document)


def test_a_baseline_holds_the_outcomes_of_each_contract(run: Any, tmp_path: Path) -> None:
    """What was so before is excused; what is worse is not, whichever contract it is of."""
    base = ("gate", "--contract", THING, "--contract", PART, "--baseline", "base.json", "--parallel", "8")
    asked = ("--", *client(THING, PART))
    assert run(*base, "--update", *asked).returncode == Exit.KEPT
    known = json.loads((tmp_path / "base.json").read_text())
    assert [one["operation"] for one in known] == [many.THING.operation, many.PART.operation]
    few = ("--only", "note=null", "--only", "state=used")
    assert run(*base, *few, *asked).returncode == Exit.KEPT
    known[1]["cases"]["state=used"] = "passed"
    (tmp_path / "base.json").write_text(json.dumps(known))
    again = run(*base, *few, *asked)
    assert again.returncode == Exit.BROKEN
    assert "failed     state=used" in again.stdout
    assert "failed     note=null" not in again.stdout


KEYS = {name: f"{api}-key-of-some-length" for api, name in many.KEYS.items()}


class Recorder:
    """A server that answers each of the three operations as documented, and keeps what credentials it was shown."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, str]] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The WSGI side."""
        path = str(environ["PATH_INFO"])
        credentials = str(environ.get("HTTP_AUTHORIZATION", "")), str(environ.get("HTTP_X_KEY", ""))
        self.seen.add((path, *credentials))
        body = next((one.good for one in many.ALL if urlsplit(one.url).path == path), "")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("200 OK" if body else "404 Not Found", headers if body else [("Content-Length", "0")])
        return [body.encode()]


@pytest.fixture
def apis(tmp_path: Path) -> Iterator[dict[str, tuple[str, Recorder]]]:
    """Both vendors' servers on loopback, written into their documents; no recordings yet."""
    shutil.rmtree(tmp_path / "cassettes")
    with ExitStack() as stack:
        found = {}
        for name, server in (("acme/openapi.json", many.ACME), ("bolt/openapi.yaml", many.BOLT)):
            app = Recorder()
            url = stack.enter_context(serve(app))
            found[name.partition("/")[0]] = url, app
            for path in (tmp_path / "schemas" / name, (tmp_path / "schemas" / name).with_name("vendor.toml")):
                path.write_text(path.read_text().replace(server, url))
        yield found


ROWS = ("--ids", f"{THING}=7", "--ids", f"{PART}=9")


def test_each_contract_is_recorded_with_the_key_of_its_api(run: Any, tmp_path: Path, apis: Any) -> None:
    """From its own server, with its own rows, into its own folder; what is recorded is kept."""
    done = run("record", "--against", "live", *ROWS, env=KEYS)
    assert done.returncode == Exit.KEPT, done.stdout + done.stderr
    recorded = {path.parent.name for path in (tmp_path / "cassettes").rglob("*.yaml")}
    assert recorded == {THING, COUNT, PART}
    bearer = f"Bearer {KEYS['ACME_KEY']}"
    assert apis["acme"][1].seen == {("/v1/things/7", bearer, ""), ("/v1/things/count", bearer, "")}
    assert apis["bolt"][1].seen == {("/parts/9", "", KEYS["BOLT_KEY"])}
    assert run("verify", "--against", "cassettes").returncode == Exit.KEPT


def test_a_key_that_is_missing_hides_no_other_api(run: Any, apis: Any) -> None:
    """The contracts without it are named with its variable; the others are recorded."""
    done = run("record", "--against", "live", *ROWS, env={"BOLT_KEY": KEYS["BOLT_KEY"]})
    assert done.returncode == Exit.KEPT, done.stderr
    assert "not asked: 2 contracts, no key: put it into the environment variable ACME_KEY" in done.stderr
    assert done.stderr.rstrip().endswith(f": {THING}, {COUNT}")
    assert apis["acme"][1].seen == set()
    nothing = run("record", "--against", "live", *ROWS)
    assert (nothing.returncode, nothing.stdout) == (Exit.NOT_CHECKED, "")
    assert "ACME_KEY" in nothing.stderr
    assert "BOLT_KEY" in nothing.stderr


def test_a_server_is_asked_about_its_own_contracts(run: Any, apis: Any) -> None:
    """A documented URL gets no other vendor's key; for any other URL the contracts must be named."""
    url = apis["bolt"][0]
    done = run("record", "--against", url, "--ids", "9", env=KEYS)
    assert done.returncode == Exit.KEPT, done.stderr
    assert apis["bolt"][1].seen == {("/parts/9", "", KEYS["BOLT_KEY"])}
    elsewhere = ("record", "--against", url.replace("127.0.0.1", "localhost"), "--ids", "9")
    refused = run(*elsewhere, env=KEYS)
    assert (refused.returncode, refused.stdout) == (Exit.UNUSABLE, "")
    assert "is asked about one api, and the contracts are of acme, bolt; say which" in refused.stderr
    assert run(*elsewhere, "--contract", "bolt", env=KEYS).returncode == Exit.KEPT


def test_a_contract_without_rows_is_named(run: Any, apis: Any) -> None:
    """What needs none is recorded."""
    done = run("record", "--against", "live", env=KEYS)
    assert done.returncode == Exit.KEPT, done.stderr
    assert f"not asked: 2 contracts, no rows are named with --ids: {THING}, {PART}" in done.stderr
    assert apis["bolt"][1].seen == set()


def test_nothing_is_recorded_of_contracts_without_rows(run: Any) -> None:
    """Exit 2, whichever contracts there are: answers made from a contract are no evidence; where rows go is said."""
    done = run("record", "--against", "reference")
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert done.stderr == (
        "contracts: the reference provider has no rows of any of these contracts; write schemas/acme/rows.json, "
        "or give live or a URL with --against\n"
    )


def test_one_server_answers_for_all_contracts(served: Serve) -> None:
    """What it prints of an operation works; a fault breaks the rule of the contract that has it."""
    with served("--fault", "state.enum") as told:
        found = {}
        for one in many.ALL:
            headers = {"Authorization": f"Bearer {told['key']}", "X-Key": told["key"]}
            answer = requests.get(told["url"] + urlsplit(one.url).path, headers=headers, timeout=5)
            found[one.slug] = answer.json()
        missing = requests.get(told["url"] + "/nothing", timeout=5)
    assert found[THING].keys() == {"id", "note"}
    assert found[COUNT] == {"count": 3}
    assert found[PART]["state"] not in {"new", "used"}
    assert missing.status_code == 404
    assert told["of"] == many.THING.operation
    assert f"--contract {THING}" in told["try"]


def test_the_faults_of_each_contract_are_listed(run: Any) -> None:
    """Below its operation; a fault that is nobody's is one line."""
    lines = run("serve", "--list-faults").stdout.splitlines()
    assert [line for line in lines if line.startswith("GET ")] == [one.operation for one in many.ALL]
    alone = run("serve", "--list-faults", "--contract", "bolt").stdout.splitlines()
    assert lines[-len(alone) - 1 :] == [many.PART.operation, *alone]
    wrong = run("serve", "--fault", "nothing")
    assert (wrong.returncode, wrong.stdout) == (Exit.UNUSABLE, "")


def test_each_contract_has_its_page_and_all_an_index(run: Any, tmp_path: Path) -> None:
    """The index links to each page; what a client survives stands on the page of its contract."""
    (tmp_path / "gate.json").write_text(
        run("gate", "--only", "example", "--format", "json", "--", *client(THING, PART)).stdout
    )
    assert run("docs", "--gate", "gate.json").returncode == Exit.KEPT
    pages = {path.name: path.read_text() for path in (tmp_path / "site").glob("*.html")}
    assert pages.keys() == {"index.html", *(f"{one.slug}.html" for one in many.ALL)}
    for one in many.ALL:
        assert f'href="{one.slug}.html"' in pages["index.html"]
        assert ("sys.argv" in pages[f"{one.slug}.html"]) is (one != many.COUNT)
    assert run("docs", "--out", "few", "--contract", "acme").returncode == Exit.KEPT
    assert {path.name for path in (tmp_path / "few").glob("*.html")} == {
        "index.html", f"{THING}.html", f"{COUNT}.html"
    }  # fmt: skip
    run("docs", "--markdown", "--contract", "bolt")
    assert [path.name for path in (tmp_path / "schemas").rglob("*.md")] == [f"{PART}.md"]


def test_a_rule_of_several_contracts_is_explained_for_each(run: Any) -> None:
    """Or for the one that is named; a name of none is one line."""
    done = run("explain", "id.type")
    assert done.returncode == Exit.KEPT
    assert done.stdout.index(many.THING.operation) < done.stdout.index(many.PART.operation)
    alone = run("explain", "id.type", "--contract", PART)
    assert many.PART.operation in alone.stdout
    assert many.THING.operation not in alone.stdout
    wrong = run("explain", "count.range", "--contract", "bolt")
    assert (wrong.returncode, wrong.stdout) == (Exit.UNUSABLE, "")


@pytest.mark.parametrize(
    "command",
    [
        ("cases",), ("gate", "--contract", "no", "--", "true"), ("serve",), ("record", "--against", "live"), ("docs",),
        ("explain", "id.type"), ("drift", "--traffic", "cassettes"),
    ],
)  # fmt: skip
def test_a_name_that_selects_nothing_is_one_line(run: Any, command: tuple[str, ...]) -> None:
    """Exit 2 with what there is, of every command."""
    done = run(*command, *(() if "gate" in command else ("--contract", "no")))
    assert (done.returncode, done.stdout) == (Exit.UNUSABLE, "")
    assert done.stderr.startswith("contracts: --contract no: selects nothing; there is get-a-thing (GET /v1/things/{")


def test_traffic_is_held_to_each_contract_s_own_answers(run: Any, tmp_path: Path) -> None:
    """What is broken comes first; the literal path is no answer of its sibling; a quiet contract is a line."""
    log = tmp_path / "log.ndjson"
    log.write_text("".join(map(many.exchange, many.ALL)) + many.exchange(many.PART, many.PART.bad))
    done = run("drift", "--traffic", "log.ndjson", "--report", "junit=junit.xml")
    assert done.returncode == Exit.BROKEN, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].startswith(f"contract   {many.PART.operation}  (")
    assert "violation  state.enum" in lines
    assert [line.partition(":")[0] for line in lines if line.startswith("kept ")] == [
        f"kept       the contract of {one.operation}" for one in (many.THING, many.COUNT)
    ]
    assert lines[-1] == "verdict    broken: 1 of 3 contracts; 2 kept"
    assert all(one.operation in (tmp_path / "junit.xml").read_text() for one in many.ALL)
    log.write_text(many.exchange(many.COUNT))
    kept = run("drift", "--traffic", "log.ndjson", "--format", "json", "--history", "history.db")
    document = json.loads(kept.stdout)
    assert (kept.returncode, [one["traffic"]["successes"] for one in document["contracts"]]) == (Exit.KEPT, [1])
    assert [one["operation"] for one in document["idle"]] == [many.THING.operation, many.PART.operation]
    schema = json.loads((ROOT / "schemas" / "own" / "drift.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    assert many.COUNT.operation in run("history", "history.db").stdout
    assert run("drift", "--traffic", "log.ndjson", "--contract", "bolt").returncode == Exit.NOT_CHECKED


def test_the_cassettes_of_each_contract_are_compared(run: Any) -> None:
    """As `verify` finds them, of all or of the named ones; what is accepted for one is accepted."""
    done = run("drift", "--traffic", "cassettes")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (Exit.KEPT, "verdict    kept: 3 of 3 contracts")
    alone = run("drift", "--traffic", "cassettes", "--contract", "bolt")
    assert alone.stdout.splitlines()[1].startswith(f"contract   {many.PART.operation}  (")
