"""One rule on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.documenting.evidence import Share
from contracts.documenting.rule_examples import ExampleLine
from contracts.documenting.sheet import Promise, Sheet
from contracts.model.contract import LEVELS, Level
from contracts.model.text import inert

_INDENT = " " * 11


def explained(sheet: Sheet, rule_id: str, level: Level | None) -> str:
    """What the rule says, where it is promised, its evidence, its proof, and how to change its level.

    `level` is what the project sets, None where it leaves the contract's own.
    """
    promise = sheet.promise(sheet.contract.rule(rule_id))
    lines = (*_says(sheet, promise), *_evidence(sheet, promise), *_proof(promise), *_level(promise, level))
    return "\n".join(inert(line).rstrip() for line in lines) + "\n"


def _row(head: str, text: str) -> str:
    return f"{head:<10} {text}"


def _rows(head: str, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield _row(head, text)
        head = ""


def _says(sheet: Sheet, promise: Promise) -> Iterator[str]:
    yield _row("rule", promise.rule.id)
    yield _row("", promise.rule.summary)
    yield _row("of", sheet.contract.operation)
    yield from _rows("promised", promise.promised or ("nowhere",))


def _evidence(sheet: Sheet, promise: Promise) -> Iterator[str]:
    shown = [branch for strip in sheet.evidence for branch in strip.branches if branch.rule == promise.rule.id]
    head = "evidence"
    for branch in shown:
        for text in [f"{branch.name}: {_share(share)}" for share in branch.shares] or [
            f"{branch.name}: never observed"
        ]:
            yield _row(head, text)
            head = ""
    if shown:
        return
    findings = sum(met.count for met in sheet.judgement.met if met.first.rule == promise.rule.id)
    answers = ", ".join(f"{count} answers of {origin.name}" for origin, count in sheet.asked)
    if not answers:
        yield _row(head, f"none: {sheet.unchecked or 'no answer was looked at'}")
        return
    broken = f"broken {findings} time{'' if findings == 1 else 's'}" if findings else "never broken"
    yield _row(head, f"{broken} in {answers}; it has no branches that could be told apart")


def _share(share: Share) -> str:
    first = f", first in {share.first}" if share.first else ""
    times = "once" if share.count == 1 else f"{share.count} times"
    last = f", last on {share.last[:10]}" if share.last else ""
    return f"{times} from {share.origin.name}{first}{last}"


def _proof(promise: Promise) -> Iterator[str]:
    examples = promise.examples
    if not examples.broken:
        yield _row("proof", "nothing could break it: the rule is told, not judged")
        return
    if examples.caught is None:
        yield _row("proof", "no proof was run; this exchange should fail:")
    elif examples.caught == (promise.rule.id,):
        yield _row("proof", f"this exchange must fail, and is caught as {promise.rule.id} and nothing else:")
    elif examples.caught:
        yield _row("proof", f"this exchange must fail, and is caught as {', '.join(examples.caught)}:")
    else:
        yield _row("proof", "this exchange must fail, and nothing is caught: the rule can't be shown to fail")
    yield from _example(examples.broken)
    yield _row("", "where in this one it is kept:")
    yield from _example(examples.kept)


def _example(lines: Iterable[ExampleLine]) -> Iterator[str]:
    for line in lines:
        yield f"{_INDENT}{'>' if line.marked else ' '} {line.text}"


def _level(promise: Promise, level: Level | None) -> Iterator[str]:
    rule = promise.rule
    now = f"{level}, set in pyproject.toml; the contract says {rule.level}" if level else rule.level
    yield _row("level", f"{now}; to change it, write in pyproject.toml")
    other = next(name for name in LEVELS[1:] if name != (level or rule.level))
    yield from ("", f"{_INDENT}[tool.contracts.levels]", f'{_INDENT}{_toml(rule.id)} = "{other}"')


def _toml(text: str) -> str:
    """A TOML key in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
