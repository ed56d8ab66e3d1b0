"""What moved: changes between two contracts, what traffic shows, and which side a difference is due to."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from contracts.model.accepted import Accepted
from contracts.model.contract import Contract, Source
from contracts.model.finding import Branch, Finding, Judgement, Recurrence, once, together
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path
from contracts.model.run import Unreadable, Verdict

Severity = Literal["breaking", "unknown", "additive", "none"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "unknown", "additive", "none")
"""What a change means for a client that reads the answers, the gravest first."""
ADJECTIVES: dict[Severity, str] = {
    "breaking": "breaking change",
    "unknown": "undecided change",
    "additive": "additive change",
    "none": "harmless change",
}
"""A change of each severity in words."""

Side = Literal["old", "new"]


@frozen
class Cited:
    """Where a side of a change is written."""

    side: Side
    source: Source


@frozen
class Change:
    """One difference between two contracts, one for each root cause.

    `kind` is a row of the severity table (`field.removed`). `pointer` is a JSON pointer into the documented body, `*`
    for every element; or `#operation`, `#authorization`, `#parameter/NAME`, `#status/404`, `#header/NAME` outside it.
    `old` and `new` are what each side says, None where it says nothing. `rules` are the ids concerned, of either side.
    """

    severity: Severity
    kind: str
    pointer: str
    old: Json
    new: Json
    summary: str
    fingerprint: str
    rules: tuple[str, ...] = ()
    sources: tuple[Cited, ...] = ()


@frozen
class Observed:
    """What traffic showed, whatever is documented: for each place of a success body how often it was of which type.

    `parents[path]` is how often the object that could hold the place was there; `answers` counts success bodies.
    """

    answers: int = 0
    places: dict[Path, dict[str, int]] = field(default_factory=dict)
    parents: dict[Path, int] = field(default_factory=dict)


@frozen
class Unseen:
    """A documented field or branch that traffic never showed, and the number of observations that rests on."""

    name: str
    observations: int


@frozen
class Traffic:
    """Traffic held to the contract: `what` says in words whose; `unchecked` why nothing counts, "" where it does.

    `unreadable` is what was passed by for not being readable; `recorded` says that it was read from recordings, and not
    had just now.
    """

    what: str
    judgement: Judgement
    observed: Observed
    unseen_fields: tuple[Unseen, ...] = ()
    unseen_branches: tuple[Unseen, ...] = ()
    branches: tuple[Branch, ...] = ()
    unchecked: str = ""
    unreadable: tuple[Unreadable, ...] = ()
    recorded: bool = True


Witness = Literal["page", "description", "page and description"]
"""Who documents an operation; a contract that was derived from a description alone has that for its page."""

Moved = Literal[
    "page changed",
    "description changed",
    "page and description changed",
    "API drifted from the page",
    "API drifted from the description",
    "API drifted from the page and description",
    "contract out of date with the page",
    "contract out of date with the description",
    "contract out of date with the page and description",
    "page contradicts itself",
    "description contradicts itself",
    "page and description contradict each other",
    "only observed, documented nowhere",
]


@frozen
class Triaged:
    """One difference and which side moved; each other field cites a witness in a few words, "" for none."""

    moved: Moved
    pointer: str
    what: str
    page: str = ""
    description: str = ""
    contract: str = ""
    traffic: str = ""

    @property
    def witnesses(self) -> tuple[tuple[str, str], ...]:
        """Each witness with what it says, in the order of reading; those that say nothing are left out."""
        names = ("page", "description", "contract", "traffic")
        return tuple((name, text) for name in names if (text := getattr(self, name)))


@frozen
class Drift:
    """Two sides compared, or a page with its contract and the wire.

    `contract` is what traffic was held to, None where no contract took part. `fail_on` is the weakest that breaks:
    `breaking` stands for breaking and unknown changes and for violations, `any` for every change and finding.
    `accepted` excuses changes and findings, which are told all the same.
    """

    old: str
    new: str
    contract: Contract | None = None
    changes: tuple[Change, ...] = ()
    traffic: Traffic | None = None
    triage: tuple[Triaged, ...] = ()
    fail_on: Literal["breaking", "any"] = "breaking"
    accepted: Accepted = Accepted()

    @property
    def met(self) -> tuple[Recurrence, ...]:
        """What traffic broke, in order; then the findings about what was accepted."""
        judged = self.traffic.judgement.met if self.traffic else ()
        return together((*judged, *map(once, self.accepted.stale)), lambda one: (one.level, one.fingerprint))

    def breaks(self, one: Change | Finding) -> bool:
        """True where a change or a finding breaks this run: grave enough, and not accepted."""
        name, grave = (
            (one.kind, one.severity in {"breaking", "unknown"})
            if isinstance(one, Change)
            else (one.rule, one.level == "violation")
        )
        return (grave or self.fail_on == "any") and self.accepted.of(name, one.pointer) is None

    @property
    def fatal(self) -> tuple[Change, ...]:
        """The changes that break the run."""
        return tuple(change for change in self.changes if self.breaks(change))

    @property
    def verdict(self) -> Verdict:
        """Broken by a fatal change or finding; not checked where traffic was asked for and none came."""
        if self.fatal or any(met.any_of(self.breaks) for met in self.met):
            return "broken"
        return "not checked" if self.traffic and self.traffic.unchecked else "kept"
