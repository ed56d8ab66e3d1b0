"""Recordings of any make: which reader takes a file, and what is left out of a folder."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.sources.entries import Unread
from contracts.sources.recordings import LeftOut, read_recordings
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


def readable(path: str | Path) -> list[Interaction]:
    """What can be read at a path."""
    return [one for one in read_recordings([path]) if isinstance(one, Interaction)]


def left_out(path: str | Path) -> list[LeftOut]:
    """The files that are left out there."""
    return [one for one in read_recordings([path]) if isinstance(one, LeftOut)]


def write(name: str, content: object) -> Path:
    """A file with bytes, text, or data as JSON."""
    return written(name, content if isinstance(content, bytes | str) else json.dumps(content))


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_a_named_recording_is_read_by_its_content(name: str, content: str) -> None:
    """Cassettes, archives and logs, whatever their layout and name."""
    found = readable(write(name, content))
    assert [(each.response.body, each.place, each.index) for each in found] == [(b"one", name, 0), (b"two", name, 1)]


FOREIGN: list[tuple[str, object, str]] = [
    ("package.json", {"name": "x", "version": "1", "dependencies": {}, "log": 1}, "'name', 'version', 'dependencies'"),
    ("a.json", {}, "a JSON object; name a"),
    ("a.json", [tape("one")], "a JSON list"),
    ("a.json", {"log": {"level": "debug"}}, "a JSON object with 'log'"),
    ("a.json", {"interactions": [{"kind": "click"}]}, "a JSON object with 'interactions'"),
    ("pact.json", {"consumer": {}, "provider": {}, "interactions": [{"request": {}}]}, "a contract of Pact"),
    ("a.json", '{"na', "a JSON object; name a"),
    ("openapi.yaml", "openapi: 3.1.0\ninfo: {}\n", "text that begins with 'openapi: 3.1.0'"),
    ("a.yaml", "a:\n  interactions:\n  - request: 1\n", "text that begins with 'a:'"),
    ("a.yaml", "interactions: 5\n", "text that begins with 'interactions: 5'"),
    (
        "a.yaml",
        "http_interactions:\n- request: {}\n",
        "a cassette of betamax or Ruby's VCR, or a report of Schemathesis",
    ),
    ("a.json", {"http_interactions": [], "recorded_with": "betamax/0.9.0"}, "a cassette of betamax; name a"),
    ("a.yml", "http_interactions:\n- request: {}\nrecorded_with: VCR 6.2.0\n", "a cassette of Ruby's VCR; name a"),
    ("a.yaml", "recorded_with: Schemathesis 3\nhttp_interactions:\n", "a report of Schemathesis; name a"),
    ("a.yaml", "responses:\n- response:\n    body: x\n", "a recording of responses; name a"),
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


@pytest.mark.parametrize(("name", "content", "looks"), FOREIGN)
def test_a_file_of_another_kind_in_a_folder_is_skipped(name: str, content: object, looks: str) -> None:
    """A folder may hold what it likes; what might have been a recording is told, never what stands in it."""
    write(f"d/{name}", content)
    write("d/z.yaml", YAML)
    assert [each.place for each in readable("d")] == ["d/z.yaml"] * 2
    told = left_out("d")
    assert [one.place for one in told] == ([] if name.endswith(".png") else [f"d/{name}"])
    known = (
        looks.removesuffix("; name a") if looks.startswith(("a cassette", "a report", "a recording", "a file")) else ""
    )
    assert all(one.problem.startswith(f"is {known}") for one in told)
    assert all("'" not in one.problem.replace("Ruby's", "") for one in told)


def test_a_packed_file_is_read() -> None:
    """It is read as what was packed into it; one that is cut is no silence, named or in a folder."""
    write("d/notes.txt.gz", b"\x1f\x8b")
    write("d/tape.yaml.gz", gzip.compress(YAML.encode()))
    assert [each.place for each in readable("d")] == ["d/tape.yaml.gz"] * 2
    assert left_out("d") == []
    write("d/tape.yaml.gz", b"\x1f\x8b")
    problem = "is cut in the middle of what is packed with gzip"
    assert left_out("d") == [LeftOut(place="d/tape.yaml.gz", problem=problem)]
    with pytest.raises(Unusable, match=problem):
        list(read_recordings(["d/tape.yaml.gz"]))


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_cassette_of_go_vcr_is_known_by_its_requests(version: str) -> None:
    """It looks like vcrpy's: named it is refused by name, in a folder it stops nobody."""
    text = (
        f"version: {version}\ninteractions:\n- request: {{url: https://h/a, method: GET}}\n  response: {{code: 200}}\n"
    )
    write("d/a.yaml", text)
    write("d/z.yaml", YAML)
    assert [each.place for each in readable("d")] == ["d/z.yaml"] * 2
    assert [one.problem.partition(",")[0] for one in left_out("d")] == ["is a cassette of go-vcr"]
    with refused("d/a.yaml", "is a cassette of go-vcr"):
        list(read_recordings(["d/a.yaml"]))


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
    places = [each.place for each in readable("d")]
    assert list(dict.fromkeys(places)) == ["d/a.har", "d/b/c.ndjson", "d/b/test_it", "d/c.JSON", "d/d.json"]
    assert [one.place for one in left_out("d")] == ["d/mapping.json"]
    assert len(list(read_recordings(["d/x.rejected.yaml"]))) == 2


