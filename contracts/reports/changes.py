"""What a comparison found, in words: each change, and what traffic showed beside the findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from contracts.model.contract import Contract
from contracts.model.drift import SEVERITIES, Change, Drift, Severity, Traffic
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json, dotted
from contracts.reports.grouping import INDENT, Group, accepted_text, grouped, inert, many, row, written
from contracts.reports.terminal import answers_text

MOST = 300
"""So many characters are shown of one side of a change."""

_ADJECTIVES: dict[Severity, str] = {
    "breaking": "breaking change",
    "unknown": "undecided change",
    "additive": "additive change",
    "none": "harmless change",
}


@frozen
class Undocumented:
    """A place of the success body that traffic shows and the contract doesn't know, how often it was of which type."""

    name: str
    types: tuple[tuple[str, int], ...]
    of: int


def by_severity(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The gravest first, otherwise as they come."""
    return tuple(sorted(changes, key=lambda change: SEVERITIES.index(change.severity)))


def said(value: Json) -> str:
    """What one side says, as JSON on one line."""
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def both_sides(change: Change) -> tuple[str, str]:
    """What each side says; of a wording the old one is known by its digests alone."""
    if change.kind.startswith("wording."):
        new = change.new if isinstance(change.new, list | tuple) else ()
        return "other words", " ".join(map(str, new)) or "nothing"
    return said(change.old), said(change.new)


def change_text(drift: Drift, change: Change) -> Iterator[str]:
    """One change in lines: severity, kind and place, what it means, old and new, and where each is written."""
    accepted = drift.accepted.of(change.kind, change.pointer)
    head = "accepted" if accepted else change.severity
    yield row(head, inert(f"{change.kind}  {change.pointer or 'the whole body'}"))
    old, new = both_sides(change)
    yield INDENT + inert(change.summary)
    yield INDENT + f"changed  {inert(old)} -> {inert(new)}"
    for cited in change.sources:
        yield INDENT + f"{cited.side} at   {inert(written(cited.source))}"
    if accepted:
        yield INDENT + f"{_ADJECTIVES[change.severity]}, {accepted_text(accepted)}"


def more_text(group: Group) -> Iterator[str]:
    """What else is known of findings met more than once: the other values, and the first and last moment."""
    if len(group.seen) > 1:
        yield INDENT + f"also     {inert(', '.join(group.seen[1:]))}"
    moments = sorted({finding.at for finding in group.members if finding.at})
    if moments:
        last = f", last {inert(moments[-1])}" if len(moments) > 1 else ""
        yield INDENT + f"met      first {inert(moments[0])}{last}"


def undocumented(contract: Contract, traffic: Traffic) -> tuple[Undocumented, ...]:
    """The places that the contract doesn't know, with their observed types; elements of an array go with it."""
    known = {field.at for field in contract.fields if field.target == contract.main}
    observed = traffic.observed
    return tuple(
        Undocumented(
            name=dotted(place),
            types=tuple(sorted(observed.places[place].items(), key=lambda one: (-one[1], one[0]))),
            of=observed.parents.get(place, 0),
        )
        for place in sorted(observed.places)
        if place and place[-1] != ITEM and place not in known
    )


def traffic_rows(drift: Drift, traffic: Traffic) -> Iterator[tuple[str, str]]:
    """What traffic showed of the contract: fields documented nowhere, fields and branches never seen."""
    extra = undocumented(drift.contract, traffic) if drift.contract else ()
    for head, one in zip(["extra"] + [""] * len(extra), extra, strict=False):
        types = ", ".join(f"{name} {count}" for name, count in one.types)
        of = f", of {one.of}" if one.of else ""
        yield head, f"{one.name} is documented nowhere: {types}{of}"
    for head, unseen, noun in (
        ("unseen", traffic.unseen_fields, "fields"),
        ("" if traffic.unseen_fields else "unseen", traffic.unseen_branches, "branches"),
    ):
        if unseen and not traffic.unchecked:
            names = ", ".join(f"{one.name} (0 of {one.observations})" for one in unseen)
            yield head, f"{noun} never observed: {names}"


def verdict_tail(drift: Drift) -> str:
    """What the verdict rests on: how much is broken, how much else moved, and what the wire said."""
    if drift.verdict == "not checked":
        assert drift.traffic
        return f": {drift.traffic.what}: {drift.traffic.unchecked}{_others(drift)}{_excused(drift)}"
    if drift.verdict == "broken":
        return f": {_broken(drift)}{_others(drift)}{_excused(drift)}"
    changed = ": nothing changed" if not drift.changes else ""
    return changed + _others(drift, first=bool(drift.changes)) + _wire(drift) + _excused(drift)


def _broken(drift: Drift) -> str:
    fatal = drift.fatal
    counts = [(severity, sum(change.severity == severity for change in fatal)) for severity in SEVERITIES]
    parts = [many(count, _ADJECTIVES[severity]) for severity, count in counts if count]
    findings = len([group for group in grouped(drift.findings) if drift.breaks(group.first)])
    parts += [f"{findings} different findings" if findings > 1 else "1 finding"] if findings else []
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _others(drift: Drift, *, first: bool = False) -> str:
    """The changes that neither break nor are accepted."""
    rest = [one for one in drift.changes if not drift.breaks(one) and not drift.accepted.of(one.kind, one.pointer)]
    counts = [(severity, sum(change.severity == severity for change in rest)) for severity in SEVERITIES]
    text = ", ".join(many(count, _ADJECTIVES[severity]) for severity, count in counts if count)
    if not text:
        return ": nothing else changed" if first else ""
    return f"{':' if first else ';'} {text}"


def _wire(drift: Drift) -> str:
    traffic = drift.traffic
    if traffic is None:
        return "; no traffic was looked at" if drift.contract else ""
    return f"; {traffic.what}: {answers_text(traffic.judgement)}"


def _excused(drift: Drift) -> str:
    of = drift.accepted.of
    changes = sum(of(change.kind, change.pointer) is not None for change in drift.changes)
    findings = sum(of(group.first.rule, group.first.pointer) is not None for group in grouped(drift.findings))
    parts = [many(count, noun) for count, noun in ((changes, "change"), (findings, "finding")) if count]
    return f"; {' and '.join(parts)} accepted" if parts else ""
