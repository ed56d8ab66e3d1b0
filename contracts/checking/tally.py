"""Counting what was judged: findings, branches and interactions, kept apart by origin."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.model.finding import Evidence, Finding, Judgement, Sighting
from contracts.model.interaction import Interaction


class Tally:
    """Adds up while interactions pass, and is frozen into a Judgement at the end."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.seen: dict[str, dict[str, Sighting]] = {}
        self.checked: dict[str, int] = {}
        self.successes = 0

    def add(self, interaction: Interaction, findings: Iterable[Finding], branches: Iterable[str], *, ok: bool) -> None:
        """One judged interaction; `ok` says that it was a success answer."""
        self.findings += findings
        self.checked[interaction.origin] = self.checked.get(interaction.origin, 0) + 1
        self.successes += ok
        seen = self.seen.setdefault(interaction.origin, {})
        for name in branches:
            known = seen.get(name)
            seen[name] = Sighting(
                count=known.count + 1 if known else 1, first=known.first if known else place(interaction)
            )

    def judgement(self) -> Judgement:
        """Everything added so far, as a value."""
        return Judgement(
            findings=tuple(self.findings),
            evidence=Evidence(seen={origin: dict(branches) for origin, branches in self.seen.items()}),
            checked=dict(self.checked),
            successes=self.successes,
        )


def place(interaction: Interaction) -> str:
    """Where a reader finds the interaction again: its file or URL, and its number there where it isn't the first."""
    return f"{interaction.place}#{interaction.index}" if interaction.index else interaction.place


def merged(judgements: Iterable[Judgement]) -> Judgement:
    """Several judgements as one; origins stay apart, and the first sighting stays the first."""
    total = Tally()
    for judgement in judgements:
        total.findings += judgement.findings
        total.successes += judgement.successes
        for origin, count in judgement.checked.items():
            total.checked[origin] = total.checked.get(origin, 0) + count
        for origin, branches in judgement.evidence.seen.items():
            seen = total.seen.setdefault(origin, {})
            for name, sighting in branches.items():
                known = seen.get(name)
                seen[name] = Sighting(count=known.count + sighting.count, first=known.first) if known else sighting
    return total.judgement()
