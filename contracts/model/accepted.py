"""Findings and changes that a project accepts for a time: what, why, until when, and what of that no longer holds."""

from __future__ import annotations

from contracts.model.finding import Finding
from contracts.model.frozen import frozen
from contracts.model.json import general


@frozen
class Acceptance:
    """One entry of a file: the rule or kind of change, its general pointer, and where the entry stands.

    `until` is the last day on which it counts, in ISO 8601; `place` and `line` are the file and the 1-based line.
    """

    rule: str
    pointer: str
    reason: str
    until: str
    place: str
    line: int


@frozen
class Accepted:
    """What excuses findings and changes, and `stale`: a finding for each entry that expired or excuses nothing."""

    entries: tuple[Acceptance, ...] = ()
    stale: tuple[Finding, ...] = ()

    def of(self, rule: str, pointer: str) -> Acceptance | None:
        """The entry that excuses a finding or a change; None where none does."""
        if not self.entries:
            return None
        place = general(pointer)
        return next((one for one in self.entries if (one.rule, one.pointer) == (rule, place)), None)
