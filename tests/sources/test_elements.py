"""An archive is cut into its entries as it would be read whole, wherever what is read at once ends."""

from __future__ import annotations

import io
import json
import time
from unittest import mock

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.sources import elements
from contracts.sources.plain_json import NotPlainError, json_with_lines

ODD = (
    '{"a": [{"a": 1}, {"a": 2}, {"b": 3}]}', '"}, {\\"a\\": 1"', '"},{"', '[{"a":1},\n{"a":2}]', '"\\"}, {\\"a\\":"',
    "NaN", "-Infinity", "1e999", "-1.5E+3", '"\\ud800"', '"\\\\"', '"é\U0001f600"', "{}", "[]", "null", '"\udcff"',
    '"' + "x" * 300 + '"', "7" * 5_000, "[" * 300 + "]" * 300,
)  # fmt: skip
VALUES = st.sampled_from(ODD) | st.sampled_from(["1", '"text"'])
NAMES = st.sampled_from(["a", "a", "a", "b", 'x"y', ""])
ENTRIES = st.lists(st.tuples(NAMES, VALUES), max_size=3).map(
    lambda pairs: "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in pairs) + "}"
) | st.sampled_from(["5", "1e999", '"}, {"', '{\n"a":1}'])
READ_AT_ONCE = st.sampled_from([1, 7, 40, 300, 2**18])


def cut(raw: bytes, chunk: int, many: int) -> tuple[list[tuple[bytes, int]], str]:
    """The elements and their lines, and why it goes no further."""
    found: list[tuple[bytes, int]] = []
    with mock.patch.multiple(elements, _CHUNK=chunk, _MANY=many):
        try:
            for texts, lines in elements.elements(io.BufferedReader(io.BytesIO(raw)), "log", "entries"):
                found += zip(texts, lines, strict=True)
        except NotPlainError as error:
            return found, f"{error.line}: {error}"
    return found, ""


@given(
    st.lists(st.tuples(ENTRIES, st.integers(1, 9)), max_size=6),
    st.sampled_from([",", ", ", " ,\r\n"]),
    READ_AT_ONCE,
    st.none() | st.tuples(st.integers(0), st.sampled_from([b"", b"}", b'"', b",", b"]", b"\\", b"\x01", b"\xff"])),
)
@example([('{"a": %s}' % ("7" * 5_000), 9)], ",", 2**18, None)
@example([("1e999", 1)], ",", 1, None)
def test_many_at_once_are_what_they_are_one_by_one(
    entries: list[tuple[str, int]], between: str, chunk: int, damage: tuple[int, bytes] | None
) -> None:
    """The same texts on the same lines, the same end; of what can be read whole, that is what stands there."""
    listed = between.join(between.join([entry] * count) for entry, count in entries)
    before, behind = (
        '\ufeff{"log": {"version": 1.5e0, "pages": [{"a":1},{"a":2}], "entries": [',
        '\n], "z": [{"a":1}]}}',
    )
    raw = f"{before}{listed}{behind}".encode("utf-8", "surrogateescape")
    if damage:
        at = damage[0] % len(raw)
        raw = raw[:at] + (damage[1] + raw[at + 1 :] if damage[1] else b"")
    one_by_one = cut(raw, 2**18, 2**40)
    assert cut(raw, chunk, 1) == one_by_one
    assert cut(raw, chunk, 2**40) == one_by_one
    try:
        value, lines = json_with_lines(raw.decode("utf-8-sig"), "log", "entries")
        expected = value["log"]["entries"]
    except (ValueError, LookupError):
        return
    assert one_by_one[1] == ""
    assert [line for _, line in one_by_one[0]] == lines
    assert repr([json.loads(one) for one, _ in one_by_one[0]]) == repr(expected)


def test_a_large_entry_makes_those_behind_it_no_slower() -> None:
    """Also where hardly any two of them begin alike: what waits to be read is not looked through for each."""
    large, entry = f'{{"first": "{"x" * 2**24}"}}', '{"%s": "2026-01-01", "text": "%s"}'
    small = (entry % (f"n{number // 3}", "x" * 600) for number in range(15_000))
    raw = f'{{"log": {{"entries": [{entry % ("n0", "")}, {large}, {", ".join(small)}]}}}}'.encode()
    started = time.monotonic()
    assert len(cut(raw, elements._CHUNK, elements._MANY)[0]) == 15_002
    assert time.monotonic() - started < 5
