"""A pair of places: the type, presence, values, form and limits of what may stand there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from contracts.comparing.counterparts import alike
from contracts.comparing.described_places import DescribedPlace, Rules
from contracts.comparing.difference import Difference, How, sure
from contracts.comparing.number_limits import moved_limits
from contracts.model.contract import Rule
from contracts.model.drift import Cited, Side
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json
from contracts.rules import KINDS
from contracts.rules.instance import short
from contracts.rules.json_types import asserted, json_type, phrase
from contracts.rules.samples import VALUE_KINDS

_LIMITS = ("range", "length", "count", "pattern", "minProperties", "maxProperties", "multipleOf", "uniqueItems")


@frozen
class PlacePair:
    """One place as both sides have it; `name` is how a sentence calls it, `sends` says that a client writes it."""

    pointer: str
    name: str
    before: DescribedPlace
    after: DescribedPlace
    sends: bool = False

    @property
    def old(self) -> Rules:
        """What the old side says of single values."""
        return self.before.rules

    @property
    def new(self) -> Rules:
        """What the new side says of single values."""
        return self.after.rules

    def found(self, kind: str, old: Json, new: Json, summary: str, *about: str, how: How = "") -> Difference:
        """A difference at this place; `about` are the kinds of the rules concerned, `summary` has {} for its name."""
        was = tuple(self.old[one] for one in about if one in self.old)
        now = tuple(self.new[one] for one in about if one in self.new)
        beside = (*(() if was else _stands("old", self.old)), *(() if now else _stands("new", self.new)))
        summary = summary.replace("{}", self.name, 1)
        return Difference(kind, self.pointer, old, new, summary, was, now, beside, how)

    def rules(self, kind: str) -> tuple[Rule | None, Rule | None]:
        """The rules of a kind on both sides."""
        return self.old.get(kind), self.new.get(kind)

    def guessed(self, kind: str) -> bool:
        """Either side only guesses what it says of a kind."""
        return any(rule is not None and not sure(rule) for rule in self.rules(kind))


def _stands(side: Side, rules: Rules) -> tuple[Cited, ...]:
    """Where a place is written of which a side doesn't say what the other does."""
    return tuple(Cited(side=side, source=source) for source in rules["type"].sources) if "type" in rules else ()


def _types(rule: Rule | None) -> list[str]:
    types = rule.says["types"] if rule else ()
    assert isinstance(types, list | tuple)
    return [str(name) for name in types]


def solid(rule: Rule | None) -> frozenset[str]:
    """The JSON types of a type rule without null; empty where nothing is said."""
    return frozenset(_types(rule)) - {"null"}


def shape(rules: Rules) -> dict[str, Json]:
    """What is said of the value at a place, in the keywords of JSON Schema."""
    found: dict[str, Json] = {}
    for kind in VALUE_KINDS:
        if kind in rules:
            found |= KINDS[kind].fragment(rules[kind].says)
    return found


def bare_rules(rules: Rules, other: Rules) -> Rules:
    """Rules as far as a JSON Schema alone can hold them: violations, provenance forgotten.

    Where only an example shows a type, it is with null or without as on the other side: an example says neither.
    """
    null = "null" in _types(other.get("type"))
    return {
        kind: replace(rule, says=asserted(rule) if kind == "type" and null else rule.says, sources=())
        for kind, rule in rules.items()
        if rule.level == "violation" and kind != "echo"
    }


def contradiction(pair: PlacePair) -> Difference | None:
    """An example's type that the other side's can't be; every number may be an integer, as an example is no proof."""
    old, new = pair.rules("type")
    before, after = ({"number" if name == "integer" else name for name in solid(rule)} for rule in (old, new))
    if old is None or new is None or not pair.guessed("type") or not before or not after or before & after:
        return None
    summary = f"{{}} is {phrase(new.says)}, where an example or the documentation had {phrase(old.says)}."
    return pair.found("guess.contradicted", old.says["types"], new.says["types"], summary, "type")


def listing_change(pair: PlacePair) -> Difference:
    """A place that one side documents and the other only shows."""
    was, now = shape(pair.old), shape(pair.new)
    if pair.after.listed:
        summary = "{} is now documented; before, only an example showed it."
        return pair.found("field.documented", was, now, summary, *pair.old, *pair.new)
    kept = all(
        kind == "type" or (kind != "required" and kind in pair.new and pair.new[kind].says == rule.says)
        for kind, rule in pair.old.items()
        if sure(rule)
    )
    if kept:
        summary = "{} is no longer in the list, but the example still shows it as it was."
        return pair.found("field.only-shown", was, now, summary, *pair.old)
    summary = "{} is no longer in the list; an example still shows it, without all that was promised."
    return pair.found("field.less-promised", was, now, summary, *pair.old)


