"""Page in, contract and documents out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from contracts.commands.vendor_data import hands
from contracts.errors import Unusable
from contracts.model.contract import Contract, Reviewed
from contracts.model.draft import Draft
from contracts.model.frozen import frozen
from contracts.model.identity import digest
from contracts.model.page import Page
from contracts.reading.derive import derive
from contracts.reading.hand import Hand, matching
from contracts.reading.openapi import contracts_of, document_of
from contracts.reading.page.layout import read_page
from contracts.sources.files import read_text
from contracts.writing import openapi, schema_document


def derive_page(path: Path) -> Derived:
    """The contract of the page in a file. Raises Unusable or PageRefused."""
    return written(drafted(path, read_text(path, "a documentation page saved as text"))[1])


def drafted(path: Path, text: str) -> tuple[Page, Draft]:
    """A page that was read from a file, and what it promises. Raises Unusable or PageRefused."""
    page = read_page(text, shown_name(path.as_posix()))
    known = tuple(hands(path.as_posix()))
    _refuse_strangers(known, page, path.with_suffix(".toml"))
    return page, derive(page, matching(known, page.server, page.method, page.path))


def _refuse_strangers(known: tuple[Hand, ...], page: Page, beside: Path) -> None:
    """A file that is called like the page and is of another operation would count for nothing, without a word."""
    operation = page.server, page.method, page.path
    for hand in known:
        if hand.place == beside.as_posix() and hand.path and (hand.server, hand.method, hand.path) != operation:
            is_of = f"{hand.method} {hand.server}{hand.path}"
            message = f"{beside}: is of {is_of}, and the page of {page.method} {page.server}{page.path}"
            raise Unusable(message)


def shown_name(name: str) -> str:
    """How a contract calls its page: a path is shown from the working directory, or by the file alone."""
    path = Path(name)
    if not path.is_absolute():
        return name
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name


@frozen
class Derived:
    """A page's contract, and the documents that hold it: OpenAPI, and the JSON Schema of its success body, if any."""

    contract: Contract
    document: dict[str, Any]
    schema: dict[str, Any]


def written(draft: Draft) -> Derived:
    """The documents of a page's promises, and the contract that they hold."""
    plain = contracts_of(document_of(openapi(draft), draft.page))[0]
    document = openapi(draft, digest(plain))
    contract = contracts_of(document_of(document, draft.page))[0]
    schema = schema_document(contract) if contract.main else {}
    return Derived(contract=contract, document=document, schema=schema)


def reviewed_as(document: dict[str, Any], contract: Contract, reviewed: Reviewed) -> dict[str, Any]:
    """The document of a contract with what was reviewed of the vendor's page."""
    path, method = (str(step) for step in contract.at[1:])
    item = document["paths"][path]
    blocks = [asdict(block) | {"digests": list(block.digests)} for block in reviewed.blocks]
    own = item[method]["x-contract"] | {"reviewed": asdict(reviewed) | {"blocks": blocks}}
    return document | {"paths": document["paths"] | {path: item | {method: item[method] | {"x-contract": own}}}}
