"""Workflow commands: an annotation a problem, as many as are shown, and no line that isn't ours."""

from __future__ import annotations

import re
from dataclasses import replace

from contracts.model.accepted import Accepted
from contracts.model.report import Report
from contracts.reports import rendered
from contracts.reports.github import _command
from tests.reports.conftest import MakeFinding, MakeRun, entry, failed, gate_of, gated, verified

LINE = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:]+)(?:,[a-z]+=[^,:]+)*)::(.*)")


def test_the_whole_text(run: MakeRun, finding: MakeFinding) -> None:
    """An error where it was met, then the verdict and how many problems there are."""
    url = "https://a.example/x"
    drift = finding(rule="c.drift", level="drift", fingerprint="1", place=url, pointer="")
    text = rendered("github", verified(run(finding(line=12), finding(seen="6"), drift)))
    assert text == (
        "::error file=cassettes/one.yaml,line=12,title=a.type::"
        "a.type holds.%0Aexpected a string%0Aseen 5; 6%0Aat /a%0Amet 2 times\n"
        "::warning file=page.txt,line=7,title=c.drift::a.type holds.%0Aexpected a string%0Aseen 5\n"
        "::notice title=contracts verify::broken: 1 finding; 1 problem and 1 note\n"
    )


def test_no_more_than_are_shown(run: MakeRun, finding: MakeFinding) -> None:
    """Ten of each level, the verdict's notice among them, and it says how many there are."""
    findings = [
        finding(level=level, fingerprint=f"{level}{number}", pointer=f"/{level}/x{number}")
        for level in ("violation", "drift", "note")
        for number in range(15)
    ]
    lines = rendered("github", verified(run(*findings))).splitlines()
    names = [line.split(" ")[0] for line in lines]
    assert names == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert lines[-1] == "::notice title=contracts verify::broken: 15 different findings; 15 problems and 30 notes"


def test_what_is_accepted_is_a_notice(run: MakeRun, finding: MakeFinding) -> None:
    """With its reason and date; a run without a problem says so."""
    lines = rendered("github", verified(run(finding(), accepted=Accepted(entries=(entry(),))))).splitlines()
    assert lines[0].startswith("::notice file=cassettes/one.yaml,title=a.type::")
    assert lines[0].endswith("%0Aaccepted until 2030-12-31: known")
    assert rendered("github", verified(run())).endswith("was not asked; no problem\n")


def test_without_a_place_there_is_no_file() -> None:
    """An annotation may stand for the whole run."""
    nowhere = replace(failed("a"), case=replace(failed("a").case, rules=()))
    assert rendered("github", gated(gate_of(nowhere))).startswith("::error title=a::")


def test_properties_are_escaped() -> None:
    """Each by GitHub's own table, the percent sign first."""
    made = _command("error", "a:b,c%.txt", 3, title="x\ny", message="50%\r\n::error::z, a:b")
    assert made == "::error file=a%3Ab%2Cc%25.txt,line=3,title=x\\ny::50%25%0D%0A::error::z, a:b"


def test_text_from_outside_stays_text(poison: Report) -> None:
    """Each line is one command of ours, whose properties hold no separator."""
    for line in rendered("github", poison).splitlines():
        met = LINE.fullmatch(line)
        assert met, line
        assert [part.split("=")[0] for part in met[2].split(",")][-1] == "title"
        assert not re.search("%(?!25|0A|0D|3A|2C)", line)
