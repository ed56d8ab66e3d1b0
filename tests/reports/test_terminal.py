"""The text report: what a person reads, whatever the run holds."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from contracts.model.finding import Evidence, Judgement, Sighting
from contracts.model.report import Report
from contracts.model.run import Aside, Checked, Idle, Proof, Run
from contracts.reports.terminal import Screen, render, screen_of
from tests.reports.conftest import CONTRACT, MakeFinding, MakeRun, verified


def test_a_kept_run_says_by_whom(run: MakeRun) -> None:
    """The whole report of a run without findings."""
    assert render(verified(run())) == (
        "contract   GET /things/{id}  (ffffffffffff)\n"
        "checked    2 recordings of the reference provider: 2 answers, 1 of them a success\n"
        "findings   none\n"
        "evidence   1 of 2 branches observed\n"
        "           1 from reference\n"
        "           never observed: a=value\n"
        "proof      not run here; it runs with a provider target (reference, live or a URL)\n"
        "verdict    kept by 2 recordings of the reference provider; the live API was not asked\n"
    )


def test_findings_are_grouped_with_both_places(run: MakeRun, finding: MakeFinding) -> None:
    """The gravest first, those of one rule together: how many places, how often, and where each was met first."""
    drift = finding(rule="c.drift", level="drift", fingerprint="1", pointer="", promised=())
    twice = [finding(), finding(place="cassettes/two.yaml", seen="6")]
    text = render(verified(run(drift, *twice, finding(fingerprint="2", pointer="/b", index=3))))
    assert text.split("\n\n", 1)[1] == (
        "violation  a.type  (2 places, 3 times)\n"
        "           a.type holds.\n"
        "           promised at page.txt:7 (documented)\n"
        "           promised at hand.toml (assumed, by hand)\n"
        "           expected a string\n"
        "           broken at   cassettes/one.yaml /a: 5\n"
        "           broken at   cassettes/one.yaml#3 /b: 5\n"
        "\n"
        "drift      c.drift\n"
        "           a.type holds.\n"
        "           broken at   cassettes/one.yaml the whole body\n"
        "           expected a string\n"
        "           seen     5\n"
        "\n"
        "evidence   1 of 2 branches observed\n"
        "           1 from reference\n"
        "           never observed: a=value\n"
        "proof      not run here; it runs with a provider target (reference, live or a URL)\n"
        "verdict    broken: 2 different findings\n"
    )


def last(run: Run) -> str:
    """The verdict's line."""
    return render(verified(run)).splitlines()[-1]


def test_the_verdict_counts_what_breaks(run: MakeRun, finding: MakeFinding, proofs: tuple[Proof, ...]) -> None:
    """Findings below the failing level don't count, rules without proof do."""
    drift = finding(level="drift")
    assert last(run(finding())) == "verdict    broken: 1 finding"
    assert last(run(drift, fail_on="drift")) == "verdict    broken: 1 finding"
    assert last(run(drift)).startswith("verdict    kept by ")
    assert last(run(proofs=proofs)) == "verdict    broken: 1 rule without proof"
    both = run(finding(), finding(fingerprint="1"), proofs=proofs[2:] * 2)
    assert last(both) == "verdict    broken: 2 different findings and 2 rules without proof"


def test_the_proof_names_what_can_t_fail(run: MakeRun, proofs: tuple[Proof, ...]) -> None:
    """How many rules can fail, and which can't."""
    assert "\nproof      2 of 3 rules can fail; c.drift can't be shown to\n" in render(verified(run(proofs=proofs)))
    assert "\nproof      2 of 2 rules can fail\n" in render(verified(run(proofs=proofs[:2])))


def test_one_is_told_in_the_singular(run: MakeRun, proofs: tuple[Proof, ...]) -> None:
    """One answer, one branch, one rule."""
    judgement = Judgement(checked={"live": 1}, successes=1)
    live = Checked(name="live", what="the live API", judgement=judgement)
    text = render(verified(run(targets=(live,), branches=run().branches[:1], proofs=proofs[:1])))
    assert "\nchecked    the live API: 1 answer, 1 of them a success\n" in text
    assert "\nevidence   0 of 1 branch observed\n" in text
    assert "\nproof      1 of 1 rule can fail\n" in text


