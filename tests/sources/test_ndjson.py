"""Exchanges one to a line: the documented form, read as it comes, and the line of whatever is wrong."""

from __future__ import annotations

import base64
import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.sources import ndjson
from contracts.sources.entries import Unread
from contracts.sources.ndjson import read_ndjson
from tests.sources.conftest import put


def line(**changes: Any) -> dict[str, Any]:
    """An exchange, parts replaced by dotted place (`response__body`)."""
    data: dict[str, Any] = {
        "request": {"method": "GET", "url": "https://h/a"},
        "response": {"status": 200, "body": None},
    }
    for place, value in changes.items():
        put(data, place, value)
    return data


def write(*lines: object, end: bytes = b"\n") -> Path:
    """A log of lines: bytes as they are, anything else as JSON."""
    path = Path("a.ndjson")
    path.write_bytes(b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + end for one in lines))
    return path


def only(content: object) -> Interaction:
    """The one interaction of a log."""
    (found,) = read_ndjson(write(content))
    assert isinstance(found, Interaction)
    return found


@pytest.mark.usefixtures("here")
def test_an_exchange_is_read_whole() -> None:
    """Both sides, whose answer it is, and where it stands; names that aren't ours are passed by."""
    data = line(
        request__headers={"Accept": "*/*"},
        request__body="{}",
        response__headers={"Set": ["1", "2"], "Content-Type": "application/json"},
        response__body='{"a": 1}',
        response__took=5,
        origin="staging.example.com",
        at="2026-01-31T12:00:00Z",
    )
    found = only(data)
    assert (found.request.method, found.request.url) == ("GET", "https://h/a")
    assert (found.request.headers, found.request.body) == ((("Accept", "*/*"),), b"{}")
    assert (found.response.status, found.response.body) == (200, b'{"a": 1}')
    assert found.response.headers == (("Set", "1"), ("Set", "2"), ("Content-Type", "application/json"))
    assert (found.origin, found.place, found.index) == ("staging.example.com", "a.ndjson", 0)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("given_", "origin"), [("live", "recorded"), ("", "recorded"), ("reference", "reference")])
def test_a_recording_of_the_live_server_is_called_recorded(given_: str, origin: str) -> None:
    """As for a cassette: "live" is what was asked in this very run."""
    assert only(line(origin=given_)).origin == origin


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, b""),
        ("", b""),
        ("é", "é".encode()),
        ("null", b"null"),
        ('"x"', b'"x"'),
        ({"a": [1, None, "é"]}, b'{"a":[1,null,"\\u00e9"]}'),
        ([], b"[]"),
        ({}, b"{}"),
        (0, b"0"),
        (False, b"false"),
        (9007199254740993, b"9007199254740993"),
        ({"base64": "/w=="}, b"\xff"),
        ({"base64": "e30=", "other": 1}, b'{"base64":"e30=","other":1}'),
        ({"a": "\ud800"}, b'{"a":"\\ud800"}'),
        ("\ud800", b"\xed\xa0\x80"),
    ],
)
def test_bodies_are_text_or_json_or_bytes(body: object, expected: bytes) -> None:
    """Text as it was sent, JSON for itself, base64 for bytes, null for none."""
    assert only(line(response__body=body)).response.body == expected


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("coded", [gzip.compress(b'["plain"]', mtime=0), b'["plain"]'])
def test_a_coded_body_is_decoded(coded: bytes) -> None:
    """As its Content-Encoding says, if it still is coded."""
    body = {"base64": base64.b64encode(coded).decode()}
    assert only(line(response__headers={"content-encoding": "gzip"}, response__body=body)).response.body == b'["plain"]'


@pytest.mark.usefixtures("here")
def test_brotli_is_told_apart() -> None:
    """What can't be decoded is not checked, and the reading goes on."""
    coded = line(response__headers={"content-encoding": "br"}, response__body={"base64": "CwGAe30D"})
    first, second = read_ndjson(write(coded, line()))
    assert isinstance(first, Unread)
    assert "is coded as br" in first.problem
    assert (first.place, first.index, second.index) == ("a.ndjson", 0, 1)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("headers", [[["A", "1"], ["B", 2], ["A", "3"]], {"A": ["1", "3"], "B": "2"}])
def test_headers_are_pairs_or_an_object(headers: object) -> None:
    """Either form, no value lost; a number is what a script made of one."""
    assert sorted(only(line(response__headers=headers)).response.headers) == [("A", "1"), ("A", "3"), ("B", "2")]


@pytest.mark.usefixtures("here")
def test_marks_blank_lines_and_windows_lines_count_for_nothing() -> None:
    """A byte order mark, CRLF, lines without content, no newline at the end."""
    path = write(b"\xef\xbb\xbf" + json.dumps(line()).encode(), b"", b"  ", line(), end=b"\r\n")
    path.write_bytes(path.read_bytes().removesuffix(b"\r\n"))
    assert [each.index for each in read_ndjson(path)] == [0, 1]
    assert [number for number, _ in ndjson.lines_of(path)] == [1, 4]


@pytest.mark.usefixtures("here")
def test_a_line_is_given_before_the_next_is_read() -> None:
    """A log of any length is read in constant memory: nothing is looked at ahead of time."""
    reading = read_ndjson(write(line()))
    assert next(reading).index == 0
    Path("a.ndjson").write_text("shorter")
    assert list(reading) == []


