"""The comparison of two contracts: its laws, one root cause an entry, renames, and what is never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.comparing.counterparts import pair
from contracts.model.contract import Contract
from contracts.model.drift import SEVERITIES
from tests.comparing.tiny import compared, kinds, tiny, written_at

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}

VALUES: st.SearchStrategy[dict[str, Any]] = st.sampled_from([
    TEXT,
    WHOLE,
    {"type": "number", "minimum": 0},
    {"type": ["string", "null"]},
    {"type": "string", "enum": ["a_b", "c"]},
    {"type": "string", "enum": ["aB", "c", "d"]},
    {"type": "string", "format": "date", "maxLength": 10},
    {"type": "string", "pattern": "^a"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "properties": {"x": TEXT, "y": WHOLE}},
    {},
])  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(["id", "name", "fullName", "full_name", "state", "step"]), VALUES, min_size=1)
SIDES = st.builds(lambda body, count: {"body": body, "required": list(body)[:count]}, BODIES, st.integers(0, 3))


def both(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Kind and pointer of each change between two bodies, given by their properties."""
    return kinds(compared(tiny({"body": old}), tiny({"body": new})))


def promises(contract: Contract) -> set[str]:
    """What a contract promises of its body, in any order, as far as it is compared."""
    found = {str(field.at) for field in contract.fields}
    for rule in contract.about("success"):
        lists = {key: sorted(map(str, item)) if isinstance(item, list) else item for key, item in rule.says.items()}
        found.add(f"{rule.kind} {rule.at} {sorted(lists.items())}")
    return found


@given(SIDES)
def test_nothing_differs_from_itself(side: dict[str, Any]) -> None:
    """A contract compared with itself has no change, in whatever order its fields stand."""
    turned = side | {"body": dict(reversed(side["body"].items()))}
    assert compared(tiny(side), tiny(side)) == ()
    assert compared(tiny(side), tiny(turned)) == ()