def test_a_target_that_was_not_checked_says_why(run: MakeRun) -> None:
    """It is never kept by the others alone."""
    live = Checked(name="live", what="the live API", judgement=Judgement(), unchecked="no key")
    text = render(verified(run(targets=(*run().targets, live))))
    assert "\nchecked    the live API: not checked, no key\n" in text
    assert text.splitlines()[-1] == "verdict    not checked: the live API: no key"
    assert last(run(targets=())) == "verdict    not checked: no target"


def test_origins_are_told_apart(run: MakeRun) -> None:
    """What one origin showed is not added to what another did; the live API is only said to be missing where it is."""
    seen = {"live": {"a=null": Sighting(count=1, first="x"), "a=value": Sighting(count=1, first="x")}}
    judgement = Judgement(evidence=Evidence(seen=seen), checked={"live": 2}, successes=2)
    live = Checked(name="live", what="the live API", judgement=judgement)
    text = render(verified(run(targets=(*run().targets, live))))
    assert "evidence   2 of 2 branches observed\n           2 from live\n           1 from reference\nproof" in text
    assert text.endswith("verdict    kept by the live API and 2 recordings of the reference provider\n")


def test_several_contracts_are_several_paragraphs(run: MakeRun) -> None:
    """How many are what; one after the other, with an empty line between; the verdict over all."""
    one = render(verified(run()))
    last = "verdict    kept: 2 of 2 contracts; the live API was not asked\n"
    assert render(verified(run(), run())) == f"contracts  2 kept\n\n{one}\n{one}\n{last}"
    assert render(verified()) == "contracts  none\n\nverdict    not checked: no contract\n"


def many_of(run: MakeRun, finding: MakeFinding) -> Report:
    """Three hundred contracts: one broken, one of which nothing is known, one with a note, kept ones and idle ones."""

    def of(number: int, **parts: object) -> Run:
        contract = replace(CONTRACT, path=f"/p{number}", slug=f"get-{number}")
        return run(*((parts.pop("found"),) if "found" in parts else ()), contract=contract, **parts)

    kept = [of(number) for number in range(270)]
    note = of(270, found=finding(level="note", fingerprint="1"))
    unknown, broken = of(271, targets=()), of(272, found=finding(fingerprint="2"))
    idle = [Idle(contract=of(number).contract, why="no answer in the recordings") for number in range(273, 300)]
    aside = Aside(target="paths", what="log.ndjson (beside 3 other requests to h)")
    return verified(*kept, note, unknown, broken, idle=tuple(idle), asides=(aside,))


def test_a_report_of_many_opens_with_what_is_broken(run: MakeRun, finding: MakeFinding) -> None:
    """Then what isn't known, then kept ones with something to tell; the rest in a line each, idle ones by name."""
    text = render(many_of(run, finding))
    paragraphs = text.split("\n\n")
    assert paragraphs[0] == "contracts  1 broken, 1 not checked, 271 kept, 27 idle"
    assert [part.splitlines()[0] for part in paragraphs[1:] if part.startswith("contract ")] == [
        f"contract   GET /p{number}  (ffffffffffff)" for number in (272, 271, 270)
    ]
    lines = paragraphs[-1].splitlines()
    assert lines[0] == "broken     GET /p272  (ffffffffffff): 1 finding"
    kept = "2 recordings of the reference provider: 2 answers, 1 of them a success"
    assert lines[2] == f"kept       GET /p0  (ffffffffffff): {kept}"
    assert sum(line.startswith("kept ") for line in lines) == 271
    names = ", ".join(f"get-{number}" for number in range(273, 293))
    assert lines[-3:] == [
        f"idle       27 contracts, no answer in the recordings: {names} and 7 more",
        "beside     log.ndjson (beside 3 other requests to h)",
        "verdict    broken: 1 of 300 contracts; 1 not checked; 271 kept; 27 idle",
    ]


