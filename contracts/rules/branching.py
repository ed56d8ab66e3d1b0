"""The branches of a contract: every side of every rule that an answer can take, and those that one answer took."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.contract import REQUEST, RESPONSE, Contract, Rule
from contracts.model.finding import Branch
from contracts.model.json import ITEM
from contracts.rules import KINDS
from contracts.rules.exchange import Exchange
from contracts.rules.kind import Taken, named
from contracts.rules.places import find


def _optional(contract: Contract) -> tuple[Rule, ...]:
    """The type rules of places that an answer may leave out; elements of arrays aren't looked into."""
    required = {(rule.target, rule.at) for rule in contract.rules if rule.kind == "required"}
    return tuple(
        rule
        for rule in contract.rules
        if rule.kind == "type" and rule.at and ITEM not in rule.at and (rule.target, rule.at) not in required
    )


def branches(contract: Contract) -> tuple[Branch, ...]:
    """Every branch, in the rules' order; each name stands once."""
    optional = set(map(id, _optional(contract)))
    found: dict[str, Branch] = {}
    for rule in contract.rules:
        names = KINDS[rule.kind].branches(rule)
        if rule.kind == "status":
            names = tuple(f"status={answer.key}" for answer in contract.answers)
        if id(rule) in optional:
            names = (f"{named(rule)}=present", f"{named(rule)}=absent", *names)
        for name in names:
            found.setdefault(name, Branch(rule=rule.id, name=name))
    return tuple(found.values())


def _presence(rule: Rule) -> Taken:
    def taken(exchange: Exchange) -> Iterator[str]:
        for _, parent in find(exchange.body, rule.at[:-1]):
            if isinstance(parent, dict):
                yield f"{named(rule)}={'present' if rule.at[-1] in parent else 'absent'}"

    return taken


def watchers(contract: Contract) -> dict[str, tuple[Taken, ...]]:
    """For each target, the functions that name the branches which an exchange took; made once, used for every one."""
    found: dict[str, list[Taken]] = {name: [] for name in (REQUEST, RESPONSE, *contract.bodies)}
    for rule in _optional(contract):
        found[rule.target].append(_presence(rule))
    for rule in contract.rules:
        watch = KINDS[rule.kind].watch
        if watch is not None and (rule.kind == "status" or KINDS[rule.kind].branches(rule)):
            found[rule.target].append(watch(rule))
    return {target: tuple(taken) for target, taken in found.items()}
