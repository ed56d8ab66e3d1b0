"""The file of accepted findings: what it may hold, and what it does to a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.commands.accepted_findings import accept, read_accepted
from contracts.errors import Unusable
from contracts.model.accepted import Accepted
from contracts.model.drift import Drift
from contracts.model.finding import Finding, Judgement, recurring
from contracts.model.json import general
from contracts.model.run import Checked, Results, Run
from contracts.reports import rendered
from contracts.reports.assembling import report_of
from tests.reports.conftest import CONTRACT, SOURCE, change, traffic

FILE = """\
# known, and not ours to mend
[[accepted]]
rule = "a.type"
pointer = "/things/3/a"
reason = "the vendor knows"
until = 2030-06-30

[[accepted]]
rule = "field.removed"
pointer = "/email"
reason = "nobody reads it"
until = 2030-06-30
"""

TODAY = date(2030, 6, 30)


@pytest.fixture
def accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Accepted:
    """The entries of the file above."""
    monkeypatch.chdir(tmp_path)
    path = Path("accepted.toml")
    path.write_text(FILE)
    return read_accepted(path)


def finding(pointer: str = "/things/0/a", level: str = "violation") -> Finding:
    """A finding of rule `a.type`."""
    made = Finding(
        rule="a.type", level="violation", pointer=pointer, expected="a string", seen="5", summary="a.type holds.",
        fingerprint="0123456789abcdef", promised=(SOURCE,), origin="recorded", place="one.yaml",
    )  # fmt: skip
    return replace(made, level=level)  # type: ignore[arg-type]  # the caller's to name rightly


def run(*findings: Finding, unchecked: str = "") -> Run:
    """A run of one target with these findings."""
    judgement = Judgement(met=recurring(findings), checked={"recorded": 3}, successes=3)
    target = Checked(name="cassettes", what="3 recordings", judgement=judgement, unchecked=unchecked)
    return Run(contract=CONTRACT, digest="f" * 32, targets=(target,), branches=())


def verified(*runs: Run) -> Results[Run]:
    """What `verify` came to with these runs."""
    return Results(command="verify", parts=runs)


def excused(drift: Drift, accepted: Accepted, today: date) -> Drift:
    """A comparison with what excuses something in it."""
    (done,) = accept(Results(command="drift", parts=(drift,)), accepted, today).parts
    return done


def test_entries_know_where_they_stand(accepted: Accepted) -> None:
    """Rule, general pointer, reason, date, file and line."""
    first, second = accepted.entries
    assert (first.rule, first.pointer, first.reason) == ("a.type", "/things/*/a", "the vendor knows")
    assert (first.until, first.place, first.line) == ("2030-06-30", "accepted.toml", 2)
    assert second.line == 8


def test_lines_are_told_only_where_they_are_known(tmp_path: Path) -> None:
    """Entries in another notation are entries, in no known line; an empty file accepts nothing."""
    path = tmp_path / "accepted.toml"
    path.write_text('accepted = [{rule = "a", pointer = "", reason = "b", until = 2030-01-01}]')
    (entry,) = read_accepted(path).entries
    assert entry.line == 0
    path.write_text("")
    assert read_accepted(path) == Accepted()


def test_an_accepted_finding_no_longer_breaks(accepted: Accepted) -> None:
    """It is still told with its reason, the verdict counts it, and another finding still breaks."""
    one = Accepted(entries=accepted.entries[:1])
    done = accept(verified(run(finding())), one, TODAY)
    assert (run(finding()).verdict, done.verdict) == ("broken", "kept")
    text = rendered("text", report_of(done))
    assert "\naccepted   a.type\n" in text
    assert "\n           a violation, accepted until 2030-06-30 at accepted.toml:2: the vendor knows\n" in text
    assert text.endswith("the live API was not asked; 1 finding accepted\n")
    other = accept(verified(run(finding(), finding("/b"))), one, TODAY)
    assert other.verdict == "broken"


def test_junit_tells_accepted_ones_apart(accepted: Accepted) -> None:
    """The rule's case doesn't fail, and says why; the entry is a case of its own."""
    document = rendered(
        "junit", report_of(accept(verified(run(finding())), Accepted(entries=accepted.entries[:1]), TODAY))
    )
    assert "<failure" not in document
    assert "a violation, accepted until 2030-06-30" in document
    assert '<testcase classname="get-a-thing.accepted" name="a.type /things/*/a" />' in document


def test_an_expired_entry_breaks_with_its_own_message(accepted: Accepted) -> None:
    """The day after its last day: the finding breaks again, and the entry itself is one, where it stands."""
    done = accept(verified(run(finding())), Accepted(entries=accepted.entries[:1]), date(2030, 7, 1))
    assert [one.first.rule for one in done.parts[0].fatal] == ["a.type", "accepted.expired"]
    text = rendered("text", report_of(done))
    assert "broken at   accepted.toml:2 /things/*/a\n" in text
    assert "expected a.type at /things/*/a to be mended by 2030-06-30\n" in text
    assert "seen     the day is over; mend it, or accept it anew with a reason\n" in text


def test_an_entry_that_excuses_nothing_breaks(accepted: Accepted) -> None:
    """Whatever its date: what is mended leaves the file."""
    for today in (TODAY, date(2031, 1, 1)):
        done = accept(verified(run()), Accepted(entries=accepted.entries[:1]), today)
        assert (done.verdict, [one.first.rule for one in done.parts[0].fatal]) == ("broken", ["accepted.unused"])
    assert "seen     no such thing; take the entry out of the file\n" in rendered("text", report_of(done))


def test_what_was_not_checked_is_not_called_mended(accepted: Accepted) -> None:
    """A target that gave no answer can't show that a finding is gone; that a day is over is known all the same."""
    one = Accepted(entries=accepted.entries[:1])
    assert accept(verified(run(unchecked="no key")), one, TODAY).verdict == "not checked"
    done = accept(verified(run(unchecked="no key")), one, date(2031, 1, 1))
    assert [one.first.rule for one in done.parts[0].fatal] == ["accepted.expired"]
    unasked = excused(Drift(old="a", new="b", traffic=traffic(unchecked="no key")), accepted, TODAY)
    assert unasked.verdict == "not checked"


