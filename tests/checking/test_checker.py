"""Findings: complete, one for each cause, and steady."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.checking import Checker
from contracts.checking.checker import DISAGREEMENT, fingerprint
from contracts.errors import Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Finding
from contracts.model.interaction import Interaction, Response
from contracts.model.json import Json
from contracts.rules.edits import with_body
from contracts.rules.instance import ABSENT, replaced
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.validators import Validators
from tests.rules.synthetic import EXAMPLE, REPLY, SHOP, answered, held, raw, shop_draft

CHECKERS = {REPLY.slug: Checker(REPLY), SHOP.slug: Checker(SHOP)}
GONE: Json = ABSENT


def changed(contract: Contract, changes: dict[str, Json]) -> Json:
    """The example with values put at slash-separated places, or taken away."""
    body = contract.example[0]
    for place, value in changes.items():
        steps = tuple(int(step) if step.isdigit() else step for step in place.split("/"))
        body = replaced(body, steps, value)
    return body


def judged(contract: Contract, body: Json, status: int = 200) -> tuple[Finding, ...]:
    """The findings of the legal interaction with this body."""
    return CHECKERS[contract.slug].judge(answered(contract, body, status)).findings


def found(contract: Contract, changes: dict[str, Json]) -> list[tuple[str, str]]:
    """Rule and pointer of each finding about the changed example, sorted."""
    return sorted((finding.rule, finding.pointer) for finding in judged(contract, changed(contract, changes)))


ONE_CAUSE: list[tuple[Contract, dict[str, Json], list[tuple[str, str]]]] = [
    # A wrong type: nothing else is judged at that place, or from it.
    (SHOP, {"kind": 5}, [("kind.type", "/kind")]),
    (SHOP, {"day": 5}, [("day.type", "/day")]),
    (SHOP, {"level": "9"}, [("level.type", "/level")]),
    (SHOP, {"level": None}, [("level.type", "/level")]),
    (SHOP, {"code": None}, [("code.type", "/code")]),
    (SHOP, {"tags": "new"}, [("tags.type", "/tags")]),
    (SHOP, {"tags": None}, [("tags.type", "/tags")]),
    (SHOP, {"big": "12"}, [("big.type", "/big")]),
    (SHOP, {"big": 1.5}, [("big.type", "/big")]),
    (SHOP, {"id": 5}, [("id.type", "/id")]),
    (REPLY, {"contactId": "12345"}, [("contactId.type", "/contactId")]),
    (REPLY, {"statusInSequence": None}, [("statusInSequence.type", "/statusInSequence")]),
    (REPLY, {"addingDate": None}, [("addingDate.type", "/addingDate")]),
    (SHOP, {"lines/1/free": "yes"}, [("lines[].free.type", "/lines/1/free")]),
    (SHOP, {"state/label": None, "state/step": None}, [("state.label.type", "/state/label")]),
    (SHOP, {"state/step": "x", "state/label": "Done"}, [("state.step.type", "/state/step")]),
    (REPLY, {"currentStep/displayName": 2, "currentStep/stepId": None},
     [("currentStep.displayName.type", "/currentStep/displayName")]),
    (REPLY, {"statusInSequence": "finished", "currentStep/stepId": "x"},
     [("currentStep.stepId.type", "/currentStep/stepId")]),
    (SHOP, {"tags/0": 1}, [("tags[].type", "/tags/0")]),
    # Something wrong about the value itself: what relates it to others isn't judged.
    (SHOP, {"id": "x"}, [("id.format", "/id")]),
    (SHOP, {"level": 11}, [("level.range", "/level")]),
    (SHOP, {"level": -1}, [("level.range", "/level")]),
    (SHOP, {"level": 7}, [("kind.large-has-level", "/level")]),
    # A parent that is null, missing or of another type: what would stand inside isn't judged.
    (SHOP, {"state": None}, []),
    (REPLY, {"emailDisposition": None}, []),
    (REPLY, {"currentStep": None}, [("currentStep.type", "/currentStep")]),
    (REPLY, {"currentStep": "x"}, [("currentStep.type", "/currentStep")]),
    (REPLY, {"currentStep": []}, [("currentStep.type", "/currentStep")]),
    (REPLY, {"currentStep": GONE}, [("currentStep.required", "/currentStep")]),
    (REPLY, {"currentStep": GONE, "statusInSequence": "finished"}, [("currentStep.required", "/currentStep")]),
    (REPLY, {"currentStep": "x", "statusInSequence": "finished"}, [("currentStep.type", "/currentStep")]),
    (SHOP, {"lines/0": None}, [("lines[].type", "/lines/0")]),
    # A missing field that a condition or an echo reads.
    (REPLY, {"currentStep/stepId": GONE}, [("currentStep.stepId.required", "/currentStep/stepId")]),
    (REPLY, {"currentStep/displayName": GONE}, [("currentStep.displayName.required", "/currentStep/displayName")]),
    (REPLY, {"currentStep/displayName": GONE, "currentStep/stepId": None},
     [("currentStep.displayName.required", "/currentStep/displayName")]),
    (REPLY, {"currentStep/stepId": GONE, "currentStep/displayName": "Finished"},
     [("currentStep.stepId.required", "/currentStep/stepId")]),
    (REPLY, {"contactId": GONE}, [("contactId.required", "/contactId")]),
    (REPLY, {"statusInSequence": GONE}, [("statusInSequence.required", "/statusInSequence")]),
    (SHOP, {"lines/1/price": GONE}, [("lines[].price.required", "/lines/1/price")]),
    (SHOP, {"lines/1/free": GONE}, []),
    # A place is broken for itself, however many others there are.
    (SHOP, {"tags": ["new", "old", "sale", 1]}, [
        ("tags.count", "/tags"), ("tags[].enum", "/tags/1"), ("tags[].type", "/tags/3"),
    ]),
    (SHOP, {"code": "UPPERCASE"}, [("code.length", "/code"), ("code.pattern", "/code")]),
    (SHOP, {"lines/0/price": None, "lines/1/price": 0}, [
        ("lines[].no-price-is-free", "/lines/0/free"), ("lines[].price.range", "/lines/1/price"),
    ]),
    # What the page doesn't mention.
    (REPLY, {"extra": 1}, [("response.undocumented-field", "/extra")]),
    (REPLY, {"currentStep/extra": {"a": 1}}, [("response.undocumented-field", "/currentStep/extra")]),
    (SHOP, {"lines/1/a~b": None}, [("response.undocumented-field", "/lines/1/a~0b")]),
    # The conditions of the page.
    (REPLY, {"currentStep/stepId": None}, [("currentStep.no-step-is-finished", "/currentStep/displayName")]),
    (REPLY, {"currentStep/displayName": "Finished"}, [("currentStep.finished-is-no-step", "/currentStep/stepId")]),
    (REPLY, {"statusInSequence": "finished"}, [("statusInSequence.finished-has-no-step", "/currentStep/stepId")]),
    (REPLY, {"contactId": 1}, [("contactId.echoes-request", "/contactId")]),
    (REPLY, {"contactId": 12345.0}, []),
    (REPLY, {"emailAccountId": 2**63 - 1, "linkedInAccountId": -(2**63)}, []),
    (REPLY, {"emailAccountId": 2**63}, [("emailAccountId.range", "/emailAccountId")]),
    (REPLY, {"emailAccountId": 1e300}, [("emailAccountId.range", "/emailAccountId")]),
    (REPLY, {"addingDate": "2024-03-08T10:00:00Z\n"}, [("addingDate.format", "/addingDate")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("contract", "changes", "expected"), ONE_CAUSE, ids=lambda one: json.dumps(one, default=str)[:70]
)
def test_one_cause_is_one_finding(
    contract: Contract, changes: dict[str, Json], expected: list[tuple[str, str]]
) -> None:
    """A rule is judged only where those it rests on hold, so that each fault is told once, at its place."""
    assert found(contract, changes) == sorted(expected)


def test_a_condition_rests_on_the_type_of_what_it_reads() -> None:
    """A null that may not be there breaks its type alone, though a condition asks for something where it is null."""
    draft = shop_draft()
    rules = tuple(
        replace(rule, says={"types": ["number"]}) if rule.id == "lines[].price.type" else rule for rule in draft.rules
    )
    contract = held(replace(draft, rules=rules))
    body = {**EXAMPLE, "lines": [{"sku": "a", "price": None, "free": False}]}
    findings = Checker(contract).judge(answered(SHOP, body)).findings
    assert [(finding.rule, finding.pointer) for finding in findings] == [("lines[].price.type", "/lines/0/price")]


@pytest.mark.parametrize(("body", "pointer"), [(None, ""), ([], ""), ("x", ""), (5, ""), (True, "")])
def test_a_body_of_another_type_is_one_finding(body: Json, pointer: str) -> None:
    """Whatever JSON stands in the object's place, its absent fields aren't counted up."""
    assert [(finding.rule, finding.pointer) for finding in judged(REPLY, body)] == [("body.type", pointer)]


BAD_BODIES = {
    "html": b"<!doctype html><title>Sorry</title>",
    "empty": b"",
    "binary": bytes(range(256)),
    "cut": b'{"contactId": 1',
    "twice": b'{"contactId": 1, "contactId": 1}',
    "NaN": b'{"contactId": NaN}',
    "deep": b"[" * 10_000,
    "byte order mark": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("case", BAD_BODIES)
@pytest.mark.parametrize("media", ["application/json", "text/html", None])
def test_a_body_that_is_no_json_is_one_finding(case: str, media: str | None) -> None:
    """HTML with status 200, and every other body that is no JSON, breaks one rule, whatever it calls itself."""
    broken = raw(REPLY, BAD_BODIES[case])
    headers = (("Content-Type", media),) if media else ()
    broken = replace(broken, response=replace(broken.response, headers=headers))
    (finding,) = CHECKERS[REPLY.slug].judge(broken).findings
    assert (finding.rule, finding.level, finding.pointer) == ("response.json", "violation", "")
    assert "\n" not in finding.seen
    assert finding.seen.isprintable()


@pytest.mark.parametrize(
    ("status", "body"), [(201, b"{}"), (302, b""), (410, b"<html>"), (500, b'{"contactId": "x"}'), (599, b"")]
)
def test_an_undocumented_status_judges_no_body(status: int, body: bytes) -> None:
    """Only a 200 is judged by the success schema, and only listed answers at all: the rest is one finding of drift."""
    good = legal_interaction(REPLY, 200)
    (finding,) = CHECKERS[REPLY.slug].judge(replace(good, response=Response(status=status, body=body))).findings
    assert (finding.rule, finding.level, finding.pointer) == ("response.status", "drift", "#status")
    assert finding.seen == str(status)
    assert "200" in finding.expected


def test_an_undocumented_media_type_is_drift() -> None:
    """The body is judged all the same; parameters and the case of a media type don't matter."""
    good = legal_interaction(REPLY, 200)
    for media, expected in (("text/json", ["response.media-type"]), ("Application/JSON; charset=utf-8", [])):
        other = replace(good, response=replace(good.response, headers=(("content-type", media),)))
        assert [finding.rule for finding in CHECKERS[REPLY.slug].judge(other).findings] == expected
        broken = with_body(other, b"{}")
        assert len(CHECKERS[REPLY.slug].judge(broken).findings) == 16 + len(expected)


