"""A report as one HTML file: the verdict first, then each finding with the answer that broke the promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from contracts.model.drift import SEVERITIES, Triaged
from contracts.model.frozen import frozen
from contracts.model.report import Check, Outcome, Place, Problem, Report, Suite
from contracts.reports.gravity import Gravity, gravity
from contracts.reports.grouping import written
from contracts.reports.html_answer import Line, drawn
from contracts.web.pages import page

DRAWN = 500
"""Findings drawn at most: the first of every rule come before the second of any."""
OPEN = 3
"""Rules whose first finding is unfolded from the start."""
LISTED = 400
"""Checks named of a suite."""
TEXT = 60
"""Lines shown of what the terminal prints of a finding."""


TONES: dict[Gravity, str] = {"error": "broken", "warning": "drift", "note": "note"}
"""The style's word for each gravity."""


@frozen
class Nouns:
    """What the problems of a command are called: all, one, and what several of them are `of`, "" for nothing."""

    head: str
    one: str
    of: str


NOUNS = {
    "verify": Nouns(head="Findings", one="finding", of="rule"),
    "drift": Nouns(head="Differences", one="difference", of="kind"),
    "gate": Nouns(head="Failing cases", one="failing case", of=""),
}

OUTCOMES: tuple[Outcome, ...] = ("failed", "told", "skipped", "passed")


@frozen
class Met:
    """A place, and the answer that was met there, in lines (none where it isn't kept)."""

    place: Place
    where: str
    lines: tuple[Line, ...]


@frozen
class Shown:
    """One finding as it is drawn; `origins` are the tokens of the filter, `since` and `last` moments or ""."""

    problem: Problem
    tone: str
    unfolded: bool
    origins: str
    met: tuple[Met, ...]
    since: str
    last: str

    @property
    def change(self) -> bool:
        """Whether this is a change of a text, rather than something met in traffic."""
        return self.problem.level in SEVERITIES

    @property
    def marked(self) -> bool:
        """Whether the first answer drawn shows the spot, and what was expected and seen there."""
        return any(line.mark for met in self.met[:1] for line in met.lines)


@frozen
class Group:
    """The findings of one rule, of one `subject` where there are several.

    `levels` are those of its findings, with the tone of each. `summary` and `promised` stand here where they are the
    same for all of them, and are empty where each has its own. `page` leads into the documentation, "" where none is
    known.
    """

    id: str
    subject: str
    token: str
    levels: dict[str, str]
    summary: str
    promised: tuple[str, ...]
    page: str
    findings: tuple[Shown, ...]
    count: int

    @property
    def left_out(self) -> int:
        """Findings of this rule that are not drawn."""
        return self.count - len(self.findings)


@frozen
class Bar:
    """A suite in numbers: how many checks had which outcome, and the checks that are named."""

    suite: Suite
    counts: tuple[tuple[Outcome, int], ...]
    named: tuple[Check, ...]
    ends: tuple[tuple[Outcome, float, float], ...]


@frozen
class Moved:
    """One difference that a side moved: where, what, and what each source `says`, by its name."""

    pointer: str
    what: str
    says: tuple[tuple[str, str], ...]


def render(report: Report) -> str:
    """The document, complete in itself, and the same for the same report.

    Where the documentation page of a contract (`<slug>.html`) stands beside it, each finding links to its rule there.
    """
    chosen = _chosen(report.problems)
    groups = tuple(_groups(report, chosen))
    return page(
        "report",
        report=report,
        rows=tuple(_headed(report.rows)),
        moved=_moved(report.triage),
        groups=groups,
        bars=tuple(_bar(suite) for suite in report.suites),
        levels={level: f"l{number}" for number, level in enumerate(_each(problem.level for problem in chosen))},
        origins=_origins(chosen),
        fatal=sum(problem.fatal for problem in report.problems),
        shown=len(chosen),
        left_out=len(report.problems) - len(chosen),
        rules_left_out=len(set(map(_named, report.problems))) - len(groups),
        nouns=NOUNS.get(report.command, NOUNS["verify"]),
        text_lines=TEXT,
        linked={problem.fingerprint for problem in chosen},
        written=written,
    )


