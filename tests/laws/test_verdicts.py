"""The law of verdicts: a body is kept where the validators of JSON Schema keep it, and each error has one home."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import contracts
from contracts.checking.explainer import explain
from contracts.commands.documents import read_document
from contracts.model.contract import Contract
from contracts.model.document import reached
from contracts.model.interaction import Interaction, Request, Response
from contracts.reading.openapi import contracts_of
from contracts.rules.instance import replaced
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.listing import listing_of
from contracts.rules.texts import FORMATS, has_format
from contracts.rules.validators import Undecided
from tests.rules.synthetic import CONTRACTS, ROOT, contract_of, described

SHARED = ROOT.parent / "shared" / "specs"
SUITE = SHARED / "json-schema-test-suite" / "draft2020-12"

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 5, 1.5, 2.0, 10**20, "", "a", "ab", "abc", "2024-02-30", "2024-02-29", "x@y.z", [],
    [1], [1, 1], ["a", 2], [[]], [{}], {}, {"a": 1}, {"b": "x"}, {"a": "abc", "b": None}, {"a": {"a": 1}}, {"c": []},
    {"a": 5, "b": 5, "c": 5}, {"a": [1, "a", None]}, {"a": {"b": {"c": False}}},
)  # fmt: skip
NAMES = ("a", "b", "c")


class Schemas:
    """Draws small schemas of every keyword, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  the same schemas each time

    def schema(self, depth: int = 3) -> Any:
        """A schema of at most this depth."""
        pick = self.random
        if pick.random() < 0.06:
            return pick.random() < 0.5
        made: dict[str, Any] = {}
        for _ in range(pick.randint(1, 3)):
            made |= self.keyword(depth)
        return made

    def keyword(self, depth: int) -> dict[str, Any]:
        """One keyword, or two that belong together."""
        pick, deep = self.random, depth > 0

        def below() -> Any:
            return self.schema(depth - 1)

        plain: list[Any] = [
            lambda: {"type": pick.choice(["string", "integer", "number", "object", "array", "null", "boolean"])},
            lambda: {"type": pick.sample(["string", "integer", "object", "null", "array"], 2)},
            lambda: {"enum": pick.sample(VALUES, 3)},
            lambda: {"const": pick.choice(VALUES)},
            lambda: {"minimum": pick.randint(-1, 5)},
            lambda: {"exclusiveMaximum": pick.randint(0, 6)},
            lambda: {"multipleOf": pick.choice([1, 2, 0.5])},
            lambda: {"minLength": pick.randint(0, 3)},
            lambda: {"maxLength": pick.randint(0, 3)},
            lambda: {"pattern": pick.choice(["^a", "b$", "[0-9]+", "^.{2}$"])},
            lambda: {"format": pick.choice([*sorted(FORMATS), "unheard-of"])},
            lambda: {"required": pick.sample(NAMES, pick.randint(1, 2))},
            lambda: {"minItems": pick.randint(0, 2)},
            lambda: {"maxItems": pick.randint(0, 2)},
            lambda: {"uniqueItems": True},
            lambda: {"minProperties": pick.randint(0, 2)},
            lambda: {"maxProperties": pick.randint(0, 2)},
            lambda: {"dependentRequired": {"a": ["b"]}},
        ]
        inner: list[Any] = [
            lambda: {"properties": {name: below() for name in pick.sample(NAMES, 2)}},
            lambda: {"properties": {name: below() for name in NAMES}},
            lambda: {"patternProperties": {pick.choice(["^a", "[bc]"]): below()}},
            lambda: {"properties": {"a": below()}, "additionalProperties": pick.choice([False, below()])},
            lambda: {"properties": {"a": below()}, "unevaluatedProperties": pick.choice([False, below()])},
            lambda: {"items": below()},
            lambda: {"prefixItems": [below(), below()], "items": pick.choice([False, True, below()])},
            lambda: {"prefixItems": [below()], "unevaluatedItems": False},
            lambda: {"contains": below(), "minContains": pick.randint(0, 2)},
            lambda: {"propertyNames": below()},
            lambda: {"allOf": [below(), below()]},
            lambda: {"anyOf": [below(), below()]},
            lambda: {"oneOf": [below(), below(), below()]},
            lambda: {"oneOf": [below(), {"type": "null"}]},
            lambda: {"not": below()},
            lambda: {"if": below(), "then": below(), "else": below()},
            lambda: {"dependentSchemas": {"a": below()}},
            lambda: {"$ref": "#/components/schemas/" + pick.choice(["One", "Two"])},
        ]
        return pick.choice(inner if deep and pick.random() < 0.6 else plain)()  # type: ignore[no-any-return]


def _answer(contract: Contract, body: Any) -> Interaction:
    raw = json.dumps(body).encode()
    answer = Response(status=200, headers=(("Content-Type", "application/json"),), body=raw)
    request = Request(method="GET", url=contract.server + contract.path)
    return Interaction(request=request, response=answer, origin="live")


def kept(contract: Contract, body: Any) -> bool:
    """Whether judging finds no violation in an answer with this body; never two of a rule at one pointer."""
    findings = contracts.judge(contract, _answer(contract, body)).findings
    assert len({(finding.rule, finding.pointer) for finding in findings}) == len(findings)
    assert not any(finding.rule.startswith("internal.") for finding in findings)
    return not any(finding.level == "violation" for finding in findings)


def _drawn(seed: int) -> tuple[dict[str, Any], Contract]:
    schemas = Schemas(seed)
    document = described(schemas.schema())
    document["components"] = {"schemas": {"One": schemas.schema(2), "Two": schemas.schema(1)}}
    return document, contracts.load(document)


