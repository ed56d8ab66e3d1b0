"""What a document of ours carries beside its promises: conflicts, waivers, and what was reviewed of a page."""

from __future__ import annotations

from typing import Any

from contracts.model.contract import Block, Reviewed, Source


def records(own: dict[str, Any], part: str, kind: Any) -> tuple[Any, ...]:
    """The conflicts, waivers, unaccounted sentences or reviewed blocks that a document of ours carries."""
    made = []
    for record in _listed(own.get(part)):
        try:
            made.append(kind(**{key: _part(key, value) for key, value in record.items()}))
        except (TypeError, AttributeError):
            continue
    return tuple(made)


def _part(key: str, value: Any) -> Any:
    if key == "sources":
        return tuple(Source(**one) for one in _listed(value) if isinstance(one, dict))
    return tuple(_listed(value)) if key == "digests" else value


def reviewed(own: dict[str, Any]) -> Reviewed | None:
    """What was reviewed of the vendor's page, None where nothing was."""
    said = own.get("reviewed")
    if not isinstance(said, dict):
        return None
    plain = {key: value for key, value in said.items() if key != "blocks"}
    try:
        return Reviewed(**plain, blocks=records(said, "blocks", Block))
    except TypeError:
        return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