def _headed(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The rows of the summary, each with its head."""
    last = ""
    for head, text in rows:
        last = head or last
        yield last, text


def _moved(triage: Iterable[Triaged]) -> dict[str, tuple[Moved, ...]]:
    """What moved, by the side that did."""
    found: dict[str, list[Moved]] = {}
    for one in triage:
        says = (
            ("page", one.page),
            ("description", one.description),
            ("contract", one.contract),
            ("traffic", one.traffic),
        )
        cited = tuple(pair for pair in says if pair[1])
        moved = Moved(pointer=one.pointer or "the whole body", what=one.what, says=cited)
        found.setdefault(one.moved, []).append(moved)
    return {side: tuple(moved) for side, moved in found.items()}


def _each(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in order of appearance."""
    return tuple(dict.fromkeys(values))


def _named(problem: Problem) -> tuple[str, str]:
    """What the problems of one group have in common: the operation, where there are several, and the rule."""
    return problem.subject, problem.id


def _chosen(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems that are drawn, rules in order of their first problem; a rule with many leaves room for others."""
    met: Counter[tuple[str, str]] = Counter()
    turns: list[tuple[int, int]] = []
    for number, problem in enumerate(problems):
        turns.append((met[_named(problem)], number))
        met[_named(problem)] += 1
    return tuple(problems[number] for number in sorted(number for _, number in sorted(turns)[:DRAWN]))


def _origins(problems: tuple[Problem, ...]) -> dict[str, str]:
    """The origins met, each with a token that is one word whatever the origin is called."""
    names = _each(place.origin for problem in problems for place in problem.places if place.origin)
    return {name: f"o{number}" for number, name in enumerate(sorted(names))}


def _groups(report: Report, chosen: tuple[Problem, ...]) -> Iterator[Group]:
    totals = Counter(map(_named, report.problems))
    pages = dict(_pages(report))
    origins = _origins(chosen)
    grouped: dict[tuple[str, str], list[Problem]] = {}
    for problem in chosen:
        grouped.setdefault(_named(problem), []).append(problem)
    for number, (name, members) in enumerate(grouped.items()):
        summaries = _each(problem.summary for problem in members)
        promises = {tuple(written(source) for source in problem.promised) for problem in members}
        yield Group(
            id=name[1],
            subject=name[0],
            token=f"r{number}",
            levels={problem.level: TONES[gravity(problem)] for problem in reversed(members)},
            summary=summaries[0] if len(summaries) == 1 else "",
            promised=promises.pop() if len(promises) == 1 else (),
            page=pages.get(members[0].fingerprint, ""),
            findings=tuple(
                _shown(problem, origins, unfolded=number < OPEN and problem is members[0]) for problem in members
            ),
            count=totals[name],
        )


def _pages(report: Report) -> Iterator[tuple[str, str]]:
    """Where each problem leads to, by fingerprint: in the page of the contract that its suite is named for."""
    for suite in report.suites:
        slug, _, part = suite.classname.partition(".")
        if f"{slug}.html" not in report.beside:
            continue
        for problem in (problem for check in suite.checks for problem in check.problems):
            rule = f"rule-{quote(problem.id, errors='replace')}"
            section = "changes" if part == "changes" else "legal" if report.command == "gate" else rule
            yield problem.fingerprint, f"{slug}.html#{section}"


def _shown(problem: Problem, origins: dict[str, str], *, unfolded: bool) -> Shown:
    return Shown(
        problem=problem,
        tone=TONES[gravity(problem)],
        unfolded=unfolded,
        origins=" ".join(_each(origins[place.origin] for place in problem.places if place.origin)),
        met=tuple(_met(place) for place in problem.places),
        since=problem.since,
        last=problem.last,
    )


def _met(place: Place) -> Met:
    line = f":{place.line}" if place.line else ""
    number = f"#{place.index}" if place.index else ""
    pointer = place.pointer if place.where else "#"  # an answer that was only served is at no fault
    lines = drawn(place.answer[0], pointer) if place.answer else ()
    return Met(place=place, where=f"{place.where}{line}{number}", lines=lines)


def _bar(suite: Suite) -> Bar:
    """A suite's checks, those with something to tell first; `ends` are start and width in percent, for a picture."""
    found = Counter(check.outcome for check in suite.checks)
    counts = tuple((outcome, found[outcome]) for outcome in OUTCOMES if found[outcome])
    ends, start = [], 0.0
    for outcome, count in counts:
        width = round(100 * count / len(suite.checks), 2)
        ends.append((outcome, round(start, 2), width))
        start += width
    named = sorted(suite.checks, key=lambda check: OUTCOMES.index(check.outcome))
    return Bar(suite=suite, counts=counts, named=tuple(named[:LISTED]), ends=tuple(ends))
