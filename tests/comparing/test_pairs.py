"""Pairs of small documents: what a change means for a client, from every corner of a description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.drift import compare
from contracts.errors import Unusable
from contracts.model.drift import Change
from tests.rules.synthetic import ROOT

CASES = ROOT.parent / "shared" / "cases"
RANK = ("silent", "none", "additive", "unknown", "breaking")

JSON = "application/json"
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
PET = {"$ref": "#/components/schemas/Pet"}

Node = dict[str, Any]


def answer(schema: Any, media: str = JSON, **more: Any) -> Node:
    """An operation that answers with a schema."""
    return {"responses": {"200": {"description": "", "content": {media: {"schema": schema}}} | more}}


def asked(schema: Any, media: str = JSON, **more: Any) -> Node:
    """An operation that takes a body."""
    return {"requestBody": {"content": {media: {"schema": schema}}} | more, "responses": {}}


def with_parameter(**more: Any) -> Node:
    """An operation with one parameter of the query."""
    return {"parameters": [{"name": "f", "in": "query"} | more], "responses": {}}


def failing(schema: Any, status: str = "4XX") -> Node:
    """An operation that fails with a schema."""
    content = {"application/problem+json": {"schema": schema}}
    return {"responses": {"204": {"description": ""}, status: {"description": "", "content": content}}}


def has(**properties: Any) -> Node:
    """An object with these names."""
    return {"type": "object", "properties": properties}


def secured(*scopes: str) -> Node:
    """An operation for whom holds a token with some scopes."""
    return {"security": [{"token": [*scopes]}], "responses": {}}


TWO = {"oneOf": [PET, TEXT], "discriminator": {"propertyName": "kind"}}
PAIRS: dict[str, tuple[Node, Node, str]] = {
    "a failure's field": (failing(has(a=TEXT, b=TEXT)), failing(has(a=TEXT)), "breaking field.removed #problem/b"),
    "the answer for all else": (failing(TEXT, "default"), failing(WHOLE, "default"), "breaking field.type #problem"),
    "text instead of a number": (answer(WHOLE, "text/plain"), answer(TEXT, "text/plain"),
                                 "breaking field.type #status/200"),
    "a range of media types": (answer(TEXT, "application/*"), answer(TEXT), "none media.narrowed #status/200"),
    "a body in a narrower media type": (
        answer(has(a=TEXT), "application/*"), answer(has(a=WHOLE)),
        "breaking field.type /a; none media.narrowed #status/200"),
    "what is taken, in a wider range": (asked(TEXT), asked(TEXT, "application/*"), ""),
    "what is taken, in another media type": (asked(TEXT), asked(TEXT, "text/plain"), "breaking request.narrowed #body"),
    "one form more": (answer(has(v={"oneOf": [PET, TEXT]})), answer(has(v={"oneOf": [PET, TEXT, WHOLE]})),
                      "breaking alternative.added /v"),
    "forms in another order": (answer(has(v={"anyOf": [TEXT, PET]})), answer(has(v={"anyOf": [PET, TEXT]})), ""),
    "forms as a list of types": (answer(has(v={"anyOf": [TEXT, WHOLE]})),
                                 answer(has(v={"type": ["integer", "string"]})), ""),
    "one form fewer to send": (asked({"oneOf": [TEXT, WHOLE]}), asked({"oneOf": [TEXT, {"type": "null"}]}),
                               "breaking request.narrowed #body; none request.widened #body"),
    "a discriminator gone": (answer(TWO), answer({"oneOf": TWO["oneOf"]}), "unknown operation.unread "),
    "wanted now": (asked(has(a=TEXT)), asked(has(a=TEXT) | {"required": ["a"]}), "breaking request.required #body/a"),
    "one more to send": (asked(has(a=TEXT)), asked(has(a=TEXT, b=TEXT)), "additive request.added #body/b"),
    "only shown to the reader": (asked(has(a=TEXT, b=TEXT | {"readOnly": True})), asked(has(a=TEXT)), ""),
    "only sent": (answer(has(a=TEXT, b=TEXT | {"writeOnly": True})), answer(has(a=TEXT)), ""),
    "nothing else may be sent": (asked(has(a=TEXT)), asked(has(a=TEXT) | {"additionalProperties": False}),
                                 "breaking request.narrowed #body"),
    "a property of a parameter": (with_parameter(schema=has(a=TEXT)), with_parameter(schema=has(a=WHOLE)),
                                  "breaking parameter.narrowed #parameter/f"),
    "the content of a parameter": (with_parameter(content={JSON: {"schema": has(a=TEXT)}}),
                                   with_parameter(content={JSON: {"schema": has(a=WHOLE)}}),
                                   "breaking parameter.narrowed #parameter/f"),
    "how a list is written": (with_parameter(schema={"type": "array"}),
                              with_parameter(schema={"type": "array"}, style="pipeDelimited"),
                              "breaking parameter.style #parameter/f"),
    "how a single value is not": (with_parameter(schema=TEXT), with_parameter(schema=TEXT, explode=False), ""),
    "a header's values": (answer(TEXT, headers={"X-A": {"schema": {"enum": ["a"]}}}),
                          answer(TEXT, headers={"X-A": {"schema": {"enum": ["a", "b"]}}}),
                          "breaking header.widened #header/X-A"),
    "another scope": (secured("read"), secured("read", "write"), "unknown operation.unread #authorization"),
    "a value of a map": (answer({"additionalProperties": has(a=TEXT)}), answer({"additionalProperties": has()}),
                         "breaking field.removed /{}/a"),
    "no other names": (answer(has(a=TEXT)), answer(has(a=TEXT) | {"additionalProperties": False}),
                       "none names.closed "),
    "the same in parts": (answer({"type": "object", "required": ["a"], "properties": {"a": TEXT}}),
                          answer({"allOf": [has(a=TEXT), {"required": ["a"], "type": "object"}]}), ""),
    "what is proved to be within": (answer(has(a={"pattern": "^[a-z]+$"})),
                                    answer(has(a={"type": "string", "enum": ["a", "b"]})),
                                    "none value.covered /a"),
    "it is to go": (answer(TEXT), answer(TEXT) | {"deprecated": True}, "none deprecation.added #operation"),
    "a field's new promise": (answer(has(a=TEXT | {"description": "Its name."})),
                              answer(has(a=TEXT | {"description": "It is never empty."})),
                              "unknown wording.promise /a"),
    "a field in other words": (answer(has(a=TEXT | {"description": "Its name."})),
                               answer(has(a=TEXT | {"description": "The name."})), ""),
    "a callback's field": (
        answer(TEXT, callbacks={}) | {"callbacks": {"done": {"{$url}": {"post": asked(has(a=TEXT))}}}},
        answer(TEXT, callbacks={}) | {"callbacks": {"done": {"{$url}": {"post": asked(has(a=WHOLE))}}}},
        "breaking field.type #callbacks/done/{$url}/post/a"),
}  # fmt: skip


def document(*operations: Node, pet: Any = True, **more: Any) -> str:
    """The text of a document with these operations."""
    paths = {f"/{number}": {"post": operation} for number, operation in enumerate(operations)}
    components = {
        "schemas": {"Pet": pet},
        "securitySchemes": {"token": {"type": "oauth2", "flows": {}}},
    }
    return json.dumps({"openapi": "3.1.0", "paths": paths, "components": components} | more)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder."""
    monkeypatch.chdir(tmp_path)


