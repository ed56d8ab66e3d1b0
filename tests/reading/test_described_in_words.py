"""What the texts of an OpenAPI description promise beyond its schemas."""

from __future__ import annotations

from typing import Any

import pytest

import contracts
from contracts.model.contract import Contract
from contracts.model.interaction import Interaction, Request, Response
from contracts.rules.edits import encoded

STEP = {
    "type": "object",
    "properties": {"stepId": {"type": ["integer", "null"]}, "name": {"type": "string"}},
    "description": 'When nothing is left to do (e.g. at the end), `stepId` is `null` and `name` is `"Done"`.',
}


def described(**properties: Any) -> Contract:
    """A contract whose success body has these properties."""
    schema = {"type": "object", "properties": properties}
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}, "description": "Must be at least 1."}
    operation = {"responses": {"200": answer}, "parameters": [page]}
    return contracts.load({"openapi": "3.1.0", "paths": {"/things": {"get": operation}}})


def broken(contract: Contract, body: Any) -> set[str]:
    """The rules that an answer with this body violates."""
    answer = Response(status=200, headers=(("Content-Type", "application/json"),), body=encoded(body))
    asked = Interaction(request=Request(method="GET", url="https://a.example/things"), response=answer, origin="given")
    return {finding.rule for finding in contracts.judge(contract, asked).findings if finding.level == "violation"}


def test_a_sentence_about_null_is_a_rule() -> None:
    """It stands among the rules, documented, and an answer can break it; the schema alone says nothing of it."""
    contract = described(step=STEP)
    rule = contract.rule("step.no-step-is-done")
    assert [(source.kind, source.hand) for source in rule.sources] == [("documented", False)]
    assert broken(contract, {"step": {"stepId": None, "name": "Done"}}) == set()
    assert broken(contract, {"step": {"stepId": None, "name": "2"}}) == {"step.no-step-is-done"}
    bare = described(step=STEP | {"description": "Where it stands."})
    assert broken(bare, {"step": {"stepId": None, "name": "2"}}) == set()


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "description": "The owner, or null when nobody owns it."}, None, 1),
        ({"type": "string", "description": "One of: red, green, blue."}, "red", "pink"),
        ({"type": ["string", "null"], "description": "One of: red, green, blue."}, None, "pink"),
    ],
)
def test_what_words_say_of_a_value_counts(schema: Any, good: Any, bad: Any) -> None:
    """Null and closed lists of values."""
    contract = described(a=schema)
    assert broken(contract, {"a": good}) == set()
    assert broken(contract, {"a": bad}) != set()


def test_null_against_the_schema_is_a_conflict() -> None:
    """The sentence is followed, and that is told."""
    contract = described(a={"type": "string", "description": "Null when nobody owns it."})
    (conflict,) = contract.conflicts
    assert (conflict.field, conflict.decided) == ("a", "the description is followed: null is allowed")


def test_what_is_always_there_is_required() -> None:
    """By a field's own description, and by its parent's."""
    flags = {"type": ["object", "null"], "properties": {"old": {"type": "boolean"}, "new": {"type": "boolean"}}}
    flags["description"] = "Null when nothing came. Otherwise an object with old and new flags."
    contract = described(flags=flags, id={"type": "integer", "description": "Always present in the response."})
    assert broken(contract, {"flags": {"old": True}}) == {"flags.new.required", "id.required"}


@pytest.mark.parametrize("words", ["Refused. The response body is empty.", "Refused with no body."])
def test_an_answer_that_is_empty_by_its_words(words: str) -> None:
    """No body keeps it, and one of the described form; the contradiction is told."""
    content = {"application/json": {"schema": {"type": "object", "required": ["title"]}}}
    answers = {"200": {"description": "ok"}, "401": {"description": words, "content": content}}
    contract = contracts.load({"openapi": "3.1.0", "paths": {"/things": {"get": {"responses": answers}}}})

    def found(body: bytes) -> set[str]:
        answer = Response(status=401, headers=(("Content-Type", "application/json"),), body=body)
        request = Request(method="GET", url="https://a.example/things")
        judged = contracts.judge(contract, Interaction(request=request, response=answer, origin="given"))
        return {finding.rule for finding in judged.findings}

    assert (found(b""), found(b'{"title": 1}'), found(b"{}")) == (set(), set(), {"401.title.required"})
    assert [conflict.decided for conflict in contract.conflicts] == ["both keep it: an empty one, and one of that form"]


def test_samples_are_no_list_of_values() -> None:
    """What is introduced by "e.g." or "such as" closes nothing."""
    contract = described(a={"type": "string", "description": "A colour, such as red, green, blue."})
    assert broken(contract, {"a": "pink"}) == set()


def test_what_is_not_understood_is_listed() -> None:
    """With its field, of parameters and answers too; what promises nothing isn't."""
    contract = described(
        a={"type": "string", "description": "It must never be empty unless archived."},
        b={"type": "string", "description": "A colour."},
    )
    assert [(one.field, one.text) for one in contract.unaccounted] == [
        ("a", "It must never be empty unless archived."),
        ("page", "Must be at least 1."),
    ]
