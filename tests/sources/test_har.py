"""HAR archives read as interactions: what browsers write, what proxies write, and whatever else may stand there."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.sources import elements, har
from contracts.sources.entries import Unread
from contracts.sources.files import CutShort
from contracts.sources.har import read_har
from contracts.sources.plain_json import json_with_lines
from tests.sources.conftest import DELETED, put, refused


def archive(**changes: Any) -> dict[str, Any]:
    """An archive of one entry, parts replaced by dotted place (`response__content__text`)."""
    entry: dict[str, Any] = {
        "startedDateTime": "2026-01-31T12:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": "https://h/a?b=1",
            "httpVersion": "HTTP/2",
            "headers": [{"name": ":path", "value": "/a?b=1"}, {"name": "Accept", "value": "*/*"}],
            "queryString": [{"name": "b", "value": "1"}],
        },
        "response": {
            "status": 200,
            "statusText": "",
            "headers": [
                {"name": "content-type", "value": "application/json"},
                {"name": "Set-Cookie", "value": "1"},
                {"name": "Set-Cookie", "value": "2"},
            ],
            "content": {"size": 8, "mimeType": "application/json", "text": '{"a": 1}'},
        },
    }
    for place, value in changes.items():
        put(entry, place, value)
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry]}}


def write(content: object, name: str = "a.har") -> Path:
    """A file with bytes, text, or data as JSON."""
    path = Path(name)
    raw = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
    path.write_bytes(json.dumps(content).encode() if raw is None else raw)
    return path


def only(content: object) -> Interaction:
    """The one interaction of an archive."""
    (found,) = read_har(write(content))
    assert isinstance(found, Interaction)
    return found


@pytest.mark.usefixtures("here")
def test_an_entry_is_read_whole() -> None:
    """Method, URL, headers in order and repeated, status, body, place and number; HTTP/2's own headers left out."""
    found = only(archive())
    assert (found.request.method, found.request.url, found.request.headers, found.request.body) == (
        "GET",
        "https://h/a?b=1",
        (("Accept", "*/*"),),
        b"",
    )
    assert (found.response.status, found.response.body) == (200, b'{"a": 1}')
    assert found.response.headers == (("content-type", "application/json"), ("Set-Cookie", "1"), ("Set-Cookie", "2"))
    assert (found.origin, found.place, found.index) == ("recorded", "a.har", 0)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("content", "coding", "expected"),
    [
        ({"text": "é"}, "", "é".encode()),
        ({"text": ""}, "", b""),
        ({"text": "", "size": 0}, "", b""),
        ({"text": "plain", "size": 5, "encoding": "utf8"}, "", b"plain"),
        ({"text": "plain"}, "gzip", b"plain"),
        ({"text": "plain"}, "br", b"plain"),
        ({"text": "\x1f\x01"}, "br", b"\x1f\x01"),
        ({"text": base64.b64encode(b"\xff\x00").decode(), "encoding": "base64"}, "", b"\xff\x00"),
        ({"text": base64.encodebytes(b"x" * 99).decode(), "encoding": "base64"}, "", b"x" * 99),
        ({"text": base64.b64encode(gzip.compress(b"plain", mtime=0)).decode(), "encoding": "base64"}, "gzip", b"plain"),
        ({"text": base64.b64encode(gzip.compress(b"plain", mtime=0)).decode(), "encoding": "base64"}, "", b"plain"),
        ({"text": base64.b64encode(b"{}").decode(), "encoding": "base64"}, "gzip", b"{}"),
        ({"text": base64.b64encode(b"{}").decode(), "encoding": "base64"}, "br", b"{}"),
        ({"text": base64.b64encode(b"a").decode(), "encoding": "base64", "mimeType": "text/plain"}, "br", b"a"),
        ({"text": base64.b64encode(b"{}").decode(), "encoding": "base64", "_isBinary": True}, "", b"{}"),
        ({"text": "{}", "size": 5}, "", b"{}"),
        ({"text": "{}", "encoding": "utf-16"}, "", b"{}"),
        ({"text": "\ud800"}, "", b"\xed\xa0\x80"),
    ],
)
def test_bodies_are_what_the_archive_says(content: object, coding: str, expected: bytes) -> None:
    """Text is decoded already, whatever the headers say; base64 may be compressed still; half characters stay.

    A text that there are doubts about stands where it is what its media type says.
    """
    headers = [{"name": "Content-Encoding", "value": coding}]
    assert only(archive(response__content=content, response__headers=headers)).response.body == expected


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({"mimeType": "application/json", "text": "{}"}, b"{}"),
        ({"params": [{"name": "a", "value": "1 2"}, {"name": "b"}]}, b"a=1+2&b="),
        ({"text": "/w==", "encoding": "base64"}, b"\xff"),
        ({}, b""),
        (None, b""),
    ],
)
def test_what_was_posted_is_read(posted: object, expected: bytes) -> None:
    """A text, or a form in names and values."""
    assert only(archive(request__postData=posted)).request.body == expected


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (archive(response__status=0), "log.entries[0]: got no answer"),
        (archive(response__status=-1), "log.entries[0]: got no answer"),
        (archive(response=None), "log.entries[0]: got no answer"),
        (archive(response=DELETED), "log.entries[0]: got no answer"),
        (archive(response__content__text=DELETED), "log.entries[0].response.content.text: was not exported"),
        (archive(response__content=None), "log.entries[0].response.content.text: was not exported"),
        (archive(response__content={"size": 0}), "was not exported"),
        (archive(response__content={"size": -1, "mimeType": "application/json"}), "was not exported"),
        (archive(response__content={"size": -1, "text": ""}), "is shorter than its size"),
        (archive(response__content={"size": 9, "text": ""}), "is shorter than its size"),
        (archive(response__content={"size": 9, "text": '{"a": '}), "is shorter than its size"),
        (archive(response__content={"text": "1f8b08", "encoding": "hex"}), "is stored as hex, which is not read here"),
        (archive(response__content={"text": "1f8b08", "_isBinary": True}), "is stored as binary in a form that is"),
        (archive(response__content={"text": "{", "encoding": ["base64"]}), "is stored as a list"),
        (archive(response__content={"_file": "none.json"}), "content._file: is no file that can be read in the"),
        (archive(response__content={"_file": "../outside.json"}), "_file: is no file that can be read in the"),
        (archive(response__content={"_file": "link.json"}), "_file: is no file that can be read in the"),
        (archive(response__content={"_file": "."}), "_file: is no file that can be read in the"),
        (archive(response__content={"_file": "a\0b"}), "_file: is no file that can be read in the"),
        (archive(response__content={"_file": 1}), "content._file must be text, not a whole number"),
        (
            archive(
                response__content={"text": "CwGAe30D", "encoding": "base64"},
                response__headers=[{"name": "content-encoding", "value": "br"}],
            ),
            "log.entries[0].response.content.text: is coded as br",
        ),
    ],
)
def test_an_entry_without_an_answer_to_judge_is_told_apart(data: object, problem: str) -> None:
    """A blocked request, a body that is cut, left out of the export or stored in an unknown form: no answer, no error.

    Nothing outside of the archive's own folder is read.
    """
    Path("inside").mkdir()
    Path("outside.json").write_text('{"outside": 1}')
    Path("inside/link.json").symlink_to("../outside.json")
    (found,) = read_har(write(data, "inside/a.har"))
    assert isinstance(found, Unread)
    assert problem in found.problem
    assert (found.request.url, found.place, found.index, found.line) == ("https://h/a?b=1", "inside/a.har", 0, 1)