PROBLEM = {"title": "Unauthorized", "status": 401, "detail": "No key."}


@pytest.mark.parametrize(("body", "headers", "expected"), [
    (b"", {"WWW-Authenticate": "Bearer"}, []),
    (b"", {"www-authenticate": 'Bearer realm="x"'}, []),
    (PROBLEM, {"WWW-Authenticate": "Bearer", "Content-Type": "application/problem+json"}, []),
    (PROBLEM | {"type": "about:blank", "instance": "/1", "code": "a.b"},
     {"WWW-Authenticate": "Bearer", "Content-Type": "application/problem+json"}, []),
    (PROBLEM, {"Content-Type": "application/problem+json"}, ["response.www-authenticate"]),
    (b"", {}, ["response.www-authenticate"]),
    (b"", {"WWW-Authenticate": "Basic"}, ["response.www-authenticate"]),
    (b"<html>", {"WWW-Authenticate": "Bearer"}, ["response.json"]),
    ({"title": "x"}, {"WWW-Authenticate": "Bearer", "Content-Type": "application/problem+json"},
     ["problem.detail.required", "problem.status.required"]),
    (PROBLEM | {"code": "x"}, {"WWW-Authenticate": "Bearer", "Content-Type": "application/problem+json"},
     ["problem.code.pattern"]),
    (PROBLEM, {"WWW-Authenticate": "Bearer", "Content-Type": "text/html"}, ["response.media-type"]),
])  # fmt: skip
def test_a_401_may_be_empty_or_a_problem(body: Any, headers: dict[str, str], expected: list[str]) -> None:
    """Both forms keep the contract; the challenge is due with either, and a body that comes is judged."""
    good = legal_interaction(REPLY, 401)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Response(status=401, headers=tuple(headers.items()), body=content)
    findings = CHECKERS[REPLY.slug].judge(replace(good, response=answer)).findings
    assert sorted(finding.rule for finding in findings) == expected


