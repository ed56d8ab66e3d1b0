"""Cassettes read as plain data: what they hold, where it comes from, and one clear line for whatever is wrong."""

from __future__ import annotations

import base64
import gzip
import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.sources.cassettes import SUFFIXES, files_below, read_cassette, read_each, read_held
from contracts.sources.entries import Unread
from contracts.sources.files import MAX_BYTES
from tests.sources.conftest import DELETED, put, refused, written


def cassette(**changes: Any) -> dict[str, Any]:
    """A small cassette, parts replaced by dotted place (`response__body`)."""
    entry: dict[str, Any] = {
        "request": {"method": "GET", "uri": "https://h/a", "body": None, "headers": {"Accept": ["*/*"]}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": ["application/json"], "Set": ["1", "2"]},
            "body": {"string": '{"a": 1}'},
        },
    }
    data: dict[str, Any] = {"version": 1, "interactions": [entry]}
    for place, value in changes.items():
        put(data if place.startswith(("interactions", "metadata")) else entry, place, value)
    return data


def write(name: str, content: object) -> Path:
    """A file with bytes, text, or data as YAML."""
    return written(name, content if isinstance(content, bytes | str) else yaml.dump(content))


@pytest.mark.usefixtures("here")
def test_an_interaction_is_read_whole() -> None:
    """Method, URL, status, headers with all their values, bodies as bytes, place and number."""
    text = "version: 1\ninteractions:\n" + yaml.dump(cassette()["interactions"]) * 2
    first, second = read_cassette(write("c/one.yaml", text))
    assert (first.request.method, first.request.url, first.request.body) == ("GET", "https://h/a", b"")
    assert first.request.headers == (("Accept", "*/*"),)
    assert (first.response.status, first.response.body) == (200, b'{"a": 1}')
    assert first.response.headers == (("Content-Type", "application/json"), ("Set", "1"), ("Set", "2"))
    assert (first.place, first.index, second.index, first.origin) == ("c/one.yaml", 0, 1, "recorded")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"string": "é"}, "é".encode()),
        ({"string": b"\xff\x00"}, b"\xff\x00"),
        ({"string": ""}, b""),
        ({"base64_string": base64.b64encode(b"\xffhello").decode()}, b"\xffhello"),
        ({"base64_string": base64.encodebytes(b"x" * 100).decode()}, b"x" * 100),
        ("bare", b"bare"),
    ],
)
def test_both_forms_of_bodies_are_read(body: object, expected: bytes) -> None:
    """A body is a string, binary or base64."""
    (interaction,) = read_cassette(write("a.yaml", cassette(response__body=body)))
    assert interaction.response.body == expected


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("body", [{"string": None}, {}, None, DELETED])
def test_a_body_that_was_not_stored_is_not_an_empty_one(body: object) -> None:
    """Its answer can't be told, unless method, status or the contract ask for none, or its length says so."""
    data = cassette(response__body=body)
    data["interactions"] += cassette(response__body=body, response__status={"code": 204})["interactions"]
    data["interactions"] += cassette(response__body=body, request__method="HEAD")["interactions"]
    data["interactions"] += cassette(response__body=body, response__headers={"Content-Length": 0})["interactions"]
    unread, *bare = read_each(write("a.yaml", data))
    assert isinstance(unread, Unread)
    assert unread.problem == "interactions[0].response.body: was not stored"
    assert unread.bare is not None
    assert (unread.bare.response.status, unread.bare.response.body) == (200, b"")
    assert [isinstance(one, Interaction) and one.response.body for one in bare] == [b""] * 3


