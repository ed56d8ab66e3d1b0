"""What vcrpy plays back in a user's own tests is seen, and the tests are none the wiser."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import vcr
import yaml
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.persisters.filesystem import FilesystemPersister

from contracts.model.interaction import Interaction, header
from contracts.sources.cassettes import read_cassette
from contracts.sources.entries import Unread
from contracts.sources.tapes import replay, watching

Get = Callable[[str], tuple[int, bytes]]


def get_by_requests(url: str) -> tuple[int, bytes]:
    """Through requests."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(url, headers={"Authorization": "Bearer secret"}, timeout=5)
    return answer.status_code, answer.content


def get_by_httpx(url: str) -> tuple[int, bytes]:
    """Through httpx."""
    with httpx.Client(trust_env=False, headers={"Authorization": "Bearer secret"}) as client:
        answer = client.get(url)
    return answer.status_code, answer.content


def get_by_httpx_async(url: str) -> tuple[int, bytes]:
    """Through httpx, waiting."""

    async def ask() -> tuple[int, bytes]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(url)
        return answer.status_code, answer.content

    return asyncio.run(ask())


CLIENTS = [get_by_requests, get_by_httpx, get_by_httpx_async]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder to work in; afterwards vcrpy is as it was."""
    monkeypatch.chdir(tmp_path)
    play = Cassette.play_response
    yield
    assert Cassette.play_response is play


def write(*answers: Any, **more: Any) -> str:
    """A cassette whose answers are to https://h/0, https://h/1, ..."""
    entries = [
        {
            "request": {"method": "GET", "uri": f"https://h/{number}", "body": None, "headers": {"Accept": ["*/*"]}},
            "response": {
                "status": {"code": 200, "message": "OK"},
                "headers": {"Content-Type": ["application/json"], "Set-Cookie": ["a=1", "b=2"]},
                "body": {"string": f'{{"a": {number}}}'},
                **answer,
            },
        }
        for number, answer in enumerate(answers)
    ]
    Path("tapes").mkdir()
    Path("tapes/a.yaml").write_text(yaml.dump({"interactions": entries, "version": 1, **more}))
    return "tapes/a.yaml"


def played(tape: str, *asked: str, get: Get = get_by_requests, **options: Any) -> list[Interaction | Unread]:
    """What is seen while the client gets those paths."""
    seen: list[Interaction | Unread] = []
    with watching(seen.append), vcr.VCR(record_mode="none").use_cassette(tape, **options):
        for path in asked:
            get(f"https://h/{path}")
    return seen


@pytest.mark.parametrize("get", CLIENTS)
def test_every_client_is_seen(get: Get) -> None:
    """The recorded exchange, in the order of playing, with its cassette and number; the client's key is not in it."""
    second, first = played(write({}, {}), "1", "0", get=get)
    assert isinstance(first, Interaction)
    assert first.request.url == "https://h/0"
    assert first.request.headers == (("Accept", "*/*"),)
    assert (first.response.status, first.response.body) == (200, b'{"a": 0}')
    assert first.response.headers == (
        ("Content-Type", "application/json"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    )
    assert (first.origin, first.place, first.index, second.index) == ("recorded", "tapes/a.yaml", 0, 1)


@pytest.mark.parametrize("get", CLIENTS)
@pytest.mark.parametrize("watched", [True, False])
def test_the_client_gets_what_it_would_have_got(get: Get, watched: bool) -> None:
    """Answers and refusals are the same, watched or not."""
    tape = write({"status": {"code": 404, "message": "No"}}, {"body": {"string": b"\xff"}})
    seen: list[object] = []
    with watching(seen.append) if watched else nullcontext(), vcr.VCR(record_mode="none").use_cassette(tape):
        assert get("https://h/0") == (404, b'{"a": 0}')
        assert get("https://h/1") == (200, b"\xff")
        for path in ("0", "other"):
            with pytest.raises(CannotOverwriteExistingCassetteException):
                get(f"https://h/{path}")
    assert len(seen) == (2 if watched else 0)


def test_the_recorded_request_is_what_counts() -> None:
    """A lax matcher plays an answer for another request than it was given to: it is judged by its own."""
    (seen,) = played(write({}), "elsewhere", match_on=["method"])
    assert seen.request.url == "https://h/0"


def test_repeats_and_equal_answers_keep_their_numbers() -> None:
    """An answer played twice is seen twice, and one that equals another is itself."""
    tape = write({"body": {"string": "same"}}, {"body": {"string": "same"}})
    assert [each.index for each in played(tape, "1", "0", "1", allow_playback_repeats=True)] == [1, 0, 1]


class Joining(FilesystemPersister):  # type: ignore[misc]  # vcrpy is untyped
    """Joins cassettes as pytest-recording does, those of the list behind the one that is named, be it there or not."""

    extra_paths = ("tapes/a.yaml", "tapes/b.yaml")

    def load_cassette(self, _path: str, serializer: Any) -> tuple[list[Any], list[Any]]:
        """Requests and responses of all."""
        loaded = [FilesystemPersister.load_cassette(path, serializer) for path in self.extra_paths]
        requests, responses = ([each for one in loaded for each in one[side]] for side in (0, 1))
        return requests, responses


@pytest.mark.parametrize(
    ("ignored", "seen"),
    [
        ([], [("tapes/a.yaml", 0), ("tapes/a.yaml", 1), ("tapes/b.yaml", 0)]),
        (["other"], [("tapes/a.yaml or tapes/b.yaml", 0), ("tapes/a.yaml or tapes/b.yaml", 1)]),
    ],
)
def test_of_joined_cassettes_the_one_that_holds_it_is_told(ignored: list[str], seen: list[tuple[str, int]]) -> None:
    """By counting; where a filter left some out, and so made the numbers doubtful, none is named for another."""
    text = Path(write({}, {})).read_text()
    Path("tapes/a.yaml").write_text(text.replace("https://h/1", "https://other/1"))
    Path("tapes/b.yaml").write_text(text)
    found: list[Interaction | Unread] = []
    tape = vcr.VCR(record_mode="none", ignore_hosts=ignored)
    tape.register_persister(Joining())
    with watching(found.append), tape.use_cassette("tapes/none.yaml") as cassette:
        for asked in cassette.requests[: len(seen)]:
            cassette.play_response(asked)
    assert [(one.place, one.index) for one in found] == seen


def test_the_origin_is_told_and_the_cassette_left_alone() -> None:
    """The metadata names whose answers these are; nothing is written to the file."""
    tape = write({}, metadata={"origin": "reference"})
    before = Path(tape).read_bytes()
    (seen,) = played(tape, "0")
    assert isinstance(seen, Interaction)
    assert (seen.origin, Path(tape).read_bytes()) == ("reference", before)


def test_bodies_come_decoded() -> None:
    """The coding is taken off; where vcrpy's own filter did so already, that is no trouble."""
    packed = {"headers": {"Content-Encoding": ["gzip"]}, "body": {"string": gzip.compress(b"plain", mtime=0)}}
    tape = write(packed)
    for filtered in (False, True):
        (seen,) = played(tape, "0", decode_compressed_response=filtered)
        assert isinstance(seen, Interaction)
        assert seen.response.body == b"plain"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"headers": {"Content-Encoding": ["br"]}, "body": {"string": b"\x0b\x01\x80{}\x03"}}, "is coded as br"),
        ({"headers": {"Content-Encoding": ["gzip"]}, "body": {"string": b"\x1f\x8b\0"}}, "is cut in the middle"),
        ({"status": {"code": 42, "message": ""}}, "interactions[0].response.status.code must have three digits"),
    ],
)
def test_what_cant_be_read_is_said_and_not_raised(answer: dict[str, Any], problem: str) -> None:
    """The user's test goes on; its playing is handed over as unread."""
    seen: list[Interaction | Unread] = []
    tape = write(answer)
    with watching(seen.append), vcr.VCR(record_mode="none").use_cassette(tape) as cassette:
        cassette.play_response(cassette.requests[0])
    (unread,) = seen
    assert isinstance(unread, Unread)
    assert problem in unread.problem
    assert (unread.request.url, unread.place, unread.index) == ("https://h/0", "tapes/a.yaml", 0)


