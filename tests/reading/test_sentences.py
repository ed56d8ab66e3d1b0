"""Prose split into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reading.page.sentence_splitting import digest, sentences, unclosed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The owner. null when nobody owns it.", ["The owner.", "null when nobody owns it."]),
        ("Set by us, e.g. on a move. Never by you.", ["Set by us, e.g. on a move.", "Never by you."]),
        ("Blue vs. red, i.e. two colours, etc. and so on.", ["Blue vs. red, i.e. two colours, etc. and so on."]),
        ("Red, blue, etc. Never green.", ["Red, blue, etc.", "Never green."]),
        ("From 0.5 to 1.0 at v3.2. Or less", ["From 0.5 to 1.0 at v3.2.", "Or less"]),
        ("Off (broken. or lost) or lit. Dim!", ["Off (broken. or lost) or lit.", "Dim!"]),
        ("The list. (Deprecated. See path.) Use it.", ["The list.", "(Deprecated. See path.)", "Use it."]),
        ('Says "Gone. Away." then stops. End.', ['Says "Gone. Away." then stops.', "End."]),
        ('The name is "Done". It stays.', ['The name is "Done".', "It stays."]),
        ('The name is "Done." It stays.', ['The name is "Done."', "It stays."]),
        ("“Gone. Away” is a state. Yes?", ["“Gone. Away” is a state.", "Yes?"]),
        ("Waiting... still. Done... Next", ["Waiting... still.", "Done...", "Next"]),
        ("Open (never closed. Next one.", ["Open (never closed.", "Next one."]),
        ("At a.example/v1. See it.", ["At a.example/v1.", "See it."]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    """A full stop ends a sentence unless it closes an abbreviation or stands inside brackets or quotation marks."""
    assert [one.text for one in sentences([(1, text)])] == parts


def test_lines_and_bullets() -> None:
    """A sentence may run over lines and has the line it begins on; bullets, blanks and colons begin anew."""
    lines = [
        (4, "One begins"),
        (5, "here. Two"),
        (6, "ends."),
        (7, "  • In mode A: all"),
        (8, "1. First"),
        (9, ""),
        (10, "So:"),
    ]
    found = sentences([*lines, (11, "a value")], "owner")
    assert [(one.line, one.text) for one in found] == [
        (4, "One begins here."),
        (5, "Two ends."),
        (7, "In mode A: all"),
        (8, "First"),
        (10, "So:"),
        (11, "a value"),
    ]
    assert {one.field for one in found} == {"owner"}


def test_digest() -> None:
    """A digest is 16 hex digits, the same wherever the sentence stands and however it is spaced."""
    alone = sentences([(1, "It is null.")])[0]
    among = sentences([(7, "Before. It  is"), (8, "null. After.")])[1]
    assert alone.digest == among.digest == digest(" It\tis null. ")
    assert len(alone.digest) == 16
    assert alone.digest != digest("It is never null.")


def test_unclosed() -> None:
    """An open bracket or quotation mark is named; closed ones and apostrophes are not."""
    assert unclosed("a (b [c]") == "("
    assert unclosed('the "state') == '"'
    assert unclosed("it isn't (so)") == ""


@given(st.text(alphabet='ab.!? ()"“”\n', max_size=200))
def test_no_word_is_lost(text: str) -> None:
    """Splitting drops white space and nothing else."""
    found = sentences(enumerate(text.split("\n"), start=1))
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())
