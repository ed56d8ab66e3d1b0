"""The memory of runs as a person reads it: since when, until when, in how many runs, and what never happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contracts.model.history import Broken, Chronicle, History, Past, Visit
from contracts.model.text import inert
from contracts.reports.terminal import INDENT, row

MOST_VALUES = 5
"""So many values of one finding are shown, the first to appear."""
MOST_FINDINGS = 50
"""So many findings are shown of one operation."""
MOST_RUNS = 10
"""So many runs are listed."""
WIDEST = 40
"""So wide is the column of names; a longer one moves its line."""


def render_text(history: History) -> str:
    """A part for each operation, then the latest runs."""
    parts = [*(_operation(chronicle) for chronicle in history.operations), _latest(history.latest)]
    return "\n".join("".join(f"{inert(line)}\n" for line in part) for part in parts)


def _operation(chronicle: Chronicle) -> Iterator[str]:
    yield row("history", f"{chronicle.operation}  ({chronicle.digest[:12]})")
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in chronicle.verdicts.items())
    yield row("runs", f"{chronicle.runs}, {_day(chronicle.first)} to {_day(chronicle.last)}: {verdicts}")
    yield from _headed("answers", _answers(chronicle))
    yield from _headed("branches", _branches(chronicle))
    yield from _headed("rules", _rules(chronicle))
    yield from _headed("findings", _findings(chronicle))


def _latest(visits: tuple[Visit, ...]) -> Iterator[str]:
    lines = (f"{visit.at}  {visit.command} {visit.operation}: {visit.verdict}" for visit in visits[:MOST_RUNS])
    yield from _headed("latest", lines)


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
    return {origin: past.runs for origin, past in chronicle.of("answer").get("", {}).items()}


def _answers(chronicle: Chronicle) -> Iterator[str]:
    successes = chronicle.of("success").get("", {})
    for origin, past in sorted(chronicle.of("answer").get("", {}).items()):
        good = successes[origin].count if origin in successes else 0
        counted = f"{past.count} answers, {good} of them successes"
        yield f"{counted}; {_span(past, origin, chronicle.runs)}"


def _branches(chronicle: Chronicle) -> Iterator[str]:
    met, runs = chronicle.of("branch"), _runs(chronicle)
    names = chronicle.names("branch")
    width = _width(met)
    for name, promised in names.items():
        gone = "" if promised else "; no longer in the contract"
        for origin, past in sorted(met.get(name, {}).items()):
            yield f"{name:<{width}}  {_span(past, origin, runs.get(origin, 0))}{gone}"
    yield from _never("never observed", [name for name in names if name not in met])


def _rules(chronicle: Chronicle) -> Iterator[str]:
    met, broken, names = chronicle.of("rule"), chronicle.broken, chronicle.names("rule")
    width = _width(met)
    for name, promised in names.items():
        exercised = {origin: past.last for origin, past in met.get(name, {}).items()}
        if exercised:
            tail = f"; last broken {_whens(broken[name])}" if name in broken else ""
            gone = "" if promised else "; no longer in the contract"
            yield f"{name:<{width}}  last exercised {_whens(exercised)}{tail}{gone}"
    yield from _never("not known to have been exercised", [name for name in names if name not in met])


def _width(names: Iterable[str]) -> int:
    return min(max(map(len, names), default=0), WIDEST)


def _whens(moments: Mapping[str, str]) -> str:
    return ", ".join(f"{_day(moments[origin])} ({origin})" for origin in sorted(moments))


def _never(what: str, names: list[str]) -> Iterator[str]:
    if names:
        yield f"{what}: {', '.join(names)}"


def _findings(chronicle: Chronicle) -> Iterator[str]:
    runs, findings = _runs(chronicle), chronicle.findings
    for finding in findings[:MOST_FINDINGS]:
        yield from _finding(finding, runs.get(finding.thing.origin, 0))
    if len(findings) > MOST_FINDINGS:
        yield f"and {len(findings) - MOST_FINDINGS} more; --format json has them all"


def _finding(finding: Broken, runs: int) -> Iterator[str]:
    thing = finding.thing
    place = {"": "the whole body", "*": "at further places"}.get(thing.pointer, thing.pointer)
    yield f"{thing.level} {thing.name} {place}  {_span(finding.past, thing.origin, runs)}"
    for seen, past in finding.values[:MOST_VALUES]:
        yield f"  {seen}  {_span(past, thing.origin, runs)}"
    if len(finding.values) > MOST_VALUES:
        yield f"  and {len(finding.values) - MOST_VALUES} more values; --format json has them"
