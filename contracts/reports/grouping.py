"""Findings of one rule at one place, told once with their count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.model.accepted import Acceptance
from contracts.model.contract import LEVELS, Source
from contracts.model.finding import Finding
from contracts.model.frozen import frozen
from contracts.model.text import inert

__all__ = ["INDENT", "Group", "accepted_text", "finding_text", "grouped", "inert", "many", "row", "written"]

INDENT = " " * 11
MOST_SEEN = 5
"""So many different values of one finding are told."""


@frozen
class Group:
    """All findings of one fingerprint, in the order in which they were met."""

    members: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that was met first."""
        return self.members[0]

    @property
    def count(self) -> int:
        """How often it was met."""
        return len(self.members)

    @property
    def seen(self) -> tuple[str, ...]:
        """The first few different things seen."""
        found: dict[str, None] = {}
        for finding in self.members:
            found[finding.seen] = None
            if len(found) == MOST_SEEN:
                break
        return tuple(found)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings by fingerprint, the gravest level first, then in the order in which they were met."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.level, finding.fingerprint), []).append(finding)
    groups = [Group(members=tuple(members)) for members in found.values()]
    return tuple(sorted(groups, key=lambda group: LEVELS.index(group.first.level)))


def many(count: int, noun: str) -> str:
    """`1 answer`, `2 answers`, `2 branches`."""
    plural = "es" if noun.endswith(("ch", "s")) else "s"
    return f"{count} {noun}{'' if count == 1 else plural}"


def written(source: Source) -> str:
    """`page:line (documented)`; hand-written rules say so."""
    line = f":{source.line}" if source.line else ""
    return f"{source.page}{line} ({source.kind}{', by hand' if source.hand else ''})"


def _broken_at(finding: Finding) -> str:
    """Where the finding was met: file and line, or URL, number in it, and JSON pointer."""
    line = f":{finding.line}" if finding.line else ""
    place = f"{finding.place}{line}" + (f"#{finding.index}" if finding.index else "")
    return f"{place} {finding.pointer or 'the whole body'}".strip()


def row(head: str, text: str) -> str:
    """A line of a text report: what it is about, then what there is to say."""
    return f"{head:<10} {text}"


def accepted_text(entry: Acceptance) -> str:
    """Until when something is accepted, why, and where that is written."""
    return inert(f"accepted until {entry.until} at {entry.place}:{entry.line}: {entry.reason}")


def finding_text(group: Group, accepted: Acceptance | None = None) -> Iterator[str]:
    """One finding in lines: level and rule, the promise, where it is written, where it was broken, what excuses it."""
    first = group.first
    times = f"  ({group.count} times)" if group.count > 1 else ""
    yield row("accepted" if accepted else first.level, f"{inert(first.rule)}{times}")
    yield INDENT + inert(first.summary)
    for source in first.promised:
        yield INDENT + f"promised at {inert(written(source))}"
    yield INDENT + f"broken at   {inert(_broken_at(first))}"
    yield INDENT + f"expected {inert(first.expected)}"
    yield INDENT + f"seen     {inert(first.seen)}"
    if accepted:
        yield INDENT + f"a {first.level}, {accepted_text(accepted)}"