def type_change(pair: PlacePair) -> Difference | None:
    """What became of the type, null aside."""
    old, new = pair.rules("type")
    before, after = _meant(pair.old), _meant(pair.new)
    if before == after or pair.guessed("type") or (old is None and new is None):
        return None
    was, now = (rule.says["types"] if rule else sorted(types) or None for rule, types in ((old, before), (new, after)))
    if was is None:
        return pair.found("field.documented", was, now, "A type is given for {}.", "type", how="said")
    if now is None:
        return pair.found("field.type-unsaid", was, now, "A type is no longer given for {}.", "type", how="wider")
    narrowed, widened = _within(after, before), _within(before, after)
    how: How = "narrower" if narrowed else "wider" if widened else "other"
    summary = f"{{}} was {phrase({'types': was})} and is now {phrase({'types': now})}."
    about = "enum" if old is None or new is None else "type"
    return pair.found("field.type-narrowed" if narrowed else "field.type", was, now, summary, "type", about, how=how)


def _within(few: frozenset[str], many: frozenset[str]) -> bool:
    return few <= many | ({"integer"} if "number" in many else frozenset())


def _meant(rules: Rules) -> frozenset[str]:
    """The JSON types that may stand at a place without null, by the listed values where no type is given."""
    if "type" in rules:
        return solid(rules["type"])
    return frozenset(json_type(value) for value in listed_values(rules.get("enum")).values())


def value_changes(pair: PlacePair) -> Iterator[Difference]:
    """What became of everything else about the place."""
    old, new = pair.rules("type")
    if old and new and not pair.guessed("type"):
        yield from null_changes(
            pair, old.says["types"], new.says["types"], *("null" in _types(rule) for rule in (old, new))
        )
    yield from presence_changes(pair)
    for kind in ("enum", "format", *_LIMITS):
        old, new = pair.rules(kind)
        if pair.guessed(kind) and old and new and old.says != new.says:
            summary = f"What is said of the {kind} of {{}} differs from what was only assumed."
            yield pair.found("guess.contradicted", old.says, new.says, summary, kind)
    yield from _enum(pair)
    yield from _format(pair)
    yield from _limits(pair)


def null_changes(pair: PlacePair, was: Json, now: Json, before: bool, after: bool) -> Iterator[Difference]:  # noqa: FBT001
    """That null came or went."""
    if after and not before:
        yield pair.found("field.nullable", was, now, "{} may now be null.", "type", how="wider")
    elif before and not after:
        yield pair.found("field.not-nullable", was, now, "{} is no longer null.", "type", how="narrower")


def presence_changes(pair: PlacePair) -> Iterator[Difference]:
    """An example shows one answer, and "always there" is just what one answer can't show: it never stands for it."""
    old, new = pair.rules("required")
    before, after = old is not None and sure(old), new is not None and sure(new)
    was, now = True if old else None, True if new else None
    if before and new is None:
        yield pair.found("presence.no-longer-promised", was, now, "{} is no longer promised to be there.", "required")
    elif before and not after:
        summary = "{} is no longer documented as always there; the example still has it."
        yield pair.found("presence.only-shown", was, None, summary, "required")
    elif after and not before:
        yield pair.found("presence.promised", None, now, "{} is now promised to be there always.", "required")
    elif old is not None and new is None:
        summary = "Only an example ever suggested that {} is always there, and none does any longer."
        yield pair.found("presence.no-longer-shown", was, now, summary, "required")


def listed_values(rule: Rule | None) -> dict[str, Json]:
    """The listed values by a text that equal ones share, null aside; to JSON Schema 1 and 1.0 are one number."""
    values = rule.says["values"] if rule else ()
    assert isinstance(values, list | tuple)
    return {
        json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value, sort_keys=True): value
        for value in values
        if value is not None
    }


def case_changes(old: Rule | None, new: Rule | None) -> dict[str, str]:
    """New text by old one, of the listed values that differ in case and separators alone."""
    was, now = listed_values(old), listed_values(new)
    gone = [value for key, value in was.items() if isinstance(value, str) and key not in now]
    come = [value for key, value in now.items() if isinstance(value, str) and key not in was]
    return alike(gone, come)


