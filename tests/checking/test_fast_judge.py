"""The fast judge counts what the exact one does, in archives that are drawn too rarely."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.commands.archives import Judging, pieces_of
from contracts.commands.body_plans import plan_lines
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.edits import with_body
from contracts.rules.legal_exchanges import legal_carrier
from contracts.sources.ndjson import read_ndjson
from tests.checking.fast_and_exact import differences
from tests.rules.synthetic import contract_of, described

TEXT: dict[str, Any] = {"type": "string"}
URL = "https://things.example/things"


def exchange(body: object, url: str = URL, at: str = "2026-01-05T10:00:00Z", **more: Any) -> dict[str, Any]:
    """One exchange as it is logged; `more` are parts of its answer."""
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body} | more
    return {"request": {"method": "GET", "url": url}, "response": answer, "at": at}


def thing(**properties: Any) -> Contract:
    """A contract of an object with these properties."""
    return contract_of({"type": "object", "properties": properties})


def judged_alike(tmp_path: Path, contract: Contract | tuple[Contract, ...], lines: Iterable[object]) -> int:
    """How many of some exchanges the fast judge took; both judges say the same of them. Texts are whole lines."""
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    apart, fast = differences(path, contract if isinstance(contract, tuple) else (contract,))
    assert apart == []
    return fast


def test_branches_of_a_whole_body_are_counted(tmp_path: Path) -> None:
    """A body that may be null is a value: that is one of its branches."""
    contract = contract_of({"type": ["object", "null"], "properties": {"a": TEXT}})
    assert judged_alike(tmp_path, contract, [exchange({"a": "b"})] * 3_000) > 2_000


def test_the_first_of_its_kind_is_the_one_that_stands_first(tmp_path: Path) -> None:
    """Whatever is looked at first: those at the usual host, those that are much alike, those of earlier moments."""
    contract = contract_of({"type": "object", "properties": {"k": {"enum": ["x", "y"]}}})
    other = URL.replace("things.", "other.")
    lines = [exchange({"k": "x"}, other if number % 4 == 0 else URL) for number in range(4_000)]
    lines[3000], lines[3010] = exchange({"k": "y"}, other), exchange({"k": "y"})
    assert judged_alike(tmp_path, contract, lines) > 3_000
    several = {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]}
    lines = [exchange({"u": "x"}) for _ in range(4_000)]
    lines[3000:3020] = [exchange({"u": 5}, at=f"2026-01-{28 - number:02d}T10:00:00Z") for number in range(20)]
    assert judged_alike(tmp_path, thing(u=several), lines) > 3_000


def test_a_moment_of_two_lines_is_none(tmp_path: Path) -> None:
    """Moments are read many at once, as they are one by one."""
    moments = ("2026-01-01T00:00:00Z\n2026-01-02T00:00:00Z", "x")
    assert judged_alike(tmp_path, thing(a=TEXT), [exchange({}, at=moments[number % 2]) for number in range(3_000)])


def test_of_a_header_in_two_spellings_the_first_counts(tmp_path: Path) -> None:
    """Which of them stands first is told apart."""
    good, bad = ("Content-Type", "application/json"), ("content-type", "text/html")
    lines = [exchange({}, headers=dict(pairs)) for pairs in ((good, bad), (bad, good)) for _ in range(2_000)]
    assert judged_alike(tmp_path, thing(a=TEXT), lines) > 1_000
    assert judged_alike(tmp_path, thing(a=TEXT), lines[::3] + lines[::-7]) > 500


def test_one_path_of_two_servers_is_of_a_contract_of_either(tmp_path: Path) -> None:
    """What stands in the address is a number for one of them, any text for the other."""
    held = tuple(_with_id(host, {"type": kind}) for host, kind in (("one", "integer"), ("two", "string")))
    lines = [exchange({}, f"https://{host}.example/t/{sent}") for host, sent in (("one", 7), ("two", "abc"))] * 2_000
    lines[3000] = exchange({}, "https://one.example/t/abc")
    assert judged_alike(tmp_path, held, lines) > 1_000
    assert judged_alike(tmp_path, held[::-1], lines) > 1_000


def _with_id(host: str, schema: dict[str, Any]) -> Contract:
    """A contract of a path with an id, at a host."""
    document = described({"type": "object", "properties": {"a": TEXT}}) | {
        "servers": [{"url": f"https://{host}.example"}]
    }
    get = next(iter(document["paths"].values()))["get"]
    get["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": schema}]
    return contracts.load(document | {"paths": {"/t/{id}": {"get": get}}})


@pytest.mark.parametrize(
    "more",
    [
        {"status": 502, "headers": {"Content-Type": "text/html"}, "body": "<h1>bad gateway</h1>"},
        {"status": 502, "headers": {"Content-Type": "text/html"}, "body": None},
        {"status": 418, "body": {"a": 1}},
    ],
    ids=["a page", "nothing", "undocumented"],
)
def test_answers_that_nobody_documented_are_counted(tmp_path: Path, more: dict[str, Any]) -> None:
    """What a gateway says instead costs no more than an answer; what may be unreadable is looked at."""
    lines = [exchange(**{"body": {"a": "x"}} | (more if number % 2 else {})) for number in range(2_000)]
    lines += [exchange(**more | {"body": body}) for body in _BODIES * 3]
    assert judged_alike(tmp_path, thing(a=TEXT), lines) > 1_900


_BODIES: tuple[Any, ...] = ("x\xda", "\x1f\x8b", "(", "\ud800", 7, None, ["a"], [1, {"a": 10**400}], {"base64": "@"})


def test_values_of_maps_take_branches(tmp_path: Path) -> None:
    """Those of every name; where a name looks like the sign for all of them, the exact judge says what is meant."""
    contract = thing(m={"type": "object", "additionalProperties": {"enum": ["x", "y"]}})
    lines = [exchange({"m": {"a": "x", "b": "y"}}), exchange({"m": {"a": "x", "{}": "y"}})] * 1_500
    assert judged_alike(tmp_path, contract, lines) > 1_000
    body = legal_carrier(contract, "success")
    judged = contracts.judge(contract, with_body(body, b'{"m": {"a": "x", "b": "y"}}'))
    assert {"m.{}=x", "m.{}=y"} <= {*judged.evidence.seen[body.origin]}


@pytest.mark.parametrize(
    ("schema", "kept", "broken"),
    [
        ({"not": {"required": ["b"]}}, {"a": "x"}, {"a": "x", "b": "y"}),
        ({"unevaluatedProperties": False}, {"a": "x", "b": "y"}, {"a": "x", "c": 1}),
        ({"dependentRequired": {"a": ["b"]}}, {"b": "y"}, {"a": "x"}),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"b": "x"}, {}),
        (
            {"properties": {"l": {"type": "array", "items": TEXT, "uniqueItems": True}}},
            {"l": ["x", "y"]},
            {"l": ["x"] * 2},
        ),
        ({"properties": {"l": {"type": ["array", "null"], "contains": {"const": 1}}}}, {"l": [2, 1]}, {"l": []}),
        (
            {"properties": {"m": {"type": "object", "propertyNames": {"maxLength": 1}}}},
            {"m": {"x": 1}},
            {"m": {"xy": 1}},
        ),
    ],
    ids=["not", "unevaluatedProperties", "dependentRequired", "anyOf", "uniqueItems", "contains", "propertyNames"],
)
def test_what_no_type_says_is_asked_of_each_value(
    tmp_path: Path, schema: dict[str, Any], kept: object, broken: object
) -> None:
    """The rest goes by types, many at once."""
    properties = {"a": TEXT, "b": TEXT} | schema.get("properties", {})
    contract = contract_of({"type": "object"} | schema | {"properties": properties})
    lines = [exchange(broken if number % 97 == 0 else kept) for number in range(3_000)]
    assert judged_alike(tmp_path, contract, lines) > 2_900
    (line,) = (one for one in plan_lines([contract]) if one.startswith("  success"))
    assert "asked for" in line
    assert " 0 of" not in line


def test_conditions_may_go_by_objects(tmp_path: Path) -> None:
    """A value that is no plain one is a value like any other."""
    condition = {
        "if": {"properties": {"a": {"const": {"x": 1}}}, "required": ["a"]},
        "then": {"properties": {"b": {"type": "null"}}},
    }
    contract = contract_of({"type": "object", "properties": {"a": {}, "b": {"type": ["integer", "null"]}}} | condition)
    lines = [exchange(body) for body in ({"a": "x", "b": 1}, {"a": {"x": 1}, "b": None}, {"a": {"x": 1}, "b": 1})]
    judged_alike(tmp_path, contract, lines * 200)


def test_a_constant_that_is_not_listed_is_kept_by_nothing(tmp_path: Path) -> None:
    """Both are asked for."""
    judged_alike(tmp_path, thing(a={"const": "x", "enum": ["y"]}), [exchange({}), exchange({"a": "x"})] * 500)


def test_conditions_that_name_no_type_hold_of_what_is_no_object(tmp_path: Path) -> None:
    """As JSON Schema has it: what is asked for in turn is asked of any value then."""
    when, then = {"properties": {"x": {"const": 1}}, "required": ["x"]}, {"properties": {"y": {"type": "null"}}}
    inner = {"properties": {"x": {"type": "integer"}, "y": {"type": ["integer", "null"]}}}
    for kind, value in (("null", None), ("string", "x")):
        schema = {"type": ["object", kind], "if": when, "then": {"type": "object"} | then} | inner
        judged_alike(tmp_path, thing(a=schema), [exchange({"a": each}) for each in ({"x": 2, "y": 2}, value)] * 500)
    deeper: dict[str, Any] = {"if": {"properties": {"a": when}, "required": ["a"]}, "then": then}
    schema = {"a": {"type": ["object", "string"]} | inner, "y": {"type": ["integer", "null"]}}
    contract = contract_of({"type": "object", "properties": schema} | deeper)
    judged_alike(tmp_path, contract, [exchange({"a": each, "y": 3}) for each in ({"x": 2}, "x")] * 500)


def test_what_was_sent_is_read_as_well(tmp_path: Path) -> None:
    """An exchange whose request can't be read isn't judged, however well it is answered."""
    good: list[dict[str, Any]] = [{"headers": {"X": "a"}, "body": {"x": 1}}, {"body": None}, {"body": "a"}]
    odd: list[Any] = [{"headers": 7}, {"headers": {"Content-Type": None}}, {"headers": {"X": "\ud800 is half of one"}}]
    odd += [{"headers": [["X"]]}, {"body": {"base64": "@"}}, {"body": {"base64": "YQ=="}}, {"body": [float("inf")]}]
    lines = [exchange({"a": "b"}) for _ in range(3_000)]
    for number, more in enumerate((good + odd) * 20):
        lines[2_000 + number]["request"] |= more
    texts = [json.dumps(line).replace("Infinity", "1e400") for line in lines]
    assert judged_alike(tmp_path, thing(a=TEXT), texts) > 2_500


def test_what_others_were_asked_is_read_as_well(tmp_path: Path) -> None:
    """An exchange of no contract's counts as unreadable where it can't be read."""
    whole = json.dumps(exchange({"x": 1}, f"{URL}/1"))
    exact = others_alike(tmp_path, [whole, *(whole.replace('{"x": 1}', body) for body in _UNREADABLE), whole])
    assert "4 other requests to things.example, 2 unreadable" in exact.sorting.beside()


def test_whatever_others_were_answered_counts_alike(tmp_path: Path) -> None:
    """Texts, lists and other values, and texts that may be compressed bytes."""
    bodies = (*_BODIES, "<a/>", "x\xda\xff", "\x1f\xef\xbf\xbd", "", {"x": [1, {"base64": "@"}]})
    others_alike(tmp_path, [json.dumps(exchange(body, f"{URL}/1")) for body in bodies for _ in range(2)])


def others_alike(tmp_path: Path, lines: Iterable[str]) -> Judging:
    """The exact judge of a log without any contract's exchange; both judges count these alike."""
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(lines))
    held = (thing(a=TEXT),)
    fast, exact = Judging(held, {}), Judging(held, {})
    for piece in pieces_of([path]):
        fast.read(piece)
    exact.take(read_ndjson(path))
    assert fast.sorting.beside() == exact.sorting.beside()
    return exact


