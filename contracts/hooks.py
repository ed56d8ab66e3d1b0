"""The rules as Schemathesis' check `contract`, of the very document that Schemathesis is given.

    SCHEMATHESIS_HOOKS=contracts.hooks st run schemas/reply/openapi.json --url URL --checks contract

Importing this module registers the check, in a test suite as well; each broken rule is a failure of its own, by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.checking import Checker
from contracts.commands.documents import contracts_of, read_document
from contracts.commands.settings import levels_here
from contracts.model.contract import Contract
from contracts.model.document import Document
from contracts.model.finding import Finding
from contracts.model.interaction import Interaction
from contracts.proving.registering import Described, register
from contracts.reading.openapi import document_of
from contracts.rules.routing import belongs

_contracts: dict[int, tuple[Any, tuple[Contract, ...]]] = {}
"""What each document describes, by the identity of its tree, which is kept so that it stays its own."""
_checkers: dict[tuple[int, str, str], Checker | None] = {}


def _document(described: Described) -> Document:
    """The document, from its file where it has one: there it has lines."""
    parts = urlsplit(described.location)
    path = Path(unquote(parts.path))
    if parts.scheme == "file" and path.is_file():
        return read_document(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    return document_of(described.tree, described.location or "the document")


def _checker(described: Described) -> Checker | None:
    """The checker of an operation, made once; None where the document has no such operation for us."""
    key = id(described.tree), described.method, described.path
    if key not in _checkers:
        if key[0] not in _contracts:
            _contracts[key[0]] = described.tree, contracts_of(_document(described))
        named = [one for one in _contracts[key[0]][1] if one.method == described.method]
        found = min((one for one in named if one.path.endswith(described.path)), key=_length, default=None)
        _checkers[key] = None if found is None else Checker(found, levels_here((found,)))
    return _checkers[key]


def _length(contract: Contract) -> int:
    return len(contract.path)


def _judged(described: Described, interaction: Interaction) -> Sequence[Finding]:
    """What an answer breaks, from whatever base address the operation was asked."""
    checker = _checker(described)
    if checker is None:
        return ()
    contract = checker.contract
    parts = urlsplit(interaction.request.url)
    own = parts.path.split("/")[-described.path.count("/") :]
    path = contract.path.removesuffix(described.path) + "/" + "/".join(own)
    asked = replace(interaction, request=replace(interaction.request, url=parts._replace(path=path).geturl()))
    return checker.judge(asked).findings if belongs(contract, asked) is not None else ()


register(_judged)
