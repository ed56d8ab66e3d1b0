"""Where contracts, recordings and a vendor's own data are found, and what a project says about levels."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from contracts.commands.selecting import selected, selects
from contracts.errors import Unusable
from contracts.model.contract import LEVELS, Contract, Level
from contracts.model.document import Document
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.sources.files import read_text

if TYPE_CHECKING:
    from contracts.comparing.severities import Row
    from contracts.reading.hand import Hand

_PROJECT = Path("pyproject.toml")
PACKAGE = Path(__file__).resolve().parent.parent
_PARAMETER = re.compile(r"\{[^{}]*\}")


@frozen
class Held:
    """A contract with the name of its api's folder, and the folder of its recordings, which is the working directory's.

    `astray` says what the working directory lacks to have recordings of a contract of its own, "" where it has both.
    `source` is the file of the document that describes it.
    """

    contract: Contract
    vendor: str
    cassettes: Path
    astray: str = ""
    source: Path = Path()

    @property
    def unchecked(self) -> str:
        """Why there can be no recordings to check, "" where there can."""
        reason = f"{self.cassettes} holds nothing to check: the working directory has {self.astray}"
        return reason if self.astray else ""


def _schemas() -> Path:
    """The folder of contracts in the working directory, else the built-in one, else the one beside the package."""
    for folder in (Path("schemas"), PACKAGE / "_shipped" / "schemas", PACKAGE.parent / "schemas"):
        if folder.is_dir():
            return folder
    return Path("schemas")


def _astray() -> str:
    """What the working directory lacks. Whoever stands in the wrong one must not hear about somebody else's API."""
    missing = [f"no {name}/" for name in ("schemas", "cassettes") if not Path(name).is_dir()]
    return " and ".join(missing)


def contracts_here(names: tuple[str, ...] = ()) -> tuple[Held, ...]:
    """The contracts under `schemas/<api>/openapi.json`, all of them or those that the names select. Raises Unusable."""
    return selected(known_here(names), names)


def known_here(names: tuple[str, ...] = ()) -> tuple[Held, ...]:
    """All the contracts here, to know whose an answer is where only some are to be used.

    Raises Unusable where there is none, for a bad document that may hold what is asked for, where two documents of one
    api describe the same operation.
    """
    schemas = _schemas()
    found: dict[str, list[Path]] = {}
    for path in sorted(path for name in DOCUMENTS for path in schemas.glob(f"*/{name}")):
        found.setdefault(path.parent.name, []).append(path)
    if not found:
        how = f"write one with `contracts derive PAGE --out {schemas}/<vendor>`"
        message = f"{schemas}: no <vendor>/openapi.json in it; {how}"
        raise Unusable(message)
    held: list[Held] = []
    problems: list[Unusable] = []
    for api, paths in found.items():
        try:
            held += _of_api(api, paths)
        except Unusable as error:
            problems.append(error)
    if problems and not all(any(selects(name, one) for one in held) for name in names or ("",)):
        raise problems[0]  # what can't be read hides nothing of an api that is asked for by name
    return tuple(held)


def _of_api(api: str, paths: list[Path]) -> Iterator[Held]:
    """The contracts of one api, those of one name told apart. Raises Unusable."""
    found = [(path, contract) for path in paths for contract in contracts_of(read_document(path))]
    described: dict[str, Path] = {}
    for path, contract in found:
        operation = f"{contract.method} {_PARAMETER.sub('{}', contract.path)}"
        if described.setdefault(operation, path) != path:
            message = f"{described[operation]} and {path}: both describe {contract.operation}; remove it from one"
            raise Unusable(message)
    astray = _astray()
    for (path, _), contract in zip(found, apart(tuple(contract for _, contract in found)), strict=True):
        cassettes = Path("cassettes", api, contract.slug)
        yield Held(contract=contract, vendor=api, cassettes=cassettes, astray=astray, source=path)


DOCUMENTS = ("openapi.json", "openapi.yaml", "openapi.yml")
"""What a vendor's description is called in its folder under `schemas/`: one of ours, or the vendor's own as it is."""


def read_document(path: Path) -> Document:
    """The OpenAPI description in a file; what it refers to in files is looked for in its folder. Raises Unusable."""
    from contracts.reading.openapi import read

    return read(read_text(path, "an OpenAPI document"), path.as_posix(), files_beside(path))


def files_beside(path: Path) -> Callable[[str], str | None]:
    """Gives the text of a file that a document refers to; None for one outside the document's folder."""
    folder = path.resolve().parent

    def fetch(name: str) -> str | None:
        try:
            beside = (folder / name).resolve()
            if "://" in name or not beside.is_relative_to(folder) or not beside.is_file():
                return None
        except (OSError, ValueError):  # what can't be the name of a file
            return None
        return read_text(beside, "an OpenAPI document")

    return fetch


