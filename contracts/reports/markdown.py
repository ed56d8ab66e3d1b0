"""A report as Markdown for a pull request, an issue or a step summary: verdict, table, details folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from contracts.model.drift import Triaged
from contracts.model.report import Place, Problem, Report, excuse, how_many, written
from contracts.model.text import inert, many

MOST_ROWS = 50
MOST_DETAILS = 20
ROOM = 20_000
"""So many characters has each of the three parts: a comment on a code host holds 65,536."""
LONGEST = 240
"""So many characters of one text are shown."""

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>&\"#@|~!$:+]|(?<=[wW])\.")
"""All that Markdown, HTML or a code host makes something of in the middle of a line."""


def render(report: Report) -> str:
    """The document. No text from outside means anything in it: each is escaped, shortened and kept on its line."""
    return "\n".join(_lines(report)) + "\n"


def plain(text: str) -> str:
    """A text that shows as it is, wherever it stands in a line: no markup, no link, no mention, no reference."""
    text = inert(text)
    return _ACTIVE.sub(_entity, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def _entity(met: re.Match[str]) -> str:
    entity = f"&#{ord(met[0])};"
    return f"<span>{entity}</span>" if met[0] in "@#" else entity  # apart from the name, so that it mentions nobody


def _code(text: str) -> str:
    return f"<code>{plain(text)}</code>" if text else ""


def _lines(report: Report) -> Iterator[str]:
    yield f"## contracts {report.command}: {report.verdict}"
    yield ""
    yield f"**{report.verdict}**{plain(report.tail)}"
    yield ""
    yield from _table(
        ("", ""), ((plain(head), plain(text)) for head, text in report.rows), many_of=(len(report.rows), "line")
    )
    if report.triage:
        yield ""
        yield "### Which side moved"
        yield ""
        sides = ("moved", "where", "what", "page", "description", "contract", "traffic")
        yield from _table(sides, map(_moved, report.triage), many_of=(len(report.triage), "difference"))
    if not report.problems:
        return
    yield ""
    yield f"### {how_many(report.problems)}"
    yield ""
    named = ("operation",) if any(problem.subject for problem in report.problems) else ()
    heads = (*named, "level", "what", "where", "times", "summary")
    yield from _table(heads, map(_cells, report.problems), many_of=(len(report.problems), "problem"))
    details = _fitting(("\n".join(_details(problem)) for problem in report.problems), MOST_DETAILS)
    for block in details:
        yield ""
        yield block
    yield from _left_out(len(report.problems) - len(details), "problem", "the details")


def _moved(one: Triaged) -> tuple[str, ...]:
    texts = (plain(text) for text in (one.what, one.page, one.description, one.contract, one.traffic))
    return (one.moved, _code(one.pointer or "the whole body"), *texts)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], many_of: tuple[int, str]) -> Iterator[str]:
    count, noun = many_of
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    shown = _fitting((f"| {' | '.join(cells)} |" for cells in rows), MOST_ROWS)
    yield from shown
    yield from _left_out(count - len(shown), noun, "the table")


def _fitting(blocks: Iterable[str], most: int) -> list[str]:
    """The first blocks, as far as there is room."""
    found, room = [], ROOM
    for block in islice(blocks, most):
        room -= len(block)
        if room < 0:
            break
        found.append(block)
    return found


def _left_out(count: int, noun: str, part: str) -> Iterator[str]:
    if count > 0:
        yield ""
        yield f"{many(count, f'more {noun}')} left out of {part}; the JSON output holds everything."


def _level(problem: Problem) -> str:
    return f"accepted {problem.level}" if problem.accepted else problem.level


def _cells(problem: Problem) -> tuple[str, ...]:
    where = problem.pointer or (_where(problem.places[0]) if problem.places else "")
    cells = plain(_level(problem)), _code(problem.id), _code(where), str(problem.count), plain(problem.summary)
    return (_code(problem.subject), *cells) if problem.subject else cells


def _details(problem: Problem) -> Iterator[str]:
    named = f"{_code(problem.subject)} " if problem.subject else ""
    title = f"{plain(_level(problem))} {named}{_code(problem.id)} {_code(problem.pointer)}"
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield f"- {plain(problem.summary)}"
    yield f"- expected {_code(problem.expected)}"
    for seen in problem.seen:
        yield f"- seen {_code(seen)}"
    for place in problem.places:
        if place.where:
            yield f"- met at {_code(_where(place))}"
    for source in problem.promised:
        yield f"- promised at {_code(written(source))}"
    if problem.accepted:
        yield f"- {plain(excuse(problem.accepted))}"
    yield ""
    yield "</details>"


def _where(place: Place) -> str:
    return f"{place.spot} {place.pointer}".strip()
