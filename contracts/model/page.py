"""A documentation page as read: the layout turned into values, nothing interpreted yet."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from contracts.model.frozen import frozen
from contracts.model.json import Json

Section = Literal["auth", "header", "path", "query", "body", "response"]


@frozen
class Sentence:
    """One sentence of prose.

    `line` is 1-based; `field` is the dotted name of the field it describes, or "" outside any; `digest` is 16 hex
    digits over the sentence with its white space folded, so it names a wording without holding it.
    """

    text: str
    line: int
    field: str
    digest: str


@frozen
class Entry:
    """One documented field or parameter.

    `types` are JSON types without "null"; an empty tuple means that the page gives no type. `constraints` hold what
    the constraint lines say in JSON Schema keywords (`minimum`, `maxLength`, `pattern`, `minItems`, ...); `lines`
    gives the 1-based line of each part: `name`, `type`, `enum`, `required`, and each constraint keyword.
    `media` are the media types of the request's body that a field stands in, empty for every one.
    `item_types` and `item_format` describe the elements when `types` is `("array",)`.
    """

    name: str
    section: Section
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str | None = None
    item_types: tuple[str, ...] = ()
    item_format: str | None = None
    required: bool = False
    read_only: bool = False
    enum: tuple[Json, ...] = ()
    constraints: tuple[tuple[str, Json], ...] = ()
    example: tuple[Json, ...] = ()
    description: str = ""
    sentences: tuple[Sentence, ...] = ()
    media: tuple[str, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)


@frozen
class PageProblem:
    """Something on the page that the reader could not place; never dropped silently. `line` is 1-based."""

    line: int
    problem: str


@frozen
class Page:
    """One documentation page of one operation, or of what a webhook sends: then its fields are of the `response`.

    `name` is how messages call the page; `server` is scheme and host, `path` the template with the server's base
    path; `auth` is the header that carries the credential and `scheme` its first word ("Bearer", or "" for a bare
    key); `status` is the documented success status or None where the page is silent; `example` is the documented
    response (one value) or empty; `example_lines` maps a JSON pointer in the example to its 1-based line, as far as
    each property has a line of its own; `array` says that the response is a list of the documented item, `empty` that
    the page says in words that it has no body; `others` are the other documented statuses, with what is said of each;
    `body` are the media types of the request's body, true for a list of what the page describes; `choice` says that it
    has several shapes, of which the page lists one.
    """

    name: str
    method: str
    server: str
    path: str
    title: str
    auth: str = ""
    scheme: str = ""
    status: int | None = None
    media_type: str | None = None
    array: bool = False
    empty: bool = False
    others: dict[int, str] = field(default_factory=dict)
    body: dict[str, bool] = field(default_factory=dict)
    choice: bool = False
    entries: tuple[Entry, ...] = ()
    example: tuple[Json, ...] = ()
    example_lines: dict[str, int] = field(default_factory=dict)
    sentences: tuple[Sentence, ...] = ()
    problems: tuple[PageProblem, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)

    def section(self, name: Section) -> tuple[Entry, ...]:
        """The entries of one section, in the page's order."""
        return tuple(entry for entry in self.entries if entry.section == name)
