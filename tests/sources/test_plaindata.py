"""The one-pass reader of YAML gives what the library's safe loader gives, or refuses."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.sources.plaindata import NotPlainError, yaml_with_lines


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


@given(st.text(alphabet="[]{}:-?,'\"#%|> \nab1~.=<", max_size=40))
def test_no_text_is_read_otherwise_than_by_the_library(text: str) -> None:
    """Whatever is read at all is read alike; whatever the library refuses is refused."""
    try:
        found = load(text)
    except NotPlainError:
        return
    assert repr(found) == repr(yaml.load(text, Loader=yaml.CSafeLoader))


@pytest.mark.parametrize("text", ["! 1", "!mine x", "!!set {a}", "!!omap [a: 1]", "!!timestamp 2024-01-02", "&a [*a]"])
def test_tags_and_aliases_are_refused(text: str) -> None:
    """Nothing but text and binary may be tagged, and nothing may be referred to."""
    with pytest.raises(NotPlainError, match=r"tag|alias"):
        load(text)
