"""`contracts history`: show what a history file remembers: since when, until when, and what never happened."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from contracts.commands.options import form_option
from contracts.errors import Exit
from contracts.history import recalled
from contracts.model.history import Chronicle, FindingPast, History, Past
from contracts.model.text import inert
from contracts.reports.json_ import serialised
from contracts.reports.terminal import INDENT, row

MOST_VALUES = 5
"""So many values of one finding are shown, the first to appear."""
MOST_FINDINGS = 50
"""So many findings are shown of one operation."""
WIDEST = 40
"""So wide is the column of names; a longer one moves its line."""

_GONE = "; no longer in the contract"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@form_option
def history(file: Path, form: str) -> None:
    """Show what FILE, written by --history, remembers: since when, until when, in how many runs."""
    known = recalled(file)
    click.echo(serialised(known) if form == "json" else render(known), nl=False)
    sys.exit(Exit.KEPT if known.operations else Exit.NOT_CHECKED)


def render(history: History) -> str:
    """A part for each operation."""
    parts = ["".join(f"{inert(line)}\n" for line in _operation(one)) for one in history.operations]
    return "\n".join(parts) or f"{row('history', 'none')}\n"


def _operation(chronicle: Chronicle) -> Iterator[str]:
    runs = chronicle.runs
    yield row("history", f"{chronicle.operation}  ({chronicle.digest[:12]})")
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in runs.verdicts.items())
    yield row("runs", f"{runs.count}, {_day(runs.first)} to {_day(runs.last)}: {verdicts}")
    yield from _headed("answers", _answers(chronicle))
    yield from _headed("branches", _branches(chronicle))
    yield from _headed("rules", _rules(chronicle))
    yield from _headed("findings", _findings(chronicle))


def _headed(head: str, lines: Iterator[str]) -> Iterator[str]:
    """Lines under one head; `none` where there are none."""
    yield row(head, next(lines, "none"))
    yield from (INDENT + line for line in lines)


def _day(moment: str) -> str:
    return moment[:10]


def _span(past: Past, origin: str, runs: int) -> str:
    """`first 2026-08-01, last 2026-11-20, in 9 of 12 runs (live)`; `runs` is how many had answers of the origin."""
    notes = [origin]
    if past.replays:
        notes.append("replayed" if past.replays == past.runs else f"{past.replays} only replayed")
    notes += [] if past.dated else ["dated by run"]
    span = f"first {_day(past.first)}, last {_day(past.last)}"
    return f"{span}, in {past.runs} of {max(runs, past.runs)} runs ({', '.join(notes)})"


def _runs(chronicle: Chronicle) -> dict[str, int]:
    """By origin, how many runs had answers of it."""
    return {past.origin: past.runs for past in chronicle.answers}


def _answers(chronicle: Chronicle) -> Iterator[str]:
    good = {past.origin: past.count for past in chronicle.successes}
    for past in chronicle.answers:
        counted = f"{past.count} answers, {good.get(past.origin, 0)} of them successes"
        yield f"{counted}; {_span(past, past.origin, chronicle.runs.count)}"


def _branches(chronicle: Chronicle) -> Iterator[str]:
    runs = _runs(chronicle)
    width = _width(one.branch for one in chronicle.branches if one.seen)
    for one in chronicle.branches:
        for past in one.seen:
            span = _span(past, past.origin, runs.get(past.origin, 0))
            yield f"{one.branch:<{width}}  {span}{'' if one.promised else _GONE}"
    yield from _never("never observed", [one.branch for one in chronicle.branches if not one.seen])


def _rules(chronicle: Chronicle) -> Iterator[str]:
    width = _width(one.rule for one in chronicle.rules if one.exercised)
    for one in chronicle.rules:
        if one.exercised:
            exercised = ", ".join(f"{_day(past.last)} ({past.origin})" for past in one.exercised)
            yield f"{one.rule:<{width}}  last exercised {exercised}{'' if one.promised else _GONE}"
    yield from _never("not known to have been exercised", [one.rule for one in chronicle.rules if not one.exercised])


def _width(names: Iterable[str]) -> int:
    return min(max(map(len, names), default=0), WIDEST)


def _never(what: str, names: list[str]) -> Iterator[str]:
    if names:
        yield f"{what}: {', '.join(names)}"


def _findings(chronicle: Chronicle) -> Iterator[str]:
    runs = _runs(chronicle)
    for finding in chronicle.findings[:MOST_FINDINGS]:
        yield from _finding(finding, runs.get(finding.origin, 0))
    if len(chronicle.findings) > MOST_FINDINGS:
        yield f"and {len(chronicle.findings) - MOST_FINDINGS} more; --format json has them all"


def _finding(finding: FindingPast, runs: int) -> Iterator[str]:
    place = {"": "the whole body", "*": "at further places"}.get(finding.pointer, finding.pointer)
    yield f"{finding.level} {finding.rule} {place}  {_span(finding, finding.origin, runs)}"
    for value in finding.values[:MOST_VALUES]:
        yield f"  {value.seen}  {_span(value, finding.origin, runs)}"
    if len(finding.values) > MOST_VALUES:
        yield f"  and {len(finding.values) - MOST_VALUES} more values; --format json has them"