@pytest.mark.usefixtures("here")
def test_a_body_in_a_file_beside_the_archive_is_read() -> None:
    """As Playwright stores them, in the archive's folder or below it."""
    Path("below").mkdir()
    Path("below/1.json").write_text('{"a": 2}')
    data = archive(response__content={"size": -1, "_file": "below/1.json"})
    assert only(data).response.body == b'{"a": 2}'


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("status", [204, 304, 101])
def test_where_no_body_is_promised_an_absent_one_is_the_body(status: int) -> None:
    """The status says so; browsers export nothing then."""
    assert only(archive(response__status=status, response__content={"size": 0})).response.body == b""


@pytest.mark.usefixtures("here")
def test_entries_are_counted_as_they_stand() -> None:
    """An unanswered entry keeps its number, and a HEAD request has no body to miss."""
    data = archive(response__status=0)
    data["log"]["entries"] += archive(request__method="HEAD", response__content={"size": 9})["log"]["entries"]
    unread, head = read_har(write(data))
    assert (type(unread), type(head), unread.index, head.index) == (Unread, Interaction, 0, 1)


@pytest.mark.usefixtures("here")
def test_a_byte_order_mark_and_windows_lines_do_no_harm() -> None:
    """As some proxies write it."""
    text = json.dumps(archive(), indent=1).replace("\n", "\r\n")
    assert only(b"\xef\xbb\xbf" + text.encode()).response.body == b'{"a": 1}'


