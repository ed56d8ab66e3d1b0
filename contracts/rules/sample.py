"""A small legal value for a documented place."""

from __future__ import annotations

from typing import Any

from contracts.model.contract import Contract, Target
from contracts.model.json import ITEM, Json, Path
from contracts.rules.keeping import keeping, value_rules
from contracts.rules.places import ABSENT
from contracts.rules.shape import types_of


def legal_value(contract: Contract, target: Target, at: Path = ()) -> Json:
    """A small legal value with everything that the contract documents inside it; null where nothing is known."""
    rules = value_rules(contract, target, at)
    kind = next((types_of(rule.says)[0] for rule in rules if rule.kind == "type"), "null")
    if kind == "object":
        inner = [known.at for known in contract.fields if known.target == target and known.at[:-1] == at]
        return {path[-1]: legal_value(contract, target, path) for path in inner if path[-1] != ITEM}
    if kind == "array":
        count: dict[str, Any] = next((rule.says for rule in rules if rule.kind == "count"), {})
        least = max(count.get("minItems", 0), min(1, count.get("maxItems", 1)))
        return [legal_value(contract, target, (*at, ITEM))] * least
    value = keeping(rules)
    return None if value is ABSENT else value
