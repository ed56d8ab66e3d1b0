"""A run as a person reads it on a terminal: verdict last, each finding with its two places."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.run import Checked, Run
from contracts.reports.grouping import INDENT, finding_text, grouped, inert, row


def render(runs: tuple[Run, ...]) -> str:
    """One paragraph a part: what was checked, findings, evidence, proof, verdict."""
    return "\n".join("".join(f"{inert(line)}\n" for line in _lines(run)) for run in runs)


def _lines(run: Run) -> Iterator[str]:
    yield row("contract", f"{run.contract.operation}  ({run.digest[:12]})")
    for target in run.targets:
        yield row("checked", _checked(target))
    groups = grouped(run.findings)
    for group in groups:
        yield ""
        yield from finding_text(group)
    if groups:
        yield ""
    else:
        yield row("findings", "none")
    yield from _evidence(run)
    yield row("proof", _proof(run))
    yield row("verdict", f"{run.verdict}{verdict_tail(run)}")


def _checked(target: Checked) -> str:
    if target.unchecked:
        return f"{target.what}: not checked, {target.unchecked}"
    total = sum(target.judgement.checked.values())
    return f"{target.what}: {total} answers, {target.judgement.successes} of them successes"


def _evidence(run: Run) -> Iterator[str]:
    seen: dict[str, set[str]] = {}
    for target in run.targets:
        for origin, taken in target.judgement.evidence.seen.items():
            seen.setdefault(origin, set()).update(taken)
    names = [branch.name for branch in run.branches]
    everywhere = set().union(*seen.values())
    missing = [name for name in names if name not in everywhere]
    yield row("evidence", f"{len(names) - len(missing)} of {len(names)} branches observed")
    for origin in sorted(seen):
        yield INDENT + f"{sum(name in seen[origin] for name in names)} from {origin}"
    if missing:
        yield INDENT + f"never observed: {', '.join(missing)}"


def _proof(run: Run) -> str:
    if not run.proofs:
        return "not run here; it runs with a provider target (reference, live or a URL)"
    text = f"{len(run.proofs) - len(run.unproven)} of {len(run.proofs)} rules can fail"
    return text + "".join(f"; {proof.rule.id} can't be shown to" for proof in run.unproven)


def verdict_tail(run: Run) -> str:
    """What the verdict rests on: the origins by name, and that the live API was not asked where it wasn't."""
    if run.verdict == "broken":
        fatal = len({finding.fingerprint for finding in run.fatal})
        unproven = len(run.unproven)
        parts = [f"{fatal} different findings" if fatal > 1 else "1 finding"] if fatal else []
        parts += [f"{unproven} rule{'s' if unproven > 1 else ''} without proof"] if unproven else []
        return ": " + " and ".join(parts)
    if run.verdict == "not checked":
        reasons = [f"{target.what}: {target.unchecked}" for target in run.targets if target.unchecked]
        return ": " + ("; ".join(reasons) or "no target")
    live = any(target.name == "live" for target in run.targets)
    return f" by {_whom(run)}" + ("" if live else "; the live API was not asked")


def _whom(run: Run) -> str:
    """Providers first, then recordings; those of a provider just named are recordings `of it`."""
    recorded = ("cassettes", "paths")
    asked = [target.what for target in run.targets if target.name not in recorded]
    played = [target.what for target in run.targets if target.name in recorded]
    if asked[-1:] == ["the reference provider"]:
        played = [what.replace("of the reference provider", "of it") for what in played]
    return " and ".join([*asked, *played])
