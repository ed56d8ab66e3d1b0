"""Whatever happens in the world of Reply, its answers keep what the page documents."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from contracts.checking import Checker
from contracts.errors import Unusable
from contracts.provider.app import Provider
from contracts.proving.probing import in_process, probe
from contracts.reply.world import SEQUENCES, World
from contracts.wiring.using import load

CONTRACT = load()
CHECKER = Checker(CONTRACT)

NAMES = (
    "contactId sequenceId email firstName lastName company title statusInSequence isOptedOut callStatus meetingStatus "
    "emailDisposition currentStep addingDate emailAccountId linkedInAccountId"
).split()
EXAMPLE = {
    "contactId": 12345,
    "sequenceId": 100,
    "email": "john.doe@company.com",
    "firstName": "John",
    "lastName": "Doe",
    "company": "Tech Solutions Inc",
    "title": "Senior Product Manager",
    "statusInSequence": "active",
    "isOptedOut": False,
    "callStatus": "none",
    "meetingStatus": "none",
    "emailDisposition": {"isReplied": False, "isBounced": False},
    "currentStep": {"stepId": 5421, "displayName": "2"},
    "addingDate": "2024-03-08T10:00:00+00:00",
    "emailAccountId": 101,
    "linkedInAccountId": None,
}
STATUSES = {"active", "paused", "finished", "inactive", "outOfOffice"}
OWN = ("email", "firstName", "lastName", "company", "title", "isOptedOut", "callStatus", "meetingStatus")
"""Facts of the contact, the same in every sequence."""


def answers(world: World) -> list[dict[str, Any]]:
    """Every body of the world."""
    found: list[Any] = [world.answer(*row) for row in world.rows()]
    return found


def test_the_first_row_is_the_documented_example() -> None:
    """Sequence 100, contact 12345 is the page's example, names in its order, whatever the seed."""
    for seed in (0, 1, 2):
        world = World(seed)
        body = world.answer(*world.cases["documented-example"])
        assert body is not None
        assert list(body.items()) == list(EXAMPLE.items())


def test_a_seed_makes_one_world() -> None:
    """The same seed gives the same answers; another seed gives others."""
    assert answers(World(7)) == answers(World(7))
    assert answers(World(7)) != answers(World(8))


@pytest.mark.parametrize("seed", [0, 1])
def test_named_cases_alone_reach_every_documented_branch(seed: int) -> None:
    """Each option, null and a value for each nullable field, both flags both ways, a step and none."""
    world = World(seed)
    found: list[Any] = [world.answer(*row) for row in world.cases.values()]
    assert {body["statusInSequence"] for body in found} == STATUSES
    assert {body["callStatus"] for body in found} == {"none", "toCall", "called"}
    assert {body["meetingStatus"] for body in found} == {"none", "meetingBooked"}
    assert {body["isOptedOut"] for body in found} == {True, False}
    nullable = (*NAMES[2:7], "emailDisposition", "emailAccountId", "linkedInAccountId")
    for name in nullable:
        assert {body[name] is None for body in found} == {True, False}, name
    for flag in ("isReplied", "isBounced"):
        assert {body["emailDisposition"][flag] for body in found if body["emailDisposition"]} == {True, False}
    assert {body["currentStep"]["stepId"] is None for body in found} == {True, False}
    assert any(body["statusInSequence"] == "paused" and body["currentStep"]["stepId"] is None for body in found)
    assert max(body["emailAccountId"] or 0 for body in found) == 2**63 - 1


def test_personal_values_are_invented() -> None:
    """Every address but the documented example's stands in a reserved domain."""
    domains = {body["email"].rpartition("@")[2] for body in answers(World())[1:] if body["email"]}
    assert domains == {"example.com", "example.org", "example.net"}


def test_unknown_rows_have_no_body() -> None:
    """A contact outside the sequence has no body, and the world says which of the two is unknown."""
    world = World()
    assert world.answer(300, 12345) is None
    assert world.missing(300, 12345)[0] == "sequence.contactNotFound"
    assert world.missing(1, 12345)[0] == "sequence.notFound"


