"""A small Reply: sequences, the contacts enrolled in them, and what can happen to both.

Every row is made by the same events a caller may use, so no row holds a combination that events can't reach.
`World.answer` gives the documented body; its names stand in the documented order.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from contracts.errors import Unusable
from contracts.model.json import Json

Row = tuple[int, int]
"""Sequence id and contact id, in the order of the path's parameters."""

StepKind = Literal["email", "call", "linkedIn"]

_FIRST_ENROLMENT = datetime(2024, 3, 8, 10, tzinfo=UTC)
_PROFILES = (
    ("Ada", "Quill", "Lantern Works", "Head of Sales"),
    ("Bram", "Oakes", "Northwind Paper", "Buyer"),
    ("Chidi", "Marsh", "Tidewater Tools", "Operations Lead"),
    ("Dana", "Fenn", "Hollow Hill Foods", "Office Manager"),
    ("Zoë", "Ångberg", "Café Lumière", "Geschäftsführerin"),
    ("Ewa", "Stone", "Larkspur Labs", "Chief of Staff"),
)
_DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a sequence: its id and what executing it does."""

    id: int
    kind: StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Steps in order, and the accounts that its contacts send from; account ids are 64-bit."""

    id: int
    steps: tuple[Step, ...]
    email_account: int
    linkedin_account: int


@dataclass(slots=True, kw_only=True)
class Contact:
    """A person, with the facts that are the same in every sequence."""

    id: int
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    title: str | None = None
    opted_out: bool = False
    call_status: str = "none"
    meeting_status: str = "none"


@dataclass(slots=True, kw_only=True)
class Disposition:
    """What became of the most recent email sent in the sequence."""

    replied: bool = False
    bounced: bool = False


@dataclass(slots=True, kw_only=True)
class Enrolment:
    """A contact in a sequence: `position` is the 0-based step in progress, None where there is none."""

    sequence: Sequence
    contact: Contact
    added: str
    status: str = "active"
    position: int | None = 0
    disposition: Disposition | None = None
    email_account: int | None = None
    linkedin_account: int | None = None

    @property
    def step(self) -> Step | None:
        """The step in progress."""
        return None if self.position is None else self.sequence.steps[self.position]


SEQUENCES = (
    Sequence(
        id=100,
        steps=(Step(id=5420, kind="email"), Step(id=5421, kind="email"), Step(id=5422, kind="linkedIn")),
        email_account=101,
        linkedin_account=2**53 + 1,
    ),
    Sequence(
        id=200,
        steps=(Step(id=6100, kind="call"), Step(id=6101, kind="linkedIn"), Step(id=6102, kind="email")),
        email_account=2**63 - 1,
        linkedin_account=202,
    ),
    Sequence(id=300, steps=(Step(id=7000, kind="call"),), email_account=301, linkedin_account=302),
)


