"""A report as a person reads it: verdict last, each finding with its two places, those that differ in place alone once.

On a screen lines are wrapped by words, and levels, rules and the verdict have their colour.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TextIO

from contracts.model.finding import Recurrence
from contracts.model.frozen import frozen
from contracts.model.report import Part, Problem, Report, excuse, written
from contracts.model.text import inert, listed, many

INDENT = " " * 11
FULL = 10
"""So many contracts are told of in full, whatever came of them; of more, those with something to tell."""
MOST_CASES = 5
"""So many failing cases are told in full."""
MOST_NAMES = 12

_BOLD, _RED, _GREEN, _YELLOW, _BLUE, _CYAN = 1, 31, 32, 33, 34, 36
_COLOURS = {
    **dict.fromkeys(("violation", "breaking", "broken", "failed", "failed too"), _RED),
    **dict.fromkeys(("drift", "unknown", "not checked", "unreadable", "idle", "extra"), _YELLOW),
    **dict.fromkeys(("note", "additive", "none"), _CYAN),
    "kept": _GREEN,
    "accepted": _BLUE,
}
_NAMED = ("violation", "drift", "note", "breaking", "unknown", "additive", "none", "accepted")
"""What stands before the name of a rule or of a kind of change."""


@frozen
class Screen:
    """A terminal: how many characters a line has, and if it may have colour."""

    width: int
    colour: bool


def screen_of(stream: TextIO) -> Screen | None:
    """The screen that a stream is shown on, none where it is no terminal; `NO_COLOR` is honoured."""
    if not stream.isatty():
        return None
    import shutil

    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Screen(width=max(shutil.get_terminal_size().columns, 2 * len(INDENT)), colour=not plain)


def render(report: Report, screen: Screen | None = None) -> str:
    """One paragraph a part: what was checked, problems, what they rest on, verdict.

    Of several contracts, how many are what comes first, then those that are broken, then the others, the verdict last.
    """
    paragraphs = [[*_part(part)] for part in report.parts if _is_full(report, part)]
    if report.several:
        lines = [(part.verdict, part.line) for part in report.parts] if len(paragraphs) < len(report.parts) else []
        foot = (*lines, *report.rest, ("verdict", f"{report.verdict}{report.tail}"))
        paragraphs = [*_opening(report), *paragraphs, [row(*one) for one in foot]]
    return "\n".join("".join(f"{_shown(inert(line), screen)}\n" for line in lines) for lines in paragraphs)


def _is_full(report: Report, part: Part) -> bool:
    """What isn't quiet is told in full; of `verify` also what is, where there is little."""
    return not report.several or not part.quiet or (report.command == "verify" and len(report.parts) <= FULL)


def _opening(report: Report) -> Iterator[list[str]]:
    """How many of several contracts are what; a gate and a comparison open with what is wrong."""
    if report.command == "verify":
        yield [row("contracts", report.counts)]


def row(head: str, text: str) -> str:
    """A line of a text report: what it is about, then what there is to say."""
    return f"{head:<10} {text}"


def _part(part: Part) -> Iterator[str]:
    if part.lead:
        yield part.lead
        yield ""
    yield from (row(*one) for one in part.head)
    told = [*_blocks(part.problems)]
    for block in told:
        yield ""
        yield from block
    if told:
        yield ""
    yield from (row(what, "none") for what in part.nothing)
    yield from (row(*one) for one in part.foot)
    wide = max((len(one.moved) for one in part.triage), default=0)
    for number, one in enumerate(part.triage):
        sources = "; ".join(f"{name}: {text}" for name, text in one.witnesses)
        text = f"{one.moved:<{wide}}  {one.pointer or 'the whole body'}  {one.what}"
        yield row("" if number else "triage", text + (f"  [{sources}]" if sources else ""))
    yield row("verdict", f"{part.verdict}{part.tail}")


