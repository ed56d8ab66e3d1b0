"""The grammar of type lines: `string`, `integer<int64> | null`, `Sequence Contact · object[]`, `enum<string>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"(?:string|integer|number|boolean|object|array|any|unknown|null|file)"
_PART = rf"(?:enum<\s*{_WORD}\s*>|{_WORD}(?:<\s*[\w.:-]+\s*>)?)(?:\[\])*"
_UNION = rf"{_PART}(?: ?\| ?{_PART})*"
_LINE = re.compile(rf"(?P<union>{_UNION})")
_TITLED = re.compile(rf"(?P<title>[^·|<>]+?) · (?P<union>{_UNION})")
_GROUP = re.compile(r"\((?P<inner>[^()]+)\)\[\]")
_PIECE = re.compile(r"(?P<enum>enum<)?\s*(?P<word>\w+)\s*(?:<\s*(?P<format>[^<>]+?)\s*>)?>?(?P<list>(?:\[\])*)")
_ANYTHING = frozenset({"any", "unknown"})
_LIKE_TYPE = re.compile(r"(?:string|integer|number|boolean|object|array|any|enum) ?[<|\[].*")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class TypeLine:
    """What a type line says; `types` is without "null", empty for `any`."""

    types: tuple[str, ...]
    nullable: bool = False
    format: str | None = None
    item_types: tuple[str, ...] = ()
    item_format: str | None = None
    enum: bool = False


def type_line(line: str) -> TypeLine | None:
    """Read a type line; None for any other line."""
    if len(line) > LONGEST:
        return None
    if group := _GROUP.fullmatch(line):
        inner = [type_line(part.strip()) for part in group.group("inner").split("|")]
        known = [part for part in inner if part is not None]
        items = tuple(dict.fromkeys(word for part in known for word in part.types))
        return TypeLine(("array",), item_types=items) if len(known) == len(inner) else None
    found = _LINE.fullmatch(line) or _TITLED.fullmatch(line)
    return _union(found.group("union")) if found else None


def is_broken_type(line: str) -> bool:
    """Whether a line begins like a type and can't be read as one: `integer<int6`, `string | nul`."""
    return type_line(line) is None and _LIKE_TYPE.fullmatch(line) is not None


def _union(text: str) -> TypeLine:
    types: list[str] = []
    formats: set[str | None] = set()
    items: list[str] = []
    item_formats: set[str | None] = set()
    nullable = enum = anything = False
    for part in text.split("|"):
        piece = _PIECE.fullmatch(part.strip())
        if piece is None:
            continue
        word, depth = piece.group("word"), len(piece.group("list")) // 2
        word = {"file": "string"}.get(word, word)
        enum = enum or piece.group("enum") is not None
        if depth:
            types.append("array")
            items.extend([] if word in _ANYTHING and depth == 1 else [word if depth == 1 else "array"])
            item_formats.add(piece.group("format") if depth == 1 else None)
        elif word == "null":
            nullable = True
        elif word in _ANYTHING:
            anything = True
        else:
            types.append(word)
            formats.add(piece.group("format"))
    return TypeLine(
        () if anything else tuple(dict.fromkeys(types)),
        nullable,
        formats.pop() if len(formats) == 1 else None,
        tuple(dict.fromkeys(items)),
        item_formats.pop() if len(item_formats) == 1 else None,
        enum,
    )
