"""One operation's promises as data: rules, answers, provenance."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from contracts.model.frozen import frozen
from contracts.model.json import Json, Path

Level = Literal["violation", "drift", "note"]
LEVELS: tuple[Level, ...] = ("violation", "drift", "note")

SourceKind = Literal["documented", "example", "assumed"]

Target = Literal["request", "response", "success", "problem"]
"""What a rule judges: the request, the response's envelope, the success body, or a problem document."""


@frozen
class Source:
    """Where a promise is written: page, 1-based line (0 where none is known), how strongly, and whether by hand."""

    page: str
    line: int
    kind: SourceKind
    hand: bool = False


@frozen
class Rule:
    """One atomic promise.

    `kind` names a row of `contracts.rules.KINDS`, which knows what `says` holds; `at` is the place in the documented
    shape that the rule belongs to (for a parameter, its name); `statuses` are the answers it is judged on, empty for
    every one.
    """

    id: str
    kind: str
    target: Target
    says: dict[str, Json]
    summary: str
    sources: tuple[Source, ...]
    at: Path = ()
    level: Level = "violation"
    statuses: tuple[int, ...] = ()


@frozen
class Field:
    """A documented place in a body: its description in prose, and annotations that promise nothing (`writable`)."""

    at: Path
    target: Target
    description: str = ""
    annotations: dict[str, Json] = field(default_factory=dict)


@frozen
class Answer:
    """One listed status: its media types, which body it carries, and whether the body may be missing."""

    status: int
    description: str
    media: tuple[str, ...]
    body: Literal["success", "problem"]
    may_be_empty: bool = False


@frozen
class Conflict:
    """Two places of the page that disagree, and which one the contract follows."""

    field: str
    problem: str
    decided: str
    sources: tuple[Source, ...]


@frozen
class Waiver:
    """Sentences that promise nothing checkable: the field, the reason, and the digests of the sentences covered."""

    field: str
    reason: str
    digests: tuple[str, ...]


@frozen
class Unaccounted:
    """A sentence that sounds like a promise and that nothing in the contract answers for."""

    field: str
    line: int
    digest: str
    text: str


@frozen
class Block:
    """The sentences of one block of a page: its section and field ("" outside any), and a digest of each."""

    section: str
    name: str
    digests: tuple[str, ...]


@frozen
class Reviewed:
    """The vendor's page as a person last compared it with the contract.

    `url` is "" where it was read from a file, `date` is ISO 8601, `digest` is 32 hex digits over the page's text.
    """

    url: str
    date: str
    digest: str
    blocks: tuple[Block, ...] = ()


@frozen
class Contract:
    """One operation's promises: request side, response rules, listed answers, and where all of it is written.

    `slug` names its files; `server` is scheme and host; `path` is the template. Fields stand in documented order,
    parents before children. `example` holds the documented response, or is empty; `reviewed` is None until a vendor's
    page was accepted. `request_body` is a digest of what is documented of the request's body, "" where it has none:
    nothing of it is judged, but that it changed can be told.
    """

    slug: str
    title: str
    method: str
    server: str
    path: str
    page: str
    rules: tuple[Rule, ...]
    fields: tuple[Field, ...] = ()
    answers: tuple[Answer, ...] = ()
    example: tuple[Json, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    unaccounted: tuple[Unaccounted, ...] = ()
    reviewed: Reviewed | None = None
    request_body: str = ""

    @property
    def operation(self) -> str:
        """Method and path template: `GET /v3/things/{id}`."""
        return f"{self.method} {self.path}"

    @property
    def success(self) -> Answer:
        """The answer that carries the documented body."""
        return next(answer for answer in self.answers if answer.body == "success")

    def answer(self, status: int) -> Answer | None:
        """The listed answer of a status, or None for an undocumented one."""
        return next((answer for answer in self.answers if answer.status == status), None)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def about(self, target: Target, *kinds: str) -> tuple[Rule, ...]:
        """The rules of one target, of the given kinds or of all."""
        return tuple(rule for rule in self.rules if rule.target == target and (not kinds or rule.kind in kinds))
