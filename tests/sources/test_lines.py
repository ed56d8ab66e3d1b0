"""The line where an interaction begins, for a finding to point at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.sources.plain_json import json_with_lines
from contracts.sources.recordings import LeftOut, read_recordings

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

LINES: list[tuple[str, str, list[int]]] = [
    ("a.yaml", TAPE, [2, 8]),
    ("a.yaml", "# by hand\n---\nmetadata: {interactions: [1, 2]}\n" + TAPE.replace("metadata:", "more:"), [5, 11]),
    ("a.yaml", "metadata: {}\ninteractions:\n\n  - request: 1\n\n  - 2\nversion: 1", [4, 6]),
    ("a.yaml", "version: 1\ninteractions: [{request: {}},\n  {request: {}}]", [2, 3]),
    ("a.yaml", "version: 1\nx: &x\n- request: {}\ninteractions: *x", [3]),
    ("a.yaml", TAPE.replace("\n", "\r\n"), [2, 8]),
    ("a.yaml", "interactions:\n- &a\n  request: {}\n- *a\n- x", [2, 4, 5]),
    ("a.json", json.dumps({"metadata": {}, "interactions": ENTRIES, "version": 1}, indent=1), [4, 12]),
    ("a.json", json.dumps({"version": 1, "interactions": ENTRIES}), [1, 1]),
    ("a.har", json.dumps({"log": {"version": {"entries": [1]}, "entries": ENTRIES}}, indent=1), [9, 17]),
    ("a.har", '{"log": {"a": {"entries": []},\n"entries": [\n1]}}', [3]),
    ("a.ndjson", LINE + "\n\n" + LINE, [1, 4]),
    ("a.ndjson", LINE + "{\n" + LINE, [1, 2, 3]),
]


@pytest.mark.parametrize(("name", "content", "lines"), LINES)
def test_an_interaction_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, lines: list[int]
) -> None:
    """Where it begins in its file, told while it is read, whether it can be read itself or not."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content.encode())
    found = [one for one in read_recordings([name]) if not isinstance(one, LeftOut)]
    assert [(one.line, one.index) for one in found] == [(line, index) for index, line in enumerate(lines)]


@pytest.mark.parametrize("text", ["[]", "{}", '{"a": 1}', '{"a": {"b": 1}}'])
def test_a_text_without_the_list_has_no_lines(text: str) -> None:
    """Whatever else it is."""
    assert json_with_lines(text, "a", "b") == (json.loads(text), [])
