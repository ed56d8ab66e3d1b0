"""What a comparison may be given, file by file and address by address: taken for what it is, or refused in one line."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.drift_input import ComparedSide, read_side
from contracts.errors import ContractsError, Exit
from tests import alone
from tests.comparing.test_pages import OWN
from tests.rules.synthetic import CASSETTES, DOCUMENT, PAGE
from tests.sources.conftest import Stand, here, stand, written  # noqa: F401  fixtures

SECRET = "sesame-4711"
TEXT = PAGE.read_text(encoding="utf-8")
OPENAPI = json.dumps(alone.document(), indent=2)
SCHEMA = (DOCUMENT.parent / "get-a-contact-in-a-sequence.schema.json").read_text(encoding="utf-8")
CASSETTE = (CASSETTES / "finished.yaml").read_text(encoding="utf-8")
EXCHANGE = {"request": {"method": "GET", "url": "http://h/x"}, "response": {"status": 200}}
HAR = {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": []}}
YAML = """\
openapi: 3.1.0
info: {title: 2026-01-31, version: 1.0}
paths:
  /things:
    get:
      responses:
        200:
          content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}
"""
LATE = YAML.replace("openapi: 3.1.0\n", "") + "".join(f"x-{n}: 1\n" for n in range(9_000)) + "openapi: 3.1.0\n"
YAML_SCHEMA = "$schema: https://json-schema.org/draft/2020-12/schema\ntype: object\nproperties: {a: {type: string}}\n"

TAKEN: dict[str, tuple[str, str]] = {
    "page.txt": (TEXT, "page"),
    "windows.txt": ("\ufeff" + TEXT.replace("\n", "\r\n"), "page"),
    "openapi.json": (OPENAPI, "document"),
    "marked.json": ("\ufeff" + OPENAPI, "document"),
    "openapi.yaml": (YAML, "document"),
    "late.yaml": (LATE, "document"),
    "quoting.txt": (TEXT + "\nopenapi: 3.1.0\n", "page"),
    "body.schema.json": (SCHEMA, "schema"),
    "schema.yaml": (YAML_SCHEMA, "schema"),
    "small.json": ('{"properties": {"a": {"type": "null"}}}', "schema"),
    "tape.yaml": (CASSETTE, "recording"),
    "tape.json": (json.dumps({"version": 1, "interactions": [EXCHANGE]}), "recording"),
    "tape": (CASSETTE, "recording"),
    "capture.har": (json.dumps(HAR), "recording"),
    "capture.json": (json.dumps(HAR), "recording"),
    "log.ndjson": (json.dumps(EXCHANGE), "recording"),
    "log.txt": (json.dumps(EXCHANGE), "recording"),
    "EMPTY.JSONL": ("", "recording"),  # by its suffix; whoever reads it says that it is empty
}

NO_PAGE = "no method and path: not an API reference page, or its top is missing"
NONE = "neither an OpenAPI 3 document, a JSON Schema nor a recording; give one of these, or a page"
WHAT = "a documentation page, a contract document or a recording"
CUT = "give the whole document"
EMPTY = "the page is empty; copy the whole page, from the method to the last field"
HTML = "HTML; save the page as text, or give the address where it is served as text"
DEEP = "nested deeper than 200 levels; no such document describes an API"
BOMB = "openapi: &a0 [x]\n" + "".join(f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
NONE_OF_3 = "no OpenAPI 3 document; write one with `contracts derive PAGE --out DIR`"
SWAGGER = (
    "a Swagger 2.0 document, which came before OpenAPI 3; convert it first, for example with `npx swagger2openapi FILE`"
)
PACT = {"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [EXCHANGE]}
POSTMAN = {"info": {"name": "x", "schema": "v2.1.0"}, "item": [{"request": {"method": "GET"}}]}

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty.txt": ("", f": {EMPTY}"),
    "blank.json": (" \n\n", f": {EMPTY}"),
    "picture.png": (b"\x89PNG\r\n\x00\xff", f": not text in UTF-8 (byte 0); name {WHAT}"),
    "nul.txt": ("GET\n\0\n", ":2: not a text: it holds the character U+0000; save the page as UTF-8 text"),
    "prose.txt": ("It was a dark and stormy night.\n", f":1: {NO_PAGE}"),
    "number.json": ("42", f":1: {NO_PAGE}"),
    "page.html": ("\n<!DOCTYPE html><p>GET /v3", f": {HTML}"),
    "cut.json": (OPENAPI[:3000], f": begins like JSON but is none at line {OPENAPI[:3000].count(chr(10)) + 1}; {CUT}"),
    "deep.json": ("[" * 100_000, f": {DEEP}"),
    "digits.json": (
        '{"openapi": ' + "1" * 5000 + "}",
        ": holds a number of absurdly many digits; give the document as it was published",
    ),
    "nested.json": ('{"properties":{"a":' * 300 + "{}" + "}}" * 300, f": {DEEP}"),
    "list.json": ("[1]", f": {NONE}"),
    "pact.json": (json.dumps(PACT), f": {NONE}"),
    "postman.json": (json.dumps(POSTMAN), f": {NONE}"),
    "graphql.json": ('{"data": {"__schema": {"types": []}}}', f": {NONE}"),
    "swagger.json": ('{"swagger": "2.0", "paths": {}}', f": {SWAGGER}"),
    "swagger.yaml": ("info: {}\nswagger: '2.0'\npaths: {}\n", f": {SWAGGER}"),
    "void.json": ('{"openapi": "3.1.0", "paths": {}}', ": describes no operation; nothing to hold anyone to"),
    "null.json": ('{"openapi": null}', f": {NONE_OF_3}"),
    "loop.json": ('{"$ref": "#"}', ": a JSON Schema that says nothing of any value; nothing to hold anyone to"),
    "wide.json": ('{"$schema": ""}', ": a JSON Schema that says nothing of any value; nothing to hold anyone to"),
    "code.yaml": ("openapi: !!python/name:os.system ''\n", f": {NONE_OF_3}"),
    "bomb.yaml": (BOMB, ": more than 5000000 values, aliases written out (line 8)"),
    "two.yaml": ("openapi: 3.1.0\n---\nopenapi: 3.1.0\n", ": a second YAML document; give one at a time (line 2)"),
}  # fmt: skip


def kind(side: ComparedSide) -> str:
    """What an input was taken for."""
    if side.path is not None:
        assert (side.contracts, side.page) == ((), None)
        return "recording"
    assert len(side.contracts) == 1
    return "page" if side.page is not None else "schema" if side.bare else "document"


def refused(given: str) -> ContractsError:
    """The error for an input, its message as the command prints it."""
    with pytest.raises(ContractsError) as caught:
        read_side(given)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", TAKEN)
def test_what_is_in_a_file_decides(name: str) -> None:
    """Pages, documents, schemas and recordings of any make are told apart by content; a side bears its given name."""
    content, what = TAKEN[name]
    written(name, content)
    side = read_side(name)
    assert (kind(side), side.name, side.url) == (what, name, "")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none_of_them_is_refused_in_one_line(name: str) -> None:
    """The file, the line where one is known, what is wrong, what to do: exit 2."""
    content, message = REFUSED[name]
    written(name, content)
    error = refused(name)
    assert (str(error), error.exit_code) == (name + message, Exit.UNUSABLE)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", f"an empty name; name {WHAT}"),
        ("nope.txt", f"nope.txt: no such file; name {WHAT}"),
        ("a\0b", "a\0b: can't be read: embedded null byte"),
        ("x" * 5000, "x" * 5000 + ": can't be read: File name too long"),
        ("/dev/zero", f"/dev/zero: larger than 64 MB; that is not {WHAT}"),
        ("/proc/self/mem", "/proc/self/mem: can't be read: Input/output error"),
    ],
    ids=["empty", "missing", "nul", "long", "device", "unreadable"],
)
def test_what_is_no_file_is_refused_in_one_line(given: str, message: str) -> None:
    """Exit 2, and the system's reason."""
    error = refused(given)
    assert (str(error), error.exit_code) == (message, Exit.UNUSABLE)


