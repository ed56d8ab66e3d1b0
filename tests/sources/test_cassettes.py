"""Cassettes read as plain data: what they hold, where it comes from, and one clear line for whatever is wrong."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.sources.cassettes import MAX_BYTES, read_cassette, read_cassettes, read_each, read_held
from contracts.sources.parts import Unread
from tests.sources.conftest import refused, written

DELETED = object()


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
        *path, last = place.split("__")
        inner: Any = data if path[:1] == ["metadata"] or place in {"interactions", "metadata"} else entry
        for step in path:
            inner = inner[step]
        if value is DELETED:
            del inner[last]
        else:
            inner[last] = value
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
        ({"string": None}, b""),
        ({"string": ""}, b""),
        ({}, b""),
        (None, b""),
        ({"base64_string": base64.b64encode(b"\xffhello").decode()}, b"\xffhello"),
        ({"base64_string": base64.encodebytes(b"x" * 100).decode()}, b"x" * 100),
        ("bare", b"bare"),
    ],
)
def test_both_forms_of_bodies_are_read(body: object, expected: bytes) -> None:
    """A body is a string, binary, base64, or nothing."""
    (interaction,) = read_cassette(write("a.yaml", cassette(response__body=body)))
    assert interaction.response.body == expected


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
    """Content codings are taken off; a body that was recorded decoded stays."""
    data = cassette(response__body={"string": body}, response__headers={"content-encoding": [coding]})
    (interaction,) = read_cassette(write("a.yaml", data))
    assert interaction.response.body == b"plain"


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
    assert [each.place for each in read_cassettes(["d", "d/b.yaml", "empty"])] == [
        "d/a/z.yml",
        "d/a.yaml",
        "d/b.yaml",
        "d/b.yaml",
    ]


BAD: list[tuple[object, str]] = [
    (b"", "a.yaml: is empty"),
    (b" \n\n", "a.yaml: is empty"),
    (b"\xff\xfe\x00", "a.yaml: byte 0 is not UTF-8"),
    ("é".encode("latin-1") + b": 1", "a.yaml: byte 0 is not UTF-8"),
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
    ("http_interactions: []", "a Schemathesis report"),
    ("x: !!python/object/apply:os.system ['true']", "a.yaml:1: holds what is not plain data"),
    ("\nx: !mine 1", "a.yaml:2: holds what is not plain data"),
    ("x: !!binary 'é'", "a.yaml:1: holds binary that is not base64"),
    ("x: !!set {a}", "a.yaml:1: holds what is not plain data"),
    ("<<: {a: 1}", "which is no number or date"),
    ("? [a]\n: 1", "a.yaml:1: uses a mapping or a list as a name"),
    ("x: 2024-99-99", "a.yaml:1: holds '2024-99-99', which is no number or date"),
    ("x: " + "9" * 5000, "which is no number or date"),
    ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "a.yaml:2: uses a YAML alias"),
    ("a: &a [*a]", "a.yaml:1: uses a YAML alias"),
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
        ("none.yaml", "there is no such cassette"),
        ("folder.yaml", "is a folder"),
        ("huge.yaml", "is larger than 64 MB"),
        ("pipe.yaml", "is not an ordinary file"),
        ("x" * 300, "can't be read: File name too long"),
        ("a\0b", "can't be read"),
    ):
        with pytest.raises(Unusable, match=message) as caught:
            read_cassette(Path(name))
        assert "\n" not in str(caught.value)
    for name in ("none", "x" * 300, "a\0b"):
        with pytest.raises(Unusable, match=r"there is no such cassette|can't be read"):
            list(read_cassettes([name]))

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(Unusable, match=r"^a\.yaml: can't be read: Permission denied$"):
        read_cassette(write("a.yaml", cassette()))


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="[]{}:-?&*!|>'\"#% \nab1", max_size=60).map(str.encode)))
def test_no_text_is_more_than_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Any bytes are either a cassette or Unusable, nothing else."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        read_cassette(path)
    except Unusable as error:
        assert "\n" not in str(error)  # noqa: PT017 -- either outcome is right


@pytest.mark.usefixtures("here")
def test_reading_needs_neither_vcrpy_nor_requests() -> None:
    """Reading recordings loads no HTTP library."""
    write("a.yaml", cassette())
    code = (
        "import sys\nfrom contracts.sources.cassettes import read_cassettes\n"
        "assert len(list(read_cassettes(['a.yaml']))) == 1\n"
        "print(sorted({'vcr', 'requests', 'urllib3', 'http.client', 'werkzeug'} & set(sys.modules)))"
    )
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": root})
    assert done.stdout == "[]\n"
