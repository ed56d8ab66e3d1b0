"""Driving: everything is asked of a local provider, next to nothing of somebody else's."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis.configuration import storage_directory
from werkzeug import Request, Response

from contracts.errors import ContractBroken, Unreachable, Unusable
from contracts.model.finding import Finding
from contracts.provider.serving import serve
from contracts.proving.asking import named_rows
from contracts.proving.driving import Driven, contract_check, drive
from contracts.proving.hypothesis_draws import drawn
from contracts.proving.reaching import is_remote, wait_of
from contracts.sources.http import Budget

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from contracts.model.contract import Level
    from contracts.model.interaction import Interaction
    from contracts.model.json import Json

KEY = "a-throwaway-key"
ROWS = [(1, 10), (1, 11), (2, 20), (3, 30)]
THING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "state", "step"],
    "properties": {
        "id": {"type": "integer"},
        "state": {"type": "string", "enum": ["on", "off"]},
        "since": {"type": "string", "format": "date-time"},
        "step": {
            "type": "object",
            "required": ["number", "name"],
            "properties": {"number": {"type": ["integer", "null"]}, "name": {"type": "string"}},
            "allOf": [
                {
                    "if": {"required": ["number"], "properties": {"number": {"type": "null"}}},
                    "then": {"properties": {"name": {"const": "Done"}}},
                }
            ],
        },
    },
}
PROBLEM: dict[str, Any] = {"application/problem+json": {"schema": {"type": "object", "required": ["status"]}}}


def _document() -> dict[str, Any]:
    """Write the OpenAPI document of `GET /v1/boxes/{box}/things/{thing}`."""
    places = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}} for name in ("box", "thing")
    ]
    answers = {
        "200": {"description": "it", "content": {"application/json": {"schema": THING}}},
        "400": {"description": "malformed", "content": PROBLEM},
        "401": {"description": "who are you"},
        "404": {"description": "no such thing", "content": PROBLEM},
        "429": {"description": "slow down", "content": PROBLEM},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Boxes", "version": "1"},
        "servers": [{"url": "https://api.boxes.example"}],
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "paths": {"/v1/boxes/{box}/things/{thing}": {"get": {"parameters": places, "responses": answers}}},
    }


@dataclass
class Boxes:
    """A provider that keeps the document, and that a test can make lie; it remembers what it was asked."""

    state: str = "on"
    crash: bool = False
    open_door: bool = False
    limited: list[str | None] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it."""
        request = Request(environ)
        self.asked.append((request.method, request.path, request.headers.get("Authorization")))
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:  # noqa: PLR0911 - an answer each
        place = re.fullmatch(r"/v1/boxes/([^/]*)/things/([^/]*)", request.path)
        if place is None:
            return _problem(404)
        if request.method != "GET":
            return _problem(405, Allow="GET")
        if self.limited:
            wait = self.limited.pop()
            return _problem(429, **({"Retry-After": wait} if wait is not None else {}))
        if request.headers.get("Authorization") != f"Bearer {KEY}" and not self.open_door:
            return Response("", 401, headers={"WWW-Authenticate": "Bearer"})
        if not all(re.fullmatch("-?[0-9]+", part) for part in place.groups()):
            return _problem(400)
        if (int(place[1]), int(place[2])) not in ROWS:
            return _problem(404)
        if self.crash:
            message = "the shelf broke"
            raise RuntimeError(message)
        return _json({"id": int(place[2]), "state": self.state, "step": {"number": None, "name": "Done"}})


def _json(body: Json, status: int = 200, media: str = "application/json", **headers: str) -> Response:
    return Response(json.dumps(body), status, headers=headers, content_type=media)


def _problem(status: int, **headers: str) -> Response:
    return _json({"status": status}, status, "application/problem+json", **headers)


