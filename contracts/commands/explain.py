"""`contracts explain`: say what one rule promises, where, how well known it is, and how it would fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import click

from contracts.commands.docs import sheet_of
from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.options import contract_option
from contracts.commands.settings import levels_here
from contracts.documenting.evidence import Share
from contracts.documenting.rule_examples import ExampleLine
from contracts.documenting.sheet import Promise, Sheet
from contracts.errors import Unusable
from contracts.model.contract import LEVELS, Level
from contracts.model.text import inert

MOST_EXPLAINED = 5
_INDENT = " " * 11


@click.command()
@click.argument("rule")
@contract_option
def explain(rule: str, names: tuple[str, ...]) -> None:
    """Say what RULE promises, where that is written, how well it is known, and how it would fail."""
    click.echo(explanation(rule, names), nl=False)


def explanation(rule_id: str, names: tuple[str, ...] = ()) -> str:
    """One rule on the terminal: what it says, where, its evidence, its proof, how to change its level.

    Where several contracts have such a rule, one after the other, the first few of many. Raises Unusable, with the
    nearest ids, where no contract here has one.
    """
    here = contracts_here(names)
    known = [one for one in here if any(rule.id == rule_id for rule in one.contract.rules)]
    if not known:
        raise Unusable(_nearest(rule_id, here))
    levels = levels_here(tuple(one.contract for one in here))
    texts = [explained(sheet_of(one), rule_id, levels.get(rule_id)) for one in known[:MOST_EXPLAINED]]
    if len(known) > MOST_EXPLAINED:
        texts.append(
            f"{len(known) - MOST_EXPLAINED} more contracts have this rule; --contract NAME explains one of them\n"
        )
    return "\n".join(texts)


def _nearest(rule_id: str, here: tuple[LocalContract, ...]) -> str:
    ids = list(dict.fromkeys(rule.id for one in here for rule in one.contract.rules))
    near = (
        get_close_matches(rule_id, ids, n=3, cutoff=0.5) or [one for one in ids if rule_id.lower() in one.lower()][:3]
    )
    hint = f"did you mean {' or '.join(near)}?" if near else "`contracts docs` lists them all"
    return f"{inert(rule_id)[:80]}: no rule of the contracts here; {hint}"


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
