"""Two exchanges side by side: what differs is marked, what doesn't is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.documenting.rule_examples import excerpts
from contracts.model.interaction import Interaction, Request, Response
from tests.rules.synthetic import made

GOOD = Interaction(
    request=Request(method="GET", url="https://x.example/a", headers=(("X-Key", "k"),)),
    response=Response(status=200, headers=(("Content-Type", "application/json"),), body=b"{}"),
    origin="generated",
)

BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=4),
    max_leaves=12,
)


def having(body: Any) -> Interaction:
    """The good exchange with another body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return replace(GOOD, response=replace(GOOD.response, body=data))


def shown(before: Interaction, after: Interaction, kind: str = "type") -> list[str]:
    """The excerpt of `after`, marked lines with a sign before them."""
    _, found = excerpts(
        made("x", kind, "success", (), {"types": ["object"], "expression": "$request.path.id"}), before, after
    )
    return [("> " if line.marked else "  ") + line.text for line in found]


@given(BODIES, BODIES)
def test_difference_is_marked_and_only_a_difference(one: Any, other: Any) -> None:
    """Something is marked on either side exactly where two bodies differ."""
    marked = [line for line in shown(having(one), having(other)) if line.startswith(">")]
    back = [line for line in shown(having(other), having(one)) if line.startswith(">")]
    assert bool(marked or back) == (json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))


BIG = {f"field{number}": number for number in range(9)}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (
            having(BIG),
            having(BIG | {"field4": None}),
            ["  {", "    …", '    "field2": 2,', '    "field3": 3,', '>   "field4": null,', '    "field5": 5,',
             '    "field6": 6,', "    …", "  }"],
        ),
        (having({"a": 1, "b": 2}), having({"b": 2}), ["  {", '>   — no "a" —', '    "b": 2', "  }"]),
        (having({"a": 1, "b": 2}), having({"a": 1}), ["  {", '    "a": 1', '>   — no "b" —', "  }"]),
        (having({"a": {"b": 1}, "c": 0}), having({"a": None, "c": 0}), ["  {", '>   "a": null,', '    "c": 0', "  }"]),
        (having({"a": None}), having({"a": {"b": 1}}), ["  {", '>   "a": {', '      "b": 1', "    }", "  }"]),
        (
            having({"a": {"x": 1, "y": 2}, "b": {"c": 1}}),
            having({"a": {"x": 1, "y": 2}, "b": {"c": 2}}),
            ["  {", "    …", '    "b": {', '>     "c": 2', "    }", "  }"],
        ),
        (
            having({"a": {"x": 1, "y": 2}, "b": 1}),
            having({"a": {"x": 1, "y": 2}, "b": 2}),
            ["  {", '    "a": { … 2 fields },', '>   "b": 2', "  }"],
        ),
        (having({"a": 1}), having({"a": True}), ["  {", '>   "a": true', "  }"]),
        (having([1, 2]), having([1]), ["  [", "    1", ">   — no item 1 —", "  ]"]),
        (having([]), having([0] * 9), ["> [", "    0,", "    0,", "    0,", "    0,", "    0,", "    …", "  ]"]),
        (having({"a": 1}), having(b'{\n  "a": 1'), ["  {", '    "a": 1', "> — the answer ends here —"]),
        (having(b"{"), having({"a": 1}), ["  {", '>   "a": 1', "  }"]),
        (having(b"1\n2\n3\n4\n5\n6"), having(b"x"), ["> x"]),
        (having(b""), having(b"1\n2\n3\n4\n5\n6"), ["> 1", "> 2", "> 3", "> 4", "> 5", "  …"]),
        (having({}), having(b""), ["  ", "> — the answer ends here —"]),
        (GOOD, replace(GOOD, response=replace(GOOD.response, status=410)), ["> HTTP 410"]),
        (GOOD, replace(GOOD, response=replace(GOOD.response, headers=())), ["> — no Content-Type —"]),
        (GOOD, replace(GOOD, request=replace(GOOD.request, headers=())), ["> — no X-Key —"]),
        (GOOD, GOOD, []),
    ],
)  # fmt: skip
def test_excerpts(before: Interaction, after: Interaction, wanted: list[str]) -> None:
    """A changed value, a missing one, a body cut short, a status, a header: each stands out among its neighbours."""
    assert shown(before, after) == wanted


def test_what_a_rule_is_about_is_shown() -> None:
    """The request stands above the body, unmarked, where the rule is about what it asks for."""
    assert shown(having({"a": 1}), having({"a": 2}), "echo")[0] == "  GET https://x.example/a"


def test_long_values_are_cut() -> None:
    """A value of any size is one line of bounded length."""
    (line,) = (line for line in shown(having({"a": "x" * 10_000}), having({"a": "y" * 10_000})) if "y" in line)
    assert len(line) < 500


def test_answers_without_a_body_are_told_apart_by_their_heads() -> None:
    """Where neither has a body, a missing header is all that is shown."""
    empty = having(b"")
    bare = replace(empty, response=replace(empty.response, headers=()))
    assert shown(empty, bare) == ["> — no Content-Type —"]
    assert shown(empty, empty) == []
