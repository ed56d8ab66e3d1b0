"""`contracts derive`: read documentation into contracts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from contracts.commands.derive_sources import ReadSource, joined, read_source, sources_of
from contracts.commands.documents import DOCUMENTS, all_contracts_of, read_json, told_apart
from contracts.commands.options import contract_option, form_option
from contracts.commands.settings import severities_here
from contracts.comparing.changes import compare
from contracts.documenting.changelog import extended
from contracts.errors import Exit, Unusable
from contracts.model.contract import WEBHOOK, Contract, Field, Rule
from contracts.model.document import shown
from contracts.model.identity import digest
from contracts.model.json import Path as Place
from contracts.model.text import inert, many
from contracts.reading.joined_witnesses import witnesses
from contracts.reading.openapi import document_of
from contracts.rules import KINDS
from contracts.rules.asked_bodies import asked_bodies
from contracts.sources.files import read_text, write_text
from contracts.writing import schema_document, text
from contracts.writing.merging import operations, put, reviewed_as

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
    read, problems = _read(sources_of(sources))
    taken = joined(read, names) if read else ()
    contracts = tuple(contract for one in taken for contract in one.contracts)
    if taken:
        click.echo(_as_json(contracts) if form == "json" else "\n".join(map(_as_text, taken)), nl=False)
    for problem in problems:
        click.echo(f"contracts: {problem}", err=True)
    failed = strict and any(contract.unaccounted for contract in contracts)
    if failed:
        click.echo("contracts: not accounted for: write a rule or a waiver for each sentence listed", err=True)
    elif out is not None and taken:
        for path in _write(taken, out):
            click.echo(f"contracts: wrote {path}", err=True)
    sys.exit(Exit.UNUSABLE if problems else Exit.BROKEN if failed else Exit.KEPT)


def _read(sources: tuple[Path, ...]) -> tuple[tuple[ReadSource, ...], list[str]]:
    """What could be read of the sources, and in a line each why others could not."""
    taken: list[ReadSource] = []
    problems: list[str] = []
    for source in sources:
        try:
            taken.append(read_source(source))
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


def _as_text(taken: ReadSource) -> str:
    """A summary for a person: one operation whole, of several a line each; then what needs a decision."""
    if taken.kind == "page" or len(taken.contracts) == 1:
        return "\n".join(chain(*map(_whole, taken.contracts))) + "\n"
    rules, conflicts = (sum(len(getattr(one, of)) for one in taken.contracts) for of in ("rules", "conflicts"))
    webhooks = sum(one.method == WEBHOOK for one in taken.contracts)
    kinds = [many(len(taken.contracts) - webhooks, "operation"), *([many(webhooks, "webhook")] if webhooks else [])]
    lines = [", ".join((f"{taken.name}: {kinds[0]}", *kinds[1:], many(rules, "rule"), many(conflicts, "conflict")))]
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
    for body in asked_bodies(contract):
        lines += [f"a request's body, as {', '.join(body.media)}", *_field_lines(body.fields, body.rules), ""]
    fields = tuple(field for field in contract.fields if field.target == contract.main)
    lines += _field_lines(fields, contract.about(contract.main))
    return [*lines, "", f"{len(contract.rules)} rules", *_undecided(contract)]


def _undecided(contract: Contract) -> list[str]:
    """What of an operation contradicts itself, promises nothing that can be checked, or isn't understood."""
    lines = []
    for conflict in contract.conflicts:
        several = len({source.page for source in conflict.sources}) > 1
        at = ", ".join(source.where if several else f"line {source.line}" for source in conflict.sources)
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


def _field_lines(fields: Iterable[Field], rules: tuple[Rule, ...]) -> Iterator[str]:
    """The fields of a body, each with what its rules say, below what it stands in."""
    ruled: dict[Place, list[Rule]] = {}
    for rule in rules:
        if rule.kind not in {"condition", "if", "echo"}:
            ruled.setdefault(rule.at, []).append(rule)
    for field in fields:
        known = ruled.get(field.at, ())
        present = "" if any(rule.kind == "required" for rule in known) else ", may be absent"
        says = [KINDS[rule.kind].expected(rule.says) for rule in known if rule.kind != "required"]
        yield f"{'  ' * len(field.at)}{field.at[-1]}: {', '.join(says)}{present}"


def _write(taken: tuple[ReadSource, ...], folder: Path) -> tuple[Path, ...]:
    """Writes what was taken of an api's sources into its folder; gives what was written.

    A description is put there as it is. Pages and exports go into one document, each in the place of its own operation;
    what was reviewed of it is carried over, and its changelog is extended by what is new. The document, which says what
    was before, is written last: whatever a kill left undone, writing again does. Raises Unusable.
    """
    described = [one for one in taken if one.kind == "description"]
    if not described:
        return _put_in(taken, folder)
    if len(taken) > 1:
        others = ", ".join(one.name for one in taken if one is not described[0])
        raise Unusable(f"{described[0].name}: a description is all of its api; derive {others} to another folder")
    return _as_it_is(described[0], folder)


