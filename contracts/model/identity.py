"""What makes two contracts the same one: everything they promise, but not how or where it is written."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from hashlib import sha256
from typing import Any, cast

from contracts.model.contract import Contract
from contracts.model.json import Json

_WORDING = frozenset({"description", "summary", "page", "line", "reviewed"})
_DATA = frozenset({"says", "annotations", "example"})
"""Parts that hold JSON of the page's own, whose names are not ours to leave out."""

DIGITS = 32


def canonical(contract: Contract) -> Json:
    """The contract as JSON without descriptions, summaries, page names and line numbers.

    Of an unaccounted sentence only its field counts, since the rest is its wording.
    """
    whole = _without_wording(contract)
    assert isinstance(whole, dict)
    if not contract.request_body:  # most have none, and were known by their digest before there was a place for it
        whole = {name: part for name, part in whole.items() if name != "request_body"}
    return whole | {"unaccounted": [{"field": sentence.field} for sentence in contract.unaccounted]}


def digest(contract: Contract) -> str:
    """32 hex digits over `canonical(contract)`: equal for equal promises, on every machine."""
    text = json.dumps(canonical(contract), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()[:DIGITS]


def _without_wording(part: Any) -> Json:
    """A value of ours as JSON; `asdict` would copy every page's own data first, at three times the cost."""
    if isinstance(part, list | tuple):
        return [_without_wording(item) for item in part]
    if not is_dataclass(part):
        return cast("Json", part)
    return {
        name: getattr(part, name) if name in _DATA else _without_wording(getattr(part, name))
        for name in part.__dataclass_fields__
        if name not in _WORDING
    }