def told(old: str, new: str) -> tuple[Change, ...]:
    """The changes between two documents."""
    Path("old.json").write_text(old, encoding="utf-8")
    Path("new.json").write_text(new, encoding="utf-8")
    return changes("old.json", "new.json")


def changes(old: str, new: str) -> tuple[Change, ...]:
    """The changes between two files."""
    (found,) = compare((old, new)).parts
    return found.changes


@pytest.mark.parametrize("name", PAIRS)
def test_a_change_is_told_by_what_it_means(name: str) -> None:
    """Each pair differs by these changes, the gravest first, or not at all for a client; each side is like itself."""
    old, new, expected = PAIRS[name]
    found = [f"{one.severity} {one.kind} {one.pointer}" for one in told(document(old), document(new))]
    assert "; ".join(found) == expected
    assert told(document(new), document(new)) == ()


def test_a_change_of_a_shared_component_is_told_once() -> None:
    """What three operations use is one change, with their number; it cites the line of both sides."""
    uses = [answer(PET), answer(has(pet=PET)), failing(PET)]
    old, new = (document(*uses, answer(TEXT), pet=has(kind=kind)) for kind in (TEXT, WHOLE))
    (change,) = told(old, new)
    assert (change.kind, change.pointer) == ("field.type", "#POST /0 /kind")
    assert change.summary == "POST /0: `kind` was string and is now integer. (touches 3 operations)"
    assert [(one.side, one.source.page) for one in change.sources] == [("old", "old.json"), ("new", "new.json")]


