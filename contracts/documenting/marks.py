"""Markdown's own signs: text from outside that stays text, code, cells and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from contracts.model.text import inert

_SPECIAL = re.compile(r"([\\`*_\[\]<>~&$|])")
_LEADING = re.compile(r"^(?:\s*\d+(?=[.)])|\s*(?=[#+=-]))")
_ADDRESS = re.compile(r"(\S*://\S*|\bwww\.\S*)")
_SPAN = re.compile(r"`([^`]+)`")


def plain(text: str) -> str:
    """Prose on one line in which nothing is read as markup; what stands in backticks, and addresses, become code."""
    parts = _SPAN.split(inert(text))
    return _LEADING.sub(r"\g<0>\\", "".join(code(part) if odd % 2 else _words(part) for odd, part in enumerate(parts)))


def _words(text: str) -> str:
    parts = _ADDRESS.split(text)
    return "".join(code(part) if odd % 2 else _SPECIAL.sub(r"\\\1", part) for odd, part in enumerate(parts))


def code(text: str) -> str:
    """A code span, whatever backticks the text holds."""
    shown = inert(text)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if not shown.strip() or shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{space}{shown}{space}{fence}"


def html(text: str) -> str:
    """Text inside of an HTML block, or of an attribute in one."""
    return escape(inert(text))


def block(language: str, lines: Iterable[str]) -> Iterator[str]:
    """A fenced block, whatever its lines hold."""
    shown = [inert(line) for line in lines]
    fence = "`" * max(3, 1 + max((len(run) for line in shown for run in re.findall("`+", line)), default=0))
    yield from (fence + language, *shown, fence)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are Markdown already; a bar in one is escaped unless it is, as tables ask for.

    A column after the first that would be empty in every row is left out.
    """
    body = list(rows)
    kept = [at for at in range(len(head)) if at == 0 or not body or any(row[at] for row in body)]
    yield _row([head[at] for at in kept])
    yield "|" + " --- |" * len(kept)
    yield from (_row([row[at] for at in kept]) for row in body)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells) + " |"