@pytest.mark.usefixtures("here")
def test_a_body_that_a_serializer_parsed_is_read() -> None:
    """Its JSON value stands for the text; what is none in JSON is said."""
    parsed = {"contactId": 1, "name": "\u00e9"}
    data = cassette(response__body=DELETED, response__parsed_body=parsed)
    data["interactions"] += cassette(response__body=DELETED, response__parsed_body={"a": float("nan")})["interactions"]
    found, unread = read_each(write("a.yaml", data))
    assert isinstance(found, Interaction)
    assert json.loads(found.response.body) == parsed
    assert isinstance(unread, Unread)
    assert "parsed_body holds a number that is none in JSON" in unread.problem


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"plain", mtime=0)),
        ("GZIP", gzip.compress(b"plain", mtime=0)),
        ("x-gzip", gzip.compress(b"plain", mtime=0)),
        ("deflate", zlib.compress(b"plain")),
        ("deflate, gzip", gzip.compress(zlib.compress(b"plain"), mtime=0)),
        ("identity", b"plain"),
        ("gzip", b"plain"),
    ],
)
def test_coded_bodies_are_decoded(coding: str, body: bytes) -> None:
    """Content codings are taken off, one line for each or all in one; a body that was recorded decoded stays."""
    headers = {"content-encoding": coding.split(", "), "content-type": ["text/plain"]}
    data = cassette(response__body={"string": body}, response__headers=headers)
    (interaction,) = read_cassette(write("a.yaml", data))
    assert interaction.response.body == b"plain"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("body", "headers", "problem"),
    [
        (gzip.compress(b"{}", mtime=0), {}, ""),
        (gzip.compress(b"{}", mtime=0).decode("latin-1"), {"Content-Encoding": "gzip"}, ""),
        (gzip.compress(b"{}", mtime=0).decode("latin-1"), {}, ""),
        (gzip.compress(b"{}", mtime=0) + b"\r\n", {"Content-Encoding": "gzip"}, ""),
        (zlib.compress(b"{}"), {}, ""),
        (gzip.compress(b"{}", mtime=0).decode("utf-8", "replace"), {}, "stored as text, and lost"),
        (b"\x28\xb5\x2f\xfd\x04\x00", {}, "is compressed with zstd"),
        ("", {"Content-Encoding": "br"}, "is coded as br, and empty"),
        ('{"cut": ', {"Content-Encoding": "gzip"}, "is neither the gzip that its Content-Encoding says nor"),
        ("<html>", {"Content-Encoding": "br"}, "is coded as br"),
        ("b\x7f", {"Content-Encoding": "br", "Content-Type": "text/plain"}, "is coded as br"),
    ],
)
def test_a_body_that_its_recorder_changed_is_decoded_or_unread(body: object, headers: Any, problem: str) -> None:
    """What is evident by its first bytes is decoded whatever the headers say; what can't be told is not judged."""
    data = cassette(response__body={"string": body}, response__headers={"Content-Type": "application/json"} | headers)
    (found,) = read_each(write("a.yaml", data))
    if problem:
        assert isinstance(found, Unread)
        assert problem in found.problem
    else:
        assert isinstance(found, Interaction)
        assert found.response.body == b"{}"


@pytest.mark.usefixtures("here")
def test_nothing_is_guessed_of_what_was_recorded_just_now() -> None:
    """A server that sends gzip without saying so is to be found, not helped."""
    body = gzip.compress(b"{}", mtime=0)
    path = write("a.yaml", cassette(response__body={"string": body}))
    assert [one.response.body for one in read_cassette(path, exact=True)] == [body]


@pytest.mark.usefixtures("here")
def test_a_text_that_is_no_json_was_sent_so_where_nothing_speaks_against_it() -> None:
    """A broken body is still a broken body: bytes and text without a coding are what was sent."""
    for body in ('{"cut": ', "", b"\xff{}", "\ufeff{}"):
        (found,) = read_cassette(write("a.yaml", cassette(response__body={"string": body})))
        assert found.response.body == (body if isinstance(body, bytes) else body.encode())


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("value", "read"),
    [
        (562, [("X", "562")]),
        (1.5, [("X", "1.5")]),
        (True, [("X", "True")]),
        (b"nginx", [("X", "nginx")]),
        (None, []),
        ([None, "a"], [("X", "a")]),
    ],
)
def test_a_header_is_what_a_serializer_made_of_it(value: object, read: list[tuple[str, str]]) -> None:
    """A number, bytes; a value that was taken out is no line."""
    (found,) = read_cassette(write("a.yaml", cassette(response__headers={"X": value})))
    assert list(found.response.headers) == read


