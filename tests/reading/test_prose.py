"""The phrase patterns: what each understands, what none of them may, and which words ring."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reading.page.prose import (
    PATTERNS,
    Flags,
    Nullable,
    NullMeans,
    Present,
    Reading,
    Values,
    Writable,
    ring,
    understand,
)

STEP = NullMeans(null="stepId", other="displayName", value="Finished")

UNDERSTOOD: tuple[tuple[str, str, Reading], ...] = (
    ("null when", "null when nothing was mailed so far.", Nullable()),
    ("null when", "Null if the job is still running", Nullable()),
    ("null when", "null when none was chosen (e.g. no step was reached, or it is pending).", Nullable()),
    ("null when", "Number of the new row, or null if nothing was made.", Nullable()),
    ("null when", "Number of the new row, null if nothing was made.", Nullable()),
    ("otherwise an object with flags", "Otherwise an object with a and b flags.", Flags(names=("a", "b"))),
    ("otherwise an object with flags", "Otherwise an object with the a, b, and c flags.", Flags(names=("a", "b", "c"))),
    ("otherwise an object with flags", "Otherwise, an object with the a flag", Flags(names=("a",))),
    ("always present", "Always present.", Present()),
    ("always present", "It is always present in every answer.", Present()),
    ("a value beside null", 'When no step is left, displayName is "Finished" and stepId is null.', STEP),
    ("null means a value", 'When no step is left, stepId is null and displayName is "Finished".', STEP),
    ("null means a value", "When all is done (e.g. a, b), stepId is null and displayName is “Finished”.", STEP),
    (
        "values in brackets",
        "Outcome of the call (none / toCall / called).",
        Values(values=("none", "toCall", "called")),
    ),
    ("one of", "One of: red, dark-blue.", Values(values=("red", "dark-blue"))),
    ("one of", "Must be one of a, b, or c", Values(values=("a", "b", "c"))),
    ("one of", "Colour of the tag. Possible values: `red`, `blue`".partition(". ")[2], Values(values=("red", "blue"))),
    ("one of", "Colour, one of: red and blue.", Values(values=("red", "blue"))),
    ("writable subset", "The writable subset (a, b) can be set by another call.", Writable(values=("a", "b"))),
    ("writable subset", "This writable subset (a) may be changed through x.", Writable(values=("a",))),
)


@pytest.mark.parametrize(("_row", "sentence", "reading"), UNDERSTOOD)
def test_a_phrase_of_the_table_is_understood(_row: str, sentence: str, reading: Reading) -> None:
    """Each phrase gives its reading, whatever its white space."""
    assert understand(sentence) == reading
    assert understand("  " + sentence.replace(" ", " \n ")) == reading


def test_every_row_of_the_table_has_an_example() -> None:
    """No pattern is without a test."""
    assert {row for row, _, _ in UNDERSTOOD} == {pattern.name for pattern in PATTERNS}


NOT_UNDERSTOOD = (
    "null unless a mail was sent.",
    "Not null when a mail was sent.",
    "Never null, or null when odd.",
    "null when a mail was sent, and never after that.",
    "null when a mail was sent; an empty text before.",
    "null when a mail was sent, otherwise an object.",
    "It is null when a mail was sent.",
    "null.",
    "null whenever a mail was sent.",
    "Otherwise an object with a and b flags, never both true.",
    "Otherwise an object with a and b.",
    "Otherwise a list with a and b flags.",
    "Always present when the contact is active.",
    "Always present, and never null.",
    "Not always present in the response.",
    "Almost always present.",
    'When no step is left, stepId is null or displayName is "Finished".',
    'When no step is left, stepId is null and displayName is "Finished" or "Done".',
    'When no step is left, stepId is null and displayName is never "Finished".',
    'Unless a step is left, stepId is null and displayName is "Finished".',
    'When a step must be left, stepId is null and displayName is "Finished".',
    "When no step is left, stepId is null and displayName is Finished.",
    "Type of calendar (e.g. own / shared).",
    "Outcome of the call (none / called), null before it.",
    "Only when called (done / failed).",
    "For example, one of: red, blue.",
    "One of: red, blue, null.",
    "One of the teams, or users.",
    "One of: red.",
    "One of: red, blue. Never green.",
    "The writable subset (a, b) can never be set.",
    "The writable subset (a, b) is required.",
    "The writable values are a, b.",
    "",
)


@pytest.mark.parametrize("sentence", NOT_UNDERSTOOD)
def test_a_sentence_that_says_something_else_is_not_understood(sentence: str) -> None:
    """A pattern takes a whole sentence or none of it: near misses and second promises are left alone."""
    assert understand(sentence) is None


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (word, f"This {word} so.")
        for word in (
            "null", "Always", "only", "NEVER", "must", "cannot", "can’t", "can't", "when", "if", "unless", "otherwise",
            "one of", "is required", "at least", "at most", "max", "may not", "omitted", "up to", "subset", "shall",
        )
    ],
)  # fmt: skip
def test_a_normative_word_rings(word: str, sentence: str) -> None:
    """A sentence with a normative word is heard, in any case."""
    assert ring(sentence), word


@pytest.mark.parametrize(
    "sentence",
    [
        "Number of the contact.",
        "The lonely nullifier mustered a whenceforth iffy maxim.",
        "Use this page before going further.",
        "",
    ],
)
def test_other_words_do_not_ring(sentence: str) -> None:
    """A word that merely holds a normative one is silent."""
    assert not ring(sentence)


@given(st.text())
def test_any_text_is_read_without_a_crash(sentence: str) -> None:
    """Whatever a page says, reading it ends with a reading or none."""
    assert ring(sentence) in {True, False}
    assert understand(sentence) is None or ring(sentence) or "(" in sentence or ":" in sentence


@pytest.mark.parametrize("free", ["must be so", "is never so", "is so only now", "is at most 3", "is so if so"])
@pytest.mark.parametrize("sentence", ["null when it {}.", 'When it {}, a is null and b is "c".'])
def test_a_second_promise_in_the_free_part_is_not_swallowed(free: str, sentence: str) -> None:
    """Where the circumstances ring, the whole sentence stays open."""
    assert understand(sentence.format("is so")) is not None
    assert understand(sentence.format(free)) is None


def test_long_sentences_are_read_quickly() -> None:
    """No pattern takes more than a moment over a hostile sentence."""
    for piece in ("a, ", "null when ", "(a / ", "One of: ", "a / ", "Options: a, "):
        assert understand(piece * 3000 + "!") is None
