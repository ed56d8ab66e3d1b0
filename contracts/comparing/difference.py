"""One difference as it is found, and what a place of a body is called."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from contracts.model.contract import Contract, Rule
from contracts.model.drift import Cited
from contracts.model.frozen import frozen
from contracts.model.json import Json, pointer
from contracts.rules import KINDS
from contracts.rules.shape import asserted

Rules: TypeAlias = dict[str, Rule]
"""The rules of one place, by kind."""

How = Literal["", "wider", "narrower", "said", "other"]
"""What became of the values that a place admits: more, fewer, fewer by what was never said before, or others.

"" is for what isn't about single values."""

VALUE_KINDS = ("type", "enum", "format", "range", "length", "pattern", "count")
"""What a single value may be, in the order in which it is shown."""

PROBLEM = "problem"
"""What the only body of failures is called."""

UNREAD = "operation.unread"
"""What is another and isn't understood further."""


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
    how: How = ""


def roles(contract: Contract) -> dict[str, str]:
    """What bodies are called beside their status: that of success, and that of failures where there is one."""
    good = {name for answer in contract.answers if answer.success for name in answer.bodies.values()}
    others = [name for name in contract.bodies if name not in good]
    known = {contract.main: "success"} if contract.main else {}
    return known | ({others[0]: PROBLEM} if len(others) == 1 else {})


def place_of(contract: Contract, rule: Rule, below: str) -> str:
    """Where a rule stands, in the words of `Change.pointer`; `below` is the pointer into its body."""
    if rule.kind in {"parameter", "parameter-range"}:
        return "#parameter" + pointer(rule.at)
    if rule.kind == "authorization":
        return "#authorization"
    if rule.target not in contract.bodies or rule.target == contract.main:
        return below
    if rule.target in roles(contract):
        return f"#{PROBLEM}{below}"
    keys = (answer.key for answer in contract.answers if rule.target in answer.bodies.values())
    return f"#status/{next(keys, '')}{below}"


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


def bare_rules(rules: Rules, other: Rules) -> Rules:
    """Rules as far as a JSON Schema alone can hold them: violations, provenance forgotten.

    Where only an example shows a type, it is with null or without as on the other side: an example says neither.
    """
    return {
        kind: replace(
            rule, says=asserted(rule) if kind == "type" and nullable(other.get("type")) else rule.says, sources=()
        )
        for kind, rule in rules.items()
        if rule.level == "violation" and kind != "echo"
    }
