"""A contract just large enough for the provider: its operation, its answers, and rules worth breaking."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest

from contracts.model.contract import Answer, Contract, Field, Rule, Source
from contracts.model.draft import Draft
from contracts.provider.known_rows import Row, read_rows
from contracts.reading.openapi import contracts_of, document_of
from contracts.writing import openapi

if TYPE_CHECKING:
    from contracts.model.json import Json, Path

SOURCE = Source(page="page.txt", line=1, kind="documented")
JSON = "application/json"
PROBLEM = ("application/problem+json",)


def rule(  # noqa: PLR0917 -- a table of rules reads best by position
    rule_id: str,
    kind: str,
    target: str,
    says: dict[str, Json],
    at: Path = (),
    answers: tuple[str, ...] = (),
) -> Rule:
    """A rule with the given meaning and a made-up source."""
    return Rule(id=rule_id, kind=kind, target=target, says=says, summary="", sources=(SOURCE,), at=at, answers=answers)


def parameter(name: str) -> Rule:
    """The rule that a path parameter is an integer."""
    return rule(name, "parameter", "request", {"in": "path", "required": True, "type": "integer"}, (name,), ("200",))


@pytest.fixture
def contract() -> Contract:
    """The operation of one contact in one sequence."""
    draft = Draft(
        slug="get-a-contact-in-a-sequence",
        title="Get a contact in a sequence",
        method="GET",
        server="https://api.example.com",
        path="/v3/sequences/{id}/contacts/{contact_id}",
        page="page.txt",
        rules=(
            rule(
                "authorization", "authorization", "request", {"header": "Authorization", "scheme": "Bearer"}, (),
                ("200",),
            ),
            parameter("id"),
            parameter("contact_id"),
            rule("challenge", "header", "response", {"name": "WWW-Authenticate", "pattern": "^Bearer"}, (), ("401",)),
            rule("retry", "header", "response", {"name": "Retry-After", "pattern": "^[0-9]+$"}, (), ("429",)),
            rule("email.type", "type", "success", {"types": ["string", "null"]}, ("email",)),
            rule("email.required", "required", "success", {}, ("email",)),
            rule("title.required", "required", "problem", {}, ("title",), ("400", "404")),
        ),
        fields=(Field(at=("email",), target="success"), Field(at=("title",), target="problem")),
        answers=(
            Answer(key="200", status=200, success=True, media=("application/json",), bodies={JSON: "success"}),
            *(
                Answer(
                    key=str(status), status=status, success=False, media=PROBLEM, bodies={PROBLEM[0]: "problem"},
                    empty=status == 401,
                )
                for status in (400, 401, 403, 404, 429)
            ),
        ),
    )  # fmt: skip
    return contracts_of(document_of(openapi(draft), draft.page))[0]


@pytest.fixture
def rows() -> tuple[Row, ...]:
    """The built-in rows of that operation."""
    path = pathlib.Path(__file__).parents[2] / "contracts" / "reply" / "rows.json"
    return next(iter(read_rows(path.read_text(), path.name).values()))
