"""The written documents, shown unchanged to the tools of others. `make outside` installs those."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from contracts.commands.documents import contracts_here
from contracts.commands.gate import GateOptions, by_command, gated
from contracts.consumer.child_process import Ended
from contracts.consumer.legal_cases import legal_cases

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TOOLS = ROOT / ".cache" / "outside"
OPENAPI = ROOT / "schemas" / "reply" / "openapi.json"
SCHEMA = ROOT / "schemas" / "reply" / "get-a-contact-in-a-sequence.schema.json"
PATH = "/v3/sequences/{id}/contacts/{contact_id}"


def tool(name: str) -> Path:
    """An installed tool, by its name below the tools' folder. Skips the test where it isn't at hand."""
    if name.startswith("node_modules") and shutil.which("node") is None:
        pytest.skip("node is not at hand")
    if not (TOOLS / name).exists():
        pytest.skip(f"{Path(name).name} is not at hand: `make outside` installs it")
    return TOOLS / name


def run(*command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command where the tools are: its output as text, nothing sent home, two minutes at most."""
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    path = os.pathsep.join([str(TOOLS / "venv" / "bin"), os.environ["PATH"]])
    return subprocess.run(
        [str(part) for part in command],
        input=stdin,
        cwd=TOOLS,
        env={**os.environ, **quiet, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """The committed OpenAPI document."""
    document: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def example(openapi: dict[str, Any]) -> dict[str, Any]:
    """The documented answer, as the OpenAPI document carries it."""
    answer = openapi["paths"][PATH]["get"]["responses"]["200"]["content"]["application/json"]
    documented: dict[str, Any] = answer["example"]
    return documented


def test_openapi_spec_validator_takes_the_document(openapi: dict[str, Any]) -> None:
    """The OpenAPI document is valid by the specification's own schema."""
    assert openapi["openapi"].startswith("3.1.")
    validate(openapi)


def test_ajv_strict_compiles_and_judges_alike(example: dict[str, Any]) -> None:
    """ajv, in strict mode and with formats on, compiles the schema, and tells legal answers from broken ones."""
    tool("node_modules/ajv")
    legal: list[dict[str, Any]] = [
        example,
        {**example, "emailDisposition": None},
        {**example, "currentStep": {"stepId": None, "displayName": "Finished"}},
    ]
    broken: list[dict[str, Any]] = [
        {name: value for name, value in example.items() if name != "contactId"},
        {**example, "contactId": "12345"},
        {**example, "statusInSequence": "Active"},
        {**example, "addingDate": "yesterday"},
        {**example, "emailDisposition": {"isReplied": False}},
        {**example, "currentStep": {"stepId": None, "displayName": "2"}},
        {**example, "currentStep": {"stepId": 5421, "displayName": "Finished"}},
    ]
    done = run("node", HERE / "ajv.mjs", SCHEMA, stdin=json.dumps(legal + broken))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [True] * len(legal) + [False] * len(broken)


OVERLAPPING = "#/paths/~1v3~1sequences~1{id}~1contacts/get/responses/400/"
"""Where the vendor's own two forms of a refusal overlap, so that its own examples fit both."""


def test_redocly_has_nothing_to_say() -> None:
    """Redocly's recommended rules find neither an error nor a warning, examples included, but what is the vendor's."""
    done = run(tool("node_modules/.bin/redocly"), "lint", OPENAPI, "--format", "json")
    problems = json.loads(done.stdout[done.stdout.index("{") :])["problems"]
    told = [(problem["location"][0]["pointer"], f"{problem['ruleId']}: {problem['message']}") for problem in problems]
    assert [what for where, what in told if not where.startswith(OVERLAPPING)] == []
    assert all("exactly one schema in oneOf" in what for _, what in told)
    assert done.returncode == 0


IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
package = importlib.import_module("generated")
for module in pkgutil.walk_packages(getattr(package, "__path__", []), "generated."):
    importlib.import_module(module.name)
"""


def import_generated(folder: Path) -> None:
    """Import every module of the generated code, warnings as errors, where its own libraries are."""
    done = run(tool("venv/bin/python"), "-W", "error", "-c", IMPORT_ALL, folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the client that openapi-python-client makes of the document: no warning, every module imports."""
    folder = tmp_path_factory.mktemp("client")
    command = tool("venv/bin/openapi-python-client")
    done = run(command, "generate", "--path", OPENAPI, "--output-path", folder / "generated", "--meta", "none")
    assert done.returncode == 0, done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    import_generated(folder)
    return folder


SMOKE = """
import json, os, runpy, sys
before = dict(os.environ)
for line in sys.stdin:
    os.environ.clear()
    os.environ.update(before | json.loads(line))
    runpy.run_path(sys.argv[1])
    print(flush=True)
"""
"""Runs the smoke test once for each line of variables, in one process: the client's imports take most of its time."""


def test_the_generated_client_takes_every_legal_answer(generated: Path) -> None:
    """Of each of the three operations, by the gate."""
    command = tool("venv/bin/python"), "-c", SMOKE, ROOT / "tests" / "clients" / "generated_client.py"
    env = os.environ | {"GENERATED": str(generated)}
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:

        def smoke(ours: Mapping[str, str]) -> Ended:
            assert client.stdin is not None
            assert client.stdout is not None
            client.stdin.write(json.dumps(dict(ours)) + "\n")
            client.stdin.flush()
            said = client.stdout.readline()
            return Ended(code=0 if said else 1, output=said)

        held = tuple(one.contract for one in contracts_here())
        for contract in held:
            told = GateOptions(command=("client",))
            gate = gated(contract, legal_cases(contract), by_command(smoke, held, told.settings), told)
            assert gate.verdict == "kept"
            assert {one.outcome for one in gate.tried} == {"passed"}


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        pytest.param(SCHEMA, ["--input-file-type", "jsonschema"], id="schema"),
        pytest.param(OPENAPI, ["--input-file-type", "openapi", "--openapi-scopes", "schemas", "paths"], id="openapi"),
    ],
)
def test_datamodel_code_generator_makes_models(tmp_path: Path, document: Path, kind: list[str]) -> None:
    """Pydantic models come out of either document: the documented fields are in them, and the module imports."""
    models = tmp_path / "generated.py"
    made = ["--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"]
    done = run(tool("venv/bin/datamodel-codegen"), "--input", document, *kind, *made, "--output", models)
    assert done.returncode == 0, done.stderr
    assert {"statusInSequence", "displayName", "linkedInAccountId"} <= set(models.read_text().replace(":", " ").split())
    import_generated(tmp_path)


