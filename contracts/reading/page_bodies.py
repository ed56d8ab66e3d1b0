"""The rules of a page's body, of an answer or of a request, as they stand in a draft."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.contract import Field, Rule
from contracts.model.json import ITEM, Json, Path
from contracts.reading.hand import made_rule
from contracts.reading.page.field_promises import Body, promises
from contracts.rules.conditions import condition_id
from contracts.rules.kind import rule_id
from contracts.rules.texts import FORMATS, WIDTHS


def rules_of(heard: Body, places: tuple[Path, ...], target: str, success: str) -> Iterator[Rule]:
    """What is promised of each place, then each condition."""
    for at in places:
        for kind, says, sources in promises(heard, at):
            yield made_rule(rule_id(target, at, kind), kind, target, at, says, sources, answers=(success,))
    for one in heard.conditions:
        own = rule_id(target, one.scope, one.label) if one.label else condition_id(target, one.scope, one.says)
        yield made_rule(own, one.kind, target, one.scope, one.says, (one.source,), answers=(success,))


def field_at(heard: Body, at: Path, target: str) -> Field:
    """A documented place with what is said of it; a format that can't be checked promises nothing, and is kept."""
    entry, above = (heard.outline.entries.get(place) for place in (at, at[:-1]))
    annotations: dict[str, Json] = {"writable": list(heard.writable[at])} if at in heard.writable else {}
    name = entry.format if entry else above.item_format if above and at[-1] == ITEM else None
    if name and name not in FORMATS and name not in WIDTHS:
        annotations["format"] = name
    return Field(at=at, target=target, description=entry.description if entry else "", annotations=annotations)
