"""Bodies as they come off the wire, and paths as they were asked for."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.model.interaction import Interaction, Request, Response
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.exchange import look
from contracts.rules.parsing import MAX_DEPTH, NotJsonError, parse
from contracts.rules.routing import belongs, path_parameters
from tests.rules.synthetic import REPLY, raw

REFUSED = {
    "empty": (b"", "no body at all"),
    "white space": (b" \n", "at character"),
    "html": (b"<html>", "at character"),
    "not UTF-8": (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    "surrogate bytes": (b'"\xed\xa0\x80"', "not UTF-8"),
    "byte order mark": (b'\xef\xbb\xbf{"a": 1}', "BOM"),
    "NaN": (b'{"a": NaN}', "NaN is no JSON number"),
    "Infinity": (b"[Infinity]", "Infinity is no JSON number"),
    "-Infinity": (b"[-Infinity]", "-Infinity is no JSON number"),
    "a name twice": (b'{"a": 1, "b": 2, "a": 1}', 'the name "a" stands twice'),
    "a name twice deep inside": (b'[{"x": {"\\u0061": 1, "a": 2}}]', 'the name "a" stands twice'),
    "only opened": (b"[" * 1_000_000, "nothing closes"),
    "a name twice in depth": (b"[" * 500 + b'{"a": 1, "a": 2}' + b"]" * 500, 'the name "a" stands twice'),
    "another bracket in depth": (b"[" * 500 + b"}" * 500, "more than 200 levels deep"),
    "trailing garbage": (b'{"a": 1} x', "at character"),
    "two values": (b"{}{}", "at character"),
    "trailing comma": (b"[1,]", ""),
    "single quotes": (b"{'a': 1}", ""),
    "a control character": (b'"\x01"', "at character"),
    "a leading zero": (b"[01]", ""),
    "cut": (b'{"a": "b', "at character"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_json_is_refused_with_its_reason(case: str) -> None:
    """Everything that RFC 8259 forbids or warns of is a NotJsonError whose one short line says why."""
    body, reason = REFUSED[case]
    with pytest.raises(NotJsonError) as raised:
        parse(body)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(("body", "value", "careful"), [
    (b"null", None, False),
    (b' {"a": [1, 2.5, "x", true, null]} \n', {"a": [1, 2.5, "x", True, None]}, False),
    ('"\u00e9\U0001f600"'.encode(), "\u00e9\U0001f600", False),
    (b'"\\ud83d\\ude00"', "\U0001f600", False),
    (b'"\\\\ud800"', "\\ud800", False),
    (b"9223372036854775808", 2**63, False),
    (b"9007199254740993", 2**53 + 1, False),
    (b"9007199254740992.0", 2.0**53, True),
    (b"[-9.3e18]", [-9.3e18], True),
    (b"[1.0, 1e3, -0.0]", [1.0, 1000.0, -0.0], False),
    (b"1e-999", 0.0, False),
    (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None, False),
    (b"[" * MAX_DEPTH * 3 + b"]" * MAX_DEPTH * 3, None, False),
    (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, None, False),
    (b'["' + b"[" * 1000 + b'"]', ["[" * 1000], False),
    (b"[1e999]", [10**599], True),
    (b"[-1.5e999]", [-15 * 10**598], True),
    (b"[-" + b"9" * 5_000 + b"]", [1 - 10**600], True),
    (b'{"a": "x\\ud800"}', {"a": "x\ufffd"}, False),
    (b'["\\uDC00\\ud83d"]', ["\ufffd\ufffd"], False),
    (b'{"\\ud83d": 1}', {"\ufffd": 1}, False),
    (b'["\\"' + b"[" * 1000 + b'"]', ['"' + "[" * 1000], False),
])  # fmt: skip
def test_json_is_read(body: bytes, value: Any, careful: bool) -> None:
    """What is JSON comes back as its value; floats that lost digits are told, and brackets in strings nest nothing."""
    parsed, said = parse(body)
    assert said is careful
    if not body.startswith((b"[[", b'{"a":{')):
        assert parsed == value


@given(st.binary() | st.text().map(str.encode) | st.text('[]{}":,\\u d80eE+-.0123456789ntfalsr').map(str.encode))
@example(b"[" * 300 + b'"' + b'\\"' * 300)
def test_no_bytes_raise_anything_but_not_json(body: bytes) -> None:
    """Whatever a server sends is a value or a NotJsonError."""
    with contextlib.suppress(NotJsonError):
        parse(body)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
))  # fmt: skip
def test_parsing_is_the_inverse_of_writing(value: Any) -> None:
    """Every JSON value comes back as it was written."""
    assert parse(json.dumps(value).encode())[0] == value
    assert parse(json.dumps(value, ensure_ascii=False).encode())[0] == value


BIG: dict[str, Callable[[int], bytes]] = {
    "an array of numbers": lambda size: b"[" + b"1," * (size // 2) + b"1]",
    "one long string": lambda size: b'"' + b"x" * size + b'"',
    "escapes without an end behind brackets": lambda size: b"[" * 150 + b"[]" * 60 + b'"' + b'\\"' * (size // 2),
    "quotes without an end behind brackets": lambda size: b"[]" * 300 + b'"' + b'"[' * (size // 2),
    "many names and one twice at the end": lambda size: (
        b"{" + b",".join(b'"%d":1' % number for number in range(size // 10)) + b',"0":1}'
    ),
    "an unclosed list": lambda size: b"[1," + b"1," * (size // 2),
    "blanks": lambda size: b" " * size,
    "digits behind the point": lambda size: b"0." + b"1" * size,
    "flat objects": lambda size: b"[" + b"{}," * (size // 3) + b"{}]",
}


@pytest.mark.parametrize("shape", BIG)
def test_large_bodies_take_linear_time(shape: str) -> None:
    """Four times the size costs about four times the work, and not sixteen, however hostile the shape."""

    def work(size: int) -> float:
        body = BIG[shape](size)
        before = time.process_time()
        with contextlib.suppress(NotJsonError):
            parse(body)
        return time.process_time() - before

    assert work(2_000_000) < 8 * work(500_000) + 0.5


@pytest.mark.parametrize(("template", "path", "values"), [
    ("/v3/things/{id}", "/v3/things/5", {"id": "5"}),
    ("/v3/things/{id}", "/v3/things/", {"id": ""}),
    ("/v3/things/{id}", "/v3/things", None),
    ("/v3/things/{id}", "/v3/things/5/", None),
    ("/v3/things/{id}", "/v3/things/5\n", {"id": "5\n"}),
    ("/v3/things/{id}", "/v3/things/a%2Fb", {"id": "a/b"}),
    ("/v3/things/{id}", "/v3/things/a%20b%C3%A9", {"id": "a bé"}),
    ("/v3/things/{id}", "/V3/things/5", None),
    ("/a/{x}/b/{y}", "/a/1/b/2", {"x": "1", "y": "2"}),
    ("/a/{x}/b/{y}", "/a/1/2/b/3", None),
    ("/a/{x}.{form}", "/a/1.json", {"x": "1", "form": "json"}),
    ("/a.b/{x}", "/aXb/1", None),
    ("/a/{x-y}", "/a/1", {"x-y": "1"}),
    ("/plain", "/plain", {}),
    ("/a(b/{x}", "/a(b/1", {"x": "1"}),
])  # fmt: skip
def test_a_path_is_matched_with_its_template(template: str, path: str, values: dict[str, str] | None) -> None:
    """A parameter takes one segment or less, percent-decoded; everything else has to be the same."""
    assert path_parameters(template, path) == values


@pytest.mark.parametrize(("method", "url", "ours"), [
    ("GET", "https://api.reply.io/v3/sequences/1/contacts/2", True),
    ("get", "http://127.0.0.1:5000/v3/sequences/1/contacts/2?x=1#y", True),
    ("POST", "https://api.reply.io/v3/sequences/1/contacts/2", False),
    ("GET", "https://api.reply.io/v3/sequences/1/contacts", False),
    ("GET", "http://[", False),
    ("GET", "", False),
])  # fmt: skip
def test_an_interaction_belongs_by_method_and_path(method: str, url: str, ours: bool) -> None:
    """The host doesn't matter, so that stand-ins are judged too; an impossible address belongs to nothing."""
    request = Request(method=method, url=url)
    interaction = Interaction(request=request, response=Response(status=200), origin="live")
    assert (belongs(REPLY, interaction) is not None) is ours


