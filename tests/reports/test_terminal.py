"""The text report: what a person reads, whatever the run holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts.model.finding import Evidence, Finding, Judgement, Sighting
from contracts.model.run import Checked, Proof, Run
from contracts.reports.terminal import render

MakeFinding = Callable[..., Finding]
MakeRun = Callable[..., Run]


def test_a_kept_run_says_by_whom(run: MakeRun) -> None:
    """The whole report of a run without findings."""
    assert render((run(),)) == (
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
    """The gravest first, one entry for each fingerprint with its count and the place where it was met first."""
    drift = finding(rule="c.drift", level="drift", fingerprint="1", pointer="", promised=())
    twice = [finding(), finding(place="cassettes/two.yaml", seen="6")]
    text = render((run(drift, *twice, finding(fingerprint="2", pointer="/b", index=3)),))
    assert text.split("\n\n", 1)[1] == (
        "violation  a.type  (2 times)\n"
        "           a.type holds.\n"
        "           promised at page.txt:7 (documented)\n"
        "           promised at hand.toml (assumed, by hand)\n"
        "           broken at   cassettes/one.yaml /a\n"
        "           expected a string\n"
        "           seen     5\n"
        "\n"
        "violation  a.type\n"
        "           a.type holds.\n"
        "           promised at page.txt:7 (documented)\n"
        "           promised at hand.toml (assumed, by hand)\n"
        "           broken at   cassettes/one.yaml#3 /b\n"
        "           expected a string\n"
        "           seen     5\n"
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
    return render((run,)).splitlines()[-1]


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
    assert "\nproof      2 of 3 rules can fail; c.drift can't be shown to\n" in render((run(proofs=proofs),))
    assert "\nproof      2 of 2 rules can fail\n" in render((run(proofs=proofs[:2]),))


def test_one_is_told_in_the_singular(run: MakeRun, proofs: tuple[Proof, ...]) -> None:
    """One answer, one branch, one rule."""
    judgement = Judgement(checked={"live": 1}, successes=1)
    live = Checked(name="live", what="the live API", judgement=judgement)
    text = render((run(targets=(live,), branches=run().branches[:1], proofs=proofs[:1]),))
    assert "\nchecked    the live API: 1 answer, 1 of them a success\n" in text
    assert "\nevidence   0 of 1 branch observed\n" in text
    assert "\nproof      1 of 1 rule can fail\n" in text


def test_a_target_that_was_not_checked_says_why(run: MakeRun) -> None:
    """It is never kept by the others alone."""
    live = Checked(name="live", what="the live API", judgement=Judgement(), unchecked="no key")
    text = render((run(targets=(*run().targets, live)),))
    assert "\nchecked    the live API: not checked, no key\n" in text
    assert text.splitlines()[-1] == "verdict    not checked: the live API: no key"
    assert last(run(targets=())) == "verdict    not checked: no target"


def test_origins_are_told_apart(run: MakeRun) -> None:
    """What one origin showed is not added to what another did; the live API is only said to be missing where it is."""
    seen = {"live": {"a=null": Sighting(count=1, first="x"), "a=value": Sighting(count=1, first="x")}}
    judgement = Judgement(evidence=Evidence(seen=seen), checked={"live": 2}, successes=2)
    live = Checked(name="live", what="the live API", judgement=judgement)
    text = render((run(targets=(*run().targets, live)),))
    assert "evidence   2 of 2 branches observed\n           2 from live\n           1 from reference\nproof" in text
    assert text.endswith("verdict    kept by the live API and 2 recordings of the reference provider\n")


def test_several_contracts_are_several_paragraphs(run: MakeRun) -> None:
    """One after the other, with an empty line between."""
    one = render((run(),))
    assert render((run(), run())) == f"{one}\n{one}"
    assert render(()) == ""


def test_text_from_outside_stays_text(poisoned: Run, hostile: str) -> None:
    """No control, direction or invisible character reaches the terminal, and no line begins that isn't ours."""
    text = render((poisoned,))
    assert not [character for character in text if not character.isprintable() and character != "\n"]
    heads = {line[:11].strip() for line in text.splitlines()}
    assert heads == {"contract", "checked", "unreadable", "violation", "evidence", "proof", "verdict", ""}
    assert text.encode()
    if hostile.isprintable():
        assert f"seen     {hostile}\n" in text


def test_the_same_run_gives_the_same_text(poisoned: Run) -> None:
    """Twice, and from an equal value."""
    assert render((poisoned,)) == render((replace(poisoned),))


@pytest.mark.parametrize("level", ["violation", "drift", "note"])
def test_each_level_stands_before_its_rule(run: MakeRun, finding: MakeFinding, level: str) -> None:
    """In one column, so that they can be searched for."""
    assert f"\n{level:<10} a.type\n" in render((run(finding(level=level)),))
