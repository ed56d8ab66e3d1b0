"""A template and its values as a Markdown document in which text from outside stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from contracts.model.text import inert
from contracts.web.html_template import environment

if TYPE_CHECKING:
    from jinja2 import Environment

_SPECIAL = re.compile(r"([\\`*_\[\]<>~&$|])")
_LEADING = re.compile(r"^(?:\s*\d+(?=[.)])|\s*(?=[#+=-]))")
_ADDRESS = re.compile(r"(\S*://\S*|\bwww\.\S*)")
_SPAN = re.compile(r"`([^`]+)`")


def markdown(template: str, **values: Any) -> str:
    """The document that `templates/<template>.md` makes of the values; every text is prose unless a filter says more.

    `code` makes a code span, `html` text inside of HTML, `address` a part of a link, `fenced` a block of lines, `table`
    a table of lines whose cells are parted by tabs, `joined` one cell of several lines.
    """
    return _environment().get_template(f"{template}.md").render(values)


@cache
def _environment() -> Environment:
    from markupsafe import Markup

    def marked(write: Any) -> Any:
        return lambda *given: Markup(write(*given))  # noqa: S704  each function escapes what it is given

    made = environment(lambda value: value if hasattr(value, "__html__") else marked(plain)(str(value)))
    filters = {"code": code, "html": html, "address": quote, "fenced": fenced, "table": table, "joined": joined}
    made.filters |= {name: marked(write) for name, write in filters.items()}
    return made


def plain(text: str) -> str:
    """Prose on one line in which nothing is read as markup; what stands in backticks, and addresses, become code."""
    parts = _SPAN.split(inert(text))
    return _LEADING.sub(r"\g<0>\\", "".join(code(part) if odd % 2 else _words(part) for odd, part in enumerate(parts)))


def _words(text: str) -> str:
    parts = _ADDRESS.split(text)
    return "".join(code(part) if odd % 2 else _SPECIAL.sub(r"\\\1", part) for odd, part in enumerate(parts))


def code(text: str) -> str:
    """A code span, whatever backticks the text holds; nothing for no text."""
    if not text:
        return ""
    shown = inert(text)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if not shown.strip() or shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{space}{shown}{space}{fence}"


def html(text: str) -> str:
    """Text inside of an HTML block, or of an attribute in one."""
    return escape(inert(text))


def fenced(lines: Iterable[str], language: str) -> str:
    """A fenced block, whatever its lines hold."""
    shown = [inert(line) for line in lines]
    fence = "`" * max(3, 1 + max((len(run) for line in shown for run in re.findall("`+", line)), default=0))
    return "\n".join((fence + language, *shown, fence))


def table(text: str) -> str:
    """A table of lines of Markdown, the first its head; a bar in a cell is escaped unless it is, as tables ask for.

    A column after the first that would be empty in every row is left out.
    """
    head, *body = (line.split("\t") for line in text.splitlines())
    kept = [at for at in range(len(head)) if at == 0 or not body or any(row[at] for row in body)]
    rows = [[re.sub(r"(?<!\\)\|", r"\\|", row[at]) for at in kept] for row in (head, *body)]
    rows.insert(1, ["---"] * len(kept))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def joined(text: str) -> str:
    """Lines of Markdown as one line with breaks in it."""
    return "<br>".join(text.splitlines())
