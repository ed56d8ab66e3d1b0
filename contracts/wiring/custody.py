"""How well recordings are kept: nothing secret in them, not too old, honest about their making, and in use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.model.contract import Level
from contracts.model.finding import Finding
from contracts.model.identity import digest
from contracts.model.interaction import Interaction, Request, Response

_SUSPECT = re.compile(
    r"(?i)bearer[\s+%](?!SCRUBBED)|key|token|secret|cookie|eyJ|sk_|pk_|rk_|gh[pousr]_|xox|AKIA|AIza|[%\\]|"
    r"@(?!(?:[\w-]+\.)*example\.(?:com|net|org|edu)\b)"
)
"""What any leak begins with. Text without it certainly holds none; any other goes to the exact scan."""


class Custody:
    """Judges the recordings of one contract. `key` is the credential in use; `max_age` in days, None for no limit."""

    def __init__(self, checker: Checker, *, key: str | None, max_age: int | None) -> None:
        self._checker = checker
        self._key = key
        self._max_age = max_age
        self._digest = digest(checker.contract)
        self._now = datetime.now(UTC)
        self._example = [text for body in checker.contract.example for text in _strings(body) if "@" in text]

    def findings(
        self, path: Path, metadata: dict[str, Any], interactions: Sequence[Interaction], owned: Sequence[Interaction]
    ) -> Iterator[Finding]:
        """What is wrong with one cassette: all its interactions, and those that are the contract's."""
        about = (
            owned[0]
            if owned
            else Interaction(
                request=Request(method="", url=""),
                response=Response(status=0),
                origin="recorded",
                place=path.as_posix(),
            )
        )
        for interaction in interactions:
            yield from self._leaks(interaction)
        if not owned:
            yield self._finding(
                about, "unused", "note", "Every cassette here is of the contract's operation.", "another"
            )
            return
        yield from self._provenance(about, metadata)
        yield from self._age(about, metadata)

    def _finding(self, about: Interaction, name: str, level: Level, summary: str, seen: str) -> Finding:
        return self._checker.foreign(
            about, rule=f"custody.{name}", level=level, summary=summary, expected="recordings kept well", seen=seen
        )

    def _leaks(self, interaction: Interaction) -> Iterator[Finding]:
        if not self._suspect(interaction):
            return
        from contracts.sources.leaks import leaks

        for leak in leaks(interaction, self._checker.contract, self._key):
            summary = "No recording holds a credential or a real person's address."
            yield self._finding(interaction, "leak", "violation", summary, f"{leak.kind} in {leak.place}")

    def _suspect(self, interaction: Interaction) -> bool:
        headers = (*interaction.request.headers, *interaction.response.headers)
        parts = [interaction.request.url, *(f"{name}: {value}" for name, value in headers)]
        try:
            parts += [interaction.request.body.decode(), interaction.response.body.decode()]
        except UnicodeDecodeError:
            return True
        text = "\n".join(parts)
        for known in self._example:
            text = text.replace(known, "")
        return _SUSPECT.search(text) is not None or (self._key is not None and self._key in text)

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
        recorded = _moment(metadata.get("recorded-at"))
        if recorded is None:
            yield self._finding(about, "age", "violation", summary, "no recording time")
        elif (days := (self._now - recorded).days) >= self._max_age:
            yield self._finding(about, "age", "violation", summary, f"{days} days")


def _moment(said: object) -> datetime | None:
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said)
        except ValueError:
            return None
    if not isinstance(said, datetime):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
