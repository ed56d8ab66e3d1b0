"""Formats: one verdict for every text, in both validators."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checking.explainer import explain
from contracts.checking.screen import Screen
from contracts.model.contract import Rule
from contracts.rules.formats import EXAMPLES, FORMATS, is_date, is_date_time
from contracts.writing import Written

LEGAL_TIMES = [
    "2024-03-08T10:00:00+00:00",
    "2024-03-08T10:00:00Z",
    "2024-03-08t10:00:00z",
    "2024-03-08T10:00:00.1Z",
    "2024-03-08T10:00:00.123456789012345678901234567890Z",
    "2024-03-08T10:00:00-00:00",
    "2024-03-08T23:59:59+23:59",
    "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0000-02-29T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "1990-12-31T23:59:60Z",
    "1990-12-31T23:59:60.999Z",
    "1990-12-31T15:59:60-08:00",
    "1991-01-01T08:59:60+09:00",
    "1991-01-01T05:29:60+05:30",
    "1998-06-10T23:59:60Z",
]
ILLEGAL_TIMES = [
    "",
    "2024-03-08",
    "10:00:00Z",
    "2024-03-08T10:00:00",
    "2024-03-08T10:00Z",
    "2024-03-08 10:00:00Z",
    "2024-03-08T10:00:00Z\n",
    "\n2024-03-08T10:00:00Z",
    " 2024-03-08T10:00:00Z",
    "2024-03-08T10:00:00.Z",
    "2024-03-08T10:00:00,5Z",
    "2024-03-08T24:00:00Z",
    "2024-03-08T23:60:00Z",
    "2024-03-08T23:59:61Z",
    "2024-03-08T10:00:60Z",
    "2024-03-08T23:58:60Z",
    "1990-12-31T23:59:60-08:00",
    "1990-12-31T23:59:60+00:01",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-01-32T00:00:00Z",
    "2024-1-1T00:00:00Z",
    "24-01-01T00:00:00Z",
    "12024-01-01T00:00:00Z",
    "+2024-01-01T00:00:00Z",
    "2024-03-08T10:00:00+24:00",
    "2024-03-08T10:00:00+00:60",
    "2024-03-08T10:00:00+0000",
    "2024-03-08T10:00:00+00",
    "2024-03-08T10:00:00 +00:00",
    "2024-03-08T10:00:00UTC",
    "２０２４-03-08T10:00:00Z",
    "2024-03-08T1٠:00:00Z",
    "2024-03-08T10:00:00\u221200:00",
    "2024-W10-5T10:00:00Z",
]


@pytest.mark.parametrize("text", LEGAL_TIMES)
def test_a_legal_date_time_is_one(text: str) -> None:
    """What RFC 3339 allows passes: leap seconds where UTC ends a day, lower-case letters, any fraction."""
    assert is_date_time(text)


@pytest.mark.parametrize("text", ILLEGAL_TIMES)
def test_an_illegal_date_time_is_none(text: str) -> None:
    """What RFC 3339 doesn't allow fails, trailing newlines and other scripts' digits included."""
    assert not is_date_time(text)


@pytest.mark.parametrize(("text", "legal"), [
    ("2024-02-29", True), ("0000-02-29", True), ("2023-02-29", False), ("2024-02-29\n", False), ("2024-2-29", False),
    ("2024-06-31", False), ("２０２４-02-28", False), ("2024-02-29T00:00:00Z", False),
])  # fmt: skip
def test_a_date_is_a_day_of_the_calendar(text: str, legal: bool) -> None:
    """A full-date is four, two and two digits that name an existing day."""
    assert is_date(text) is legal


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
    assert FORMATS[form](text) is legal


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_an_example_and_leaves_other_types_alone(form: str) -> None:
    """The example keeps its format; what is no string is none of a format's business."""
    assert FORMATS[form](EXAMPLES[form])
    others: list[object] = [None, 1, 1.5, True, [], {}]
    assert all(map(FORMATS[form], others))


def _validators(form: str) -> tuple[Screen, Written]:
    rule = Rule(
        id="f", kind="format", target="success", says={"format": form}, summary="", sources=(), level="violation"
    )
    written = Written(schema={"format": form}, locations={("format",): rule})
    return Screen(written), written


VALIDATORS = {form: _validators(form) for form in FORMATS}

digits = st.text("0123456789٠", min_size=1, max_size=4)
times = st.builds(
    "".join,
    st.lists(digits | st.sampled_from(["-", ":", "T", "t", "Z", "z", "+", ".", "60", "23:59", "2024-02-29", "\n"])),
)


@pytest.mark.parametrize("form", FORMATS)
@given(text=st.sampled_from(LEGAL_TIMES + ILLEGAL_TIMES) | times | st.text())
def test_both_validators_give_the_same_verdict(form: str, text: str) -> None:
    """A text keeps a format for the screen and the explainer alike: exactly where our function says so."""
    screen, written = VALIDATORS[form]
    assert screen.keeps(text) is FORMATS[form](text)
    assert (not explain(written, text)) is FORMATS[form](text)


@pytest.mark.parametrize("text", ["1990-12-31T23:59:60Z", "2024-03-08T10:00:00Z\n", "0000-01-01T00:00:00Z"])
def test_the_libraries_formats_are_replaced(text: str) -> None:
    """The texts that the two libraries judge differently by themselves get our verdict from both."""
    screen, written = VALIDATORS["date-time"]
    assert screen.keeps(text) is is_date_time(text) is (not explain(written, text))


def test_a_wrong_date_fails() -> None:
    """Formats assert: neither library does that unless it is told to."""
    silent: Any = jsonschema.Draft202012Validator({"format": "date-time"})
    assert silent.is_valid("yesterday")
    screen, written = VALIDATORS["date-time"]
    assert not screen.keeps("yesterday")
    assert [broken.rule.id for broken in explain(written, "yesterday")] == ["f"]
