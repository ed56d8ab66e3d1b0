"""The one-pass reader of YAML gives what the library's safe loader gives, or refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.sources.plain_json import NotPlainError
from contracts.sources.plain_yaml import yaml_with_lines


def load(text: str) -> Any:
    """The document alone."""
    return yaml_with_lines(text)[0]


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.dates(),
)
DATA = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


class Plain(yaml.SafeDumper):
    """Writes no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Equal values are written twice."""
        return True


@given(DATA, st.booleans())
def test_data_comes_back_as_it_was_written(data: object, flow: bool) -> None:
    """What the library writes is read as the library reads it, types included."""
    text = yaml.dump(data, Dumper=Plain, default_flow_style=flow, allow_unicode=True)
    try:
        expected = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return
    assert repr(load(text)) == repr(expected)


SCALARS = (
    "1 -1 +1 0 -0 007 0o7 0x1F 0b1 1_000 1:30 1.5 .5 1. 1e3 1.0e+3 .inf -.INF .nan 2024-01-02 2024-01-02T03:04:05Z "
    "yes Yes YES yEs no on OFF y n true True null Null NULL nULL ~ = - -- . .. a 1a -a +a v1.2 '1' \"1\" !!str\\ 1 "
    "9999999999999999999999 123456789012345678 1234567890123456789 =a =1 <a <b> oN ... ---"
)


@pytest.mark.parametrize(
    "scalar", [*SCALARS.split(), "!!str 1", "--- a", "1\n\n  1", "1,2", "!!str", "", "|\n 1", ">\n yes"]
)
def test_scalars_mean_what_the_library_says(scalar: str) -> None:
    """Numbers, dates and words of YAML 1.1, as values and as names."""
    for text in (f"x: {scalar}", f"- {scalar}", scalar if "\n" not in scalar else f"- {scalar}"):
        try:
            expected = repr(yaml.load(text, Loader=yaml.CSafeLoader))
        except (yaml.YAMLError, ValueError):
            with pytest.raises(NotPlainError):
                load(text)
        else:
            assert repr(load(text)) == expected, text


@given(st.text(alphabet="[]{}:-?,<&*'\"#%|> \nab1~.=<", max_size=40))
def test_no_text_is_read_otherwise_than_by_the_library(text: str) -> None:
    """Whatever is read at all is read alike; whatever the library refuses is refused."""
    try:
        found = load(text)
    except NotPlainError:
        return
    assert repr(found) == repr(yaml.load(text, Loader=yaml.CSafeLoader))


@pytest.mark.parametrize("text", ["! 1", "!mine x", "!!set {a}", "!!omap [a: 1]", "!!map [a]", "!!seq {}", "&a [*a]"])
def test_tags_of_other_data_and_endless_aliases_are_refused(text: str) -> None:
    """Nothing but plain data may be tagged, as what it is, and nothing may hold itself."""
    with pytest.raises(NotPlainError, match=r"tag|alias"):
        load(text)


TAPES = sorted((Path(__file__).parents[2] / "cassettes").rglob("*.yaml"))


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.name)
def test_our_cassettes_are_read_as_the_library_reads_them(path: Path) -> None:
    """Types and order of names included."""
    text = path.read_text(encoding="utf-8")
    assert repr(load(text)) == repr(yaml.load(text, Loader=yaml.CSafeLoader))


ODD = {
    "a name twice": "a: 1\nb: 2\na: 3",
    "names that are no text": "1: a\n1.5: b\n2024-01-02: c\nyes: d\n~: e\n'1': f",
    "lines joined": "a: >-\n  b\n\n  c\n  d\nb: |+\n  e\n\n\nc: 'f\n  g'\nd: \"h\\\n  i\"\ne: j\n  k",
    "lines of Windows": "a: |\r\n  b\r\n  c\r\nd: 'e\r\n\r\n  f'\r\n",
    "a name of two lines": "? |\n  a\n  b\n: c",
    "YAML 1.2": "%YAML 1.2\n---\na: yes\nb: 0o17\nc: 0x1F\n",
    "tags of plain data": "{a: !!int '1_0', b: !!float 1, c: !!bool 'NO', d: !!null '', e: !!timestamp 2024-01-02}",
    "containers with their tags": "!!map {a: !!seq [!!map {}, !!seq []]}",
    "aliases": "a: &x [1, &y {b: 2}]\nc: *x\nd: *y\n&z e: *z",
    "merged": "a: &x {p: 1, q: 2}\nb:\n  r: 0\n  <<: *x\n  q: 3",
    "merged of several": "a: &x {p: 1, s: 0}\nb: &y {q: 2}\nc: {<<: [*x, *y], q: 3}\nd: {q: 0, <<: [*y, *x]}",
    "merged twice": "a: &x {p: 1}\nb: &y {q: 2}\nc: {<<: *x, <<: *y}",
    "merged of what is written there": "a: {<<: {b: 1, <<: {c: 2}}, d: 3}\ne: {<<: [{f: 1}, {g: 2}]}",
    "merged of what is merged": "a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y, p: 3}",
    "merged of nothing": "a: {<<: {}, b: 1}\nc: {<<: [], d: 1}",
    "no merge": "'<<': {a: 1}\nb: {\"<<\": {c: 1}, d: <<<}",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_yaml_is_read_as_the_library_reads_it(text: str) -> None:
    """What hands write and recorders don't."""
    assert repr(load(text)) == repr(yaml.load(text, Loader=yaml.CSafeLoader))


def test_the_first_of_several_that_are_merged_counts() -> None:
    """As YAML says; the library takes the first or the last, by its version and by how long the name is."""
    assert load("a: &x {pp: 1}\nb: &y {pp: 2, q: 3}\nc: {<<: [*x, *y], r: 4}")["c"] == {"pp": 1, "q": 3, "r": 4}


WRONG = {
    "- <<": "1: holds '<<', which merges nothing there",
    "a: <<": "1: holds '<<', which merges nothing there",
    "a:\n  <<: b": "merges by '<<' what is no mapping",
    "<<: [{}, 1]": "merges by '<<' what is no mapping",
    "\na: !!int b": "2: holds 'b', which is no int",
    "a: !!int ''": "1: holds '', which is no int",
    "a: !!bool b": "1: holds 'b', which is no bool",
    "a: !!timestamp b": "1: holds 'b', which is no timestamp",
    "a: !!float b": "1: holds 'b', which is no float",
    "a: 2024-13-01": "1: holds '2024-13-01', which is no number or date",
}


@pytest.mark.parametrize(("text", "problem"), WRONG.items(), ids=list(WRONG.values()))
def test_what_the_library_refuses_is_told_with_its_line(text: str, problem: str) -> None:
    """In our words, whatever it raises."""
    with pytest.raises(Exception):  # noqa: B017, PT011  the library has no one error for it
        yaml.load(text, Loader=yaml.CSafeLoader)
    with pytest.raises(NotPlainError) as raised:
        load(text)
    assert raised.value.place("").removeprefix(":") + f": {raised.value}" == problem or str(raised.value) in problem


def test_what_is_merged_counts_as_repeated() -> None:
    """A small file can't fill the memory by merging either."""
    rows = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, 40))
    with pytest.raises(NotPlainError, match=r"by YAML aliases|deeper"):
        load(f"a0: &a0 {{k: {'x' * 100}}}\n{rows}")
