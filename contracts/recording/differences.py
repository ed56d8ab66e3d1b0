"""What a new recording shows that the old one didn't, in shape and rules; never in values."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.checking import Checker
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.rules.json_types import json_type
from contracts.rules.parsing import NotJsonError, parse


def differences(checker: Checker, old: Interaction, new: Interaction) -> tuple[str, ...]:
    """One short line for each difference: statuses, fields, types, branches first or no longer seen, rules."""
    before, after = checker.judge(old), checker.judge(new)
    found = []
    if old.response.status != new.response.status:
        found.append(f"status {old.response.status}, now {new.response.status}")
    shapes = dict(_shape(old)), dict(_shape(new))
    found += [f"new field {place} ({kind})" for place, kind in shapes[1].items() if place not in shapes[0]]
    found += [f"field {place} is gone" for place in shapes[0] if place not in shapes[1]]
    found += [
        f"{place}: {shapes[0][place]}, now {kind}"
        for place, kind in shapes[1].items()
        if shapes[0].get(place, kind) != kind
    ]
    branches = [set().union(*judged.evidence.seen.values()) for judged in (before, after)]
    found += [f"{name} is new in this case" for name in sorted(branches[1] - branches[0])]
    rules = [{finding.rule for finding in judged.findings} for judged in (before, after)]
    found += [f"breaks {rule}" for rule in sorted(rules[1] - rules[0])]
    found += [f"no longer breaks {rule}" for rule in sorted(rules[0] - rules[1])]
    return tuple(found)


def _shape(interaction: Interaction) -> Iterator[tuple[str, str]]:
    """Each place of the body with its JSON type; elements of one array count as one place."""
    try:
        body, _ = parse(interaction.response.body)
    except NotJsonError:
        return iter(())
    return _places(body, "")


def _places(value: Json, at: str) -> Iterator[tuple[str, str]]:
    yield at or "the body", json_type(value)
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _places(part, f"{at}/{name}")
    elif isinstance(value, list):
        for part in value:
            yield from _places(part, f"{at}/*")
