"""Counting what was judged: findings, branches and interactions, kept apart by origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contracts.model.finding import Evidence, Finding, Judgement, Sighting
from contracts.model.interaction import Interaction, Request, Response

EXEMPLARS = 3
"""So many interactions are kept for each finding's fingerprint."""


class Tally:
    """Adds up while interactions pass, and is frozen into a Judgement at the end."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.seen: dict[str, dict[str, _Count]] = {}
        self.checked: dict[str, int] = {}
        self.successes = 0
        self.exemplars: dict[str, list[Interaction]] = {}

    def add(self, interaction: Interaction, findings: list[Finding], branches: Iterable[str], *, ok: bool) -> None:
        """One judged interaction; `ok` says that it was a success answer."""
        self.checked[interaction.origin] = self.checked.get(interaction.origin, 0) + 1
        self.successes += ok
        self.findings += findings
        for fingerprint in dict.fromkeys(finding.fingerprint for finding in findings):
            self.keep(fingerprint, (interaction,))
        seen, at = self.seen.setdefault(interaction.origin, {}), interaction.at
        for name in branches:
            if name in seen:
                seen[name].again(1, at, at)
            else:
                seen[name] = _Count(1, place(interaction), at, at)

    def keep(self, fingerprint: str, interactions: Iterable[Interaction]) -> None:
        """The first few interactions of a fingerprint, of all that are given."""
        kept = self.exemplars.setdefault(fingerprint, [])
        kept += [_shown(one) for one in [*interactions][: EXEMPLARS - len(kept)]]

    def join(self, judgement: Judgement) -> None:
        """Everything that a judgement holds."""
        self.findings += judgement.findings
        self.successes += judgement.successes
        for fingerprint, interactions in judgement.exemplars.items():
            self.keep(fingerprint, interactions)
        for origin, count in judgement.checked.items():
            self.checked[origin] = self.checked.get(origin, 0) + count
        for origin, branches in judgement.evidence.seen.items():
            seen = self.seen.setdefault(origin, {})
            for name, sighting in branches.items():
                if name in seen:
                    seen[name].again(sighting.count, sighting.since, sighting.last)
                else:
                    seen[name] = _Count(sighting.count, sighting.first, sighting.since, sighting.last)

    def judgement(self) -> Judgement:
        """Everything added so far, as a value."""
        return Judgement(
            findings=tuple(self.findings),
            evidence=Evidence(
                seen={
                    origin: {name: seen.sighting() for name, seen in branches.items()}
                    for origin, branches in self.seen.items()
                }
            ),
            checked=dict(self.checked),
            successes=self.successes,
            exemplars={fingerprint: tuple(kept) for fingerprint, kept in self.exemplars.items()},
        )


class _Count:
    """A Sighting that still grows: dozens of branches are counted for every answer."""

    __slots__ = ("count", "first", "last", "since")

    def __init__(self, count: int, first: str, since: str, last: str) -> None:
        self.count, self.first, self.since, self.last = count, first, since, last

    def again(self, count: int, since: str, last: str) -> None:
        self.count += count
        if since and (since < self.since or not self.since):
            self.since = since
        self.last = max(self.last, last)

    def sighting(self) -> Sighting:
        return Sighting(count=self.count, first=self.first, since=self.since, last=self.last)


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


def merged(judgements: Iterable[Judgement]) -> Judgement:
    """Several judgements as one; origins stay apart, and the first sighting stays the first."""
    total = Tally()
    for judgement in judgements:
        total.join(judgement)
    return total.judgement()
