"""The table of choices: for each documented place of the success body, the values that an answer may put there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from contracts.model.contract import SUCCESS, Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, MAP, Json, Path, dotted
from contracts.rules.branches import Form, alternatives, returns
from contracts.rules.conditions import ConditionSide, side
from contracts.rules.instance import ABSENT, alike, of_many, short
from contracts.rules.json_types import json_type, types_of
from contracts.rules.kind import named
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.listing import listing_of
from contracts.rules.samples import candidates, keeps, value_rules
from contracts.rules.values import label_of, listed

NON_LATIN = "Зоя 李 😀"
LONG = 1000
_TIMES = {
    "z": "2024-03-08T10:00:00Z",
    "offset": "2024-03-08T10:00:00+05:30",
    "fraction": "2024-03-08T10:00:00.1234567+00:00",
}
"""No leap seconds: the standard libraries of most languages can't hold one."""

_FORMATS: dict[str, dict[str, str]] = {
    "date-time": _TIMES,
    "date": {"leap-day": "2024-02-29"},
    "uuid": {"upper-case": "0F8FAD5B-D9CB-469F-A165-70867728950E"},
}
_WORDS: dict[str, str] = {"empty": "empty", "long": "very long", "non-latin": "not in Latin letters"}


@frozen
class Choice:
    """A value that an answer may put at a place; `ABSENT` leaves the place out. `rule` is the rule that allows it.

    `place` is how branches call the place; `name` is `email=null` or `pet<Cat>`, as the branch of that name.
    """

    at: Path
    place: str
    name: str
    label: str
    value: Json
    rule: str

    @property
    def description(self) -> str:
        """The choice in words: "`email` is null"."""
        place = f"`{self.place}`"
        if self.name.endswith(">"):
            return f"{place} is {self.label}"
        if isinstance(self.value, list):
            return f"{place} has {len(self.value) or 'no'} element{'' if len(self.value) == 1 else 's'}"
        if isinstance(self.value, str) and self.label in _WORDS:
            return f"{place} is {_WORDS[self.label]}"
        return f"{place} is {'absent' if self.value is ABSENT else short(self.value)}"


def choices(contract: Contract, target: str) -> dict[Path, tuple[Choice, ...]]:
    """The choices at each place in documented order; a place that repeats the request, or offers none, is left out."""
    echoed = {rule.at for rule in contract.about(target, "echo")}
    forms: dict[Path, list[Form]] = {}
    for form in (*alternatives(contract, target), *returns(contract, target)):
        forms.setdefault(form.at, []).append(form)
    places = [(), *(known.at for known in contract.fields if known.target == target and known.at not in echoed)]
    found = {at: _distinct(_at(contract, target, at, forms.get(at, []))) for at in places}
    return {at: offered for at, offered in found.items() if offered}


def _distinct(offered: Iterator[Choice]) -> tuple[Choice, ...]:
    kept: list[Choice] = []
    for choice in offered:
        if not any(alike(choice.value, one.value) for one in kept):
            kept.append(choice)
    return tuple(kept)


def _at(contract: Contract, target: str, at: Path, forms: list[Form]) -> Iterator[Choice]:
    rules = value_rules(contract, target, at)
    by_kind = {rule.kind: rule for rule in rules}
    kind = by_kind.get("type")
    types = types_of(kind.says) if kind else []
    fallback = kind.id if kind else next((rule.id for rule in rules), "")
    place = dotted(at if target == SUCCESS else (target, *at))

    def choice(label: str, value: Json, *kinds: str) -> Choice:
        about = next((by_kind[name].id for name in kinds if name in by_kind), fallback)
        return Choice(at=at, place=place, name=f"{place}={label}", label=label, value=value, rule=about)

    if "null" in types:
        yield choice("null", None)
    if at and not of_many(at[-1]) and not any(rule.kind == "required" for rule in contract.placed(target, at)):
        yield choice("absent", ABSENT)
    solid = [name for name in types if name != "null"]
    for label, value, *kinds in _values(contract, target, at, by_kind, solid):
        if value is not None and all(keeps(rule, value) for rule in rules):
            yield choice(label, value, *kinds)
    for half in _sides(contract, target).get(at, ()):
        yield from _of_condition(rules, choice, half)
    for form in forms:
        with suppress(NoAnswer):
            made = listing_of(contract).alternative(target, at, form.where)
            label = form.name[len(place) :]
            yield Choice(at=at, place=place, name=form.name, label=label.strip("<>"), value=made, rule=form.rule)


def _sides(contract: Contract, target: str) -> dict[Path, list[ConditionSide]]:
    """The halves of the conditions by their place."""
    found: dict[Path, list[ConditionSide]] = {}
    for rule in contract.about(target, "condition"):
        for half in (side(rule.says, "when"), side(rule.says, "then")):
            found.setdefault(rule.at + half.path, []).append(half)
    return found


def _of_condition(rules: tuple[Rule, ...], choice: Any, half: ConditionSide) -> Iterator[Choice]:
    for value in half.values:
        if all(keeps(rule, value) for rule in rules):
            yield choice(label_of(value), value)