CHECKER = jsonschema.FormatChecker(formats=())
for _name in FORMATS:
    CHECKER.checks(_name)(lambda value, name=_name: has_format(name, value))


@pytest.mark.parametrize("part", range(4))
def test_a_verdict_is_that_of_jsonschema(part: int) -> None:
    """Drawn schemas of every keyword, references among them: each body is kept exactly where jsonschema keeps it."""
    seen = {True: 0, False: 0}
    for seed in range(part * 60, part * 60 + 60):
        document, contract = _drawn(seed)
        schema = document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {"allOf": [schema], "components": document["components"]}
        oracle = jsonschema.Draft202012Validator(whole, format_checker=CHECKER)
        for body in VALUES:
            try:
                expected = oracle.is_valid(body)
            except RecursionError:
                continue
            assert kept(contract, body) is expected, (seed, body)
            seen[expected] += 1
    assert min(seen.values()) > 100


# One home


def _mutated(body: Any, pick: random.Random) -> Any:
    """The body with one to four of its values changed or taken away."""
    for _ in range(pick.randint(1, 4)):
        places = [*_places(body, ())]
        steps = pick.choice(places)
        if steps and isinstance(steps[-1], str) and pick.random() < 0.25:
            holder = dict(reached(body, steps[:-1]))
            del holder[steps[-1]]
            body = replaced(body, steps[:-1], holder)
        elif pick.random() < 0.15 and isinstance(reached(body, steps), dict):
            body = replaced(body, (*steps, "undocumented"), 1)
        else:
            body = replaced(body, steps, pick.choice(VALUES))
    return body


def _places(value: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    yield steps
    for step, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from _places(inner, (*steps, step))


def errors_have_one_home(contract: Contract, seed: int, rounds: int) -> int:
    """Holds broken bodies of a contract to the law, and counts them."""
    listing, count = listing_of(contract), 0
    pick = random.Random(seed)  # noqa: S311  the same bodies each time
    listed = {rule.id for rule in contract.rules}
    for name in contract.bodies:
        try:
            base = contract.index.base(name)
        except NoAnswer:
            continue
        for _ in range(rounds):
            value = _mutated(base, pick)
            try:
                fast = explain(contract, name, value, made=True)
                exact = explain(contract, name, value)
            except Undecided:
                continue
            count += bool(fast)
            found = {(one.rule.id, one.pointer) for one in fast}
            assert found == {(one.rule.id, one.pointer) for one in exact}, (contract.operation, name, value)
            assert len(found) == len(fast) == len(exact)
            if len(listing.places[name]) < 2_000:
                assert {rule for rule, _ in found} <= listed, (contract.operation, name, value)
            assert all(one.rule.sources for one in fast)
    return count


def test_every_error_of_either_validator_has_one_home() -> None:
    """In our own contracts and in drawn ones: both validators' errors lead to the same listed rules, each once."""
    total = sum(errors_have_one_home(contract, 1, 60) for contract in CONTRACTS.values())
    total += sum(errors_have_one_home(_drawn(seed)[1], seed, 8) for seed in range(80))
    assert total > 300


def _public() -> list[Path]:
    return sorted([*(SHARED / "public").glob("*.json"), *(SHARED / "public").glob("*.yaml")])


@pytest.mark.parametrize("path", _public(), ids=lambda path: path.name)
def test_every_error_in_a_vendors_description_has_one_home(path: Path) -> None:
    """A few operations of each real description, drawn by a fixed seed."""
    if "swagger2" in path.name or path.stat().st_size > 1_500_000:
        pytest.skip("too large for a quick look, or of another kind")
    found = contracts_of(read_document(path))
    pick = random.Random(path.name)  # noqa: S311  the same operations each time
    for number, contract in enumerate(pick.sample(found, min(5, len(found)))):
        errors_have_one_home(contract, number, 6)


# The JSON Schema Test Suite

_OUTSIDE = {"refRemote", "vocabulary", "dynamicRef", "content", "format"}
_FORMATS = ("date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid")


def _suite(path: Path) -> tuple[int, list[str]]:
    """How many cases of a file there are, and those that are judged wrongly."""
    count, wrong = 0, []
    for group in json.loads(path.read_text()):
        schema = group["schema"]
        if isinstance(schema, dict):
            schema = {"$id": f"urn:suite:{path.stem}"} | schema
        contract = contract_of(schema)
        for case in group["tests"]:
            count += 1
            if kept(contract, case["data"]) is not case["valid"]:
                wrong.append(f"{path.name}: {group['description']}: {case['description']}")
    return count, wrong


@pytest.mark.skipif(not SUITE.is_dir(), reason="the JSON Schema Test Suite isn't beside the project")
def test_the_json_schema_test_suite_is_kept() -> None:
    """99 % of its core, what depends on other servers or vocabularies aside."""
    done = [_suite(path) for path in sorted(SUITE.glob("*.json")) if path.stem not in _OUTSIDE]
    wrong = [line for _, lines in done for line in lines]
    assert sum(count for count, _ in done) > 1_000
    assert len(wrong) <= 0.01 * sum(count for count, _ in done), wrong


@pytest.mark.skipif(not SUITE.is_dir(), reason="the JSON Schema Test Suite isn't beside the project")
@pytest.mark.parametrize("form", _FORMATS)
def test_its_formats_are_kept(form: str) -> None:
    """Every case of every format that is asserted."""
    count, wrong = _suite(SUITE / "optional" / "format" / f"{form}.json")
    assert count
    assert wrong == []
