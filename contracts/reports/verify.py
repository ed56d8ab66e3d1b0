"""One run of `verify` as a part of a report: a suite for each target, a check for each rule judged there, the proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.model.report import Part, Problem, Suite, gravest
from contracts.model.run import RECORDED, Proof, Run
from contracts.model.text import many
from contracts.reports.findings import (
    accepted_suites,
    by_level,
    checked_text,
    different,
    evidence_rows,
    judged,
    marked,
    problem_of,
    suite_of,
    unreadable_rows,
)

_MOST_TOLD = 3


def part_of(run: Run) -> Part:
    """Everything there is to tell of a run."""
    operation = run.contract.operation
    title, tail = f"{operation}  ({run.digest[:12]})", _tail(run)
    problems = gravest(_problems(run))
    told = tail if run.verdict == "broken" else ": " + "; ".join(map(checked_text, run.targets))
    return Part(
        title=f"{operation} ({run.digest[:12]})",
        operation=operation,
        verdict=run.verdict,
        tail=tail,
        line=title + told,
        quiet=not run.met and (run.verdict == "kept" or _is_self_check(run)),
        record=lambda: _record(run, problems),
        head=(("contract", title), *_targets(run)),
        nothing=() if run.met else ("findings",),
        foot=(*evidence_rows(run.branches, (target.judgement for target in run.targets)), ("proof", _proof(run))),
        suites=tuple(_suites(run)),
        problems=problems,
    )


def _is_self_check(run: Run) -> bool:
    """Nobody was asked but the contract itself."""
    return bool(run.targets) and not run.counted


def _targets(run: Run) -> Iterator[tuple[str, str]]:
    for target in run.targets:
        yield "checked", checked_text(target)
        yield from unreadable_rows(target)


def _proof(run: Run) -> str:
    if not run.proofs:
        return "not run here; it runs with a provider target (reference, live or a URL)"
    text = f"{sum(proof.holds for proof in run.proofs)} of {many(len(run.proofs), 'rule')} can fail"
    text += "".join(f"; {proof.rule.id} can't be shown to" for proof in run.unproven)
    told = [f"{proof.rule.id} ({proof.reason})" for proof in run.entangled[:_MOST_TOLD]]
    more = len(run.entangled) - len(told)
    told += [f"{more} more"] if more else []
    return text + (f"; not alone: {'; '.join(told)}" if told else "")


def _tail(run: Run) -> str:
    """What the verdict rests on: the origins by name, and that the live API was not asked where it wasn't."""
    count = sum(problem_of(met, run).accepted is not None for met in by_level(run.met))
    excused = f"; {many(count, 'finding')} accepted" if count else ""
    if run.verdict == "broken":
        fatal = len({met.first.fingerprint for met in run.fatal})
        unproven = len(run.unproven)
        parts = [different(fatal)] if fatal else []
        parts += [f"{many(unproven, 'rule')} without proof"] if unproven else []
        return ": " + " and ".join(parts) + excused
    if run.verdict == "not checked":
        reasons = [f"{target.what}: {target.unchecked}" for target in run.targets if target.unchecked]
        return ": " + ("; ".join(reasons) or "no target") + excused
    live = any(target.name == "live" for target in run.targets)
    return f" by {_whom(run)}" + ("" if live else "; the live API was not asked") + excused


def _whom(run: Run) -> str:
    """Providers first, then recordings; those of a provider just named are recordings `of it`."""
    asked = [target.what for target in run.counted if target.name not in RECORDED]
    played = [target.what for target in run.targets if target.name in RECORDED]
    if asked[-1:] == ["the reference provider"]:
        played = [what.replace("of the reference provider", "of it") for what in played]
    return " and ".join([*asked, *played])


def _suites(run: Run) -> Iterator[Suite]:
    for target in run.targets:
        yield suite_of(run, run.contract, target, target.name)
    if run.proofs:
        checks = tuple(
            judged(one.rule.id, () if one.holds or one.reason else (_unproven(run, one),)) for one in run.proofs
        )
        classname = f"{run.contract.slug}.proof"
        yield Suite(name=f"{run.contract.operation} proof", classname=classname, checks=checks)
    yield from accepted_suites(run, run.contract.slug)


def _problems(run: Run) -> Iterator[Problem]:
    for met in by_level(run.met):
        yield problem_of(met, run)
    for proof in run.unproven:
        yield _unproven(run, proof)


def _unproven(run: Run, proof: Proof) -> Problem:
    caught = ", ".join(proof.caught) or "nothing"
    return Problem(
        kind="proof",
        id=proof.rule.id,
        level="proof",
        fatal=True,
        summary=f"a break of this rule is caught under {caught}",
        pointer="",
        expected="a break of this rule to be caught under its name alone",
        seen=(caught,),
        count=1,
        fingerprint=marked("proof", run.contract.operation, proof.rule.id),
        promised=proof.rule.sources,
    )


def _record(run: Run, problems: Iterable[Problem]) -> object:
    from contracts.reports.run_record import record_of

    return record_of(run, problems)