_UNREADABLE = ('{"x": 1e400}', '{                   "base64": "@"}', f'{{"x": {"1" * 5_000}}}')


def test_texts_that_are_called_compressed_are_told_alike(tmp_path: Path) -> None:
    """A plain one is read; one with a sign that no text has stands for bytes that were lost."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    bodies = ['{"a": "plain"}'] * 30 + ['{"a": "odd\x7f"}'] * 3
    lines = (json.dumps(exchange(body, headers=headers), ensure_ascii=False) for body in bodies)
    assert judged_alike(tmp_path, thing(a=TEXT), lines) > 20


@pytest.mark.parametrize("more", [{}, {"origin": "gateway.example"}], ids=["no origin", "an origin"])
def test_lines_without_headers_stand_among_others(tmp_path: Path, more: dict[str, str]) -> None:
    """Where most have headers, what is usual is read in one step; the others, and blank lines, are read as ever."""
    lines: list[object] = []
    for number in range(6000):
        line = exchange({"a": "x" * 40}) | more
        if number > 2000 and number % 4 == 0:
            del line["response"]["headers"]
        lines += [line, *[" "] * (number % 5 == 0)]
    assert judged_alike(tmp_path, thing(a=TEXT), lines) > 4000


def test_blank_lines_cost_what_their_bytes_do(tmp_path: Path) -> None:
    """A file of hardly anything else is read at once, and its last line has its number."""
    line = json.dumps(exchange({"a": 1}))
    path = tmp_path / "log.ndjson"
    path.write_text(line + "\n" * 300_000 + line)
    contract = thing(a=TEXT)
    judging = Judging((contract,), {})
    for piece in pieces_of([path]):
        judging.read(piece)
    (met,) = judging.judgement(contract).met
    assert [one.line for one in met.members] == [1, 300_001]


def test_what_one_exchange_is_known_by_is_not_learned_from_the_next(tmp_path: Path) -> None:
    """In long cassettes an answer of another contract stands before one whose body was not stored."""
    document = described({"type": "object"})
    (get,) = next(iter(document["paths"].values())).values()
    empty = {"responses": {"200": {"description": "done"}, "204": {"description": "gone"}}}
    document["paths"] = {"/things": {method: get | empty | {"operationId": method} for method in ("put", "delete")}}
    every = tuple(contracts_of(document_of(document, "things.json")))
    answers = {"PUT": {"code": 200, "message": ""}, "DELETE": {"code": 204, "message": ""}}
    tapes = [
        {
            "request": {"method": method, "uri": URL, "body": None, "headers": {}},
            "response": {"status": status, "headers": {"X": ["1"]}, "body": {"string": None}},
        }
        for method, status in answers.items()
    ]
    path = tmp_path / "tape.json"
    path.write_text(json.dumps({"interactions": tapes * 200, "version": 1}))
    (put,) = (one for one in every if one.method == "PUT")
    fast, exact = Judging((put,), {}, every), Judging((put,), {}, every, see=lambda _: None)
    for judging in (fast, exact):
        for piece in pieces_of([path]):
            judging.read(piece)
    assert fast.judgement(put) == exact.judgement(put)
    assert fast.sorting.beside() == exact.sorting.beside()
