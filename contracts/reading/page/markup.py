"""Fields that people write by hand, in bullets or in the rows of a table, on lines of their own as others have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contracts.reading.page.typeline import type_line

Line = tuple[int, str]
"""A line with its number."""

END = "Hide child attributes"
"""The line below which nothing belongs to the field above."""

_MARKUP = re.compile(r"#{1,6} +(?P<head>\S.*?)(?: #+)?|\*\*(?P<bold>[^*]+?):?\*\*:?")
_MARKED_TYPE = re.compile(r"(?P<type>[^,()]{3,40}?)(?:,? |, ?| \()(?P<marker>required|optional|Required|Optional)\)?")
_BULLETED = re.compile(
    r"[-*•] +[`*]{0,3}(?P<name>[\w.\[\]{}$@-]{1,100})[`*]{0,3}:? +\((?P<type>[^(),]{3,40})"
    r"(?:, ?(?P<marker>required|optional|Required|Optional))?\)[`*]{0,3}(?: ?[:–—-] ?(?P<text>.*))?"
)

_COLUMNS = {
    word: column
    for column, words in {
        "name": "name | field | field name | parameter | property | attribute | key | param | argument | header",
        "type": "type | data type | datatype",
        "in": "in | location",
        "required": "required | mandatory | required? | presence",
        "null": "nullable | nullable?",
        "default": "default | default value",
        "values": "values | possible values | allowed values | enum | options",
        "limits": "constraints | validation | limits",
        "text": "description | details | notes | note | meaning | comment | comments | explanation",
        "example": "example | examples",
    }.items()
    for word in words.split(" | ")
}
"""What the columns of a table of fields are called."""
_RULE = re.compile(r":?-{2,}:?|:-+:?|-+:")
_BAR = re.compile(r"(?<!\\)\|")
_NAME = re.compile(r"[\w$@][\w$@.\[\]-]{0,99}")
_PLACES = frozenset({"", "path", "query"})
"""Where a parameter may be that its name alone puts there: in the template, or else in the query."""
_YES = frozenset("yes y true required mandatory always ✓ ✔ ✔️ ✅".split())
_NO = frozenset(["", *"no n false optional - – — ✗ ✘ ❌".split()])
_LINK = re.compile(r"\[([^\]]*)\]\([^()]*\)")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)


def plain(line: str) -> str:
    """A line of Markdown as a browser shows it: headings, bold lines and fences of code without their signs."""
    if line.startswith("```"):
        return ""
    found = _MARKUP.fullmatch(line)
    return (found["head"] or found["bold"]) if found else line


def apart(lines: list[Line]) -> Iterator[Line]:
    """The lines with each field's name, type, markers and description on lines of their own.

    A table is one of fields where its head names a column of names and one of types; a row of it that has no name or
    no type stays as it is. What follows a table describes no field of it.
    """
    columns: Mapping[str, int] = {}
    for number, line in lines:
        cells = _cells(line)
        head = _columns(cells)
        if head:
            columns = head
        elif columns and cells and all(map(_RULE.fullmatch, cells)):
            continue
        else:
            row = _row(cells, columns)
            if columns and not row:
                yield number, END
            columns = columns if cells else {}
            yield from ((number, part) for part in row or _bulleted(line) or _type_and_marker(line))


def _cells(line: str) -> list[str]:
    """The cells of a row of a table, between bars in Markdown or tabs in what a browser copies; empty for no row."""
    bare = line.strip()
    if bare.startswith("|") and bare.endswith("|") and len(bare) > 1:
        return [cell.replace("\\|", "|").strip() for cell in _BAR.split(bare[1:-1])]
    return [cell.strip() for cell in line.split("\t")] if "\t" in bare else []


def _columns(cells: list[str]) -> Mapping[str, int]:
    """Where the columns of a table of fields stand, by the names in its head; empty for any other row.

    A table with a column that is none of them, as one of places, isn't read: what it says would be lost.
    """
    named = [_COLUMNS.get(cell.strip("*` ").casefold(), "") for cell in cells]
    known = all(named) and len(set(named)) == len(named) and {"name", "type"} <= set(named)
    return {name: index for index, name in enumerate(named)} if known else {}


def _row(cells: list[str], columns: Mapping[str, int]) -> tuple[str, ...]:
    """A field in a row of a table; empty where the row has no name or no type."""
    if len(cells) != len(columns) or not columns:
        return ()
    said = {column: cells[index] for column, index in columns.items()}
    name, kind = said["name"].strip("`*"), said["type"].strip("`*").replace("`", "")
    null = said.get("null", "").strip("`*").casefold()
    place = said.get("in", "").strip("`*").casefold()
    if not _NAME.fullmatch(name) or type_line(kind) is None or null not in _YES | _NO or place not in _PLACES:
        return ()
    kind += " | null" if null in _YES and "null" not in kind else ""
    presence = said.get("required", "").strip("`*").casefold()
    marker = "required" if presence in _YES else "optional" if "required" in said and presence in _NO else ""
    default = said.get("default", "").strip("`*")
    text = [_prose(said.get(column, "")) for column in ("text", "limits")]
    if said.get("values"):
        text.append(f"Possible values: {_prose(said['values'])}")
    if not marker and "required" in said:
        text.append(f"Required: {_prose(said['required'])}")
    return _field(name, kind, marker, f"default:{default}" if default not in _NO else "", text)


def _prose(cell: str) -> str:
    return _LINK.sub(r"\1", _BREAK.sub(" ", cell)).replace("**", "")


def _bulleted(line: str) -> tuple[str, ...]:
    """A field in a bullet, "- `seat` (string, required): Row and number"."""
    found = _BULLETED.fullmatch(line.strip())
    if found is None or type_line(found["type"]) is None:
        return ()
    return _field(found["name"], found["type"], (found["marker"] or "").lower(), "", [found["text"] or ""])


def _field(name: str, kind: str, marker: str, default: str, text: list[str]) -> tuple[str, ...]:
    """The lines of a field; those of its description between blank ones, since a word alone would be another name."""
    described = [part for paragraph in filter(None, text) for part in ("", paragraph)]
    return (name, kind, *filter(None, (marker, default)), *described, *([""] if described else []))


def _type_and_marker(line: str) -> tuple[str, ...]:
    """A type with its marker on one line, `string, required`, on two."""
    found = _MARKED_TYPE.fullmatch(line.strip())
    return (found["type"], found["marker"].lower()) if found and type_line(found["type"]) is not None else (line,)
