"""Two bodies side by side, place by place: what went, what came, what is called otherwise, and what each still says."""

from __future__ import annotations

import json
from dataclasses import field

from contracts.comparing.difference import VALUE_KINDS, Body, Difference, called, listed, place, shape, solid
from contracts.comparing.renames import alike, renamed
from contracts.comparing.values import Both, contradicted, listed_values, listing, presence, recased, said, typed
from contracts.model.contract import Rule
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Path

_BECOMES = frozenset({"field.type", "field.type-unsaid", "field.nullable", "field.not-nullable"})
"""Changes of a place that settle what a condition about it could still say."""


@frozen
class Walk:
    """Two bodies, and what walking through them found.

    `moved` leads from each old place to the same one on the new side; `settled` holds old and new places whose change
    is told already; `cased` the values of an old place that are written otherwise.
    """

    old: Body
    new: Body
    found: list[Difference] = field(default_factory=list)
    moved: dict[Path, Path] = field(default_factory=dict)
    settled: set[Path] = field(default_factory=set)
    cased: dict[Path, dict[str, str]] = field(default_factory=dict)


def walk(old: Body, new: Body) -> Walk:
    """All differences of two bodies, in the old side's order, what is new after what was there."""
    result = Walk(old=old, new=new)
    if old.silent or new.silent:
        if not (old.silent and new.silent):
            _whole(result)
        return result
    _visit(result, (), ())
    _gather(result)
    return result


def _gather(result: Walk) -> None:
    """One entry for all the fields that only an example had suggested to be always there: one thing is its cause.

    Either the example is gone, or the page began to mark what is always there, and it doesn't mark these.
    """
    lost = [one for one in result.found if one.kind == "presence.no-longer-shown"]
    if len(lost) > 1:
        summary = f"Only an example ever suggested that {len(lost)} fields are always there, and none does any longer."
        result.found[:] = [one for one in result.found if one.kind != "presence.no-longer-shown"]
        result.found.append(
            Difference(
                kind="presence.no-longer-shown",
                pointer=place(result.old.target, ()),
                old=[one.pointer for one in lost],
                new=None,
                summary=summary,
                was=tuple(rule for one in lost for rule in one.was),
            )
        )


def _whole(result: Walk) -> None:
    """A body that only one side describes."""
    old, new = result.old, result.new
    both = Both(pointer=place(new.target, ()), name=called(new.target, ()), old=old.at(()), new=new.at(()))
    if old.silent:
        kind, summary = "field.documented", f"{both.name} is now documented; before, nothing was said of it."
    else:
        kind, summary = "field.type-unsaid", f"Nothing is said of {both.name} any longer."
    was, now = shape(both.old) or None, shape(both.new) or None
    result.found.append(both.found(kind, was, now, summary, "type"))


def _visit(result: Walk, before: Path, after: Path) -> None:
    """One place that both sides have, and all below it."""
    result.moved[before] = after
    old, new = result.old.at(before), result.new.at(after)
    both = Both(pointer=place(result.old.target, before), name=called(result.old.target, before), old=old, new=new)
    cased = recased(old.get("enum"), new.get("enum"))
    if cased:
        result.cased[before] = cased
    wrong = contradicted(both)
    if wrong:
        _note(result, wrong, before, after)
        return
    if before and listed(old) != listed(new):
        _note(result, listing(both, shape(old), shape(new)), before, after)
        _below(result, before, after)
        return
    change = typed(both)
    if change:
        _note(result, change, before, after)
    if change is None or change.kind == "field.type-narrowed":
        for difference in said(both):
            _note(result, difference, before, after)
        _below(result, before, after)
    elif change.kind != "field.type":  # a type that one side alone gives hides nothing of the rest
        untyped = old if change.kind == "field.documented" else new
        result.found.extend(said(both) if untyped.keys() & set(VALUE_KINDS) else presence(both))


def _note(result: Walk, difference: Difference, before: Path, after: Path) -> None:
    result.found.append(difference)
    if difference.kind in _BECOMES:
        result.settled.update((before, after))


def _below(result: Walk, before: Path, after: Path) -> None:
    old, new = result.old.below.get(before, []), result.new.below.get(after, [])
    known, present = set(old), set(new)
    gone = [name for name in old if name not in present]
    come = [name for name in new if name not in known]
    names = renamed(gone, come, lambda one, other: _same_shape(result, (*before, one), (*after, other)))
    for name in old:
        if name in present:
            _visit(result, (*before, name), (*after, name))
        elif name in names:
            _renamed(result, (*before, name), (*after, names[name]))
        else:
            _gone(result, (*before, name))
    taken = set(names.values())
    for name in come:
        if name not in taken:
            _come(result, (*after, name))


def _renamed(result: Walk, before: Path, after: Path) -> None:
    both = Both(
        pointer=place(result.old.target, before),
        name=called(result.old.target, before),
        old=result.old.at(before),
        new=result.new.at(after),
    )
    summary = f"{both.name} is now called `{after[-1]}`."
    result.found.append(both.found("field.renamed", before[-1], after[-1], summary, *both.old, *both.new))
    _visit(result, before, after)


def _gone(result: Walk, before: Path) -> None:
    rules, target = result.old.at(before), result.old.target
    both = Both(pointer=place(target, before), name=called(target, before), old=rules, new={})
    kind, summary = "field.removed", f"{both.name} is gone."
    if rules and not listed(rules):
        kind, summary = "field.no-longer-shown", f"{both.name} is gone from the example, which alone showed it."
    elif before[-1] == ITEM:
        kind, summary = "field.type-unsaid", f"Nothing is said any longer of what {both.name} is."
    result.found.append(both.found(kind, shape(rules), None, summary, *rules))


def _come(result: Walk, after: Path) -> None:
    rules, target = result.new.at(after), result.new.target
    both = Both(pointer=place(target, after), name=called(target, after), old={}, new=rules)
    kind, summary = "field.added", f"{both.name} is new."
    if after[-1] == ITEM:
        kind, summary = "field.documented", f"It is now said what {both.name} is."
    result.found.append(both.found(kind, None, shape(rules), summary, *rules))


def _same_shape(result: Walk, before: Path, after: Path) -> bool:
    """Whether two documented places hold the same: types, values up to case, format, and any name below in common."""
    old, new = result.old.at(before), result.new.at(after)
    if ITEM in {before[-1], after[-1]} or not (listed(old) and listed(new)):
        return False
    one, other = solid(old.get("type")), solid(new.get("type"))
    if not one or one != other or not _same_values(old.get("enum"), new.get("enum")):
        return False
    forms = [rules["format"].says if "format" in rules else None for rules in (old, new)]
    below = result.old.below.get(before, []), result.new.below.get(after, [])
    if forms[0] != forms[1]:
        return False
    if ITEM in below[0] and ITEM in below[1]:
        types = result.old.at((*before, ITEM)).get("type"), result.new.at((*after, ITEM)).get("type")
        return solid(types[0]) == solid(types[1])
    return below[0] == below[1] or bool(set(below[0]) & set(below[1])) or bool(alike(*below))


def _same_values(old: Rule | None, new: Rule | None) -> bool:
    """Whether two lists of values are the same, what case and separators add left aside."""
    if old is None or new is None:
        return old is new
    cased = {json.dumps(was): json.dumps(now) for was, now in recased(old, new).items()}
    return {cased.get(key, key) for key in listed_values(old)} == listed_values(new).keys()
