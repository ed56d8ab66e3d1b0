"""A report as workflow commands of GitHub Actions: an annotation for each problem, at the file where it was met."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.report import GRAVITIES, Gravity, Problem, Report, how_many
from contracts.model.text import inert

MOST = 10
"""GitHub shows no more annotations of one level and step."""

_COMMANDS: dict[Gravity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """A line an annotation, at most ten of a level, the last of them the verdict and how many problems there are."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for level in GRAVITIES:
        most = MOST - 1 if level == "note" else MOST
        found = [problem for problem in report.problems if problem.gravity == level and not problem.accepted]
        accepted = [problem for problem in report.problems if level == "note" and problem.accepted]
        for problem in [*found, *accepted][:most]:
            yield _command(_COMMANDS[level], *_place(problem), title=problem.id, message=_message(problem))
    verdict = f"{report.verdict}{report.tail}; {how_many(report.problems)}"
    yield _command("notice", "", 0, title=f"contracts {report.command}", message=inert(verdict))


def _place(problem: Problem) -> tuple[str, int]:
    """The file and line to point at: where it was met, else where the promise is written; never a URL."""
    places = [(place.where, place.line) for place in problem.places]
    places += [(source.page, source.line) for source in problem.promised]
    return next(((where, line) for where, line in places if where and "://" not in where), ("", 0))


def _message(problem: Problem) -> str:
    lines = [problem.subject] if problem.subject else []
    lines += [problem.summary, f"expected {problem.expected}", f"seen {'; '.join(problem.seen)}"]
    lines += [f"at {problem.pointer}"] if problem.pointer else []
    lines += [f"met {problem.count} times"] if problem.count > 1 else []
    if problem.accepted:
        lines.append(f"accepted until {problem.accepted.until}: {problem.accepted.reason}")
    return "\n".join(inert(line) for line in lines)


def _command(name: str, file: str, line: int, *, title: str, message: str) -> str:
    properties = {"file": inert(file), "line": str(line or ""), "title": inert(title)}
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
