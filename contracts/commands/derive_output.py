"""Where `contracts derive` writes: the documents of an api in its folder, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.commands.derive_sources import Taken
from contracts.commands.documents import DOCUMENTS, apart, read_json
from contracts.commands.settings import severities_here
from contracts.comparing.changes import compare
from contracts.documenting.changelog import extended
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.reading.openapi import contracts_of, document_of
from contracts.reading.witnesses import witnesses
from contracts.sources.files import read_text, write_text
from contracts.writing import schema_document, text
from contracts.writing.merging import operations, put, reviewed_as


def place(taken: tuple[Taken, ...], folder: Path) -> tuple[Path, ...]:
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
        message = f"{described[0].name}: a description is all of its api; derive {others} to another folder"
        raise Unusable(message)
    return _as_it_is(described[0], folder)


def _as_it_is(taken: Taken, folder: Path) -> tuple[Path, ...]:
    """Puts a description where contracts are looked for, unless another one is there."""
    own = folder / taken.files[0][0]
    for path in (folder / name for name in DOCUMENTS):
        if path.exists() and (path != own or read_text(path, "an OpenAPI document") != taken.files[0][1]):
            message = f"{path}: is there already, and isn't replaced; remove it, or choose another folder"
            raise Unusable(message)
    schemas = tuple(_schemas(apart(taken.contracts), folder))
    files = tuple((folder / name, content) for name, content in (*taken.files[1:], taken.files[0]))
    for path, content in (*schemas, *files):
        write_text(path, content)
    return tuple(path for path, _ in (*schemas, *files))


def _schemas(contracts: tuple[Contract, ...], folder: Path) -> Iterator[tuple[Path, str]]:
    for contract in contracts:
        if contract.main:
            yield folder / f"{contract.slug}.schema.json", text(schema_document(contract))


def _put_in(taken: tuple[Taken, ...], folder: Path) -> tuple[Path, ...]:
    """Puts operations into the document of ours in a folder, and writes what stands beside it."""
    path = folder / DOCUMENTS[0]
    _refuse_a_vendors(taken, folder)
    held = read_json(path) if path.exists() else None
    before = {one.operation: one for one in _known(held, path)}
    _refuse_one_of_two(taken, before, folder)
    document: Any = held
    for new in (one for source in taken for one in source.documents):
        document = new if document is None else put(document, new)
    changed = {one.operation: one.page for source in taken for one in source.contracts}
    for contract in contracts_of(document_of(document, path.as_posix())):
        old = before.get(contract.operation)
        if contract.operation in changed and old is not None and old.reviewed is not None:
            document = reviewed_as(document, contract, old.reviewed)
    now = apart(contracts_of(document_of(document, path.as_posix())))
    new_ones = tuple(one for one in now if one.operation in changed)
    told = tuple(replace(one, page=changed[one.operation]) for one in new_ones)
    schemas, logs = tuple(_schemas(told, folder)), tuple(_changelogs(new_ones, before, folder))
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
        held = read_json(log, "take it back from version control") if log.exists() else None
        yield log, text(extended(held, old, contract, changes, today))


def _refuse_a_vendors(taken: tuple[Taken, ...], folder: Path) -> None:
    """Raises Unusable where the document of the api isn't one that was written here."""
    for path in (folder / name for name in DOCUMENTS):
        if not path.exists():
            continue
        held = operations(read_json(path)) if path.name == DOCUMENTS[0] else {}
        ours = (isinstance(node, dict) and isinstance(node.get("x-contract"), dict) for node in held.values())
        if not held or not all(ours):
            first = taken[0]
            message = (
                f"{path}: is the vendor's own and is never edited; move it out of {folder} and give both: "
                f"`contracts derive {first.name} FILE --contract '{first.contracts[0].operation}' --out {folder}`"
            )
            raise Unusable(message)


def _refuse_one_of_two(taken: tuple[Taken, ...], before: dict[str, Contract], folder: Path) -> None:
    """Raises Unusable where the contract of an operation has two witnesses, and only one of them is given."""
    for contract in (contract for source in taken for contract in source.contracts):
        old = before.get(contract.operation)
        if old is not None and witnesses(old) and not witnesses(contract):
            pages = dict.fromkeys(source.page for rule in old.rules for source in rule.sources if not source.hand)
            message = (
                f"{folder}: {contract.operation} has two witnesses there, {' and '.join(pages)}; give both, as in "
                f"`contracts derive PAGE FILE --contract '{contract.operation}' --out {folder}`, or another folder"
            )
            raise Unusable(message)


def _known(held: Any, path: Path) -> tuple[Contract, ...]:
    """The contracts that a document holds now; none where it holds none that can be read."""
    try:
        return contracts_of(document_of(held, path.as_posix()))
    except Unusable:
        return ()
