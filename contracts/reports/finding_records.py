"""What checking found, as JSON prints it for every command that checks: findings, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, cast

from contracts.model.accepted import Acceptance
from contracts.model.contract import Level
from contracts.model.drift import Traffic
from contracts.model.report import Problem
from contracts.model.run import Checked, Unreadable
from contracts.reports.records import AcceptedFinding, Broken, FindingRecord, UnreadableRecord


def unreadable_records(unreadable: tuple[Unreadable, ...]) -> tuple[UnreadableRecord, ...]:
    """What of recordings could not be read, and why."""
    return tuple(UnreadableRecord(**asdict(one) | {"line": one.line or None}) for one in unreadable)


def answers_of(target: Checked | Traffic) -> dict[str, Any]:
    """What every kind of `AnswersRecord` says of the answers of a target."""
    return {
        "what": target.what,
        "unchecked": target.unchecked or None,
        "checked": target.judgement.checked,
        "successes": target.judgement.successes,
        "unreadable": unreadable_records(target.unreadable),
    }


def finding_records(problems: Iterable[Problem]) -> tuple[tuple[FindingRecord, ...], tuple[AcceptedFinding, ...]]:
    """The findings among problems that still want a look, and the accepted ones, each with what excuses it."""
    found, accepted = list[FindingRecord](), list[AcceptedFinding]()
    for problem in (one for one in problems if one.kind == "finding"):
        place = problem.places[0]
        record = FindingRecord(
            rule=problem.id,
            level=cast("Level", problem.level),
            pointer=problem.pointer,
            expected=problem.expected,
            seen=problem.seen[0],
            count=problem.count,
            fingerprint=problem.fingerprint,
            promised=problem.promised,
            broken=Broken(place=place.where, line=place.line or None, index=place.index, origin=place.origin),
        )
        if problem.accepted:
            accepted.append(AcceptedFinding(**excuse_of(problem.accepted), finding=record))
        else:
            found.append(record)
    return tuple(found), tuple(accepted)


def excuse_of(entry: Acceptance) -> dict[str, Any]:
    """What every kind of `Excused` says of the entry that excuses it."""
    return {"reason": entry.reason, "until": entry.until, "place": entry.place, "line": entry.line}
