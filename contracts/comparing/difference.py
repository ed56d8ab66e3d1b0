"""One difference as it is found, and the two sides in which it is looked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from contracts.comparing.flat import BODY_KINDS, PROBLEM
from contracts.model.contract import SUCCESS, Rule
from contracts.model.draft import Draft
from contracts.model.drift import Cited
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json, Path, dotted, pointer
from contracts.rules import KINDS
from contracts.rules.shape import asserted, types_of

Rules: TypeAlias = dict[str, Rule]
"""The rules of one place, by kind."""

VALUE_KINDS = ("type", "enum", "format", "range", "length", "pattern", "count")
"""What a single value may be, in the order in which it is shown."""


@frozen
class Difference:
    """A change before its severity: `was` and `now` are the rules of each side that it is about.

    `beside` cites a side that has no rule of that kind to cite.
    """

    kind: str
    pointer: str
    old: Json
    new: Json
    summary: str
    was: tuple[Rule, ...] = ()
    now: tuple[Rule, ...] = ()
    beside: tuple[Cited, ...] = ()


@frozen
class Body:
    """One body of one contract by place: its rules, and the names directly below, in documented order.

    `rest` are the rules of no known kind.
    """

    target: str
    rules: dict[Path, Rules]
    below: dict[Path, list[str]]
    rest: dict[Path, Rules]

    def at(self, place: Path) -> Rules:
        """The rules of a place, by kind."""
        return self.rules.get(place, {})

    @property
    def silent(self) -> bool:
        """Whether nothing is said of this body."""
        return not self.rules and not self.below and not self.rest


def body_of(contract: Draft, target: str) -> Body:
    """A body's rules about single places; what relates places, and that no others may be there, is left out."""
    found = Body(target=target, rules={}, below={}, rest={})
    for rule in contract.about(target, "required", *VALUE_KINDS):
        found.rules.setdefault(rule.at, {})[rule.kind] = rule
    for rule in contract.about(target):
        if rule.kind not in BODY_KINDS:
            found.rest.setdefault(rule.at, {})[rule.kind] = rule
    for known in contract.fields:
        if known.target == target:
            found.below.setdefault(known.at[:-1], []).append(known.at[-1])
    return found


def sure(rule: Rule) -> bool:
    """Whether a promise is documented; one that rests on an example or an assumption alone is a guess."""
    return not rule.sources or any(source.kind == "documented" for source in rule.sources)


def listed(rules: Rules) -> bool:
    """Whether a place is documented, and not merely shown by an example."""
    return not rules or any(sure(rule) for rule in rules.values())


def solid(rule: Rule | None) -> frozenset[str]:
    """The JSON types of a type rule without null; empty where nothing is said."""
    types = rule.says["types"] if rule else ()
    assert isinstance(types, list | tuple)
    return frozenset(str(name) for name in types if name != "null")


def nullable(rule: Rule | None) -> bool:
    """Whether a type rule allows null."""
    types = rule.says["types"] if rule else ()
    assert isinstance(types, list | tuple)
    return "null" in types


def shape(rules: Rules) -> dict[str, Json]:
    """What is said of the value at a place, in the keywords of JSON Schema."""
    found: dict[str, Json] = {}
    for kind in VALUE_KINDS:
        fragment = KINDS[kind].fragment
        if kind in rules and fragment:
            found |= fragment(rules[kind].says)
    return found


def place(target: str, at: Path) -> str:
    """The pointer of a place: `/holidays/*/id`; places of a problem document stand behind `#problem`."""
    return ("#problem" if target == PROBLEM else "") + pointer("*" if step == ITEM else step for step in at)


def called(target: str, at: Path) -> str:
    """How a sentence calls a place: `holidays[].id`, in backquotes."""
    if target == PROBLEM:
        return f"`{dotted((PROBLEM, *at))}`"
    return f"`{dotted(at)}`" if at else "the body"


def as_schema(contract: Draft, other: Draft) -> Draft:
    """The contract as far as a JSON Schema alone can hold it: the success body's violations, provenance forgotten.

    Where only an example shows a type, it is with null or without as in the `other`: an example says neither.
    """
    nullable = {rule.at for rule in other.about(SUCCESS, "type") if "null" in types_of(rule.says)}
    rules = tuple(
        replace(rule, says=asserted(rule) if rule.at in nullable else rule.says, sources=())
        for rule in contract.about(SUCCESS)
        if rule.level == "violation" and (rule.kind not in BODY_KINDS or KINDS[rule.kind].keywords)
    )
    fields = tuple(known for known in contract.fields if known.target == SUCCESS)
    return replace(contract, rules=rules, fields=fields, unaccounted=())
