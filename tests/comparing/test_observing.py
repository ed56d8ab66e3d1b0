"""What traffic shows by itself, and what it can't show because it never had the chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checking import Checker
from contracts.comparing.observing import (
    Observer,
    compare_observed,
    exercised,
    observed_types,
    unseen_branches,
    unseen_fields,
)
from contracts.model.contract import Contract
from contracts.model.drift import Observed
from contracts.model.finding import Judgement
from contracts.model.interaction import Interaction
from contracts.model.json import ITEM, Json
from contracts.rules.branches import branches
from contracts.rules.legal_exchanges import legal_interaction
from tests.comparing.tiny import ROWS, kinds
from tests.recorded import recorded
from tests.rules.synthetic import CASSETTES, EXAMPLE, REPLY, SHOP, answered, held, shop_draft


def observed(*bodies: Json) -> Observed:
    """What these success bodies show."""
    observer = Observer()
    for body in bodies:
        observer.see(body)
    return observer.observed()


def seen(contract: Contract, *many: Interaction) -> tuple[Judgement, Observed]:
    """These interactions held to a contract, and what they show."""
    observer = Observer()
    return Checker(contract).judge_all(many, observer.see), observer.observed()


def shop(**changes: Json) -> Interaction:
    """The shop's example with other values."""
    return answered(SHOP, {**EXAMPLE, **changes})


def test_places_are_counted_by_type() -> None:
    """Each place with how often it was of which type, and how often it could have been there."""
    found = observed({"a": [{"b": 1}, {"b": None}, 2.0], "c": True}, {"a": []}, None)
    assert found.answers == 3
    assert found.places == {
        (): {"object": 2, "null": 1},
        ("a",): {"array": 2},
        ("a", ITEM): {"object": 2, "integer": 1},
        ("a", ITEM, "b"): {"integer": 1, "null": 1},
        ("c",): {"boolean": 1},
    }
    assert found.parents == {("a",): 2, ("c",): 2, ("a", ITEM): 2, ("a", ITEM, "b"): 2}
    assert observed() == Observed()


bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(0, 1) | st.sampled_from(["", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "[]", "0"]), inner),
    max_leaves=8,
)


@given(st.lists(bodies, max_size=4), st.lists(bodies, max_size=4))
def test_traffic_differs_from_itself_by_nothing(some: list[Any], more: list[Any]) -> None:
    """The same bodies, in any order, are the same traffic; what is added shows nothing less than before."""
    assert compare_observed(observed(*some), observed(*reversed(some)), ROWS) == ()
    for change in compare_observed(observed(*some), observed(*some, *more), ROWS):
        assert change.kind in {"observed.field-added", "observed.type-added"}
    whole = observed(*some)
    assert sum(whole.places.get((), {}).values()) == whole.answers == len(some)


@pytest.mark.parametrize(("kind", "old", "new"), [
    ("observed.field-added", [{"a": [{"b": 1}]}], [{"a": [{"b": 1, "c": {"d": 1}}]}]),
    ("observed.field-added", [{"a": []}], [{"a": [{"b": 1}]}]),
    ("observed.type-added", [{"a": 1}], [{"a": 1}, {"a": 1.5}]),
    ("observed.type-added", [{"a": "x"}], [{"a": {"b": 1}}]),
    ("observed.type-added", [{"a": {"b": 1}}], [{"a": {"b": 1}}, {"a": None}]),
    ("observed.field-not-seen", [{"a": {"b": 1}}], [{}]),
    ("observed.field-not-seen", [{"a": {"b": 1}}], [{"a": {}}]),
    ("observed.field-not-seen", [{"a": [1]}], [{"a": []}]),
])  # fmt: skip
def test_one_cause_is_one_change(kind: str, old: list[Json], new: list[Json]) -> None:
    """What came or went with its parent is told with the parent."""
    (change,) = compare_observed(observed(*old), observed(*new), ROWS)
    assert (change.kind, change.severity, len(change.fingerprint)) == (kind, ROWS[kind].severity, 16)
    assert change.summary.endswith(".")


def test_what_differs_says_place_and_types() -> None:
    """Pointer with `*` for elements, the types of both sides, and what the words rest on."""
    old = observed({"a": [{"b/c": 1}], "gone": "x"}, {"a": [], "gone": None})
    new = observed({"a": [{"b/c": "1", "d": 1}, {"b/c": 2}]}, {"a": []})
    changes = compare_observed(old, new, ROWS)
    assert kinds(changes) == [
        "observed.type-added /a/*/b~1c",
        "observed.field-added /a/*/d",
        "observed.field-not-seen /gone",
    ]
    assert [(change.old, change.new) for change in changes] == [
        (["integer"], ["integer", "string"]),
        (None, ["integer"]),
        (["null", "string"], None),
    ]
    assert [change.summary for change in changes] == [
        "`a[].b/c` came as integer or string; before, as integer alone.",
        "`a[].d` came as integer, in 1 of 2; before, it never did.",
        "`gone` never came, in 2 that could hold it; before, it did as null or string.",
    ]