def listens(port: int) -> bool:
    """Whether somebody takes connections on that loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def prism() -> Iterator[int]:
    """The port of a Prism that mocks the document in its static mode (the dynamic one leaves conditionals aside)."""
    command = tool("node_modules/.bin/prism")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with subprocess.Popen(
        [command, "mock", "--host", "127.0.0.1", "--port", str(port), OPENAPI],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            until = time.monotonic() + 60
            while not listens(port):
                assert process.poll() is None, "prism ended by itself"
                assert time.monotonic() < until, "prism doesn't come up"
                time.sleep(0.1)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def ask(port: int, headers: dict[str, str]) -> tuple[int, str | None, bytes]:
    """Ask for one contact: the answer's status, the challenge in it, and its body."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", PATH.replace("{id}", "100").replace("{contact_id}", "12345"), headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("WWW-Authenticate"), answer.read()


def test_prism_serves_the_example(prism: int, example: dict[str, Any]) -> None:
    """With a credential, the mock answers with the documented example."""
    status, _, body = ask(prism, {"Authorization": "Bearer throwaway", "Accept": "application/json"})
    assert (status, json.loads(body)) == (200, example)


def test_prism_asks_for_the_credential(prism: int) -> None:
    """Without one, the mock gives the documented 401: a challenge, and no body."""
    assert ask(prism, {}) == (401, "Bearer", b"")
