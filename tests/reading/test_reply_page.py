"""The first page: our transcription, the vendor's own where it is at hand, and what a changed page leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.model.contract import SourceKind
from contracts.model.draft import Draft
from contracts.model.identity import digest
from contracts.reading.hand import matching, read_hand
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive
from contracts.rules import KINDS
from tests.rules.synthetic import held as in_a_document
from tests.rules.synthetic import rule_of

NAME = "get-a-contact-in-a-sequence"
OURS = Path("contracts/reply") / f"{NAME}.txt"
VENDORS = Path("../shared/pages") / f"reply-{NAME}.txt"


def contract_of(text: str, name: str = "page.txt") -> Draft:
    """The contract of a page beside the hand-written data that is committed."""
    page = read_page(text, name)
    files = (OURS.with_name("vendor.toml"), OURS.with_suffix(".toml"))
    hands = [read_hand(file.read_text(encoding="utf-8"), file.name) for file in files]
    return derive(page, matching(hands, page.server, page.method, page.path))


@pytest.fixture(params=[OURS, VENDORS], ids=["ours", "the vendor's"])
def text(request: pytest.FixtureRequest) -> str:
    """Each copy of the page in turn."""
    file: Path = request.param
    if not file.exists():
        pytest.skip(f"{file} is not beside this checkout")
    return file.read_text(encoding="utf-8")


TYPES = {
    "body": ["object"],
    "contactId": ["integer"],
    "sequenceId": ["integer"],
    "email": ["string", "null"],
    "firstName": ["string", "null"],
    "lastName": ["string", "null"],
    "company": ["string", "null"],
    "title": ["string", "null"],
    "statusInSequence": ["string"],
    "isOptedOut": ["boolean"],
    "callStatus": ["string"],
    "meetingStatus": ["string"],
    "emailDisposition": ["object", "null"],
    "emailDisposition.isReplied": ["boolean"],
    "emailDisposition.isBounced": ["boolean"],
    "currentStep": ["object"],
    "currentStep.stepId": ["integer", "null"],
    "currentStep.displayName": ["string"],
    "addingDate": ["string"],
    "emailAccountId": ["integer", "null"],
    "linkedInAccountId": ["integer", "null"],
}
ENUMS = {
    "statusInSequence": ["active", "paused", "finished", "inactive", "outOfOffice"],
    "callStatus": ["none", "toCall", "called"],
    "meetingStatus": ["none", "meetingBooked"],
}
INT64 = {"format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}


def test_the_request_side_is_the_documented_one(text: str) -> None:
    """Method, server, path, bearer token and two required integers, and nothing else."""
    contract = contract_of(text)
    assert (contract.slug, contract.title) == (NAME, "Get a contact in a sequence")
    assert contract.server == "https://api.reply.io"
    assert f"{contract.method} {contract.path}" == "GET /v3/sequences/{id}/contacts/{contact_id}"
    integer = {"in": "path", "required": True, "type": "integer"}
    assert {rule.id: rule.says for rule in contract.about("request")} == {
        "request.authorization": {"header": "Authorization", "scheme": "Bearer"},
        "request.id": integer,
        "request.contact_id": integer,
    }


def test_the_body_has_the_documented_shape(text: str) -> None:
    """Every field with its type, options, format and range; each is present; nothing else is promised."""
    contract = contract_of(text)
    rules = contract.about("success")
    assert {rule.id: rule.says for rule in rules if rule.kind == "type"} == {
        f"{name}.type": {"types": types} for name, types in TYPES.items()
    }
    assert {rule.id: rule.says for rule in rules if rule.kind == "enum"} == {
        f"{name}.enum": {"values": values} for name, values in ENUMS.items()
    }
    assert {rule.id for rule in rules if rule.kind == "required"} == {f"{name}.required" for name in TYPES} - {
        "body.required"
    }
    assert {rule.id: rule.says for rule in rules if rule.kind in {"format", "range", "echo", "length", "pattern"}} == {
        "addingDate.format": {"format": "date-time"},
        "emailAccountId.range": INT64,
        "linkedInAccountId.range": INT64,
        "contactId.echoes-request": {"expression": "$request.path.contact_id"},
        "sequenceId.echoes-request": {"expression": "$request.path.id"},
    }


def test_conditions_are_those_of_prose_and_hand(text: str) -> None:
    """Documented in one direction, assumed in the other; the guess by hand is drift."""
    found = {
        rule.id: (rule.level, rule.sources[0].kind, rule.sources[0].hand)
        for rule in contract_of(text).about("success", "condition")
    }
    assert found == {
        "currentStep.no-step-is-finished": ("violation", "documented", False),
        "currentStep.finished-is-no-step": ("violation", "assumed", False),
        "statusInSequence.finished-has-no-step": ("drift", "assumed", True),
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("currentStep.required", ["documented", "example"]),
        ("email.required", ["example"]),
        ("email.type", ["documented"]),
        ("emailAccountId.type", ["documented", "documented"]),
        ("emailDisposition.type", ["documented", "documented"]),
        ("emailDisposition.isReplied.type", ["documented", "example"]),
        ("emailDisposition.isBounced.required", ["documented", "example"]),
        ("currentStep.stepId.type", ["example", "documented"]),
        ("currentStep.displayName.type", ["example"]),
        ("contactId.echoes-request", ["assumed"]),
        ("problem.title.type", ["documented", "assumed"]),
    ],
)
def test_each_rule_says_how_sure_it_is(text: str, rule: str, expected: list[SourceKind]) -> None:
    """A sentence documents, an example shows, the rest is assumed."""
    assert [source.kind for source in rule_of(contract_of(text), rule).sources] == expected


def test_every_rule_leads_to_its_line(text: str) -> None:
    """The line of a type, of options, of an example's property, and of a sentence hold what they are named for."""
    contract, lines = contract_of(text), ["", *text.splitlines()]

    def line(rule: str, source: int = 0) -> str:
        return lines[rule_of(contract, rule).sources[source].line].strip()

    assert line("addingDate.type") == "string<date-time>"
    assert line("callStatus.enum") == "Available options:"
    assert line("email.required").startswith('"email":')
    assert line("currentStep.stepId.type").startswith('"stepId":')
    assert "stepId is null" in line("currentStep.no-step-is-finished")
    assert "stepId is null" in line("statusInSequence.finished-has-no-step")
    assert line("contactId.echoes-request") == "contactId"
    assert all(source.line > 0 for rule in contract.rules for source in rule.sources)


