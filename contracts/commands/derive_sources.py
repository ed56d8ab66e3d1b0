"""What `contracts derive` is given, read: pages, exports, descriptions; as files, folders and globs."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from glob import glob
from pathlib import Path
from typing import Any

from contracts.commands.documents import LocalContract, all_contracts_of, files_beside, selected
from contracts.commands.documents import contracts_of as contracts_in
from contracts.commands.vendor_data import hands
from contracts.errors import Unusable
from contracts.model.contract import WEBHOOK, Contract
from contracts.model.draft import Draft
from contracts.model.frozen import frozen
from contracts.model.identity import digest
from contracts.model.page import Page
from contracts.proving.asking import document_of_one
from contracts.reading.export import exported, is_document
from contracts.reading.hand import Hand, matching
from contracts.reading.joined_witnesses import description, spoken, witnessed
from contracts.reading.openapi import contracts_of, document_of, read
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive
from contracts.sources.files import read_text
from contracts.writing import openapi
from contracts.writing.merging import reduced

DESCRIPTIONS = (".json", ".yaml", ".yml")
_SUFFIXES = (".txt", ".md", *DESCRIPTIONS)


@frozen
class ReadSource:
    """What one source holds: `kind` is `page`, `export` or `description`.

    A page or an export has `documents` of one operation each, to be put into one of ours; a description has `files`, by
    their names below the folder that it may stand in, as they are.
    """

    name: str
    kind: str
    contracts: tuple[Contract, ...]
    documents: tuple[dict[str, Any], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    draft: Draft | None = None
    """What a page promises ..."""
    spoken: frozenset[int] = frozenset()
    """... and the lines of its sentences."""


def sources_of(given: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files that are meant, each once: a file is itself; a folder or a glob all in it that may be a source.

    Raises Unusable for a folder or a glob without one.
    """
    found: dict[Path, None] = {}
    for one in given:
        below = [one]
        if one.is_dir():
            below = sorted(path for path in one.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
        elif any(mark in str(one) for mark in "*?") and not one.exists():
            below = sorted(path for name in glob(str(one), recursive=True) if (path := Path(name)).is_file())  # noqa: PTH207
        if not below:
            raise Unusable(
                f"{one}: holds no source; name pages saved as text, exports in Markdown or OpenAPI documents"
            )
        found |= dict.fromkeys(below)
    return tuple(found)


def read_source(path: Path) -> ReadSource:
    """What a source holds. Raises Unusable or PageRefused."""
    if path.as_posix().startswith(("http:/", "https:/")):
        raise Unusable("a contract is derived from a file that can be reviewed: save the page as text first")
    described = path.suffix.lower() in DESCRIPTIONS
    text = read_text(path, "an OpenAPI document" if described else "a documentation page saved as text")
    name = shown_name(path.as_posix())
    inner = exported(name, text)
    if inner is not None:
        return _export(name, contracts_in(read(inner, name)))
    if described or is_document(text):
        return _description(path, text, name)
    page, draft = drafted(path, text)
    return replace(_of_page(name, draft), spoken=spoken(page))


def _of_page(name: str, draft: Draft) -> ReadSource:
    derived = written(draft)
    return ReadSource(name=name, kind="page", contracts=(derived.contract,), documents=(derived.document,), draft=draft)


def joined(taken: tuple[ReadSource, ...], names: tuple[str, ...]) -> tuple[ReadSource, ...]:
    """The sources with each page and the description of the same operation as two witnesses of one contract.

    `names` select operations of the descriptions; what of them no page is of stands for itself, as an export does.
    Raises Unusable for a name that selects nothing.
    """
    others = [one for one in taken if one.kind != "page"]
    described = tuple(
        LocalContract(contract=each, vendor="", cassettes=Path())
        for one in others for each in one.contracts if each.method != WEBHOOK
    )  # fmt: skip
    chosen = [one.contract for one in (selected(described, names) if names else described)]
    pages, met = [], set()
    for page in (one for one in taken if one.draft is not None):
        other = next((one for one in chosen if _shape(one) == _shape(page.contracts[0])), None)
        if other is None and names:
            raise Unusable(f"{page.name}: is of {page.contracts[0].operation}, and nothing that --contract selects is")
        pages.append(page if other is None else _witnessed(page, other))
        met |= set() if other is None else {id(other)}
    if names:
        left = [one for one in chosen if id(one) not in met]
        return (*pages, *(_export(one.page, (one,)) for one in left))
    rest = [one for one in others if not met.intersection(map(id, one.contracts))]
    return (*pages, *rest)


def _witnessed(page: ReadSource, other: Contract) -> ReadSource:
    assert page.draft is not None
    both = _of_page(f"{page.name} and {other.page}", witnessed(page.draft, page.spoken, description(page.draft, other)))
    return replace(both, spoken=page.spoken)


def _shape(contract: Contract) -> str:
    """An operation by method and path, whatever its parameters are called."""
    return f"{contract.method} {re.sub(r'{[^{}]*}', '{}', contract.path)}"


def _export(name: str, contracts: tuple[Contract, ...]) -> ReadSource:
    documents = tuple(_standing_alone(one) for one in contracts)
    return ReadSource(name=name, kind="export", contracts=contracts, documents=documents)


def _description(path: Path, text: str, name: str) -> ReadSource:
    fetch, files = files_beside(path), {}

    def fetched(beside: str) -> str | None:
        found = fetch(beside)
        if found is not None:
            files[beside] = found
        return found

    contracts = all_contracts_of(read(text, name, fetched))
    suffix = path.suffix.lower() if path.suffix.lower() in DESCRIPTIONS else ".yaml"
    own = "openapi.json" if text.lstrip()[:1] == "{" else f"openapi{suffix}"
    return ReadSource(name=name, kind="description", contracts=contracts, files=((own, text), *files.items()))


def _standing_alone(contract: Contract) -> dict[str, Any]:
    """The document of one operation that holds all of it in itself, and what reading decided."""
    tree = document_of_one(contract)
    ((path, item),) = tree["paths"].items()
    method = str(contract.at[-1])
    operation = item[method]
    known = {(one.get("in"), one.get("name")) for one in operation.get("parameters", ())}
    above = [one for one in item.get("parameters", ()) if (one.get("in"), one.get("name")) not in known]
    if above:
        operation["parameters"] = [*above, *operation.get("parameters", ())]
    if "security" in tree:
        operation.setdefault("security", tree["security"])
    operation.setdefault("summary", contract.title)
    whole = {"openapi": tree["openapi"], "info": tree.get("info", {}), "servers": tree["servers"]}
    paths = {path: {method: operation}}
    alone = reduced(whole | {"paths": paths, "components": tree.get("components", {})})
    if not alone["servers"]:
        alone["servers"] = [{"url": "/"}]
    (again,) = contracts_of(document_of(alone, contract.page))
    told = {(one.field, one.problem) for one in again.conflicts}
    lost = [one for one in contract.conflicts if (one.field, one.problem) not in told]
    operation["x-contract"] = {
        "slug": contract.slug,
        "export": contract.page,
        "digest": digest(again),
        "conflicts": [asdict(one) | {"sources": [asdict(source) for source in one.sources]} for one in lost],
    }
    return alone


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
            raise Unusable(f"{beside}: is of {is_of}, and the page of {page.method} {page.server}{page.path}")


def shown_name(name: str) -> str:
    """How a contract calls its page: a path is shown from the working directory, or by the file alone."""
    path = Path(name)
    if not path.is_absolute():
        return name
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name


@frozen
class Derived:
    """A page's contract, and the OpenAPI document that holds it."""

    contract: Contract
    document: dict[str, Any]


def written(draft: Draft) -> Derived:
    """The document of a page's promises, and the contract that it holds."""
    plain = all_contracts_of(document_of(openapi(draft), draft.page))[0]
    document = openapi(draft, digest(plain))
    return Derived(contract=all_contracts_of(document_of(document, draft.page))[0], document=document)
