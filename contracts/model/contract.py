"""A contract: one operation of an OpenAPI document, with an index of what the document promises of it."""

from __future__ import annotations

from dataclasses import field
from typing import Literal, Protocol

from contracts.model.document import Document, Steps
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path

Level = Literal["violation", "drift", "note"]
LEVELS: tuple[Level, ...] = ("violation", "drift", "note")

SourceKind = Literal["documented", "example", "assumed"]

REQUEST, RESPONSE, SUCCESS = "request", "response", "success"
"""The targets of rules about the request, about what stands around an answer's body, and about the only good body."""

WEBHOOK = "WEBHOOK"
"""The method of a contract of what the API sends by itself; its path is the webhook's name, and it has no server."""


@frozen
class Source:
    """Where a promise is written: page, 1-based line (0 where none is known), how strongly, and whether by hand."""

    page: str
    line: int
    kind: SourceKind
    hand: bool = False

    @property
    def where(self) -> str:
        """Page and line: `page.txt:79`."""
        return f"{self.page}:{self.line}" if self.line else self.page


@frozen
class Rule:
    """One assertion.

    `kind` is our name for the keywords that say it (a row of `contracts.rules.KINDS`), else the keyword itself; `says`
    is what it says in the form of that kind. `target` is what it judges: `request`, `response` (what stands around a
    body), or the name of a body; `at` is the place in that body (for a parameter, its name). `answers` are the keys of
    the answers it is judged on, empty for every one. `locations` are the places of the document that assert it.
    """

    id: str
    kind: str
    target: str
    says: dict[str, Json]
    summary: str
    sources: tuple[Source, ...]
    at: Path = ()
    level: Level = "violation"
    answers: tuple[str, ...] = ()
    locations: tuple[Steps, ...] = field(default=(), compare=False)


@frozen
class Field:
    """A documented place in a body: its description in prose, and annotations that promise nothing (`writable`)."""

    at: Path
    target: str
    description: str = ""
    annotations: dict[str, Json] = field(default_factory=dict)


@frozen
class Body:
    """The JSON of one or more answers: its name, and where its schema stands.

    The only body of success is called `success`, and ids don't name it; any other is called by its status, or by its
    schema's name where several answers share it.
    """

    name: str
    at: Steps


@frozen
class Answer:
    """One documented answer.

    `key` is a status, a range of them (`4XX`) or `default`; `status` is one that it stands for. `media` are its media
    types; `bodies` names the body of each that carries JSON of a known form. `empty` says that the body may be missing.
    """

    key: str
    status: int
    success: bool
    description: str = ""
    media: tuple[str, ...] = ()
    bodies: dict[str, str] = field(default_factory=dict)
    empty: bool = False

    @property
    def body(self) -> str:
        """The name of its first body, "" where it has none."""
        return next(iter(self.bodies.values()), "")


@frozen
class Conflict:
    """Two places of the sources that disagree, and which one the contract follows."""

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


class Index(Protocol):
    """What is listed of a contract, each part made when it is first asked for."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every documented place below the bodies."""
        ...

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where the document contradicts itself or can't be read."""
        ...

    def about(self, target: str, kinds: tuple[str, ...]) -> tuple[Rule, ...]:
        """The rules of one target, of the given kinds or of all."""
        ...

    def placed(self, target: str, at: Path) -> tuple[Rule, ...]:
        """The rules of one target that stand at a place."""
        ...

    def names(self, target: str, at: Path) -> frozenset[str]:
        """What a place of a body is documented to hold, a step each; values of a map are those of any other name."""
        ...

    def examples(self, body: Body) -> tuple[Json, ...]:
        """The documented answers that keep the rules of this body."""
        ...

    def base(self, name: str) -> Json:
        """A legal answer of a body. Raises NoAnswer."""
        ...

    def unaccounted(self, contract: Contract) -> tuple[Unaccounted, ...]:
        """The sentences of the document that sound like a promise and that nothing answers for."""
        ...

    def closed(self, name: str) -> tuple[tuple[Path, frozenset[str], tuple[str, ...]], ...]:
        """The places of a body whose names are all documented, without saying that no others come: names, patterns."""
        ...

    def request_keeps(self, at: Steps, value: Json) -> bool:
        """True where a value of a request keeps the schema at a place of the document."""
        ...

    def part(self, name: str, at: Path) -> Json:
        """A small legal value for one place of a body; null where none is known. Raises NoAnswer for a whole body."""
        ...


@frozen
class Contract:
    """One operation of a document.

    `slug` names its files; `server` is scheme and host; `path` is the template, base path included; `at` is where the
    operation stands. `bodies` are those of its answers, by name.
    """

    slug: str
    title: str
    method: str
    server: str
    path: str
    page: str
    document: Document = field(compare=False)
    at: Steps
    answers: tuple[Answer, ...]
    bodies: dict[str, Body]
    index: Index = field(compare=False)
    waivers: tuple[Waiver, ...] = ()
    sentences: tuple[Unaccounted, ...] = ()
    reviewed: Reviewed | None = None

    @property
    def operation(self) -> str:
        """Method and path template: `GET /v3/things/{id}`."""
        return f"{self.method} {self.path}"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the document's order."""
        return self.index.rules

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every documented place of every body, parents before what is in them."""
        return self.index.fields

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where the document contradicts itself or can't be read, and how it was taken."""
        return self.index.conflicts

    @property
    def unaccounted(self) -> tuple[Unaccounted, ...]:
        """Sentences that sound like a promise and that nothing answers for: of its page, or of the document itself."""
        return (*self.sentences, *self.index.unaccounted(self))

    @property
    def success(self) -> Answer:
        """The first answer of success that has a body of a known form, else the first of success.

        Where none is documented, an empty 200.
        """
        found = [answer for answer in self.answers if answer.success]
        known = next((answer for answer in found if answer.bodies), found[0] if found else None)
        return known or Answer(key="2XX", status=200, success=True, empty=True)

    @property
    def main(self) -> str:
        """The name of the body of success, "" where it has none of a known form."""
        return self.success.body

    @property
    def example(self) -> tuple[Json, ...]:
        """The documented answer of success that keeps its rules, or nothing."""
        return self.index.examples(self.bodies[self.main])[:1] if self.main else ()

    def answer(self, status: int) -> Answer | None:
        """The documented answer of a status, by itself, its range, or `default`; None for an undocumented one."""
        known = {answer.key: answer for answer in self.answers}
        return known.get(str(status)) or known.get(f"{status // 100}XX") or known.get("default")

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def about(self, target: str, *kinds: str) -> tuple[Rule, ...]:
        """The rules of one target, of the given kinds or of all."""
        return self.index.about(target, kinds)

    def placed(self, target: str, at: Path) -> tuple[Rule, ...]:
        """The rules of one target that stand at a place."""
        return self.index.placed(target, at)
