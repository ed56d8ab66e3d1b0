"""A contract just large enough for the provider: its operation, its answers, and rules worth breaking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.model.contract import Answer, Contract, Rule, Source
from contracts.reply.world import World

if TYPE_CHECKING:
    from contracts.model.contract import Target
    from contracts.model.json import Json, Path

SOURCE = Source(page="page.txt", line=1, kind="documented")
PROBLEM = ("application/problem+json",)


def rule(  # noqa: PLR0917 -- a table of rules reads best by position
    rule_id: str,
    kind: str,
    target: Target,
    says: dict[str, Json],
    at: Path = (),
    statuses: tuple[int, ...] = (),
) -> Rule:
    """A rule with the given meaning and a made-up source."""
    return Rule(
        id=rule_id, kind=kind, target=target, says=says, summary="", sources=(SOURCE,), at=at, statuses=statuses
    )


def parameter(name: str) -> Rule:
    """The rule that a path parameter is an integer."""
    return rule(name, "parameter", "request", {"in": "path", "required": True, "type": "integer"}, (name,), (200,))


@pytest.fixture
def contract() -> Contract:
    """The operation of one contact in one sequence."""
    return Contract(
        slug="get-a-contact-in-a-sequence",
        title="Get a contact in a sequence",
        method="GET",
        server="https://api.example.com",
        path="/v3/sequences/{id}/contacts/{contact_id}",
        page="page.txt",
        rules=(
            rule(
                "authorization", "authorization", "request", {"header": "Authorization", "scheme": "Bearer"}, (), (200,)
            ),
            parameter("id"),
            parameter("contact_id"),
            rule("challenge", "header", "response", {"name": "WWW-Authenticate", "pattern": "^Bearer"}, (), (401,)),
            rule("retry", "header", "response", {"name": "Retry-After", "pattern": "^[0-9]+$"}, (), (429,)),
            rule("email.type", "type", "success", {"types": ["string", "null"]}, ("email",)),
            rule("email.required", "required", "success", {}, ("email",)),
            rule("title.required", "required", "problem", {}, ("title",), (400, 404)),
        ),
        answers=(
            Answer(status=200, description="", media=("application/json",), body="success"),
            Answer(status=400, description="", media=PROBLEM, body="problem"),
            Answer(status=401, description="", media=PROBLEM, body="problem", may_be_empty=True),
            Answer(status=403, description="", media=PROBLEM, body="problem"),
            Answer(status=404, description="", media=PROBLEM, body="problem"),
            Answer(status=429, description="", media=PROBLEM, body="problem"),
        ),
    )


@pytest.fixture
def world() -> World:
    """The world of seed 0."""
    return World()
