"""What checking found, for the reports of every command that checks: problems, suites, and the lines of the summary."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from contracts.model.contract import LEVELS, Contract
from contracts.model.finding import Branch, Judgement, Recurrence, once, together
from contracts.model.json import Json
from contracts.model.report import Check, Place, Problem, Suite, gravest
from contracts.model.run import Aside, Checked, Run
from contracts.model.text import many

if TYPE_CHECKING:
    from contracts.model.drift import Drift, Traffic

MOST_SEEN = 5
"""So many different values of one finding are told."""


def by_level(every: Iterable[Recurrence]) -> tuple[Recurrence, ...]:
    """Findings by fingerprint, wherever they were met, the gravest level first, then as they come."""
    each = together(every, lambda one: (one.level, one.fingerprint))
    return tuple(sorted(each, key=lambda met: LEVELS.index(met.first.level)))


def marked(*parts: str) -> str:
    """16 hex digits that name a problem by what makes it the same one."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


@lru_cache(maxsize=8)  # thousands of findings may be of one large answer
def parsed(body: bytes) -> tuple[Json, ...]:
    """A body as JSON, or nothing where it isn't."""
    try:
        return (json.loads(body, parse_constant=_refuse),)
    except (ValueError, RecursionError):
        return ()


def _refuse(name: str) -> Json:
    message = f"{name} is no JSON"
    raise ValueError(message)


def problem_of(met: Recurrence, run: Run | Drift | None = None) -> Problem:
    """The findings of one fingerprint as one problem, with the first few places and their answers.

    Without a `run` nothing is known of what breaks it and of what is accepted.
    """
    first = met.first
    fatal = run is not None and met.any_of(run.breaks)
    return Problem(
        id=first.rule,
        level=first.level,
        fatal=fatal,
        summary=first.summary,
        pointer=first.pointer,
        expected=first.expected,
        seen=tuple(dict.fromkeys((first.seen, *met.seen)))[:MOST_SEEN],
        count=met.count,
        fingerprint=first.fingerprint,
        promised=first.promised,
        places=tuple(_places(met)),
        accepted=run.accepted.of(first.rule, first.pointer) if run and not fatal else None,
        since=met.since,
        last=met.last,
    )


def _places(met: Recurrence) -> Iterator[Place]:
    known: set[tuple[str, int, str]] = set()
    for finding, kept in zip(met.members, met.answers, strict=True):
        spot = finding.place, finding.index, finding.pointer
        if spot in known:
            continue
        known.add(spot)
        yield Place(
            where=finding.place,
            line=finding.line,
            index=finding.index,
            pointer=finding.pointer,
            origin=finding.origin,
            at=finding.at,
            answer=parsed(kept.response.body) if kept else (),
        )


def judged(name: str, problems: tuple[Problem, ...]) -> Check:
    """A check that took place, and what came of it."""
    fatal = any(problem.fatal for problem in problems)
    return Check(name=name, outcome="failed" if fatal else "told" if problems else "passed", problems=problems)


def suite_of(run: Run | Drift, contract: Contract, target: Checked | Traffic, name: str) -> Suite:
    """One target: a check for each rule of the contract, and for each other rule that found something."""
    by_rule: dict[str, list[Recurrence]] = {rule.id: [] for rule in contract.rules}
    for met in target.judgement.met:
        by_rule.setdefault(met.first.rule, []).append(met)
    checks = []
    for rule, findings in by_rule.items():
        if target.unchecked and not findings:
            checks.append(Check(name=rule, outcome="skipped", why=target.unchecked))
        else:
            problems = gravest(problem_of(met, run) for met in by_level(findings))
            checks.append(judged(rule, problems))
    return Suite(name=f"{contract.operation} on {name}", classname=contract.slug, checks=tuple(checks))


def accepted_suites(run: Run | Drift, classname: str) -> Iterator[Suite]:
    """The entries of the file of accepted findings, where there is one: those that no longer hold have failed."""
    entries, stale = run.accepted.entries, run.accepted.stale
    if not entries and not stale:
        return
    checks = [judged(f"{one.rule} {one.pointer}".strip(), ()) for one in entries]
    for met in by_level(map(once, stale)):
        name = f"{met.first.rule} {met.first.place}:{met.first.line}"
        checks.append(Check(name=name, outcome="failed", problems=(problem_of(met, run),)))
    yield Suite(name="accepted", classname=f"{classname}.accepted", checks=tuple(checks))


def different(count: int) -> str:
    """How many findings there are, however often each was met."""
    return f"{count} different findings" if count > 1 else "1 finding"


def headed(head: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Rows below one head."""
    for number, text in enumerate(texts):
        yield "" if number else head, text


def unreadable_rows(target: Checked | Traffic | Aside) -> Iterator[tuple[str, str]]:
    """What of the operation's recordings could not be read, and which files, each with the reason."""
    told = []
    for one in target.unreadable:
        place = f"{one.place}:{one.line}" if one.line else one.place
        first = "" if one.count == 1 else f"{many(one.count, one.what)}, the first at "
        told += [] if one.what == "other answer" else [f"{first}{place}: {one.reason}"]
    return headed("unreadable", told)


def checked_text(target: Checked | Traffic) -> str:
    """What was learned of a target, or why nothing was."""
    if target.unchecked:
        return f"{target.what}: not checked, {target.unchecked}"
    return f"{target.what}: {answers_text(target.judgement)}"


def answers_text(judgement: Judgement) -> str:
    """How many answers were judged, and how many of them are successes."""
    successes = judgement.successes
    noun = "a success" if successes == 1 else "successes"
    return f"{many(sum(judgement.checked.values()), 'answer')}, {successes} of them {noun}"


def evidence_rows(branches: tuple[Branch, ...], judgements: Iterable[Judgement]) -> Iterator[tuple[str, str]]:
    """Which branches were observed, from which origin, and which never."""
    seen: dict[str, set[str]] = {}
    for judgement in judgements:
        for origin, taken in judgement.evidence.seen.items():
            seen.setdefault(origin, set()).update(taken)
    names = [branch.name for branch in branches]
    everywhere = set().union(*seen.values())
    missing = [name for name in names if name not in everywhere]
    yield "evidence", f"{len(names) - len(missing)} of {many(len(names), 'branch')} observed"
    for origin in sorted(seen):
        yield "", f"{sum(name in seen[origin] for name in names)} from {origin}"
    if missing:
        yield "", f"never observed: {', '.join(missing)}"
