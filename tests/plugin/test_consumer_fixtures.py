"""The plugin's fixtures for clients, in small projects of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import Phase, given, settings

import contracts
from contracts.consumer.legal_cases import legal_cases
from tests import alone
from tests.rules.synthetic import REPLY

ROOT = Path(__file__).parents[2]

ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "contracts.plugin"}

Pytest: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]

READS = """
import json
from dataclasses import dataclass

@dataclass
class Contact:
    email: str | None
    step: int

def read(body):
    return Contact(email=body["email"], step=body["currentStep"]["stepId"]{mend})

def test_reads(legal_answer):
    assert legal_answer.status == 200
    assert json.loads(legal_answer.body) == legal_answer.json()
    assert legal_answer.headers["Content-Type"] == "application/json"
    assert read(legal_answer.json()).step >= 0
"""

ASKS = """
import asyncio
import httpx
import requests
import pytest

PATH = "/v3/sequences/100/contacts/12345"

def with_requests(url, headers):
    return requests.get(url, headers=headers, timeout=5).json()

def with_httpx(url, headers):
    return httpx.get(url, headers=headers).json()

def with_async_httpx(url, headers):
    async def ask():
        async with httpx.AsyncClient() as client:
            return (await client.get(url, headers=headers)).json()
    return asyncio.run(ask())

@pytest.mark.parametrize("ask", [with_requests, with_httpx, with_async_httpx])
def test_asks(contract_server, ask):
    headers = {"Authorization": f"Bearer {contract_server.key}"}
    url = contract_server.url + PATH
    assert ask(url, headers)["email"] == "john.doe@company.com"
    contract_server.serve("email=null")
    assert ask(url, headers)["email"] is None
    assert [sent.wrong for sent in contract_server.sent] == [()]
    assert contract_server.parameters == {"id": 100, "contact_id": 12345}

def test_each(contract_server, legal_answer):
    contract_server.serve(legal_answer.name)
    headers = {"Authorization": f"Bearer {contract_server.key}"}
    assert with_requests(contract_server.url + PATH, headers) == legal_answer.json()

def test_other_hosts_keep_their_way(contract_server):
    import os
    assert os.environ["no_proxy"].split(",")[:1] == os.environ["NO_PROXY"].split(",")[:1] == ["intern.example"]

def test_a_test_without_the_server_finds_what_was_set():
    import os
    assert (os.environ["NO_PROXY"], os.environ.get("no_proxy")) == ("intern.example", None)

def test_no_such_case(contract_server):
    contract_server.serve("nothing")
"""


@pytest.fixture
def run(tmp_path: Path) -> Pytest:
    """Runs pytest on one test module in a project with the committed contract, with no plugin but ours."""
    alone.write_schemas(tmp_path)

    def run(source: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_own.py").write_text(source)
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args],
            cwd=tmp_path,
            env=os.environ | ALONE | {"COLUMNS": "120", "PYTHONDONTWRITEBYTECODE": "1"} | env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_an_item_for_each_legal_answer(run: Pytest) -> None:
    """A parser that forgets a branch fails in the items of that branch, and in no other."""
    done = run(READS.replace("{mend}", ""))
    failed = re.findall(r"^FAILED test_own\.py::test_reads\[(.+?)\]", done.stdout, re.MULTILINE)
    assert failed == ["statusInSequence=finished", "currentStep.no-step"], done.stdout
    assert f"2 failed, {len(legal_cases(REPLY)) - 2} passed" in done.stdout


def test_a_mended_parser_passes(run: Pytest) -> None:
    """The same items, all green."""
    done = run(READS.replace("{mend}", " or 0"))
    assert done.returncode == 0, done.stdout


def test_one_item_can_be_chosen(run: Pytest) -> None:
    """Its id is the case's name."""
    done = run(READS.replace("{mend}", ""), "test_own.py::test_reads[emailDisposition=null]")
    assert "1 passed" in done.stdout, done.stdout


def test_a_server_whose_case_can_be_switched(run: Pytest) -> None:
    """With requests and with httpx, at once and asynchronously; each test starts with the documented example.

    Where a proxy is set no client asks it for the server on loopback, and other exemptions stay.
    """
    nobody = "http://127.0.0.1:9"
    done = run(ASKS, HTTP_PROXY=nobody, http_proxy=nobody, ALL_PROXY=nobody, NO_PROXY="intern.example")
    assert f"1 failed, {5 + len(legal_cases(REPLY))} passed" in done.stdout, done.stdout
    assert "'nothing' is no case; `contracts cases` lists them" in done.stdout


def test_a_property_fails_with_the_smallest_answer() -> None:
    """The falsifying example is the documented one but for the value that matters."""

    @settings(max_examples=200, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink))
    @given(contracts.answers(alone.held().contract))
    def nobody_was_called(body: Any) -> None:
        assert body["callStatus"] != "called", json.dumps(body)

    with pytest.raises(AssertionError) as failed:
        nobody_was_called()
    example: Any = REPLY.example[0]
    assert json.loads(str(failed.value).partition("\n")[0]) == example | {"callStatus": "called"}