@dataclass
class Book:
    """A judge with one rule, that `state` is on or off, which remembers what it judged."""

    seen: list[tuple[Interaction, bool]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def __call__(self, interaction: Interaction, legal: bool) -> list[Finding]:
        """Judge."""
        self.seen.append((interaction, legal))
        if interaction.response.status != 200:
            return []
        state = json.loads(interaction.response.body)["state"]
        found = [] if state in {"on", "off"} else [_finding(state, interaction.origin)]
        self.findings += found
        return found


def _finding(seen: str, origin: str) -> Finding:
    return Finding(
        rule="state.enum",
        level="violation",
        pointer="/state",
        expected="on or off",
        seen=seen,
        summary="state is one of on, off",
        fingerprint="0" * 16,
        promised=(),
        origin=origin,
    )


@pytest.fixture
def boxes() -> Boxes:
    """Give a provider that keeps its contract."""
    return Boxes()


@pytest.fixture
def url(boxes: Boxes) -> Iterator[str]:
    """Serve the provider on loopback."""
    with serve(boxes) as address:
        yield address


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    time: float = 0.0
    naps: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Tell the time in seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.naps.append(seconds)
        self.time += seconds


def _local(target: Any, book: Book, *, count: int = 8, **more: Any) -> Driven:
    return drive(
        _document(),
        target,
        judge=book,
        origin="reference",
        remote=False,
        rows=ROWS,
        max_examples=count,
        key=KEY,
        **more,
    )


def _remote(target: Any, book: Book, **more: Any) -> Driven:
    clock = Clock()
    settled = {"rows": ROWS, "key": KEY, "budget": _budget(clock), **more}
    return drive(_document(), target, judge=book, origin="elsewhere", remote=True, **settled)


def _budget(clock: Clock) -> Budget:
    return Budget(clock=clock.now, sleep=clock.sleep)


def _checks(driven: Driven) -> Counter[str]:
    return Counter(failure.check for failure in driven.failures)


def test_a_provider_that_keeps_the_document_fails_nothing(boxes: Boxes) -> None:
    """No standard check cries wolf at a provider that answers as documented."""
    book = Book()
    driven = _local(boxes, book)
    assert driven.failures == ()
    assert book.findings == []
    assert driven.requests == len(boxes.asked)


def test_everything_is_asked_of_a_local_provider(boxes: Boxes) -> None:
    """Each documented answer is reached, by legal and illegal requests, and each row is asked for."""
    book = Book()
    driven = _local(boxes, book)
    assert {interaction.response.status for interaction, _legal in book.seen} == {200, 400, 401, 404}
    assert {legal for _interaction, legal in book.seen} == {True, False}
    assert {path for _method, path, _key in boxes.asked} >= {f"/v1/boxes/{box}/things/{thing}" for box, thing in ROWS}
    assert {"GET", "DELETE", "POST", "PUT", "PATCH"} <= {method for method, _path, _key in boxes.asked}
    assert driven.judged == len(book.seen)


def test_documented_examples_are_asked_for(boxes: Boxes) -> None:
    """Where no rows are known, the examples of the document are what is asked for first."""
    document = _document()
    for parameter in document["paths"]["/v1/boxes/{box}/things/{thing}"]["get"]["parameters"]:
        values = {"box": (1, 3), "thing": (11, 30)}[parameter["name"]]
        parameter["examples"] = {str(value): {"value": value} for value in values}
    book = Book()
    drive(document, boxes, judge=book, origin="x", remote=False, max_examples=1, key=KEY)
    assert {interaction.request.url for interaction, legal in book.seen if legal} >= {
        "http://localhost/v1/boxes/1/things/11",
        "http://localhost/v1/boxes/3/things/30",
    }


def test_half_of_the_legal_requests_ask_for_rows(boxes: Boxes) -> None:
    """At least half of what a legal request asks for exists."""
    book = Book()
    _local(boxes, book, count=20)
    statuses = Counter(interaction.response.status for interaction, legal in book.seen if legal)
    assert statuses[200] >= statuses[404] > 0


def test_answers_to_other_methods_are_not_judged(boxes: Boxes) -> None:
    """A refused DELETE says nothing about the contract of GET."""
    book = Book()
    _local(boxes, book)
    assert {interaction.request.method for interaction, _legal in book.seen} == {"GET"}
    assert len(book.seen) < len(boxes.asked)


def test_every_lying_answer_is_judged_not_only_the_first() -> None:
    """A wrong value is found in each answer that has it."""
    book = Book()
    driven = _local(Boxes(state="half"), book)
    wrong = [interaction for interaction, _legal in book.seen if interaction.response.status == 200]
    assert len(book.findings) == len(wrong) > len(ROWS)
    assert _checks(driven) == Counter()


def test_a_crash_on_a_legal_request_is_a_server_error() -> None:
    """An exception of the application is the 500 that a client would see, reported for every request that met it."""
    driven = _local(Boxes(crash=True), Book())
    failures = [failure for failure in driven.failures if failure.check == "schemathesis.not_a_server_error"]
    assert len([failure for failure in failures if failure.legal]) >= len(ROWS)
    assert {failure.interaction.response.status for failure in failures} == {500}
    assert b"the shelf broke" in failures[0].interaction.response.body
    assert "\n" not in failures[0].message


def test_a_door_left_open_is_found() -> None:
    """A provider that doesn't look at the key is caught, with the answer to the request that had none."""
    driven = _local(Boxes(open_door=True), Book())
    failures = [failure for failure in driven.failures if failure.check == "schemathesis.ignored_auth"]
    assert {failure.interaction.response.status for failure in failures} == {200}
    assert "SCRUBBED" not in repr(failures)
    assert not any(failure.legal for failure in failures)


def test_interactions_hold_what_travelled(url: str) -> None:
    """Method, URL, headers and body bytes of both sides are those on the wire."""
    book = Book()
    _local(url, book, count=2)
    interaction = next(interaction for interaction, _legal in book.seen if interaction.response.status == 200)
    assert interaction.request.method == "GET"
    assert interaction.request.url.startswith(f"{url}/v1/boxes/")
    assert interaction.place == interaction.request.url
    assert interaction.origin == "reference"
    assert ("Authorization", "Bearer SCRUBBED") in interaction.request.headers
    assert ("content-type", "application/json") in interaction.response.headers
    assert json.loads(interaction.response.body)["state"] == "on"


def test_no_interaction_holds_the_key(boxes: Boxes) -> None:
    """The key reaches the provider, and neither the judge nor a failure gets to see it."""
    book = Book()
    boxes.crash = True
    driven = _local(boxes, book, count=2)
    assert f"Bearer {KEY}" in {key for _method, _path, key in boxes.asked}
    assert KEY not in repr([book.seen, driven])


def test_loopback_is_asked_what_the_application_is(boxes: Boxes, url: str) -> None:
    """The same requests are made in this process and over loopback."""
    over_loopback = _local(url, Book(), count=4)
    asked = Counter((method, path) for method, path, _key in boxes.asked)
    again = Boxes()
    in_process = _local(again, Book(), count=4)
    assert Counter((method, path) for method, path, _key in again.asked) == asked
    assert in_process.requests == over_loopback.requests
    assert over_loopback.failures == ()


def test_the_same_seed_asks_the_same() -> None:
    """Requests follow from the seed alone, and another seed asks other ones."""
    asked = []
    for seed in (7, 7, 8):
        boxes = Boxes()
        _local(boxes, Book(), seed=seed)
        asked.append(boxes.asked)
    assert asked[0] == asked[1] != asked[2]


def test_progress_counts_the_cases(boxes: Boxes) -> None:
    """Progress goes from one to the number of cases, which is known from the start."""
    steps: list[tuple[int, int]] = []
    _local(boxes, Book(), count=2, on_progress=lambda done, total: steps.append((done, total)))
    assert [done for done, _total in steps] == list(range(1, len(steps) + 1))
    assert {total for _done, total in steps} == {len(steps)}


def _hypothesis_home() -> Path:
    return storage_directory(intent_to_write=False).home_directory


def test_nothing_is_written_or_read_here(
    boxes: Boxes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The working directory stays as it is, its schemathesis.toml is not read, and nothing is printed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schemathesis.toml").write_text("this is no toml")
    usual, homes = _hypothesis_home(), set()
    _local(boxes, Book(), count=2, on_progress=lambda _done, _total: homes.add(_hypothesis_home()))
    assert _hypothesis_home() == usual not in homes
    assert not any(home.exists() for home in homes)
    assert [path.name for path in tmp_path.iterdir()] == ["schemathesis.toml"]
    assert capfd.readouterr() == ("", "")


def test_nothing_is_registered_with_schemathesis(boxes: Boxes) -> None:
    """A user's own Schemathesis suite in the same process meets no check of ours."""
    before = set(schemathesis.checks.__dir__())
    _local(boxes, Book(), count=2)
    assert set(schemathesis.checks.__dir__()) == before


def test_a_remote_provider_gets_legal_gets_only(boxes: Boxes, url: str) -> None:
    """Somebody else's provider sees GET, each row once, one generated id, the key each time, and no probes."""
    book = Book()
    driven = _remote(url, book)
    assert {method for method, _path, _key in boxes.asked} == {"GET"}
    assert {key for _method, _path, key in boxes.asked} == {f"Bearer {KEY}"}
    paths = Counter(path for _method, path, _key in boxes.asked)
    rows = {f"/v1/boxes/{box}/things/{thing}" for box, thing in ROWS}
    assert {paths[path] for path in rows} == {1}
    assert len(boxes.asked) == len(ROWS) + 1 == driven.requests == driven.judged
    assert all(legal for _interaction, legal in book.seen)
    assert {interaction.origin for interaction, _legal in book.seen} == {"elsewhere"}


def test_without_rows_a_remote_provider_gets_no_more_than_asked_for(boxes: Boxes) -> None:
    """Generated ids alone are bounded by the number of examples."""
    assert _remote(boxes, Book(), rows=(), max_examples=5).requests == len(boxes.asked) == 5


@pytest.mark.parametrize("key", [KEY, None])
def test_a_url_off_loopback_is_remote_whatever_is_said(key: str | None) -> None:
    """Calling a foreign address local doesn't open it to DELETE: its rules hold, here that plain http is refused."""
    with pytest.raises(Unusable, match="use https"):
        drive(_document(), "http://api.boxes.example", judge=Book(), origin="x", remote=False, key=key)


def test_a_remote_provider_is_asked_a_hundred_times_a_minute(boxes: Boxes) -> None:
    """In no window of 60 seconds are there more than a hundred requests."""
    clock = Clock()
    sent: list[float] = []
    rows = [(box, 1) for box in range(110)]
    _remote(boxes, Book(), rows=rows, budget=_budget(clock), on_progress=lambda _done, _all: sent.append(clock.now()))
    assert len(boxes.asked) == len(sent) > 100
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[100:], strict=False))


