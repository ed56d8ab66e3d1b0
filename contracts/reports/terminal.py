"""A run as a person reads it on a terminal: verdict last, each finding with its two places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contracts.model.finding import Branch, Judgement
from contracts.model.run import Aside, Checked, Run, Verification
from contracts.reports.grouping import finding_text, grouped, inert, many, row

if TYPE_CHECKING:
    from contracts.model.drift import Traffic


FULL = 10
"""So many contracts are told of in full, whatever came of them; of more, those with something to tell."""


def render(done: Verification) -> str:
    """One paragraph a part: what was checked, findings, evidence, proof, verdict.

    Of several contracts, how many are what comes first, then those that are broken, then the others, the verdict last.
    """
    from contracts.reports import several

    parts = [[*_lines(run)] for run in several.worst_first(done.runs) if len(done.runs) <= FULL or _told(run)]
    if several.is_of_several(done):
        lines = [*several.line_rows(done)] if len(done.runs) > FULL else []
        foot = [*lines, *several.rest_rows(done), ("verdict", f"{done.verdict}{several.tail(done)}")]
        parts = [[row("contracts", several.counts_text(done) or "none")], *parts, [row(*one) for one in foot]]
    return "\n".join("".join(f"{inert(line)}\n" for line in part) for part in parts)


def _told(run: Run) -> bool:
    """There is more to tell of a run than that it is kept, or that nobody was asked."""
    asked = bool(run.counted) or not run.targets
    return bool(run.findings) or (run.verdict != "kept" and asked)


def head_rows(run: Run) -> Iterator[tuple[str, str]]:
    """What was held to what."""
    yield "contract", f"{run.contract.operation}  ({run.digest[:12]})"
    for target in run.targets:
        yield "checked", checked_text(target)
        yield from unreadable_rows(target)


def unreadable_rows(target: Checked | Traffic | Aside) -> Iterator[tuple[str, str]]:
    """What of the operation's recordings could not be read, and which files, each with the reason."""
    told = [one for one in target.unreadable if one.what != "other answer"]
    for head, one in zip(["unreadable"] + [""] * len(told), told, strict=False):
        place = f"{one.place}:{one.line}" if one.line else one.place
        first = "" if one.count == 1 else f"{many(one.count, one.what)}, the first at "
        yield head, f"{first}{place}: {one.reason}"


def foot_rows(run: Run) -> Iterator[tuple[str, str]]:
    """What it rests on: evidence and proof."""
    yield from evidence_rows(run.branches, tuple(target.judgement for target in run.targets))
    yield "proof", _proof(run)


def _lines(run: Run) -> Iterator[str]:
    for head, text in head_rows(run):
        yield row(head, text)
    groups = grouped(run.findings)
    for group in groups:
        yield ""
        yield from finding_text(group, run.accepted.of(group.first.rule, group.first.pointer))
    yield "" if groups else row("findings", "none")
    for head, text in foot_rows(run):
        yield row(head, text)
    yield row("verdict", f"{run.verdict}{verdict_tail(run)}")


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


def evidence_rows(branches: tuple[Branch, ...], judgements: tuple[Judgement, ...]) -> Iterator[tuple[str, str]]:
    """Which branches were observed, from which origin, and which never; a row without a head goes on."""
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


def _proof(run: Run) -> str:
    if not run.proofs:
        return "not run here; it runs with a provider target (reference, live or a URL)"
    text = f"{sum(proof.holds for proof in run.proofs)} of {many(len(run.proofs), 'rule')} can fail"
    text += "".join(f"; {proof.rule.id} can't be shown to" for proof in run.unproven)
    told = [f"{proof.rule.id} ({proof.reason})" for proof in run.entangled[:_MOST_TOLD]]
    more = len(run.entangled) - len(told)
    told += [f"{more} more"] if more else []
    return text + (f"; not alone: {'; '.join(told)}" if told else "")


_MOST_TOLD = 3


def verdict_tail(run: Run) -> str:
    """What the verdict rests on: the origins by name, and that the live API was not asked where it wasn't."""
    if run.verdict == "broken":
        fatal = len({finding.fingerprint for finding in run.fatal})
        unproven = len(run.unproven)
        parts = [f"{fatal} different findings" if fatal > 1 else "1 finding"] if fatal else []
        parts += [f"{many(unproven, 'rule')} without proof"] if unproven else []
        return ": " + " and ".join(parts) + _excused(run)
    if run.verdict == "not checked":
        reasons = [f"{target.what}: {target.unchecked}" for target in run.targets if target.unchecked]
        return ": " + ("; ".join(reasons) or "no target") + _excused(run)
    live = any(target.name == "live" for target in run.targets)
    return f" by {_whom(run)}" + ("" if live else "; the live API was not asked") + _excused(run)


def _excused(run: Run) -> str:
    """How much is broken and accepted for now."""
    of = run.accepted.of
    count = len({finding.fingerprint for finding in run.findings if of(finding.rule, finding.pointer)})
    return f"; {many(count, 'finding')} accepted" if count else ""


def _whom(run: Run) -> str:
    """Providers first, then recordings; those of a provider just named are recordings `of it`."""
    recorded = ("cassettes", "paths")
    asked = [target.what for target in run.counted if target.name not in recorded]
    played = [target.what for target in run.targets if target.name in recorded]
    if asked[-1:] == ["the reference provider"]:
        played = [what.replace("of the reference provider", "of it") for what in played]
    return " and ".join([*asked, *played])
