"""`st`, Schemathesis' own command, with our rules as its check: no set-up but the name of the module."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from tests.cli.conftest import ROOT, Serve, environment

ST = Path(sys.executable).with_name("st")
FAULT = "statusInSequence.enum"


def run_st(folder: Path, url: str, key: str) -> subprocess.CompletedProcess[str]:
    """The README's command, for a URL and a key, in a folder with nothing in it; it asks for examples alone."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^\$ SCHEMATHESIS_HOOKS=contracts\.hooks st (run .*)", readme, re.MULTILINE)
    words = [word.replace("URL", url).replace("KEY", key) for word in shlex.split(told)]
    words = [str(ROOT / word) if word.startswith("schemas/") else word for word in words]
    command = [str(ST), *words, "--phases", "examples", "--seed", "1"]
    env = environment({"SCHEMATHESIS_HOOKS": "contracts.hooks", "COLUMNS": "200"})
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_st_finds_nothing_in_a_provider_that_keeps_the_contract(served: Serve, tmp_path: Path) -> None:
    """Exit 0, and answers were asked for."""
    with served() as told:
        done = run_st(tmp_path, told["url"], told["key"])
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"[1-9]\d* generated, [1-9]\d* passed", done.stdout), done.stdout


def test_st_names_the_broken_rule_and_its_line(served: Serve, tmp_path: Path) -> None:
    """Exit 1: the rule by its id, its sentence, the page's line, the place; and the key is nowhere."""
    with served("--fault", FAULT) as told:
        done = run_st(tmp_path, told["url"], told["key"])
        assert told["key"] not in done.stdout + done.stderr
    assert done.returncode == 1
    assert re.search(rf"- \w+ {re.escape(FAULT)}\n", done.stdout), done.stdout
    assert re.search(r"promised at contracts/reply/get-a-contact-in-a-sequence\.txt:\d+ \(documented\)", done.stdout)
    assert "broken at /statusInSequence" in done.stdout


def described(server: str) -> dict[str, object]:
    """A description of two operations, one of which ends like the other, below a base path."""
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    answer = {"responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}}
    paths = {
        "/old/things": {"get": {"summary": "Old things", **answer}},
        "/things": {"get": {"summary": "T", **answer}},
    }
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "servers": [{"url": server}], "paths": paths}


def app(bodies: Iterator[bytes]) -> Callable[..., list[bytes]]:
    """A server that gives one body after the other."""

    def answer(_environ: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        return [next(bodies)]

    return answer


@pytest.mark.parametrize("path", ["/things", "/old/things"])
@pytest.mark.parametrize("server", ["https://api.example.com/v1", "/", "https://api.example.com"])
def test_the_check_judges_below_any_base_path(path: str, server: str) -> None:
    """An operation is known by the document's own path, wherever its server is stood in for."""
    import contracts.hooks  # noqa: F401  registers the check

    schema = schemathesis.openapi.from_dict(described(server), config=schemathesis.Config())
    schema.app = app(iter((b'{"n": 1}', b'{"n": "1", "more": 2}', b"{")))
    contract: Any = schemathesis.checks.CHECKS.get_one("contract")
    case = schema[path]["GET"].Case()
    case.call_and_validate(checks=[contract])
    for rule in ("n.type", "response.json"):
        with pytest.raises(schemathesis.errors.FailureGroup) as caught:
            case.call_and_validate(checks=[contract])
        assert [failure.title for failure in caught.value.exceptions] == [rule]
