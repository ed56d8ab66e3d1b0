"""Sentences that tell a field by another field's value become conditions; what they don't name exactly does not."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.consumer.legal_cases import legal_cases
from contracts.model.contract import Contract
from contracts.proving.proof import prove
from contracts.reading.hand import Hand
from contracts.reading.page.governed_fields import Governed, governed
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive
from tests.reading.answers import broken as breaks
from tests.reading.scores import OWN
from tests.rules.synthetic import held

REPORT = (OWN / "read-a-report.txt").read_text(encoding="utf-8")
FARM = (OWN / "open-a-farm.txt").read_text(encoding="utf-8")

SENTENCES = {
    "Null when state is waiting.": ("null", "state", ("waiting",), False),
    "URL of it, or null if the `state` is `waiting` or `failed`": ("null", "state", ("waiting", "failed"), False),
    "null unless state is done": ("null", "state", ("done",), True),
    "Null when state is not done.": ("null", "state", ("done",), True),
    "Null until signed is true": ("null", "signed", ("true",), True),
    "Null for Letter, Call, and Visit tasks": ("null", "", ("Letter", "Call", "Visit"), False),
    "Only present when state is done.": ("absent", "state", ("done",), True),
    "Present only for `mail` steps": ("absent", "", ("mail",), True),
    "Will be present if and only if `kind` is `mail`.": ("absent", "kind", ("mail",), True),
    "This field is required only for lamps with `kind` set to `wall`.": ("required", "kind", ("wall",), False),
    "`null` if kind is mail": ("null", "kind", ("mail",), False),
    "Omitted when kind is 'a' or 'b'.": ("absent", "kind", ("a", "b"), False),
    "Required when withPause = true": ("required", "withPause", ("true",), False),
    "Required if kind = mail, optional otherwise": ("required", "kind", ("mail",), False),
    "Is required unless kind is mail.": ("required", "kind", ("mail",), True),
}
OTHERS = (
    "Null until state is done.",
    "May be null when state is waiting.",
    "Not null when state is done.",
    "Null when no mail was sent.",
    "Null for the first step.",
    "Only included when asked for with the fields parameter.",
    "Only populated when state is done.",
    "Present if kind is mail.",
    "Returned only when the full parameter is true in the query.",
    "Required when kind is mail and text is empty.",
)


def report(**changed: Any) -> dict[str, Any]:
    """The documented report, changed."""
    shown: dict[str, Any] = {
        "object": "report", "state": "done", "signed": False, "url": "https://files.example.com/7", "signer": None,
        "rows": 12,
    }  # fmt: skip
    return {name: value for name, value in (shown | changed).items() if value != "absent"}


def contract(text: str) -> Contract:
    """The contract of a page."""
    return held(derive(read_page(text, "page.txt"), Hand()))


def conditions(text: str) -> list[str]:
    """What a page's draft asserts of fields by others, the request's first."""
    found = derive(read_page(text, "page.txt"), Hand()).rules
    return [rule.id for rule in found if rule.kind in {"condition", "if"}]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_the_form_is_read(sentence: str) -> None:
    """Effect, field, values, and whether it is meant of all others, whatever marks names and values."""
    effect, other, values, unless = SENTENCES[sentence]
    assert governed(sentence) == Governed(effect=effect, other=other, values=values, unless=unless)  # type: ignore[arg-type]


@pytest.mark.parametrize("sentence", OTHERS)
def test_any_other_sentence_is_not(sentence: str) -> None:
    """What has been, may be, or is told in more words than one value is nothing to check."""
    assert governed(sentence) is None


def test_answers_are_held_to_what_the_page_says_of_one_field_by_another() -> None:
    """A signer before the signature, rows of a waiting report, an error of a done one: each breaks its own rule."""
    held_to = contract(REPORT)
    for changed, broken in (
        ({}, []),
        ({"signed": True, "signer": "A"}, []),
        ({"signer": "A"}, ["body.false-is-no-signer"]),
        ({"state": "waiting", "url": None, "rows": "absent"}, []),
        ({"state": "waiting", "url": None}, ["body.waiting-or-running-or-failed-is-without-rows"]),
        ({"state": "failed", "rows": "absent"}, ["body.waiting-or-running-or-failed-is-no-url"]),
        ({"error": "odd"}, ["body.waiting-or-running-or-done-is-without-error"]),
    ):
        signed = (("Authorization", "Bearer key"),)
        assert [*breaks(held_to, report(**changed), path="/v1/reports/7", sent=signed)] == broken


def test_each_condition_can_be_broken_alone_and_kept_by_legal_answers() -> None:
    """A proof for each; and a client meets the error that only a failed report has."""
    made = contract(REPORT)
    assert [proof.rule.id for proof in prove(made) if proof.rule.kind == "condition" and not proof.holds] == []
    assert "error=value" in {case.name for case in legal_cases(made)}


def test_constants_are_the_only_value() -> None:
    """`Always` and a value: a text, a number, a truth."""
    text = REPORT.replace("signed\nboolean\nrequired\n", "signed\nboolean\nrequired\n\nAlways `false`.\n\n")
    text = text.replace("How many there are. Only present when state is done.", "Always 12.")
    enums = {rule.at: rule.says["values"] for rule in contract(text).about("success", "enum")}
    assert enums[("object",)] == ["report"]
    assert enums[("signed",)] == [False]
    assert enums[("rows",)] == [12]


def test_what_the_page_does_not_have_or_its_example_contradicts_is_no_condition() -> None:
    """An unknown field, a value that isn't listed, a field that two others could mean; an example that shows it."""
    for unknown in ("Null unless status is `done`.", "Null unless state is `ready`.", "Null for ready reports."):
        text = REPORT.replace("Null unless state is `done`.", unknown)
        assert len(conditions(text)) == len(conditions(REPORT)) - 1
    assert (
        len(conditions(REPORT.replace('"signed": false', '"signed": false, "error": "odd"')))
        == len(conditions(REPORT)) - 1
    )


def test_what_a_request_has_to_have_is_asked_for_in_its_body() -> None:
    """`required when` names a field and a value of the request's body; of an unknown one it is listed as not read."""
    text = FARM.replace("The land, in acres.", "The land, in acres. Required when kind is grain.")
    assert conditions(text) == ["request.grain-has-acres"]
    odd = FARM.replace("The land, in acres.", "The land, in acres. Required when soil is wet.")
    assert conditions(odd) == []
    assert "Required when soil is wet." in [one.text for one in contract(odd).unaccounted]
