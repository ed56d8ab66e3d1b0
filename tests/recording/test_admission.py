"""A recording is one real exchange, tidied, checked, and moved into place as a whole."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import vcr
import yaml

from contracts.errors import Unusable
from contracts.model.interaction import Interaction
from contracts.provider.serving import serve
from contracts.recording.admission import Provenance, record
from contracts.sources.cassettes import read_cassette, read_held
from contracts.sources.http import Budget, Server, ask

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

KEY = "a-long-secret-key"
NOW = datetime(2026, 11, 3, 12, 30, 15, 999, tzinfo=timezone(timedelta(hours=2)))


def provenance(stand: Any, **changes: Any) -> Provenance:
    """A recording of the stand, told as one of api.example.com."""
    given: dict[str, Any] = {
        "origin": "reference",
        "contract": "d1g3st",
        "version": "0.1.0",
        "now": NOW,
        "asked": stand.url,
        "documented": "https://api.example.com",
    }
    return Provenance(**{**given, **changes})


def getting(stand: Any, path: str = "/a?b=1", key: str | None = KEY) -> Callable[[requests.Session], Interaction]:
    """A fetch of one path."""
    return lambda session: ask(session, Server(base_url=stand.url, key=key), "GET", path)


def admit(_: Interaction) -> bool:
    """Nothing to object."""
    return True


def names(folder: Path) -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_a_recording_holds_the_documented_server_and_no_secret(stand: Any, tmp_path: Path) -> None:
    """URL of the documented server, key scrubbed, no dates, no versions of clients, JSON as a readable block."""
    target = tmp_path / "new" / "case.yaml"
    assert record(target, getting(stand), provenance(stand), admit) == "recorded"
    text = target.read_text()
    assert KEY not in text
    assert stand.url not in text
    data = yaml.safe_load(text)
    assert list(data) == ["version", "metadata", "interactions"]
    (entry,) = data["interactions"]
    assert entry["request"] == {
        "method": "GET",
        "uri": "https://api.example.com/a?b=1",
        "body": None,
        "headers": {"Accept": ["*/*"], "Authorization": ["Bearer SCRUBBED"]},
    }
    assert entry["response"] == {
        "status": {"code": 200, "message": "OK"},
        "headers": {"Content-Length": ["12"], "Content-Type": ["application/json"]},
        "body": {"string": '{\n  "a": 1\n}'},
    }
    assert '        {\n          "a": 1\n        }\n' in text
    assert stand.asked == [("GET", "/a?b=1", f"Bearer {KEY}")]
    assert names(target.parent) == ["case.yaml"]


def test_the_metadata_tells_the_making(stand: Any, tmp_path: Path) -> None:
    """Origin, moment in UTC to the second, contract digest, versions, in vcrpy's own place."""
    target = tmp_path / "case.yaml"
    record(target, getting(stand), provenance(stand), admit)
    metadata = read_held(target)[0]
    assert metadata.pop("versions")["contracts"] == "0.1.0"
    assert metadata == {"origin": "reference", "recorded-at": "2026-11-03T10:30:15Z", "contract": "d1g3st"}
    with vcr.use_cassette(target, record_mode=vcr.mode.NONE) as cassette:
        assert cassette.get_metadata("origin", None) == "reference"


def test_recordings_replay_through_vcrpy_and_requests(stand: Any, tmp_path: Path) -> None:
    """With mode `none`, vcrpy plays each recording back to requests, a refusal with an empty body included."""
    for number, (status, headers, body) in enumerate(
        [
            (200, {"Content-Type": "application/json"}, b'{"a": "\xc3\xa9"}'),
            (401, {"WWW-Authenticate": "Bearer"}, b""),
            (404, {"Content-Type": "application/problem+json"}, b'{"title": "x"}'),
            (200, {"Content-Type": "application/octet-stream"}, b"\xff\x00\xfe"),
        ]
    ):
        stand.answers = [(status, headers, body)]
        target = tmp_path / f"{number}.yaml"
        record(target, getting(stand), provenance(stand), admit)
        player = vcr.VCR(record_mode=vcr.mode.NONE, match_on=["method", "uri"])
        with player.use_cassette(target) as cassette:
            answer = requests.get("https://api.example.com/a?b=1", timeout=5)
        assert cassette.all_played
        (interaction,) = read_cassette(target)
        assert (answer.status_code, answer.content) == (status, interaction.response.body)
        assert answer.headers.items() >= headers.items()
        assert interaction.origin == "reference"
        if "json" in str(headers):
            assert json.loads(body) == answer.json()