BAD: list[tuple[object, str]] = [
    (b"", "a.har:1: is not JSON (it ends in the middle)"),
    (b"\xff\xfe{\0", "a.har:1: is not JSON (it is not text in UTF-8)"),
    ('{"log": {"entries": [{"requ', "a.har:1: is not JSON (it ends in the middle)"),
    (json.dumps(archive(), indent=1)[:-40], "is not JSON (it ends in the middle)"),
    ("{\n\n oops", "a.har:3: is not JSON ("),
    ("[" * 100_000, "nests too deep"),
    ('{"log": ' + "9" * 5000 + "}", "is not a HAR archive"),
    ([], "is not a HAR archive: `log.entries` is missing"),
    ({"log": []}, "is not a HAR archive"),
    ({"log": {"version": "1.2"}}, "is not a HAR archive"),
    ({"log": {"entries": {}}}, "`log.entries` must be a list, not a mapping"),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("content", "message"), BAD)
def test_a_bad_archive_is_one_clear_line(content: object, message: str) -> None:
    """Cut, damaged or of the wrong types: one line that names the file and the place."""
    with refused("a.har:", message):
        list(read_har(write(content)))


ODD: list[tuple[dict[str, Any], str]] = [
    ({"log": {"entries": [1]}}, "log.entries[0] must be a mapping, not a whole number"),
    (archive(request=DELETED), "log.entries[0].request is missing"),
    (archive(request__method=None), "log.entries[0].request.method must be text, not nothing"),
    (archive(request__url="\ud800"), "log.entries[0].request.url holds half a character"),
    (archive(request__headers={"a": "b"}), "log.entries[0].request.headers must be a list, not a mapping"),
    (archive(request__headers=[{"name": "a", "value": {}}]), "log.entries[0].request.headers[0].value must be text"),
    (archive(response__headers=[{"name": "Content-Type"}]), "response.headers[0].value has no value"),
    (archive(request__postData=[1]), "log.entries[0].request.postData must be a mapping, not a list"),
    (archive(request__postData={"params": [1]}), "postData.params[0] must be a mapping"),
    (archive(response=1), "log.entries[0].response must be a mapping, not a whole number"),
    (archive(response__status="200"), "log.entries[0].response.status must be a whole number, not text"),
    (archive(response__status=True), "must be a whole number, not bool"),
    (archive(response__status=42), "log.entries[0].response.status must have three digits, not 42"),
    (archive(response__content=[1]), "log.entries[0].response.content must be a mapping, not a list"),
    (archive(response__content__text=5), "log.entries[0].response.content.text must be text, not a whole number"),
    (archive(response__content={"text": "abc", "encoding": "base64"}), "content.text is not base64"),
    (
        archive(
            response__content={
                "text": base64.b64encode(gzip.compress(b"a" * 99, mtime=0)[:-9]).decode(),
                "encoding": "base64",
            },
            response__headers=[{"name": "content-encoding", "value": "gzip"}],
        ),
        "is cut in the middle of its compressed data",
    ),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("content", "problem"), ODD)
def test_a_bad_entry_hides_no_other(content: dict[str, Any], problem: str) -> None:
    """Whatever is wrong with one is said of that one; its request is known as far as it can be read."""
    content["log"]["entries"] += archive()["log"]["entries"]
    unread, found = read_har(write(content))
    assert isinstance(unread, Unread)
    assert problem in unread.problem
    assert unread.request.url in {"https://h/a?b=1", ""}
    assert isinstance(found, Interaction)


