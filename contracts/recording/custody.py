"""How well recordings are kept: nothing secret in them, not too old, honest about their making, and in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.model.contract import Level
from contracts.model.finding import Finding
from contracts.model.identity import digest
from contracts.model.interaction import Interaction, Request, Response
from contracts.recording.leaks import LeakSearch
from contracts.sources.moments import moment


class Custody:
    """Judges the recordings of one contract. `key` is the credential in use; `max_age` in days, None for no limit."""

    def __init__(self, checker: Checker, *, key: str | None, max_age: int | None) -> None:
        self._checker = checker
        self._search = LeakSearch(checker.contract, key)
        self._max_age = max_age
        self._digest = digest(checker.contract)

    def findings(
        self, path: Path, metadata: dict[str, Any], interactions: Sequence[Interaction], owned: Sequence[Interaction]
    ) -> Iterator[Finding]:
        """What is wrong with one cassette: all its interactions, and those that are the contract's."""
        for interaction in interactions:
            yield from self._leaks(interaction)
        if owned:
            yield from self._provenance(owned[0], metadata)
            yield from self._age(owned[0], metadata)
            return
        request, response = Request(method="", url=""), Response(status=0)
        about = Interaction(request=request, response=response, origin="recorded", place=path.as_posix())
        yield self._finding(about, "unused", "note", "Every cassette here is of the contract's operation.", "another")

    def _finding(self, about: Interaction, name: str, level: Level, summary: str, seen: str) -> Finding:
        return self._checker.foreign(
            about, rule=f"custody.{name}", level=level, summary=summary, expected="recordings kept well", seen=seen
        )

    def _leaks(self, interaction: Interaction) -> Iterator[Finding]:
        for leak in self._search.leaks(interaction):
            summary = "No recording holds a credential or a real person's address."
            yield self._finding(interaction, "leak", "violation", summary, f"{leak.kind} in {leak.place}")

    def _provenance(self, about: Interaction, metadata: dict[str, Any]) -> Iterator[Finding]:
        said = metadata.get("contract")
        if said == self._digest:
            return
        summary = "Each cassette says which contract it was recorded under, and that is this one."
        seen = "nothing" if said is None else f"another contract, {str(said)[:12]}"
        yield self._finding(about, "provenance", "note", summary, seen)

    def _age(self, about: Interaction, metadata: dict[str, Any]) -> Iterator[Finding]:
        if self._max_age is None:
            return
        summary = f"No recording is older than {self._max_age} days; record it again to renew it."
        recorded = moment(metadata.get("recorded-at"))
        if recorded is None:
            yield self._finding(about, "age", "violation", summary, "no recording time")
        elif (days := (datetime.now(UTC) - recorded).days) >= self._max_age:
            yield self._finding(about, "age", "violation", summary, f"{days} days")