def _blocks(problems: Iterable[Problem]) -> Iterator[Iterable[str]]:
    """Each problem in lines, those that differ in place alone together; of many failing cases the names of the rest."""
    alike: dict[object, list[Problem]] = {}
    cases = []
    for one in problems:
        if one.kind == "case":
            cases += [one] if one.fatal else []
        elif one.kind in {"finding", "change"}:
            same = (one.id, one.level, one.summary, one.expected, one.promised, one.accepted, one.details)
            alike.setdefault(same if one.kind == "finding" else id(one), []).append(one)
    yield from (problem_text(*same) for same in alike.values())
    yield from map(problem_text, cases[:MOST_CASES])
    rest = [one.id for one in cases[MOST_CASES:]]
    if rest:
        yield (row("failed too", listed(rest, MOST_NAMES)),)


def findings_text(findings: Iterable[Recurrence]) -> list[str]:
    """Findings alone, in lines that show as they are: each fingerprint once, the gravest level first."""
    from contracts.reports.findings import by_level, problem_of

    return [inert(line) for block in _blocks(map(problem_of, by_level(findings))) for line in block]


def problem_text(first: Problem, *others: Problem) -> Iterator[str]:
    """A problem in lines, or findings that differ in place alone."""
    if first.kind == "outside":
        yield row("outside", first.details[0][1])
        return
    if first.kind == "case":
        yield row("failed", f"{first.id}: {first.summary}")
    else:
        yield row("accepted" if first.accepted else first.level, f"{first.id}{_times(first, others)}")
        yield INDENT + first.summary
    for label, text in _facts(first, others):
        yield f"{INDENT}{label:<8} {text}".rstrip() if label else f"{INDENT}  | {text}"
    if first.accepted:
        from contracts.model.drift import ADJECTIVES

        what = next((words for level, words in ADJECTIVES.items() if level == first.level), f"a {first.level}")
        yield f"{INDENT}{what}, {excuse(first.accepted)}"


def _times(first: Problem, others: tuple[Problem, ...]) -> str:
    if first.kind == "change":
        return f"  {first.pointer or 'the whole body'}"
    count = first.count + sum(one.count for one in others)
    places = [many(len(others) + 1, "place")] if others else []
    told = [*places, *([f"{count} times"] if count > len(others) + 1 else [])]
    return f"  ({', '.join(told)})" if told else ""


def _facts(first: Problem, others: tuple[Problem, ...]) -> Iterator[tuple[str, str]]:
    if first.kind == "change":
        yield "changed", f"{first.expected} -> {first.seen[0]}"
    if first.kind in {"finding", "proof"}:
        yield from (("promised at", written(source)) for source in first.promised)
    if first.kind == "finding" and not others:
        yield from (("broken at  ", _broken_at(first)), ("expected", first.expected), ("seen", first.seen[0]))
    elif first.kind == "finding":
        yield "expected", first.expected
        yield from (("broken at  ", f"{_broken_at(one)}: {one.seen[0]}") for one in (first, *others))
    yield from first.details


def _broken_at(problem: Problem) -> str:
    """Where the problem was met first: file and line, or URL, number in it, and JSON pointer."""
    return f"{problem.places[0].spot} {problem.pointer or 'the whole body'}".strip()


def _shown(line: str, screen: Screen | None) -> str:
    """A line as a screen shows it: wrapped at its width, its head, the rule and the verdict in colour."""
    if screen is None:
        return line
    import textwrap

    head, text = line[: len(INDENT)], line[len(INDENT) :]
    wrapper = textwrap.TextWrapper(screen.width, head, INDENT, break_long_words=False, break_on_hyphens=False)
    lines = wrapper.wrap(text) or [head]
    if screen.colour:
        lines[0] = _coloured(lines[0])
    return "\n".join(lines)


def _coloured(line: str) -> str:
    head, text = line[: len(INDENT)], line[len(INDENT) :]
    word = head.strip()
    if word == "verdict":
        word, verdict = "", next((one for one in ("broken", "not checked", "kept") if text.startswith(one)), "")
        text = (_styled(verdict, _BOLD, _COLOURS[verdict]) if verdict else "") + text[len(verdict) :]
    if word in _NAMED:
        name, gap, rest = text.partition("  ")
        text = _styled(name, _BOLD) + gap + rest
    return (_styled(head, _COLOURS[word]) if word in _COLOURS else head) + text


def _styled(text: str, *codes: int) -> str:
    """A text between the control sequences (ECMA-48, SGR) that colour it."""
    return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"
