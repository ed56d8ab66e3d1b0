"""The phrase patterns: what each understands, what none of them may, and which words ring."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reading.page.limits import Limits
from contracts.reading.page.normative_words import ring
from contracts.reading.page.phrases import (
    PATTERNS,
    Flags,
    Legend,
    MayBeEmpty,
    Nullable,
    NullMeans,
    Optional,
    Present,
    Reading,
    Values,
    Writable,
)
from contracts.reading.page.promising_sentences import permits_null, readings, understand
from contracts.reading.page.sentence_splitting import sentences

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
    ("null when", "Null until somebody has signed it.", Nullable()),
    ("null when", "It is null before the first visit.", Nullable()),
    ("null when", "Null by default", Nullable()),
    ("null when", "When the job ended, or null if it still runs", Nullable()),
    ("null in brackets", "Number of the folder (null if it lies at the top).", Nullable()),
    ("null in brackets", "Name of the maker (nullable)", Nullable()),
    ("may be null", "Can be null.", Nullable()),
    ("may be null", "Number of the parent, or null.", Nullable()),
    ("null has a meaning", "A null value means that nobody signed.", Nullable()),
    ("always present", "Always included in each answer.", Present()),
    ("only present when", "Only present when the meter is mounted.", Optional()),
    ("only present when", "Omitted for guests.", Optional()),
    ("empty when", "Empty when nobody wrote any.", MayBeEmpty()),
    ("values in brackets", "Tide (high | low).", Values(values=("high", "low"))),
    ("one of", "Valid values are on, off and idle.", Values(values=("on", "off", "idle"))),
    ("one of", "One of on, off, or lost for lamps that nobody found.", Values(values=("on", "off", "lost"))),
    ("a labelled list", "Possible values: Not begun, In work, Done.", Values(values=("Not begun", "In work", "Done"))),
    ("a labelled list", "One of: open (still there), shut (gone).", Values(values=("open", "shut"))),
    ("quoted values", 'Way of the call: "in" or "out".', Values(values=("in", "out"))),
    ("quoted values", "Either `in` or `out`", Values(values=("in", "out"))),
    ("numbers with their meaning", "Kind of the task: 0 = Call, 2 = Letter", Legend(values=(0, 2))),
    ("numbers with their meaning", "Heat (1 = low, 2 = high).", Legend(values=(1, 2))),
    ("always one value", "Type of the object is always meter.", Values(values=("meter",))),
    ("always one value", 'Always "meter".', Values(values=("meter",))),
    ("always one value", "Always set to `meter`", Values(values=("meter",))),
    ("always one value", "It is always the string `meter`.", Values(values=("meter",))),
    ("always one value", "Always `true`.", Legend(values=(True,))),
    ("always one value", "Always 0.", Legend(values=(0,))),
    ("numbers with their meaning", "0 - left, 1 - right.", Legend(values=(0, 1))),
    ("numbers with their meaning", "0: left, 1: right", Legend(values=(0, 1))),
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
    "null.",
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
    "The folder's number is null when it lies at the top; else it isn't.",
    "null unless a mail was sent, and only then.",
    "Possible values: see the table, or ask us.",
    "Values: red, blue, etc.",
    "One of: red, blue and more.",
    "Kinds are a = one, b = two.",
    "Heat: 1 = low, 1 = high",
    "Kind, e.g. 0 = Call, 2 = Letter",
    "Mood (1 = worst, 5 = best)",
    "1 - lowest, 5 - highest",
    "Always true when the lamp is lit.",
    "Always 01.",
    "The list is always empty.",
    "Its type is always present.",
    'Colours like "red" or "blue".',
    "Only present.",
    "Second line (House/Floor/Door).",
    "Given for shops that answered 'Y' or 'N'.",
    "The way to sort, either up or down.",
    "Empty when it must be.",
    "",
)

BOUNDS: tuple[tuple[str, Limits], ...] = (
    ("Share of the house, between 0 and 1.", Limits(low=0, high=1)),
    ("Floor, from -2 to 40", Limits(low=-2, high=40)),
    ("Must be at least 0.", Limits(low=0)),
    ("Size of a page (default 25, max 1,000)", Limits(high=1000)),
    ("Maximum number of rows to give (default 25, max 500)", Limits(high=500)),
    ("At least one, at most 100", Limits(low=1, high=100)),
    ("Name, up to 50 characters.", Limits(high=50, unit="characters")),
    ("Minimum 1, maximum 100.", Limits(low=1, high=100)),
    ("Must be greater than 0.5", Limits(low=0.5, over=True)),
    ("Must be a positive integer.", Limits(low=0, over=True)),
    ("Heat of the oven (0-400)", Limits(low=0, high=400)),
    ("Defaults to asc.", Limits()),
)


@pytest.mark.parametrize(("sentence", "limits"), BOUNDS)
def test_bounds_in_words_are_understood(sentence: str, limits: Limits) -> None:
    """Amounts after the words for a bound are bounds, of characters or elements where it says so."""
    assert understand(sentence) == limits


@pytest.mark.parametrize(
    "sentence",
    [
        "Up to 3 a day.",
        "Each is at most 5.",
        "Must be at least 1 and never 7.",
        "e.g. up to 50.",
        "Between 9 and 3.",
        "At most 3, at most 5.",
        "In the years (2020-2021)",
        "At most 5 items, at least 3 characters.",
        "Up to the owner.",
    ],
)
def test_other_amounts_are_no_bounds(sentence: str) -> None:
    """An amount with more behind it, of each part, of samples, or said twice is left alone."""
    assert understand(sentence) is None


@pytest.mark.parametrize(
    ("limits", "types", "keywords"),
    [
        (Limits(low=0, high=1), ("number",), {"minimum": 0, "maximum": 1}),
        (Limits(low=0, over=True), ("integer",), {"exclusiveMinimum": 0}),
        (Limits(high=5), ("array",), {"maxItems": 5}),
        (Limits(high=5, unit="characters"), ("string",), {"maxLength": 5}),
        (Limits(high=5), ("string",), {}),
        (Limits(high=5, unit="characters"), ("array",), {}),
        (Limits(high=5, unit="elements"), ("integer",), {}),
        (Limits(high=5), ("integer", "string"), {}),
    ],
)
def test_bounds_fit_their_type(limits: Limits, types: tuple[str, ...], keywords: dict[str, int]) -> None:
    """A bound is of numbers, of a list's elements, or of a text's characters, and of nothing else."""
    assert limits.keywords(types) == keywords


def test_a_list_of_values_may_stand_on_lines_of_their_own() -> None:
    """Below a heading each line begins with a value; numbers with a meaning need no heading."""
    prose = "State.\nPossible values:\n- on: it burns\n- off: it doesn't\nMore later.\n\n- 0 = Call\n- 2 = Letter"
    told = sentences(enumerate(prose.split("\n"), start=1))
    found = list(readings(told))
    assert [reading for _, reading in found] == [Values(values=("on", "off")), Legend(values=(0, 2))]
    assert [[sentence.line for sentence in taken] for taken, _ in found] == [[2, 3, 4], [7, 8]]


@pytest.mark.parametrize(
    "sentence",
    [
        "Null when it is open, otherwise the name of who shut it.",
        "Set when the job ends, otherwise null.",
        "When it was read, or null if it never was.",
        "This field is null unless signed; see above.",
        "Of the maker, if known; this name may be null.",
        "If null then it lies at the top.",
    ],
)
def test_null_at_times_is_heard_in_any_sentence(sentence: str) -> None:
    """A sentence that isn't understood as a whole permits null all the same."""
    assert permits_null(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Never null.",
        "It is not null when open.",
        "Cannot be null.",
        "Filters that are left out (null) are ignored.",
        "When no step is left, stepId is null.",
        "null is never sent.",
        "Nullable things are elsewhere described.",
        "Keys are texts, and their items can be numbers or null.",
    ],
)
def test_null_of_something_else_is_not_heard(sentence: str) -> None:
    """What denies null, or speaks of another thing, permits nothing."""
    assert not permits_null(sentence)


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
