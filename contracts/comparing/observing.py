"""What traffic shows by itself: places with their types, what never came, and how often each rule was exercised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contracts.comparing.severities import ChangeKind
from contracts.model.contract import REQUEST, RESPONSE, Contract, Rule
from contracts.model.drift import Change, Cited, Observed, Unseen
from contracts.model.finding import Branch, Finding, Judgement
from contracts.model.identity import fingerprint
from contracts.model.json import ITEM, Json, Path, dotted, general, starred, steps_of_pointer
from contracts.rules import KINDS
from contracts.rules.conditions import side
from contracts.rules.json_types import json_type
from contracts.rules.kind import named

_BOUND = {
    "format": ("string",),
    "length": ("string",),
    "pattern": ("string",),
    "range": ("integer", "number"),
    "count": ("array",),
}
"""The types of value that a kind of rule binds; `type` binds all, any other kind whatever isn't null."""


class Observer:
    """Adds up the success bodies that pass."""

    def __init__(self) -> None:
        self._root = _Node()

    def see(self, body: Json) -> None:
        """One success body, parsed."""
        self._root.see(body)

    def observed(self) -> Observed:
        """Everything seen so far, as a value."""
        places = dict(self._root.places(()))
        return Observed(
            answers=sum(self._root.types.values()),
            places={at: dict(types) for at, types in places.items()},
            parents={at: _holders(places, at) for at in places if at},
        )


class _Node:
    """One place of the bodies, and the places below it."""

    __slots__ = ("below", "types")

    def __init__(self) -> None:
        self.types: dict[str, int] = {}
        self.below: dict[str, _Node] = {}

    def see(self, value: Json) -> None:
        kind = json_type(value)
        self.types[kind] = self.types.get(kind, 0) + 1
        if isinstance(value, dict):
            for name, part in value.items():
                self._at(name).see(part)
        elif isinstance(value, list):
            for part in value:
                self._at(ITEM).see(part)

    def _at(self, step: str) -> _Node:
        node = self.below.get(step)
        if node is None:
            node = self.below[step] = _Node()
        return node

    def places(self, at: Path) -> Iterator[tuple[Path, dict[str, int]]]:
        if self.types:
            yield at, self.types
        for step, node in self.below.items():
            yield from node.places((*at, step))


def _holders(places: Mapping[Path, Mapping[str, int]], at: Path) -> int:
    """How many objects, or arrays for an element, were there that could hold a place; for the root the bodies."""
    if not at:
        return sum(places.get((), {}).values())
    return places.get(at[:-1], {}).get("array" if at[-1] == ITEM else "object", 0)


def _times(observed: Observed, at: Path) -> int:
    """How often a place held any value."""
    return sum(observed.places.get(at, {}).values())


def observed_types(observed: Observed, place: str) -> tuple[str, ...]:
    """The JSON types seen at a finding's pointer, the most frequent first; array positions are numbers or `*`."""
    at: Path = ()
    for step in steps_of_pointer(place):
        item = (step.isdecimal() or step == "*") and (*at, ITEM) in observed.places
        at = (*at, ITEM if item else step)
    types = observed.places.get(at, {})
    return tuple(sorted(types, key=lambda name: (-types[name], name)))


def unseen_fields(contract: Contract, observed: Observed) -> tuple[Unseen, ...]:
    """Documented fields of the success body that never came, with the number of objects that could have held them.

    Below a field that never came itself, nothing is told again; 0 where it came, and never as an object.
    """
    return tuple(
        Unseen(name=dotted(known.at), observations=_holders(observed.places, known.at))
        for known in contract.fields
        if known.target == contract.main and known.at not in observed.places and known.at[:-1] in observed.places
    )


def unseen_branches(
    contract: Contract, branches: Iterable[Branch], judgement: Judgement, observed: Observed
) -> tuple[Unseen, ...]:
    """Branches that no origin took, with the number of answers or places that could have taken them."""
    counted = _Counted(contract, judgement, observed)
    return tuple(
        Unseen(name=branch.name, observations=counted.chances(contract.rule(branch.rule), branch.name))
        for branch in branches
        if not judgement.evidence.observed(branch.name)
    )


def exercised(contract: Contract, judgement: Judgement, observed: Observed) -> dict[str, int]:
    """How often the traffic could have broken each rule, by its id: 0 where it says nothing about the rule.

    Answers count for what stands around the body, objects for presence, values of a fitting type for what they may be,
    triggers for conditions, successes for what is promised of requests. Of bodies other than that of success only the
    answers and the optional fields are counted.
    """
    counted = _Counted(contract, judgement, observed)
    return {rule.id: counted.exercised(rule) for rule in contract.rules}


