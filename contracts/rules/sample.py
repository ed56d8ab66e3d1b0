"""A small legal value for a documented place."""

from __future__ import annotations

from contracts.model.contract import Contract
from contracts.model.json import Json, Path


def legal_value(contract: Contract, target: str, at: Path = ()) -> Json:
    """A small legal value with everything that the contract documents inside it; null where none is known.

    Raises NoAnswer for a whole body of which none is known.
    """
    return contract.index.part(target, at) if at else contract.index.base(target)