def test_several_contracts_share_a_file(accepted: Accepted) -> None:
    """An entry is used where any of them needs it, and told once where none does."""
    done = accept(verified(run(), run(finding())), accepted, TODAY)
    assert [[one.first.rule for one in each.fatal] for each in done.parts] == [["accepted.unused"], []]
    assert [len(each.accepted.entries) for each in done.parts] == [0, 1]
    assert accept(verified(), accepted, TODAY) == verified()


def test_changes_are_accepted_by_their_kind(accepted: Accepted) -> None:
    """A change and a finding of traffic alike; another place still breaks; an expired one breaks twice."""
    drift = Drift(old="a", new="b", contract=CONTRACT, changes=(change(),), traffic=traffic(finding()))
    assert (drift.verdict, excused(drift, accepted, TODAY).verdict) == ("broken", "kept")
    assert excused(replace(drift, fail_on="any"), accepted, TODAY).verdict == "kept"
    assert excused(replace(drift, changes=(change(), change("name"))), accepted, TODAY).verdict == "broken"
    late = excused(drift, accepted, date(2030, 7, 1))
    assert [one.kind for one in late.fatal] == ["field.removed"]
    assert [rule for one in late.met for rule in [one.first.rule] * one.count] == [
        "a.type",
        "accepted.expired",
        "accepted.expired",
    ]
    mended = excused(replace(drift, traffic=None), accepted, TODAY)
    assert [one.first.rule for one in mended.met if mended.breaks(one.first)] == ["accepted.unused"]


def test_accepting_weighs_nothing_else(accepted: Accepted) -> None:
    """A level stays what it is: an accepted drift isn't unused, and never breaks."""
    done = accept(
        verified(replace(run(finding(level="drift")), fail_on="drift")), Accepted(entries=accepted.entries[:1]), TODAY
    )
    assert (done.verdict, done.parts[0].met[0].first.level) == ("kept", "drift")


