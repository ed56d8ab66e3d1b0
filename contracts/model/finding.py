"""What checking says: findings, evidence, and both together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import field

from contracts.model.contract import Level, Source
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction


@frozen
class Branch:
    """One side of a rule that an answer can take (`email=null`, `status=404`, `currentStep.no-step`)."""

    rule: str
    name: str


@frozen
class Finding:
    """A rule broken by an interaction.

    `pointer` is a JSON pointer into the response body, "" for the whole body, or `#request`, `#status`,
    `#header/Name` outside it. `expected` and `seen` are short texts. `fingerprint` is 16 hex digits over operation,
    rule and the pointer without array positions: the same for every value and line. `promised` says where the rule is
    written, `place` and `index` where the interaction was met, `line` where it begins there (0 where there is none),
    `at` when it took place, as the interaction says.
    """

    rule: str
    level: Level
    pointer: str
    expected: str
    seen: str
    summary: str
    fingerprint: str
    promised: tuple[Source, ...]
    origin: str
    place: str = ""
    index: int = 0
    line: int = 0
    at: str = ""


@frozen
class Recurrence:
    """Findings that are one thing met again and again, in the order in which they were met."""

    members: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that was met first."""
        return self.members[0]

    @property
    def count(self) -> int:
        """How often it was met."""
        return len(self.members)

    @property
    def seen(self) -> Counter[str]:
        """The different things seen, in order, and how often each."""
        return Counter(finding.seen for finding in self.members)

    @property
    def moments(self) -> tuple[str, ...]:
        """The earliest and the latest known moment; none where none is known."""
        known = {finding.at for finding in self.members} - {""}
        return (min(known), max(known)) if known else ()


def _identity(finding: Finding) -> Hashable:
    return finding.level, finding.fingerprint


def recurrences(findings: Iterable[Finding], same: Callable[[Finding], Hashable] = _identity) -> tuple[Recurrence, ...]:
    """Findings by fingerprint, or by what else makes them the `same`, in the order in which they were met."""
    found: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        found.setdefault(same(finding), []).append(finding)
    return tuple(Recurrence(members=tuple(members)) for members in found.values())


@frozen
class Sighting:
    """How often a branch was exercised, where first, and its earliest and latest known moment ("" for none)."""

    count: int
    first: str
    since: str = ""
    last: str = ""


@frozen
class Evidence:
    """Branches exercised, kept apart by origin: `seen[origin][branch name]`. Counts are never added across origins."""

    seen: dict[str, dict[str, Sighting]] = field(default_factory=dict)

    def observed(self, name: str) -> bool:
        """True where any origin exercised the branch."""
        return any(name in branches for branches in self.seen.values())


@frozen
class Judgement:
    """Findings and evidence of one or more interactions, and how many interactions were judged, by origin.

    `exemplars` holds the first few interactions of each finding's fingerprint, for reports that show the answer:
    without headers, query and request body, where keys travel.
    """

    findings: tuple[Finding, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    checked: dict[str, int] = field(default_factory=dict)
    successes: int = 0
    exemplars: dict[str, tuple[Interaction, ...]] = field(default_factory=dict)
