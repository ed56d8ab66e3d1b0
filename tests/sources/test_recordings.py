"""Recordings of any make: which reader takes a file, and what is left out of a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.errors import Unusable
from contracts.sources.recordings import Skipped, read_recordings
from tests.sources.conftest import refused, written


def tape(*bodies: str, **more: Any) -> dict[str, Any]:
    """A cassette with an interaction for each body."""
    entries = [
        {
            "request": {"method": "GET", "uri": f"https://h/{number}", "body": None, "headers": {}},
            "response": {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body}},
        }
        for number, body in enumerate(bodies)
    ]
    return {"interactions": entries, "version": 1, **more}


def har(*bodies: str) -> dict[str, Any]:
    """An archive with an entry for each body."""
    entries = [
        {"request": {"method": "GET", "url": "https://h/a"}, "response": {"status": 200, "content": {"text": body}}}
        for body in bodies
    ]
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": entries}}


def log(*bodies: str) -> str:
    """A log with a line for each body."""
    return "".join(
        json.dumps({"request": {"method": "GET", "url": "https://h/a"}, "response": {"status": 200, "body": body}})
        + "\n"
        for body in bodies
    )


YAML = yaml.dump(tape("one", "two"))
ARCHIVE = json.dumps(har("one", "two"))
GOOD: list[tuple[str, str]] = [
    ("a.yaml", YAML),
    ("a.yml", YAML),
    ("a", YAML),
    ("a.txt", YAML),
    ("a.yaml", "# by hand\n---\n" + yaml.dump(tape("one", "two"), sort_keys=False)),
    ("a.yaml", yaml.dump({"metadata": {"origin": "live"}, **tape("one", "two")}, sort_keys=False)),
    ("a.yaml", YAML.replace("interactions:", '"interactions" :')),
    ("a.yaml", YAML.replace("\n", "\r\n")),
    ("a.yaml", yaml.dump(tape("one", "two"), default_flow_style=True)),
    ("a.json", json.dumps(tape("one", "two"))),
    ("a.json", json.dumps(tape("one", "two"), indent=4, sort_keys=True) + "\n"),
    ("a.yaml", json.dumps(tape("one", "two"))),
    ("a.har", ARCHIVE),
    ("a.har", "\ufeff" + json.dumps(har("one", "two"), indent=2)),
    ("a.json", ARCHIVE),
    ("a", ARCHIVE),
    ("a.ndjson", log("one", "two")),
    ("a.jsonl", log("one", "two")),
    ("a.json", log("one", "two")),
    ("a.log", "\n" + log("one", "two")),
]


pytestmark = pytest.mark.usefixtures("here")


def write(name: str, content: object) -> Path:
    """A file with bytes, text, or data as JSON."""
    return written(name, content if isinstance(content, bytes | str) else json.dumps(content))


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_a_named_recording_is_read_by_its_content(name: str, content: str) -> None:
    """Cassettes, archives and logs, whatever their layout and name."""
    found = list(read_recordings([write(name, content)]))
    assert [(each.response.body, each.place, each.index) for each in found] == [(b"one", name, 0), (b"two", name, 1)]


FOREIGN: list[tuple[str, object, str]] = [
    ("package.json", {"name": "x", "version": "1", "dependencies": {}, "log": 1}, "'name', 'version', 'dependencies'"),
    ("a.json", {}, "a JSON object; name a"),
    ("a.json", [tape("one")], "a JSON list"),
    ("a.json", {"log": {"level": "debug"}}, "a JSON object with 'log'"),
    ("a.json", {"interactions": [{"kind": "click"}]}, "a JSON object with 'interactions'"),
    ("pact.json", {"consumer": {}, "provider": {}, "interactions": [{"request": {}}]}, "'consumer', 'provider'"),
    ("a.json", '{"na', "a JSON object; name a"),
    ("openapi.yaml", "openapi: 3.1.0\ninfo: {}\n", "text that begins with 'openapi: 3.1.0'"),
    ("a.yaml", "a:\n  interactions:\n  - request: 1\n", "text that begins with 'a:'"),
    ("a.yaml", "interactions: 5\n", "text that begins with 'interactions: 5'"),
    ("a.yaml", "http_interactions:\n- request: {}\n", "a report of Schemathesis or of Ruby's VCR"),
    ("a.json", {"http_interactions": []}, "a report of Schemathesis or of Ruby's VCR"),
    ("a.yaml", "x: !!python/object/apply:os.system ['touch pwned']", "text that begins with 'x: !!python/"),
    ("a.yaml", "- " * 100_000, "text that begins with '- - -"),
    ("a.yaml", "\x1b[2J red\x85", "text that begins with '?[2J red"),
    ("a.ndjson", "", "an empty file"),
    ("a.yaml", b"\xff\xfeb\0", "binary data or text that is not UTF-8"),
    ("a.yaml", "näme: x".encode("latin-1"), "binary data or text that is not UTF-8"),
    ("a.png", b"\x89PNG\r\n\x1a\n", "binary data or text that is not UTF-8"),
    ("a.jsonl", '{"prompt": "a"}\n', "a JSON object with 'prompt'"),
]


@pytest.mark.parametrize(("name", "content", "looks"), FOREIGN)
def test_a_named_file_of_another_kind_is_refused(name: str, content: object, looks: str) -> None:
    """One line that says what it looks like and what is accepted; nothing in it is run."""
    with pytest.raises(Unusable) as caught:
        list(read_recordings([write(name, content)]))
    text = str(caught.value)
    assert text.startswith(f"{name}: is no recording but ")
    assert looks in text
    assert "name a vcrpy cassette (YAML or JSON), a HAR 1.2 archive, NDJSON of exchanges, or a folder" in text
    assert text.isprintable()
    assert len(text) < 250
    assert not Path("pwned").exists()


@pytest.mark.parametrize(("name", "content", "_looks"), FOREIGN)
def test_a_file_of_another_kind_in_a_folder_is_skipped(name: str, content: object, _looks: str) -> None:
    """A folder may hold what it likes; what might have been a recording is counted, by its name."""
    write(f"d/{name}", content)
    write("d/z.yaml", YAML)
    skipped = Skipped()
    assert [each.place for each in read_recordings(["d"], skipped)] == ["d/z.yaml"] * 2
    assert skipped.files == ([] if name.endswith(".png") else [f"d/{name}"])


def test_a_folder_is_walked() -> None:
    """Every kind by its content, in the order of names, suffixless cassettes too; hidden and rejected files are not."""
    for name, content in (
        ("d/a.har", ARCHIVE),
        ("d/b/c.ndjson", log("one")),
        ("d/b/test_it", YAML),
        ("d/c.JSON", json.dumps(tape("one"))),
        ("d/d.json", ARCHIVE),
        ("d/LICENSE", "free"),
        ("d/mapping.json", log("one")),
        ("d/.hidden.yaml", YAML),
        ("d/.git/a.yaml", YAML),
        ("d/x.rejected.yaml", YAML),
        ("d/notes.txt", YAML),
    ):
        write(name, content)
    skipped = Skipped()
    places = [each.place for each in read_recordings(["d"], skipped)]
    assert list(dict.fromkeys(places)) == ["d/a.har", "d/b/c.ndjson", "d/b/test_it", "d/c.JSON", "d/d.json"]
    assert skipped.files == ["d/mapping.json"]
    assert len(list(read_recordings(["d/x.rejected.yaml"]))) == 2


BROKEN: list[tuple[str, object, str]] = [
    ("a.yaml", YAML[:-20] + "\n  [", "a.yaml:"),
    ("a.yaml", YAML.encode() + b"\xff", "is not UTF-8"),
    ("a.yaml", YAML + "x: !!python/object/apply:os.system ['true']", "holds what is not plain data"),
    ("a.yaml", YAML + "b: &b [1]\nc: [*b, *b]", "uses a YAML alias"),
    ("a.yaml", YAML + "b: " + "[" * 200, "nests deeper than 60 levels"),
    ("a.yaml", "interactions:\n- request: {}\n", "interactions[0].request.method is missing"),
    ("a.json", json.dumps(tape("one"))[:-30], "is not JSON"),
    ("a.json", '{"log": {"version": "1.2", "entr', "is not JSON"),
    ("a.har", ARCHIVE[:-10], "is not JSON"),
    ("a.har", "garbage", "is not JSON"),
    ("a.har", {"log": {}}, "is not a HAR archive"),
    ("a.ndjson", log("one") + "{\n", "a.ndjson:2: is not JSON"),
    ("a.jsonl", '{"request": ', "a.jsonl:1: is not JSON"),
]


@pytest.mark.parametrize("folder", [True, False])
@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_a_broken_recording_is_never_skipped(folder: bool, name: str, content: object, message: str) -> None:
    """What looks like a recording and is cut, damaged or hostile is refused, in a folder as well."""
    path = write(f"d/{name}", content)
    with refused(f"d/{name}", message):
        list(read_recordings(["d" if folder else path]))


def test_a_path_without_a_file_is_one_clear_line() -> None:
    """Nothing there, a pipe, a name no system takes, a link to nowhere; what has no suffix claims nothing."""
    os.mkfifo("pipe")
    Path("empty").mkdir()
    Path("d").mkdir()
    Path("e").mkdir()
    os.mkfifo("e/pipe.yaml")
    os.mkfifo("empty/pipe")
    Path("empty/link").symlink_to("nowhere")
    Path("d/a.yaml").symlink_to("nowhere")
    for path, message in (
        ("none", "none: there is no such recording; check the path"),
        ("pipe", "pipe: is not an ordinary file"),
        ("x" * 300, "can't be read: File name too long"),
        ("a\0b", "can't be read"),
        ("d", "d/a.yaml: there is no such recording"),
        ("e", "e/pipe.yaml: is not an ordinary file"),
    ):
        with pytest.raises(Unusable, match=message):
            list(read_recordings([path]))
    assert list(read_recordings(["empty"])) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_is_one_clear_line() -> None:
    """Named, or met in a folder."""
    write("d/a.yaml", YAML).chmod(0)
    for path in ("d/a.yaml", "d"):
        with pytest.raises(Unusable, match=r"^d/a\.yaml: can't be read: Permission denied$"):
            list(read_recordings([path]))


@pytest.mark.parametrize("path", ["d/a.yaml", "d"])
def test_a_file_that_wont_open_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The same, whoever runs the tests; and a folder that won't be listed."""

    def refused(*_: object) -> object:
        raise PermissionError(13, "Permission denied", "d")

    write("d/a.yaml", YAML)
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(Unusable, match=r"^d/a\.yaml: can't be read: Permission denied$"):
        list(read_recordings([path]))
    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(Unusable, match=r"^d: can't be listed: Permission denied$"):
        list(read_recordings(["d"]))


