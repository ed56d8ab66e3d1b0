"""The look at a file's beginning: safe and quick, whatever stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.sources.sniffing import HEAD, description, json_names, looks_like

HEADS = [b"", b'{"log": {"entries": [', b"interactions:\n- request:", b'{"a": "', b"\xef\xbb\xbf["]


@given(st.binary(max_size=80), st.sampled_from(HEADS))
def test_no_beginning_is_too_strange(tail: bytes, head: bytes) -> None:
    """Whatever a file begins with, cut anywhere: a kind or none, and one short line that describes it."""
    assert looks_like(head + tail) in {"cassette", "archive", "log", None}
    assert description(head + tail).isprintable()
    assert len(description(head + tail)) < 200


@pytest.mark.parametrize("piece", ['"', "\\", '{"a":', "[", '"\\', "\n", "interactions:", "{,", '{"a":[', " - "])
def test_no_beginning_is_too_long(piece: str) -> None:
    """A piece repeated as often as is looked at makes no recording, and the look at it ends."""
    for first in ("", "{", '{"', "["):
        assert looks_like((first + piece * HEAD)[:HEAD].encode()) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"a": 1, "b": {"c": [{"d": 1}]}} {"e": 1}', [("a",), ("b",), ("b", "c")]),
        ('{"a": [{"b": "c", "d": {"e": 1}}], "f": 1}', [("a",), ("a", "b"), ("a", "d"), ("f",)]),
        ('{"a": "\\"b\\": {", "c": 1}', [("a",), ("c",)]),
        ('{"a": "cut {\\"b\\": ', [("a",)]),
        ('{"a": "cut \\', [("a",)]),
        ('{"a": 1, "cut', [("a",)]),
        ('"a": 1', []),
        ("[1]", []),
    ],
)
def test_names_are_told_from_texts(text: str, names: list[tuple[str, ...]]) -> None:
    """Names of the first object alone, each with those above it; a text that is cut holds none."""
    assert json_names(text) == names