def contracts_of(document: Document) -> tuple[Contract, ...]:
    """The contracts of a document. Raises Unusable where it describes no operation."""
    from contracts.reading.openapi import contracts_of as read

    found = read(document)
    if not found:
        message = f"{document.name}: describes no operation; nothing to hold anyone to"
        raise Unusable(message)
    return found


def apart(contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """The contracts of one api, those of one name told apart: their files would be one another's."""
    names = Counter(contract.slug for contract in contracts)
    return tuple(contract if names[contract.slug] == 1 else _marked(contract) for contract in contracts)


def _marked(contract: Contract) -> Contract:
    mark = sha256(contract.operation.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return replace(contract, slug=f"{contract.slug[:80]}-{mark}")


def schemas_of(held: Held) -> Path:
    """The folder of a contract's documents."""
    return _schemas() / held.vendor


def read_json(path: Path, remedy: str = "write it again with `contracts derive`") -> Json:
    """The JSON value in a file; `remedy` says how to have a good one. Raises Unusable."""
    try:
        return cast("Json", json.loads(read_text(path, "a JSON document")))
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        message = f"{path}: not JSON{where}; remove it and {remedy}"
        raise Unusable(message) from None


def levels_here(contracts: tuple[Contract, ...]) -> dict[str, Level]:
    """Levels that `pyproject.toml` sets under `[tool.contracts.levels]`. Raises Unusable for no rule or level."""
    table = _project_table("levels", '"email.type" = "note"')
    if not table:
        return {}
    unknown = set(table)
    for contract in _each(contracts):
        unknown -= {rule.id for rule in contract.rules}
        if not unknown:
            break
    for rule, level in table.items():
        if rule in unknown:
            message = (
                f'{_PROJECT}: [tool.contracts.levels] names "{rule}", '
                "which is no rule of these contracts (write ids in quotes)"
            )
            raise Unusable(message)
        if level not in LEVELS:
            message = f'{_PROJECT}: the level of "{rule}" must be one of {", ".join(LEVELS)}'
            raise Unusable(message)
    return table


def _each(contracts: tuple[Contract, ...]) -> Iterator[Contract]:
    """These, and then all that are here: a project may speak of more contracts than are used just now."""
    yield from contracts
    yield from (held.contract for held in contracts_here())


def severities_here() -> Mapping[str, Row]:
    """What each kind of change means, with what `pyproject.toml` sets under `[tool.contracts.severities]`.

    Raises Unusable.
    """
    from contracts.comparing.severities import severities

    overrides = _project_table("severities", '"status.added" = "additive"')
    return severities(read_text(PACKAGE / "comparing" / "severities.toml", "the table of severities"), overrides)


def _project_table(name: str, example: str) -> dict[str, Any]:
    """A table of this suite's in `pyproject.toml`; empty where there is none. Raises Unusable."""
    if not _PROJECT.is_file():
        return {}
    text = read_text(_PROJECT, "pyproject.toml")
    if "contracts" not in text or name not in text:  # parsing costs more than all that follows
        return {}
    from contracts.reading.toml import read_toml

    table: object = read_toml(text, str(_PROJECT))
    for step in ("tool", "contracts", name):
        table = table.get(step, {}) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        message = f"{_PROJECT}: [tool.contracts.{name}] must be a table like {example}"
        raise Unusable(message)
    return table


def hands(page: str = "") -> Iterator[Hand]:
    """The hand-written data of every vendor that comes with the package, and what stands beside a page.

    Of the page's folder that is the TOML file of its name, and `vendor.toml`; each stands in for the built-in one of
    the same server or operation. Raises Unusable.
    """
    from contracts.reading.hand import read_hand

    beside = [read_hand(read_text(path, "hand-written data"), path.as_posix()) for path in _beside(page)]
    meant = {(hand.server, hand.method, hand.path) for hand in beside}
    for hand in _built_in():
        if (hand.server, hand.method, hand.path) not in meant:
            yield hand
    yield from beside


@cache
def _built_in() -> tuple[Hand, ...]:
    """The hand-written data that comes with the package. Raises Unusable."""
    from contracts.reading.hand import read_hand

    paths = sorted(path for vendor in PACKAGE.glob("*/vendor.toml") for path in vendor.parent.glob("*.toml"))
    return tuple(
        read_hand(read_text(path, "hand-written data"), f"contracts/{path.parent.name}/{path.name}") for path in paths
    )


def _beside(page: str) -> list[Path]:
    """The hand-written data beside a page; a foreign document may call its page anything."""
    if "://" in page or not Path(page).name:
        return []
    try:
        named = Path(page).with_name("vendor.toml"), Path(page).with_suffix(".toml")
        return [path for path in named if path.is_file() and PACKAGE not in path.resolve().parents]
    except (OSError, ValueError):
        return []


def hand_of(contract: Contract) -> Hand:
    """All that is written by hand about a contract's operation."""
    from contracts.reading.hand import matching

    return matching(hands(contract.page), contract.server, contract.method, contract.path)