def test_a_folder_is_traffic_whatever_is_in_it(here: Path) -> None:  # noqa: F811
    """Of a folder nothing is read before the comparison."""
    assert read_side(str(here)).path == here


@pytest.mark.usefixtures("here")
def test_a_recording_is_not_read_whole_to_be_known() -> None:
    """A log larger than any document is traffic as well."""
    log = Path("long.log")
    with log.open("wb") as file:
        file.write(json.dumps(EXCHANGE).encode() + b"\n")
        file.truncate(65 * 2**20)
    assert kind(read_side("long.log")) == "recording"


def test_a_page_can_come_through_a_pipe(here: Path) -> None:  # noqa: F811
    """What a shell hands over as `<(command)` can be read only once."""
    for content, what in ((TEXT, "page"), (OPENAPI, "document")):
        pipe = here / what
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_text, args=(content,))
        writer.start()
        assert kind(read_side(str(pipe))) == what
        writer.join()


def test_a_page_has_all_that_is_known_of_it() -> None:
    """Text, page and the contract with the hand-written rules that speak of it; a page nobody knows has none."""
    side = read_side(str(PAGE))
    assert side.text == TEXT
    assert side.page is not None
    assert "contactId.echoes-request" in {rule.id for rule in side.contracts[0].rules}
    other = read_side(str(OWN / "parcel.v1.txt"))
    assert [source for rule in other.contracts[0].rules for source in rule.sources if source.hand] == []


