"""A page's new wording, accepted as reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.commands.deriving import reviewed_as
from contracts.commands.documents import contracts_here, hand_of, read_json, schemas_of, severities_here
from contracts.commands.drift_input import beside, derived, read_side
from contracts.commands.drifting import counterparts
from contracts.comparing.changes import compare
from contracts.comparing.wording import review
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.sources.files import read_text, write_text
from contracts.writing import text


def accept(given: str, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Path:
    """Records a page's wording as reviewed, in the contract's document under `schemas/` here; gives its path.

    Raises Unusable where it isn't a page, or where it and the contract differ in meaning.
    """
    side = read_side(given)
    if side.page is None:
        message = f"{side.name}: only a documentation page can be accepted"
        raise Unusable(message)
    held, _ = counterparts(side, contracts_here())[0]
    folder, own = schemas_of(held), Path("schemas") / held.vendor
    document = _of_ours(folder / "openapi.json", held.contract)
    meant_of = derived(side, hand_of(held.contract))
    other = beside(held.contract, meant_of, meant_of.contracts[0])
    meant = compare(held.contract, other, severities_here())
    if meant:
        message = (
            f"{side.name}: differs from the contract in meaning ({meant[0].summary}); "
            "change the contract first, with `contracts derive`"
        )
        raise Unusable(message)
    reviewed = review(side.url, today().date().isoformat(), side.text, side.page)
    for kind in ("schema", "changelog"):  # what is built in is kept here from now on
        name = f"{held.contract.slug}.{kind}.json"
        if folder != own and (folder / name).exists():
            write_text(own / name, read_text(folder / name, f"the {kind}"))
    write_text(own / "openapi.json", text(reviewed_as(document, held.contract, reviewed)))
    return own / "openapi.json"


def _of_ours(file: Path, contract: Contract) -> dict[str, Any]:
    """The document of a contract as `contracts derive` wrote it. Raises Unusable for any other."""
    raw: Any = read_json(file, "derive it again") if file.exists() else None
    try:
        path, method = contract.at[1:]
        if isinstance(raw["paths"][path][method]["x-contract"], dict):
            return dict(raw)
    except (TypeError, ValueError, KeyError, AttributeError):
        pass
    message = (
        f"{file.parent}: the document of {contract.operation} isn't one that `contracts derive` writes, so there is "
        "no place in it for a page's wording; derive the page to a folder of its own"
    )
    raise Unusable(message)