@pytest.mark.usefixtures("here")
def test_a_body_that_is_left_out_was_not_stored() -> None:
    """It is not the vendor's empty one, which is null."""
    data = line()
    del data["response"]["body"]
    (unread,) = read_ndjson(write(data))
    assert isinstance(unread, Unread)
    assert (unread.problem, unread.line) == ("response.body: was not stored", 1)
    assert only(line(response__body=None)).response.body == b""


@pytest.mark.usefixtures("here")
def test_a_line_beyond_bounds_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """One endless line can't fill the memory, and hides no other."""
    monkeypatch.setattr(ndjson, "MAX_LINE", 2**20)
    kept = json.dumps(line()).encode().ljust(2**20 - 1)
    assert len(list(read_ndjson(write(kept, kept)))) == 2
    first, unread, last = read_ndjson(write(kept, kept + b"  " * 2**20, line()))
    assert isinstance(unread, Unread)
    assert (unread.problem, unread.line) == ("is longer than 1 MB; write one exchange a line", 2)
    assert (first.index, unread.index, last.index, last.line) == (0, 1, 2, 3)


BAD: list[tuple[object, str]] = [
    (b"{", "is not JSON ("),
    (b"\xff", "byte 0 is not UTF-8"),
    (b'{"request": "\xff"}', "byte 13 is not UTF-8"),
    ('{"request": 1}'.encode("utf-16"), "byte 0 is not UTF-8"),
    (b"[" * 100_000, "nests too deep"),
    (b"9" * 5000, "a number of too many digits"),
    ([1], "the line must be a mapping, not a list"),
    ({}, "request is missing; write one exchange a line"),
    ({"request": {"method": "GET", "url": "/"}}, "response is missing"),
    ({"request": [], "response": {}}, "request must be a mapping, not a list"),
    ({"request": {}, "response": {}}, "request.method is missing"),
    (line(request__url=None), "request.url must be text, not nothing"),
    (line(request__method="\ud800"), "request.method holds half a character"),
    (line(response__status="200"), "response.status must be a whole number, not text"),
    (line(response__status=2), "response.status must have three digits, not 2"),
    (line(response__headers="a: b"), "response.headers must be a mapping, not text"),
    (line(response__headers={"a": {}}), "response.headers.a must be text, not a mapping"),
    (line(response__headers={"Content-Type": None}), "response.headers.Content-Type has no value"),
    (line(response__headers=["ab"]), "response.headers[0] must be a list, not text"),
    (line(response__headers=[["a"]]), "response.headers[0] must be a name and a value, not 1 things"),
    (line(response__headers=[["a", []]]), "response.headers[0] must be text, not a list"),
    (line(response__headers=[[1, "a"]]), "response.headers[0] must be text, not a whole number"),
    (line(response__body={"base64": "abc"}), "response.body.base64 is not base64"),
    (line(response__body={"base64": 1}), "response.body.base64 must be text"),
    (line(response__body=float("inf")), "response.body holds a number that is none in JSON"),
    (
        b'{"request": {"method": "", "url": ""}, "response": {"status": 200, "body": 1e999}}',
        "response.body holds a number",
    ),
    (line(origin=1), "origin must be text, not a whole number"),
    (line(at=1), "at must be text, not a whole number"),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("content", "message"), BAD)
def test_a_bad_line_is_named(content: object, message: str) -> None:
    """In the middle of a log: its line and what is wrong, in one line; what stands before and after it is given."""
    first, unread, last = read_ndjson(write(line(), content, line()))
    assert isinstance(unread, Unread)
    assert (unread.place, unread.line, unread.index) == ("a.ndjson", 2, 1)
    assert message in unread.problem
    assert "\n" not in unread.problem
    assert len(unread.problem) < 200
    assert (type(first), type(last), last.index) == (Interaction, Interaction, 2)


@pytest.mark.usefixtures("here")
def test_no_depth_is_too_deep() -> None:
    """A body in JSON that nests just as deep as can be read, or a little less or more: an exchange, or one line."""
    outcomes: set[int | str] = set()
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit() + 60):
        body = "[" * depth + "]" * depth
        line_ = f'{{"request": {{"method": "", "url": ""}}, "response": {{"status": 200, "body": {body}}}}}'
        (found,) = read_ndjson(write(line_.encode()))
        outcomes.add(found.problem.partition(";")[0].split("nests")[-1] if isinstance(found, Unread) else 0)
    assert outcomes <= {0, " too deep"}  # how deep is too deep is up to the version of Python


@pytest.mark.usefixtures("here")
def test_a_log_that_fails_under_way_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that gives up is no traceback."""

    def refused(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    path = write(line())
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(Unusable, match=r"^a\.ndjson: can't be read: Permission denied$"):
        list(read_ndjson(path))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["request", "response", "base64", "method", "url"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PLACES = (
    "request response request__method request__url request__headers request__body response__status response__headers "
    "response__body origin at"
).split()


@given(st.one_of(JSON, st.tuples(st.sampled_from(PLACES), JSON).map(lambda change: line(**{change[0]: change[1]}))))
def test_no_json_is_more_than_refused(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    """Whatever stands anywhere: an interaction that can be written again, or why it can't be read, in one line."""
    path = tmp_path_factory.getbasetemp() / "any.ndjson"
    path.write_text(json.dumps(data) + "\n")
    for found in read_ndjson(path):
        str(found.request).encode()
        assert isinstance(found, Interaction) or "\n" not in found.problem
