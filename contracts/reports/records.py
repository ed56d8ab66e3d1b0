"""What `--format json` prints, as types: the files in `schemas/own/` are made of them.

An object for a verification; for a gate or a comparison that of its one contract, or of several a list of them.
"""

from __future__ import annotations

from typing import Literal

from contracts.model.contract import Level, Source
from contracts.model.drift import Severity, Side, Triaged, Unseen
from contracts.model.frozen import frozen
from contracts.model.gate import CaseOutcome, Tier
from contracts.model.json import Json
from contracts.model.run import Verdict


@frozen
class Broken:
    """Where something was broken; `line` is 1-based, or null, and `index` the number in the file."""

    place: str
    line: int | None
    index: int
    origin: str


@frozen
class FindingRecord:
    """A rule broken at a place, with the place where it was met first; `count` says how often it was met."""

    rule: str
    level: Level
    pointer: str
    expected: str
    seen: str
    count: int
    fingerprint: str
    promised: tuple[Source, ...]
    broken: Broken


@frozen
class Cited(Source):
    """Where a side of a change is written."""

    side: Side


@frozen
class ChangeRecord:
    """One difference between two sides; `old` and `new` are what each says, null where it says nothing."""

    severity: Severity
    kind: str
    pointer: str
    old: Json
    new: Json
    rules: tuple[str, ...]
    sources: tuple[Cited, ...]


@frozen
class Excused:
    """Why something is accepted, the last day on which it is, and where that is written."""

    reason: str
    until: str
    place: str
    line: int


@frozen
class AcceptedFinding(Excused):
    """A finding that is accepted for now."""

    finding: FindingRecord


@frozen
class AcceptedChange(Excused):
    """A change that is accepted for now."""

    change: ChangeRecord


@frozen
class UnreadableRecord:
    """Parts of recordings that can't be read, all for one reason: how many, and where the first of them stands."""

    what: Literal["answer", "other answer", "file"]
    reason: str
    count: int
    place: str
    line: int | None
    index: int


@frozen
class IdleRecord:
    """A contract that there was nothing to judge of, and why."""

    contract: str
    operation: str
    why: str


@frozen
class AnswersRecord:
    """Answers judged, by origin, and how many are successes; `unchecked` says why nothing counts, else it is null."""

    what: str
    unchecked: str | None
    checked: dict[str, int]
    successes: int
    unreadable: tuple[UnreadableRecord, ...]


@frozen
class TargetRecord(AnswersRecord):
    """One target, by the name that was given."""

    name: str


@frozen
class SightingRecord:
    """How often a branch was seen, and where first."""

    count: int
    first: str


@frozen
class BranchRecord:
    """A branch that could be observed, and what was, by origin; counts of two origins are never to be added."""

    branch: str
    rule: str
    seen: dict[str, SightingRecord]


@frozen
class ProofRecord:
    """How many rules were tried, and the ids of those that could not be shown to fail when broken."""

    rules: int
    unproven: tuple[str, ...]


@frozen
class RunRecord:
    """One contract held to its targets; `accepted` alone has what is accepted, `proof` is null where none was run."""

    contract: str
    operation: str
    digest: str
    verdict: Verdict
    targets: tuple[TargetRecord, ...]
    findings: tuple[FindingRecord, ...]
    accepted: tuple[AcceptedFinding, ...]
    evidence: tuple[BranchRecord, ...]
    proof: ProofRecord | None


@frozen
class AsideRecord:
    """What recordings of one target hold that is of none of several contracts."""

    target: str
    what: str
    unreadable: tuple[UnreadableRecord, ...]


@frozen
class VerifyRecord:
    """Recordings and providers held to the contracts, what is broken first."""

    verdict: Verdict
    runs: tuple[RunRecord, ...]
    idle: tuple[IdleRecord, ...]
    beside: tuple[AsideRecord, ...]


@frozen
class UndocumentedRecord:
    """A place of the body that traffic shows and the contract doesn't know: how often of which type, of how many."""

    name: str
    types: dict[str, int]
    of: int


@frozen
class TrafficRecord(AnswersRecord):
    """Traffic held to the contract, and what it showed and didn't."""

    undocumented: tuple[UndocumentedRecord, ...]
    unseen_fields: tuple[Unseen, ...]
    unseen_branches: tuple[Unseen, ...]


@frozen
class DriftRecord:
    """Two sides compared, or a page with its contract and the wire; what is accepted stands in `accepted` alone."""

    verdict: Verdict
    old: str
    new: str
    changes: tuple[ChangeRecord, ...]
    findings: tuple[FindingRecord, ...]
    accepted: tuple[AcceptedChange | AcceptedFinding, ...]
    triage: tuple[Triaged, ...]
    traffic: TrafficRecord | None


@frozen
class CauseRecord:
    """Branches that failing answers have and no passing one has, in words, and where the rule is promised."""

    branches: tuple[str, ...]
    when: str
    rule: str
    promised: str


@frozen
class SentRecord:
    """A request that the client sent; `wrong` says what it breaks."""

    method: str
    target: str
    status: int
    wrong: tuple[str, ...]


@frozen
class AnswerRecord:
    """The answer that was put to the client."""

    status: int
    body: str


@frozen
class CaseRecord:
    """One answer put to the client; `exit` is null where it was ended for its time.

    `counted` says that the verdict rests on it, `known` that a baseline says that it was no better before.
    """

    name: str
    tier: Tier
    when: str
    rules: tuple[str, ...]
    outcome: CaseOutcome
    how: str
    counted: bool
    known: bool
    exit: int | None
    output: str
    sent: tuple[SentRecord, ...]
    answer: AnswerRecord


@frozen
class GateRecord:
    """A client put through the answers that a contract allows; `outside` are its requests for no operation of it."""

    verdict: Verdict
    headline: str
    operation: str
    digest: str
    command: tuple[str, ...]
    causes: tuple[CauseRecord, ...]
    cases: tuple[CaseRecord, ...]
    outside: tuple[str, ...]


@frozen
class SeveralDrifts:
    """Comparisons of several contracts, what is broken first, and the idle contracts."""

    verdict: Verdict
    contracts: tuple[DriftRecord, ...]
    idle: tuple[IdleRecord, ...]


@frozen
class SeveralGates:
    """A client put through the answers of several contracts, what is broken first, and the idle contracts."""

    verdict: Verdict
    contracts: tuple[GateRecord, ...]
    idle: tuple[IdleRecord, ...]


SHAPES = {
    "verify": (VerifyRecord,),
    "drift": (DriftRecord, SeveralDrifts),
    "gate": (GateRecord, SeveralGates),
}
"""What each command prints: of one contract, of several."""
