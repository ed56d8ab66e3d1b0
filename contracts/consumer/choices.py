"""The table of choices: for each documented place of the success body, the values that an answer may put there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json, Path, dotted
from contracts.rules.keeping import candidates, keeps, value_rules
from contracts.rules.places import ABSENT, alike, short
from contracts.rules.relations import Side, side
from contracts.rules.sample import legal_value
from contracts.rules.shape import json_type, types_of
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
    """A value that an answer may put at a place; `ABSENT` leaves the place out. `rule` is the rule that allows it."""

    at: Path
    label: str
    value: Json
    rule: str

    @property
    def name(self) -> str:
        """`email=null`, as the branch of that name."""
        return f"{dotted(self.at)}={self.label}"

    @property
    def description(self) -> str:
        """The choice in words: "`email` is null"."""
        place = f"`{dotted(self.at)}`"
        if isinstance(self.value, list):
            return f"{place} has {len(self.value) or 'no'} element{'' if len(self.value) == 1 else 's'}"
        if isinstance(self.value, str) and self.label in _WORDS:
            return f"{place} is {_WORDS[self.label]}"
        return f"{place} is {'absent' if self.value is ABSENT else short(self.value)}"


def choices(contract: Contract) -> dict[Path, tuple[Choice, ...]]:
    """The choices at each place in documented order; a place that repeats the request, or offers none, is left out."""
    echoed = {rule.at for rule in contract.about("success", "echo")}
    found = {
        known.at: _distinct(_at(contract, known.at))
        for known in contract.fields
        if known.target == "success" and known.at not in echoed
    }
    return {at: offered for at, offered in found.items() if offered}


def _distinct(offered: Iterator[Choice]) -> tuple[Choice, ...]:
    kept: list[Choice] = []
    for choice in offered:
        if not any(alike(choice.value, one.value) for one in kept):
            kept.append(choice)
    return tuple(kept)


def _at(contract: Contract, at: Path) -> Iterator[Choice]:
    rules = value_rules(contract, "success", at)
    by_kind = {rule.kind: rule for rule in rules}
    kind = by_kind.get("type")
    types = types_of(kind.says) if kind else []
    fallback = kind.id if kind else next((rule.id for rule in rules), "")

    def choice(label: str, value: Json, *kinds: str) -> Choice:
        named = next((by_kind[name].id for name in kinds if name in by_kind), fallback)
        return Choice(at=at, label=label, value=value, rule=named)

    if "null" in types:
        yield choice("null", None)
    if at[-1] != ITEM and not any(rule.at == at for rule in contract.about("success", "required")):
        yield choice("absent", ABSENT)
    solid = [name for name in types if name != "null"]
    for label, value, *kinds in _values(contract, at, by_kind, solid):
        if value is not None and all(keeps(rule, value) for rule in rules):
            yield choice(label, value, *kinds)
    for rule in contract.about("success", "condition"):
        for half in (side(rule.says, "when"), side(rule.says, "then")):
            if rule.at + half.path == at:
                yield from _of_condition(rules, choice, half)


def _of_condition(rules: tuple[Rule, ...], choice: Any, half: Side) -> Iterator[Choice]:
    for value in half.values:
        if all(keeps(rule, value) for rule in rules):
            yield choice(label_of(value), value)


def _values(contract: Contract, at: Path, by_kind: dict[str, Rule], solid: list[str]) -> Iterator[tuple[Any, ...]]:
    """Label, value, and the kinds of rules that the value is about, best first."""
    if "enum" in by_kind:
        yield from ((label_of(known), known, "enum") for known in listed(by_kind["enum"].says))
        return
    if len(solid) == 1 and solid[0] != "boolean":
        yield "value", legal_value(contract, "success", at), "type"
    for name in solid:
        if len(solid) > 1:
            yield name, _of_type(tuple(by_kind.values()), name), "type"
        yield from _of(name, contract, at, by_kind)


def _of_type(rules: tuple[Rule, ...], name: str) -> Json:
    """A small value of one of several types."""
    good = (one for one in candidates(rules) if json_type(one) == name and all(keeps(rule, one) for rule in rules))
    return next(good, None)


def _of(name: str, contract: Contract, at: Path, by_kind: dict[str, Rule]) -> Iterator[tuple[Any, ...]]:
    if name == "boolean":
        yield from (("true", True), ("false", False))
    elif name in {"integer", "number"}:
        yield from _ends(name, by_kind)
    elif name == "string":
        yield from _texts(by_kind)
    elif name == "array":
        yield from _lists(contract, at, by_kind)


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


def _lists(contract: Contract, at: Path, by_kind: dict[str, Rule]) -> Iterator[tuple[Any, ...]]:
    says: dict[str, Any] = by_kind["count"].says if "count" in by_kind else {}
    item = legal_value(contract, "success", (*at, ITEM))
    sizes = {"empty": 0, "one": 1, "two": 2, "fewest": says.get("minItems", 0), "most": says.get("maxItems", 2)}
    for label, size in sizes.items():
        yield label, [item] * min(size, LONG), "count"


def described(name: str, rule: Rule) -> str:
    """A branch in words: "`email` is not null", "`currentStep.stepId` is null"."""
    place, said = f"`{dotted(rule.at)}`", name[len(dotted(rule.at)) + 1 :]
    if rule.kind == "status":
        return f"the status is {name.partition('=')[2]}"
    if rule.kind == "condition":
        when = side(rule.says, "when")
        held = re.sub(r"^.*\.", "", name) == when.label
        words = " or ".join(short(value) for value in when.values)
        return f"`{dotted(rule.at + when.path)}` is {'' if held else 'not '}{words}"
    if said in {"value", "present"}:
        return f"{place} is {'not null' if said == 'value' else 'present'}"
    if rule.kind == "type" and said not in {"null", "true", "false", "absent"}:
        return f"{place} is of type {said}"
    values = {label_of(value): value for value in listed(rule.says)} if rule.kind == "enum" else {}
    return f"{place} is {short(values[said]) if said in values else said}"
