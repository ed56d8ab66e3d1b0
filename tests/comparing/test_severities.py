"""The severity table: every kind of change has a row, every row is shown by its own tests."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from contracts.commands.derive_sources import written
from contracts.comparing.observing import compare_observed, newly_broken
from contracts.comparing.severities import severities
from contracts.comparing.wording import blocks, wording_changes
from contracts.errors import Unusable
from contracts.model.drift import SEVERITIES, Change, Observed
from contracts.model.finding import Finding, Judgement, recurring
from contracts.model.json import Path
from contracts.model.page import Entry, Page
from contracts.reading.hand import Hand
from contracts.reading.page.sentence_splitting import sentences
from contracts.reading.page_draft import derive
from contracts.rules.json_types import json_type
from tests.comparing.tiny import ROWS, TABLE, compared, tiny
from tests.rules.synthetic import ROOT

CASES = [(kind, number) for kind, row in ROWS.items() for number in range(len(row.tests))]


def told(old: dict[str, Any] | None, new: dict[str, Any] | None) -> tuple[Change, ...]:
    """The changes between both forms of a row's test: of contracts, of a page's wording, of traffic."""
    if old and new and "says" in old:
        page = described(new["says"])
        return wording_changes(blocks(described(old["says"])), page, written(derive(page, Hand())).contract, ROWS)
    if old and new and "seen" in old:
        return compare_observed(observed(old["seen"]), observed(new["seen"]), ROWS)
    if old and new and "broken" in old:
        return newly_broken(judged(old["broken"]), judged(new["broken"]), ROWS)
    one, other = (tiny(side) if side is not None else None for side in (old, new))
    return compared(one, other)


def judged(rules: list[str]) -> Judgement:
    """Traffic that breaks these rules."""
    one = Finding(
        rule="",
        level="violation",
        fingerprint="",
        promised=(),
        pointer="/a",
        expected="x",
        seen="5",
        summary="",
        origin="",
    )
    return Judgement(met=recurring(replace(one, rule=rule) for rule in rules))


def described(text: str) -> Page:
    """A page whose one field has this description."""
    entry = Entry(
        name="a", section="response", types=("string",), sentences=sentences([(7, text)], "a"), description=text
    )
    return Page(
        name="page.txt", method="GET", server="https://a.example", path="/a", title="Get an a", entries=(entry,)
    )


def observed(answers: list[dict[str, Any]]) -> Observed:
    """What answers with flat objects show."""
    places: dict[Path, dict[str, int]] = {(): {"object": len(answers)}}
    for answer in answers:
        for name, value in answer.items():
            places.setdefault((name,), Counter())[json_type(value)] += 1
    return Observed(answers=len(answers), places=places, parents={at: len(answers) for at in places if at})


@pytest.mark.parametrize(("kind", "number"), CASES, ids=[f"{kind}-{number}" for kind, number in CASES])
def test_each_pair_of_a_row_is_that_change_and_no_other(kind: str, number: int) -> None:
    """The tiny contracts of a row differ by one change, of its kind and severity; compared with itself, by none."""
    sides: dict[str, Any] = dict(ROWS[kind].tests[number])
    old, new = (sides.get(side) for side in ("old", "new"))
    (change,) = told(old, new)
    assert (change.kind, change.severity) == (kind, ROWS[kind].severity)
    assert change.summary
    assert "\n" not in change.summary
    assert {cited.side for cited in change.sources} <= {"old", "new"}
    assert len(change.fingerprint) == 16
    for side in (old, new):
        assert side is None or told(side, side) == ()


def test_every_row_is_complete() -> None:
    """A row has a known severity, a reason in one sentence, and at least one pair."""
    for kind, row in ROWS.items():
        assert row.severity in SEVERITIES, kind
        assert row.reason.endswith("."), kind
        assert "\n" not in row.reason
        assert row.tests, kind


def test_the_code_and_the_table_know_the_same_kinds() -> None:
    """No change can be told that has no row; a row that no code names would be refused by its own tests."""
    made = set()
    for path in sorted((ROOT / "contracts" / "comparing").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                head, dot, tail = node.value.partition(".")
                groups = {kind.split(".")[0] for kind in ROWS}
                if dot and head in groups and tail and tail.replace("-", "").isalpha():
                    made.add(node.value)
    assert made == set(ROWS)


def test_a_project_sets_severities_of_its_own() -> None:
    """An override counts in place of the row's severity, and the reason stays."""
    rows = severities(TABLE, {"field.added": "breaking"})
    assert rows["field.added"].severity == "breaking"
    assert rows["field.added"].reason == ROWS["field.added"].reason
    assert rows["field.removed"] == ROWS["field.removed"]


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [({"field.gone": "none"}, "'field.gone' is no kind"), ({"field.added": "fatal"}, "not 'fatal'")],
)
def test_an_override_that_means_nothing_is_refused(overrides: dict[str, Any], problem: str) -> None:
    """One line says what is wrong: no such kind, or no such severity."""
    with pytest.raises(Unusable, match=problem) as caught:
        severities(TABLE, overrides)
    assert "\n" not in str(caught.value)
