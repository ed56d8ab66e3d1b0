"""Counting what was judged: findings, branches and interactions, kept apart by origin.

A tally merges: in any order, and however the interactions were split into parts, the same judgement comes out. What
it holds of a finding doesn't grow with how often that was met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from contracts.model.contract import LEVELS
from contracts.model.finding import (
    MOST_MEMBERS,
    MOST_POINTERS,
    MOST_VALUES,
    Evidence,
    Finding,
    Judgement,
    Recurrence,
    Sighting,
)
from contracts.model.interaction import Interaction, Request, Response
from contracts.model.json import general

Part: TypeAlias = tuple[int, int]
"""A part of the input: the number of its file, and where in that it begins."""
Position: TypeAlias = tuple[Part, int]
"""Which interaction of which part; it decides which of two came first."""
Member: TypeAlias = tuple[Position, int, Finding, "Interaction | None"]
"""A finding, the number that it has among those of its interaction, and that where a report may show it."""
WHOLE: Part = (0, 0)


class Count:
    """A Sighting that still grows: dozens of branches are counted for every answer."""

    __slots__ = ("at", "count", "last", "place", "since")

    def __init__(self, at: Position, place: str, count: int = 0, since: str = "", last: str = "") -> None:
        self.at, self.place, self.count, self.since, self.last = at, place, count, since, last

    def again(self, count: int, since: str, last: str) -> None:
        """Counts more of it."""
        self.count += count
        if since and (since < self.since or not self.since):
            self.since = since
        self.last = max(self.last, last)

    def merge(self, other: Count) -> None:
        """Counts what another one counted."""
        if other.at < self.at:
            self.at, self.place = other.at, other.place
        self.again(other.count, other.since, other.last)

    def copy(self) -> Count:
        """The same count, which grows by itself."""
        return Count(self.at, self.place, self.count, self.since, self.last)


class Met:
    """A Recurrence that still grows."""

    __slots__ = ("count", "members", "pointers", "seen")

    def __init__(self, count: Count) -> None:
        self.count = count
        self.members: list[Member] = []
        self.pointers: set[str] = set()
        self.seen = _Smallest()

    def again(self, text: str | None, count: Count) -> None:
        """Counts more of it, where this text was seen, or for None others that come behind enough of them."""
        self.count.merge(count)
        if text is not None:
            self.seen.add(text, count)

    def add(self, member: Member) -> None:
        """One of those that may be shown."""
        self.members.append(member)
        self.pointers.add(_general(member[2].pointer))
        self._cut()

    def merge(self, other: Met) -> None:
        """Counts what another one counted."""
        self.count.merge(other.count)
        self.members += other.members
        self.pointers |= other.pointers
        for text, count in other.seen.counts.items():
            self.seen.add(text, count)
        self._cut()

    def _cut(self) -> None:
        self.members = sorted(self.members, key=_order)[:MOST_MEMBERS]
        if len(self.pointers) > MOST_POINTERS:
            self.pointers = set(sorted(self.pointers)[:MOST_POINTERS])


def _order(member: Member) -> tuple[Position, int]:
    return member[:2]


_general = lru_cache(maxsize=4096)(general)


class _Smallest:
    """Counts by text, of the texts that come first: one that is passed by once is never among them later."""

    __slots__ = ("_greatest", "counts")

    def __init__(self) -> None:
        self.counts: dict[str, Count] = {}
        self._greatest = ""

    def add(self, text: str, count: Count) -> None:
        known = self.counts.get(text)
        if known is not None:
            known.merge(count)
        elif len(self.counts) < MOST_VALUES or text < self._greatest:
            self.counts[text] = count.copy()
            if len(self.counts) > MOST_VALUES:
                del self.counts[self._greatest]
            self._greatest = max(self.counts)


class Tally:
    """Adds up while interactions pass, and is frozen into a Judgement at the end.

    `part` and `number` say which interaction comes next; those of one part are numbered by themselves. Where there
    are several `parts`, places are told from these in the end.
    """

    def __init__(self, *, parts: bool = False) -> None:
        self.part, self.number = WHOLE, 0
        self._parts = parts
        self._met: dict[tuple[str, ...], Met] = {}
        self._seen: dict[str, dict[str, Count]] = {}
        self._checked: dict[str, Count] = {}
        self._successes = 0

    def add(self, interaction: Interaction, findings: Iterable[Finding], branches: Iterable[str], *, ok: bool) -> None:
        """One judged interaction; `ok` says that it was a success answer."""
        self.find(findings, interaction)
        where = "" if self._parts else place(interaction)
        one = Count((self.part, self.number), where, 1, interaction.at, interaction.at)
        self.answers(interaction.origin, one, ok=ok)
        self.took(interaction.origin, branches, one)
        self.number += 1

    def answers(self, origin: str, count: Count, *, ok: bool) -> None:
        """So many answers of an origin."""
        self._successes += count.count if ok else 0
        if origin in self._checked:
            self._checked[origin].merge(count)
        else:
            self._checked[origin] = count.copy()

    def took(self, origin: str, branches: Iterable[str], count: Count) -> None:
        """So many answers of an origin that took these branches."""
        seen = self._seen.setdefault(origin, {})
        for name in branches:
            if name in seen:
                seen[name].merge(count)
            else:
                seen[name] = count.copy()

    def find(self, findings: Iterable[Finding], interaction: Interaction | None = None) -> None:
        """Findings, with the interaction that they are about where a report may show it."""
        at = self.part, self.number
        for number, finding in enumerate(findings):
            key = finding.origin, finding.level, finding.rule, finding.fingerprint
            count = Count(at, finding.place, 1, finding.at, finding.at)
            met = self._met.get(key)
            if met is None:
                met = self._met[key] = Met(Count(at, "", 0))
            met.again(finding.seen, count)
            if len(met.members) < MOST_MEMBERS or _general(finding.pointer) not in met.pointers:
                met.add((at, number, finding, _shown(interaction) if interaction else None))

    def known(self, origin: str, rule: str, fingerprint: str, pointer: str) -> Met | None:
        """A finding that was met so often at a place that more of it needn't be shown; None where it wasn't."""
        for level in LEVELS:
            met = self._met.get((origin, level, rule, fingerprint))
            if met is not None:
                return met if len(met.members) == MOST_MEMBERS and pointer in met.pointers else None
        return None

    def merge(self, other: Tally) -> None:
        """Everything that another tally holds, which is not to be used any more."""
        self._successes += other._successes
        for key, met in other._met.items():
            if key in self._met:
                self._met[key].merge(met)
            else:
                self._met[key] = met
        _merge(self._checked, other._checked)
        for origin, seen in other._seen.items():
            _merge(self._seen.setdefault(origin, {}), seen)

    def judgement(self, starts: Mapping[Part, tuple[str, int, int]] | None = None) -> Judgement:
        """Everything added so far, as a value.

        `starts` has the file of each part, and how many interactions and lines come before it there.
        """
        located = _Located(starts or {})
        met = sorted(self._met.values(), key=lambda one: _order(one.members[0]))
        origins = sorted(self._checked, key=lambda origin: self._checked[origin].at)
        return Judgement(
            met=tuple(map(located.recurrence, met)),
            evidence=Evidence(
                seen={
                    origin: {name: located.sighting(one) for name, one in _in_order(self._seen[origin])}
                    for origin in origins
                }
            ),
            checked={origin: self._checked[origin].count for origin in origins},
            successes=self._successes,
        )


class _Located:
    """Makes values of what was counted, with places as readers find them."""

    def __init__(self, starts: Mapping[Part, tuple[str, int, int]]) -> None:
        self._starts = starts

    def recurrence(self, met: Met) -> Recurrence:
        seen = dict(sorted(met.seen.counts.items(), key=lambda one: (one[1].at, one[0])))
        shown = [self._moved(member) for member in met.members]
        return Recurrence(
            members=tuple(finding for finding, _ in shown),
            count=met.count.count,
            since=met.count.since,
            last=met.count.last,
            pointers=tuple(sorted(met.pointers)),
            seen={text: self.sighting(count) for text, count in seen.items()},
            answers=tuple(interaction for _, interaction in shown),
        )

    def sighting(self, count: Count) -> Sighting:
        where = count.place
        if count.at[0] in self._starts:
            file, before, _ = self._starts[count.at[0]]
            where = spot(file, before + count.at[1])
        return Sighting(count=count.count, first=where, since=count.since, last=count.last)

    def _moved(self, member: Member) -> tuple[Finding, Interaction | None]:
        (part, _), _, finding, interaction = member
        if part not in self._starts:
            return finding, interaction
        _, before, lines = self._starts[part]
        index, line = finding.index + before, finding.line + lines
        moved = None if interaction is None else replace(interaction, index=index, line=line)
        return replace(finding, index=index, line=line), moved


def _in_order(counts: dict[str, Count]) -> list[tuple[str, Count]]:
    return sorted(counts.items(), key=lambda one: (one[1].at, one[0]))


def _merge(counts: dict[str, Count], others: dict[str, Count]) -> None:
    for name, count in others.items():
        if name in counts:
            counts[name].merge(count)
        else:
            counts[name] = count


def _shown(interaction: Interaction) -> Interaction:
    """What a report may show of it: no headers, no query and no request body, where keys travel."""
    asked, answered = interaction.request, interaction.response
    return replace(
        interaction,
        request=Request(method=asked.method, url=asked.url.partition("?")[0]),
        response=Response(status=answered.status, body=answered.body),
    )


def place(interaction: Interaction) -> str:
    """Where a reader finds the interaction again: its file or URL, and its number there where it isn't the first."""
    return spot(interaction.place, interaction.index)


def spot(file: str, index: int) -> str:
    """A file, and the number of an interaction in it where that isn't the first."""
    return f"{file}#{index}" if index else file