def test_what_lies_deep_in_what_operations_share_counts_each_of_them() -> None:
    """A change far below is told for the operation that meets it first, with all that reach it."""
    ways = {"Box": has(pet=PET), "Crate": has(boxes={"type": "array", "items": {"$ref": "#/components/schemas/Box"}})}
    uses = [answer({"$ref": f"#/components/schemas/{name}"}) for name in ("Crate", "Box", "Pet")]
    old, new = (
        document(*uses, answer(TEXT), components={"schemas": ways | {"Pet": has(kind=TEXT | more)}})
        for more in ({"description": "Its kind."}, {"description": "It is never empty."})
    )
    (change,) = told(old, new)
    assert (change.kind, change.pointer) == ("wording.promise", "#POST /0 /boxes/*/pet/kind")
    assert change.summary.endswith("(touches 3 operations)")


def test_what_the_vendor_calls_is_compared() -> None:
    """A webhook that went is breaking, what it no longer sends as well, and both are told without an operation."""
    hook = {"made": {"post": asked(has(a=TEXT, b=TEXT))}}
    less = {"made": {"post": asked(has(a=TEXT))}}
    plain = document(answer(TEXT), webhooks=hook)
    for new, expected in (({}, "webhook.removed #webhooks/made/post"), (less, "field.removed #webhooks/made/post/b")):
        assert [f"{one.kind} {one.pointer}" for one in told(plain, document(answer(TEXT), webhooks=new))] == [expected]
    assert told(plain, plain) == ()


def test_documents_that_only_call_are_compared() -> None:
    """Two descriptions of webhooks without any path have changes as any others, and none with themselves."""
    old, new = (document(webhooks={"made": {"post": asked(has(a=kind))}}) for kind in (TEXT, WHOLE))
    assert [f"{one.severity} {one.kind} {one.pointer}" for one in told(old, new)] == [
        "breaking field.type #webhooks/made/post/a"
    ]
    assert told(old, old) == ()


def test_what_only_calls_is_nothing_to_hold_an_answer_to() -> None:
    """Where webhooks alone are described, a schema or traffic beside them is refused in one line."""
    Path("hooks.json").write_text(document(webhooks={"made": {"post": asked(TEXT)}}), encoding="utf-8")
    Path("schema.json").write_text('{"type": "object"}', encoding="utf-8")
    Path("traffic").mkdir()
    for other, problem in (("schema.json", "describes no operation"), ("traffic", "names no operation")):
        with pytest.raises(Unusable, match=problem):
            compare(("hooks.json", other))


def test_a_recursion_is_compared_to_its_end() -> None:
    """A definition that returns in itself is compared once, wherever it stands, and ends."""
    tree = has(below={"type": "array", "items": PET}, a=TEXT)
    (change,) = told(document(answer(PET), pet=tree), document(answer(PET), pet=tree | has(below=PET, a=TEXT)))
    assert (change.severity, change.kind, change.pointer) == ("breaking", "field.type", "/below")


def cases() -> Iterator[tuple[str, Path, Path, str]]:
    """The pairs that are at hand, with what is expected of each."""
    for folder in ("openapi", "drift"):
        known = CASES / folder / "EXPECTED.json"
        for name, expected in json.loads(known.read_text(encoding="utf-8")).items() if known.is_file() else ():
            if folder == "openapi":
                old, new = (known.with_name(f"{name}.{side}.json") for side in ("old", "new"))
            else:
                old, new = (next(iter((known.parent / name).glob(f"{side}.*"))) for side in ("old", "new"))
            yield f"{folder}/{name}", old, new, expected


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not part of this checkout")
def test_every_known_pair_is_judged_as_expected() -> None:
    """The gravest severity of each pair is among the expected ones; `told` is any change at all."""
    wrong = []
    for name, old, new, expected in cases():
        found = changes(str(old), str(new))
        gravest = max((change.severity for change in found), key=RANK.index, default="silent")
        allowed = set(expected.split("/"))
        allowed |= {"silent", "none"} if allowed & {"silent", "none"} else set()
        if gravest not in allowed and not ("told" in allowed and found):
            wrong.append((name, expected, gravest))
    assert wrong == []