@pytest.mark.usefixtures("here")
def test_a_number_of_too_many_digits_hides_no_other_entry() -> None:
    """However many are told apart at once."""
    text = json.dumps(archive(request__method=5)["log"]["entries"][0]).replace("5", "5" * 5_000)
    found = [*read_har(write(f'{{"log": {{"entries": [{", ".join([text] * 20)}]}}}}'))]
    assert [one.problem for one in found if isinstance(one, Unread)] == [
        f"log.entries[{number}] holds a number of too many digits; export it again" for number in range(20)
    ]


@pytest.mark.usefixtures("here")
def test_a_header_without_a_value_is_no_line() -> None:
    """Some proxies export them so."""
    headers = [{"name": "A"}, {"name": "B", "value": None}, {"name": "C", "value": 5}]
    assert only(archive(request__headers=headers)).request.headers == (("C", "5"),)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_large_archive_is_read_entry_by_entry(
    monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    """The same entries with the same numbers and lines; where it goes no further, those before that."""
    (entry,) = archive()["log"]["entries"]
    text = json.dumps({"log": {"version": "1.2", "entries": [*[entry] * 9, {"request": 5}]}}, indent=1).encode()
    whole = [*read_har(write(text))]
    assert len({one.line for one in whole}) == len(whole) == 10
    monkeypatch.setattr(elements, "_CHUNK", 100)
    assert [*read_har(write(pack(text)))] == whole
    reading = read_har(write(pack(text[: len(text) // 2])))
    assert next(reading) == whole[0]
    with pytest.raises(
        CutShort, match=r"\.har:\d+: is (not JSON \(it ends|cut) in the middle.*; \d exchanges stood before that"
    ):
        list(reading)
    with pytest.raises(Unusable, match=r"`log\.entries` is missing"):
        list(read_har(write(pack(b'{"log": {"pages": [], "other": "' + b"x" * 200 + b'"}}'))))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["log", "entries", "request", "response", "text", "headers"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
PLACES = (
    "request request__method request__url request__headers request__postData response response__status "
    "response__headers response__content response__content__text"
).split()


@given(st.one_of(JSON, st.tuples(st.sampled_from(PLACES), JSON).map(lambda change: archive(**{change[0]: change[1]}))))
def test_no_json_is_more_than_refused(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    """Whatever stands anywhere: interactions that can be written again, or Unusable in one line."""
    path = tmp_path_factory.getbasetemp() / "any.har"
    path.write_text(json.dumps(data))
    try:
        for found in read_har(path):
            str(found.request).encode()
    except Unusable as error:
        assert "\n" not in str(error)  # noqa: PT017 -- either outcome is right


@given(
    st.one_of(JSON, st.tuples(st.sampled_from(PLACES), JSON).map(lambda change: archive(**{change[0]: change[1]}))),
    st.sampled_from([None, 1]),
    st.sampled_from(["", "NaN", '"\\ud800"', "1e999", str(2**70), '{"a": 1, "a": 2}']),
    st.integers(1, 40),
)
def test_entry_by_entry_an_archive_is_what_it_is_as_a_whole(
    tmp_path_factory: pytest.TempPathFactory, data: Any, indent: int | None, odd: str, chunk: int
) -> None:
    """The entries and lines are those of the whole, wherever what is read at once ends."""
    path = tmp_path_factory.getbasetemp() / "alike.har"
    text = json.dumps(
        {"log": {"x": {"entries": [1, {}]}, "entries": [data, *archive()["log"]["entries"]]}}, indent=indent
    )
    path.write_text(text.replace('"startedDateTime"', f'"odd": {odd}, "startedDateTime"') if odd else text)

    data, lines = json_with_lines(path.read_text(), "log", "entries")
    whole = [*har._Archive(path.as_posix(), path.parent).read_all(data["log"]["entries"], lines)]
    with mock.patch.object(elements, "_CHUNK", chunk):
        assert [replace(one, place=path.as_posix()) for one in read_har(path)] == whole
