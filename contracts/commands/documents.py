"""Which contracts are here, where their documents and recordings are, and which of them a name selects."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import cast

from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.document import Document
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.model.text import inert
from contracts.sources.files import read_text

PACKAGE = Path(__file__).resolve().parent.parent
_PARAMETER = re.compile(r"\{[^{}]*\}")


@frozen
class LocalContract:
    """A contract with the name of its api's folder, and the folder of its recordings, which is the working directory's.

    `astray` says what the working directory lacks to have recordings of a contract of its own, "" for nothing.
    `source` is the file of the document that describes it.
    """

    contract: Contract
    vendor: str
    cassettes: Path
    astray: str = ""
    source: Path = Path()

    @property
    def unchecked(self) -> str:
        """Why there can be no recordings to check; "" if there can."""
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


def contracts_here(names: tuple[str, ...] = ()) -> tuple[LocalContract, ...]:
    """The contracts under `schemas/<api>/openapi.json`, all of them or those that the names select. Raises Unusable."""
    return selected(known_here(names), names)


def known_here(names: tuple[str, ...] = ()) -> tuple[LocalContract, ...]:
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
        raise Unusable(f"{schemas}: no <vendor>/openapi.json in it; {how}")
    here: list[LocalContract] = []
    problems: list[Unusable] = []
    for api, paths in found.items():
        try:
            here += _of_api(api, paths)
        except Unusable as error:
            problems.append(error)
    if problems and not all(any(selects(name, one) for one in here) for name in names or ("",)):
        raise problems[0]  # what can't be read hides nothing of an api that is asked for by name
    if not here:
        raise Unusable(f"{schemas}: describes webhooks alone; `contracts gate --post-to URL` puts them to a client")
    return tuple(here)


def _of_api(api: str, paths: list[Path]) -> Iterator[LocalContract]:
    """The contracts of one api, those of one name told apart. Raises Unusable."""
    found = [(path, contract) for path in paths for contract in contracts_of(read_document(path))]
    described: dict[str, Path] = {}
    for path, contract in found:
        operation = f"{contract.method} {_PARAMETER.sub('{}', contract.path)}"
        if described.setdefault(operation, path) != path:
            raise Unusable(f"{described[operation]} and {path}: both describe {contract.operation}; remove it from one")
    astray = _astray()
    for (path, _), contract in zip(found, told_apart(tuple(contract for _, contract in found)), strict=True):
        cassettes = Path("cassettes", api, contract.slug)
        yield LocalContract(contract=contract, vendor=api, cassettes=cassettes, astray=astray, source=path)


def webhooks_here(names: tuple[str, ...] = ()) -> tuple[LocalContract, ...]:
    """The webhooks that the documents here describe, all of them or those that the names select. Raises Unusable."""
    found = webhooks_known()
    if not found:
        raise Unusable(f"{_schemas()}: no document in it describes a webhook; write one with `contracts derive`")
    return selected(found, names)


def webhooks_known() -> tuple[LocalContract, ...]:
    """Every webhook that a document here describes, without any where none does."""
    return tuple(
        LocalContract(contract=contract, vendor=path.parent.name, cassettes=Path(), source=path)
        for path in sorted(path for name in DOCUMENTS for path in _schemas().glob(f"*/{name}"))
        for contract in told_apart(webhooks_of(read_document(path)))
    )


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
    """The contracts of a document. Raises Unusable where it describes neither an operation nor a webhook."""
    from contracts.reading.openapi import contracts_of as read

    found = read(document)
    if not found and not webhooks_of(document):
        raise Unusable(f"{document.name}: describes no operation; nothing to hold anyone to")
    return found


def all_contracts_of(document: Document) -> tuple[Contract, ...]:
    """The contracts of a document's operations, then those of its webhooks. Raises Unusable where it has neither."""
    return (*contracts_of(document), *webhooks_of(document))


def webhooks_of(document: Document) -> tuple[Contract, ...]:
    """The contracts of what a document's webhooks send."""
    if "webhooks" not in document.tree:
        return ()
    from contracts.reading.openapi import webhooks_of as read

    return read(document)


def told_apart(contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """The contracts of one api, those of one name told apart: their files would be one another's."""
    names = Counter(contract.slug for contract in contracts)
    return tuple(contract if names[contract.slug] == 1 else _marked(contract) for contract in contracts)


def _marked(contract: Contract) -> Contract:
    mark = sha256(contract.operation.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return replace(contract, slug=f"{contract.slug[:80]}-{mark}")


def schemas_of(local: LocalContract) -> Path:
    """The folder of a contract's documents."""
    return _schemas() / local.vendor


def read_json(path: Path, remedy: str = "write it again with `contracts derive`") -> Json:
    """The JSON value in a file; `remedy` says how to have a good one. Raises Unusable."""
    try:
        return cast("Json", json.loads(read_text(path, "a JSON document")))
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Unusable(f"{path}: not JSON{where}; remove it and {remedy}") from None


MOST = 20
"""So many contracts are listed where a name selects none."""


def selected(
    here: tuple[LocalContract, ...], names: tuple[str, ...], option: str = "--contract"
) -> tuple[LocalContract, ...]:
    """The contracts that the names select, in the order of `here`; all of them where no name is given.

    A name is a slug, an operation with or without the base path, an api, or a glob of any of these. Raises Unusable
    for one that selects nothing.
    """
    if not names:
        return here
    chosen: set[int] = set()
    for name in names:
        found = {number for number, one in enumerate(here) if selects(name, one)}
        if not found:
            raise Unusable(f"{option} {inert(name)[:200]}: selects nothing; there is {listed(here)}")
        chosen |= found
    return tuple(one for number, one in enumerate(here) if number in chosen)


def selects(name: str, local: LocalContract) -> bool:
    """True for a contract's own names and globs of them; a method may be in lower case."""
    method, space, path = name.strip().partition(" ")
    name = f"{method.upper()} {path.strip()}" if space else method
    return any(name == own or fnmatchcase(own, name) for own in _names_of(local))


def _names_of(local: LocalContract) -> Iterator[str]:
    contract = local.contract
    yield contract.slug
    yield local.vendor
    yield contract.operation
    yield f"{contract.method} {own_path(contract)}"


def own_path(contract: Contract) -> str:
    """The path as the document writes it, without the base path of the server."""
    if contract.at[:1] == ("paths",):
        return str(contract.at[1])
    paths = contract.document.tree.get("paths")
    known = [path for path in paths if contract.path.endswith(path)] if isinstance(paths, dict) else []
    return max(known, key=len, default=contract.path)


def listed(here: tuple[LocalContract, ...]) -> str:
    """The contracts in words, the first of many."""
    texts = [f"{inert(one.contract.slug)} ({inert(one.contract.operation)}, {one.vendor})" for one in here[:MOST]]
    return ", ".join(texts) + (f" and {len(here) - MOST} more" if len(here) > MOST else "")
