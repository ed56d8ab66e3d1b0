"""Pages bring everything along, show every text as text, and can be read by everyone."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from contracts.model.text import inert
from contracts.web.html_template import _HERE, _asset, environment, page, shown

TEMPLATES = sorted(path.name for path in _HERE.glob("*.html"))
INDEX = page("index", sheets={}, origins=())


def test_page_brings_everything_along() -> None:
    """Style and script stand in the document; nothing in it names anything to fetch."""
    assert "<style>" in INDEX
    assert not re.search(r"""(src|srcset|action|poster)=|@import|url\(|<link(?![^>]*data:)|fetch\(|XMLHttp""", INDEX)


def test_policy_lets_run_what_the_page_brings_alone() -> None:
    """The policy forbids all, and names the one style and the one script by their digests."""
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', INDEX)[0].replace("&#39;", "'")
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", INDEX, re.DOTALL)
        assert f"{tag}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")


def test_same_values_give_the_same_bytes() -> None:
    """A page depends on its values alone."""
    assert page("index", sheets={}, origins=()) == INDEX


def test_missing_value_is_an_error() -> None:
    """A template never shows a hole where a value was forgotten."""
    with pytest.raises(UndefinedError, match="sheets"):
        page("index", origins=())


@given(st.text())
def test_every_text_is_shown_as_text(text: str) -> None:
    """Markup is escaped; control and direction characters and line ends are made visible, in text and attributes."""
    made = environment(shown).from_string('<p title="{{ text }}">{{ text }}</p>').render(text=text)
    escaped = inert(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = escaped.replace('"', "&#34;").replace("'", "&#39;")
    assert made == f'<p title="{escaped}">{escaped}</p>'
    assert made.isprintable()


@pytest.mark.parametrize("name", sorted(path.name for path in _HERE.glob("*.[hm]*")))
def test_templates_let_nothing_in_unescaped(name: str) -> None:
    """No value is marked safe, no attribute holds style or script."""
    text = (_HERE / name).read_text(encoding="utf-8")
    assert not re.findall(r"[\w)\]]\s*\|\s*safe|autoescape|<[^>{]*\s(?:style|on\w+)=", text)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", (_HERE / "base.css").read_text(encoding="utf-8")
    )
}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_stand_out_from_their_ground(scheme: int) -> None:
    """Every colour of text has a contrast of at least 4.5 to every ground, in both schemes."""
    texts, grounds = ("ink", "muted", "accent", "good", "bad", "warn", "calm"), ("ground", "surface", "sunken")
    weak = [
        (text, ground)
        for text, ground in product(texts, grounds)
        if _contrast(TOKENS[text][scheme], TOKENS[ground][scheme]) < 4.5
    ]
    assert weak == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_assets_end_no_element(name: str) -> None:
    """Neither style nor script can close the element that it stands in."""
    template = name.removesuffix(".html")
    assert not re.search(r"</(style|script)", _asset(template, "css") + _asset(template, "js"), re.IGNORECASE)