@pytest.mark.parametrize(("old", "new"), [
    ([], [{"a": 1}]),
    ([{"a": 1}], []),
    ([{"a": None}], [{"a": None}]),
    ([{"a": 1.5}], [{"a": 1}]),
    ([{"a": 1}, {}], [{}, {"a": 2}]),
])  # fmt: skip
def test_without_a_chance_nothing_is_said(old: list[Json], new: list[Json]) -> None:
    """A side without answers shows nothing, and an integer among numbers is no other type."""
    assert compare_observed(observed(*old), observed(*new), ROWS) == ()


def test_undocumented_fields_have_observed_types() -> None:
    """By a finding's pointer, elements by number or `*`; the most frequent type first."""
    found = observed({"a": [{"b": None}, {"b": 1}, {"b": 2}], "0": "x"}, {"a": {"0": True}})
    assert observed_types(found, "/a/1/b") == observed_types(found, "/a/*/b") == ("integer", "null")
    assert observed_types(found, "/0") == ("string",)
    assert observed_types(found, "/none") == ()


def test_documented_fields_that_never_came() -> None:
    """With the number of objects that could have held them; below such a field nothing is told again."""
    lean = {"code": "abc-123", "lines": [{"sku": "a"}, {"sku": "b"}], "state": None, "tags": []}
    found = {one.name: one.observations for one in unseen_fields(SHOP, observed(lean, lean))}
    assert found["name"] == found["day"] == 2
    assert found["lines[].price"] == 4
    assert found["tags[]"] == 2
    assert found["state.step"] == 0
    assert not found.keys() & {"code", "lines", "lines[]", "lines[].sku", "state"}
    assert unseen_fields(SHOP, observed()) == ()
    assert not [name for name in found if name.startswith("problem")]


def test_recordings_of_every_answer_leave_out_nothing() -> None:
    """The committed recordings show every documented field."""
    assert unseen_fields(REPLY, seen(REPLY, *recorded(CASSETTES))[1]) == ()


def test_branches_never_taken_say_what_that_rests_on() -> None:
    """The answers, places or objects that could have taken each; of failures, the problem answers."""
    lean = {name: value for name, value in EXAMPLE.items() if name not in {"day", "note"}}
    many = [shop(), shop(), answered(SHOP, lean), legal_interaction(SHOP, 404)]
    judged, shown = seen(SHOP, *many)
    found = {one.name: one.observations for one in unseen_branches(SHOP, branches(SHOP), judged, shown)}
    assert found["status=401"] == 4
    assert found["kind=null"] == found["kind=small"] == found["kind.small"] == 3
    assert found["note=null"] == 2
    assert found["above=absent"] == 3
    assert found["state.no-step"] == 3
    (code,) = found.keys() & {"problem.code=absent", "problem.code=present"}
    assert found[code] == 1
    assert not found.keys() & {"status=200", "status=404", "day=present", "day=absent", "kind=large"}
    everything = unseen_branches(SHOP, branches(SHOP), *seen(SHOP))
    assert {one.observations for one in everything} == {0}
    assert len(everything) == len(branches(SHOP))


def test_rules_are_exercised_by_what_could_break_them() -> None:
    """Triggers, fitting values, parents, answers and successes count; a null doesn't exercise what it can't break."""
    many = [shop(), shop(name=None, kind=None, state=None, note=5), legal_interaction(SHOP, 404)]
    counts = exercised(SHOP, *seen(SHOP, *many))
    assert counts.keys() == {rule.id for rule in SHOP.rules}
    expected = {
        "request.authorization": 2, "request.id": 2, "response.status": 3, "response.json": 3,
        "response.trace": 3, "response.retry-after": 0, "response.undocumented-field": 2,
        "name.required": 2, "name.type": 2, "name.length": 1, "kind.enum": 1, "kind.large-has-level": 1,
        "kind.small-has-state": 0, "state.step.required": 1, "state.step.type": 1, "lines[].price.range": 2,
        "lines[].price.type": 4, "lines[].sku.required": 4, "tags.count": 2, "id.echoes-request": 2,
        "state.no-step-is-done": 0, "problem.title.required": 1, "problem.title.type": 1,
        "problem.undocumented-field": 1,
    }  # fmt: skip
    assert {name: counts[name] for name in expected} == expected
    assert set(exercised(SHOP, *seen(SHOP)).values()) == {0}


def test_optional_fields_of_problems_count_where_they_came() -> None:
    """A problem without `code` doesn't exercise what `code` promises."""
    bare: Json = {"title": "t", "status": 404}
    coded: Json = {"title": "t", "status": 404, "code": "c"}
    counts = exercised(SHOP, *seen(SHOP, answered(SHOP, bare, 404), answered(SHOP, coded, 404)))
    assert (counts["problem.title.type"], counts["problem.code.type"]) == (2, 1)


def test_a_shared_trigger_counts_once_for_each_rule() -> None:
    """Two conditions on one trigger: each was exercised as often as the trigger came."""
    known = SHOP.rule("kind.large-has-level")
    twin = replace(known, id="kind.large-has-more", says=known.says | {"then": {"path": ["digit"], "is": [1]}})
    draft = shop_draft()
    contract = held(replace(draft, rules=(*draft.rules, twin)))
    counts = exercised(contract, *seen(contract, *[shop()] * 3))
    assert (counts[known.id], counts[twin.id]) == (3, 3)
