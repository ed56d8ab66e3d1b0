"""One documented place on both sides: its type, presence, values, form and limits."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

from contracts.comparing.difference import Difference, How, Rules, listed, nullable, solid, sure
from contracts.comparing.renames import alike
from contracts.model.contract import Rule
from contracts.model.drift import Cited, Side
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json
from contracts.rules.places import short
from contracts.rules.shape import json_type, phrase

Edge: TypeAlias = tuple[float, int]
"""A bound and whether it lies just above (1), just below (-1) or on the number."""

_LIMITS = ("range", "length", "count", "pattern", "minProperties", "maxProperties", "multipleOf", "uniqueItems")


@frozen
class Both:
    """One place as both sides have it; `name` is how a sentence calls it, `sends` says that a client writes it."""

    pointer: str
    name: str
    old: Rules
    new: Rules
    sends: bool = False

    def found(self, kind: str, old: Json, new: Json, summary: str, *about: str, how: How = "") -> Difference:
        """A difference at this place; `about` are the kinds of the rules concerned."""
        was = tuple(self.old[one] for one in about if one in self.old)
        now = tuple(self.new[one] for one in about if one in self.new)
        beside = (*(() if was else _stands("old", self.old)), *(() if now else _stands("new", self.new)))
        return Difference(
            kind=kind, pointer=self.pointer, old=old, new=new, summary=summary, was=was, now=now, beside=beside, how=how
        )

    def pair(self, kind: str) -> tuple[Rule | None, Rule | None]:
        """The rules of a kind on both sides."""
        return self.old.get(kind), self.new.get(kind)

    def guessed(self, kind: str) -> bool:
        """Whether either side only guesses what it says of a kind."""
        return any(rule is not None and not sure(rule) for rule in self.pair(kind))


def _stands(side: Side, rules: Rules) -> tuple[Cited, ...]:
    """Where a place is written of which a side doesn't say what the other does."""
    return tuple(Cited(side=side, source=source) for source in rules["type"].sources) if "type" in rules else ()


def contradicted(both: Both) -> Difference | None:
    """An example's type that the other side's can't be; every number may be an integer, as an example is no proof."""
    old, new = both.pair("type")
    one, other = _vague(old), _vague(new)
    if not both.guessed("type") or not one or not other or one & other:
        return None
    assert old is not None
    assert new is not None
    summary = f"{both.name} is {phrase(new.says)}, where an example or the documentation had {phrase(old.says)}."
    return both.found("guess.contradicted", old.says["types"], new.says["types"], summary, "type")


def _vague(rule: Rule | None) -> frozenset[str]:
    return frozenset("number" if name == "integer" else name for name in solid(rule))


def listing(both: Both, was: dict[str, Json], now: dict[str, Json]) -> Difference:
    """A place that one side documents and the other only shows; `was` and `now` are its shapes."""
    if listed(both.new):
        summary = f"{both.name} is now documented; before, only an example showed it."
        return both.found("field.documented", was, now, summary, *both.old, *both.new)
    kept = all(
        kind == "type" or (kind != "required" and kind in both.new and both.new[kind].says == rule.says)
        for kind, rule in both.old.items()
        if sure(rule)
    )
    if kept:
        summary = f"{both.name} is no longer in the list, but the example still shows it as it was."
        return both.found("field.only-shown", was, now, summary, *both.old)
    summary = f"{both.name} is no longer in the list; an example still shows it, without all that was promised."
    return both.found("field.less-promised", was, now, summary, *both.old)


def typed(both: Both) -> Difference | None:
    """What became of the type, null aside."""
    old, new = both.pair("type")
    one, other = _types(both.old), _types(both.new)
    if one == other or both.guessed("type") or (old is None and new is None):
        return None
    was, now = (rule.says["types"] if rule else sorted(types) or None for rule, types in ((old, one), (new, other)))
    if was is None:
        return both.found("field.documented", was, now, f"A type is given for {both.name}.", "type", how="said")
    if now is None:
        summary = f"A type is no longer given for {both.name}."
        return both.found("field.type-unsaid", was, now, summary, "type", how="wider")
    narrowed, widened = _within(other, one), _within(one, other)
    kind = "field.type-narrowed" if narrowed else "field.type"
    how: How = "narrower" if narrowed else "wider" if widened else "other"
    summary = f"{both.name} was {phrase({'types': was})} and is now {phrase({'types': now})}."
    return both.found(kind, was, now, summary, "type", "enum" if old is None or new is None else "type", how=how)


def _within(few: frozenset[str], many: frozenset[str]) -> bool:
    return few <= many | ({"integer"} if "number" in many else frozenset())


def _types(rules: Rules) -> frozenset[str]:
    """The JSON types that may stand at a place without null, by the listed values where no type is given."""
    if "type" in rules:
        return solid(rules["type"])
    return frozenset(json_type(value) for value in listed_values(rules.get("enum")).values())


