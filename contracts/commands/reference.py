"""The reference provider of contracts, and its rows: beside a contract's document, or in this package."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.commands.documents import DOCUMENTS, PACKAGE, LocalContract, contracts_of, own_path, read_document
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.sources.files import read_text

if TYPE_CHECKING:
    from contracts.provider.app import Provider
    from contracts.provider.known_rows import Row

ROWS = "rows.json"


def rows_path(local: LocalContract) -> Path:
    """The file in which a user writes the rows of a contract."""
    return local.source.parent / ROWS


def rows_here(local: LocalContract) -> tuple[Row, ...]:
    """The rows of a contract: those beside its document, else the built-in ones of its operation; may be none.

    Raises Unusable for a file that can't be read, or names an operation that no document beside it describes.
    """
    contract, beside = local.contract, rows_path(local)
    own = _read(beside.resolve(), beside.as_posix(), beside.stat().st_mtime_ns) if beside.is_file() else {}
    names = _names(contract)
    unknown = [name for name in own if _plain(name) not in names]
    if unknown:
        documents = [path for name in DOCUMENTS if (path := beside.with_name(name)).is_file()]
        known = frozenset().union(*(_operations(path.resolve(), path.stat().st_mtime_ns) for path in documents))
        unknown = [name for name in unknown if _plain(name) not in known]
    if unknown:
        meant = f"write one like {contract.operation!r}"
        raise Unusable(f"{beside}: {unknown[0]!r} is no operation of {local.source.name}; {meant}")
    found = tuple(row for name, rows in own.items() if _plain(name) in names for row in rows)
    address = _plain(f"{contract.method} {contract.server}{contract.path}")
    built_in = [_read(path, path.as_posix(), 0) for path in sorted(PACKAGE.glob(f"*/{ROWS}"))]
    return found or tuple(row for each in built_in for name in each if _plain(name) == address for row in each[name])


@cache
def _read(path: Path, name: str, _changed: int) -> dict[str, tuple[Row, ...]]:
    from contracts.provider.known_rows import read_rows

    return read_rows(read_text(path, "rows"), name)


@cache
def _operations(document: Path, _changed: int) -> frozenset[str]:
    return frozenset(name for contract in contracts_of(read_document(document)) for name in _names(contract))


def _names(contract: Contract) -> frozenset[str]:
    """What an operation is called, whatever its parameters are: with its server, its path, or the document's path."""
    paths = contract.server + contract.path, contract.path, own_path(contract)
    return frozenset(_plain(f"{contract.method} {path}") for path in paths)


def _plain(operation: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", operation)


def reference(*here: LocalContract, faults: tuple[str, ...] = ()) -> Provider:
    """The reference provider of these contracts, with a throwaway key; a fault breaks each contract that has the rule.

    Raises Unusable for a fault that no contract has, and for rows that can't be read.
    """
    import secrets

    from contracts.provider.app import Operation, Provider

    operations = [
        Operation(
            contract=one.contract,
            rows=rows_here(one),
            faults=tuple(rule for rule in one.contract.rules if rule.id in faults) if faults else (),
        )
        for one in here
    ]
    known = {rule.id for operation in operations for rule in operation.faults}
    for name in faults:
        if name not in known:
            raise Unusable(
                f"{name!r} is no rule of {here[0].contract.operation}; `contracts serve --list-faults` lists them"
            )
    return Provider(operations, "throwaway-" + secrets.token_hex(8))


def default_targets(local: LocalContract) -> tuple[str, ...]:
    """The recordings, and the reference provider where it has rows of the operation."""
    return ("cassettes", "reference") if rows_here(local) else ("cassettes",)
