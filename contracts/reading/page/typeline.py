"""What the lines under a field's name say: its type, its constraints, and the values of options and defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.model.json import Json

_WORD = r"(?:string|integer|number|boolean|object|array|any|unknown|null|file)"
_PART = rf"(?:enum<\s*{_WORD}\s*>|{_WORD}(?:<\s*[\w.:-]+\s*>)?)(?:\[\])*"
TYPE = rf"{_PART}(?: ?\| ?{_PART})*"
"""A pattern of a type without a title."""

_LINE = re.compile(rf"(?P<union>{TYPE})")
_TITLED = re.compile(rf"(?P<title>[^·|<>]+?) · (?P<union>{TYPE})")
_PART_OF_UNION = re.compile(rf"(?:[^·|<>]+? · )?{_PART}")
_GROUP = re.compile(r"\((?P<inner>[^()]+)\)\[\]")
_PIECE = re.compile(r"(?P<enum>enum<)?\s*(?P<word>\w+)\s*(?:<\s*(?P<format>[^<>]+?)\s*>)?>?(?P<list>(?:\[\])*)")
_ANYTHING = frozenset({"any", "unknown"})
_LIKE_TYPE = re.compile(r"(?:string|integer|number|boolean|object|array|any|enum) ?[<|\[].*")
_LONGEST = 300

_SHORT = {"int": "integer", "bool": "boolean", "float": "number", "double": "number"}
_BY_HAND = re.compile(
    r"(?P<word>[A-Za-z]+)(?: ?\((?P<format>[a-z][a-z0-9-]*)\))?(?P<null> or null|, nullable| \(nullable\))?"
)
_ARRAY = re.compile(
    r"(?:(?:[Aa]rray|[Ll]ist) of (?P<of>[A-Za-z]+)|(?:[Aa]rray|[Ll]ist) ?[<\[](?P<in>[A-Za-z]+)[>\]]"
    r"|(?P<before>[A-Za-z]+) array|(?P<model>[A-Z]\w*(?: [A-Z]\w*){0,3})\[\])(?P<null> ?(?:\||or) null)?"
)
_FORMATS = frozenset("date-time date time uuid uri url email int32 int64 float double binary ipv4 ipv6".split())


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
    if not line or len(line) > _LONGEST:
        return None
    if group := _GROUP.fullmatch(line):
        return _merged_items([type_line(part.strip()) for part in group.group("inner").split("|")])
    found = _LINE.fullmatch(line) or _TITLED.fullmatch(line)
    if found is None and " · " in line and all(map(_PART_OF_UNION.fullmatch, parts := line.split(" | "))):
        return _union(" | ".join(part.rpartition(" · ")[2] for part in parts))
    return _union(found.group("union")) if found else _by_hand(line)


def _merged_items(parts: list[TypeLine | None]) -> TypeLine | None:
    """An array of the types of all parts, where each is one."""
    known = [part for part in parts if part is not None]
    items = tuple(dict.fromkeys(word for part in known for word in part.types))
    return TypeLine(("array",), item_types=items) if len(known) == len(parts) else None


def _by_hand(line: str) -> TypeLine | None:
    """A type as people write it: `String`, `int or null`, `string (uuid)`, `array of strings`, `Lamp[]`."""
    if found := _ARRAY.fullmatch(line):
        word = _type_word((found["of"] or found["in"] or found["before"] or "").removesuffix("s"))
        named = found["model"] or found["of"] or found["in"]
        return TypeLine(("array",), bool(found["null"]), item_types=(word,) if word else ()) if word or named else None
    found = _BY_HAND.fullmatch(line)
    word = _type_word(found["word"]) if found else ""
    if found is None or not word or (found["format"] and found["format"] not in _FORMATS):
        return None
    return TypeLine((word,), bool(found["null"]), found["format"])


def _type_word(text: str) -> str:
    """The JSON type that a word means, or ""."""
    lower = text.casefold()
    word = _SHORT.get(lower, lower)
    return word if word in {"string", "integer", "number", "boolean", "object", "array"} else ""


def is_broken_type(line: str) -> bool:
    """True for a line that begins like a type and can't be read as one: `integer<int6`, `string | nul`."""
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


_CONSTRAINTS = (
    "Required range",
    "Required array length",
    "Minimum array length",
    "Maximum array length",
    "Required string length",
    "Minimum string length",
    "Maximum string length",
    "Pattern",
)

_NUMBER = r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?"
_RANGE = re.compile(
    rf"(?:(?P<low>{_NUMBER}) ?(?P<lop><=?|≤) ?)?x(?: ?(?P<op><=?|>=?|≤|≥) ?(?P<high>{_NUMBER}))?", re.ASCII
)
_LENGTH = re.compile(
    r"(?P<low>\d{1,18})(?: ?[-–] ?(?P<high>\d{1,18}))?(?: (?:elements?|characters?|items?))?", re.ASCII
)
_KEYWORDS = {
    "<": "exclusiveMaximum",
    "<=": "maximum",
    "≤": "maximum",
    ">": "exclusiveMinimum",
    ">=": "minimum",
    "≥": "minimum",
}
_TURNED = {"<": "exclusiveMinimum", "<=": "minimum", "≤": "minimum"}


def is_constraint(line: str) -> bool:
    """True for a line that begins like a constraint (`Required range: ...`)."""
    return ":" in line and line.partition(":")[0] in _CONSTRAINTS


def constraint(line: str) -> tuple[tuple[str, Json], ...]:
    """What a constraint line says, by keyword; empty where it says nothing that can be read."""
    start, _, said = line.partition(":")
    said = said.strip()
    if start == "Pattern":
        return (("pattern", said),) if said else ()
    if start == "Required range":
        return _range(said)
    found = _LENGTH.fullmatch(said)
    if not found:
        return ()
    unit = "Items" if "array" in start else "Length"
    low, high = int(found.group("low")), found.group("high")
    if start.startswith("Minimum"):
        return ((f"min{unit}", low),) if high is None else ()
    if start.startswith("Maximum"):
        return ((f"max{unit}", low),) if high is None else ()
    return (f"min{unit}", low), (f"max{unit}", low if high is None else int(high))


def _range(said: str) -> tuple[tuple[str, Json], ...]:
    found = _RANGE.fullmatch(said)
    if not found:
        return ()
    parts: list[tuple[str, Json]] = []
    if found.group("low"):
        parts.append((_TURNED[found.group("lop")], json.loads(_plain(found.group("low")))))
    if found.group("high"):
        parts.append((_KEYWORDS[found.group("op")], json.loads(_plain(found.group("high")))))
    return tuple(parts)


def _plain(number: str) -> str:
    """A number without leading zeros, which JSON doesn't take."""
    return re.sub(r"^(-?)0+(?=\d)", r"\1", number)


def written_value(text: str, types: tuple[str, ...], *, nullable: bool = False) -> Json:
    """An option or default as a value: text for a string type, otherwise what it says as JSON, else the text."""
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = text[1:-1]
    if text == "null" and nullable:
        return None
    if types == ("string",) and not text.startswith('"'):
        return text
    try:
        value: Json = json.loads(text)
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return text
    return value


def fits(value: Json, types: Iterable[str]) -> bool:
    """True for an option that may stand under a type: `enum<integer>` lists integers."""
    kinds = set(types)
    if not kinds or value is None:
        return True
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int):
        return bool(kinds & {"integer", "number"})
    return (isinstance(value, str) and "string" in kinds) or (isinstance(value, float) and "number" in kinds)