@pytest.mark.parametrize(
    ("event", "row"),
    [
        ("enrol", "documented-example"),
        ("advance", "paused"),
        ("advance", "finished"),
        ("advance", "inactive-without-email"),
        ("resume", "documented-example"),
        ("resume", "finished"),
        ("out_of_office", "finished"),
        ("reply", "no-email-sent-yet"),
        ("bounce", "no-email-sent-yet"),
    ],
)
def test_what_cannot_happen_changes_nothing(event: str, row: str) -> None:
    """An impossible event is one clear line, and every answer stays."""
    world = World()
    before = answers(world)
    with pytest.raises(Unusable, match=r"^this can't happen in the reference world: [^\n]+$"):
        getattr(world, event)(*world.cases[row])
    assert answers(world) == before


@pytest.mark.parametrize(
    ("event", "ids"),
    [
        ("enrol", (1, 12345)),
        ("enrol", (100, 1)),
        ("advance", (300, 12345)),
        ("opt_out", (1,)),
        ("call", (1,)),
        ("book_meeting", (1,)),
    ],
)
def test_events_of_nobody_are_refused(event: str, ids: tuple[int, ...]) -> None:
    """Events name rows, contacts and sequences that exist."""
    with pytest.raises(Unusable, match=r"doesn't exist|is not in sequence"):
        getattr(World(), event)(*ids)


def test_a_pause_at_the_end_resumes_as_finished() -> None:
    """Who paused with no step left has nothing to go on with."""
    world = World()
    row = world.cases["paused-at-the-end"]
    world.resume(*row)
    body: Any = world.answer(*row)
    assert (body["statusInSequence"], body["currentStep"]) == ("finished", {"stepId": None, "displayName": "Finished"})


def test_the_flags_of_an_email_begin_anew_with_the_next() -> None:
    """Reply and bounce are said of the most recent email: another one sent has had neither."""
    world = World()
    row = world.cases["replied"]
    world.bounce(*row)
    world.advance(*row)
    body: Any = world.answer(*row)
    assert body["emailDisposition"] == {"isReplied": False, "isBounced": False}