def test_retry_after_is_obeyed() -> None:
    """A 429 is judged, waited out as long as it asks, and the request is made again."""
    clock, book = Clock(), Book()
    boxes = Boxes(limited=[None, "7"])
    _remote(boxes, book, rows=ROWS[:1], max_examples=1, budget=_budget(clock))
    assert clock.naps == [7.0, 60.0]
    assert [interaction.response.status for interaction, _legal in book.seen] == [429, 429, 200, 404]


@pytest.mark.parametrize(
    ("limited", "message"),
    [(["3600"], "asks to wait 3600 s"), (["1", "1", "1"], "keeps answering 429")],
)
def test_a_provider_that_says_go_away_is_left_alone(limited: list[str | None], message: str) -> None:
    """Too long a wait, or too many refusals, end the drive with one line."""
    with pytest.raises(Unreachable, match=message):
        _remote(Boxes(limited=limited), Book())


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("5", 5), ("0", 0), (None, 60), ("soon", 60), ("", 60), ("-5", 60), ("Thu, 01 Jan 1970 00:01:30 GMT", 90 - 50)],
)
def test_retry_after_is_read(said: str | None, seconds: float) -> None:
    """Seconds and dates are understood; what can't be read is a minute."""
    assert wait_of(said, now=50.0) == seconds


