"""The branches of a contract: every side of every rule that an answer can take, and those that one answer took."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.model.contract import SUCCESS, Contract, Rule
from contracts.model.document import Steps, reached
from contracts.model.finding import Branch
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path, dotted
from contracts.rules import KINDS
from contracts.rules.exchange import Exchange
from contracts.rules.instance import of_many
from contracts.rules.kind import Watch, named
from contracts.rules.listing import listing_of
from contracts.rules.other_keywords import forms

UNIONS = ("anyOf", "oneOf")


@frozen
class Form:
    """One alternative of a union, or a definition met again inside itself: place, branch, and where it stands."""

    at: Path
    name: str
    where: Steps
    rule: str


def _optional(contract: Contract) -> tuple[Rule, ...]:
    """The type rules of places that an answer may leave out; elements and values of maps aren't looked into."""
    required = {(rule.target, rule.at) for rule in contract.rules if rule.kind == "required"}
    return tuple(
        rule
        for rule in contract.rules
        if rule.kind == "type" and rule.at and not any(map(of_many, rule.at)) and (rule.target, rule.at) not in required
    )


def alternatives(contract: Contract, target: str) -> tuple[Form, ...]:
    """The alternatives of each union in a body."""
    found: list[Form] = []
    for rule in contract.about(target, *UNIONS):
        where = rule.locations[0]
        listed = reached(contract.document.answers, where)  # not what the rule says, which may be of another place
        for position, form in enumerate(forms({rule.kind: listed}, rule.kind)):
            found.append(Form(at=rule.at, name=f"{named(rule)}<{form}>", where=(*where, position), rule=rule.id))
    return tuple(found)


def returns(contract: Contract, target: str) -> tuple[Form, ...]:
    """Where a body's definitions are first met inside themselves, each once."""
    rules = contract.about(target)
    found: dict[Steps, Form] = {}
    for at, where in listing_of(contract).returns(target):
        about = next((rule for rule in rules if any(one[: len(where)] == where for one in rule.locations)), None)
        if about is not None and where not in found:
            place = dotted(at if target == SUCCESS else (target, *at))
            found[where] = Form(at=at, name=f"{place}<{where[-1]}>", where=where, rule=about.id)
    return tuple(found.values())


def _forms(contract: Contract, target: str) -> tuple[Form, ...]:
    return (*alternatives(contract, target), *returns(contract, target))


def branches(contract: Contract) -> tuple[Branch, ...]:
    """Every branch, in the rules' order, then definitions met again; each name stands once."""
    optional = set(map(id, _optional(contract)))
    of_unions = {form.name: form for name in contract.bodies for form in alternatives(contract, name)}
    found: dict[str, Branch] = {}
    for rule in contract.rules:
        names = KINDS[rule.kind].branches(rule)
        if rule.kind == "status":
            names = tuple(f"status={answer.key}" for answer in contract.answers)
        if rule.kind in UNIONS:
            names = tuple(form.name for form in of_unions.values() if form.rule == rule.id)
        if id(rule) in optional:
            names = (f"{named(rule)}=present", f"{named(rule)}=absent", *names)
        for name in names:
            found.setdefault(name, Branch(rule=rule.id, name=name))
    for name in contract.bodies:
        for form in returns(contract, name):
            found.setdefault(form.name, Branch(rule=form.rule, name=form.name))
    return tuple(found.values())


def around(exchange: Exchange) -> Iterator[str]:
    """The branches that an exchange took whatever its body is."""
    if exchange.answer is not None:
        yield f"status={exchange.answer.key}"


def _presence(rule: Rule) -> Watch:
    name, place = rule.at[-1], named(rule)

    def taken(parent: Json) -> Iterator[str]:
        if isinstance(parent, dict):
            yield f"{place}={'present' if name in parent else 'absent'}"

    return Watch(at=rule.at[:-1], by="names", names=taken, values=(name,))


def _keeping(contract: Contract, form: Form) -> Watch:
    """An alternative is taken by what keeps it, as the validator says."""
    document, validators = contract.document, listing_of(contract).validators
    resolved = document.resolved(reached(document.answers, form.where))[1]  # compiled once for all who refer to it
    where, names = resolved or form.where, (form.name,)

    def taken(value: Json) -> tuple[str, ...]:
        return names if value is not None and validators.keeps(where, value) else ()

    return Watch(at=form.at, by="anything", names=taken)


def watchers(contract: Contract) -> dict[str, tuple[Watch, ...]]:
    """For each body, what names the branches which an exchange took; made once, used for every one."""
    found: dict[str, list[Watch]] = {name: [] for name in contract.bodies}
    for rule in _optional(contract):
        found[rule.target].append(_presence(rule))
    for rule in contract.rules:
        watch = KINDS[rule.kind].watch
        if watch is not None and KINDS[rule.kind].branches(rule):
            found[rule.target].append(watch(rule))
    for name in contract.bodies:
        found[name] += [_keeping(contract, form) for form in _forms(contract, name)]
    return {target: tuple(watches) for target, watches in found.items()}
