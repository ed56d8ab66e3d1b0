"""Reaching into bodies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.json import ITEM, Json, Path, dotted, pointer
from contracts.rules.instance import ABSENT, SHORT, Steps, find, replaced, same, short, value_at

BODY: dict[str, Any] = {"a": {"b": [1, {"c": None}], "": 2}, "n": None}


@pytest.mark.parametrize(("path", "found"), [
    ((), [((), BODY)]),
    (("n",), [(("n",), None)]),
    (("a", "b", ITEM), [(("a", "b", 0), 1), (("a", "b", 1), {"c": None})]),
    (("a", "b", ITEM, "c"), [(("a", "b", 1, "c"), None)]),
    (("a", ""), [(("a", ""), 2)]),
    (("n", "x"), []),
    (("a", ITEM), []),
    (("a", "b", "c"), []),
    (("x",), []),
])  # fmt: skip
def test_a_path_finds_every_value_that_is_there(path: Path, found: list[Any]) -> None:
    """Items fan out; a step that is missing, null or of another type finds nothing."""
    assert list(find(BODY, path)) == found
    assert all(value_at(BODY, steps) == value for steps, value in found)


@pytest.mark.parametrize("steps", [("x",), ("n", "x"), ("a", "b", 2), ("a", "b", -1), ("a", "b", "c"), ("a", 0)])
def test_a_place_that_is_not_there_is_absent(steps: Steps) -> None:
    """Which is not null."""
    assert value_at(BODY, steps) is ABSENT


@pytest.mark.parametrize(("steps", "new", "expected"), [
    ((), 5, 5),
    (("n",), 1, {**BODY, "n": 1}),
    (("x",), 1, {**BODY, "x": 1}),
    (("n",), ABSENT, {"a": BODY["a"]}),
    (("a", "b", 0), 9, {**BODY, "a": {**BODY["a"], "b": [9, {"c": None}]}}),
    (("a", "b", 1, "c"), ABSENT, {**BODY, "a": {**BODY["a"], "b": [1, {}]}}),
])  # fmt: skip
def test_replacing_gives_a_copy(steps: Steps, new: Json, expected: Json) -> None:
    """One place changes, in a copy; the body itself stays as it was."""
    before = repr(BODY)
    assert replaced(BODY, steps, new) == expected
    assert repr(BODY) == before


@pytest.mark.parametrize("steps", [("n", "x"), ("a", "b", "c"), ("a", "b", 0, "x")])
def test_replacing_below_no_object_is_an_error(steps: Steps) -> None:
    """There is no such place, and none is invented."""
    with pytest.raises(TypeError, match="no place"):
        replaced(BODY, steps, 1)


@pytest.mark.parametrize(("one", "other", "equal"), [
    (1, 1.0, True), (True, 1, False), (0, False, False), (False, False, True), ("1", 1, False), (None, 0, False),
    ("a", "a", True), (2**53 + 1, float(2**53), False),
])  # fmt: skip
def test_json_equality(one: Json, other: Json, equal: bool) -> None:
    """One number however written; a boolean is no number."""
    assert same(one, other) is equal
    assert same(other, one) is equal


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_short_is_one_short_line(value: Any) -> None:
    """Any value is shown in one line of limited length."""
    assert len(short(value)) <= SHORT
    assert "\n" not in short(value)
    assert short(ABSENT) == "absent"


@pytest.mark.parametrize(("path", "text"), [
    ((), "body"), (("a",), "a"), (("a", "b"), "a.b"), (("a", ITEM, "b"), "a[].b"), ((ITEM, "b"), "[].b"),
])  # fmt: skip
def test_dotted_names(path: Path, text: str) -> None:
    """Places are called as a person would write them."""
    assert dotted(path) == text


def test_pointers_escape() -> None:
    """RFC 6901: `~` and `/` in names are escaped, the whole document is the empty text."""
    assert pointer(("a/b", "c~d", 0, "")) == "/a~1b/c~0d/0/"
    assert not pointer(())
