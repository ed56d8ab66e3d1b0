"""A report as one HTML file: the verdict first, then each finding with the answer that broke the promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from contracts.model.drift import Triaged
from contracts.model.frozen import frozen
from contracts.model.report import Check, CheckOutcome, Gravity, Place, Problem, Report, Suite, written
from contracts.reports.terminal import problem_text
from contracts.web.html_template import page
from contracts.web.marked_json import Line, drawn, places_of

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

OUTCOMES: tuple[CheckOutcome, ...] = ("failed", "told", "skipped", "passed")


@frozen
class RuleProblems:
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
    findings: tuple[Problem, ...]
    count: int

    @property
    def left_out(self) -> int:
        """Findings of this rule that are not drawn."""
        return self.count - len(self.findings)


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
        moved=_by_side(report.triage),
        groups=groups,
        suites=tuple(map(_counted, report.suites)),
        levels={level: f"l{number}" for number, level in enumerate(_each(problem.level for problem in chosen))},
        origins=_origins(chosen),
        tones=TONES,
        open_groups=OPEN,
        answer=_answer,
        terminal=lambda problem: tuple(problem_text(problem)),
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


def _by_side(triage: Iterable[Triaged]) -> dict[str, list[Triaged]]:
    """What moved, by the side that did."""
    found: dict[str, list[Triaged]] = {}
    for one in triage:
        found.setdefault(one.moved, []).append(one)
    return found


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


def _groups(report: Report, chosen: tuple[Problem, ...]) -> Iterator[RuleProblems]:
    totals = Counter(map(_named, report.problems))
    pages = dict(_pages(report))
    grouped: dict[tuple[str, str], list[Problem]] = {}
    for problem in chosen:
        grouped.setdefault(_named(problem), []).append(problem)
    for number, (name, members) in enumerate(grouped.items()):
        summaries = _each(problem.summary for problem in members)
        promises = {tuple(written(source) for source in problem.promised) for problem in members}
        yield RuleProblems(
            id=name[1],
            subject=name[0],
            token=f"r{number}",
            levels={problem.level: TONES[problem.gravity] for problem in reversed(members)},
            summary=summaries[0] if len(summaries) == 1 else "",
            promised=promises.pop() if len(promises) == 1 else (),
            page=pages.get(members[0].fingerprint, ""),
            findings=tuple(members),
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


def _answer(place: Place) -> tuple[Line, ...]:
    """The answer that was met at a place, in lines; none where it isn't kept."""
    pointer = place.pointer if place.where else "#"  # an answer that was only served is at no fault
    return drawn(place.answer[0], places_of(pointer)) if place.answer else ()


def _counted(suite: Suite) -> tuple[Suite, tuple[tuple[CheckOutcome, int], ...], list[Check]]:
    """A suite, how many of its checks had which outcome, and those that are named: what has something to tell first."""
    found = Counter(check.outcome for check in suite.checks)
    counts = tuple((outcome, found[outcome]) for outcome in OUTCOMES if found[outcome])
    return suite, counts, sorted(suite.checks, key=lambda check: OUTCOMES.index(check.outcome))[:LISTED]
