"""The memory of runs: what one run puts into it, and what can be read from it months later."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from contracts.model.finding import Branch
from contracts.model.frozen import frozen

ThingKind = Literal["answer", "success", "branch", "rule", "finding", "value"]


@frozen
class Thing:
    """Something that a run can meet at one origin.

    `name` is the branch, or the rule's id; "" for `answer` and `success`, which count answers. `rule` means the rule
    exercised. A `finding` is a rule broken at a place, whatever was seen; a `value` is one thing seen there. Only
    those two have a level, a pointer (array positions as `*`) and a fingerprint, and only a value has `seen`. A
    finding with the pointer `*` and no fingerprint stands for all places of its rule that were too many to keep.
    """

    origin: str
    kind: ThingKind
    name: str = ""
    level: str = ""
    pointer: str = ""
    fingerprint: str = ""
    seen: str = ""


@frozen
class Occurrence:
    """How often a run met a thing, how many of those in recordings, and the earliest and latest known moment.

    Moments are ISO 8601 in UTC, "" where a recording doesn't say. At first hand, an unnoted one is the run's.
    """

    count: int
    replayed: int = 0
    since: str = ""
    last: str = ""


@frozen
class RunEntry:
    """One run of one contract: when (ISO 8601 in UTC), what the contract promises, what was met."""

    at: str
    operation: str
    digest: str
    verdict: str
    rules: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    met: dict[Thing, Occurrence] = field(default_factory=dict)


@frozen
class Past:
    """Something over all runs.

    `first` and `last` are moments of exchanges; where one is unknown the run's moment stands for it, which is no
    earlier, and `dated` is false. `count` adds up the runs, so a recording checked again counts again; `runs` is how
    many runs met the thing, `replays` how many of those met it in recordings alone.
    """

    first: str
    last: str
    count: int
    runs: int
    replays: int
    dated: bool


@frozen
class OriginPast(Past):
    """Something over all runs at one origin; those of two origins are never to be added."""

    origin: str


@frozen
class BranchPast:
    """A branch and who showed it, never where that is empty; the contract in the latest run may not promise it."""

    branch: str
    rule: str | None
    promised: bool
    seen: tuple[OriginPast, ...] = ()


@frozen
class RulePast:
    """A rule and where it was exercised; not that it is known, where that is empty."""

    rule: str
    promised: bool
    exercised: tuple[OriginPast, ...] = ()


@frozen
class ValuePast(Past):
    """One thing that was seen where a rule was broken."""

    seen: str


@frozen
class FindingPast(OriginPast):
    """A rule broken at a place, and each value seen there that was kept, the first to appear first.

    `*` in a pointer is an array position; `*` alone, without a fingerprint, stands for places too many to keep.
    """

    rule: str
    level: str
    pointer: str
    fingerprint: str | None
    values: tuple[ValuePast, ...] = ()


@frozen
class Runs:
    """All runs of one operation: how many, the moments of the first and the last, and how many of each verdict."""

    count: int
    first: str
    last: str
    verdicts: dict[str, int]


@frozen
class Chronicle:
    """What is remembered of one operation.

    `digest`, and what is promised, are the contract's in the latest run. Findings stand in the order of their levels,
    branches and rules in that of the contract, those that it no longer has behind them.
    """

    operation: str
    digest: str
    runs: Runs
    answers: tuple[OriginPast, ...] = ()
    successes: tuple[OriginPast, ...] = ()
    branches: tuple[BranchPast, ...] = ()
    rules: tuple[RulePast, ...] = ()
    findings: tuple[FindingPast, ...] = ()


@frozen
class Visit:
    """One run of one contract."""

    at: str
    operation: str
    digest: str
    verdict: str


@frozen
class History:
    """What a history file holds: a chronicle for each operation, by name."""

    operations: tuple[Chronicle, ...] = ()
