"""A run of the client gate as text, JSON and JUnit: nothing from outside can dress the report up."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from contracts.model.gate import Case, Cause, Gate, Sent, Tried
from contracts.model.interaction import Request
from contracts.reports.gate_tables import GATE_FORMATS, GATE_REPORTS
from tests.reports.conftest import CONTRACT


def case(name: str, body: bytes = b'{"a": 1}') -> Case:
    """A legal case of the small contract."""
    return Case(name=name, tier="legal", description=f"`{name}` is so", status=200, headers=(), body=body)


def gate_of(*tried: Tried, **parts: object) -> Gate:
    """A run of one client."""
    made = Gate(contract=CONTRACT, digest="f" * 32, command=("client", "two words"), tried=tried)
    return replace(made, **parts)  # type: ignore[arg-type]  # the parts are the caller's to name rightly


def failed(name: str, output: str = "", url: str = "/things/1") -> Tried:
    """A failed case with one request."""
    sent = (Sent(request=Request(method="GET", url=url, headers=(("Authorization", "Bearer k"),)), status=200),)
    return Tried(case=case(name), outcome="failed", how="exit 1", code=1, output=output, sent=sent)


PASSED = Tried(case=case("b"), outcome="passed", how="exit 0", code=0)


def test_the_branch_comes_first_and_the_verdict_last() -> None:
    """A reader, and a log that is cut anywhere, sees what matters."""
    cause = Cause(names=("a=null", "a.none"), description="`a` is null", rule="a.type", promised="page.txt:7")
    lines = GATE_FORMATS["text"](gate_of(failed("a"), PASSED, causes=(cause,))).splitlines()
    assert lines[0] == "breaks when `a` is null: a=null, a.none (rule a.type, promised at page.txt:7)"
    assert lines[-1] == "verdict    broken: 1 case failed"
    assert "client     client 'two words'" in lines


def test_long_outputs_and_many_cases_stay_readable() -> None:
    """The last lines of each output, details of the first cases, names of the rest."""
    many = [failed(f"c{index}", output="\n".join(map(str, range(100)))) for index in range(30)]
    text = GATE_FORMATS["text"](gate_of(*many, PASSED))
    assert len(text.splitlines()) < 200
    assert "printed  the last 20 of 100 lines:" in text
    assert re.search(r"^failed too c5, .* and 13 more$", text, re.MULTILINE)


def test_hostile_output_is_made_harmless(hostile: str) -> None:
    """Neither the terminal, JSON nor XML takes orders from what a client prints or asks for."""
    gate = gate_of(failed("a", output=hostile, url="/things/" + hostile), PASSED)
    text = GATE_FORMATS["text"](gate)
    assert all(line.isprintable() for line in text.split("\n"))
    assert json.loads(GATE_FORMATS["json"](gate))["cases"][0]["output"] == hostile
    root = ET.fromstring(GATE_REPORTS["junit"](gate).encode("utf-8", "replace"))  # noqa: S314  our own text
    assert [one.get("name") for one in root.iter("testcase")] == ["a", "b"]
    assert len(list(root.iter("failure"))) == 1


@pytest.mark.parametrize("form", [*GATE_FORMATS.values(), *GATE_REPORTS.values()])
def test_no_credential_is_shown(form: object) -> None:
    """Headers of requests stand in no output."""
    assert callable(form)
    assert "Bearer k" not in form(gate_of(failed("a"), PASSED))


def test_no_case_is_not_kept() -> None:
    """Nothing counted is nothing checked."""
    assert gate_of().verdict == "not checked"
