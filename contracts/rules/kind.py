"""What every kind of rule can do, as one record of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from contracts.model.contract import REQUEST, RESPONSE, SUCCESS, Contract, Level, Rule
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json, Path, dotted
from contracts.rules.exchange import Exchange
from contracts.rules.instance import ABSENT

Says = dict[str, Json]


@frozen
class Break:
    """One place where an interaction breaks a rule; texts are short and ready to print.

    `value` is what stands there in the answer, `ABSENT` where nothing does or where no answer's value is meant.
    """

    rule: Rule
    pointer: str
    expected: str
    seen: str
    value: Json = ABSENT


def named(rule: Rule) -> str:
    """How branches and texts call the rule's place; that of another body than the only good one has its name."""
    return dotted(rule.at if rule.target in {SUCCESS, REQUEST, RESPONSE} else (rule.target, *rule.at))


def reserved(at: Path) -> str:
    """What ids put before a place in the success body that is called like another part of the contract."""
    return "body." if at and at[0] in ("body", "problem", "request", "response") else ""


def rule_id(target: str, at: Path, kind: str) -> str:
    """What a rule at a place of a body is called that no record names."""
    place = dotted((target, *at)) if target != SUCCESS else reserved(at) + dotted(at)
    return f"{place}.{kind}"


@frozen
class Watch:
    """What names the branches that a body takes by the values at one place.

    `by` is what of a value `names` goes by: whether an object has one of the names `values`, a value's type, which of
    the `values` it is (`listed` where a kept one always is one of them, or null), or anything of it.
    """

    at: Path
    by: Literal["names", "type", "listed", "value", "anything"]
    names: Callable[[Json], Iterable[str]]
    values: tuple[Json, ...] = ()

    def taken(self, exchange: Exchange) -> Iterator[str]:
        """The branches that an exchange took."""
        for _, value in exchange.find(self.at):
            yield from self.names(value)


Judge = Callable[[Rule, Exchange], Iterator[Break]]
"""Finds where an exchange breaks a rule."""


@frozen
class Kind:
    """A kind of rule.

    `sentence(at, says)` is the promise in one sentence; `expected(says)` its short form in a finding.
    A kind that JSON Schema can say has `keywords` (whose errors lead here), `fragment(says)` (what it adds to the
    schema of its place, nothing by default) and `parse(schema)` (the inverse, None where the schema doesn't say it);
    any other kind has `judge(rule, exchange)`. `branches(rule)` names the sides an answer can take, `watch(rule)` is
    what names those which one took.
    `spoil(rule, contract, interaction)` is the smallest change of a good interaction that breaks this rule alone, or
    None where that interaction has nothing for it to break; a kind of rule about bodies has `spoil_body(rule, contract,
    body)` instead, which gives `ABSENT` there. `level` is what a breach counts unless a source says more or less of it.
    """

    name: str
    sentence: Callable[[Path, Says], str]
    expected: Callable[[Says], str]
    spoil: Callable[[Rule, Contract, Interaction], Interaction | None] | None = None
    spoil_body: Callable[[Rule, Contract, Json], Json] | None = None
    keywords: tuple[str, ...] = ()
    fragment: Callable[[Says], dict[str, Any]] = lambda _: {}
    parse: Callable[[dict[str, Any]], Says | None] = lambda _: None
    judge: Judge | None = None
    level: Level = "violation"
    branches: Callable[[Rule], tuple[str, ...]] = lambda _: ()
    watch: Callable[[Rule], Watch] | None = None