def test_no_entry_excuses_the_file_itself(tmp_path: Path) -> None:
    """One that accepts being unused is unused."""
    path = tmp_path / "accepted.toml"
    path.write_text('[[accepted]]\nrule = "accepted.unused"\npointer = "/x"\nreason = "r"\nuntil = 2030-06-30\n')
    done = accept(verified(run()), read_accepted(path), TODAY)
    assert done.verdict == "broken"


GOOD = {"rule": '"a"', "pointer": '"/a"', "reason": '"b"', "until": "2030-01-01"}


def table(**parts: str) -> str:
    """One entry; what is given replaces its part, an empty text leaves it out."""
    lines = [f"{key} = {value}" for key, value in (GOOD | parts).items() if value]
    return "\n".join(["[[accepted]]", *lines, ""])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[[accepted", "not valid TOML: ", id="no TOML"),
        pytest.param("a = " + "[" * 100_000, "not valid TOML: ", id="deep"),
        pytest.param("a = " + "9" * 5000, "not valid TOML: a number that doesn't fit into 64 bits", id="long"),
        pytest.param("rule = 1", "rule: only [[accepted]] tables stand here", id="no table"),
        pytest.param("accepted = 1", "accepted: only [[accepted]] tables stand here", id="a number"),
        pytest.param("accepted = [1]", ": no table; an [[accepted]] table has rule", id="numbers"),
        pytest.param(table(reasons='"x"'), ":1: unknown key 'reasons'; an", id="unknown key"),
        pytest.param(table(rule=""), ":1: rule is missing; ", id="no rule"),
        pytest.param(table(pointer=""), ":1: pointer is missing; ", id="no pointer"),
        pytest.param(table(reason=""), ":1: reason is missing; ", id="no reason"),
        pytest.param(table(reason='" "'), ":1: the reason is empty; ", id="empty reason"),
        pytest.param(table(rule="1"), ":1: rule is no text; ", id="rule of another type"),
        pytest.param(table(pointer='"email"'), ":1: 'email' is no pointer; ", id="no pointer at all"),
        pytest.param(table(until=""), ":1: until must be a date without quotes", id="no date"),
        pytest.param(table(until='"2030-01-01"'), ":1: until must be a date without quotes", id="a text"),
        pytest.param(table(until="2030-01-01T00:00:00"), ":1: until must be a date without quotes", id="a moment"),
        pytest.param(table(until="2030-02-31"), "not valid TOML: ", id="no day"),
        pytest.param(table() + table(), ":6: a at /a is accepted twice, before in line 1", id="twice"),
        pytest.param(
            table(pointer='"/a/1"') + table(pointer='"/a/2"'), ":6: a at /a/* is accepted twice", id="twice in an array"
        ),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    """What is wrong, in which line, and what belongs there."""
    path = tmp_path / "accepted.toml"
    path.write_text(text)
    with pytest.raises(Unusable) as error:
        read_accepted(path)
    assert str(error.value).startswith(f"{path}{said}" if said.startswith(":") else f"{path}: {said}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Path.exists, id="missing"),
        pytest.param(Path.mkdir, id="folder"),
        pytest.param(lambda path: path.write_bytes(b"\xff\x00"), id="binary"),
    ],
)
def test_no_file_is_one_clear_line(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """A missing file, a folder and bytes are refused by name."""
    path = tmp_path / "accepted.toml"
    spoil(path)
    with pytest.raises(Unusable, match=r"accepted\.toml: "):
        read_accepted(path)


@given(st.lists(st.one_of(st.text(st.characters(exclude_characters="/")), st.integers(0).map(str)), max_size=4))
def test_general_pointers_stay(steps: list[str]) -> None:
    """Making a pointer general twice changes nothing more, and no position is left; what begins with # stays."""
    pointer = "".join(f"/{step}" for step in steps)
    made = general(pointer)
    assert general(made) == made
    assert made.count("/") == pointer.count("/")
    assert not [step for step in made.split("/") if step.isdecimal()]
    assert general(f"#status{pointer}") == f"#status{pointer}"
