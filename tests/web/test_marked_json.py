"""A value's JSON in lines: what is marked is drawn, what is far from it is counted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.json import Json, pointer
from contracts.web.marked_json import EXCERPT, MISSING, drawn, places_of

SIGNS = 'ab"\\/~\n\u202e'
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(SIGNS, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(SIGNS, max_size=2), inner, max_size=4),
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
    ("text", "wanted"), [("", ((),)), ("/a~1b/0", (("a/b", "0"),)), ("#status", ()), ("#/status", ())]
)
def test_a_pointer_names_a_place(text: str, wanted: tuple[tuple[str, ...], ...]) -> None:
    """A JSON pointer is read as the steps to a place; one outside a body names none."""
    assert places_of(text) == wanted


def marks(answer: Json, spot: str) -> list[tuple[str, str]]:
    """The marked lines: mark, and text."""
    return [(line.mark, line.key + line.value) for line in drawn(answer, places_of(spot)) if line.mark]


@pytest.mark.parametrize(
    ("spot", "marked"),
    [
        ("/id", [("here", '"id": 1,')]),
        ("/step/name", [("here", '"name": "x"')]),
        ("/step/gone", [("absent", '"gone" is missing')]),
        ("/gone/deeper", [("absent", '"gone" is missing')]),
        ("/id/deeper", [("here", '"id": 1,')]),
        ("/list/1", [("here", "2")]),
        ("/list/7", [("absent", "item 7 is missing")]),
        ("/list/*", [("here", '"list": ['), ("within", "1,"), ("within", "2"), ("within", "],")]),
        ("/step", [("here", '"step": {'), ("within", '"name": "x"'), ("within", "},")]),
        ("/empty/0", [("absent", "item 0 is missing")]),
        ("/a~1b~0c", [("here", '"a/b~c": null')]),
        ("#status", []),
    ],
)
def test_the_spot_is_marked(spot: str, marked: list[tuple[str, str]]) -> None:
    """The pointer's value is marked with all in it; what is absent, where it is missing."""
    answer: Json = {"id": 1, "step": {"name": "x"}, "list": [1, 2], "empty": [], "a/b~c": None}
    assert marks(answer, spot) == marked


def test_the_whole_body_may_be_the_spot() -> None:
    """The empty pointer means every line."""
    assert marks(5, "") == [("here", "5")]
    assert marks({"a": 1}, "") == [("here", "{"), ("within", '"a": 1'), ("within", "}")]


def test_what_is_far_is_left_out() -> None:
    """Of a long list the neighbours of the spot are drawn, and the rest is counted on both sides."""
    lines = drawn({"list": list(range(1000)), "other": list(range(1000))}, places_of("/list/500"))
    texts = [line.key + line.value for line in lines]
    assert texts[2:4] == ["… 496 items", "496,"]
    assert "500," in texts
    assert "… 495 items" in texts
    assert "… 997 items" in texts
    assert len(lines) < 30


def test_long_and_deep_answers_end() -> None:
    """Neither a long text, nor many members, nor deep nesting makes the drawing long."""
    deep: Json = 1
    for _ in range(5000):
        deep = [deep]
    assert len(drawn(deep, places_of("/0" * 5000))) < 100
    assert "characters more" in drawn("x" * 10**6, [()])[0].value
    wide: Json = {
        f"a{one}": {f"b{two}": {f"c{three}": 1 for three in range(40)} for two in range(40)} for one in range(40)
    }
    assert len(drawn(wide, places_of("/a3/b3/c3"))) < 1000


def places(value: Json, steps: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to everything in a value."""
    found = [steps]
    if isinstance(value, dict):
        found += [way for name, child in value.items() for way in places(child, (*steps, name))]
    elif isinstance(value, list):
        found += [way for number, child in enumerate(value) for way in places(child, (*steps, number))]
    return found


@given(VALUES, st.data())
def test_every_spot_is_found(answer: Json, data: st.DataObject) -> None:
    """Wherever a pointer leads in an answer, just one spot begins there, and every line is harmless."""
    steps = data.draw(st.sampled_from(places(answer)))
    lines = drawn(answer, places_of(pointer(steps)))
    assert [line.mark for line in lines if line.mark in ("here", "absent")] == ["here"]
    assert all((line.key + line.value).isprintable() for line in lines)
