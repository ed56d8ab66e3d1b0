"""Formats: one verdict for every text, in both validators."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checking.explainer import explain
from contracts.rules.listing import listing_of
from contracts.rules.texts import EXAMPLES, FORMATS, has_format
from tests.rules.synthetic import contract_of

LEGAL_TIMES = [
    "2024-03-08T10:00:00+00:00", "2024-03-08T10:00:00Z", "2024-03-08t10:00:00z", "2024-03-08T10:00:00.1Z",
    "2024-03-08T10:00:00.123456789012345678901234567890Z", "2024-03-08T10:00:00-00:00", "2024-03-08T23:59:59+23:59",
    "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "0000-02-29T00:00:00Z",
    "9999-12-31T23:59:59Z", "1990-12-31T23:59:60Z", "1990-12-31T23:59:60.999Z", "1990-12-31T15:59:60-08:00",
    "1991-01-01T08:59:60+09:00", "1991-01-01T05:29:60+05:30", "1998-06-10T23:59:60Z",
]  # fmt: skip
ILLEGAL_TIMES = [
    "", "2024-03-08", "10:00:00Z", "2024-03-08T10:00:00", "2024-03-08T10:00Z", "2024-03-08 10:00:00Z",
    "2024-03-08T10:00:00Z\n", "\n2024-03-08T10:00:00Z", " 2024-03-08T10:00:00Z", "2024-03-08T10:00:00.Z",
    "2024-03-08T10:00:00,5Z", "2024-03-08T24:00:00Z", "2024-03-08T23:60:00Z", "2024-03-08T23:59:61Z",
    "2024-03-08T10:00:60Z", "2024-03-08T23:58:60Z", "1990-12-31T23:59:60-08:00", "1990-12-31T23:59:60+00:01",
    "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-00-01T00:00:00Z",
    "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-32T00:00:00Z", "2024-1-1T00:00:00Z", "24-01-01T00:00:00Z",
    "12024-01-01T00:00:00Z", "+2024-01-01T00:00:00Z", "2024-03-08T10:00:00+24:00", "2024-03-08T10:00:00+00:60",
    "2024-03-08T10:00:00+0000", "2024-03-08T10:00:00+00", "2024-03-08T10:00:00 +00:00", "2024-03-08T10:00:00UTC",
    "２０２４-03-08T10:00:00Z", "2024-03-08T1٠:00:00Z", "2024-03-08T10:00:00\u221200:00", "2024-W10-5T10:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("text", LEGAL_TIMES)
def test_a_legal_date_time_is_one(text: str) -> None:
    """What RFC 3339 allows passes: leap seconds where UTC ends a day, lower-case letters, any fraction."""
    assert has_format("date-time", text)


@pytest.mark.parametrize("text", ILLEGAL_TIMES)
def test_an_illegal_date_time_is_none(text: str) -> None:
    """What RFC 3339 doesn't allow fails, trailing newlines and other scripts' digits included."""
    assert not has_format("date-time", text)


@pytest.mark.parametrize(("text", "legal"), [
    ("2024-02-29", True), ("0000-02-29", True), ("2023-02-29", False), ("2024-02-29\n", False), ("2024-2-29", False),
    ("2024-06-31", False), ("２０２４-02-28", False), ("2024-02-29T00:00:00Z", False),
])  # fmt: skip
def test_a_date_is_a_day_of_the_calendar(text: str, legal: bool) -> None:
    """A full-date is four, two and two digits that name an existing day."""
    assert has_format("date", text) is legal


@pytest.mark.parametrize(("form", "text", "legal"), [
    ("uuid", "123e4567-e89b-12d3-a456-426614174000", True),
    ("uuid", "123E4567-E89B-12D3-A456-426614174000", True),
    ("uuid", "123e4567e89b12d3a456426614174000", False),
    ("uuid", "{123e4567-e89b-12d3-a456-426614174000}", False),
    ("uuid", "123e4567-e89b-12d3-a456-426614174000\n", False),
    ("uuid", "123e4567-e89b-12d3-a456-42661417400g", False),
    ("email", "someone@example.com", True),
    ("email", "some.one+tag@example.co.uk", True),
    ("email", "someone@localhost", True),
    ("email", "someone", False),
    ("email", "@example.com", False),
    ("email", "someone@", False),
    ("email", "a@b@c", False),
    ("email", "a b@c.d", False),
    ("email", "someone@example.com\n", False),
    ("email", "someone@example..com", False),
    ("uri", "https://example.com/a?b#c", True),
    ("uri", "urn:isbn:1", True),
    ("uri", "/relative", False),
    ("uri", "example.com", False),
    ("uri", "https://example.com/a b", False),
    ("uri", "https://example.com/\n", False),
    ("uri", "1http://example.com", False),
])  # fmt: skip
def test_other_formats(form: str, text: str, legal: bool) -> None:
    """Each format accepts its own and refuses near misses."""
    assert has_format(form, text) is legal


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_has_an_example_and_leaves_other_types_alone(form: str) -> None:
    """The example keeps its format; what is no string is none of a format's business."""
    assert has_format(form, EXAMPLES[form])
    others: list[object] = [None, 1, 1.5, True, [], {}]
    assert all(has_format(form, other) for other in others)


digits = st.text("0123456789٠", min_size=1, max_size=4)
times = st.builds(
    "".join,
    st.lists(digits | st.sampled_from(["-", ":", "T", "t", "Z", "z", "+", ".", "60", "23:59", "2024-02-29", "\n"])),
)


CONTRACTS = {form: contract_of({"format": form}) for form in FORMATS}


def _verdicts(form: str, text: str) -> set[bool]:
    """What our function and the two validators say of a text."""
    contract = CONTRACTS[form]
    at, validators = contract.bodies["success"].at, listing_of(contract).validators
    return {has_format(form, text), bool(validators.keeps(at, text)), not validators.errors(at, text)}


@pytest.mark.parametrize("form", sorted(FORMATS))
@given(text=st.sampled_from(LEGAL_TIMES + ILLEGAL_TIMES) | times | st.text())
def test_both_validators_give_the_same_verdict(form: str, text: str) -> None:
    """A text keeps a format for the screen and the explainer alike: exactly where our function says so."""
    assert len(_verdicts(form, text)) == 1


@pytest.mark.parametrize("text", ["1990-12-31T23:59:60Z", "2024-03-08T10:00:00Z\n", "0000-01-01T00:00:00Z"])
def test_the_libraries_formats_are_one(text: str) -> None:
    """The texts that the two libraries judge differently by themselves get one verdict."""
    assert len(_verdicts("date-time", text)) == 1


def test_a_wrong_date_fails() -> None:
    """Formats assert: neither library does that unless it is told to."""
    silent: Any = jsonschema.Draft202012Validator({"format": "date-time"})
    assert silent.is_valid("yesterday")
    assert _verdicts("date-time", "yesterday") == {False}
    assert [one.rule.id for one in explain(CONTRACTS["date-time"], "success", "yesterday")] == ["body.format"]


@pytest.mark.parametrize("form", ["regex", "iri", "idn-email", "json-pointer", "password", "uri-reference", "Date"])
def test_any_other_format_is_a_note(form: str) -> None:
    """What isn't in the list asserts nothing, known to a library or not."""
    contract = contract_of({"type": "string", "format": form})
    assert explain(contract, "success", "\\ not (") == ()
    assert "body.format" not in {rule.id for rule in contract.rules}
