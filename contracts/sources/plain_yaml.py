"""YAML read as plain data in one pass over its events, as a whole or element by element; bounded, and no tags obeyed.

The library's own loader follows any alias and nests on the C stack, so a small hostile file can fill the memory or end
the process; here what goes beyond bounds is refused before it is built, and the result is otherwise the same: no tags
but those of plain data, bounded depth and aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import TextIOBase
from typing import TYPE_CHECKING, Any

from contracts.sources.entries import short
from contracts.sources.plain_json import NotPlainError

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 60
MAX_ALIASED = 2**22
"""So many characters may be repeated by aliases: each is read again for every place where it is meant."""

_MERGE = object()
"""The name `<<`: what its value holds counts as the mapping's own where that has no such name."""
_WORDS: dict[str, object] = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {"<<": _MERGE}
for _word, _value in (("yes", True), ("no", False), ("true", True), ("false", False), ("on", True), ("off", False)):
    _WORDS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), _value)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({f"{_TAG}{name}" for name in ("str", "python/unicode", "python/str")})
_SCALAR_TAGS = frozenset({f"{_TAG}{name}" for name in ("int", "float", "bool", "null", "timestamp")})
_CONTAINER_TAGS: dict[type, str] = {dict: f"{_TAG}map", list: f"{_TAG}seq"}
_UNCLEAR = frozenset("-+.0123456789=<")
"""What a plain scalar begins with that may be more than text: a number, a date, a merge."""


def yaml_with_lines(text: str, name: str = "") -> tuple[Any, list[int]]:
    """The one document in `text`, and the 1-based line of each element of the list that is its top-level `name`.

    It is made of mappings, lists, text, bytes, numbers, dates, booleans and None; what an alias stands for is there
    twice, as one value. Raises NotPlainError.
    """
    import yaml

    reader = _Reader()
    try:
        for _ in reader.read(text):
            pass
    except yaml.YAMLError as error:
        raise _complaint(error, text) from None
    root = reader.root[0] if reader.root else None
    return root, reader.lines.get(id(root.get(name)), []) if isinstance(root, dict) else []


def yaml_elements(text: TextIOBase, name: str) -> Iterator[tuple[Any, list[tuple[Any, int]]]]:
    """The one document in a text of any length, as far as it was read, and the elements of its top-level `name`.

    These come some at a time, each with its 1-based line, and are taken out of the document; at its end there are none.
    Raises NotPlainError.
    """
    import yaml

    reader = _Reader()
    try:
        for found in reader.read(text, name):
            yield reader.root[0], found
    except yaml.YAMLError as error:
        raise _complaint(error, "") from None
    yield reader.root[0] if reader.root else None, []