@pytest.mark.usefixtures("here")
def test_what_an_alias_stands_for_is_there_twice() -> None:
    """As vcrpy writes one mapping that a hook gave it for two answers."""
    headers = {"Content-Type": ["application/json"]}
    entries = [cassette(response__headers=headers)["interactions"][0] for _ in range(2)]
    text = yaml.dump({"interactions": entries, "version": 1})
    assert "*id001" in text
    first, second = read_cassette(write("a.yaml", text))
    assert first.response.headers == second.response.headers == (("Content-Type", "application/json"),)


@pytest.mark.usefixtures("here")
def test_a_coding_that_is_unknown_makes_its_interaction_unread() -> None:
    """Where a cassette of others is read, one brotli body leaves the rest to be checked."""
    data = cassette(response__headers={"Content-Encoding": ["br"]}, response__body={"base64_string": "CwGAe30D"})
    data["interactions"] += cassette()["interactions"]
    first, second = read_each(write("a.yaml", data))
    assert isinstance(first, Unread)
    assert first.problem.startswith("interactions[0].response.body: is coded as br")
    assert (first.request.url, first.place, first.index, second.index) == ("https://h/a", "a.yaml", 0, 1)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a"])
def test_json_cassettes_are_read(name: str) -> None:
    """What vcrpy's JSON serializer writes is read as its YAML is, whatever the name; half characters included."""
    data = cassette(response__body={"string": "\U0001f600 \ud800"})
    (found,) = read_cassette(write(name, json.dumps(data, indent=4)))
    assert (found.request.url, found.response.body) == ("https://h/a", "\U0001f600 ".encode() + b"\xed\xa0\x80")
    assert read_held(Path(name))[0] == {}


@pytest.mark.usefixtures("here")
def test_the_flat_form_of_httpx_is_read() -> None:
    """Older versions of vcrpy wrote httpx' answers without `status` and `body`; vcrpy plays them still."""
    data = cassette(response={"status_code": 404, "http_version": "HTTP/1.1", "headers": {}, "content": '{"a": 1}'})
    (found,) = read_cassette(write("a.yaml", data))
    assert (found.response.status, found.response.body) == (404, b'{"a": 1}')


@pytest.mark.usefixtures("here")
def test_marks_and_windows_lines_do_no_harm() -> None:
    """A byte order mark, and CRLF at the end of every line."""
    text = yaml.dump(cassette(response__body={"string": '{"a":\n 1}'}))
    (found,) = read_cassette(write("a.yaml", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))
    assert json.loads(found.response.body) == {"a": 1}


BAD_JSON: list[tuple[object, str]] = [
    ("{", "a.json: is not JSON ("),
    ('{\n"interactions": [', "a.json:2: is not JSON ("),
    ("[]", "a.json: is not a vcrpy cassette: its top level must be a mapping"),
    ('{"version": 1}', "`interactions` is missing"),
    ("interactions: []", "a.json: is not JSON"),
    ("[" * 100_000, "nests too deep"),
    (json.dumps(cassette(request__uri="\ud800")), "interactions[0].request.uri holds half a character"),
    (json.dumps(cassette(response__body={"string": 1.5})), "body.string must be text, not float"),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("content", "message"), BAD_JSON)
def test_a_bad_json_cassette_is_one_clear_line(content: object, message: str) -> None:
    """As for YAML."""
    with refused("a.json:", message):
        read_cassette(write("a.json", content))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("metadata", "origin"),
    [
        (DELETED, "recorded"),
        ({}, "recorded"),
        (None, "recorded"),
        ({"origin": "live"}, "recorded live"),
        ({"origin": "reference"}, "reference"),
        ({"origin": "staging.example.com"}, "staging.example.com"),
    ],
)
def test_the_metadata_names_the_origin(metadata: object, origin: str) -> None:
    """A recording says whose answers it holds; one of the live server is called recorded, as is a silent one."""
    data = cassette() if metadata is DELETED else cassette(metadata=metadata)
    path = write("a.yaml", data)
    assert read_cassette(path)[0].origin == origin
    assert read_held(path)[0] == (metadata if isinstance(metadata, dict) else {})