def test_what_has_no_answer_is_handed_over_apart() -> None:
    """Unanswered requests of an archive and bodies in brotli, with their requests, so that nobody calls them kept."""
    archive = har("one", "two")
    archive["log"]["entries"][0]["response"] = {"status": 0}
    coded = tape("x")
    coded["interactions"][0]["response"] |= {"headers": {"Content-Encoding": ["br"]}, "body": {"base64_string": "CwGA"}}
    skipped = Skipped()
    found = list(read_recordings([write("a.har", archive), write("b.json", coded)], skipped))
    assert [(each.place, each.index) for each in found] == [("a.har", 1)]
    assert [(each.place, each.index, each.request.url) for each in skipped.unread] == [
        ("a.har", 0, "https://h/a"),
        ("b.json", 0, "https://h/0"),
    ]
    assert "got no answer" in skipped.unread[0].problem
    assert "is coded as br" in skipped.unread[1].problem


def test_reading_goes_no_further_than_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first interaction is there before the last line is read, and before the next file is opened."""
    path = write("a.ndjson", log(*["x" * 10_000] * 500))
    read = 0
    from contracts.sources import ndjson

    genuine = ndjson.lines_of

    def counted(path: Path) -> Iterator[tuple[int, bytes]]:
        nonlocal read
        for line in genuine(path):
            read += 1
            yield line

    monkeypatch.setattr(ndjson, "lines_of", counted)
    reading = read_recordings([path, "missing"])
    next(reading)
    assert read == 1
    with pytest.raises(Unusable, match="missing: there is no such recording"):
        list(reading)
    assert read == 500


def test_a_huge_text_is_read_in_no_time() -> None:
    """Fifty megabytes in one string, in YAML, in a log, in an archive: read, not suffered."""
    big = "a" * (50 * 2**20)
    for name, content in (
        ("a.yaml", yaml.dump(tape("HERE")).replace("HERE", big)),
        ("a.har", json.dumps(har("HERE")).replace("HERE", big)),
        ("a.ndjson", log("HERE").replace("HERE", big)),
    ):
        (found,) = read_recordings([write(name, content)])
        assert len(found.response.body) == len(big)
