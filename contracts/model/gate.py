"""The client gate in values: answers to put to a client, what the client did with each, and the verdict."""

from __future__ import annotations

from typing import Literal

from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Headers, Request
from contracts.model.run import Verdict

Tier = Literal["legal", "tomorrow", "error"]
TIERS: tuple[Tier, ...] = ("legal", "tomorrow", "error")

Expects = Literal["survive", "either", "notice"]
"""What a client is to do: end well; end well or complain; complain."""

CaseOutcome = Literal["passed", "failed", "not checked"]


@frozen
class Case:
    """One answer to put to a client.

    `rules` are the ids of the rules that the case is about, `description` completes "breaks when ...". `traits` are
    the names of all branches that its body takes. `delay` is in seconds before the answer; `cut` is the number of
    bytes after which the connection ends, None for a whole body.
    """

    name: str
    tier: Tier
    description: str
    status: int
    headers: Headers
    body: bytes
    rules: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    expects: Expects = "survive"
    delay: float = 0.0
    cut: int | None = None


@frozen
class Sent:
    """A request that the client sent and the status it got.

    `wrong` says what the request breaks, each beginning with the rule's id; `outside` that it was for no operation of
    the contract.
    """

    request: Request
    status: int
    wrong: tuple[str, ...] = ()
    outside: bool = False


@frozen
class Tried:
    """One case put to the client: `how` says in words what it did; `code` is None where it was ended for its time."""

    case: Case
    outcome: CaseOutcome
    how: str
    code: int | None
    output: str = ""
    sent: tuple[Sent, ...] = ()
    known: bool = False
    """True where a baseline says that this case was no better before."""


@frozen
class Cause:
    """A branch that failing answers have and no passing one has.

    `names` are its names, the first the plainest; all of them are taken by the same answers. `promised` says where.
    """

    names: tuple[str, ...]
    description: str
    rule: str
    promised: str


@frozen
class Gate:
    """One client put through the cases of one contract."""

    contract: Contract
    digest: str
    command: tuple[str, ...]
    tried: tuple[Tried, ...]
    causes: tuple[Cause, ...] = ()
    also_failing: tuple[Literal["tomorrow", "outside"], ...] = ()
    baseline: str = ""
    fixed: tuple[str, ...] = ()
    """Cases that fare better than the baseline says."""
    skipped: tuple[Tier, ...] = ()
    """The tiers that were not asked for."""

    def of(self, tier: Tier) -> tuple[Tried, ...]:
        """What was tried of one tier."""
        return tuple(one for one in self.tried if one.case.tier == tier)

    @property
    def counted(self) -> tuple[Tried, ...]:
        """What the verdict rests on: the legal tier, and the others where they were asked to count."""
        return tuple(one for one in self.tried if one.case.tier == "legal" or "tomorrow" in self.also_failing)

    @property
    def failing(self) -> tuple[Tried, ...]:
        """The counted cases that failed and that no baseline excuses."""
        return tuple(one for one in self.counted if one.outcome == "failed" and not one.known)

    @property
    def outside(self) -> tuple[Sent, ...]:
        """Requests for no operation of the contract, each once."""
        found = {
            (sent.request.method, sent.request.url): sent for one in self.tried for sent in one.sent if sent.outside
        }
        return tuple(found[key] for key in sorted(found))

    @property
    def verdict(self) -> Verdict:
        """Broken by a failing case; not checked where a counted case never was asked for, and nothing excuses it."""
        if self.failing or ("outside" in self.also_failing and self.outside):
            return "broken"
        if not self.counted or any(one.outcome == "not checked" and not one.known for one in self.counted):
            return "not checked"
        return "kept"