@pytest.mark.usefixtures("here")
def test_folders_are_read_in_the_order_of_names() -> None:
    """Every cassette below a folder, sorted; other, hidden and rejected files are left alone; empty gives none."""
    left_alone = ("d/.case-1/tape.yaml", "d/.a.yaml", "d/notes.txt", "d/a.rejected.yaml", "d/B.Rejected.YAML")
    for name in ("d/b.yaml", "d/a/z.yml", "d/a.yaml", *left_alone):
        write(name, cassette())
    Path("empty").mkdir()
    found = [path.as_posix() for name in ("d", "d/b.yaml", "empty") for path in files_below(Path(name), SUFFIXES)]
    assert found == ["d/a/z.yml", "d/a.yaml", "d/b.yaml", "d/b.yaml"]


BAD: list[tuple[object, str]] = [
    (b"", "its top level must be a mapping"),
    (b" \n\n", "its top level must be a mapping"),
    (b"\xff\xfe\x00", "a.yaml: not text in UTF-8 (byte 0)"),
    ("é".encode("latin-1") + b": 1", "a.yaml: not text in UTF-8 (byte 0)"),
    (b"a\x00b", "a.yaml: is not text: character 1 can't stand in YAML"),
    (b"\x7fELF\x02\x01", "can't stand in YAML"),
    ("a: [1", "a.yaml:2: is not YAML"),
    ("a: b: c", "a.yaml:1: is not YAML"),
    ("{a: 1}\n---\n{b: 2}", "a.yaml:2: holds more than one YAML document"),
    ("just prose", "its top level must be a mapping"),
    ("- 1", "its top level must be a mapping"),
    ("null", "its top level must be a mapping"),
    ("# only a comment", "its top level must be a mapping"),
    ("version: 1", "`interactions` is missing"),
    ("http_interactions: []", "a report of Schemathesis"),
    ("recorded_with: VCR 6.2.0\nhttp_interactions: []", "is a cassette of Ruby's VCR, which is not read here"),
    ("interactions: [{request: {url: x}}]", "is a cassette of go-vcr, which is not read here"),
    ("x: !!python/object/apply:os.system ['true']", "a.yaml:1: holds what is not plain data"),
    ("\nx: !mine 1", "a.yaml:2: holds what is not plain data"),
    ("x: !!binary 'é'", "a.yaml:1: holds binary that is not base64"),
    ("x: !!set {a}", "a.yaml:1: holds what is not plain data"),
    ("<<: a", "merges by '<<' what is no mapping"),
    ("? [a]\n: 1", "a.yaml:1: uses a mapping or a list as a name"),
    ("x: 2024-99-99", "a.yaml:1: holds '2024-99-99', which is no number or date"),
    ("x: " + "9" * 5000, "which is no number or date"),
    (
        "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" if n else "a0: &a0 [x]\n" for n in range(30)),
        "by YAML aliases",
    ),
    ("a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 70)), "nests deeper than 60 levels"),
    ("a: &a [*a]", "a.yaml:1: uses a YAML alias that stands for nothing complete"),
    ("a: *b", "a.yaml:1: uses a YAML alias that stands for nothing complete"),
    ("- " * 100_000, "a.yaml:1: nests deeper than 60 levels"),
    ("[" * 100_000, "nests deeper than 60 levels"),
    ("{a: " * 900, "nests deeper than 60 levels"),
    (cassette(interactions=None), "interactions must be a list, not nothing"),
    (cassette(interactions={}), "interactions must be a list, not a mapping"),
    (cassette(interactions=[1]), "interactions[0] must be a mapping, not a whole number"),
    (cassette(request=DELETED), "interactions[0].request is missing"),
    (cassette(response=None), "interactions[0].response must be a mapping, not nothing"),
    (cassette(request__method=7), "interactions[0].request.method must be text, not a whole number"),
    (cassette(request__uri=DELETED), "interactions[0].request.uri is missing"),
    (cassette(request__headers=["a"]), "interactions[0].request.headers must be a mapping, not a list"),
    (cassette(request__headers={"a": {"b": 1}}), "interactions[0].request.headers.a must be text, not a mapping"),
    (cassette(response__headers={1: ["a"]}), "interactions[0].response.headers (a name) must be text"),
    (
        cassette(response__status={"code": "200"}),
        "interactions[0].response.status.code must be a whole number, not text",
    ),
    (cassette(response__status={"code": True}), "must be a whole number, not bool"),
    (cassette(response__status={}), "interactions[0].response.status.code is missing"),
    (cassette(response__status={"code": 42}), "must have three digits"),
    (cassette(response__body={"string": 5}), "interactions[0].response.body.string must be text, not a whole number"),
    (cassette(response__body=[1]), "interactions[0].response.body must be text, not a list"),
    (cassette(response__body={"base64_string": "é"}), "base64_string is not base64"),
    (cassette(response__body={"base64_string": "abc"}), "base64_string is not base64"),
    (cassette(metadata=[1]), "metadata must be a mapping, not a list"),
    (cassette(metadata={"origin": 3}), "metadata.origin must be text, not a whole number"),
    (
        cassette(response__headers={"Content-Encoding": ["br"]}, response__body={"base64_string": "CwGAe30D"}),
        "interactions[0].response.body: is coded as br",
    ),
    (
        cassette(
            response__headers={"Content-Encoding": "gzip"},
            response__body={"string": gzip.compress(b"a" * 99, mtime=0)[:-9]},
        ),
        "is cut in the middle of its compressed data",
    ),
    (
        cassette(response__headers={"Content-Encoding": "gzip"}, response__body={"string": b"\x1f\x8b" + b"\x00" * 30}),
        "is broken gzip",
    ),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("content", "message"), BAD)