@pytest.mark.parametrize(("status", "body", "has_body", "problem"), [
    (200, b"{}", True, False),
    (200, b"", False, True),
    (200, b"<html>", False, True),
    (401, b"", False, False),
    (401, b"{}", True, False),
    (401, b"<html>", False, True),
    (404, b"", False, True),
    (410, b"{}", False, False),
    (410, b"<html>", False, False),
])  # fmt: skip
def test_a_body_is_read_where_one_is_due(status: int, body: bytes, has_body: bool, problem: bool) -> None:
    """Listed answers have a body, save where it may be missing; of unlisted ones the body is nobody's business."""
    interaction = raw(REPLY, body, 200)
    interaction = Interaction(
        request=interaction.request, response=Response(status=status, body=body), origin="recorded"
    )
    exchange = look(REPLY, interaction, {})
    assert (exchange.has_body, bool(exchange.problem)) == (has_body, problem)


@pytest.mark.parametrize(("media", "target"), [("application/json", "success"), ("application/x-other+json", "")])
def test_a_body_is_that_of_its_media_type_alone(media: str, target: str) -> None:
    """Where the document says nothing of what another one carries, nothing is judged there."""
    content = {"application/json": {"schema": {"required": ["a"]}}, "application/x-other+json": {}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}}}
    (contract,) = contracts_of(document_of(document, "made.json"))
    answer = Response(status=200, headers=(("Content-Type", media),), body=b"{}")
    exchange = look(contract, Interaction(request=Request(method="GET", url="/a"), response=answer, origin="given"), {})
    assert exchange.target == target
