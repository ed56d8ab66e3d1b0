"""The rows of a history file as what they tell of one operation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, TypeAlias

from contracts.model.contract import LEVELS
from contracts.model.history import (
    BranchPast,
    Chronicle,
    FindingPast,
    OriginPast,
    Past,
    RulePast,
    Runs,
    ValuePast,
    Visit,
)

Row: TypeAlias = list[Any]
"""Origin, kind, name, level, pointer, fingerprint, seen; first, last, count, runs, replays, dated."""


def chronicle_of(runs: list[Visit], promised: str, rows: Iterable[Row]) -> Chronicle:
    """What is remembered of the operation of these runs, the latest of which `promised` this.

    Raises ValueError where that isn't the JSON which a run writes.
    """
    rules, rule_of = _promises(promised)
    known: dict[str, dict[str, list[OriginPast]]] = {}
    found: dict[tuple[str, ...], Past] = {}
    values: dict[tuple[str, ...], list[ValuePast]] = {}
    for origin, kind, name, level, pointer, fingerprint, seen, first, last, count, *rest in sorted(rows):
        met, replays, dated = rest
        past = Past(first=first, last=last, count=count, runs=met, replays=replays, dated=bool(dated))
        key = (origin, name, level, pointer, fingerprint)
        if kind == "value":
            values.setdefault(key, []).append(ValuePast(seen=seen, **asdict(past)))
        elif kind == "finding":
            found[key] = past
        else:
            known.setdefault(kind, {}).setdefault(name, []).append(OriginPast(origin=origin, **asdict(past)))
    findings = tuple(sorted((_finding(key, past, values.get(key, [])) for key, past in found.items()), key=_order))
    return Chronicle(
        operation=runs[-1].operation,
        digest=runs[-1].digest,
        runs=Runs(
            count=len(runs),
            first=runs[0].at,
            last=runs[-1].at,
            verdicts=dict(sorted(Counter(run.verdict for run in runs).items())),
        ),
        answers=tuple(known.get("answer", {}).get("", ())),
        successes=tuple(known.get("success", {}).get("", ())),
        branches=tuple(_branches(rule_of, known.get("branch", {}))),
        rules=tuple(_rules(rules, known.get("rule", {}))),
        findings=findings,
    )


def _branches(rule_of: dict[str, str], met: dict[str, list[OriginPast]]) -> Iterator[BranchPast]:
    for name in dict.fromkeys((*rule_of, *sorted(met))):
        promised = name in rule_of
        yield BranchPast(branch=name, rule=rule_of.get(name), promised=promised, seen=tuple(met.get(name, ())))


def _rules(promised: list[str], met: dict[str, list[OriginPast]]) -> Iterator[RulePast]:
    for name in dict.fromkeys((*promised, *sorted(met))):
        yield RulePast(rule=name, promised=name in promised, exercised=tuple(met.get(name, ())))


def _promises(text: str) -> tuple[list[str], dict[str, str]]:
    """The ids of a contract's rules, and its branches with the rule of each."""
    match json.loads(text):
        case [[*rules], [*branches]]:
            names = [*rules, *(name for branch in branches for name in branch)]
            if all(isinstance(name, str) for name in names):
                return rules, {name: rule for rule, name in branches}
    raise ValueError("no promises of a contract")


def _finding(key: tuple[str, ...], past: Past, values: list[ValuePast]) -> FindingPast:
    origin, rule, level, pointer, fingerprint = key
    return FindingPast(
        origin=origin,
        rule=rule,
        level=level,
        pointer=pointer,
        fingerprint=fingerprint or None,
        values=tuple(sorted(values, key=lambda value: (value.first, value.seen))),
        **asdict(past),
    )


def _order(finding: FindingPast) -> tuple[int, str, str, str, str]:
    levels: tuple[str, ...] = LEVELS
    rank = levels.index(finding.level) if finding.level in levels else len(levels)
    return rank, finding.rule, finding.pointer, finding.origin, finding.fingerprint or ""
