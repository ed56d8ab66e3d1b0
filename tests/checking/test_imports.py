"""What a check costs: the exact explainer is not even imported while nothing is broken."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.rules.synthetic import ROOT

SCRIPT = """
import json, sys
from dataclasses import replace
from pathlib import Path
from contracts.checking import Checker
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.legal_exchanges import legal_interaction
document = json.loads(Path("schemas/reply/openapi.json").read_text())
contract = contracts_of(document_of(document, "openapi.json"))[0]
checker = Checker(contract)
for answer in contract.answers:
    assert not checker.judge(legal_interaction(contract, answer.status)).findings
if sys.argv[1] == "broken":
    good = legal_interaction(contract, 200)
    assert checker.judge(replace(good, response=replace(good.response, body=b"{}"))).findings
print(sorted({"jsonschema", "requests", "vcr", "rich", "hypothesis", "schemathesis", "pytest"} & sys.modules.keys()))
"""


@pytest.mark.parametrize(("answers", "imported"), [("kept", "[]"), ("broken", "['jsonschema']")])
def test_jsonschema_is_imported_for_what_is_broken(answers: str, imported: str) -> None:
    """Good answers of every status are judged without jsonschema or any other heavy library; a bad one needs it."""
    command = [sys.executable, "-W", "error", "-c", SCRIPT, answers]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == (imported, "")
