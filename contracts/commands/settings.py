"""What a project sets in its `pyproject.toml`: the levels of rules, and what kinds of change mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.commands.documents import PACKAGE, contracts_here
from contracts.errors import Unusable
from contracts.model.contract import LEVELS, Contract, Level
from contracts.sources.files import read_text

if TYPE_CHECKING:
    from contracts.comparing.severities import ChangeKind

_PROJECT = Path("pyproject.toml")


def levels_here(contracts: tuple[Contract, ...]) -> dict[str, Level]:
    """Levels that `pyproject.toml` sets under `[tool.contracts.levels]`. Raises Unusable for no rule or level."""
    table = _project_table("levels", '"email.type" = "note"')
    if not table:
        return {}
    unknown = set(table)
    for contract in _each(contracts):
        unknown -= {rule.id for rule in contract.rules}
        if not unknown:
            break
    for rule, level in table.items():
        if rule in unknown:
            raise Unusable(
                f'{_PROJECT}: [tool.contracts.levels] names "{rule}", '
                "which is no rule of these contracts (write ids in quotes)"
            )
        if level not in LEVELS:
            raise Unusable(f'{_PROJECT}: the level of "{rule}" must be one of {", ".join(LEVELS)}')
    return table


def _each(contracts: tuple[Contract, ...]) -> Iterator[Contract]:
    """These, and then all that are here: a project may speak of more contracts than are used just now."""
    yield from contracts
    yield from (local.contract for local in contracts_here())


def severities_here() -> Mapping[str, ChangeKind]:
    """What each kind of change means, with what `pyproject.toml` sets under `[tool.contracts.severities]`.

    Raises Unusable.
    """
    from contracts.comparing.severities import severities

    overrides = _project_table("severities", '"status.added" = "additive"')
    return severities(read_text(PACKAGE / "comparing" / "severities.toml", "the table of severities"), overrides)


def _project_table(name: str, example: str) -> dict[str, Any]:
    """A table of this suite's in `pyproject.toml`; empty where there is none. Raises Unusable."""
    if not _PROJECT.is_file():
        return {}
    text = read_text(_PROJECT, "pyproject.toml")
    if "contracts" not in text or name not in text:  # parsing costs more than all that follows
        return {}
    from contracts.reading.toml import read_toml

    table: object = read_toml(text, str(_PROJECT))
    for step in ("tool", "contracts", name):
        table = table.get(step, {}) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        raise Unusable(f"{_PROJECT}: [tool.contracts.{name}] must be a table like {example}")
    return table
