"""`contracts derive`: read documentation into contracts."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.commands.derive_output import place
from contracts.commands.derive_sources import Taken, sources_of, take, together
from contracts.commands.options import contract_option, form_option
from contracts.errors import Exit, Unusable
from contracts.model.contract import Contract
from contracts.model.document import shown
from contracts.model.identity import digest
from contracts.model.text import inert, many
from contracts.rules import KINDS

if TYPE_CHECKING:
    from contracts.commands.derive_sources import Taken

_MOST_LINES = 20


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the api's openapi.json and <slug>.schema.json here."
)
@click.option("--strict", is_flag=True, help="Exit 1 while a sentence of a page is unaccounted for.")
@contract_option
@form_option
def derive(sources: tuple[Path, ...], out: Path | None, names: tuple[str, ...], form: str, *, strict: bool) -> None:
    """Read documentation into contracts: a page saved as text, an export in Markdown, or an OpenAPI document.

    A folder or a glob is several sources. A page and a description of the same operation are two witnesses of one
    contract. What can't be read hides nothing of the others.
    """
    read, problems = _taken(sources_of(sources))
    taken = together(read, names) if read else ()
    contracts = tuple(contract for one in taken for contract in one.contracts)
    if taken:
        click.echo(_as_json(contracts) if form == "json" else "\n".join(map(_as_text, taken)), nl=False)
    for problem in problems:
        click.echo(f"contracts: {problem}", err=True)
    failed = strict and any(contract.unaccounted for contract in contracts)
    if failed:
        click.echo("contracts: not accounted for: write a rule or a waiver for each sentence listed", err=True)
    elif out is not None and taken:
        for path in place(taken, out):
            click.echo(f"contracts: wrote {path}", err=True)
    sys.exit(Exit.UNUSABLE if problems else Exit.BROKEN if failed else Exit.KEPT)


def _taken(sources: tuple[Path, ...]) -> tuple[tuple[Taken, ...], list[str]]:
    """What could be read of the sources, and in a line each why others could not."""
    taken: list[Taken] = []
    problems: list[str] = []
    for source in sources:
        try:
            taken.append(take(source))
        except Unusable as error:
            problems.append(inert(" ".join(str(error).split())))
    return tuple(taken), problems


def _as_json(contracts: tuple[Contract, ...]) -> str:
    """Everything that reading found, for machines: an object for one operation, a list of them for several."""
    found = [_record(contract) for contract in contracts]
    return json.dumps(found[0] if len(found) == 1 else found, indent=2) + "\n"


def _record(contract: Contract) -> dict[str, Any]:
    return {
        "operation": {
            "method": contract.method,
            "server": contract.server,
            "path": contract.path,
            "title": contract.title,
        },
        "page": contract.page,
        "slug": contract.slug,
        "digest": digest(contract),
        "answers": [asdict(answer) for answer in contract.answers],
        "fields": _fields(contract),
        "rules": [asdict(rule) | {"locations": list(map(shown, rule.locations))} for rule in contract.rules],
        "example": contract.example[0] if contract.example else None,
        "conflicts": [asdict(conflict) for conflict in contract.conflicts],
        "waivers": [asdict(waiver) for waiver in contract.waivers],
        "unaccounted": [asdict(sentence) for sentence in contract.unaccounted],
    }


def _fields(contract: Contract) -> list[dict[str, Any]]:
    """The fields of the body of success, each with what its rules say of it, by kind."""
    return [
        {
            "path": list(field.at),
            "description": field.description,
            "annotations": field.annotations,
            "says": {
                rule.kind: rule.says
                for rule in contract.about(contract.main)
                if rule.at == field.at and rule.kind != "condition"
            },
        }
        for field in contract.fields
        if field.target == contract.main
    ]


def _as_text(taken: Taken) -> str:
    """A summary for a person: one operation whole, of several a line each; then what needs a decision."""
    if taken.kind == "page" or len(taken.contracts) == 1:
        return "\n".join(chain(*map(_whole, taken.contracts))) + "\n"
    rules, conflicts = (sum(len(getattr(one, of)) for one in taken.contracts) for of in ("rules", "conflicts"))
    lines = [
        f"{taken.name}: {many(len(taken.contracts), 'operation')}, {many(rules, 'rule')}, {many(conflicts, 'conflict')}"
    ]
    lines += [f"  {one.operation}  {many(len(one.rules), 'rule')}" for one in taken.contracts]
    told = dict.fromkeys(line for one in taken.contracts for line in _undecided(one))
    lines += [
        *islice(told, _MOST_LINES),
        *([f"and {len(told) - _MOST_LINES} more; `--format json` has all"] if len(told) > _MOST_LINES else []),
    ]
    return "\n".join(lines) + "\n"


def _whole(contract: Contract) -> list[str]:
    lines = [
        f"{contract.operation}  ({digest(contract)[:12]})",
        f"server {contract.server or 'not documented'}, derived from {contract.page}",
        "",
    ]
    places = (field.at for field in contract.fields if field.target == contract.main)
    lines += ["  " * len(at) + _field_line(contract, at) for at in places]
    return [*lines, "", f"{len(contract.rules)} rules", *_undecided(contract)]


def _undecided(contract: Contract) -> list[str]:
    """What of an operation contradicts itself, promises nothing that can be checked, or isn't understood."""
    lines = []
    for conflict in contract.conflicts:
        several = len({source.page for source in conflict.sources}) > 1
        at = ", ".join(
            f"{source.page}:{source.line}" if several else f"line {source.line}" for source in conflict.sources
        )
        lines.append(f"conflict    {conflict.field} ({at}): {conflict.problem}; {conflict.decided}")
    lines += [f"waived      {waiver.field}: {waiver.reason}" for waiver in contract.waivers]
    lines += [
        f"unaccounted {contract.page}:{sentence.line} {sentence.field} [{sentence.digest}] {sentence.text}"
        for sentence in contract.unaccounted
    ]
    lines += [
        f"unread      {contract.operation} {answer.key}: its body is {', '.join(answer.media)}, which isn't judged"
        for answer in contract.answers
        if answer.media and not answer.bodies
    ]
    return lines


def _field_line(contract: Contract, at: tuple[str, ...]) -> str:
    rules = [rule for rule in contract.about(contract.main) if rule.at == at and rule.kind not in {"condition", "echo"}]
    present = "" if any(rule.kind == "required" for rule in rules) else ", may be absent"
    says = [KINDS[rule.kind].expected(rule.says) for rule in rules if rule.kind != "required"]
    return f"{at[-1]}: {', '.join(says)}{present}"
