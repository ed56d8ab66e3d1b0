"""Where the rows of the reference provider are found: beside a contract's document, or in this package."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.sources.files import read_text
from contracts.wiring.documents import DOCUMENTS, PACKAGE, Held, contracts_of, read_document
from contracts.wiring.selecting import own_path

if TYPE_CHECKING:
    from contracts.provider.rows import Row

ROWS = "rows.json"


def rows_path(held: Held) -> Path:
    """The file in which a user writes the rows of a contract."""
    return held.source.parent / ROWS


def rows_here(held: Held) -> tuple[Row, ...]:
    """The rows of a contract: those beside its document, else the built-in ones of its operation; may be none.

    Raises Unusable for a file that can't be read, or names an operation that no document beside it describes.
    """
    contract, beside = held.contract, rows_path(held)
    if beside.is_file():
        table = _read(beside.resolve(), beside.as_posix(), beside.stat().st_mtime_ns)
        _refuse_unknown(beside, tuple(table), held)
        found = next((rows for name, rows in table.items() if _plain(name) in _names(contract)), ())
        if found:
            return found
    address = _plain(f"{contract.method} {contract.server}{contract.path}")
    tables = (_read(path, path.as_posix(), 0) for path in sorted(PACKAGE.glob(f"*/{ROWS}")))
    return next((rows for table in tables for name, rows in table.items() if _plain(name) == address), ())


@cache
def _read(path: Path, name: str, _changed: int) -> dict[str, tuple[Row, ...]]:
    from contracts.provider.rows import read_rows

    return read_rows(read_text(path, "rows"), name)


@cache
def _operations(document: Path, _changed: int) -> frozenset[str]:
    return frozenset(name for contract in contracts_of(read_document(document)) for name in _names(contract))


def _refuse_unknown(beside: Path, written: tuple[str, ...], held: Held) -> None:
    documents = (path for name in DOCUMENTS if (path := beside.with_name(name)).is_file())
    known: set[str] = {*_names(held.contract)}
    for name in written:
        if _plain(name) not in known:
            known.update(*(_operations(path, path.stat().st_mtime_ns) for path in documents))
        if _plain(name) not in known:
            meant = f"write one like {held.contract.operation!r}"
            message = f"{beside}: {name!r} is no operation of {held.source.name}; {meant}"
            raise Unusable(message)


def _names(contract: Contract) -> frozenset[str]:
    """What an operation is called, whatever its parameters are: with its server, its path, or the document's path."""
    paths = contract.server + contract.path, contract.path, own_path(contract)
    return frozenset(_plain(f"{contract.method} {path}") for path in paths)


def _plain(operation: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", operation)