def _complaint(error: yaml.YAMLError, text: str) -> NotPlainError:
    """What the library says of a text, in our words, so that no message depends on its version."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        at = getattr(error, "position", None)
        where = "" if at is None else f": character {at} can't stand in YAML"
        return NotPlainError(None, f"is not text{where}")
    before = text[max(0, mark.index - _LOOKED_AHEAD) : mark.index]
    deep = sum(before.count(sign) for sign in "[{") - sum(before.count(sign) for sign in "]}") > MAX_DEPTH
    return NotPlainError(mark.line + 1, _DEEP if deep else f"is not YAML from column {mark.column + 1} on")


_LOOKED_AHEAD = 2**12
"""The library reads ahead of what it gives, and stops at a depth of its own."""
_DEEP = f"nests deeper than {MAX_DEPTH} levels"


class _Open:
    """A container that is being filled: a mapping's key that waits, its anchor, how deep it nests so far.

    `weight` is that of the whole document where it began, `merges` what a mapping takes over from.
    """

    __slots__ = ("anchor", "container", "height", "merges", "waiting", "weight")

    def __init__(self, container: Any, anchor: str | None, weight: int) -> None:
        self.container, self.anchor, self.weight = container, anchor, weight
        self.waiting: list[Any] = []
        self.merges: list[Any] = []
        self.height = 0


class _Reader:
    """Builds a document from the parser's events.

    `weight` is how many characters it would have with every alias written out, `anchors` holds of each complete anchor
    the value, how many levels it nests, and its weight. `lines` are those of the elements of each list right below the
    top, by the list's `id`.
    """

    def __init__(self) -> None:
        self.root: list[Any] = []
        self.here = _Open(self.root, None, 0)
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.lines: dict[int, list[int]] = {}
        self.weight = self.aliased = 0

    def read(self, text: str | TextIOBase, name: str | None = None) -> Iterator[list[tuple[Any, int]]]:
        """Reads one document; gives the elements of its top-level `name`, if any, as they are complete, with lines.

        Raises NotPlainError, and what the library raises.
        """
        import yaml

        ends = {yaml.MappingEndEvent, yaml.SequenceEndEvent}
        starts: dict[type, type] = {yaml.MappingStartEvent: dict, yaml.SequenceStartEvent: list}
        events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                value = event.value if event.style and event.tag is None else _scalar(event)
                self.weight += 1 + len(event.value)
                if event.anchor is not None:
                    self.anchors[event.anchor] = value, 0, 1 + len(event.value)
                self._put(value, event)
            elif kind in starts:
                self._start(starts[kind](), event)
            elif kind in ends:
                self._end(event)
            elif kind is yaml.AliasEvent:
                self._put(self._meant(event), event)
            elif kind is yaml.DocumentStartEvent and self.root:
                raise NotPlainError(_line_of(event), "holds more than one YAML document")
            if name is not None and len(self.stack) == _BELOW_TOP and self.here.container:
                yield self._taken(name)

    def _taken(self, name: str) -> list[tuple[Any, int]]:
        """The complete elements of the list that is open, if it has this name: it doesn't hold them any more."""
        (root,) = self.root
        here: Any = root.get(name) if type(root) is dict else None
        if type(here) is not list or here is not self.here.container:
            return []
        found = [*zip(here, self.lines.pop(id(here)), strict=True)]
        here.clear()
        return found

    def _start(self, value: Any, event: Any) -> None:
        if event.tag is not None and event.tag != _CONTAINER_TAGS[type(value)]:
            raise NotPlainError(_line_of(event), _tagged(event.tag))
        if len(self.stack) >= MAX_DEPTH:
            raise NotPlainError(_line_of(event), _DEEP)
        self._put(value, event)
        self.weight += 1
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)  # it means this one from here on
        self.stack.append(self.here)
        self.here = _Open(value, event.anchor, self.weight - 1)

    def _end(self, event: Any) -> None:
        done, self.here = self.here, self.stack.pop()
        if done.merges:
            _merge(done, event)
        if done.anchor is not None:
            self.anchors[done.anchor] = done.container, done.height + 1, self.weight - done.weight
        self.here.height = max(self.here.height, done.height + 1)

    def _meant(self, event: Any) -> Any:
        """What an alias stands for."""
        if event.anchor not in self.anchors:
            raise NotPlainError(_line_of(event), "uses a YAML alias that stands for nothing complete")
        value, height, weight = self.anchors[event.anchor]
        self.weight += weight
        self.aliased += weight
        if self.aliased > MAX_ALIASED:
            raise NotPlainError(_line_of(event), f"repeats more than {MAX_ALIASED} characters by YAML aliases")
        if len(self.stack) + height > MAX_DEPTH:
            raise NotPlainError(_line_of(event), _DEEP)
        self.here.height = max(self.here.height, height)
        return value

    def _put(self, value: Any, event: Any) -> None:
        """The value into its list, or as a mapping's next key or value."""
        here = self.here
        if value is _MERGE and (type(here.container) is list or here.waiting):
            raise NotPlainError(_line_of(event), "holds '<<', which merges nothing there")
        if type(here.container) is list:
            here.container.append(value)
            if len(self.stack) == _BELOW_TOP:
                self.lines.setdefault(id(here.container), []).append(_line_of(event) or 0)
        elif here.waiting:
            name = here.waiting.pop()
            if name is _MERGE:
                here.merges.append(value)  # it is filled only behind this
            else:
                here.container[name] = value
        elif type(value) is dict or type(value) is list:
            raise NotPlainError(_line_of(event), "uses a mapping or a list as a name")
        else:
            here.waiting.append(value)


def _merge(done: _Open, event: Any) -> None:
    """Puts what a mapping takes over before what is its own; of several that have a name the first counts."""
    taken = dict[Any, Any]()
    for given in done.merges:
        for one in given if type(given) is list else (given,):
            if type(one) is not dict:
                raise NotPlainError(_line_of(event), "merges by '<<' what is no mapping")
            taken |= {name: value for name, value in one.items() if name not in taken}
    own = dict(done.container)
    done.container.clear()
    done.container.update(taken | own)


_BELOW_TOP = 2


def _line_of(event: yaml.Event) -> int | None:
    """The 1-based line where an event of the parser begins, None for an unknown one."""
    return event.start_mark.line + 1 if event.start_mark else None


def _tagged(tag: str) -> str:
    return f"holds what is not plain data (tag {short(tag)})"


def _scalar(event: yaml.ScalarEvent) -> Any:
    """A plain scalar by YAML's rules, or one with a tag."""
    text: str = event.value
    if event.tag == "tag:yaml.org,2002:binary":
        return _binary(text, event)
    if event.tag in _TEXT_TAGS:
        return text
    if event.tag is not None:
        return _by_library(event)
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _UNCLEAR:
        return text
    return int(text) if _INTEGER.fullmatch(text) else _by_library(event)


def _by_library(event: yaml.ScalarEvent) -> Any:
    """What the library makes of a scalar that is tagged as plain data, or of one that isn't clear."""
    import yaml

    if event.tag is not None and event.tag not in _SCALAR_TAGS:
        raise NotPlainError(_line_of(event), _tagged(event.tag))
    loader: Any = yaml.CSafeLoader("")
    tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, (True, False))
    try:
        return loader.construct_object(yaml.ScalarNode(tag, event.value))
    except (yaml.YAMLError, ValueError, OverflowError, LookupError, AttributeError):  # any, where its form is another
        expected = "number or date" if event.tag is None else event.tag.removeprefix(_TAG)
        raise NotPlainError(_line_of(event), f"holds {short(event.value)[:40]!r}, which is no {expected}") from None


def _binary(text: str, event: yaml.ScalarEvent) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NotPlainError(_line_of(event), "holds binary that is not base64") from None