def said(both: Both) -> Iterator[Difference]:
    """What became of everything else about the place."""
    yield from _null(both)
    yield from presence(both)
    for kind in ("enum", "format", *_LIMITS):
        old, new = both.pair(kind)
        if both.guessed(kind) and old and new and old.says != new.says:
            summary = f"What is said of the {kind} of {both.name} differs from what was only assumed."
            yield both.found("guess.contradicted", old.says, new.says, summary, kind)
    yield from _enum(both)
    yield from _format(both)
    yield from _limits(both)


def _null(both: Both) -> Iterator[Difference]:
    old, new = both.pair("type")
    if old is None or new is None or both.guessed("type") or nullable(old) == nullable(new):
        return
    was, now = old.says["types"], new.says["types"]
    if nullable(new):
        yield both.found("field.nullable", was, now, f"{both.name} may now be null.", "type", how="wider")
    else:
        yield both.found("field.not-nullable", was, now, f"{both.name} is no longer null.", "type", how="narrower")


def presence(both: Both) -> Iterator[Difference]:
    """An example shows one answer, and "always there" is just what one answer can't show: it never stands for it."""
    old, new = both.pair("required")
    before, after = old is not None and sure(old), new is not None and sure(new)
    if before and new is None:
        summary = f"{both.name} is no longer promised to be there."
        yield both.found("presence.no-longer-promised", True, None, summary, "required")  # noqa: FBT003  JSON
    elif before and not after:
        summary = f"{both.name} is no longer documented as always there; the example still has it."
        yield both.found("presence.only-shown", True, None, summary, "required")  # noqa: FBT003  JSON
    elif after and not before:
        summary = f"{both.name} is now promised to be there always."
        yield both.found("presence.promised", None, True, summary, "required")  # noqa: FBT003  JSON
    elif old is not None and new is None:
        summary = f"Only an example ever suggested that {both.name} is always there, and none does any longer."
        yield both.found("presence.no-longer-shown", True, None, summary, "required")  # noqa: FBT003  JSON


def listed_values(rule: Rule | None) -> dict[str, Json]:
    """The listed values by their JSON text, null aside."""
    values = rule.says["values"] if rule else ()
    assert isinstance(values, list | tuple)
    return {_key(value): value for value in values if value is not None}


