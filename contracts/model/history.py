"""The memory of runs: what one run puts into it, and what can be read from it months later."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Literal

from contracts.model.contract import LEVELS
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
class Met:
    """How often a run met a thing, how many of those in recordings, and the earliest and latest known moment.

    Moments are ISO 8601 in UTC, "" where a recording doesn't say. At first hand, an unnoted one is the run's.
    """

    count: int
    replayed: int = 0
    since: str = ""
    last: str = ""


@frozen
class Entry:
    """One run of one contract: when (ISO 8601 in UTC), which command, what the contract promises, what was met."""

    at: str
    command: str
    operation: str
    digest: str
    verdict: str
    rules: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    met: dict[Thing, Met] = field(default_factory=dict)


@frozen
class Past:
    """A thing over all runs.

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
class Broken:
    """A finding over all runs, and each value seen there that was kept, in the order of their first appearances."""

    thing: Thing
    past: Past
    values: tuple[tuple[str, Past], ...] = ()

    def order(self) -> tuple[int, str, str, str, str]:
        """Where it stands in a list."""
        levels: tuple[str, ...] = LEVELS
        thing = self.thing
        rank = levels.index(thing.level) if thing.level in levels else len(levels)
        return rank, thing.name, thing.pointer, thing.origin, thing.fingerprint


@frozen
class Visit:
    """One run, as the list of runs shows it."""

    at: str
    command: str
    operation: str
    digest: str
    verdict: str


@frozen
class Chronicle:
    """All runs of one operation: how many, the first and last moment of a run, how many of each verdict, what was met.

    `digest`, `rules` and `branches` are those of the contract in the latest run.
    """

    operation: str
    digest: str
    runs: int
    first: str
    last: str
    verdicts: dict[str, int]
    rules: tuple[str, ...]
    branches: tuple[Branch, ...]
    past: dict[Thing, Past]

    def of(self, kind: ThingKind) -> dict[str, dict[str, Past]]:
        """By name, then by origin: for the kinds that have one thing a name (not `finding`, not `value`)."""
        found: dict[str, dict[str, Past]] = {}
        for thing, past in self.past.items():
            if thing.kind == kind:
                found.setdefault(thing.name, {})[thing.origin] = past
        return found

    @property
    def broken(self) -> dict[str, dict[str, str]]:
        """By rule, then by origin: the last moment when it was broken."""
        found: dict[str, dict[str, str]] = {}
        for thing, past in self.past.items():
            if thing.kind == "finding":
                origins = found.setdefault(thing.name, {})
                origins[thing.origin] = max(past.last, origins.get(thing.origin, ""))
        return found

    @property
    def findings(self) -> tuple[Broken, ...]:
        """The gravest level first, then by rule, pointer and origin."""
        values: dict[Thing, list[tuple[str, Past]]] = {}
        for thing, past in self.past.items():
            if thing.kind == "value":
                values.setdefault(replace(thing, kind="finding", seen=""), []).append((thing.seen, past))
        found = [
            Broken(
                thing=thing,
                past=past,
                values=tuple(sorted(values.get(thing, ()), key=lambda pair: (pair[1].first, pair[0]))),
            )
            for thing, past in self.past.items()
            if thing.kind == "finding"
        ]
        return tuple(sorted(found, key=Broken.order))

    def names(self, kind: Literal["branch", "rule"]) -> dict[str, bool]:
        """All names that are promised or were met, and whether the latest contract promises them; its order first."""
        promised = self.rules if kind == "rule" else tuple(branch.name for branch in self.branches)
        others = sorted({thing.name for thing in self.past if thing.kind == kind} - set(promised))
        return dict.fromkeys(promised, True) | dict.fromkeys(others, False)


@frozen
class History:
    """What a history file holds: a chronicle for each operation, by name, and the latest runs, the newest first."""

    operations: tuple[Chronicle, ...]
    latest: tuple[Visit, ...]
