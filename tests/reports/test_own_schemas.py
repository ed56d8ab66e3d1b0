"""The JSON outputs are of the shapes that `schemas/own/` describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.model.accepted import Accepted
from contracts.model.drift import Drift
from contracts.model.report import Report
from contracts.model.run import Proof, Run
from contracts.reports import rendered
from tests.reports.conftest import compared, entry, gate_of, gated, verified
from tests.reports.own_schemas import OWN, SHAPES, text


def schema(name: str) -> Any:
    """The schema of one command's output."""
    return json.loads((OWN / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_they_are_those_of_the_types() -> None:
    """What is committed is what the types say."""
    for command in SHAPES:
        assert (OWN / f"{command}.schema.json").read_text(encoding="utf-8") == text(command), "make schemas"


def wrong(name: str, document: Any) -> list[str]:
    """Where a document isn't of its schema."""
    validator = Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_each_result_is_as_described(result: Report) -> None:
    """What each command prints, broken and with something accepted where that can be."""
    assert wrong(result.command, json.loads(rendered("json", result))) == []


def test_hostile_text_changes_no_shape(poison: Report) -> None:
    """Nor do texts from outside."""
    document = json.loads(rendered("json", poison))
    assert wrong(poison.command, document) == []


def test_little_is_as_described(drift: Drift, proofs: tuple[Proof, ...], poisoned: Run) -> None:
    """Results with next to nothing in them, a proof, and everything accepted that can be."""
    accepted = Accepted(entries=(entry(), entry(rule="field.removed", pointer="/email")))
    little: tuple[Report, ...] = (verified(), verified(replace(poisoned, proofs=proofs)), gated(gate_of()))
    for result in (*little, compared(Drift(old="a", new="b"))):
        assert wrong(result.command, json.loads(rendered("json", result))) == []
    assert wrong("drift", json.loads(rendered("json", compared(replace(drift, accepted=accepted))))) == []


def objects(value: Any) -> Iterator[tuple[Any, str]]:
    """Every object of a document, and the key to put into it."""
    if isinstance(value, dict):
        yield value, "surprise"
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(part)


def test_the_schemas_say_something(result: Report) -> None:
    """An unknown key, and a missing one, is wrong in nearly every object: all but those whose keys are names."""
    document = json.loads(rendered("json", result))
    free = 0
    for one, key in list(objects(document)):
        one[key] = object
        free += not wrong(result.command, document)
        del one[key]
    assert free <= 2
    for key in list(document):
        assert wrong(result.command, {name: part for name, part in document.items() if name != key})


@pytest.mark.parametrize("name", SHAPES)
def test_every_schema_is_one(name: str) -> None:
    """Valid by its own meta-schema, with a title and a description, and closed wherever it names properties."""
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["title"]
    assert document["description"]
    for one, _ in objects(document):
        if "properties" in one and one.get("type") == "object":
            assert one["additionalProperties"] is False