def _values(
    contract: Contract, target: str, at: Path, by_kind: dict[str, Rule], solid: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Label, value, and the kinds of rules that the value is about, best first."""
    if "enum" in by_kind:
        yield from ((label_of(known), known, "enum") for known in listed(by_kind["enum"].says))
        return
    if len(solid) == 1 and solid[0] != "boolean" and (at or solid[0] == "array"):
        yield "value", contract.index.part(target, at), "type"
    for name in solid:
        if len(solid) > 1:
            yield name, _of_type(tuple(by_kind.values()), name), "type"
        yield from _of(name, contract, target, at, by_kind)


def _of_type(rules: tuple[Rule, ...], name: str) -> Json:
    """A small value of one of several types."""
    good = (one for one in candidates(rules) if json_type(one) == name and all(keeps(rule, one) for rule in rules))
    return next(good, None)


def _of(name: str, contract: Contract, target: str, at: Path, by_kind: dict[str, Rule]) -> Iterator[tuple[Any, ...]]:
    if name == "boolean":
        yield from (("true", True), ("false", False))
    elif name in {"integer", "number"}:
        yield from _ends(name, by_kind)
    elif name == "string":
        yield from _texts(by_kind)
    elif name == "array":
        yield from _lists(contract, target, at, by_kind)
    elif name == "object" and MAP in contract.index.names(target, at):
        yield from _maps(contract, target, at)


def _ends(name: str, by_kind: dict[str, Rule]) -> Iterator[tuple[Any, ...]]:
    says: dict[str, Any] = by_kind["range"].says if "range" in by_kind else {}
    step = 1 if name == "integer" else _fine(says)
    for label, inclusive, exclusive, sign in (("min", "minimum", "exclusiveMinimum", 1),
                                              ("max", "maximum", "exclusiveMaximum", -1)):  # fmt: skip
        if exclusive in says:
            yield label, says[exclusive] + sign * step, "range"
        elif inclusive in says:
            yield label, says[inclusive], "range"


def _fine(says: dict[str, Any]) -> float:
    """A step from an open end that stays within narrow bounds."""
    low = says.get("minimum", says.get("exclusiveMinimum"))
    high = says.get("maximum", says.get("exclusiveMaximum"))
    width: float = high - low if low is not None and high is not None else 1.0
    return min(width / 1024, 0.001)


def _texts(by_kind: dict[str, Rule]) -> Iterator[tuple[Any, ...]]:
    if "format" in by_kind:
        for label, text in _FORMATS.get(str(by_kind["format"].says["format"]), {}).items():
            yield label, text, "format"
        return
    says: dict[str, Any] = by_kind["length"].says if "length" in by_kind else {}
    yield "empty", "", "length"
    yield "long", "x" * says.get("maxLength", LONG), "length"
    yield "non-latin", NON_LATIN, "length"
    for label, bound in (("shortest", "minLength"), ("longest", "maxLength")):
        if bound in says:
            rules = tuple(by_kind.values())
            sized = (one for one in candidates(rules) if isinstance(one, str) and len(one) == says[bound])
            yield label, next((one for one in sized if all(keeps(rule, one) for rule in rules)), None), "length"


def _maps(contract: Contract, target: str, at: Path) -> Iterator[tuple[Any, ...]]:
    """Maps of no, one and two names beside what is documented by name."""
    value, whole = contract.index.part(target, (*at, MAP)), contract.index.part(target, at)
    named: dict[str, Json] = {}
    if isinstance(whole, dict):
        named = {name: inner for name, inner in whole.items() if name in contract.index.names(target, at)}
    for label, size in (("empty", 0), ("one", 1), ("two", 2)):
        yield label, named | {f"name{number + 1}": value for number in range(size)}, "type"


def _lists(contract: Contract, target: str, at: Path, by_kind: dict[str, Rule]) -> Iterator[tuple[Any, ...]]:
    says: dict[str, Any] = by_kind["count"].says if "count" in by_kind else {}
    item = contract.index.part(target, (*at, ITEM))
    sizes = {"empty": 0, "one": 1, "two": 2, "fewest": says.get("minItems", 0), "most": says.get("maxItems", 2)}
    for label, size in sizes.items():
        yield label, [item] * min(size, LONG), "count"


def described(name: str, rule: Rule) -> str:
    """A branch in words: "`email` is not null", "`currentStep.stepId` is null"."""
    own = named(rule)
    place, said = f"`{own}`", name[len(own) + 1 :]
    if rule.kind == "status":
        return f"the status is {name.partition('=')[2]}"
    if rule.kind == "condition":
        when = side(rule.says, "when")
        held = re.sub(r"^.*\.", "", name) == when.label
        words = " or ".join(short(value) for value in when.values)
        return f"`{dotted(rule.at + when.path)}` is {'' if held else 'not '}{words}"
    if name.endswith(">"):
        return f"`{name.rpartition('<')[0]}` is {name.rpartition('<')[2][:-1]}"
    if said in {"value", "present"}:
        return f"{place} is {'not null' if said == 'value' else 'present'}"
    if rule.kind == "type" and said not in {"null", "true", "false", "absent"}:
        return f"{place} is of type {said}"
    values = {label_of(value): value for value in listed(rule.says)} if rule.kind == "enum" else {}
    return f"{place} is {short(values[said]) if said in values else said}"