def test_findings_are_complete() -> None:
    """Five rules broken at once are five findings, each with its rule, places, texts and where it was promised."""
    changes: dict[str, Json] = {
        "contactId": 1,
        "email": 5,
        "callStatus": "maybe",
        "addingDate": "yesterday",
        "currentStep/stepId": None,
    }
    findings = judged(REPLY, changed(REPLY, changes))
    told = {finding.rule: (finding.pointer, finding.expected, finding.seen) for finding in findings}
    assert len(findings) == 5
    assert told == {
        "contactId.echoes-request": ("/contactId", "12345, as asked", "1"),
        "email.type": ("/email", "string or null", "5"),
        "callStatus.enum": ("/callStatus", 'one of "none", "toCall", "called"', '"maybe"'),
        "addingDate.format": ("/addingDate", "date-time", '"yesterday"'),
        "currentStep.no-step-is-finished": (
            "/currentStep/displayName",
            'displayName is "Finished" where stepId is null',
            '"2"',
        ),
    }
    for finding in findings:
        rule = REPLY.rule(finding.rule)
        assert (finding.promised, finding.summary, finding.level) == (rule.sources, rule.summary, rule.level)
        assert finding.promised[0].line > 0


def test_every_missing_field_is_told() -> None:
    """All presence rules share one keyword, and each is found by itself."""
    assert {finding.rule for finding in judged(REPLY, {})} == {
        rule.id for rule in REPLY.about("success", "required") if len(rule.at) == 1
    }


