"""What checking says: findings, evidence, and both together."""

from __future__ import annotations

from dataclasses import field

from contracts.model.contract import Level, Source
from contracts.model.frozen import frozen


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
    written, `place` and `index` where the interaction was met, `line` where it begins there (0 where nobody looked).
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


@frozen
class Sighting:
    """How often a branch was exercised, and where first."""

    count: int
    first: str


@frozen
class Evidence:
    """Branches exercised, kept apart by origin: `seen[origin][branch name]`. Counts are never added across origins."""

    seen: dict[str, dict[str, Sighting]] = field(default_factory=dict)

    def observed(self, name: str) -> bool:
        """Whether any origin exercised the branch."""
        return any(name in branches for branches in self.seen.values())


@frozen
class Judgement:
    """Findings and evidence of one or more interactions, and how many interactions were judged, by origin."""

    findings: tuple[Finding, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    checked: dict[str, int] = field(default_factory=dict)
    successes: int = 0
