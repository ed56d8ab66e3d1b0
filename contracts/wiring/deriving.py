"""Page in, contract and documents out."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.comparing.changes import compare
from contracts.documenting.changelog import extended
from contracts.errors import Unusable
from contracts.model.contract import Contract, Reviewed
from contracts.model.document import shown
from contracts.model.draft import Draft
from contracts.model.frozen import frozen
from contracts.model.identity import digest
from contracts.model.page import Page
from contracts.reading.derive import derive
from contracts.reading.hand import Hand, matching
from contracts.reading.layout import read_page
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules import KINDS
from contracts.sources.files import read_text, write_text
from contracts.wiring.documents import hands, read_json, severities_here
from contracts.writing import openapi, schema_document, text


def derive_page(path: Path) -> Derived:
    """The contract of the page in a file. Raises Unusable or PageRefused."""
    if path.as_posix().startswith(("http:/", "https:/")):
        raise Unusable("a contract is derived from a file that can be reviewed: save the page as text first")
    page = read_page(read_text(path, "a documentation page saved as text"), shown_name(path.as_posix()))
    known = tuple(hands(path.as_posix()))
    _refuse_strangers(known, page, path.with_suffix(".toml"))
    return written(derive(page, matching(known, page.server, page.method, page.path)))


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
    """A page's contract, and the documents that hold it: OpenAPI, and the JSON Schema of its success body."""

    contract: Contract
    document: dict[str, Any]
    schema: dict[str, Any]


def written(draft: Draft) -> Derived:
    """The documents of a page's promises, and the contract that they hold."""
    plain = contracts_of(document_of(openapi(draft), draft.page))[0]
    document = openapi(draft, digest(plain))
    contract = contracts_of(document_of(document, draft.page))[0]
    return Derived(contract=contract, document=document, schema=schema_document(contract))


def write_documents(derived: Derived, folder: Path) -> tuple[Path, ...]:
    """The documents of a contract, written into `folder`, and its changelog, extended by what is new.

    What was reviewed of the vendor's page is carried over from the document that is replaced; another operation's
    `openapi.json` never is. That document, which says what was before, is written last: whatever a kill left undone,
    writing again does. Raises Unusable.
    """
    contract = derived.contract
    schema, document = folder / f"{contract.slug}.schema.json", folder / "openapi.json"
    log = folder / f"{contract.slug}.changelog.json"
    before = _before(document, contract) if document.exists() else None
    content = derived.document
    if before is not None and before.reviewed is not None:
        content = reviewed_as(content, before.reviewed)
    changes = compare(before, contract, severities_here()) if before is not None else ()
    held = read_json(log, "take it back from version control") if log.exists() else None
    changelog = extended(held, before, contract, changes, datetime.now(UTC).date().isoformat())
    write_text(schema, text(derived.schema))
    write_text(log, text(changelog))
    write_text(document, text(content))
    return schema, document, log


def reviewed_as(document: dict[str, Any], reviewed: Reviewed) -> dict[str, Any]:
    """The document of one operation with what was reviewed of the vendor's page."""
    ((path, item),) = document["paths"].items()
    ((method, operation),) = item.items()
    blocks = [asdict(block) | {"digests": list(block.digests)} for block in reviewed.blocks]
    own = operation["x-contract"] | {"reviewed": asdict(reviewed) | {"blocks": blocks}}
    return document | {"paths": {path: {method: operation | {"x-contract": own}}}}


def _before(document: Path, contract: Contract) -> Contract | None:
    """The contract that a document holds now; None where it holds none that can be read."""
    held = read_json(document)
    paths = held.get("paths") if isinstance(held, dict) else None
    if isinstance(paths, dict) and paths and list(paths) != [contract.path]:
        message = f"{document}: describes {', '.join(paths)}, not {contract.path}; choose another folder"
        raise Unusable(message)
    try:
        known = contracts_of(document_of(held, document.as_posix()))
    except Unusable:
        return None
    return next((one for one in known if one.operation == contract.operation), None)


def as_json(contract: Contract) -> str:
    """Everything that reading found, for machines."""
    record: dict[str, Any] = {
        "operation": {
            "method": contract.method,
            "server": contract.server,
            "path": contract.path,
            "title": contract.title,
        },
        "page": contract.page,
        "slug": contract.slug,
        "digest": digest(contract),
        "answers": [asdict(answer) for answer in contract.answers],
        "fields": _fields(contract),
        "rules": [asdict(rule) | {"locations": list(map(shown, rule.locations))} for rule in contract.rules],
        "example": contract.example[0] if contract.example else None,
        "conflicts": [asdict(conflict) for conflict in contract.conflicts],
        "waivers": [asdict(waiver) for waiver in contract.waivers],
        "unaccounted": [asdict(sentence) for sentence in contract.unaccounted],
    }
    return json.dumps(record, indent=2) + "\n"


def _fields(contract: Contract) -> list[dict[str, Any]]:
    """The fields of the body of success, each with what its rules say of it, by kind."""
    return [
        {
            "path": list(field.at),
            "description": field.description,
            "annotations": field.annotations,
            "says": {
                rule.kind: rule.says
                for rule in contract.about(contract.main)
                if rule.at == field.at and rule.kind != "condition"
            },
        }
        for field in contract.fields
        if field.target == contract.main
    ]


def as_text(contract: Contract) -> str:
    """A summary for a person: the operation, each field in a line, then what needs a decision."""
    lines = [
        f"{contract.operation}  ({digest(contract)[:12]})",
        f"server {contract.server or 'not documented'}, derived from {contract.page}",
        "",
    ]
    places = (field.at for field in contract.fields if field.target == contract.main)
    lines += ["  " * len(at) + _field_line(contract, at) for at in places]
    lines += ["", f"{len(contract.rules)} rules"]
    for conflict in contract.conflicts:
        at = ", ".join(f"line {source.line}" for source in conflict.sources)
        lines.append(f"conflict    {conflict.field} ({at}): {conflict.problem}; {conflict.decided}")
    lines += [f"waived      {waiver.field}: {waiver.reason}" for waiver in contract.waivers]
    lines += [
        f"unaccounted {contract.page}:{sentence.line} {sentence.field} [{sentence.digest}] {sentence.text}"
        for sentence in contract.unaccounted
    ]
    return "\n".join(lines) + "\n"


def _field_line(contract: Contract, at: tuple[str, ...]) -> str:
    rules = [rule for rule in contract.about(contract.main) if rule.at == at and rule.kind not in {"condition", "echo"}]
    present = "" if any(rule.kind == "required" for rule in rules) else ", may be absent"
    says = [KINDS[rule.kind].expected(rule.says) for rule in rules if rule.kind != "required"]
    return f"{at[-1]}: {', '.join(says)}{present}"
