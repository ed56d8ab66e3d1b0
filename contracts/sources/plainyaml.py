"""YAML read as plain data in one pass over its events: no aliases, no tags but text and binary, bounded depth.

The library's own loader follows aliases and nests on the C stack, so a small hostile file can fill the memory or end
the process; here both are refused before anything is built, and the result is otherwise the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contracts.sources.parts import short

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 60

_WORDS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
for _word, _value in (("yes", True), ("no", False), ("true", True), ("false", False), ("on", True), ("off", False)):
    _WORDS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), _value)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_UNCLEAR = frozenset("-+.0123456789=<")
"""What a plain scalar begins with that may be more than text: a number, a date, a merge."""


class NotPlainError(ValueError):
    """The text isn't one document of plain data; `line` is 1-based, or None where none is known."""

    def __init__(self, line: int | None, problem: str) -> None:
        self.line = line
        super().__init__(problem)


def load(text: str) -> Any:
    """The one document in `text`: mappings, lists, text, bytes, numbers, dates, booleans, None.

    Raises NotPlainError.
    """
    import yaml

    try:
        return _built(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = short(error.problem or error.context)
        raise NotPlainError(mark.line + 1 if mark else None, f"is not YAML ({problem})") from None
    except yaml.reader.ReaderError as error:
        raise NotPlainError(None, f"is not text: character {error.position} can't stand in YAML") from None


def _built(text: str) -> Any:
    import yaml

    root: list[Any] = []
    stack: list[tuple[Any, list[Any]]] = []  # each open container, with a mapping's key that waits for its value
    container: Any = root
    waiting: list[Any] = []
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = event.value if event.style and event.tag is None else _scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if event.tag is not None or len(stack) >= MAX_DEPTH:
                deep = f"nests deeper than {MAX_DEPTH} levels"
                raise NotPlainError(line_of(event), deep if event.tag is None else _tagged(event.tag))
            value = {} if kind is yaml.MappingStartEvent else []
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            container, waiting = stack.pop()
            continue
        elif kind is yaml.AliasEvent:
            raise NotPlainError(line_of(event), "uses a YAML alias; write the value out in full")
        elif kind is yaml.DocumentStartEvent and root:
            raise NotPlainError(line_of(event), "holds more than one YAML document")
        else:
            continue
        _put(container, waiting, value, event)
        if kind is not yaml.ScalarEvent:
            stack.append((container, waiting))
            container, waiting = value, []
    return root[0] if root else None


def _put(container: Any, waiting: list[Any], value: Any, event: yaml.Event) -> None:
    """The value into its list, or as a mapping's next key or value."""
    if type(container) is list:
        container.append(value)
    elif waiting:
        container[waiting.pop()] = value
    elif type(value) is dict or type(value) is list:
        raise NotPlainError(line_of(event), "uses a mapping or a list as a name")
    else:
        waiting.append(value)


def line_of(event: yaml.Event) -> int | None:
    """The 1-based line where an event of the parser begins; None where none is known."""
    return event.start_mark.line + 1 if event.start_mark else None


def _tagged(tag: str) -> str:
    return f"holds what is not plain data (tag {short(tag)})"


def _scalar(event: yaml.ScalarEvent) -> Any:
    """A plain scalar by YAML's rules, or one with a tag."""
    text: str = event.value
    if event.tag == "tag:yaml.org,2002:binary":
        return _binary(text, event)
    if event.tag == "tag:yaml.org,2002:str":
        return text
    if event.tag is not None:
        raise NotPlainError(line_of(event), _tagged(event.tag))
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _UNCLEAR:
        return text
    return int(text) if _INTEGER.fullmatch(text) else _unclear(text, event)


def _unclear(text: str, event: yaml.ScalarEvent) -> Any:
    import yaml

    loader: Any = yaml.CSafeLoader("")
    node = yaml.ScalarNode(loader.resolve(yaml.ScalarNode, text, (True, False)), text)
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError):
        raise NotPlainError(line_of(event), f"holds {short(text)[:40]!r}, which is no number or date") from None


def _binary(text: str, event: yaml.ScalarEvent) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NotPlainError(line_of(event), "holds binary that is not base64") from None