class World:
    """Sequences, contacts and enrolments; the same seed and the same events give the same answers.

    A new world holds one row for each named case and a few rows that the seed makes. Events that can't happen (a reply
    to an email that was never sent) raise Unusable and change nothing.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- a repeatable world, no secret
        self.sequences = {sequence.id: sequence for sequence in SEQUENCES}
        self.contacts: dict[int, Contact] = {}
        self._enrolments: dict[Row, Enrolment] = {}
        self.cases: dict[str, Row] = {}
        self._tell_cases()
        for _ in range(6):
            self._wander()

    def rows(self) -> tuple[Row, ...]:
        """Every row that `answer` knows, in the order of enrolment."""
        return tuple(self._enrolments)

    def answer(self, sequence_id: int, contact_id: int) -> dict[str, Json] | None:
        """The documented body of a row, None where the contact isn't in the sequence."""
        row = self._enrolments.get((sequence_id, contact_id))
        return None if row is None else _body(row)

    def missing(self, sequence_id: int, contact_id: int) -> tuple[str, str]:
        """Why a row is unknown: the problem's code and its detail."""
        if sequence_id not in self.sequences:
            return "sequence.notFound", f"There is no sequence {sequence_id}."
        return "sequence.contactNotFound", f"Contact {contact_id} is not in sequence {sequence_id}."

    # What can happen to a contact, in all its sequences.

    def add_contact(self, email: str | None = None) -> int:
        """A new contact with a made-up profile; gives its id."""
        first, last, company, title = self._random.choice(_PROFILES)
        contact = Contact(
            id=12345 + len(self.contacts), email=email, first_name=first, last_name=last, company=company, title=title
        )
        self.contacts[contact.id] = contact
        return contact.id

    def learn_email(self, contact_id: int, email: str) -> None:
        """The contact's address becomes known; sequences that waited for it go on."""
        contact = self._contact(contact_id)
        contact.email = email
        for row in self._enrolments.values():
            if row.contact is contact and row.status == "inactive":
                _settle(row)

    def opt_out(self, contact_id: int) -> None:
        """The contact wants no more messages."""
        self._contact(contact_id).opted_out = True

    def call(self, contact_id: int) -> None:
        """The contact was called."""
        self._contact(contact_id).call_status = "called"

    def book_meeting(self, contact_id: int) -> None:
        """A meeting with the contact was booked."""
        self._contact(contact_id).meeting_status = "meetingBooked"

    # What can happen to a contact in one sequence.

    def enrol(self, sequence_id: int, contact_id: int) -> None:
        """The contact enters the sequence at its first step."""
        sequence, contact = self.sequences.get(sequence_id), self._contact(contact_id)
        if sequence is None:
            raise _impossible(f"sequence {sequence_id} doesn't exist")
        if (sequence_id, contact_id) in self._enrolments:
            raise _impossible(f"contact {contact_id} is in sequence {sequence_id} already")
        added = (_FIRST_ENROLMENT + timedelta(hours=31 * len(self._enrolments))).isoformat()
        row = Enrolment(sequence=sequence, contact=contact, added=added)
        self._enrolments[(sequence_id, contact_id)] = row
        _reach(row, 0)

    def advance(self, sequence_id: int, contact_id: int) -> None:
        """The step in progress is executed (its email sent, its call made); the next begins, or the sequence ends."""
        row = self._row(sequence_id, contact_id)
        step = row.step
        if row.status != "active" or step is None or row.position is None:
            raise _impossible(f"a contact who is {row.status} doesn't advance")
        if step.kind == "email":
            row.disposition = Disposition()
        if step.kind == "call":
            row.contact.call_status = "called"
        _reach(row, row.position + 1)

    def pause(self, sequence_id: int, contact_id: int) -> None:
        """The sequence pauses for the contact, where they stand: at a step, or at the end with none."""
        self._row(sequence_id, contact_id).status = "paused"

    def out_of_office(self, sequence_id: int, contact_id: int) -> None:
        """The contact is away; the step in progress waits."""
        row = self._row(sequence_id, contact_id)
        if row.step is None:
            raise _impossible("a contact without a step in progress waits for nothing")
        row.status = "outOfOffice"

    def resume(self, sequence_id: int, contact_id: int) -> None:
        """A paused or absent contact goes on where they stood."""
        row = self._row(sequence_id, contact_id)
        if row.status not in {"paused", "outOfOffice"}:
            raise _impossible(f"a contact who is {row.status} can't resume")
        _settle(row)

    def finish(self, sequence_id: int, contact_id: int) -> None:
        """The sequence ends for the contact; no step stays in progress."""
        row = self._row(sequence_id, contact_id)
        row.position = None
        _settle(row)

    def reply(self, sequence_id: int, contact_id: int) -> None:
        """The contact replied to the most recent email."""
        self._sent(sequence_id, contact_id).replied = True

    def bounce(self, sequence_id: int, contact_id: int) -> None:
        """The most recent email bounced."""
        self._sent(sequence_id, contact_id).bounced = True

    def _contact(self, contact_id: int) -> Contact:
        if contact_id not in self.contacts:
            raise _impossible(f"contact {contact_id} doesn't exist")
        return self.contacts[contact_id]

    def _row(self, sequence_id: int, contact_id: int) -> Enrolment:
        if (sequence_id, contact_id) not in self._enrolments:
            raise _impossible(f"contact {contact_id} is not in sequence {sequence_id}")
        return self._enrolments[(sequence_id, contact_id)]

    def _sent(self, sequence_id: int, contact_id: int) -> Disposition:
        disposition = self._row(sequence_id, contact_id).disposition
        if disposition is None:
            raise _impossible("no email was sent yet")
        return disposition

    def _case(self, name: str, sequence_id: int, *events: Callable[[int, int], None], email: bool = True) -> Row:
        """A named row: a new contact, enrolled, then the events."""
        number = 12345 + len(self.contacts)
        contact_id = self.add_contact(f"contact-{number}@{_DOMAINS[number % 3]}" if email else None)
        self.enrol(sequence_id, contact_id)
        for event in events:
            event(sequence_id, contact_id)
        self.cases[name] = (sequence_id, contact_id)
        return self.cases[name]

    def _tell_cases(self) -> None:
        """One row for each documented branch; the first is the documented example."""
        _, example = self._case("documented-example", 100, self.advance)
        person = self.contacts[example]
        person.email, person.first_name, person.last_name = "john.doe@company.com", "John", "Doe"
        person.company, person.title = "Tech Solutions Inc", "Senior Product Manager"
        self._case("no-email-sent-yet", 100)
        self._case("replied", 100, self.advance, self.reply)
        self._case("bounced", 100, self.advance, self.bounce)
        self._case("linkedin-step", 100, self.advance, self.advance)
        self._case("finished", 100, self.advance, self.advance, self.advance)
        self._case("paused", 100, self.advance, self.pause)
        self._case("paused-at-the-end", 100, self.advance, self.advance, self.advance, self.pause)
        self._case("out-of-office", 100, self.advance, self.out_of_office)
        self._case("inactive-without-email", 100, email=False)
        self._case("call-due", 300)
        self._case("called-and-finished", 300, self.advance)
        self._case("large-account-ids", 200, self.advance, self.advance)
        self.opt_out(self._case("opted-out", 100)[1])
        self.book_meeting(self._case("meeting-booked", 100, self.advance, self.reply, self.finish)[1])
        nobody = self.contacts[self._case("empty-profile", 300, email=False)[1]]
        nobody.first_name = nobody.last_name = nobody.company = nobody.title = None

    def _wander(self) -> None:
        """A row of the seed's own making: some events in some order, the impossible ones left out."""
        contact_id = self.add_contact(f"wanderer-{12345 + len(self.contacts)}@example.net")
        sequence_id = self._random.choice(SEQUENCES).id
        self.enrol(sequence_id, contact_id)
        events = (self.advance, self.advance, self.pause, self.resume, self.out_of_office, self.reply, self.bounce)
        for event in self._random.choices(events, k=5):
            try:
                event(sequence_id, contact_id)
            except Unusable:
                continue


