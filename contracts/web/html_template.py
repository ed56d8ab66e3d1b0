"""A template and its values as one HTML document, with style and script inside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.model.text import inert

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent / "templates"


def page(template: str, **values: Any) -> str:
    """The document that `templates/<template>.html` makes of the values; the same bytes for the same values.

    The template extends `base.html`. Where `<template>.css` or `<template>.js` stands beside it, it is added to the
    shared style or script. Every text is escaped, and its control and direction characters are made visible, line ends
    too: text of several lines is given as a list of lines. The document's own policy lets run, and look, nothing but
    what it brings along, so a template has no `style` and no `on...` attributes.
    """
    style, script = _asset(template, "css"), _asset(template, "js")
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}"
    return (
        environment(shown)
        .get_template(f"{template}.html")
        .render(values, style=style, script=script, policy=f"{policy}; base-uri 'none'; form-action 'none'")
    )


@cache
def environment(shown: Callable[[Any], Any]) -> Environment:
    """The templates; `shown` says how an expression's value is shown."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(_HERE),
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def shown(value: Any) -> Any:
    """What an expression of a template shows: plain text is made inert; what a template made itself stays."""
    return inert(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def _asset(template: str, ending: str) -> Markup:
    """The shared style or script with the template's own after it: our files, so they are let in as they stand."""
    from markupsafe import Markup

    parts = (_HERE / f"base.{ending}", _HERE / f"{template}.{ending}")
    return Markup("\n".join(part.read_text(encoding="utf-8").strip() for part in parts if part.is_file()))  # noqa: S704  no value gets in here


def _hash(text: str) -> str:
    """How a content security policy names one inline style or script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
