"""Where contracts, recordings and a vendor's own data are found, and what a project says about levels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from contracts.errors import Unusable
from contracts.model.contract import LEVELS, Contract, Level
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.sources.files import read_text

if TYPE_CHECKING:
    from contracts.reading.hand import Hand

_LEVELS = "[tool.contracts.levels]"
PACKAGE = Path(__file__).resolve().parent.parent


@frozen
class Held:
    """A contract with the vendor's folder name, and the folder of its recordings."""

    contract: Contract
    vendor: str
    cassettes: Path


def _folder(name: str) -> Path:
    """A folder of this name in the working directory, else the built-in one, else the one beside the package."""
    for folder in (Path(name), PACKAGE / "_shipped" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    return Path(name)


def contracts_here() -> tuple[Held, ...]:
    """Every contract under `schemas/<vendor>/openapi.json`. Raises Unusable where there is none or a bad one."""
    from contracts.reading.openapi import load

    schemas, cassettes = _folder("schemas"), _folder("cassettes")
    documents = sorted(schemas.glob("*/openapi.json"))
    if not documents:
        how = f"write one with `contracts derive PAGE --out {schemas}/<vendor>`"
        message = f"{schemas}: no <vendor>/openapi.json in it; {how}"
        raise Unusable(message)
    return tuple(
        Held(contract=contract, vendor=path.parent.name, cassettes=cassettes / path.parent.name / contract.slug)
        for path in documents
        for contract in load(read_json(path), path.as_posix())
    )


def read_json(path: Path) -> Json:
    """The JSON value in a file. Raises Unusable."""
    try:
        return cast("Json", json.loads(read_text(path, "a JSON document")))
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        message = f"{path}: not JSON{where}; remove it and write it again with `contracts derive`"
        raise Unusable(message) from None


def levels_here(contracts: tuple[Contract, ...]) -> dict[str, Level]:
    """Levels that `pyproject.toml` sets under `[tool.contracts.levels]`. Raises Unusable for no rule or level."""
    path = Path("pyproject.toml")
    if not path.is_file():
        return {}
    text = read_text(path, "pyproject.toml")
    if "contracts" not in text or "levels" not in text:  # parsing costs more than all that follows
        return {}
    table = _levels_table(path, text)
    known = {rule.id for contract in contracts for rule in contract.rules}
    if not known.issuperset(table):  # a project may speak of more contracts than are used just now
        known |= {rule.id for held in contracts_here() for rule in held.contract.rules}
    for rule, level in table.items():
        if rule not in known:
            message = f'{path}: {_LEVELS} names "{rule}", which is no rule of these contracts (write ids in quotes)'
            raise Unusable(message)
        if level not in LEVELS:
            message = f'{path}: the level of "{rule}" must be one of {", ".join(LEVELS)}'
            raise Unusable(message)
    return table


def _levels_table(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        table: object = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{path}: not valid TOML: {' '.join(str(error).split())}"
        raise Unusable(message) from None
    for name in ("tool", "contracts", "levels"):
        table = table.get(name, {}) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        message = f'{path}: {_LEVELS} must be a table like "email.type" = "note"'
        raise Unusable(message)
    return table


def hands() -> Iterator[Hand]:
    """The hand-written data of every vendor that comes with the package."""
    from contracts.reading.hand import read_hand

    for path in sorted(PACKAGE.glob("*/*.toml")):
        yield read_hand(read_text(path, "hand-written data"), f"contracts/{path.parent.name}/{path.name}")


def hand_of(contract: Contract) -> Hand:
    """All that is written by hand about a contract's operation."""
    from contracts.reading.hand import matching

    return matching(hands(), contract.server, contract.method, contract.path)