def _impossible(problem: str) -> Unusable:
    return Unusable(f"this can't happen in the reference world: {problem}")


def _reach(row: Enrolment, position: int) -> None:
    """The contact comes to a step, or to the end."""
    row.position = position if position < len(row.sequence.steps) else None
    if row.step is not None and row.step.kind == "call":
        row.contact.call_status = "toCall"
    if row.step is not None and row.step.kind == "linkedIn":
        row.linkedin_account = row.sequence.linkedin_account
    _settle(row)


def _settle(row: Enrolment) -> None:
    """The status that follows from where the contact stands; an email step needs an address and an account."""
    if row.step is None:
        row.status = "finished"
    elif row.step.kind == "email" and row.contact.email is None:
        row.status = "inactive"
    else:
        row.status = "active"
        if row.step.kind == "email":
            row.email_account = row.sequence.email_account


def _body(row: Enrolment) -> dict[str, Json]:
    contact, step, sent = row.contact, row.step, row.disposition
    number = "Finished" if row.position is None else str(row.position + 1)
    return {
        "contactId": contact.id,
        "sequenceId": row.sequence.id,
        "email": contact.email,
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "company": contact.company,
        "title": contact.title,
        "statusInSequence": row.status,
        "isOptedOut": contact.opted_out,
        "callStatus": contact.call_status,
        "meetingStatus": contact.meeting_status,
        "emailDisposition": None if sent is None else {"isReplied": sent.replied, "isBounced": sent.bounced},
        "currentStep": {"stepId": None if step is None else step.id, "displayName": number},
        "addingDate": row.added,
        "emailAccountId": row.email_account,
        "linkedInAccountId": row.linkedin_account,
    }