def same_shape(
    sides: tuple[DescribedPlace, DescribedPlace],
    below: tuple[list[str], list[str]],
    items: tuple[Rule | None, Rule | None],
) -> bool:
    """Two documented places hold the same: types, values up to case, format, and any name below in common.

    `items` are the types of their elements.
    """
    old, new = (side.rules for side in sides)
    types = solid(old.get("type"))
    if not all(side.listed for side in sides) or not types or types != solid(new.get("type")):
        return False
    enums, formats = ((old.get(kind), new.get(kind)) for kind in ("enum", "format"))
    cased = {json.dumps(was): json.dumps(now) for was, now in case_changes(*enums).items()}
    values = {cased.get(key, key) for key in listed_values(enums[0])}
    if (None in enums and enums != (None, None)) or values != listed_values(enums[1]).keys():
        return False
    if len({str(rule and rule.says) for rule in formats}) > 1:
        return False
    if ITEM in below[0] and ITEM in below[1]:
        return solid(items[0]) == solid(items[1])
    return below[0] == below[1] or bool(set(below[0]) & set(below[1])) or bool(alike(*below))


def _enum(pair: PlacePair) -> Iterator[Difference]:
    old, new = pair.rules("enum")
    if pair.guessed("enum") or (old is None and new is None):
        return
    before, after = listed_values(old), listed_values(new)
    was, now = list(before.values()) or None, list(after.values()) or None
    if new is None:
        yield pair.found("enum.removed", was, now, "The values of {} are no longer limited.", "enum", how="wider")
        return
    if old is None:
        yield pair.found("enum.added", was, now, "The values of {} are now limited to a list.", "enum", how="said")
        return
    cased = case_changes(old, new)
    written = set(cased.values())
    come = [value for key, value in after.items() if key not in before and value not in written]
    gone = [value for key, value in before.items() if key not in after and value not in cased]
    if cased:
        texts = ", ".join(f"{short(one)} is now {short(other)}" for one, other in cased.items())
        summary = f"Values of {{}} are written in another way: {texts}."
        yield pair.found("enum.case", was, now, summary, "enum", how="other")
    if come:
        summary = f"{{}} may now also be {' or '.join(map(short, come))}."
        yield pair.found("enum.value-added", was, now, summary, "enum", how="wider")
    if gone:
        summary = f"{{}} is no longer {' or '.join(map(short, gone))}."
        yield pair.found("enum.value-removed", was, now, summary, "enum", how="narrower")


def _format(pair: PlacePair) -> Iterator[Difference]:
    old, new = pair.rules("format")
    was, now = old.says["format"] if old else None, new.says["format"] if new else None
    if pair.guessed("format") or was == now:
        return
    if new is None:
        yield pair.found("format.removed", was, now, f"{{}} is no longer written as a {was}.", "format", how="wider")
    elif old is None:
        yield pair.found("format.added", was, now, f"{{}} is now written as a {now}.", "format", how="said")
    else:
        yield pair.found("format.changed", was, now, f"{{}} was a {was} and is now a {now}.", "format", how="other")


def _limits(pair: PlacePair) -> Iterator[Difference]:
    """Bounds of any value, and a pattern on one side: one entry, the graver where it is both."""
    about = tuple(kind for kind in _LIMITS if not pair.guessed(kind))
    was, now = ({key: item for kind in about if kind in rules for key, item in rules[kind].says.items()}
                for rules in (pair.old, pair.new))  # fmt: skip
    whole = solid(pair.new.get("type")) == {"integer"}
    moved = moved_limits(was, now, whole=whole)
    patterns = was.get("pattern"), now.get("pattern")
    if (patterns[0] is None) != (patterns[1] is None):
        moved |= {"wider" if patterns[1] is None else "said"}
    order: tuple[How, ...] = ("narrower", "said", "wider") if pair.sends else ("wider", "narrower", "said")
    how: How = next((how for how in order if how in moved), "")
    if how == "wider":
        yield pair.found("limits.widened", was, now, "The limits of {} are wider or gone.", *about, how=how)
    elif how:
        yield pair.found("limits.narrowed", was, now, "The limits of {} are tighter.", *about, how=how)
    if None not in patterns and patterns[0] != patterns[1]:
        summary = f"{{}} follows another pattern: {patterns[1]}, not {patterns[0]}."
        yield pair.found("pattern.changed", patterns[0], patterns[1], summary, "pattern", how="other")