def answers(stand: Stand, status: int, body: str | bytes, **headers: str) -> None:  # noqa: F811
    """Let a server say this."""
    stand.answers = [(status, headers, body.encode() if isinstance(body, str) else body)]


@pytest.mark.parametrize("name", ["page.txt", "openapi.json", "openapi.yaml", "body.schema.json", "marked.json"])
def test_an_address_is_asked_once_without_a_key(stand: Stand, monkeypatch: pytest.MonkeyPatch, name: str) -> None:  # noqa: F811
    """One GET with the query that was given; what comes is taken as a file's content would be, and the URL is known."""
    monkeypatch.setenv("REPLY_API_KEY", SECRET)
    content, what = TAKEN[name]
    answers(stand, 200, content)
    side = read_side(f"{stand.url}/docs/{name}?version=2#top")
    assert (kind(side), side.url, side.name) == (what, f"{stand.url}/docs/{name}", side.url)
    assert stand.asked == [("GET", f"/docs/{name}?version=2", None)]


def test_an_address_in_capitals_is_an_address(stand: Stand) -> None:  # noqa: F811
    """Schemes are written as one likes."""
    answers(stand, 200, TEXT)
    assert kind(read_side(stand.url.replace("http:", "HTTP:"))) == "page"


RECORDING = "a recording, which is read from an ordinary file alone; save it as one"
MOVED = "answered 301, which is not followed; give the address that it leads to"
LATIN = "not text in UTF-8 (byte 4); give the address of the page as text"
GZIP = {"Content-Encoding": "gzip"}
USELESS, NOBODY = Exit.UNUSABLE, Exit.NOT_CHECKED

SAID: dict[str, tuple[int, dict[str, str], str | bytes, Exit, str]] = {
    "html": (200, {}, "<html><body>GET</body></html>", USELESS, HTML),
    "nothing": (200, {}, "", USELESS, EMPTY),
    "recording": (200, {}, CASSETTE, USELESS, RECORDING),
    "latin": (200, {}, b"GET\n\xe9t\xe9", USELESS, LATIN),
    "moved": (301, {"Location": "/new"}, "", NOBODY, MOVED),
    "not-found": (404, {}, TEXT, NOBODY, "answered 404; nothing was compared"),
    "error": (500, {}, TEXT, NOBODY, "answered 500; nothing was compared"),
    "empty-handed": (204, {}, "", NOBODY, "answered 204; nothing was compared"),
    "huge": (200, {}, b"x" * (16 * 2**20 + 1), NOBODY, "it is larger than 16 MB, and was not read further"),
    "miscoded": (200, GZIP, "plain", NOBODY, "its body is not coded as its header says"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_an_address_without_a_page_is_refused_in_one_line(stand: Stand, name: str) -> None:  # noqa: F811
    """Exit 2 for what is no page, 3 where nothing was had; the message never shows the query."""
    status, headers, body, code, message = SAID[name]
    answers(stand, status, body, **headers)
    error = refused(f"{stand.url}/a/page?key={SECRET}")
    assert (str(error), error.exit_code) == (f"{stand.url}/a/page: {message}", code)


@pytest.mark.parametrize("path", ["", "/", "/page", "/" + "long/" * 80, "/a: b/ö"])
def test_what_may_be_a_key_is_never_shown(path: str) -> None:
    """A query, also a long one, is in no message: nor is a fragment."""
    for query in (f"?key={SECRET}", f"?{SECRET * 40}", f"#{SECRET}"):
        error = refused(f"http://127.0.0.1:9{path}{query}")
        expected = f"http://127.0.0.1:9{path}: no connection; is it running, and is the address right?"
        assert (str(error), error.exit_code) == (expected, Exit.NOT_CHECKED)


@pytest.mark.parametrize(
    "given",
    ["http://{}:x@127.0.0.1:9/", "https://{}@h/page", "http://[{}/", "http://h:{}/", "http:///{}", "HTTP://a b/{}"],
)
def test_an_address_that_makes_no_sense_is_refused_unseen(given: str) -> None:
    """User, password and whatever else stands in such a URL: exit 2, and not shown."""
    error = refused(given.format(SECRET))
    assert error.exit_code == Exit.UNUSABLE
    assert SECRET not in str(error)


def test_nothing_of_a_key_stays(stand: Stand) -> None:  # noqa: F811
    """Neither the side nor the contract derived from the page holds the query."""
    answers(stand, 200, TEXT)
    side: Any = read_side(f"{stand.url}/page?key={SECRET}#{SECRET}")
    assert SECRET not in repr(side)
