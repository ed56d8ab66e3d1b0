"""Findings of one rule at one place, told once with their count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.model.contract import LEVELS, Source
from contracts.model.finding import Finding
from contracts.model.frozen import frozen

INDENT = " " * 11


@frozen
class Group:
    """All findings of one fingerprint; `first` is the one that was met first."""

    first: Finding
    count: int


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings by fingerprint, the gravest level first, then in the order in which they were met."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.level, finding.fingerprint), []).append(finding)
    groups = [Group(first=members[0], count=len(members)) for members in found.values()]
    return tuple(sorted(groups, key=lambda group: LEVELS.index(group.first.level)))


def inert(text: str) -> str:
    """Text from outside made harmless: control, direction and invisible characters become visible escapes."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def written(source: Source) -> str:
    """`page:line (documented)`; hand-written rules say so."""
    line = f":{source.line}" if source.line else ""
    return f"{source.page}{line} ({source.kind}{', by hand' if source.hand else ''})"


def broken_at(finding: Finding) -> str:
    """Where the finding was met: file and line, or URL, number in it, and JSON pointer."""
    line = f":{finding.line}" if finding.line else ""
    place = f"{finding.place}{line}" + (f"#{finding.index}" if finding.index else "")
    return f"{place} {finding.pointer or 'the whole body'}".strip()


def row(head: str, text: str) -> str:
    """A line of a text report: what it is about, then what there is to say."""
    return f"{head:<10} {text}"


def finding_text(group: Group) -> Iterator[str]:
    """One finding in lines: level and rule, the promise, where it is written, where it was broken."""
    first = group.first
    times = f"  ({group.count} times)" if group.count > 1 else ""
    yield row(first.level, f"{inert(first.rule)}{times}")
    yield INDENT + inert(first.summary)
    for source in first.promised:
        yield INDENT + f"promised at {inert(written(source))}"
    yield INDENT + f"broken at   {inert(broken_at(first))}"
    yield INDENT + f"expected {inert(first.expected)}"
    yield INDENT + f"seen     {inert(first.seen)}"
