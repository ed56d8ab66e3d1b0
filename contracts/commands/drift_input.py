"""What a comparison is given, whatever it is: a page, a contract document, or recorded traffic; a file or a URL."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.commands.derive_sources import shown_name, written
from contracts.commands.documents import contracts_of, files_beside
from contracts.commands.vendor_data import hands
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Contract
from contracts.model.document import Document
from contracts.model.draft import Draft
from contracts.model.frozen import frozen
from contracts.model.page import Page
from contracts.reading import openapi
from contracts.reading.export import YAML_DOCUMENT, exported, is_document
from contracts.reading.hand import Hand, matching
from contracts.reading.joined_witnesses import description, spoken, witnessed, witnesses
from contracts.reading.openapi.document_text import read_tree
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive, fitting
from contracts.sources.files import is_folder, read_text
from contracts.sources.sniffing import HEAD, looks_like

_LOGS = (".har", ".ndjson", ".jsonl")
_OF_A_SCHEMA = frozenset({"$schema", "$defs", "$ref", "properties", "type", "allOf"})
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)
_REDIRECTS = range(300, 400)


@frozen
class ComparedSide:
    """One thing to compare; `name` is how it was given.

    A page has `page`, `text` and `draft` beside the contract derived from it, and `url` where it was fetched; `witness`
    is what a description given with it says of the same operation. A document has its contracts, and is a `document`
    that may have webhooks alone; `bare` says that it is a JSON Schema, which knows of no request. Traffic has `path`.
    """

    name: str
    contracts: tuple[Contract, ...] = ()
    page: Page | None = None
    text: str = ""
    draft: Draft | None = None
    witness: Contract | None = None
    url: str = ""
    bare: bool = False
    document: Document | None = None
    path: Path | None = None


def is_url(given: str) -> bool:
    """A web address, which is then fetched, and no file."""
    return given.lower().startswith(("http://", "https://"))


def read_side(given: str) -> ComparedSide:
    """A file, folder or URL by what is in it.

    Raises Unusable or PageRefused for what is none of them, Unreachable for a URL without an answer.
    """
    if is_url(given):
        url = re.split("[?#]", given)[0]  # what follows may hold a key
        return replace(_from_text(url, _fetched(given, url)), url=url)
    if not given:
        raise Unusable("an empty name; name a documentation page, a contract document or a recording")
    path = Path(given)
    if is_folder(path) or path.suffix.lower() in _LOGS or _is_recording(_head(path)):
        return ComparedSide(name=given, path=path)
    return _from_text(given, read_text(path, "a documentation page, a contract document or a recording"), path)


def _fetched(address: str, url: str) -> str:
    """The text at an address: one GET, without any key. Messages call it `url`. Raises Unusable, Unreachable."""
    from contracts.sources.http import Server, ask, new_session

    try:
        parts = urlsplit(address)
    except ValueError:
        raise Unusable("a URL that can't be taken apart; give one like https://host/page.txt") from None
    server = Server(base_url=f"{parts.scheme}://{parts.netloc}")  # refused where it names a user
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with new_session() as session:
            answer = ask(session, server, "GET", path).response
    except Unreachable as error:
        raise Unreachable(f"{url}: {str(error).rpartition(': ')[2]}") from None
    if answer.status != HTTPStatus.OK:
        moved = ", which is not followed; give the address that it leads to" if answer.status in _REDIRECTS else ""
        raise Unreachable(f"{url}: answered {answer.status}{moved or '; nothing was compared'}")
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"{url}: not text in UTF-8 (byte {error.start}); give the address of the page as text") from None


def _head(path: Path) -> bytes:
    """How an ordinary file begins; nothing of a pipe, which can be read only once, and of what can't be read."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(HEAD)
    except (OSError, ValueError):
        pass  # whoever reads it whole says why
    return b""


def _is_recording(head: bytes) -> bool:
    return looks_like(head) is not None and not YAML_DOCUMENT.search(head.decode("utf-8", "replace"))


def _from_text(name: str, text: str, path: Path | None = None) -> ComparedSide:
    if _is_recording(text[:HEAD].encode()):
        raise Unusable(f"{name}: a recording, which is read from an ordinary file alone; save it as one")
    text = exported(name, text) or text
    tree = _tree(name, text)
    if tree is None:
        return _page(name, text)
    if isinstance(tree, dict) and {"openapi", "swagger"} & tree.keys():
        document = openapi.read(text, name) if path is None else openapi.read(text, name, files_beside(path))
        contracts = openapi.contracts_of(document) if document.tree.get("webhooks") else contracts_of(document)
        return ComparedSide(name=name, contracts=contracts, document=document)
    if isinstance(tree, dict) and _OF_A_SCHEMA & tree.keys():
        return ComparedSide(name=name, contracts=(openapi.contract_of_schema(tree, name),), bare=True)
    raise Unusable(
        f"{name}: neither an OpenAPI 3 document, a JSON Schema nor a recording; give one of these, or a page"
    )


def _tree(name: str, text: str) -> Any:
    """The JSON or YAML document in a text; a page, which may quote one, gives None."""
    return read_tree(text, name) if is_document(text) else None


def _page(name: str, text: str) -> ComparedSide:
    if _HTML.match(text):
        raise Unusable(f"{name}: HTML; save the page as text, or give the address where it is served as text")
    page = read_page(text, shown_name(name))
    side = ComparedSide(name=name, page=page, text=text)
    return derived(side, matching(hands(name), page.server, page.method, page.path))


def derived(side: ComparedSide, hand: Hand) -> ComparedSide:
    """A page's side with its contract, and what of the hand-written data fits it; any other side as it is."""
    if side.page is None:
        return side
    draft = derive(side.page, fitting(side.page, hand))
    return replace(side, draft=draft, contracts=(written(draft).contract,))


def with_other_witness(known: Contract, side: ComparedSide, other: Contract) -> Contract:
    """What a page or description says of an operation, with what the other witness of a contract of two said of it.

    `other` is the side's contract of that operation; of a contract with one witness it is all there is,
    and so is one that has both.
    """
    if side.witness is not None and side.page is not None and side.draft is not None:
        told = description(side.draft, side.witness)
        return written(witnessed(side.draft, spoken(side.page), told)).contract
    both = None if side.bare or witnesses(other) else witnesses(known)
    if both is None:
        return other
    page, described = both
    if side.page is None:
        return written(witnessed(page, frozenset(), description(page, other))).contract
    assert side.draft is not None
    return written(witnessed(side.draft, spoken(side.page), described)).contract
