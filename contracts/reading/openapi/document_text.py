"""A document's text, JSON or YAML 1.2, as a tree of plain values, and the line of each place in it.

YAML is built from libyaml's events, in a quarter of the time that its own constructor takes: scalars by YAML 1.2's core
schema (`NO`, `on`, `12:30` and dates are texts), names always texts, aliases shared up to a bound.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from contracts.errors import Unusable
from contracts.model.json import Json

MAX_BYTES = 32 * 2**20
MAX_DEPTH = 200
MAX_NODES = 5_000_000
"""So many values a document may hold, each alias counted as all that it stands for."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,400}|0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,9})?")
_WORDS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("-+.0123456789")
_TAG = "tag:yaml.org,2002:"
_RESOLVED = frozenset({"int", "float", "bool", "null"})
"""The tags that say no more than what a plain scalar's look says already."""

Lines = dict[tuple[int, str | int], int]
"""The 1-based line where a name or an element stands, by the identity of what holds it."""


class _NotATree(ValueError):
    """The text holds no tree of plain values; the message says why, and where."""


def read_tree(text: str, name: str) -> Json:
    """The value of a JSON or YAML 1.2 document; `name` is how messages call it. Raises Unusable, in one line."""
    if len(text) > MAX_BYTES:
        raise Unusable(f"{name}: larger than {MAX_BYTES // 2**20} MB; split it, or leave out what isn't needed")
    try:
        return _json(text) if text.lstrip()[:1] in {"{", "["} else _yaml(text, None)
    except _NotATree as error:
        raise Unusable(f"{name}: {error}") from None


def lines_in(text: str) -> tuple[Json, Lines]:
    """The tree once more, with the line of each place in it; no lines where the text can't be read a second way."""
    lines: Lines = {}
    try:
        return _json_lines(text, lines) if text.lstrip()[:1] in {"{", "["} else _yaml(text, lines), lines
    except _NotATree:
        return None, {}


_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SCALAR = rf'(?:{_TEXT}|[^\s{{}}\[\],:"]++)'
_TOKEN = re.compile(rf"(?:({_TEXT})\s*+:\s*+{_SCALAR}?+|([{{}}\[\]])|{_SCALAR})[\s,]*+", re.DOTALL)
"""A name, with its value where that is a scalar; a bracket; or a scalar in a list; each with the space behind it."""


def _json_lines(text: str, lines: Lines) -> Json:
    """The containers of a JSON text, each empty of its scalars, with the line of each name and element."""
    root: list[Any] = []
    stack: list[tuple[Any, str]] = []
    here: Any = root
    name = ""
    begin = len(text) - len(text.lstrip())
    number = text.count("\n", 0, begin) + 1
    for token in _TOKEN.finditer(text, begin):
        quoted, bracket = token.groups()
        if quoted:
            name = json.loads(quoted) if "\\" in quoted else quoted[1:-1]
            lines[id(here), name] = number
            here[name] = None
        elif bracket in {"}", "]"}:
            here, name = stack.pop()
        else:
            value: Any = {} if bracket == "{" else [] if bracket == "[" else None
            if type(here) is list:
                lines[id(here), len(here)] = number
                here.append(value)
            else:
                here[name] = value
            if bracket:
                stack.append((here, name))
                here = value
        number += token[0].count("\n")
    return root[0] if root else None


def _constant(word: str) -> NoReturn:
    raise _NotATree(f"{word} is no JSON number; give the document as it was published")


def _json(text: str) -> Json:
    deep = f"nested deeper than {MAX_DEPTH} levels; no such document describes an API"
    try:
        value: Json = json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise _NotATree(f"begins like JSON but is none at line {error.lineno}; give the whole document") from None
    except RecursionError:
        raise _NotATree(deep) from None
    except _NotATree:
        raise
    except ValueError:
        raise _NotATree("holds a number of absurdly many digits; give the document as it was published") from None
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        inside = (one if type(one) is list else one.values() for one in level)
        level = [below for values in inside for below in values if type(below) is dict or type(below) is list]
    if level:
        raise _NotATree(deep)
    return value


def _yaml(text: str, lines: Lines | None) -> Json:
    import yaml

    builder = _Builder(lines)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _NotATree(f"not YAML{f' at line {mark.line + 1}' if mark else ''}; give the whole document") from None
    except yaml.reader.ReaderError as error:
        raise _NotATree(
            f"character {error.position} can't stand in YAML; give the document as it was published"
        ) from None
    return builder.root[0] if builder.root else None


class _Builder:
    """Builds the tree, event by event; an anchor's value is shared by all that stand for it."""

    def __init__(self, lines: Lines | None) -> None:
        import yaml

        self.root: list[Any] = []
        self.lines = lines
        self.here: Any = self.root
        self.name: str | None = None
        self.count = 0
        self.stack: list[tuple[Any, str | None, str | None, int]] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.takers = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.start,
            yaml.SequenceStartEvent: self.start,
            yaml.MappingEndEvent: self.end,
            yaml.SequenceEndEvent: self.end,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document,
        }
        self.mapping = yaml.MappingStartEvent

    def take(self, event: Any) -> None:
        taker = self.takers.get(type(event))
        if taker is not None:
            taker(event)

    def document(self, event: Any) -> None:
        if self.root:
            self.refuse(event, "a second YAML document; give one at a time")

    def refuse(self, event: Any, problem: str) -> NoReturn:
        raise _NotATree(f"{problem} (line {event.start_mark.line + 1})")

    def scalar(self, event: Any) -> None:
        text, tag = event.value, event.tag
        if type(self.here) is dict and self.name is None:
            self.name = text
            if self.lines is not None:
                self.lines.setdefault((id(self.here), text), event.start_mark.line + 1)
            value: Any = text
        else:
            plain = event.implicit[0] if tag is None else tag.removeprefix(_TAG) in _RESOLVED
            value = _scalar(text) if plain else text
            self.put(value, event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def start(self, event: Any) -> None:
        value: Any = {} if type(event) is self.mapping else []
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(event, f"nested deeper than {MAX_DEPTH} levels; no such document describes an API")
        holder = self.here
        self.put(value, event)
        self.stack.append((holder, self.name, event.anchor, self.count))
        self.here, self.name = value, None

    def end(self, _event: Any) -> None:
        value = self.here
        self.here, self.name, anchor, count = self.stack.pop()
        if anchor:
            self.anchors[anchor] = (value, self.count - count + 1)

    def alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            self.refuse(event, f"*{event.anchor} stands for what isn't there, or for itself")
        value, size = self.anchors[event.anchor]
        self.count += size
        if type(self.here) is dict and self.name is None and not isinstance(value, dict | list):
            self.name = str(value)
        else:
            self.put(value, event)

    def put(self, value: Any, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            self.refuse(event, f"more than {MAX_NODES} values, aliases written out")
        if type(self.here) is not dict:
            if self.lines is not None:
                self.lines[id(self.here), len(self.here)] = event.start_mark.line + 1
            self.here.append(value)
        elif self.name is None:
            self.refuse(event, "a mapping or a list as a name")
        else:
            self.here[self.name] = value
            self.name = None


def _scalar(text: str) -> Json:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    return float(text) if _FLOAT.fullmatch(text) else text