def test_nothing_is_left_open_but_the_one_conflict(text: str) -> None:
    """Every sentence with a normative ring is answered for; the type column and the prose disagree once."""
    contract = contract_of(text)
    assert contract.unaccounted == ()
    assert [conflict.field for conflict in contract.conflicts] == ["emailDisposition"]
    assert len(contract.waivers) == 2


def test_answers_and_example_are_kept(text: str) -> None:
    """Six answers by number; the documented example keeps its contract; the writable values are an annotation."""
    contract = contract_of(text)
    assert [answer.status for answer in contract.answers] == [200, 400, 401, 403, 404, 429]
    assert len(contract.example) == 1
    annotated = {held.at: held.annotations for held in contract.fields if held.annotations}
    assert annotated == {("statusInSequence",): {"writable": ["active", "paused", "finished", "outOfOffice"]}}
    assert len([held for held in contract.fields if held.target == "success" and len(held.at) == 1]) == 16


def test_every_rule_has_an_id_of_its_own_and_a_known_kind(text: str) -> None:
    """Ids name one rule each; kinds are rows of the table."""
    rules = contract_of(text).rules
    assert len({rule.id for rule in rules}) == len(rules)
    assert {rule.kind for rule in rules} <= set(KINDS)


def test_both_copies_give_the_same_contract() -> None:
    """Our words promise what the vendor's do: all but descriptions, page names and lines is equal."""
    if not VENDORS.exists():
        pytest.skip(f"{VENDORS} is not beside this checkout")
    ours, vendors = (contract_of(file.read_text(encoding="utf-8"), file.name) for file in (OURS, VENDORS))
    assert digest(in_a_document(ours)) == digest(in_a_document(vendors))


def ours_with(old: str, new: str) -> Draft:
    """Our page with one thing changed, which must be there."""
    whole = OURS.read_text(encoding="utf-8")
    assert whole.count(old) == 1
    return contract_of(whole.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("Reply itself chooses inactive when", "Reply alone chooses inactive when", "statusInSequence"),
        ("whereas null stands", "whereas an absent null stands", "emailDisposition"),
        ("null when nothing was mailed so far.", "null unless something was mailed.", "emailDisposition"),
        ("Always present in every answer.", "Always present after the first step.", "currentStep"),
        ('"Finished" and stepId', '"Finished" or stepId', "currentStep"),
        ("may be changed through", "must be changed through", "statusInSequence"),
        ("Moment of enrolment", "Moment of enrolment, never in the future", "addingDate"),
    ],
)
def test_a_changed_sentence_is_unaccounted_again(old: str, new: str, field: str) -> None:
    """A promise in new words is never taken for the old one."""
    contract = ours_with(old, new)
    assert field in {found.field for found in contract.unaccounted}
    assert all(found.line and found.digest for found in contract.unaccounted)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("(none / toCall / called)", "(none / toCall / done)", "callStatus"),
        ("none,\nmeetingBooked", "none,\nbooked", "meetingStatus"),
        ("subset (finished, active,", "subset (finished, dormant,", "statusInSequence"),
        ('"contactId": 12345', '"contactId": "12345"', "contactId"),
        ("contactId\ninteger", "contactId\ninteger<int32> | null", None),
    ],
)
def test_places_that_disagree_are_a_conflict(old: str, new: str, field: str | None) -> None:
    """Options against prose, a subset that is none, an example against its type: told, and decided."""
    contract = ours_with(old, new)
    fields = [conflict.field for conflict in contract.conflicts]
    assert sorted(fields) == sorted(["emailDisposition", *([field] if field else [])])


def test_presence_falls_back_to_the_example() -> None:
    """Without its sentence, the presence of the current step is merely shown."""
    contract = ours_with("Always present in every answer. ", "")
    assert [source.kind for source in rule_of(contract, "currentStep.required").sources] == ["example"]


def test_each_promise_belongs_to_the_contract() -> None:
    """A page that promises less, or other things, is another contract."""
    whole = digest(in_a_document(contract_of(OURS.read_text(encoding="utf-8"))))
    assert digest(in_a_document(ours_with("Always present in every answer. ", ""))) != whole
    assert digest(in_a_document(ours_with("string<date-time>", "string"))) != whole
    assert digest(in_a_document(ours_with("Moment of enrolment", "Day of enrolment"))) == whole