def test_posted_bodies_and_json_cassettes_are_seen() -> None:
    """What a client posted stands beside its answer, whatever serializer the user chose."""
    Path("a.json").write_text(
        json.dumps(
            {
                "version": 1,
                "interactions": [
                    {
                        "request": {"method": "POST", "uri": "https://h/a", "body": "{}", "headers": {}},
                        "response": {
                            "status": {"code": 201, "message": None},
                            "headers": {},
                            "body": {"string": "é"},
                        },
                    }
                ],
            }
        )
    )
    seen: list[Interaction | Unread] = []
    with watching(seen.append), vcr.VCR(serializer="json", record_mode="none").use_cassette("a.json"):
        assert requests.post("https://h/a", data="{}", timeout=5).text
    (posted,) = seen
    assert isinstance(posted, Interaction)
    assert (posted.request.method, posted.request.body, posted.response.body) == ("POST", b"{}", "é".encode())


def test_watching_ends_with_an_error_and_may_be_nested() -> None:
    """Whatever happens inside, vcrpy is as before; two watchers both see, and the inner one leaves first."""
    tape = write({}, {})
    outer: list[object] = []
    inner: list[object] = []

    def run() -> None:
        with watching(outer.append), vcr.VCR(record_mode="none").use_cassette(tape):
            with watching(inner.append):
                get_by_requests("https://h/0")
            get_by_requests("https://h/1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run()
    assert (len(outer), len(inner)) == (2, 1)


def test_what_is_recorded_is_not_played(stand: Any) -> None:
    """Only what a cassette plays back is seen: an answer of a server on its way into a cassette is not."""
    seen: list[object] = []
    with watching(seen.append), vcr.VCR(record_mode="once").use_cassette("new.yaml"):
        assert get_by_requests(stand.url) == (200, b'{"a":1}')
    assert (len(stand.asked), seen) == (1, [])


CASSETTES = sorted((Path(__file__).parents[2] / "cassettes").rglob("*.yaml"))


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_the_answer_is_the_recorded_one(path: Path) -> None:
    """Status, body and media type as they stand in the file; the file isn't touched."""
    before = path.read_bytes()
    (interaction,) = read_cassette(path)
    response = replay(path, interaction)
    recorded = interaction.response
    assert isinstance(response, requests.Response)
    assert (response.status_code, response.content) == (recorded.status, recorded.body)
    assert response.headers.get("content-type") == header(recorded.headers, "content-type")
    assert response.request.url == interaction.request.url
    assert path.read_bytes() == before


def test_a_request_that_was_not_recorded_is_not_sent(tmp_path: Path) -> None:
    """Neither to the server nor into the file: vcrpy refuses it, also where there is no file at all."""
    (interaction,) = read_cassette(CASSETTES[0])
    other = replace(interaction, request=replace(interaction.request, url="https://api.example.com/elsewhere"))
    with pytest.raises(CannotOverwriteExistingCassetteException):
        replay(CASSETTES[0], other)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        replay(tmp_path / "nothing.yaml", interaction)
    assert list(tmp_path.iterdir()) == []
