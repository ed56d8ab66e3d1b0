"""The line where an interaction begins, for a finding to point at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.sources.recordings import line_of

TAPE = """\
interactions:
- request:
    body: "a

      b"
    uri: x
  response: {}
- request: {}
metadata: {interactions: [1, 2]}
"""
LINE = '{"request": {}, "response": {}}\n'
ENTRIES = [{"a": ["\n", {"entries": []}]}, {"entries": 1}]

LINES: list[tuple[str, str, list[int | None]]] = [
    ("a.yaml", TAPE, [2, 8, None]),
    ("a.yaml", "# by hand\n---\nmetadata: {interactions: [1, 2]}\n" + TAPE, [5, 11, None]),
    ("a.yaml", "metadata: {}\ninteractions:\n\n  - request: 1\n\n  - 2\nversion: 1", [4, 6, None]),
    ("a.yaml", "version: 1\ninteractions: [{request: {}},\n  {request: {}}]", [2, 3, None]),
    ("a.yaml", TAPE.replace("\n", "\r\n"), [2, 8, None]),
    ("a.yaml", "interactions: &a\n- request: {}\n- *a\n- x", [2, 3, 4, None]),
    ("a.yaml", "interactions:\n- request: {}\n- ]", [2, None]),
    ("a.json", json.dumps({"metadata": {}, "interactions": ENTRIES, "version": 1}, indent=1), [4, 12, None]),
    ("a.json", json.dumps({"version": 1, "interactions": ENTRIES}), [1, 1, None]),
    ("a.har", json.dumps({"log": {"version": {"entries": [1]}, "entries": ENTRIES}}, indent=1), [9, 17, None]),
    ("a.har", '{"log": {"a": {"entries": []},\n"entries": {}}}', [None]),
    ("a.har", '{"log": {"version": ""}}', [None]),
    ("a.har", '{"log": []}', [None]),
    ("a.har", "[" * 100_000, [None]),
    ("a.ndjson", LINE + "\n\n" + LINE, [1, 4, None]),
    ("a.ndjson", "", [None]),
    ("a.json", "{}", [None]),
]


@pytest.mark.parametrize(("name", "content", "lines"), LINES)
def test_an_interaction_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, lines: list[int | None]
) -> None:
    """Where it begins in its file; None where that can't be told, and never an error."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content.encode())
    assert [line_of(name, index) for index in range(len(lines))] == lines


@pytest.mark.parametrize("place", ["https://h/a", "", "none.har", "a\0b"])
def test_a_place_that_is_no_file_has_no_line(place: str) -> None:
    """An answer of a server has its URL for a place."""
    assert line_of(place, 0) is None
