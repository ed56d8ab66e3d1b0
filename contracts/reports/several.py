"""What is told of a run over several contracts as a whole: how many are what, each in a line, and what is of none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from contracts.model.run import Idle, Verdict, Verification
from contracts.reports.grouping import many
from contracts.reports.terminal import checked_text, unreadable_rows, verdict_tail

NAMED = 20
"""So many idle contracts of one reason are named."""
_WORST: tuple[Verdict, ...] = ("broken", "not checked", "kept")


class Judged(Protocol):
    """What was found of one contract: a run, a gate, a comparison."""

    @property
    def verdict(self) -> Verdict:
        """Of this contract alone."""


_One = TypeVar("_One", bound=Judged)


def worst_first(judged: Iterable[_One]) -> tuple[_One, ...]:
    """What is broken first, otherwise as they come."""
    return tuple(sorted(judged, key=lambda one: _WORST.index(one.verdict)))


def share(verdict: Verdict, judged: Sequence[Judged], idle: Sequence[Idle]) -> str:
    """What a verdict over all rests on: `: 2 of 300 contracts; 290 kept; 8 idle`."""
    counts = dict(_counts(judged, idle))
    own = counts.pop(verdict, 0)
    return f": {own} of {many(len(judged) + len(idle), 'contract')}{_others(counts)}"


def is_of_several(done: Verification) -> bool:
    """Whether there is more than one contract to tell of, or none."""
    return _total(done) != 1


def subject(done: Verification) -> str:
    """`300 contracts: 2 broken, 290 kept, 8 idle`."""
    return f"{many(_total(done), 'contract')}: {counts_text(done)}"


def counts_text(done: Verification) -> str:
    """`2 broken, 290 kept, 8 idle`."""
    return ", ".join(f"{count} {what}" for what, count in _counts(done.runs, done.idle))


def _total(done: Verification) -> int:
    return len(done.runs) + len(done.idle)


def _counts(judged: Iterable[Judged], idle: Sequence[Idle]) -> list[tuple[str, int]]:
    verdicts = [one.verdict for one in judged]
    found: list[tuple[str, int]] = [(verdict, verdicts.count(verdict)) for verdict in _WORST]
    return [(what, count) for what, count in [*found, ("idle", len(idle))] if count]


def _others(counts: dict[str, int]) -> str:
    return "".join(f"; {count} {what}" for what, count in counts.items())


def line_rows(done: Verification) -> Iterator[tuple[str, str]]:
    """A line for each run: the verdict, the operation, and what it rests on."""
    for run in worst_first(done.runs):
        text = f"{run.contract.operation}  ({run.digest[:12]})"
        told = verdict_tail(run) if run.verdict == "broken" else ": " + "; ".join(map(checked_text, run.targets))
        yield run.verdict, text + told


def rest_rows(done: Verification) -> Iterator[tuple[str, str]]:
    """The idle contracts by their reason, and what recordings hold that is of no contract."""
    yield from idle_rows(done.idle)
    for aside in done.asides:
        yield "beside", aside.what
        yield from unreadable_rows(aside)


def idle_rows(every: Iterable[Idle]) -> Iterator[tuple[str, str]]:
    """The idle contracts by their reason."""
    reasons: dict[str, list[Idle]] = {}
    for one in every:
        reasons.setdefault(one.why, []).append(one)
    for why, idle in reasons.items():
        names = ", ".join(one.contract.slug for one in idle[:NAMED])
        more = f" and {len(idle) - NAMED} more" if len(idle) > NAMED else ""
        yield "idle", f"{many(len(idle), 'contract')}, {why}: {names}{more}"


def tail(done: Verification) -> str:
    """What the verdict over all rests on."""
    if not _total(done):
        return ": no contract"
    counts = dict(_counts(done.runs, done.idle))
    unchecked = done.verdict == "not checked"
    own = (counts.pop("not checked", 0) + counts.pop("idle", 0)) if unchecked else counts.pop(done.verdict, 0)
    asked = any(target.name == "live" for run in done.runs for target in run.targets)
    live = "" if asked or done.verdict != "kept" else "; the live API was not asked"
    return f": {own} of {many(_total(done), 'contract')}{_others(counts)}{live}"
