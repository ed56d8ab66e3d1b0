"""A contract made up for tests: every kind of rule, several at one place, arrays of objects, conditions everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.commands.vendor_data import hands
from contracts.model.contract import SUCCESS, Answer, Contract, Field, Rule, Source
from contracts.model.draft import Draft
from contracts.model.interaction import Interaction
from contracts.model.json import Json, dotted
from contracts.reading.hand import matching
from contracts.reading.joined_witnesses import description, spoken, witnessed
from contracts.reading.openapi import contracts_of, document_of, read, webhooks_of
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive
from contracts.rules import KINDS, ordered
from contracts.rules.edits import encoded, with_body
from contracts.rules.legal_exchanges import legal_interaction
from contracts.writing import openapi

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "schemas" / "reply" / "openapi.json"
PAGE = ROOT / "contracts" / "reply" / "get-a-contact-in-a-sequence.txt"
CASSETTES = ROOT / "cassettes" / "reply" / "get-a-contact-in-a-sequence"
VENDOR_PAGES = ROOT.parent / "shared" / "pages"

REPLY: Contract = contracts_of(document_of(json.loads(DOCUMENT.read_text()), DOCUMENT.name))[0]

SOURCE = Source(page="shop.txt", line=7, kind="documented")
PROBLEM = ("application/problem+json",)

Said = dict[str, dict[str, Json]]

INT64: dict[str, Json] = {"format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}


def _type(*types: str) -> dict[str, Json]:
    return {"types": list(types)}


BODY: dict[tuple[str, ...], Said] = {
    (): {"type": _type("object")},
    ("id",): {"required": {}, "type": _type("string"), "format": {"format": "uuid"}},
    ("code",): {
        "required": {},
        "type": _type("string"),
        "length": {"minLength": 3, "maxLength": 8},
        "pattern": {"pattern": "^[a-z]+-[0-9]+$"},
    },
    ("name",): {"required": {}, "type": _type("string", "null"), "length": {"minLength": 2}},
    ("ratio",): {"type": _type("number"), "range": {"exclusiveMinimum": 0, "exclusiveMaximum": 1}},
    ("level",): {"required": {}, "type": _type("integer"), "range": {"minimum": 0, "maximum": 10}},
    ("above",): {"type": _type("integer"), "range": {"exclusiveMinimum": 5}},
    ("big",): {"required": {}, "type": _type("integer", "null"), "range": INT64},
    ("kind",): {"required": {}, "type": _type("string", "null"), "enum": {"values": ["small", "large"]}},
    ("digit",): {"type": _type("integer"), "enum": {"values": [1, 2]}},
    ("note",): {"type": _type("string", "integer", "null")},
    ("day",): {"type": _type("string"), "format": {"format": "date"}},
    ("at",): {"type": _type("string", "null"), "format": {"format": "date-time"}},
    ("mail",): {"type": _type("string"), "format": {"format": "email"}, "length": {"maxLength": 40}},
    ("link",): {"type": _type("string"), "format": {"format": "uri"}},
    ("tags",): {"required": {}, "type": _type("array"), "count": {"minItems": 1, "maxItems": 3}},
    ("tags", "[]"): {"type": _type("string"), "enum": {"values": ["new", "sale"]}},
    ("lines",): {"required": {}, "type": _type("array")},
    ("lines", "[]"): {"type": _type("object")},
    ("lines", "[]", "sku"): {"required": {}, "type": _type("string")},
    ("lines", "[]", "price"): {"required": {}, "type": _type("number", "null"), "range": {"minimum": 0.5}},
    ("lines", "[]", "free"): {"type": _type("boolean")},
    ("state",): {"required": {}, "type": _type("object", "null")},
    ("state", "step"): {"required": {}, "type": _type("integer", "null")},
    ("state", "label"): {"required": {}, "type": _type("string")},
}
PROBLEM_BODY: dict[tuple[str, ...], Said] = {
    (): {"type": _type("object")},
    ("title",): {"required": {}, "type": _type("string")},
    ("status",): {"required": {}, "type": _type("integer")},
    ("code",): {"type": _type("string")},
}
CONDITIONS: dict[str, tuple[tuple[str, ...], list[str], list[Json], list[str], list[Json]]] = {
    "state.no-step-is-done": (("state",), ["step"], [None], ["label"], ["Done"]),
    "state.done-is-no-step": (("state",), ["label"], ["Done"], ["step"], [None]),
    "lines[].no-price-is-free": (("lines", "[]"), ["price"], [None], ["free"], [True]),
    "kind.large-has-level": ((), ["kind"], ["large"], ["level"], [8, 9, 10]),
    "kind.small-has-state": ((), ["kind"], ["small"], ["state", "step"], [1, 2, None]),
}
DRIFT = {"kind.small-has-state"}


def made(  # noqa: PLR0917  a table of rules reads best by position
    rule_id: str, kind: str, target: str, at: tuple[str, ...], says: dict[str, Json], answers: tuple[str, ...] = ()
) -> Rule:
    """A rule of the made-up shop, documented on its line 7."""
    level: Any = "drift" if rule_id in DRIFT else KINDS[kind].level
    return Rule(
        id=rule_id,
        kind=kind,
        target=target,
        at=at,
        says=says,
        level=level,
        answers=answers,
        summary=KINDS[kind].sentence(at, says),
        sources=(SOURCE,),
    )


def _body(body: dict[tuple[str, ...], Said], target: str, answers: tuple[str, ...]) -> list[Rule]:
    prefix = ("problem",) if target == "problem" else ()
    return [
        made(f"{dotted((*prefix, *at))}.{kind}", kind, target, at, says, answers)
        for at, said in body.items()
        for kind, says in said.items()
    ]


def _rules() -> list[Rule]:
    conditions = [
        made(
            rule_id,
            "condition",
            "success",
            at,
            {"when": {"path": when, "is": values}, "then": {"path": then, "is": wanted}},
            ("200",),
        )
        for rule_id, (at, when, values, then, wanted) in CONDITIONS.items()
    ]
    return [
        made("request.authorization", "authorization", "request", (), {"header": "X-Key", "scheme": ""}, ("200",)),
        made(
            "request.id", "parameter", "request", ("id",), {"in": "path", "required": True, "type": "string"},
            ("200",),
        ),
        made(
            "request.page", "parameter", "request", ("page",), {"in": "query", "required": False, "type": "integer"},
            ("200",),
        ),
        made(
            "request.unit", "parameter", "request", ("unit",), {"in": "query", "required": True, "type": "string"},
            ("200",),
        ),
        made(
            "request.X-Tenant", "parameter", "request", ("X-Tenant",),
            {"in": "header", "required": True, "type": "integer"}, ("200",),
        ),
        replace(made(
            "request.X-Tenant.range", "parameter-range", "request", ("X-Tenant",),
            {"in": "header", "minimum": 1, "maximum": 99}, ("200",),
        ), level="drift"),
        made("response.status", "status", "response", (), {}),
        made("response.media-type", "media-type", "response", (), {}),
        made("response.json", "json", "response", (), {}),
        made(
            "response.trace", "header", "response", (), {"name": "X-Trace", "pattern": "^[a-z]+-[0-9]+$"},
            ("200", "404"),
        ),
        made("response.retry-after", "header", "response", (), {"name": "Retry-After", "pattern": "^[0-9]+"}, ("429",)),
        *_body(BODY, "success", ("200",)),
        *_body(PROBLEM_BODY, "problem", ("401", "404", "429")),
        *conditions,
        made("id.echoes-request", "echo", "success", ("id",), {"expression": "$request.path.id"}, ("200",)),
        made("response.undocumented-field", "closed", "success", (), {}, ("200",)),
        made("problem.undocumented-field", "closed", "problem", (), {}, ("401", "404", "429")),
    ]  # fmt: skip


EXAMPLE: dict[str, Any] = {
    "id": "00000000-0000-4000-8000-000000000000",
    "code": "abc-123",
    "name": "Ann",
    "ratio": 0.5,
    "level": 9,
    "above": 6,
    "big": 12,
    "kind": "large",
    "digit": 1,
    "note": "n",
    "day": "2024-02-29",
    "at": "2024-03-08T10:00:00+00:00",
    "mail": "someone@example.com",
    "link": "https://example.com/",
    "tags": ["new"],
    "lines": [{"sku": "a", "price": 1.5, "free": False}, {"sku": "b", "price": None, "free": True}],
    "state": {"step": 2, "label": "2"},
}


def shop_draft(*, example: bool = True) -> Draft:
    """The promises of the made-up contract, with its example or without one."""
    bodies = ((SUCCESS, BODY), ("problem", PROBLEM_BODY))
    fields = tuple(
        Field(at=at, target=target, description=f"What {at[-1]} is.") for target, body in bodies for at in body if at
    )
    good = Answer(
        key="200", status=200, success=True, description="It.", media=("application/json",),
        bodies={"application/json": SUCCESS},
    )  # fmt: skip
    bad = tuple(
        Answer(
            key=str(status), status=status, success=False, description="An answer.", media=PROBLEM,
            bodies=dict.fromkeys(PROBLEM, "problem"), empty=status == 401,
        )
        for status in (401, 404, 429)
    )  # fmt: skip
    return Draft(
        slug="get-an-item",
        title="Get an item",
        method="GET",
        server="https://shop.example",
        path="/v1/items/{id}/view",
        page="shop.txt",
        rules=ordered(tuple(_rules()), fields),
        fields=fields,
        answers=(good, *bad),
        example=(EXAMPLE,) if example else (),
    )


def _reply_draft() -> Draft:
    name = PAGE.relative_to(ROOT).as_posix()
    page = read_page(PAGE.read_text(), name)
    draft = derive(page, matching(hands(name), page.server, page.method, page.path))
    other = PAGE.with_suffix(".yaml")
    (described,) = contracts_of(read(other.read_text(), other.relative_to(ROOT).as_posix()))
    return witnessed(draft, spoken(page), description(draft, described))


DRAFTS = {"reply": _reply_draft(), "shop": shop_draft(), "shop without example": shop_draft(example=False)}
"""What the pages promise, before it stands in a document."""


def rule_of(draft: Draft, rule_id: str) -> Rule:
    """The rule of a page that has this id."""
    return next(rule for rule in draft.rules if rule.id == rule_id)


def held(draft: Draft) -> Contract:
    """The contract in the document that a draft is written as."""
    document = document_of(openapi(draft), draft.page)
    return (*contracts_of(document), *webhooks_of(document))[0]


def shop(*, example: bool = True) -> Contract:
    """The made-up contract, with its example or without one."""
    return held(shop_draft(example=example))


SHOP = shop()
CONTRACTS = {"reply": REPLY, "shop": SHOP, "shop without example": shop(example=False)}


def answered(contract: Contract, body: Json, status: int = 200) -> Interaction:
    """The legal interaction of a status with another body."""
    return with_body(legal_interaction(contract, status), encoded(body))


def raw(contract: Contract, body: bytes, status: int = 200) -> Interaction:
    """The legal interaction of a status with these bytes as its body."""
    return with_body(legal_interaction(contract, status), body)


def without(draft: Draft, *rule_ids: str) -> Draft:
    """The draft without some of its rules."""
    return replace(draft, rules=tuple(rule for rule in draft.rules if rule.id not in rule_ids))


def described(schema: Any, *, version: str = "3.1.0", method: str = "get", **answer: Any) -> dict[str, Any]:
    """A document of one operation whose answer has this schema; `answer` adds to its media type."""
    media = {"application/json": {"schema": schema, **answer}}
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "paths": {"/things": {method: {"responses": {"200": {"description": "It.", "content": media}}}}},
    }


def contract_of(schema: Any, **more: Any) -> Contract:
    """The contract of `described`."""
    return contracts_of(document_of(described(schema, **more), "things.json"))[0]