def test_a_finding_says_where_it_was_met() -> None:
    """Origin, place, index and moment of the interaction travel with its findings, also those of other tools."""
    broken = replace(answered(REPLY, {}), origin="recorded", place="a.yaml", index=3, at="2026-01-31T12:00:00Z")
    checker = CHECKERS[REPLY.slug]
    foreign = checker.foreign(broken, rule="r", level="note", summary="s", expected="e", seen="n")
    for finding in (checker.judge(broken).findings[0], foreign):
        assert (finding.origin, finding.place, finding.index) == ("recorded", "a.yaml", 3)
        assert finding.at == "2026-01-31T12:00:00Z"


@pytest.mark.parametrize("level", ["violation", "drift", "note"])
def test_levels_can_be_changed(level: Level) -> None:
    """A level set for a rule id is what its findings carry; other rules keep theirs."""
    checker = Checker(REPLY, {"email.type": level, "response.undocumented-field": level})
    findings = checker.judge(answered(REPLY, changed(REPLY, {"email": 5, "x": 1, "title": 5}))).findings
    assert {finding.rule: finding.level for finding in findings} == {
        "email.type": level,
        "response.undocumented-field": level,
        "title.type": "violation",
    }


def test_fingerprints_hold_no_values_positions_or_lines() -> None:
    """The same fault with other values, in another item, promised on another line or found elsewhere is the same."""
    draft = shop_draft()
    moved = held(
        replace(
            draft,
            page="other.txt",
            rules=tuple(
                replace(rule, summary="!", sources=tuple(replace(one, line=99) for one in rule.sources))
                for rule in draft.rules
            ),
        )
    )
    lines = [EXAMPLE["lines"][0]] * 12
    prints = set()
    for contract, position, value in ((SHOP, 0, 5), (SHOP, 11, None), (moved, 3, [])):
        body = {**EXAMPLE, "lines": [*lines[:position], {**lines[0], "sku": value}, *lines[position + 1 :]]}
        broken = replace(answered(contract, body), origin="o", place=f"p{position}", index=position)
        (finding,) = Checker(contract).judge(broken).findings
        prints.add(finding.fingerprint)
    assert len(prints) == 1
    assert len(prints.pop()) == 16


