"""Targets of a run: what is learned of one counts, also where the asking ends early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.documents import LocalContract
from contracts.commands.named_rows import named_rows
from contracts.commands.reference import reference
from contracts.commands.targets import Plan, check, check_or_say_why, is_target
from contracts.commands.verify import verified
from contracts.errors import Unreachable, Unusable
from contracts.model.finding import Finding
from contracts.model.interaction import Interaction
from contracts.provider.serving import serve
from contracts.proving import driving
from contracts.sources.cassettes import read_cassette
from tests import alone

ROOT = Path(__file__).parents[2]
HELD = alone.held()
(KEPT,) = read_cassette(ROOT / "cassettes" / "reply" / HELD.contract.slug / "finished.yaml")
BODY = KEPT.response.body.replace(b'"Finished"', b'"2"')
BROKEN = replace(KEPT, response=replace(KEPT.response, body=BODY))

Judge = Callable[[Interaction, bool], tuple[Finding, ...]]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test stands in an empty directory, without a key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REPLY_API_KEY", raising=False)


def stopping(monkeypatch: pytest.MonkeyPatch, *answers: Interaction) -> None:
    """A driver that has these answers judged, and is then told to go away."""

    def drive(*_: object, judge: Judge, **__: Any) -> None:
        for answer in answers:
            judge(answer, True)
        raise Unreachable("the API asks to wait 3600 s")

    monkeypatch.setattr(driving, "drive", drive)


def test_what_was_found_before_the_end_still_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A remote provider that stops answering doesn't take back what it answered."""
    stopping(monkeypatch, KEPT, BROKEN)
    (run,) = verified(("https://api.example.com",), Plan(), "violation").parts
    (target,) = run.targets
    assert (target.unchecked, target.judgement.successes) == ("the API asks to wait 3600 s", 2)
    assert [one.first.rule for one in run.met] == ["currentStep.no-step-is-finished"]
    assert run.verdict == "broken"


def test_a_run_that_ended_early_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Good answers up to there are not a verdict."""
    stopping(monkeypatch, KEPT)
    (run,) = verified(("https://api.example.com",), Plan(), "violation").parts
    assert run.verdict == "not checked"


def test_nothing_at_all_is_one_reason_for_each_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer from anybody is an error and no run."""
    stopping(monkeypatch)
    with pytest.raises(Unreachable) as error:
        verified(("https://api.example.com", "live"), Plan(), "violation", (alone.SLUG,))
    assert str(error.value) == (
        "the API asks to wait 3600 s; "
        "the live API was not asked: put its key into the environment variable REPLY_API_KEY"
        ", or give `verify` a file with --key-file"
    )


def test_success_must_have_been_seen() -> None:
    """A provider that refuses everything has shown nothing, whatever its refusals keep."""
    with serve(reference(HELD)) as url:
        checked = check(HELD, url, Plan(max_examples=1), {})
    assert checked.judgement.findings == ()
    assert (
        checked.unchecked
        == "no success answer was seen, so nothing is known; check the key, and name rows that exist with --ids"
    )


def test_progress_is_told() -> None:
    """The target by its name, and a count that grows to its end."""
    told: list[tuple[str, int, int]] = []
    check(HELD, "reference", Plan(max_examples=1, progress=lambda *step: told.append(step)), {})
    assert {name for name, _, _ in told} == {"reference"}
    assert told[0] == ("reference", 0, 0)
    assert [done for _, done, _ in told[1:]] == list(range(1, len(told)))
    assert told[-1][1] == told[-1][2]


def test_the_same_seed_asks_the_same() -> None:
    """Two runs of a seed learn the same of the reference provider."""
    first, second = (check(HELD, "reference", Plan(max_examples=3, seed=5), {}) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("text", ["cassettes", "reference", "live", "http://x", "https://x/base"])
def test_a_target_is_a_word_of_ours_or_a_url(text: str) -> None:
    """These are all there is."""
    assert is_target(text)
    assert not is_target(text.upper() + " ")


def test_recordings_of_another_operation_don_t_count(tmp_path: Path) -> None:
    """A folder full of answers to something else is not checked."""
    text = (ROOT / "cassettes" / "reply" / HELD.contract.slug / "finished.yaml").read_text()
    (tmp_path / "other.yaml").write_text(text.replace("/contacts/", "/people/"))
    other = LocalContract(contract=HELD.contract, vendor="reply", cassettes=tmp_path)
    checked = check_or_say_why(other, "cassettes", Plan(), {})
    assert checked.judgement.checked == {}
    assert checked.unchecked.startswith(f"{tmp_path} holds no recording of {HELD.contract.operation}; ")


def test_refusals_alone_are_no_kept_recordings(tmp_path: Path) -> None:
    """Where no recording holds a success answer, nothing is known of the documented body."""
    folder = ROOT / "cassettes" / "reply" / HELD.contract.slug
    (tmp_path / "one.yaml").write_bytes((folder / "error-401-without-key.yaml").read_bytes())
    other = LocalContract(contract=HELD.contract, vendor="reply", cassettes=tmp_path)
    checked = check_or_say_why(other, "cassettes", Plan(), {})
    assert (checked.judgement.checked, checked.unchecked) == (
        {"reference": 1},
        "the recordings hold no success answer",
    )


@pytest.mark.parametrize(
    ("ids", "rows"),
    [
        ((), []),
        (("1/2,3/4",), ["1/2", "3/4"]),
        (("get-a-contact-in-a-sequence=1/2",), ["1/2"]),
        (("get /v3/sequences/*=1/2",), ["1/2"]),
        (("reply=1/2", "3/4", "1/2"), ["1/2", "3/4"]),
        (("1/a=b",), ["1/a=b"]),
        (("1/YQ==",), ["1/YQ=="]),
    ],
)
def test_rows_under_a_name_are_of_that_contract(ids: tuple[str, ...], rows: list[str]) -> None:
    """Each once; a value may hold the sign."""
    (own,) = named_rows((HELD,), ids)
    assert ["/".join(row) for row in own] == rows


def test_rows_of_no_contract_are_refused() -> None:
    """A name that selects nothing is a mistake, and not a row that nobody is asked for."""
    with pytest.raises(Unusable, match="--ids another: selects nothing"):
        named_rows((HELD,), ("another=1/2",))