def _as_it_is(taken: ReadSource, folder: Path) -> tuple[Path, ...]:
    """Puts a description where contracts are looked for, unless another one is there."""
    own = folder / taken.files[0][0]
    for path in (folder / name for name in DOCUMENTS):
        if path.exists() and (path != own or read_text(path, "an OpenAPI document") != taken.files[0][1]):
            raise Unusable(f"{path}: is there already, and isn't replaced; remove it, or choose another folder")
    schemas = tuple(_schema_files(told_apart(taken.contracts), folder))
    files = tuple((folder / name, content) for name, content in (*taken.files[1:], taken.files[0]))
    for path, content in (*schemas, *files):
        write_text(path, content)
    return tuple(path for path, _ in (*schemas, *files))


def _schema_files(contracts: tuple[Contract, ...], folder: Path) -> Iterator[tuple[Path, str]]:
    for contract in contracts:
        if contract.main:
            yield folder / f"{contract.slug}.schema.json", text(schema_document(contract))


def _put_in(taken: tuple[ReadSource, ...], folder: Path) -> tuple[Path, ...]:
    """Puts operations into the document of ours in a folder, and writes what stands beside it."""
    path = folder / DOCUMENTS[0]
    _refuse_a_vendors(taken, folder)
    document: Any = read_json(path) if path.exists() else None
    before = {one.operation: one for one in _contracts_in(document, path)}
    _refuse_one_of_two(taken, before, folder)
    for new in (one for source in taken for one in source.documents):
        document = new if document is None else put(document, new)
    changed = {one.operation: one.page for source in taken for one in source.contracts}
    for contract in all_contracts_of(document_of(document, path.as_posix())):
        old = before.get(contract.operation)
        if contract.operation in changed and old is not None and old.reviewed is not None:
            document = reviewed_as(document, contract, old.reviewed)
    now = told_apart(all_contracts_of(document_of(document, path.as_posix())))
    new_ones = tuple(one for one in now if one.operation in changed)
    told = tuple(replace(one, page=changed[one.operation]) for one in new_ones)
    schemas, logs = tuple(_schema_files(told, folder)), tuple(_changelogs(new_ones, before, folder))
    for name, content in (*schemas, *logs, (path, text(document))):
        write_text(name, content)
    return (*(name for name, _ in schemas), path, *(name for name, _ in logs))


def _changelogs(
    contracts: tuple[Contract, ...], before: dict[str, Contract], folder: Path
) -> Iterator[tuple[Path, str]]:
    today = datetime.now(UTC).date().isoformat()
    for contract in contracts:
        log, old = folder / f"{contract.slug}.changelog.json", before.get(contract.operation)
        changes = compare(old, contract, severities_here()) if old is not None else ()
        earlier = read_json(log, "take it back from version control") if log.exists() else None
        yield log, text(extended(earlier, old, contract, changes, today))


def _refuse_a_vendors(taken: tuple[ReadSource, ...], folder: Path) -> None:
    """Raises Unusable where the document of the api isn't one that was written here."""
    for path in (folder / name for name in DOCUMENTS):
        if not path.exists():
            continue
        known = operations(read_json(path)) if path.name == DOCUMENTS[0] else {}
        ours = (isinstance(node, dict) and isinstance(node.get("x-contract"), dict) for node in known.values())
        if not known or not all(ours):
            first = taken[0]
            raise Unusable(
                f"{path}: is the vendor's own and is never edited; move it out of {folder} and give both: "
                f"`contracts derive {first.name} FILE --contract '{first.contracts[0].operation}' --out {folder}`"
            )


def _refuse_one_of_two(taken: tuple[ReadSource, ...], before: dict[str, Contract], folder: Path) -> None:
    """Raises Unusable where the contract of an operation has two witnesses, and only one of them is given."""
    for contract in (contract for source in taken for contract in source.contracts):
        old = before.get(contract.operation)
        if old is not None and witnesses(old) and not witnesses(contract):
            pages = dict.fromkeys(source.page for rule in old.rules for source in rule.sources if not source.hand)
            raise Unusable(
                f"{folder}: {contract.operation} has two witnesses there, {' and '.join(pages)}; give both, as in "
                f"`contracts derive PAGE FILE --contract '{contract.operation}' --out {folder}`, or another folder"
            )


def _contracts_in(document: Any, path: Path) -> tuple[Contract, ...]:
    """The contracts that a document holds now; none where it holds none that can be read."""
    try:
        return all_contracts_of(document_of(document, path.as_posix()))
    except Unusable:
        return ()