def test_an_unchanged_answer_changes_no_byte(stand: Any, tmp_path: Path) -> None:
    """Another day and another version leave the file alone; another body or contract writes it anew."""
    target = tmp_path / "case.yaml"
    record(target, getting(stand), provenance(stand), admit)
    before = target.read_bytes()
    later = provenance(stand, now=datetime(2030, 1, 1, tzinfo=UTC), version="9")
    assert record(target, getting(stand), later, admit) == "unchanged"
    assert target.read_bytes() == before
    assert record(target, getting(stand), provenance(stand, contract="other"), admit) == "recorded"
    stand.answers = [(200, {"Content-Type": "application/json"}, b'{"a":2}')]
    assert record(target, getting(stand), later, admit) == "recorded"
    assert read_held(target)[0]["recorded-at"] == "2030-01-01T00:00:00Z"


def test_how_an_answer_travelled_is_not_stored(tmp_path: Path) -> None:
    """Coding, chunks, cookies and connection are gone; the body stands as plain text, and plays back."""

    def app(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        headers = [("Content-Encoding", "gzip"), ("Set-Cookie", "session=1"), ("Keep-Alive", "timeout=5")]
        start_response("200 OK", [("Content-Type", "text/plain"), *headers])
        return [gzip.compress(b"plain", mtime=0)[:9], gzip.compress(b"plain", mtime=0)[9:]]

    target = tmp_path / "case.yaml"
    with serve(app) as url:
        told = Provenance(origin="live", contract="", version="", now=NOW, asked=url, documented="https://h")
        record(target, lambda session: session.get(url + "/", timeout=5), told, admit)
    response = yaml.safe_load(target.read_text())["interactions"][0]["response"]
    assert (response["body"], set(response["headers"])) == ({"string": "plain"}, {"Content-Type", "content-length"})
    with vcr.use_cassette(target, record_mode=vcr.mode.NONE):
        assert requests.get("https://h/", timeout=5).text == "plain"


@pytest.mark.parametrize("old", [b"", b"not a cassette", b"metadata: 5\ninteractions: []"])
def test_a_broken_old_cassette_is_replaced(stand: Any, tmp_path: Path, old: bytes) -> None:
    """What lay there and could not be read is no reason to fail."""
    target = tmp_path / "case.yaml"
    target.write_bytes(old)
    assert record(target, getting(stand), provenance(stand), admit) == "recorded"
    assert len(read_cassette(target)) == 1


def refuse(interaction: Interaction) -> bool:
    """An objection that shows what was seen."""
    raise LookupError(interaction.request.url, interaction.place)


@pytest.mark.parametrize("old", [None, b"the old one"])
def test_a_refused_recording_leaves_the_old_file(
    stand: Any, tmp_path: Path, old: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`admit` sees the tidied interaction at its final place; where it raises, nothing changes and nothing is left."""
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "case.yaml"
    if old:
        target.write_bytes(old)
    with pytest.raises(LookupError) as caught:
        record(target, getting(stand), provenance(stand), refuse)
    assert caught.value.args == ("https://api.example.com/a?b=1", "case.yaml")
    assert names(tmp_path) == (["case.yaml"] if old else [])
    assert not old or target.read_bytes() == old


def nothing(_: requests.Session) -> None:
    """A fetch that asks nothing."""


@pytest.mark.parametrize("kind", ["none", "two", "elsewhere", "echo", "raises", "unreachable"])
def test_what_must_not_be_stored_leaves_nothing(stand: Any, tmp_path: Path, kind: str) -> None:
    """An exchange too few, too many, gone wrong or telling the key: an error, no file, and no patch of vcrpy's left."""
    once = getting(stand)

    def fail(session: requests.Session) -> None:
        once(session)
        raise LookupError

    def twice(session: requests.Session) -> None:
        once(session)
        getting(stand, "/c")(session)

    fetches: dict[str, Callable[[requests.Session], object]] = {"none": nothing, "two": twice, "raises": fail}
    about = provenance(stand, asked="http://127.0.0.1:1") if kind == "elsewhere" else provenance(stand)
    if kind == "echo":
        stand.answers = [(200, {"X-Key": KEY}, b"")]
    if kind == "unreachable":
        fetches[kind] = lambda session: session.get("http://127.0.0.1:1/", timeout=5)
    before = requests.packages.urllib3.connectionpool.HTTPConnectionPool.ConnectionCls  # type: ignore[attr-defined]
    with pytest.raises((Unusable, LookupError, requests.ConnectionError)) as caught:
        record(tmp_path / "case.yaml", fetches.get(kind, once), about, admit)
    expected = {
        "none": "0 were sent",
        "two": "2 were sent",
        "elsewhere": "went to another server",
        "echo": "repeats the key",
    }
    assert expected.get(kind, "") in str(caught.value)
    assert KEY not in str(caught.value)
    assert names(tmp_path) == []
    after = requests.packages.urllib3.connectionpool.HTTPConnectionPool.ConnectionCls  # type: ignore[attr-defined]
    assert after is before


def test_a_target_that_cannot_be_written_is_one_clear_line(stand: Any, tmp_path: Path) -> None:
    """A file where a folder is due, or a folder where the cassette is due."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "case.yaml").mkdir()
    for target in (tmp_path / "file" / "case.yaml", tmp_path / "case.yaml"):
        with pytest.raises(Unusable, match=r"case\.yaml: can't be written: [^\n]+$"):
            record(target, getting(stand), provenance(stand), admit)
    assert names(tmp_path) == ["case.yaml", "file"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b'{"a":1,"a":2}', None),
        (b'{"a":1.10}', None),
        (b'{"a":1e2}', None),
        (b'{"a":"\\/"}', None),
        (b'{"a": NaN}', b'{\n  "a": NaN\n}'),
        (b"not json", None),
        (b"\xff", None),
        (b"", None),
        (b'{"a":"\\u00e9 \\" x"}', b'{\n  "a": "\\u00e9 \\" x"\n}'),
        ('{ "a" : "é  b" }'.encode(), '{\n  "a": "é  b"\n}'.encode()),
        (b"[" * 300 + b"]" * 300, None),
        (b'{"a":' + b"9" * 5000 + b"}", None),
    ],
)
def test_only_white_space_of_a_body_changes(stand: Any, tmp_path: Path, sent: bytes, stored: bytes | None) -> None:
    """JSON is laid out only where that keeps every name, number and string as it was spelled."""
    stand.answers = [(200, {"Content-Type": "application/json"}, sent)]
    target = tmp_path / "case.yaml"
    record(target, getting(stand), provenance(stand), admit)
    body = read_cassette(target)[0].response.body
    assert b"".join(body.split()) == b"".join(sent.split())
    if sent != b"[" * 300 + b"]" * 300:
        assert body == (sent if stored is None else stored)


def test_a_retried_answer_is_recorded_once(stand: Any, tmp_path: Path) -> None:
    """Of the attempts for one request the last answer is kept, as if it had been the first."""
    stand.answers = [(500, {}, b""), (200, {}, b"healed")]
    server = Server(base_url=stand.url, retries=2, budget=Budget(sleep=lambda _: None))
    target = tmp_path / "case.yaml"
    record(target, lambda session: ask(session, server, "GET", "/a"), provenance(stand), admit)
    assert [one.response.body for one in read_cassette(target)] == [b"healed"]