class _Counted:
    """What a judgement and the observed places count, of one contract."""

    def __init__(self, contract: Contract, judgement: Judgement, observed: Observed) -> None:
        self._contract, self._observed = contract, observed
        self._answers = sum(judgement.checked.values())
        self._taken: Counter[str] = Counter()
        for branches in judgement.evidence.seen.values():
            self._taken.update({name: sighting.count for name, sighting in branches.items()})
        conditions = [rule for rule in contract.rules if rule.kind == "condition"]
        self._sharing = Counter(KINDS[rule.kind].branches(rule)[0] for rule in conditions)
        self._required = {(rule.target, rule.at) for rule in contract.rules if rule.kind == "required"}

    def chances(self, rule: Rule, branch: str) -> int:
        """How many answers or places could have taken a branch."""
        if rule.kind == "status":
            return self._answers
        if rule.target != self._contract.main:
            return self._other(rule, rule.at[:-1])
        if rule.kind == "condition":
            return _times(self._observed, rule.at + side(rule.says, "when").path)
        if branch in {f"{named(rule)}=present", f"{named(rule)}=absent"}:
            return _holders(self._observed.places, rule.at)
        return _times(self._observed, rule.at)

    def exercised(self, rule: Rule) -> int:
        """How often a rule could have been broken."""
        if rule.target == REQUEST:
            return self._of(rule.answers)
        if rule.target == RESPONSE:
            return self._of(rule.answers) if rule.answers else self._answers
        if rule.kind == "condition":
            trigger = KINDS[rule.kind].branches(rule)[0]
            return self._taken[trigger] // self._sharing[trigger]
        if rule.target != self._contract.main:
            return self._other(rule, rule.at[:-1] if rule.kind == "required" else rule.at)
        return self._success(rule)

    def _success(self, rule: Rule) -> int:
        if rule.kind == "required":
            return _holders(self._observed.places, rule.at)
        types = self._observed.places.get(rule.at, {})
        if rule.kind in _BOUND:
            return sum(types.get(name, 0) for name in _BOUND[rule.kind])
        return sum(types.values()) - (0 if rule.kind in {"type", "closed"} else types.get("null", 0))

    def _of(self, answers: Iterable[str]) -> int:
        return sum(self._taken[f"status={key}"] for key in answers)

    def _other(self, rule: Rule, at: Path) -> int:
        """The answers with a body that nobody looked into, or fewer where an optional field on the way says so."""
        having = (answer.key for answer in self._contract.answers if rule.target in answer.bodies.values())
        counts = [self._of(having)]
        for depth in range(1, len(at) + 1):
            above = at[:depth]
            if ITEM not in above and (rule.target, above) not in self._required:
                counts.append(self._taken[f"{dotted((rule.target, *above))}=present"])
        return min(counts)


def compare_observed(old: Observed, new: Observed, rows: Mapping[str, ChangeKind]) -> tuple[Change, ...]:
    """What one traffic shows and the other doesn't, by place. Nothing is said where a side had no chance to show it."""
    return tuple(
        _change(rows, kind, at, old, new)
        for at in sorted({*old.places, *new.places})
        if (kind := _kind(old, new, at)) is not None
    )


def _kind(old: Observed, new: Observed, at: Path) -> str | None:
    before, after = old.places.get(at), new.places.get(at)
    if before is None:
        return "observed.field-added" if _holders(old.places, at) else None
    if after is None:
        return "observed.field-not-seen" if _holders(new.places, at) else None
    return "observed.type-added" if after.keys() - before.keys() - _covered(before) else None


def _covered(types: Mapping[str, int]) -> set[str]:
    """An integer is nothing new where numbers came."""
    return {"integer"} if "number" in types else set()


_SAYS = {
    "observed.field-added": "{name} came as {new}, in {share}; before, it never did.",
    "observed.type-added": "{name} came as {new}; before, as {old} alone.",
    "observed.field-not-seen": "{name} never came, in {chances} that could hold it; before, it did as {old}.",
}


def _change(rows: Mapping[str, ChangeKind], kind: str, at: Path, old: Observed, new: Observed) -> Change:
    place = starred(at)
    before, after = (sorted(one.places.get(at, ())) for one in (old, new))
    chances = _holders(new.places, at)
    summary = _SAYS[kind].format(
        name=f"`{dotted(at)}`",
        old=" or ".join(before),
        new=" or ".join(after),
        chances=chances,
        share=f"{min(_times(new, at), chances)} of {chances}",
    )
    return Change(
        severity=rows[kind].severity,
        kind=kind,
        pointer=place,
        old=[*before] or None,
        new=[*after] or None,
        summary=summary,
        fingerprint=fingerprint(kind, place),
    )


def newly_broken(old: Judgement, new: Judgement, rows: Mapping[str, ChangeKind]) -> tuple[Change, ...]:
    """What the new traffic breaks of the contract and the old one didn't: each rule, place and value once."""
    known = {key for key, _ in _broken(old)}
    found = dict(reversed([*_broken(new)]))
    kind = "observed.broken"
    return tuple(
        Change(
            severity=rows[kind].severity,
            kind=kind,
            pointer=general(finding.pointer),
            old=None,
            new=finding.seen,
            summary=f"`{finding.rule}` is broken, as it was not before: {finding.expected}; seen {finding.seen}",
            fingerprint=fingerprint(repr((kind, *key))),
            rules=(finding.rule,),
            sources=tuple(Cited(side="old", source=source) for source in finding.promised),
        )
        for key, finding in reversed(found.items())
        if key not in known and (*key[:2], _ANY) not in known and finding.level == "violation"
    )


def _broken(judgement: Judgement) -> Iterator[tuple[tuple[str, str, str], Finding]]:
    """Each rule, place and value that a judgement has findings of; `_ANY` where there are too many values to know."""
    for met in judgement.met:
        where = met.first.rule, general(met.first.pointer)
        for seen in met.seen:
            yield (*where, seen), replace(met.first, seen=seen)
        if sum(seen.count for seen in met.seen.values()) < met.count:
            yield (*where, _ANY), met.first


_ANY = ""
"""Stands for every value of a place."""
