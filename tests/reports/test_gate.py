"""A run of the client gate as text, JSON and JUnit: nothing from outside can dress the report up."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from contracts.model.gate import Cause
from contracts.reports import FORMATS, REPORTS, rendered
from tests.reports.conftest import PASSED, failed, gate_of, gated


def test_the_branch_comes_first_and_the_verdict_last() -> None:
    """A reader, and a log that is cut anywhere, sees what matters."""
    cause = Cause(names=("a=null", "a.none"), description="`a` is null", rule="a.type", promised="page.txt:7")
    lines = rendered("text", gated(gate_of(failed("a"), PASSED, causes=(cause,)))).splitlines()
    assert lines[0] == "breaks when `a` is null"
    assert "cause      `a` is null: a=null, a.none (rule a.type, promised at page.txt:7)" in lines
    assert lines[-1] == "verdict    broken: 1 case failed"
    assert "client     client 'two words'" in lines


def test_the_first_line_fits_a_screen() -> None:
    """However many branches a client breaks at, and however long their names are, under 120 characters."""
    for length in (10, 60, 300):
        found = tuple(
            Cause(names=(f"c{number}",), description=f"`{'c' * length}{number}` is null", rule="", promised="")
            for number in range(5)
        )
        first = rendered("text", gated(gate_of(failed("a"), PASSED, causes=found))).splitlines()[0]
        assert first.startswith("breaks when `c")
        assert len(first) < 120


def test_long_outputs_and_many_cases_stay_readable() -> None:
    """The last lines of each output, details of the first cases, names of the rest."""
    many = [failed(f"c{index}", output="\n".join(map(str, range(100)))) for index in range(30)]
    text = rendered("text", gated(gate_of(*many, PASSED)))
    assert len(text.splitlines()) < 200
    assert "printed  the last 20 of 100 lines:" in text
    assert re.search(r"^failed too c5, .* and 13 more$", text, re.MULTILINE)


def test_hostile_output_is_made_harmless(hostile: str) -> None:
    """Neither the terminal, JSON nor XML takes orders from what a client prints or asks for."""
    gate = gated(gate_of(failed("a", output=hostile, url="/things/" + hostile), PASSED))
    text = rendered("text", gate)
    assert all(line.isprintable() for line in text.split("\n"))
    assert json.loads(rendered("json", gate))["cases"][0]["output"] == hostile
    root = ET.fromstring(rendered("junit", gate).encode("utf-8", "replace"))  # noqa: S314  our own text
    assert [one.get("name") for one in root.iter("testcase")] == ["a", "b"]
    assert len(list(root.iter("failure"))) == 1


@pytest.mark.parametrize("form", [*FORMATS, *REPORTS])
def test_no_credential_is_shown(form: str) -> None:
    """Headers of requests stand in no output."""
    assert "Bearer k" not in rendered(form, gated(gate_of(failed("a"), PASSED)))


def test_one_is_told_in_the_singular() -> None:
    """One case, one more case, one more branch, one case excused."""
    text = rendered("text", gated(gate_of(PASSED)))
    assert "legal      1 of 1 case passed\n" in text
    tomorrow = replace(failed("t"), case=replace(failed("t").case, tier="tomorrow"))
    text = rendered("text", gated(gate_of(PASSED, tomorrow, tomorrow, also_failing=("tomorrow",))))
    assert text.splitlines()[0].endswith("t, and in 1 more case")
    text = rendered("text", gated(gate_of(PASSED, replace(failed("a"), known=True), baseline="b.json")))
    assert "no worse than its baseline (1 case excused)" in text
    causes = [Cause(names=(name,), description=name, rule="", promised="") for name in "abcd"]
    text = rendered("text", gated(gate_of(failed("a"), failed("c"), PASSED, causes=tuple(causes))))
    assert text.splitlines()[0].endswith("; and at 1 more branch")


def test_requests_outside_are_a_check_of_their_own() -> None:
    """JUnit fails them where they break the run, and tells them where they don't."""
    asked = replace(failed("a", url="/other", outside=True), outcome="passed")
    for also, tag in ((("outside",), "failure"), ((), "system-out")):
        root = ET.fromstring(rendered("junit", gated(gate_of(asked, also_failing=also))))  # noqa: S314  our own text
        (check,) = root[1]
        assert (check.get("name"), [part.tag for part in check]) == ("outside", [tag])


def test_no_case_is_not_kept() -> None:
    """Nothing counted is nothing checked."""
    assert gate_of().verdict == "not checked"