def _key(value: Json) -> str:
    """A value as a text that equal values share, as JSON Schema has it: 1 and 1.0 are one number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def recased(old: Rule | None, new: Rule | None) -> dict[str, str]:
    """New text by old one, of the listed values that differ in case and separators alone."""
    one, other = listed_values(old), listed_values(new)
    gone = [value for key, value in one.items() if isinstance(value, str) and key not in other]
    come = [value for key, value in other.items() if isinstance(value, str) and key not in one]
    return alike(gone, come)


def same_shape(
    sides: tuple[Rules, Rules], below: tuple[list[str], list[str]], items: tuple[Rule | None, Rule | None]
) -> bool:
    """Whether two documented places hold the same: types, values up to case, format, and any name below in common.

    `items` are the types of their elements.
    """
    old, new = sides
    if not (listed(old) and listed(new)):
        return False
    one, other = solid(old.get("type")), solid(new.get("type"))
    if not one or one != other or not _same_values(old.get("enum"), new.get("enum")):
        return False
    forms = [rules["format"].says if "format" in rules else None for rules in sides]
    if forms[0] != forms[1]:
        return False
    if ITEM in below[0] and ITEM in below[1]:
        return solid(items[0]) == solid(items[1])
    return below[0] == below[1] or bool(set(below[0]) & set(below[1])) or bool(alike(*below))


def _same_values(old: Rule | None, new: Rule | None) -> bool:
    """Whether two lists of values are the same, what case and separators add left aside."""
    if old is None or new is None:
        return old is new
    cased = {json.dumps(was): json.dumps(now) for was, now in recased(old, new).items()}
    return {cased.get(key, key) for key in listed_values(old)} == listed_values(new).keys()


def _enum(both: Both) -> Iterator[Difference]:
    old, new = both.pair("enum")
    if both.guessed("enum") or (old is None and new is None):
        return
    one, other = listed_values(old), listed_values(new)
    was, now = list(one.values()) or None, list(other.values()) or None
    if new is None:
        yield both.found(
            "enum.removed", was, now, f"The values of {both.name} are no longer limited.", "enum", how="wider"
        )
        return
    if old is None:
        yield both.found(
            "enum.added", was, now, f"The values of {both.name} are now limited to a list.", "enum", how="said"
        )
        return
    cased = recased(old, new)
    written = set(cased.values())
    come = [value for key, value in other.items() if key not in one and value not in written]
    gone = [value for key, value in one.items() if key not in other and value not in cased]
    if cased:
        summary = f"Values of {both.name} are written in another way: {_pairs(cased)}."
        yield both.found("enum.case", was, now, summary, "enum", how="other")
    if come:
        summary = f"{both.name} may now also be {_listed(come)}."
        yield both.found("enum.value-added", was, now, summary, "enum", how="wider")
    if gone:
        summary = f"{both.name} is no longer {_listed(gone)}."
        yield both.found("enum.value-removed", was, now, summary, "enum", how="narrower")


def _pairs(cased: dict[str, str]) -> str:
    return ", ".join(f"{short(old)} is now {short(new)}" for old, new in cased.items())


def _listed(values: list[Json]) -> str:
    return " or ".join(short(value) for value in values)


def _format(both: Both) -> Iterator[Difference]:
    old, new = both.pair("format")
    if both.guessed("format") or (old and old.says) == (new and new.says):
        return
    was, now = old.says["format"] if old else None, new.says["format"] if new else None
    if new is None:
        summary = f"{both.name} is no longer written as a {was}."
        yield both.found("format.removed", was, now, summary, "format", how="wider")
    elif old is None:
        yield both.found("format.added", was, now, f"{both.name} is now written as a {now}.", "format", how="said")
    else:
        summary = f"{both.name} was a {was} and is now a {now}."
        yield both.found("format.changed", was, now, summary, "format", how="other")


def _limits(both: Both) -> Iterator[Difference]:
    """Bounds of any value, and a pattern on one side: one entry, the graver where it is both."""
    about = tuple(kind for kind in _LIMITS if not both.guessed(kind))
    one, other = ({key: item for kind in about if kind in rules for key, item in rules[kind].says.items()}
                  for rules in (both.old, both.new))  # fmt: skip
    whole = solid(both.new.get("type")) == {"integer"}
    moved = moved_bounds(one, other, whole=whole) | _multiples(one, other)
    if one.get("uniqueItems", False) != other.get("uniqueItems", False):
        moved |= {"said" if other.get("uniqueItems") else "wider"}
    patterns = one.get("pattern"), other.get("pattern")
    if (patterns[0] is None) != (patterns[1] is None):
        moved |= {"wider" if patterns[1] is None else "said"}
    order: tuple[How, ...] = ("narrower", "said", "wider") if both.sends else ("wider", "narrower", "said")
    how: How = next((how for how in order if how in moved), "")
    if how == "wider":
        summary = f"The limits of {both.name} are wider or gone."
        yield both.found("limits.widened", one, other, summary, *about, how=how)
    elif how:
        yield both.found("limits.narrowed", one, other, f"The limits of {both.name} are tighter.", *about, how=how)
    if None not in patterns and patterns[0] != patterns[1]:
        summary = f"{both.name} follows another pattern: {patterns[1]}, not {patterns[0]}."
        yield both.found("pattern.changed", patterns[0], patterns[1], summary, "pattern", how="other")


def _multiples(old: dict[str, Any], new: dict[str, Any]) -> set[How]:
    """What became of the number that values are multiples of."""
    was, now = old.get("multipleOf"), new.get("multipleOf")
    if was == now:
        return set()
    if was is None or now is None:
        return {"said"} if was is None else {"wider"}
    one, other = Fraction(str(was)), Fraction(str(now))
    if not one or not other:
        return {"wider", "narrower"}
    found: set[How] = {"wider"} if other % one else set()
    return found | ({"narrower"} if one % other else set())


def moved_bounds(old: dict[str, Json], new: dict[str, Json], *, whole: bool) -> set[How]:
    """What became of the bounds; `whole` numbers above 0 are those from 1."""
    found: set[How] = set()
    for least, above, most, below in (
        ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        ("minLength", "", "maxLength", ""),
        ("minItems", "", "maxItems", ""),
        ("minProperties", "", "maxProperties", ""),
    ):
        natural = not above
        floors = [max(_edge(said, least, 0, whole), _edge(said, above, 1, whole)) for said in (old, new)]
        tops = [max(_edge(said, most, 0, whole, -1), _edge(said, below, 1, whole, -1)) for said in (old, new)]
        if natural:  # none is as good as 0
            floors = [(-math.inf, 0) if edge == (0, 0) else edge for edge in floors]
        for before, after in (floors, tops):
            if after != before:
                found.add("wider" if after < before else "said" if before == (-math.inf, 0) else "narrower")
    return found


def _edge(said: dict[str, Any], keyword: str, beside: int, whole: bool, sign: int = 1) -> Edge:  # noqa: FBT001
    """A bound as something that grows as it gets tighter; upper bounds (`sign` -1) are turned round."""
    value = said.get(keyword)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  NaN
        return -math.inf, 0
    number = value * sign
    if whole and (isinstance(number, int) or math.isfinite(number)):
        return (math.floor(number) + 1 if beside else math.ceil(number)), 0
    return number, beside
