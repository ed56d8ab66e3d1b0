"""How well recordings are kept: nothing secret in them, not too old, honest about their making, and in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.model.contract import Level
from contracts.model.finding import Finding
from contracts.model.identity import digest
from contracts.model.interaction import Interaction, Request, Response

_SUSPECT = (
    "bearer ", "bearer\t", "bearer+", "bearer%", "bearer\n", "key", "token", "secret", "cookie", "pass", "credential",
    "assertion", "sig", "pwd", "jwt", "session", "eyj", "sk_", "pk_", "rk_", "sk-", "ghp_", "gho_", "ghu_", "ghs_",
    "ghr_", "github_pat_", "gl", "xox", "xapp-", "akia", "asia", "aiza", "ya29.", "sg.", "whsec_", "npm_", "pypi-",
    "hf_", "shp", "dop_v1_", "-----begin", "authorization", "%", "\\",
)  # fmt: skip
"""What any leak but an address begins with, in lower case."""

_EXAMPLE_DOMAINS = (".example.com", ".example.net", ".example.org", ".example.edu")


def _suspicious(text: str) -> bool:
    """A text may hold a leak: one without any of these signs certainly holds none, others get the exact scan.

    Plain text search, since a compiled pattern costs more than it saves in a run that takes a tenth of a second.
    """
    low = text.lower().replace("authorization: bearer scrubbed", "")
    if any(sign in low for sign in _SUSPECT) or ("://" in low and "@" in low):
        return True
    for after in low.split("@")[1:]:
        domain = after[
            : next((at for at, char in enumerate(after) if not (char.isalnum() or char in "-.")), len(after))
        ]
        if not f".{domain}".rstrip(".").endswith(_EXAMPLE_DOMAINS):
            return True
    return False


class Custody:
    """Judges the recordings of one contract. `key` is the credential in use; `max_age` in days, None for no limit."""

    def __init__(self, checker: Checker, *, key: str | None, max_age: int | None) -> None:
        self._checker = checker
        self._key = key
        self._max_age = max_age
        self._digest = digest(checker.contract)
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
        if self._key is None and not self._suspect(interaction):
            return
        from contracts.recording.leaks import leaks

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
        return _suspicious(text)

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
        from datetime import UTC, datetime

        from contracts.sources.moments import moment

        recorded = moment(metadata.get("recorded-at"))
        if recorded is None:
            yield self._finding(about, "age", "violation", summary, "no recording time")
        elif (days := (datetime.now(UTC) - recorded).days) >= self._max_age:
            yield self._finding(about, "age", "violation", summary, f"{days} days")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
