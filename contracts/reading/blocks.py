"""Parts under a field that run over several lines: option lists and examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contracts.reading.chrome import HEADINGS
from contracts.reading.header import starts_json
from contracts.reading.jsontext import read_json

if TYPE_CHECKING:
    from contracts.model.json import Json
    from contracts.reading.pagetext import PageText

OPTIONS = "Available options:"
EXAMPLES = ("Example:", "Examples:")

_SCALAR = re.compile(r"true|false|null|-?\d[\d.eE+-]*", re.ASCII)


def read_options(text: PageText, index: int) -> tuple[list[str], int]:
    """The options that begin at the line `Available options:`, and the line after them.

    Each but the last ends in a comma, so the first line without one is the last option, whatever it says. Raises
    PageRefused where the list breaks off.
    """
    said = text.line(index)[len(OPTIONS) :].strip()
    index += 1
    texts = [part.strip() for part in said.split(",") if part.strip()]
    if said and not said.endswith(","):
        return texts, index
    while True:
        line = text.line(index)
        if not line or (not texts and line in HEADINGS and not text.line(index + 1)):
            where = min(index, text.last) if texts else index - 1
            raise text.refused(where, "an option list breaks off; the page is cut or damaged here")
        index += 1
        texts.append(line.removesuffix(",").strip())
        if not line.endswith(","):
            return texts, index


def read_examples(text: PageText, index: int) -> tuple[list[Json], int]:
    """The values below the line `Example:` or `Examples:`, and the line after them; no value where it isn't JSON.

    Raises PageRefused where the page stops before or inside a value.
    """
    several = text.line(index).startswith("Examples:")
    if text.line(index) not in EXAMPLES:
        return [], index + 1
    here = text.filled(index + 1)
    if here >= len(text):
        raise text.refused(text.last, "the page stops before an example; copy the whole page")
    values: list[Json] = []
    index = here + 1
    while here < len(text) and _is_value(text.line(here), first=not values):
        value = read_json(text, here)
        values.append(value.value)
        index, here = value.end, text.filled(value.end)
        if not several:
            break
    return values, index


def _is_value(line: str, *, first: bool) -> bool:
    return line.startswith('"') or starts_json(line) or (first and _SCALAR.fullmatch(line) is not None)