BROKEN: list[tuple[str, object, str]] = [
    ("a.yaml", YAML[:-20] + "\n  [", "a.yaml:"),
    ("a.yaml", YAML.encode() + b"\xff", "not text in UTF-8"),
    ("a.yaml", YAML + "x: !!python/object/apply:os.system ['true']", "holds what is not plain data"),
    ("a.yaml", YAML + "c: *b", "uses a YAML alias that stands for nothing complete"),
    ("a.yaml", YAML + "b: " + "[" * 200, "nests deeper than 60 levels"),
    ("a.json", json.dumps(tape("one"))[:-30], "is not JSON"),
    ("a.json", '{"log": {"version": "1.2", "entr', "is not JSON"),
    ("a.har", ARCHIVE[: len(ARCHIVE) // 2], "is not JSON"),
    ("a.har", "garbage", "is not JSON"),
    ("a.har", {"log": {}}, "is not a HAR archive"),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_a_broken_recording_hides_no_other(name: str, content: object, message: str) -> None:
    """What looks like a recording and is cut, damaged or hostile: refused where it is named, in a folder told."""
    path = write(f"d/{name}", content)
    with refused(f"d/{name}", message):
        list(read_recordings([path]))
    write("d/z.yaml", YAML)
    assert [each.place for each in readable("d")] == ["d/z.yaml"] * 2
    (told,) = left_out("d")
    assert told.place == f"d/{name}"
    line = f":{told.line}" if told.line else ""
    assert message in f"{told.place.removeprefix('d/')}{line}: {told.problem}"


def test_a_broken_recording_without_a_suffix_is_told() -> None:
    """Its content says that a recording is meant."""
    write("d/tape", YAML + "x: [")
    assert [one.place for one in left_out("d")] == ["d/tape"]


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
        ("none", "none: no such file; name a recording"),
        ("pipe", "pipe: is not an ordinary file"),
        ("x" * 300, "can't be read: File name too long"),
        ("a\0b", "can't be read"),
    ):
        with pytest.raises(Unusable, match=message):
            list(read_recordings([path]))
    assert [one.problem.partition(";")[0] for path in ("d", "e") for one in left_out(path)] == [
        "no such file",
        "is not an ordinary file",
    ]
    assert list(read_recordings(["empty"])) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_is_one_clear_line() -> None:
    """Named, or met in a folder."""
    write("d/a.yaml", YAML).chmod(0)
    with pytest.raises(Unusable, match=r"^d/a\.yaml: can't be read: Permission denied$"):
        list(read_recordings(["d/a.yaml"]))
    assert left_out("d") == [LeftOut(place="d/a.yaml", problem="can't be read: Permission denied")]


def test_a_file_that_wont_open_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, whoever runs the tests; and a folder that won't be listed."""

    def refused(*_: object) -> object:
        raise PermissionError(13, "Permission denied", "d")

    write("d/a.yaml", YAML)
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(Unusable, match=r"^d/a\.yaml: can't be read: Permission denied$"):
        list(read_recordings(["d/a.yaml"]))
    assert left_out("d") == [LeftOut(place="d/a.yaml", problem="can't be read: Permission denied")]
    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(Unusable, match=r"^d: can't be listed: Permission denied$"):
        list(read_recordings(["d"]))


def test_what_has_no_answer_is_handed_over_apart() -> None:
    """Unanswered requests of an archive and bodies in brotli, with their requests, so that nobody calls them kept."""
    archive = har("one", "two")
    archive["log"]["entries"][0]["response"] = {"status": 0}
    coded = tape("x")
    coded["interactions"][0]["response"] |= {"headers": {"Content-Encoding": ["br"]}, "body": {"base64_string": "CwGA"}}
    first, second, third = read_recordings([write("a.har", archive), write("b.json", coded)])
    assert isinstance(second, Interaction)
    assert (second.place, second.index) == ("a.har", 1)
    for unread, place, url, problem in (
        (first, "a.har", "https://h/a", "got no answer"),
        (third, "b.json", "https://h/0", "is coded as br"),
    ):
        assert isinstance(unread, Unread)
        assert (unread.place, unread.index, unread.request.url) == (place, 0, url)
        assert problem in unread.problem


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
    with pytest.raises(Unusable, match="missing: no such file; name a recording"):
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
        (found,) = readable(write(name, content))
        assert len(found.response.body) == len(big)
