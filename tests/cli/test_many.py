"""Every command in a project with three contracts of two vendors: on all of them, or on those that are named."""

from __future__ import annotations

import html
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from contracts.errors import Exit
from tests import many

ROOT = Path(__file__).parents[2]
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
    assert lines[0].startswith('breaks when `state` is "used": state=used (rule state.enum, ')
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