def test_a_date_in_the_past_is_no_wait() -> None:
    """A moment that is over needs no waiting."""
    assert wait_of("Thu, 01 Jan 1970 00:00:10 GMT", now=50.0) == 0.0


def test_a_dead_address_is_unreachable_without_the_key() -> None:
    """Nobody listening is one line, and the line doesn't quote the key."""
    with pytest.raises(Unreachable, match="gave no answer") as caught:
        _local("http://127.0.0.1:9", Book(), count=1)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_netrc_does_not_replace_the_key(
    boxes: Boxes, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a user's netrc says of the host is not sent."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    _remote(url, Book())
    assert {key for _method, _path, key in boxes.asked} == {f"Bearer {KEY}"}


def test_a_proxy_is_not_asked_about_loopback(boxes: Boxes, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment has no part in what travels on this computer, the checks' own requests included."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert _local(url, Book(), count=2).requests == len(boxes.asked)


def test_redirects_are_not_followed(boxes: Boxes, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect is the answer: the key doesn't travel to wherever it points."""
    elsewhere = Response("", 302, headers={"Location": f"{url}/trap"})
    monkeypatch.setattr(boxes, "_answer", lambda _request: elsewhere)
    book = Book()
    driven = _remote(url, book)
    assert {path for _method, path, _key in boxes.asked}.isdisjoint({"/trap"})
    assert {interaction.response.status for interaction, _legal in book.seen} == {302}
    assert set(_checks(driven)) == {"schemathesis.status_code_conformance"}


@pytest.mark.parametrize("target", ["", "127.0.0.1:8080", "ftp://127.0.0.1/", "http://", "http://[::1", "http://h:x/"])
def test_what_is_no_address_is_unusable(target: str) -> None:
    """A target that isn't a URL is refused before anything is sent."""
    with pytest.raises(Unusable, match="can't ask this server"):
        _local(target, Book())


@pytest.mark.parametrize(
    ("target", "remote"),
    [("http://127.0.0.1:80", False), ("http://[::1]:1", False), ("https://api.boxes.example", True), (Boxes(), False)],
)
def test_loopback_and_this_process_are_ours(target: Any, remote: bool) -> None:
    """Only this computer's addresses and applications at hand are ours."""
    assert is_remote(target, KEY) is remote


def test_a_contract_of_another_method_never_leaves_loopback() -> None:
    """A contract of DELETE is not tried on somebody else's provider."""
    document = _document()
    item = document["paths"]["/v1/boxes/{box}/things/{thing}"]
    item["delete"] = item.pop("get")
    boxes = Boxes()
    with pytest.raises(Unusable, match="only GET is sent"):
        drive(document, boxes, judge=Book(), origin="x", remote=True, key=KEY)
    assert boxes.asked == []


@pytest.mark.parametrize("document", [{}, {"paths": None}, {"openapi": "3.1.0", "paths": {}}])
def test_a_document_without_the_operation_is_unusable(document: dict[str, Any]) -> None:
    """One operation is needed, and its absence is one line."""
    with pytest.raises(Unusable, match="holds 0 operations"):
        drive(document, Boxes(), judge=Book(), origin="x", remote=False)


def test_a_document_of_another_version_is_unusable() -> None:
    """What Schemathesis can't load is told in one line."""
    with pytest.raises(Unusable, match="can't be used") as caught:
        drive({**_document(), "openapi": "9.9.9"}, Boxes(), judge=Book(), origin="x", remote=False)
    assert "\n" not in str(caught.value)


def test_rows_get_their_names_and_types() -> None:
    """Rows read from text are integers where the document says so."""
    assert named_rows(_document(), [("1", "10"), (2, -20)]) == [{"box": 1, "thing": 10}, {"box": 2, "thing": -20}]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, 10), (1,)], "row 2 has 1 values, the path takes 2: box, thing"),
        ([(1, "ten")], "row 1: 'ten' is not an integer, as thing is documented to be"),
        ([(1, "1" * 5000)], "is not an integer"),
    ],
)
def test_rows_that_do_not_fit_are_unusable(rows: list[tuple[int | str, ...]], message: str) -> None:
    """A row of the wrong length or type is told by its number."""
    with pytest.raises(Unusable, match=message):
        named_rows(_document(), rows)


