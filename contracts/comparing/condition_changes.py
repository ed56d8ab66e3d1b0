"""What relates places to each other or to the request, and sentences of a page that nothing answers for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

from contracts.comparing.difference import Difference, Key, sure
from contracts.comparing.schemas import Comparison
from contracts.model.contract import Contract, Rule, Source, Unaccounted
from contracts.model.drift import Cited
from contracts.model.json import Path, dotted, pointer
from contracts.rules import KINDS
from contracts.rules.conditions import side

Places: TypeAlias = tuple[Path, Path]
"""Where a condition's trigger stands, and its consequence."""

Stated: TypeAlias = tuple[Rule, str, Key | None]
"""A condition, its values as a text to compare, and the pair of places that it stands in."""

_SIDES = ("when", "then")
_SUMMARIES = {
    "condition.changed": "It was stated that {0}, and now that {1}.",
    "condition.removed": "It is no longer stated that {0}.",
    "condition.added": "It is now stated that {1}.",
}


def _places(rule: Rule) -> Places:
    when, then = (rule.at + side(rule.says, which).path for which in _SIDES)
    return when, then


def _values(rule: Rule, cased: dict[Path, dict[str, str]]) -> str:
    """The values of both sides as a text to compare, those of an enum that changed case as they are written now."""
    found = []
    for which, at in zip(_SIDES, _places(rule), strict=True):
        known = cased.get(at, {})
        values = side(rule.says, which).values
        found.append(
            sorted(json.dumps(known.get(value, value) if isinstance(value, str) else value) for value in values)
        )
    return json.dumps(found)


def conditions(body: Comparison) -> Iterator[tuple[Difference, Path]]:
    """Conditions that went, came or say otherwise, each with the old or new place that it stands at.

    One about a place whose change is told already, or that went or came, is no change of its own.
    """
    was, now = body.conditions
    left: dict[Places, list[Stated]] = {}
    for rule, key in was:
        when, then = (body.leads(at) for at in _places(rule))
        if when is not None and then is not None and not body.settled & set(_places(rule)):
            left.setdefault((when, then), []).append((rule, _values(rule, body.cased), key))
    right: dict[Places, list[Stated]] = {}
    for rule, key in now:
        if all(map(body.reaches, _places(rule))) and not body.settled & set(_places(rule)):
            right.setdefault(_places(rule), []).append((rule, _values(rule, {}), key))
    for places in dict.fromkeys([*left, *right]):
        yield from _changed(left.get(places, []), right.get(places, []), body)


def _changed(was: list[Stated], now: list[Stated], body: Comparison) -> Iterator[tuple[Difference, Path]]:
    """The conditions between two places, without those that both sides state."""
    gone = [stated for stated in was if sure(stated[0]) and stated[1] not in [other[1] for other in now]]
    come = [stated for stated in now if sure(stated[0]) and stated[1] not in [other[1] for other in was]]
    while gone and come:
        yield _condition("condition.changed", gone.pop(0), come.pop(0), body)
    for stated in gone:
        yield _condition("condition.removed", stated, None, body)
    for stated in come:
        yield _condition("condition.added", None, stated, body)


def _condition(kind: str, old: Stated | None, new: Stated | None, body: Comparison) -> tuple[Difference, Path]:
    stated = old or new
    assert stated is not None
    rule, _, within = stated
    was, now = ((one[0],) if one else () for one in (old, new))
    old_text, new_text = (next((KINDS[rule.kind].expected(rule.says) for rule in rules), None) for rules in (was, now))
    place = body.pointer(rule.at + side(rule.says, "when").path)
    found = Difference(kind, place, old_text, new_text, _SUMMARIES[kind].format(old_text, new_text), was, now)
    return found._replace(within=within), rule.at


def echoes(body: Comparison, names: dict[str, str]) -> Iterator[Difference]:
    """Echoes of the request; `names` are the path's parameters as the new side calls them, by old name."""
    for before, old, new in body.echoes:
        was, now = (rule.says["expression"] if rule else None for rule in (old, new))
        kind, what = "", ""
        if old is None:
            kind, what = "echo.added", f"now repeats {now}" if new is not None and sure(new) else ""
        elif sure(old) and new is None:
            kind, what = "echo.changed", f"no longer repeats {was}"
        elif sure(old) and _expression(now, {}) != _expression(was, names):
            kind, what = "echo.changed", f"repeats something else than {was}"
        if what:
            summary = f"{body.called(before)} {what}."
            rules = [(rule,) if rule else () for rule in (old, new)]
            yield Difference(kind, body.pointer(before), was, now, summary, rules[0], rules[1])


def _expression(expression: object, names: dict[str, str]) -> str:
    head, _, name = str(expression).rpartition(".")
    return f"{head}.{names.get(name, name) if head == '$request.path' else name}"


def unaccounted(old: Contract, new: Contract, body: Comparison | None, related: set[Path]) -> Iterator[Difference]:
    """New sentences that sound like a promise and that nothing answers for, one entry for each field.

    Those of a field that is new itself, or at a place in `related`, belong to a change that is reported already.
    """
    if not new.unaccounted:
        return
    moved = body.moved if body else {}
    calls = {dotted(before): dotted(after) for before, after in moved.items() if before}
    calls |= {before[-1]: after[-1] for before, after in moved.items() if before and before[-1] != after[-1]}
    known = {(calls.get(sentence.field, sentence.field), sentence.digest) for sentence in old.unaccounted}
    fields = [field.at for field in new.fields if field.target == new.main]
    places = {at[-1]: at for at in reversed(fields)} | {dotted(at): at for at in fields}
    skipped = {name for at in related if at for name in (dotted(at), at[-1])}
    found: dict[str, list[Unaccounted]] = {}
    for sentence in new.unaccounted:
        at = places.get(sentence.field)
        of_its_own = (sentence.field, sentence.digest) not in known and sentence.field not in skipped
        if of_its_own and (at is None or body is None or body.reaches(at)):
            found.setdefault(sentence.field, []).append(sentence)
    for name, sentences in found.items():
        at = places.get(name)
        place = _outside(new, name) if at is None or body is None else body.pointer(at)
        number = "There is a new sentence" if len(sentences) == 1 else f"There are {len(sentences)} new sentences"
        about = f" of `{name}`" if name else ""
        summary = f"{number}{about} that nothing in the contract answers for."
        cited = tuple(
            Cited(side="new", source=Source(page=new.page, line=sentence.line, kind="documented"))
            for sentence in sentences
        )
        texts = [sentence.text for sentence in sentences]
        yield Difference("sentence.unaccounted", place, None, texts, summary, beside=cited)


def _outside(contract: Contract, name: str) -> str:
    """Where a sentence belongs that is of no field of the answer."""
    if any(rule.at == (name,) for rule in contract.about("request", "parameter")):
        return "#parameter" + pointer((name,))
    keys = {str(rule.says["header"]).lower() for rule in contract.about("request", "authorization")}
    return "#authorization" if name.lower() in keys else "#operation"
