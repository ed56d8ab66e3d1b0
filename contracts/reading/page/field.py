"""What is gathered while a page is read: a field with its option list and examples, and all that the sections hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from contracts.model.json import Json
from contracts.model.page import Entry, PageProblem, Section
from contracts.reading.page.sentence_splitting import sentences
from contracts.reading.page.text import PageText, Value, read_json, starts_json
from contracts.reading.page.typeline import TypeLine, constraint, fits, written_value
from contracts.reading.page.words import heading


@dataclass(slots=True)
class FieldDraft:
    """One field so far; `prose` holds its description with 1-based lines, blank lines included."""

    name: str
    section: Section
    line: int
    type: TypeLine | None = None
    media: tuple[str, ...] = ()
    required: bool = False
    read_only: bool = False
    enum: list[Json] = field(default_factory=list)
    constraints: dict[str, Json] = field(default_factory=dict)
    example: list[Json] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[PageProblem] = field(default_factory=list)

    @property
    def wants_options(self) -> bool:
        """True where its type promises an option list that hasn't come yet."""
        return self.type is not None and self.type.enum and not self.enum

    def mark(self, marker: str, line: int) -> None:
        """Take a marker: `required`, `read-only`, or one that promises nothing here."""
        self.required = self.required or marker == "required"
        self.read_only = self.read_only or marker == "read-only"
        self.lines.setdefault(marker.replace("-", "_"), line)

    def limit(self, text: str, line: int) -> None:
        """Take a constraint line."""
        said = constraint(text)
        if not said:
            self._problem(line, f"the constraint {text[:80]!r} of {self.name!r} can't be read")
        for keyword, value in said:
            self._set(keyword, value, line)

    def default(self, text: str, line: int) -> None:
        """Take a default."""
        types = self.type.types if self.type else ()
        self._set("default", written_value(text, types, nullable=bool(self.type and self.type.nullable)), line)

    def options(self, texts: list[str], line: int) -> None:
        """Take an option list."""
        types = () if self.type is None else self.type.item_types or self.type.types
        seen: set[str] = set()
        for text in texts:
            value = written_value(text, types, nullable=bool(self.type and self.type.nullable))
            if not fits(value, types):
                self._problem(line, f"the option {text[:40]!r} of {self.name!r} doesn't fit its type {'/'.join(types)}")
            elif text in seen:
                self._problem(line, f"the option {text[:40]!r} of {self.name!r} stands twice")
            else:
                seen.add(text)
                self.enum.append(value)
        self.lines["enum"] = line

    def _set(self, keyword: str, value: Json, line: int) -> None:
        if keyword in self.constraints and self.constraints[keyword] != value:
            self._problem(line, f"{self.name!r} says {keyword} twice, and differently; the first counts")
            return
        self.constraints.setdefault(keyword, value)
        self.lines.setdefault(keyword, line)

    def _problem(self, line: int, problem: str) -> None:
        self.problems.append(PageProblem(line=line, problem=problem))

    def entry(self) -> Entry:
        """The finished entry."""
        kind = self.type
        lines = {"name": self.line, **self.lines}
        if self.prose:
            lines["description"] = self.prose[0][0]
        return Entry(
            name=self.name,
            section=self.section,
            types=kind.types if kind else (),
            nullable=bool(kind and kind.nullable),
            format=kind.format if kind else None,
            item_types=kind.item_types if kind else (),
            item_format=kind.item_format if kind else None,
            required=self.required,
            read_only=self.read_only,
            enum=tuple(self.enum),
            constraints=tuple(self.constraints.items()),
            example=tuple(self.example),
            description="\n\n".join(paragraph for _, paragraph in paragraphs(self.prose)),
            sentences=sentences(self.prose, self.name),
            media=self.media,
            lines=lines,
        )


def paragraphs(prose: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The paragraphs of numbered lines, each with its first line."""
    blocks = [list(block) for filled, block in groupby(prose, key=lambda line: bool(line[1].strip())) if filled]
    return [(block[0][0], "\n".join(line.strip() for _, line in block)) for block in blocks]


OPTIONS = "Available options:"
EXAMPLES = ("Example:", "Examples:")

_SCALAR = re.compile(r"true|false|null|-?\d[\d.eE+-]*", re.ASCII)


def read_options(text: PageText, index: int) -> tuple[list[str], int]:
    """The options that begin at the line `Available options:`, and the line after them.

    Each but the last ends in a comma, or the next begins with one, so the first line without one is the last option,
    whatever it says. Raises PageRefused where the list breaks off.
    """
    said = text.line(index)[len(OPTIONS) :].strip()
    index += 1
    texts = [part.strip() for part in said.split(",") if part.strip()]
    if said and not said.endswith(","):
        return texts, index
    while True:
        line = text.line(index)
        if not line or (not texts and heading(line) and not text.line(index + 1)):
            where = min(index, text.last) if texts else index - 1
            raise text.refused(where, "an option list breaks off; the page is cut or damaged here")
        index += 1
        texts += [part] if (part := line.strip(", ")) else []
        if not line.endswith(",") and not text.line(index).startswith(","):
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


Zone = Literal["intro", "type", "prose", "closed", "orphan"]


@dataclass(slots=True)
class Listing:
    """What the sections hold; `prose` is text outside any field, `blocks` are JSON values in the response section.

    `heads` are the 1-based lines of the section headings as they came; `whole` is the type of the whole response,
    where the page states it; `others` are the other answers, with what follows their status; `body` are the media types
    of the request's, and whether it is a list, `choice` that it has several shapes; `empty` says that there is no body,
    in words; `last` how the text ends; `footer` that its end was seen.
    """

    drafts: list[FieldDraft] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)
    problems: list[PageProblem] = field(default_factory=list)
    heads: list[tuple[str, int]] = field(default_factory=list)
    blocks: list[Value] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    status: int | None = None
    others: dict[int, str] = field(default_factory=dict)
    media_type: str | None = None
    whole: TypeLine | None = None
    body: dict[str, bool] = field(default_factory=dict)
    variants: bool = False
    choice: bool = False
    empty: bool = False
    footer: bool = False
    last: Zone = "intro"

    def entries(self) -> tuple[Entry, ...]:
        """The finished fields, in the page's order."""
        return tuple(draft.entry() for draft in self.drafts)


def settled(page_problems: list[PageProblem], drafts: list[FieldDraft]) -> tuple[PageProblem, ...]:
    """All problems once each, in the page's order."""
    every = [*page_problems, *(problem for draft in drafts for problem in draft.problems)]
    return tuple(sorted(dict.fromkeys(every), key=lambda problem: problem.line))