def test_the_key_travels_in_the_documented_header(boxes: Boxes) -> None:
    """An API key scheme has its own header, and its first word is nobody's invention."""
    document = _document()
    document["components"]["securitySchemes"] = {"bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}}
    drive(document, boxes, judge=Book(), origin="x", remote=True, rows=ROWS[:1], max_examples=0, key=KEY)
    assert boxes.asked == [("GET", "/v1/boxes/1/things/10", KEY)]


def test_the_check_names_our_rule_in_any_schemathesis_suite() -> None:
    """A plain Schemathesis run with our check fails with the rule's name."""
    schema = schemathesis.openapi.from_dict(_document(), config=schemathesis.Config())
    schema.app = Boxes(state="half")
    case = schema["/v1/boxes/{box}/things/{thing}"]["GET"].Case(path_parameters={"box": 1, "thing": 10})
    check = contract_check(Book(), origin="reference")
    with pytest.raises(
        schemathesis.errors.FailureGroup, match=r"state\.enum at /state: state is one of on, off"
    ) as caught:
        case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, checks=[check])
    assert isinstance(getattr(caught.value.exceptions[0], "exception", None), ContractBroken)


@pytest.mark.parametrize(
    ("level", "pointer", "negative", "raises"),
    [
        ("violation", "/state", True, True),
        ("drift", "/state", False, False),
        ("violation", "#request", False, True),
        ("violation", "#request", True, False),
    ],
)
def test_the_check_blames_the_provider_alone(level: Level, pointer: str, negative: bool, raises: bool) -> None:
    """Violations fail; drift doesn't, nor what an illegal request breaks by itself."""
    schema = schemathesis.openapi.from_dict(_document(), config=schemathesis.Config())
    schema.app = Boxes()
    mode = schemathesis.GenerationMode.NEGATIVE if negative else schemathesis.GenerationMode.POSITIVE
    case = drawn(schema["/v1/boxes/{box}/things/{thing}"]["GET"].as_strategy(mode), 1, 0)[0]
    found = replace(_finding("half", "x"), level=level, pointer=pointer)
    check = contract_check(lambda _interaction, _legal: [found], origin="x")
    with pytest.raises(schemathesis.errors.FailureGroup) if raises else nullcontext():
        case.call_and_validate(checks=[check])