@given(SIDES, SIDES)
def test_no_change_means_the_same_promises(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Where nothing is reported, both sides promise the same; where they don't, something is."""
    old, new = tiny(one), tiny(other)
    assert (compared(old, new) == ()) == (promises(old) == promises(new))


@given(SIDES, SIDES)
def test_changes_are_told_once_and_in_order(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The gravest come first, no place has two entries of a kind, and the order of fields changes nothing."""
    changes = compared(tiny(one), tiny(other))
    grades = [SEVERITIES.index(change.severity) for change in changes]
    assert grades == sorted(grades)
    assert len({change.fingerprint for change in changes}) == len(changes)
    turned = compared(tiny(one), tiny(other | {"body": dict(reversed(other["body"].items()))}))
    assert sorted(change.fingerprint for change in turned) == sorted(change.fingerprint for change in changes)


@given(SIDES, VALUES)
def test_a_new_field_is_additive_and_breaking_the_other_way(side: dict[str, Any], value: dict[str, Any]) -> None:
    """Whatever a field holds: that it came is one additive entry, that it went one breaking entry."""
    old, new = tiny(side), tiny(side | {"body": side["body"] | {"zebra": value}})
    (came,), (went,) = compared(old, new), compared(new, old)
    assert (came.severity, came.kind, came.pointer) == ("additive", "field.added", "/zebra")
    assert (went.severity, went.kind, went.pointer) == ("breaking", "field.removed", "/zebra")


NESTED = {"type": "object", "properties": {"stepId": WHOLE, "note": TEXT}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": WHOLE}, {"a": NESTED}, ["field.type /a"]),
        ({"a": NESTED}, {"a": WHOLE}, ["field.type /a"]),
        ({"a": NESTED}, {}, ["field.removed /a"]),
        ({"step": NESTED}, {"currentStep": NESTED}, ["field.renamed /step"]),
        (
            {"step": NESTED},
            {"currentStep": NESTED | {"properties": {"step_id": WHOLE}}},
            ["field.renamed /step", "field.renamed /step/stepId", "field.removed /step/note"],
        ),
        (
            {"a": {"type": "string", "enum": ["x"]}},
            {"a": {"type": ["integer", "null"], "enum": [1]}},
            ["field.type /a"],
        ),
        (
            {"a": {"type": "string", "enum": ["in_progress", "x"]}},
            {"a": {"type": "string", "enum": ["InProgress", "y"]}},
            ["enum.case /a", "enum.value-added /a", "enum.value-removed /a"],
        ),
        ({"a": {"type": "string", "enum": ["x", "y"]}}, {"a": {"type": "string", "enum": ["y", "x"]}}, []),
        ({"a": {"type": "integer", "enum": [1, 2]}}, {"a": {"type": "integer", "enum": [1.0, 2]}}, []),
        ({"a": {"type": "integer", "exclusiveMinimum": 0}}, {"a": {"type": "integer", "minimum": 1}}, []),
        (
            {"a": {"type": "array", "items": NESTED}},
            {"a": {"type": "array", "items": {"type": "object", "properties": {"stepId": TEXT}}}},
            ["field.type /a/*/stepId", "field.removed /a/*/note"],
        ),
        ({"a/b~": TEXT}, {"a/b~": WHOLE}, ["field.type /a~1b~0"]),
        ({"a": WHOLE}, {"a": {"type": ["integer", "string"]}}, ["field.type /a"]),
        (
            {"a": {"type": ["integer", "string"]}},
            {"a": {"type": ["string", "null"]}},
            ["field.nullable /a", "field.type-narrowed /a"],
        ),
    ],
)  # fmt: skip
def test_one_root_cause_is_one_entry(old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    """What follows from a change is not told again: neither children nor rules of what went, came or became another."""
    keep = {"keep": TEXT}
    assert both(keep | old, keep | new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"status": TEXT}, {"statusInSequence": TEXT}, "status statusInSequence"),
        ({"contact_id": WHOLE}, {"contactId": WHOLE}, "contact_id contactId"),
        ({"HTTPStatus": WHOLE}, {"http_status": WHOLE}, "HTTPStatus http_status"),
        ({"status": TEXT}, {"statusInSequence": WHOLE}, ""),
        ({"status": TEXT}, {"state": TEXT}, ""),
        ({"status": TEXT}, {"statusA": TEXT, "statusB": TEXT}, ""),
        ({"statusA": TEXT, "statusB": TEXT}, {"status": TEXT}, ""),
        ({"status": TEXT | {"format": "date"}}, {"statusDate": TEXT}, ""),
        ({"status": TEXT | {"enum": ["a"]}}, {"statusNow": TEXT | {"enum": ["A"]}}, "status statusNow"),
        ({"status": TEXT | {"enum": ["a"]}}, {"statusNow": TEXT | {"enum": ["b"]}}, ""),
        ({"status": {}}, {"statusNow": {}}, ""),
        ({"über": TEXT}, {"Über": TEXT}, "über Über"),
    ],
)
def test_a_rename_is_paired_where_it_is_evident(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    """Same words or all of one's words in the other, the same shape, and nothing else that fits; else gone and new."""
    changes = compared(tiny({"body": {"keep": WHOLE} | old}), tiny({"body": {"keep": WHOLE} | new}))
    paired = [f"{change.old} {change.new}" for change in changes if change.kind == "field.renamed"]
    assert paired == ([expected] if expected else [])
    if not expected:
        assert {change.kind for change in changes} == {"field.removed", "field.added"}


def test_what_only_an_example_shows_is_not_called_renamed() -> None:
    """An example that shows another name tells neither that the old one is gone nor that the new one replaces it."""
    old = tiny({"body": {"status": TEXT}, "shown": ["status"]})
    new = tiny({"body": {"statusNow": TEXT}, "shown": ["statusNow"]})
    assert kinds(compared(old, new)) == ["field.no-longer-shown /status", "field.added /statusNow"]


def test_a_condition_follows_its_fields() -> None:
    """A condition that is the same under the new names and the new spelling of a value is no change."""
    names = {"a": {"type": ["string", "null"]}, "state": {"type": "string", "enum": ["in_progress", "x"]}}
    new = {"a": names["a"], "stateNow": {"type": "string", "enum": ["InProgress", "x"]}}
    old_side = {"body": names, "condition": ["a", "state", "in_progress"]}
    assert kinds(compared(tiny(old_side), tiny({"body": new, "condition": ["a", "stateNow", "InProgress"]}))) == [
        "field.renamed /state",
        "enum.case /state",
    ]
    assert kinds(compared(tiny(old_side), tiny({"body": {"a": names["a"]}}))) == ["field.removed /state"]
    nulled = {"a": TEXT, "state": names["state"]}
    assert kinds(compared(tiny({"body": nulled}), tiny(old_side))) == ["field.nullable /a"]


def test_an_unread_sentence_is_told_once() -> None:
    """A sentence beside a lost condition is its reason, and one of a new field is part of the news."""
    inner = {"null": {"type": ["string", "null"]}, "b": TEXT}
    when = {"properties": {"null": {"type": "null"}}, "required": ["null"]}
    stated = {"allOf": [{"if": when, "then": {"properties": {"b": {"const": "x"}}}}]}
    bare, lost = ({"a": {"type": "object", "properties": inner} | more} for more in ({}, stated))
    silent = tiny({"body": bare, "unaccounted": "Only ever x."})
    (change,) = compared(tiny({"body": bare}), silent)
    assert (change.kind, change.pointer, change.new) == ("sentence.unaccounted", "/a", ["Only ever x."])
    assert [(one.side, one.source.line) for one in change.sources] == [("new", 3)]
    assert kinds(compared(tiny({"body": lost}), silent)) == ["condition.removed /a/null"]
    assert kinds(
        compared(tiny({"body": {"k": TEXT}}), tiny({"body": {"k": TEXT} | bare, "unaccounted": "Only x."}))
    ) == ["field.added /a"]
    somewhere = replace(silent, sentences=(replace(silent.unaccounted[0], field=""),))
    assert kinds(compared(tiny({"body": bare}), somewhere)) == ["sentence.unaccounted #operation"]


def test_names_in_a_path_are_nobodys_business() -> None:
    """The template's parameters may be called otherwise, echoes with them; their types count."""
    where = {"name": "contact_id", "in": "path", "required": True, "schema": WHOLE}
    old = {"path": "/c/{contact_id}", "body": {"id": TEXT | {"x-echoes": "$request.path.contact_id"}}}
    new = {"path": "/c/{contactId}", "body": {"id": TEXT | {"x-echoes": "$request.path.contactId"}}}
    assert kinds(compared(tiny(old), tiny(new))) == []
    assert kinds(compared(tiny(old | {"parameters": [where]}), tiny(new))) == ["parameter.type #parameter/contact_id"]
    assert kinds(compared(tiny(new), tiny({"path": "/c", "body": {"id": TEXT}}))) == [
        "operation.moved #operation",
        "echo.changed /id",
    ]


KEY = {"name": "id", "in": "query", "schema": TEXT}


@pytest.mark.parametrize(("old", "new", "expected"), [
    ({"parameters": [KEY]}, {"path": "/things/{id}"}, ["operation.moved #operation"]),
    (
        {"path": "/things/{id}"},
        {"parameters": [KEY]},
        ["operation.moved #operation", "parameter.renamed #parameter/id"],
    ),
    ({"media": ["application/json"]}, {"media": ["Application/JSON; charset=utf-8"]}, []),
    ({}, {"success": 204, "body": {}}, ["status.success #status/200"]),
    ({"success": 204, "body": {}}, {}, ["status.success #status/204"]),
    ({}, {"statuses": [404], "problem": {"title": TEXT}}, ["status.added #status/404"]),
    ({"statuses": [404], "problem": {"title": TEXT}}, {}, ["status.removed #status/404"]),
    (
        {"body": {"a": {}}, "required": ["a"]},
        {"body": {"a": TEXT}},
        ["presence.no-longer-promised /a", "field.documented /a"],
    ),
    ({"body": {"a": {"const": 5}}}, {"body": {"a": WHOLE}}, ["enum.removed /a"]),
    ({"body": {"a": {"enum": [1]}}}, {"body": {"a": {"enum": ["x", 1]}}}, ["enum.value-added /a"]),
    ({"body": {"a": {"enum": [1]}}}, {"body": {"a": TEXT}}, ["field.type /a"]),
    ({"body": {"a": {"pattern": "^a"}}}, {"body": {"a": TEXT}}, ["limits.widened /a", "field.documented /a"]),
])  # fmt: skip
def test_the_rest_of_a_contract_is_told_once(old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    """A place in the request, a status with its body, a media type's parameters, a type that one side gives alone."""
    assert kinds(compared(tiny(old), tiny(new))) == expected


def test_a_parameter_in_another_place_says_which() -> None:
    """Old and new are the places, since the name is the same."""
    (change,) = compared(tiny({"parameters": [KEY]}), tiny({"parameters": [KEY | {"in": "header"}]}))
    assert (change.old, change.new) == ("query", "header")
    assert change.summary == "The parameter `id` moved from query to header."


def test_fields_that_an_example_alone_promised_are_one_entry() -> None:
    """An example that is gone, or a first mark on the list, has one cause: one entry names all the places."""
    side = {"body": {"a": NESTED, "b": TEXT}, "required": ["a", "b"]}
    (change,) = compared(tiny(side | {"present": ["a", "b"]}), tiny(side | {"required": []}))
    assert (change.severity, change.kind, change.pointer) == ("unknown", "presence.no-longer-shown", "")
    assert (change.old, change.rules) == (["/a", "/b"], ("a.required", "b.required"))


def test_both_sides_are_cited_where_one_says_nothing() -> None:
    """What a side no longer says is cited where its field stands."""
    old = tiny({"body": {"a": TEXT | {"format": "uuid"}}})
    (change,) = compared(old, tiny({"body": {"a": TEXT | {"x-rules": {"type": written_at(9)}}}}))
    assert [(one.side, one.source.line) for one in change.sources] == [("old", 0), ("new", 9)]
    assert change.rules == ("a.format",)


def test_a_guessed_status_is_no_documented_one() -> None:
    """A page that doesn't give its status is not said to have another one."""
    old = tiny({"success": 201})
    assert kinds(compared(old, tiny({"success": 200}))) == ["status.success #status/201"]
    (change,) = compared(old, tiny({"success": 200, "assumed": ["status"]}))
    assert (change.severity, change.kind) == ("unknown", "guess.contradicted")


def test_every_field_of_a_large_contract_may_be_renamed() -> None:
    """Three hundred fields a side, all of them called otherwise, are three hundred renamed ones."""
    old = tiny({"body": {f"some_name_{number}_x": TEXT for number in range(300)}})
    new = tiny({"body": {f"someName{number}X": TEXT for number in range(300)}})
    changes = compared(old, new)
    assert {change.kind for change in changes} == {"field.renamed"}
    assert len(changes) == 300


def made(method: str, path: str, slug: str) -> Contract:
    """A contract of one operation, with a slug."""
    return replace(tiny({"method": method, "path": path}), slug=slug)


@pytest.mark.parametrize(
    ("olds", "news", "expected"),
    [
        ("get /a x, get /b y", "get /b y, get /a x", "0-1 1-0"),
        ("get /a/{x} x", "get /a/{y} z, get /b w", "0-0 None-1"),
        ("get /a x", "post /a z, get /b w", "0-0 None-1"),
        ("get /a x, get /b y", "get /v2/b y, get /v2/a x", "0-1 1-0"),
        ("get /a x", "post /b y", "0-0"),
        ("get /a x, get /b y", "get /c z, get /d w", "0-None 1-None None-0 None-1"),
        ("", "get /a x", "None-0"),
        ("get /a x, get /b y", "get /a x", "0-0 1-None"),
        ("get /a x, get /b y", "get /b y, get /c z", "0-None 1-0 None-1"),
    ],
)
def test_operations_of_two_documents_are_paired(olds: str, news: str, expected: str) -> None:
    """By method and path, by the path without its names, by slug, and the only ones left with each other."""
    one, other = (
        tuple(made(*text.split()) for text in side.split(", ") if text) for side in (olds, news)
    )  # fmt: skip
    found = [f"{one.index(old) if old else None}-{other.index(new) if new else None}" for old, new in pair(one, other)]
    assert " ".join(found) == expected
