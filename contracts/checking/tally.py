"""Counting what was judged: findings, branches and interactions, kept apart by origin.

A tally merges: in any order, and however the interactions were split into parts, the same judgement comes out. What
it holds of a finding doesn't grow with how often that was met.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

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

Position: TypeAlias = tuple[int, int, int]
"""What decides which of two came first: the part of the input, the interaction in it, the number there."""
Member: TypeAlias = tuple[Position, Finding, "Interaction | None"]


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

    def sighting(self) -> Sighting:
        """As a value."""
        return Sighting(count=self.count, first=self.place, since=self.since, last=self.last)


class _Met:
    """A Recurrence that still grows."""

    __slots__ = ("count", "members", "pointers", "seen")

    def __init__(self) -> None:
        self.count: Count | None = None
        self.members: list[Member] = []
        self.pointers: set[str] = set()
        self.seen = _Smallest()

    def add(
        self, members: Iterable[Member], count: Count, pointers: set[str], seen: Iterable[tuple[str, Count]]
    ) -> None:
        if self.count is None:
            self.count = count
        else:
            self.count.merge(count)
        if len(self.members) < MOST_MEMBERS or self.members[-1][0] > count.at:
            self.members = sorted([*self.members, *members], key=_position)[:MOST_MEMBERS]
        if not pointers <= self.pointers:
            self.pointers = set(sorted(self.pointers | pointers)[:MOST_POINTERS])
        for text, one in seen:
            self.seen.add(text, one)

    def merge(self, other: _Met) -> None:
        if other.count is not None:
            self.add(other.members, other.count, other.pointers, other.seen.counts.items())

    def recurrence(self) -> Recurrence:
        assert self.count is not None
        seen = dict(sorted(self.seen.counts.items(), key=lambda one: one[1].at))
        return Recurrence(
            members=tuple(finding for _, finding, _ in self.members),
            count=self.count.count,
            since=self.count.since,
            last=self.count.last,
            pointers=tuple(sorted(self.pointers)),
            seen={text: count.sighting() for text, count in seen.items()},
            answers=tuple(interaction for _, _, interaction in self.members),
        )


_general = lru_cache(maxsize=4096)(general)


def _position(member: Member) -> Position:
    return member[0]


class _Smallest:
    """Counts by text, of the texts that come first: one that is passed by once is never among them later."""

    __slots__ = ("counts", "greatest")

    def __init__(self) -> None:
        self.counts: dict[str, Count] = {}
        self.greatest = ""

    def add(self, text: str, count: Count) -> None:
        known = self.counts.get(text)
        if known is not None:
            known.merge(count)
        elif len(self.counts) < MOST_VALUES or text < self.greatest:
            self.counts[text] = count
            if len(self.counts) > MOST_VALUES:
                del self.counts[self.greatest]
            self.greatest = max(self.counts)


class Tally:
    """Adds up while interactions pass, and is frozen into a Judgement at the end.

    `part` is the number of the part of the input that is counted here, where several are to be merged.
    """

    def __init__(self, part: int = 0) -> None:
        self.part, self._number = part, 0
        self._met: dict[tuple[str, ...], _Met] = {}
        self._seen: dict[str, dict[str, Count]] = {}
        self._checked: dict[str, Count] = {}
        self._successes = 0

    def add(self, interaction: Interaction, findings: Iterable[Finding], branches: Iterable[str], *, ok: bool) -> None:
        """One judged interaction; `ok` says that it was a success answer."""
        self.find(findings, interaction)
        self.count(interaction.origin, branches, place(interaction), interaction.at, ok=ok)

    def count(self, origin: str, branches: Iterable[str], where: str, at: str, *, ok: bool) -> None:
        """An interaction at a place and a moment, and the branches that it took."""
        self._successes += ok
        position = self.part, self._number, 0
        self._number += 1
        checked = self._checked.get(origin)
        if checked is None:
            checked = self._checked[origin] = Count(position, where)
        checked.again(1, at, at)
        seen = self._seen.setdefault(origin, {})
        for number, name in enumerate(branches):
            if name in seen:
                seen[name].again(1, at, at)
            else:
                seen[name] = Count((*position[:2], number), where, 1, at, at)

    def find(self, findings: Iterable[Finding], interaction: Interaction | None = None) -> None:
        """Findings, with the interaction that they are about where a report may show it."""
        for number, finding in enumerate(findings):
            position = self.part, self._number, number
            met = self._met.setdefault((finding.origin, finding.level, finding.rule, finding.fingerprint), _Met())
            kept = len(met.members) < MOST_MEMBERS
            members = [(position, finding, _shown(interaction) if interaction else None)] if kept else []
            counts = [Count(position, finding.place, 1, finding.at, finding.at) for _ in range(2)]
            met.add(members, counts[0], {_general(finding.pointer)}, [(finding.seen, counts[1])])

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

    def judgement(self) -> Judgement:
        """Everything added so far, as a value."""
        met = sorted(self._met.values(), key=lambda one: _position(one.members[0]))
        seen = sorted(self._checked, key=lambda origin: self._checked[origin].at)
        return Judgement(
            met=tuple(one.recurrence() for one in met),
            evidence=Evidence(
                seen={origin: {name: one.sighting() for name, one in _in_order(self._seen[origin])} for origin in seen}
            ),
            checked={origin: self._checked[origin].count for origin in seen},
            successes=self._successes,
        )


def _in_order(counts: dict[str, Count]) -> list[tuple[str, Count]]:
    return sorted(counts.items(), key=lambda one: one[1].at)


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
    return f"{interaction.place}#{interaction.index}" if interaction.index else interaction.place
