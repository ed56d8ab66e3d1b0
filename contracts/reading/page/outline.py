"""Which places a page's answer has: the list's, those that prose names, and those that only the example shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracts.model.contract import Source, SourceKind
from contracts.model.json import ITEM, Json, Path, pointer
from contracts.model.page import Entry, Page
from contracts.rules.instance import find
from contracts.rules.json_types import json_type

_PLACEHOLDERS = re.compile(
    r"<\w+>|2023-11-07(?:T05:31:56Z)?|3c90c3cc-0d44-4b50-8888-8dd25736052a|jsmith@example\.com", re.ASCII
)
_PLACEHOLDER_NUMBER = 123


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The places of the answer's body before any promise is made of them.

    `entries` holds the listed fields by path; `flags` the booleans that prose names, with the sentence; `example` is
    the documented answer (one value) or empty; `generated` says that it holds placeholders, so that it gives the
    shape alone; `doubts` are the entries that have no place, each with the reason.
    """

    page: Page
    entries: dict[Path, Entry]
    example: tuple[Json, ...]
    generated: bool
    marked: bool
    doubts: tuple[tuple[Entry, str], ...] = ()
    flags: dict[Path, Source] = field(default_factory=dict)

    def source(self, line: int, kind: SourceKind = "documented") -> Source:
        """A line of the page as a source."""
        return Source(page=self.page.name, line=line, kind=kind)

    def line(self, entry: Entry, part: str) -> int:
        """The line of one part of an entry, or of its name."""
        return entry.lines.get(part) or entry.lines.get("name", 1)

    def samples(self, at: Path) -> tuple[tuple[str, Json], ...]:
        """Every value that the example has at a place, each with its JSON pointer."""
        found = find(self.example[0], at) if self.example else ()
        return tuple((pointer(steps), value) for steps, value in found)

    def root_source(self) -> Source:
        """Where the page says what the whole body is: a line of its own, or else the heading of the field list."""
        lines = self.page.lines
        return self.source(lines.get("whole", lines.get("response", 1)))

    def example_source(self, at: str) -> Source:
        """The example's line of a pointer, or of what holds it."""
        lines = self.page.example_lines
        while at not in lines and at:
            at = at.rsplit("/", 1)[0]
        return self.source(lines.get(at, self.page.lines.get("example", 1)), "example")

    def solid(self, at: Path) -> tuple[str, ...]:
        """The JSON types of a place without null; empty where nothing says them."""
        if at in self.entries:
            return self.entries[at].types
        parent = self.entries.get(at[:-1]) if at else None
        if at and at[-1] == ITEM and parent and parent.item_types:
            return parent.item_types
        if at in self.flags:
            return ("boolean",)
        if not at and self.entries:
            return ("array",) if self.page.array else ("object",)
        if at == (ITEM,) and self.page.array and self.entries and not self.example:
            return ("object",)
        return tuple(name for name in self.seen(at) if name != "null")

    def seen(self, at: Path) -> tuple[str, ...]:
        """The JSON types that the example shows at a place."""
        types: dict[str, None] = {}
        for _, value in self.samples(at):
            name = json_type(value)
            vague = name == "integer" and (self.generated or value == _PLACEHOLDER_NUMBER)
            if value not in ("<any>", "<unknown>"):
                types["number" if vague else name] = None
        if "number" in types:
            types.pop("integer", None)
        return tuple(types)

    def children(self, at: Path) -> tuple[Path, ...]:
        """The places directly below one: listed ones first, then those of prose, then the example's own."""
        solid = self.solid(at)
        found: dict[Path, None] = {}
        if "array" in solid and (self.samples((*at, ITEM)) or self._listed((*at, ITEM)) or self._items(at)):
            found[(*at, ITEM)] = None
        if "object" in solid:
            found |= dict.fromkeys([path for path in self.entries if path[:-1] == at and path[-1] != ITEM])
            found |= dict.fromkeys([path for path in self.flags if path[:-1] == at])
            found |= dict.fromkeys([(*at, name) for name in self._names(at)])
        return tuple(found)

    def walk(self, at: Path = ()) -> Iterator[Path]:
        """Every place in documented order, parents before children, the root first."""
        yield at
        for child in self.children(at):
            yield from self.walk(child)

    def _listed(self, at: Path) -> bool:
        return any(path[: len(at)] == at for path in self.entries)

    def _items(self, at: Path) -> bool:
        entry = self.entries.get(at)
        return bool(entry and entry.item_types)

    def _names(self, at: Path) -> list[str]:
        """The example's names below a place; an object keyed by numbers is a dictionary and has none."""
        names = dict.fromkeys(name for _, value in self.samples(at) if isinstance(value, Mapping) for name in value)
        return [] if names and all(name.isdecimal() for name in names) else list(names)


def outline(page: Page) -> Outline:
    """The outline of a page, without the flags that prose names."""
    entries, doubts = _placed(page)
    return Outline(
        page=page,
        entries=entries,
        example=page.example,
        generated=any(_placeholder(value) for value in page.example),
        marked=any(entry.required or "optional" in entry.lines for entry in page.section("response")),
        doubts=doubts,
    )


def _placed(page: Page) -> tuple[dict[Path, Entry], tuple[tuple[Entry, str], ...]]:
    """The response's entries by path; a dotted name belongs below the listed field that its first part names."""
    base: Path = (ITEM,) if page.array else ()
    listed = page.section("response")
    names = {entry.name for entry in listed}
    entries: dict[Path, Entry] = {}
    doubts: list[tuple[Entry, str]] = []
    for entry in listed:
        parts = entry.name.replace("[]", "").split(".")
        parts = parts if parts[0] in names else [entry.name]
        at = base
        for part in parts:
            parent = entries.get(at)
            at = (*at, ITEM, part) if parent and parent.types == ("array",) else (*at, part)
        if "{" in entry.name:
            doubts.append((entry, f"`{entry.name}` stands for any name: such a field can't be promised"))
        elif at in entries:
            doubts.append((entry, f"`{entry.name}` is listed twice: the first is followed"))
        else:
            entries[at] = entry
    return entries, tuple(doubts)


def _placeholder(value: Json) -> bool:
    if isinstance(value, str):
        return _PLACEHOLDERS.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return any(_placeholder(item) for item in value.values())
    return isinstance(value, list | tuple) and any(_placeholder(item) for item in value)
