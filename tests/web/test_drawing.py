"""A value's JSON in lines: what is marked is drawn, what is far from it is counted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.json import Json
from contracts.web.drawing import EXCERPT, MISSING, drawn, places_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_lines_are_the_value(value: Json) -> None:
    """The lines of a small value, put together, are the value again, and nothing is marked."""
    lines = drawn(value, ())
    assert json.loads("".join(line.key + line.value for line in lines)) == value
    assert not [line for line in lines if line.mark]


def test_every_place_is_marked() -> None:
    """Of several places each is marked, one that is missing too; what is between them is counted."""
    value: Json = {"a": 1, "b": [{"c": 2}, {"c": 3}], "d": dict.fromkeys("123456789", 0)}
    lines = drawn(value, [("a",), ("b", 1, "c"), ("d", "x")], EXCERPT)
    assert [(line.mark, line.key + line.value) for line in lines if line.mark] == [
        ("here", '"a": 1,'),
        ("here", '"c": 3'),
        ("absent", '"x" is missing'),
    ]
    assert [line.value for line in lines if line.kind == "gap"] == ["… 1 item", "… 5 fields", "is missing"]


def test_a_member_stands_missing_where_the_value_says_so() -> None:
    """`MISSING` is drawn in its place, and no comma stands before an end that isn't there."""
    lines = drawn({"a": 1, "b": MISSING}, [("b",)])
    assert [line.key + line.value for line in lines] == ["{", '"a": 1', '"b" is missing', "}"]


@pytest.mark.parametrize("count", [10, 10_000])
def test_many_places_are_a_few_lines(count: int) -> None:
    """However many members are marked, those around the first few are drawn."""
    lines = drawn([0] * count, [(number,) for number in range(count)], EXCERPT)
    assert [line.mark for line in lines] == ["", *["here"] * 7, "", ""]


@pytest.mark.parametrize(
    ("pointer", "places"), [("", ((),)), ("/a~1b/0", (("a/b", "0"),)), ("#status", ()), ("#/status", ())]
)
def test_a_pointer_names_a_place(pointer: str, places: tuple[tuple[str, ...], ...]) -> None:
    """A JSON pointer is read as the steps to a place; one outside a body names none."""
    assert places_of(pointer) == places
