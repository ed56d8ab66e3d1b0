"""What a documentation page promises of one operation, as read: rules by kind, before they stand in a document."""

from __future__ import annotations

from dataclasses import field

from contracts.model.contract import Answer, Conflict, Field, Reviewed, Rule, Unaccounted, Waiver
from contracts.model.frozen import frozen
from contracts.model.json import Json


@frozen
class Draft:
    """What a page promises of one operation, before it is written as a document.

    `slug` names its files; `server` is scheme and host; `path` is the template. Fields stand in documented order,
    parents before children. `example` holds the documented response, or is empty; `refusals` those of other answers,
    by their key. `reviewed` is None until a vendor's page was accepted. `asked` are the media types of the
    request's body, each with the target of the rules about it.
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
    refusals: dict[str, tuple[Json, ...]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    unaccounted: tuple[Unaccounted, ...] = ()
    reviewed: Reviewed | None = None
    asked: dict[str, str] = field(default_factory=dict)

    def about(self, target: str, *kinds: str) -> tuple[Rule, ...]:
        """The rules of one target, of the given kinds or of all."""
        return tuple(rule for rule in self.rules if rule.target == target and (not kinds or rule.kind in kinds))