class Events(RuleBasedStateMachine):
    """Any events in any order; `sent` remembers by itself in which rows an email went out, and its flags since."""

    contacts: Bundle[int] = Bundle("contacts")
    sequences = st.sampled_from([sequence.id for sequence in SEQUENCES])

    numbers = st.integers(0, 63)
    judged: ClassVar[set[str]] = set()
    """Answers that were judged already, in any world: they make up most of what there is to judge."""

    @initialize()
    def begin(self) -> None:
        """A new world, its rows taken as they are."""
        self.world = World()
        self.sent = {row: self.body(row)["emailDisposition"] for row in self.world.rows()}

    def body(self, row: tuple[int, int]) -> dict[str, Any]:
        """The body of a row that exists."""
        body = self.world.answer(*row)
        assert body is not None
        return dict(body)

    def row(self, number: int) -> tuple[int, int]:
        """One of the rows, by any number."""
        rows = self.world.rows()
        return rows[number % len(rows)]

    def happens(self, event: str, row: tuple[int, int]) -> bool:
        """Whether the event was possible."""
        try:
            getattr(self.world, event)(*row)
        except Unusable:
            return False
        return True

    @rule(target=contacts, email=st.sampled_from([None, "new@example.com"]))
    def add(self, email: str | None) -> int:
        """Somebody new."""
        return self.world.add_contact(email)

    @rule(target=contacts, number=st.integers(0, 20))
    def pick(self, number: int) -> int:
        """Somebody who is there from the start."""
        return 12345 + number

    @rule(contact=contacts, sequence=sequences)
    def enrol(self, contact: int, sequence: int) -> None:
        """Into a sequence, once."""
        known = (sequence, contact) in self.sent
        assert self.happens("enrol", (sequence, contact)) is not known
        self.sent.setdefault((sequence, contact), None)

    @rule(number=numbers)
    def advance(self, number: int) -> None:
        """An email step that is executed sends an email, whose flags begin anew."""
        row = self.row(number)
        step = self.body(row)["currentStep"]["stepId"]
        kinds: dict[int | None, str] = {step.id: step.kind for each in SEQUENCES for step in each.steps}
        if self.happens("advance", row) and kinds[step] == "email":
            self.sent[row] = {"isReplied": False, "isBounced": False}

    @rule(number=numbers, event=st.sampled_from([("reply", "isReplied"), ("bounce", "isBounced")]))
    def come_back(self, number: int, event: tuple[str, str]) -> None:
        """Only an email that was sent comes back."""
        row = self.row(number)
        flags = self.sent[row]
        assert self.happens(event[0], row) is (flags is not None)
        if flags is not None:
            self.sent[row] = {**flags, event[1]: True}

    @rule(number=numbers, event=st.sampled_from(["pause", "resume", "finish", "out_of_office"]))
    def change(self, number: int, event: str) -> None:
        """The status is set from outside; what was in progress is known before and after."""
        row = self.row(number)
        step = self.body(row)["currentStep"]
        happened = self.happens(event, row)
        body = self.body(row)
        assert body["currentStep"] == (step if event != "finish" else {"stepId": None, "displayName": "Finished"})
        told = {"pause": "paused", "finish": "finished", "out_of_office": "outOfOffice"}
        assert not happened or body["statusInSequence"] == told.get(event, body["statusInSequence"])

    @rule(contact=contacts, event=st.sampled_from(["call", "book_meeting", "opt_out"]))
    def befall(self, contact: int, event: str) -> None:
        """Something that counts in every sequence."""
        getattr(self.world, event)(contact)

    @rule(contact=contacts)
    def learn_email(self, contact: int) -> None:
        """The address becomes known, so nothing waits for it."""
        self.world.learn_email(contact, "learnt@example.org")
        bodies = [self.body(row) for row in self.sent if row[1] == contact]
        assert all(body["statusInSequence"] != "inactive" for body in bodies)

    @invariant()
    def facts_of_one_row_fit_together(self) -> None:
        """Names, options, echoes; no step means "Finished" and the other way round; finished means no step."""
        if not hasattr(self, "sent"):
            return
        assert set(self.world.rows()) == set(self.sent)
        steps = {each.id: [step.id for step in each.steps] for each in SEQUENCES}
        for row, disposition in self.sent.items():
            body = self.body(row)
            step, shown = body["currentStep"]["stepId"], body["currentStep"]["displayName"]
            status = body["statusInSequence"]
            assert list(body) == NAMES
            assert (body["sequenceId"], body["contactId"]) == row
            assert status in STATUSES
            assert (step is None) == (shown == "Finished")
            assert step is None or shown == str(steps[row[0]].index(step) + 1)
            assert status != "finished" or step is None
            assert step is not None or status in {"finished", "paused"}
            assert status != "inactive" or body["email"] is None
            assert body["emailDisposition"] == disposition

    @invariant()
    def every_answer_keeps_the_contract(self) -> None:
        """Whatever happened, what the provider says of every row has no finding; what was said before is not new."""
        said = {json.dumps(self.body(row)): row for row in getattr(self, "sent", ())}
        rows = [tuple(map(str, row)) for answer, row in said.items() if answer not in self.judged]
        if rows:
            asked = probe(CONTRACT, in_process(CONTRACT, Provider(CONTRACT, self.world, "key"), "key"), rows)
            assert CHECKER.judge_all(asked).findings == ()
            self.judged.update(said)

    @invariant()
    def a_contact_is_the_same_everywhere(self) -> None:
        """What belongs to the contact is equal in all its sequences."""
        seen: dict[int, list[Any]] = {}
        for row in getattr(self, "sent", ()):
            body = self.body(row)
            own = [body[name] for name in OWN]
            assert seen.setdefault(row[1], own) == own


TestEvents = Events.TestCase
TestEvents.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
