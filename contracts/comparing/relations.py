"""What relates places to each other, and sentences that nothing answers for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from contracts.comparing.difference import Difference, called, place, sure
from contracts.comparing.fields import Walk
from contracts.model.contract import Rule, Source, Unaccounted
from contracts.model.draft import Draft
from contracts.model.drift import Cited
from contracts.model.json import Path, dotted, pointer
from contracts.rules import KINDS
from contracts.rules.relations import side

Places: TypeAlias = tuple[Path, Path]
"""Where a condition's trigger stands, and its consequence."""

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


def conditions(old: Draft, new: Draft, walked: Walk, target: str) -> Iterator[tuple[Difference, Path]]:
    """Conditions that went, came or say otherwise, each with the old or new place that it stands at.

    One about a place whose change is told already, or that went or came, is no change of its own.
    """
    was, now = (tuple(contract.about(target, "condition")) for contract in (old, new))
    left: dict[Places, list[tuple[Rule, str]]] = {}
    for rule in was:
        moved = tuple(walked.moved.get(at) for at in _places(rule))
        if None not in moved and not walked.settled & set(_places(rule)):
            left.setdefault((moved[0] or (), moved[1] or ()), []).append((rule, _values(rule, walked.cased)))
    right: dict[Places, list[tuple[Rule, str]]] = {}
    reached = set(walked.moved.values())
    for rule in now:
        if set(_places(rule)) <= reached and not walked.settled & set(_places(rule)):
            right.setdefault(_places(rule), []).append((rule, _values(rule, {})))
    for places in dict.fromkeys([*left, *right]):
        yield from _changed(left.get(places, []), right.get(places, []), target)


def _changed(
    was: list[tuple[Rule, str]], now: list[tuple[Rule, str]], target: str
) -> Iterator[tuple[Difference, Path]]:
    """The conditions between two places, without those that both sides state."""
    gone = [rule for rule, said in was if sure(rule) and said not in [other for _, other in now]]
    come = [rule for rule, said in now if sure(rule) and said not in [other for _, other in was]]
    while gone and come:
        yield _condition("condition.changed", gone.pop(0), come.pop(0), target)
    for rule in gone:
        yield _condition("condition.removed", rule, None, target)
    for rule in come:
        yield _condition("condition.added", None, rule, target)


_STATES = {
    "condition.changed": "It was stated that {0}, and now that {1}.",
    "condition.removed": "It is no longer stated that {0}.",
    "condition.added": "It is now stated that {1}.",
}


def _condition(kind: str, old: Rule | None, new: Rule | None, target: str) -> tuple[Difference, Path]:
    rule = old or new
    assert rule is not None
    was, now = _text(old) if old else None, _text(new) if new else None
    at = place(target, rule.at + side(rule.says, "when").path)
    summary = _STATES[kind].format(was, now)
    rules: tuple[Any, Any] = ((old,) if old else ()), ((new,) if new else ())
    return Difference(kind=kind, pointer=at, old=was, new=now, summary=summary, was=rules[0], now=rules[1]), rule.at


def echoes(old: Draft, new: Draft, walked: Walk, names: dict[str, str]) -> Iterator[Difference]:
    """Echoes of the request; `names` are the path's parameters as the new side calls them, by old name."""
    now = {rule.at: rule for rule in new.about("success", "echo")}
    seen = set()
    for rule in old.about("success", "echo"):
        at = walked.moved.get(rule.at)
        if at is None:
            continue
        seen.add(at)
        known = now.get(at)
        was = _echo(rule, names)
        if sure(rule) and (known is None or _echo(known, {}) != was):
            gone = known is None
            summary = f"{called('success', rule.at)} {'no longer repeats' if gone else 'repeats something else than'} "
            yield Difference(
                kind="echo.changed",
                pointer=place("success", rule.at),
                old=rule.says["expression"],
                new=known.says["expression"] if known else None,
                summary=summary + f"{rule.says['expression']}.",
                was=(rule,),
                now=(known,) if known else (),
            )
    reached = set(walked.moved.values())
    for rule in now.values():
        if sure(rule) and rule.at in reached - seen:
            yield Difference(
                kind="echo.added",
                pointer=place("success", rule.at),
                old=None,
                new=rule.says["expression"],
                summary=f"{called('success', rule.at)} now repeats {rule.says['expression']}.",
                now=(rule,),
            )


def _echo(rule: Rule, names: dict[str, str]) -> str:
    head, _, name = str(rule.says["expression"]).rpartition(".")
    return f"{head}.{names.get(name, name) if head == '$request.path' else name}"


def unaccounted(old: Draft, new: Draft, walked: Walk, told: set[Path]) -> Iterator[Difference]:
    """New sentences that sound like a promise and that nothing answers for, one entry for each field.

    Those of a field that is new itself, or at a place in `told`, belong to a change that is reported already.
    """
    calls = {_call(before): _call(after) for before, after in walked.moved.items()}
    calls |= {before[-1]: after[-1] for before, after in walked.moved.items() if before and before[-1] != after[-1]}
    known = {(calls.get(one.field, one.field), one.digest) for one in old.unaccounted}
    reached = set(walked.moved.values())
    places = {_call(known.at): known.at for known in new.fields if known.target == "success"}
    last = {known.at[-1]: known.at for known in reversed(new.fields) if known.target == "success"}
    skipped = {name for at in told if at for name in (_call(at), at[-1])}
    found: dict[str, list[Unaccounted]] = {}
    for sentence in new.unaccounted:
        at = places.get(sentence.field, last.get(sentence.field))
        of_its_own = (sentence.field, sentence.digest) not in known and sentence.field not in skipped
        if of_its_own and (at is None or at in reached):
            found.setdefault(sentence.field, []).append(sentence)
    for name, sentences in found.items():
        at = places.get(name, last.get(name))
        about = f" of `{name}`" if name else ""
        yield Difference(
            kind="sentence.unaccounted",
            pointer=_outside(new, name) if at is None else place("success", at),
            old=None,
            new=[sentence.text for sentence in sentences],
            summary=f"{_number(sentences)}{about} that nothing in the contract answers for.",
            beside=tuple(
                Cited(side="new", source=Source(page=new.page, line=one.line, kind="documented")) for one in sentences
            ),
        )


def _outside(contract: Draft, name: str) -> str:
    """Where a sentence belongs that is of no field of the answer."""
    if any(rule.at == (name,) for rule in contract.about("request", "parameter")):
        return "#parameter" + pointer((name,))
    keys = {str(rule.says["header"]).lower() for rule in contract.about("request", "authorization")}
    return "#authorization" if name.lower() in keys else "#operation"


def _call(at: Path) -> str:
    return dotted(at) if at else ""


def _number(sentences: list[Unaccounted]) -> str:
    return "There is a new sentence" if len(sentences) == 1 else f"There are {len(sentences)} new sentences"