def test_fingerprints_tell_faults_apart() -> None:
    """Another operation, rule or place is another fingerprint."""
    other = replace(SHOP, path="/v2/items/{id}")
    prints = [
        fingerprint(SHOP, "a", "/x"),
        fingerprint(other, "a", "/x"),
        fingerprint(SHOP, "b", "/x"),
        fingerprint(SHOP, "a", "/y"),
        fingerprint(SHOP, "a", "/x/0"),
        fingerprint(SHOP, "a", "#header/X"),
    ]
    assert len(set(prints)) == len(prints)
    assert fingerprint(SHOP, "a", "/x/0/y/17") == fingerprint(SHOP, "a", "/x/3/y/2")
    assert fingerprint(SHOP, "a", "/x1") != fingerprint(SHOP, "a", "/x2")


def test_another_operation_is_refused() -> None:
    """An interaction that isn't of this operation is unusable, in one line, and no finding."""
    good = legal_interaction(REPLY, 200)
    foreign = replace(good, request=replace(good.request, method="DELETE"))
    assert not CHECKERS[REPLY.slug].owns(foreign)
    with pytest.raises(Unusable, match=r"DELETE .* is no request of GET /v3/sequences"):
        CHECKERS[REPLY.slug].judge(foreign)


def test_a_disagreement_of_the_validators_is_never_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the screen refuses what the explainer finds nothing wrong with, that itself is a violation."""
    monkeypatch.setattr(Validators, "keeps", lambda *_: False)
    (finding,) = Checker(REPLY).judge(legal_interaction(REPLY, 200)).findings
    assert (finding.rule, finding.level, finding.promised) == (DISAGREEMENT, "violation", ())


def test_careful_numbers_are_the_explainers_alone() -> None:
    """A float that may have been rounded is judged exactly, and keeping the contract is no disagreement."""
    body = json.dumps(changed(REPLY, {"emailAccountId": 0})).replace('"emailAccountId": 0', '"emailAccountId": %s')
    for number, expected in (
        ("9007199254740994.0", []),
        ("9223372036854775807.0", ["emailAccountId.range"]),
        ("9.3e18", ["emailAccountId.range"]),
        ("-9223372036854775808.0", []),
    ):
        findings = CHECKERS[REPLY.slug].judge(raw(REPLY, (body % number).encode())).findings
        assert [finding.rule for finding in findings] == expected


def test_interactions_are_judged_each_for_itself() -> None:
    """Many interactions give the findings of each, in order, and are counted by origin."""
    bad: list[Interaction] = [
        replace(answered(REPLY, {"email": number}), origin="a", index=number) for number in (0, 1)
    ]
    good = replace(legal_interaction(REPLY, 404), origin="b")
    judgement = CHECKERS[REPLY.slug].judge_all([bad[0], good, bad[1]])
    singly = [CHECKERS[REPLY.slug].judge(one).findings for one in bad]
    assert sorted(judgement.findings, key=lambda one: one.index) == [*singly[0], *singly[1]]
    assert judgement.checked == {"a": 2, "b": 1}
    assert judgement.successes == 2


def test_an_undocumented_name_is_told_though_its_value_was_taken_out() -> None:
    """A recording's owner may have written over the value; the name is the vendor's."""
    body: Any = {**REPLY.example[0], "nickname": "REDACTED"}  # type: ignore[dict-item]
    seen = replace(answered(REPLY, body), origin="recorded", recorded=True)
    assert [finding.rule for finding in Checker(REPLY).judge(seen).findings] == ["response.undocumented-field"]