def test_the_verdict_over_several_contracts(run: MakeRun, finding: MakeFinding) -> None:
    """Idle ones hide nothing, and count where it is asked for."""
    idle = (Idle(contract=CONTRACT, why="no answer"),)

    def over(*runs: Run, **parts: object) -> str:
        return render(verified(*runs, **parts)).splitlines()[-1].removeprefix("verdict    ")

    assert over(run(), idle=idle) == "kept: 1 of 2 contracts; 1 idle; the live API was not asked"
    assert over(run(), idle=idle, needed="all") == "not checked: 1 of 2 contracts; 1 kept"
    assert over(run(), run(), needed="all").startswith("kept: 2 of 2 contracts")
    assert over(run(), run(targets=()), needed="all") == "not checked: 1 of 2 contracts; 1 kept"
    assert over(run(finding()), idle=idle, needed="all") == "broken: 1 of 2 contracts; 1 idle"


def test_text_from_outside_stays_text(poisoned: Run, hostile: str) -> None:
    """No control, direction or invisible character reaches the terminal, and no line begins that isn't ours."""
    text = render(verified(poisoned))
    assert not [character for character in text if not character.isprintable() and character != "\n"]
    heads = {line[:11].strip() for line in text.splitlines()}
    assert heads == {"contract", "checked", "unreadable", "violation", "evidence", "proof", "verdict", ""}
    assert text.encode()
    if hostile.isprintable():
        assert f"seen     {hostile}\n" in text


@pytest.mark.parametrize("level", ["violation", "drift", "note"])
def test_each_level_stands_before_its_rule(run: MakeRun, finding: MakeFinding, level: str) -> None:
    """In one column, so that they can be searched for."""
    assert f"\n{level:<10} a.type\n" in render(verified(run(finding(level=level))))


class Tty(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_only_a_terminal_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file and a pipe have neither width nor colour; `NO_COLOR` and a dumb terminal have a width alone."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "77")
    assert screen_of(io.StringIO()) is None
    assert screen_of(Tty()) == Screen(width=77, colour=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert screen_of(Tty()) == Screen(width=77, colour=False)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert screen_of(Tty()) == Screen(width=77, colour=False)


def test_levels_rules_and_the_verdict_have_their_colour(run: MakeRun, finding: MakeFinding) -> None:
    """And nothing else is different: without its colours the text is the plain one."""
    report = verified(run(finding(), finding(rule="c.drift", level="drift", fingerprint="1")))
    plain, drawn = render(report), render(report, Screen(width=500, colour=True))
    assert re.sub(r"\x1b\[[\d;]*m", "", drawn) == plain
    assert "\x1b[31mviolation  \x1b[0m\x1b[1ma.type\x1b[0m\n" in drawn
    assert "\x1b[33mdrift      \x1b[0m\x1b[1mc.drift\x1b[0m\n" in drawn
    assert drawn.endswith("verdict    \x1b[1;31mbroken\x1b[0m: 1 finding\n")
    assert "verdict    \x1b[1;32mkept\x1b[0m by" in render(verified(run()), Screen(width=500, colour=True))


def test_the_narrowest_screen_draws_all_of_it(run: MakeRun) -> None:
    """Also where not even the verdict stands on one line."""
    report = verified(run(targets=()))
    drawn = render(report, Screen(width=22, colour=True))
    assert re.sub(r"\x1b\[[\d;]*m", "", drawn).split() == render(report).split()


def test_a_screen_wraps_by_words(poisoned: Run, hostile: str) -> None:
    """Below the text, not below the heads, and no word is cut; nothing from outside draws anything there either."""
    text = render(verified(poisoned), Screen(width=60, colour=False))
    assert {line[:11].strip() for line in text.splitlines()} <= {
        *("contract", "checked", "unreadable", "violation", "evidence", "proof", "verdict", ""),
    }
    assert all(len(line) <= 60 or " " not in line[11:].strip() for line in text.splitlines())
    assert "\x1b" not in text
    if hostile.isprintable() and " " not in hostile:
        assert hostile in text
