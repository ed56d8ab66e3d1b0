"""What relates places to each other, and sentences that nothing answers for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from contracts.comparing.difference import Difference, sure
from contracts.comparing.memory import Key
from contracts.comparing.walk import Walk
from contracts.model.contract import Contract, Rule, Source, Unaccounted
from contracts.model.drift import Cited
from contracts.model.json import Path, dotted, pointer
from contracts.rules import KINDS
from contracts.rules.relations import side

Places: TypeAlias = tuple[Path, Path]
"""Where a condition's trigger stands, and its consequence."""

Stated: TypeAlias = tuple[Rule, str, Key | None]
"""A condition, its values as a text to compare, and the pair of places that it stands in."""

_SIDES = ("when", "then")


def _text(rule: Rule) -> str:
    return KINDS[rule.kind].expected(rule.says)


def _places(rule: Rule) -> Places:
    when, then = (rule.at + side(rule.says, which).path for which in _SIDES)
    return when, then


def _values(rule: Rule, cased: dict[Path, dict[str, str]]) -> str:
    """The values of both sides as a text to compare, those of an enum that changed case as they are written now."""
    found = []
    for which, at in zip(_SIDES, _places(rule), strict=True):
        known = cased.get(at, {})
        values = side(rule.says, which).values
        found.append(sorted(json.dumps(known.get(one, one) if isinstance(one, str) else one) for one in values))
    return json.dumps(found)


def conditions(walked: Walk) -> Iterator[tuple[Difference, Path]]:
    """Conditions that went, came or say otherwise, each with the old or new place that it stands at.

    One about a place whose change is told already, or that went or came, is no change of its own.
    """
    was, now = walked.conditions
    left: dict[Places, list[Stated]] = {}
    for rule, key in was:
        when, then = (walked.leads(at) for at in _places(rule))
        if when is not None and then is not None and not walked.settled & set(_places(rule)):
            left.setdefault((when, then), []).append((rule, _values(rule, walked.cased), key))
    right: dict[Places, list[Stated]] = {}
    for rule, key in now:
        if all(walked.reaches(at) for at in _places(rule)) and not walked.settled & set(_places(rule)):
            right.setdefault(_places(rule), []).append((rule, _values(rule, {}), key))
    for places in dict.fromkeys([*left, *right]):
        yield from _changed(left.get(places, []), right.get(places, []), walked)


def _changed(was: list[Stated], now: list[Stated], walked: Walk) -> Iterator[tuple[Difference, Path]]:
    """The conditions between two places, without those that both sides state."""
    gone = [one for one in was if sure(one[0]) and one[1] not in [other[1] for other in now]]
    come = [one for one in now if sure(one[0]) and one[1] not in [other[1] for other in was]]
    while gone and come:
        yield _condition("condition.changed", gone.pop(0), come.pop(0), walked)
    for one in gone:
        yield _condition("condition.removed", one, None, walked)
    for one in come:
        yield _condition("condition.added", None, one, walked)


_STATES = {
    "condition.changed": "It was stated that {0}, and now that {1}.",
    "condition.removed": "It is no longer stated that {0}.",
    "condition.added": "It is now stated that {1}.",
}


def _condition(kind: str, old: Stated | None, new: Stated | None, walked: Walk) -> tuple[Difference, Path]:
    stated = old or new
    assert stated is not None
    rule, _, within = stated
    was, now = _text(old[0]) if old else None, _text(new[0]) if new else None
    at = walked.place(rule.at + side(rule.says, "when").path)
    summary = _STATES[kind].format(was, now)
    rules: tuple[Any, Any] = ((old[0],) if old else ()), ((new[0],) if new else ())
    found = Difference(
        kind=kind, pointer=at, old=was, new=now, summary=summary, was=rules[0], now=rules[1], within=within
    )
    return found, rule.at


def echoes(walked: Walk, names: dict[str, str]) -> Iterator[Difference]:
    """Echoes of the request; `names` are the path's parameters as the new side calls them, by old name."""
    for before, _, old, new in walked.echoes:
        place, name = walked.place(before), walked.called(before)
        if old is None and new is not None and sure(new):
            yield Difference(
                kind="echo.added",
                pointer=place,
                old=None,
                new=new.says["expression"],
                summary=f"{name} now repeats {new.says['expression']}.",
                now=(new,),
            )
        elif old is not None and sure(old) and (new is None or _echo(new, {}) != _echo(old, names)):
            what = "no longer repeats" if new is None else "repeats something else than"
            yield Difference(
                kind="echo.changed",
                pointer=place,
                old=old.says["expression"],
                new=new.says["expression"] if new else None,
                summary=f"{name} {what} {old.says['expression']}.",
                was=(old,),
                now=(new,) if new else (),
            )


def _echo(rule: Rule, names: dict[str, str]) -> str:
    head, _, name = str(rule.says["expression"]).rpartition(".")
    return f"{head}.{names.get(name, name) if head == '$request.path' else name}"


def unaccounted(old: Contract, new: Contract, walked: Walk | None, told: set[Path]) -> Iterator[Difference]:
    """New sentences that sound like a promise and that nothing answers for, one entry for each field.

    Those of a field that is new itself, or at a place in `told`, belong to a change that is reported already.
    """
    if not new.unaccounted:
        return
    moved = walked.moved if walked else {}
    calls = {_call(before): _call(after) for before, after in moved.items()}
    calls |= {before[-1]: after[-1] for before, after in moved.items() if before and before[-1] != after[-1]}
    known = {(calls.get(one.field, one.field), one.digest) for one in old.unaccounted}
    places = {_call(known.at): known.at for known in new.fields if known.target == new.main}
    last = {known.at[-1]: known.at for known in reversed(new.fields) if known.target == new.main}
    skipped = {name for at in told if at for name in (_call(at), at[-1])}
    found: dict[str, list[Unaccounted]] = {}
    for sentence in new.unaccounted:
        at = places.get(sentence.field, last.get(sentence.field))
        of_its_own = (sentence.field, sentence.digest) not in known and sentence.field not in skipped
        if of_its_own and (at is None or walked is None or walked.reaches(at)):
            found.setdefault(sentence.field, []).append(sentence)
    for name, sentences in found.items():
        at = places.get(name, last.get(name))
        about = f" of `{name}`" if name else ""
        yield Difference(
            kind="sentence.unaccounted",
            pointer=_outside(new, name) if at is None or walked is None else walked.place(at),
            old=None,
            new=[sentence.text for sentence in sentences],
            summary=f"{_number(sentences)}{about} that nothing in the contract answers for.",
            beside=tuple(
                Cited(side="new", source=Source(page=new.page, line=one.line, kind="documented")) for one in sentences
            ),
        )


def _outside(contract: Contract, name: str) -> str:
    """Where a sentence belongs that is of no field of the answer."""
    if any(rule.at == (name,) for rule in contract.about("request", "parameter")):
        return "#parameter" + pointer((name,))
    keys = {str(rule.says["header"]).lower() for rule in contract.about("request", "authorization")}
    return "#authorization" if name.lower() in keys else "#operation"


def _call(at: Path) -> str:
    return dotted(at) if at else ""


def _number(sentences: list[Unaccounted]) -> str:
    return "There is a new sentence" if len(sentences) == 1 else f"There are {len(sentences)} new sentences"
