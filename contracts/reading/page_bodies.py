"""The rules of a page's body, of an answer or of a request, as they stand in a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.model.contract import Field, Rule, SourceKind
from contracts.model.json import Json, Path
from contracts.reading.hand import made_rule
from contracts.reading.page.field_promises import Body, promises
from contracts.rules.conditions import condition_id
from contracts.rules.kind import rule_id


def rules_of(heard: Body, places: tuple[Path, ...], target: str, success: str) -> Iterator[Rule]:
    """What is promised of each place, then each condition."""
    for at in places:
        for kind, says, sources in promises(heard, at):
            yield made_rule(rule_id(target, at, kind), kind, target, at, says, sources, answers=(success,))
    yield from _conditions(heard, target, success)


def field_at(heard: Body, at: Path, target: str) -> Field:
    """A documented place with what is said of it."""
    entry = heard.outline.entries.get(at)
    annotations: dict[str, Json] = {"writable": list(heard.writable[at])} if at in heard.writable else {}
    return Field(at=at, target=target, description=entry.description if entry else "", annotations=annotations)


def _conditions(heard: Body, target: str, success: str) -> Iterator[Rule]:
    """Each condition as the page states it, and its reverse, which the page only suggests."""
    for condition in heard.conditions:
        null: Json = {"path": [condition.reading.null], "is": [None]}
        other: Json = {"path": [condition.reading.other], "is": [condition.reading.value]}
        stated: dict[str, Json] = {"when": null, "then": other}
        pair: tuple[tuple[dict[str, Json], SourceKind], ...] = (
            (stated, "documented"),
            ({"when": other, "then": null}, "assumed"),
        )
        for says, kind in pair:
            name, source = condition_id(target, condition.scope, says), replace(condition.source, kind=kind)
            yield made_rule(name, "condition", target, condition.scope, says, (source,), answers=(success,))