def test_a_bad_cassette_is_one_clear_line(content: object, message: str) -> None:
    """Whatever the file holds: one line that begins with the file and says what is wrong there."""
    with refused("a.yaml:", message):
        read_cassette(write("a.yaml", content))


@pytest.mark.usefixtures("here")
def test_a_path_without_a_cassette_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing files, folders where a file is due, devices, overlong names, huge files, files of others."""
    Path("folder.yaml").mkdir()
    with Path("huge.yaml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    os.mkfifo("pipe.yaml")
    for name, message in (
        ("none.yaml", "no such file; name a cassette"),
        ("folder.yaml", "a folder, where a cassette is expected"),
        ("huge.yaml", "larger than 64 MB"),
        ("pipe.yaml", "is not an ordinary file"),
        ("x" * 300, "can't be read: File name too long"),
        ("a\0b", "can't be read"),
    ):
        with pytest.raises(Unusable, match=message) as caught:
            read_cassette(Path(name))
        assert "\n" not in str(caught.value)
    for name in ("none", "x" * 300, "a\0b"):
        with pytest.raises(Unusable, match=r"no such file; name a cassette|can't be read"):
            [read_cassette(path) for path in files_below(Path(name), SUFFIXES)]

    def refuse(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    path = write("a.yaml", cassette())
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Unusable, match=r"^a\.yaml: can't be read: Permission denied$"):
        read_cassette(path)


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="[]{}:-?&*!|>'\"#% \nab1", max_size=60).map(str.encode)))
def test_no_text_is_more_than_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Any bytes are either a cassette or Unusable, nothing else."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        read_cassette(path)
    except Unusable as error:
        assert "\n" not in str(error)  # noqa: PT017 -- either outcome is right
