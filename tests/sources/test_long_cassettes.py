"""Cassettes that are too long to be held in memory are read as they come."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.sources import cassettes
from contracts.sources.cassettes import RECORDED_LIVE, read_each
from contracts.sources.files import CutShort

ENTRY = """- request:
    body: null
    headers: {{}}
    method: GET
    uri: https://h/a/{number}
  response:
    body: {{string: '{{"a": "é{number}"}}'}}
    headers: {{Content-Type: [application/json]}}
    status: {{code: 200, message: OK}}
"""
TOLD = "metadata: {origin: live, recorded-at: 2026-01-31T12:00:00Z}\n"
ODD = "- 5\n- request: {method: GET, uri: 'https://h/b'}\n"


def entries(count: int) -> str:
    """So many interactions."""
    return "interactions:\n" + "".join(ENTRY.format(number=number) for number in range(count))


def read(path: Path, text: str | bytes) -> Iterator[Any]:
    """What a cassette with this text holds."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_each(path)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few bytes are long."""
    monkeypatch.setattr(cassettes, "LONG", 600)


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())], ids=["plain", "packed"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "a mark"])
def test_it_is_what_it_is_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Any, mark: str) -> None:
    """The same interactions with their numbers, lines, origin and moment; what can't be read costs itself."""
    text = mark + "version: 1\n" + TOLD + entries(20) + ODD + ENTRY.format(number=21)
    streamed = [*read(tmp_path / "a.yaml", pack(text))]
    monkeypatch.setattr(cassettes, "LONG", 2**20)
    assert streamed == [*read(tmp_path / "a.yaml", pack(text))]
    assert len(streamed) == 23
    assert {type(one).__name__ for one in streamed[20:22]} == {"Unread"}
    assert (streamed[-1].origin, streamed[-1].index, streamed[-1].at) == (RECORDED_LIVE, 22, "2026-01-31T12:00:00Z")


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (b"  : }\n", r"a\.yaml:182: is not YAML from column 3 on; record it again; 19 interactions stood before that"),
        (b"\xff\n", r"a\.yaml: not text in UTF-8; name a cassette; \d+ interactions stood before that"),
        (TOLD.encode(), r"`metadata` stands behind `interactions`, which it is about; put it first; 20 interactions"),
        (b"--- {}\n", r"a\.yaml:182: holds more than one YAML document; .*; 20 interactions stood before that"),
    ],
    ids=["syntax", "bytes", "metadata", "documents"],
)
def test_what_stands_before_damage_counts(tmp_path: Path, end: bytes, problem: str) -> None:
    """The rest is told in one line."""
    found: list[Any] = []
    with pytest.raises(CutShort, match=problem):
        found.extend(read(tmp_path / "a.yaml", entries(20).encode() + end))
    assert all(isinstance(one, Interaction) for one in found)
    assert len(found) in range(18, 21)


def test_metadata_that_says_nothing_may_stand_anywhere(tmp_path: Path) -> None:
    """Neither an origin nor a moment."""
    found = [*read(tmp_path / "a.yaml", entries(20) + "metadata: {by: hand}\nversion: 1\n")]
    assert len(found) == 20


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x: 1\n" * 200, "is not a vcrpy cassette: `interactions` is missing"),
        ("- 1\n" * 200, "its top level must be a mapping"),
        ("interactions: {}\n" + "x: 1\n" * 200, "interactions must be a list, not a mapping"),
        ("interactions:\n" + "- request: {url: https://h/a, method: GET}\n" * 20, "is a cassette of go-vcr"),
        ("a: [\n" * 200, "is not YAML|nests deeper"),
    ],
)
def test_what_is_no_cassette_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """As a short one is."""
    with pytest.raises(Unusable, match=problem) as caught:
        [*read(tmp_path / "a.yaml", text)]
    assert not isinstance(caught.value, CutShort)


def test_an_interaction_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It isn't read on and on."""
    monkeypatch.setattr(cassettes, "MAX_BYTES", 5_000)
    with pytest.raises(CutShort, match="holds an interaction of more than 0 MB; record it again; 2 interactions"):
        [*read(tmp_path / "a.yaml", entries(2) + "- request:\n    body: '" + "x" * 100_000)]


def test_an_anchor_of_an_earlier_one_is_known(tmp_path: Path) -> None:
    """Vcrpy writes what it has twice once."""
    shared = ENTRY.format(number=1).replace("headers: {Content", "headers: &h {Content")
    again = ENTRY.format(number=2).replace("headers: {Content-Type: [application/json]}", "headers: *h")
    found = [*read(tmp_path / "a.yaml", "interactions:\n" + shared + again * 20)]
    assert {replace(one.response, body=b"") for one in found} == {replace(found[0].response, body=b"")}
