"""What is promised of each place of an answer: list, prose and example together, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from contracts.model.contract import SUCCESS, Conflict, Rule, Source
from contracts.model.json import ITEM, Json, Path, dotted, pointer
from contracts.model.page import Entry, Page, Sentence
from contracts.reading.page.governed_fields import Condition, Listed, condition, governed, listed
from contracts.reading.page.limits import Limits
from contracts.reading.page.outline import Outline, outline
from contracts.reading.page.phrases import (
    Flags,
    Legend,
    MayBeEmpty,
    Nullable,
    NullMeans,
    Optional,
    Present,
    Reading,
    Values,
    Writable,
)
from contracts.reading.page.promising_sentences import permits_null, readings
from contracts.reading.page.values_in_prose import stated
from contracts.rules.conditions import breaches, side
from contracts.rules.instance import find
from contracts.rules.json_types import json_type
from contracts.rules.samples import VALUE_KINDS, keeps
from contracts.rules.texts import FORMATS, WIDTHS

Promise: TypeAlias = tuple[str, dict[str, Json], tuple[Source, ...]]
"""A rule's kind, what it says, and where that is written."""

_BOUNDS = {
    "range": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "length": ("minLength", "maxLength"),
    "pattern": ("pattern",),
    "count": ("minItems", "maxItems"),
}


@dataclass(slots=True, kw_only=True)
class Body:
    """What the sentences of the answer's fields say, by place, and which sentences were understood."""

    outline: Outline
    nulls: dict[Path, list[Source]] = field(default_factory=dict)
    present: dict[Path, Source] = field(default_factory=dict)
    optional: set[Path] = field(default_factory=set)
    writable: dict[Path, tuple[Json, ...]] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    understood: set[Sentence] = field(default_factory=set)


def body_of(page: Page) -> Body:
    """Read the prose of every listed field; a reading that doesn't fit its field counts as not understood."""
    bare = outline(page)
    entries = {at: stated(entry, _shown(bare, at)) for at, entry in bare.entries.items()}
    bare = replace(bare, entries=entries)
    found = [(at, taken, reading) for at, entry in entries.items() for taken, reading in readings(entry.sentences)]
    nulls = {at for at, _, reading in found if isinstance(reading, Nullable)}
    flags = {
        (*at, name): bare.source(taken[0].line)
        for at, taken, reading in found
        if isinstance(reading, Flags)
        and "object" in bare.entries[at].types
        and (at in nulls or bare.entries[at].nullable)
        for name in reading.names
    }
    result = Body(outline=replace(bare, flags=flags))
    known = set(result.outline.walk())
    for at, taken, reading in found:
        if _take(result, at, reading, result.outline.source(taken[0].line), known):
            result.understood |= set(taken)
    fields = listed(entries)
    for at, entry in entries.items():
        for sentence in entry.sentences:
            _govern(result, fields, at, sentence)
            if sentence not in result.understood and permits_null(sentence.text):
                result.nulls.setdefault(at, []).append(result.outline.source(sentence.line))
    for at, sources in result.nulls.items():
        _type_conflict(result, at, sources)
    return result


def _shown(bare: Outline, at: Path) -> tuple[Json, ...]:
    """The example's values at a place, unless they were made up."""
    return () if bare.generated else tuple(value for _, value in bare.samples(at))


def _take(result: Body, at: Path, reading: Reading, source: Source, known: set[Path]) -> bool:
    """Note a reading; False if it doesn't fit the field."""
    entry, taken = result.outline.entries[at], True
    match reading:
        case Nullable():
            result.nulls.setdefault(at, []).append(source)
        case Present():
            result.present[at] = source
        case Optional():
            result.optional.add(at)
            taken = not entry.required
        case MayBeEmpty():
            taken = not {"minItems", "minLength"} & dict(entry.constraints).keys()
        case Flags(names=names):
            taken = all((*at, name) in result.outline.flags for name in names)
        case NullMeans():
            taken = _condition(result, at, reading, source, known)
        case Values(values=values) | Legend(values=values):
            taken = _repeated(result, at, values, source)
        case Limits():
            taken = _bounded(result, at, reading, source)
        case Writable(values=values):
            taken = _subset(result, at, values, source)
    return taken


def _condition(result: Body, at: Path, reading: NullMeans, source: Source, known: set[Path]) -> bool:
    """Find the object that has both fields: the described one, its items, or the one it stands in.

    The page states one way round, and only suggests the other.
    """
    for scope in (at, (*at, ITEM), at[:-1]):
        null, other = (*scope, reading.null), (*scope, reading.other)
        if {null, other} <= known and null != other and "string" in result.outline.solid(other):
            result.nulls.setdefault(null, []).append(source)
            is_null: Json = {"path": [reading.null], "is": [None]}
            is_value: Json = {"path": [reading.other], "is": [reading.value]}
            reverse = replace(source, kind="assumed")
            for when, then, where in ((is_null, is_value, source), (is_value, is_null, reverse)):
                says = {"when": when, "then": then}
                result.conditions.append(Condition(scope=scope, kind="condition", says=says, source=where))
            return True
    return False


def _govern(result: Body, fields: Listed, at: Path, sentence: Sentence) -> None:
    """Note the condition that a sentence states of a field by another's value, and what it means by itself."""
    reading, source = governed(sentence.text), result.outline.source(sentence.line)
    if reading is None:
        return
    entry, found = result.outline.entries[at], condition(result.outline, fields, at, reading, source)
    if found is None or (reading.effect == "absent" and entry.required and not entry.nullable):
        return
    result.conditions.append(found)
    if reading.effect == "null" and sentence not in result.understood:
        result.nulls.setdefault(at, []).append(source)
    elif reading.effect != "null":
        result.optional.add(at)
    result.understood.add(sentence)


def _repeated(result: Body, at: Path, words: tuple[str | int, ...], source: Source) -> bool:
    """Compare a list of values in prose with the options, which are those of prose where the list has none."""
    entry = result.outline.entries[at]
    if entry.enum and {str(value) for value in entry.enum} != set(map(str, words)):
        problem = f"the options are {_list(entry.enum)}; the prose lists {_list(words)}"
        _conflict(result, at, "enum", problem, "the options are followed", source)
    return bool(entry.enum)


def _bounded(result: Body, at: Path, limits: Limits, source: Source) -> bool:
    """Compare bounds in prose with the list's, which are those of prose where the list has none."""
    entry = result.outline.entries[at]
    stated_, listed = limits.keywords(entry.types), dict(entry.constraints)
    for keyword, value in stated_.items():
        if keyword in listed and listed[keyword] != value:
            problem = f"the list says {keyword} {listed[keyword]}, the prose {value}"
            _conflict(result, at, keyword, problem, "the list is followed", source)
    return (bool(stated_) or limits == Limits()) and stated_.keys() <= listed.keys()


def _subset(result: Body, at: Path, words: tuple[str, ...], source: Source) -> bool:
    """Keep the writable values, in the options' order, as an annotation."""
    entry = result.outline.entries[at]
    if not entry.enum:
        return False
    strange = [word for word in words if word not in entry.enum]
    if strange:
        problem = f"the writable values {_list(strange)} are not among the options"
        _conflict(result, at, "enum", problem, "the options are followed, and no writable subset is kept", source)
    else:
        result.writable[at] = tuple(value for value in entry.enum if value in words)
    return True


def _list(values: Sequence[Json]) -> str:
    return ", ".join(str(value) for value in values)


def _conflict(result: Body, at: Path, part: str, problem: str, decided: str, source: Source) -> None:  # noqa: PLR0913, PLR0917
    entry = result.outline.entries[at]
    options = result.outline.source(result.outline.line(entry, part))
    result.conflicts.append(Conflict(field=dotted(at), problem=problem, decided=decided, sources=(options, source)))


def _type_conflict(result: Body, at: Path, sources: list[Source]) -> None:
    entry = result.outline.entries.get(at)
    if entry and entry.types and not entry.nullable:
        result.conflicts.append(
            Conflict(
                field=dotted(at),
                problem=f"the type column says {' or '.join(entry.types)}, the prose says that it may be null",
                decided="the prose is followed: null is allowed",
                sources=(result.outline.source(result.outline.line(entry, "type")), *sources),
            )
        )


def promises(result: Body, at: Path) -> Iterator[Promise]:
    """Everything promised of one place, in the order in which a reader asks."""
    outlined = result.outline
    required = tuple(_required(result, at))
    if required:
        yield "required", {}, required
    types, sources = _types(result, at)
    if types:
        yield "type", {"types": list(types)}, sources
    item = bool(at) and at[-1] == ITEM and at not in outlined.entries
    entry = outlined.entries.get(at[:-1] if item else at)
    if entry:
        yield from _enum(result, at[:-1] if item else at, entry, at, types)
        yield from _format(outlined, entry, at, types)
        yield from _bounds(outlined, entry, types, entry.item_format if item else entry.format)


def _required(result: Body, at: Path) -> Iterator[Source]:
    """Where presence is promised; a generated example, or one beside required markers, shows optional fields too."""
    outlined = result.outline
    if not at or at[-1] == ITEM:
        return
    entry = outlined.entries.get(at)
    if entry and entry.required:
        yield outlined.source(outlined.line(entry, "required"))
    if at in result.present:
        yield result.present[at]
    if at in outlined.flags:
        yield outlined.flags[at]
    parents = [value for _, value in outlined.samples(at[:-1]) if json_type(value) == "object"]
    samples = outlined.samples(at)
    optional = outlined.generated or at in result.optional or (entry is not None and outlined.marked)
    if parents and len(samples) == len(parents) and not optional:
        yield outlined.example_source(samples[0][0])


def _types(result: Body, at: Path) -> tuple[tuple[str, ...], tuple[Source, ...]]:
    outlined = result.outline
    solid, nulls = outlined.solid(at), result.nulls.get(at, [])
    if not solid:
        return (), ()
    sources: list[Source] = []
    entry = outlined.entries.get(at)
    parent = outlined.entries.get(at[:-1]) if at and at[-1] == ITEM else None
    null = bool(nulls)
    listed = entry or (parent if parent and parent.item_types else None)
    if listed:
        sources.append(outlined.source(outlined.line(listed, "type")))
        null = null or (entry is not None and entry.nullable)
    elif (not at and ("whole" in outlined.page.lines or (outlined.entries and not outlined.page.array))) or (
        at in {(), (ITEM,)} and not outlined.example
    ):
        sources.append(outlined.root_source())
    else:
        flag = outlined.flags.get(at)
        samples = outlined.samples(at)
        sources += [flag] if flag else []
        sources += [outlined.example_source(samples[0][0] if samples else pointer(()))] if samples or not flag else []
        null = null or (not flag and not outlined.generated and "null" in outlined.seen(at))
    return (*solid, *(["null"] if null else [])), (*sources, *nulls)


def _enum(result: Body, named: Path, entry: Entry, at: Path, types: tuple[str, ...]) -> Iterator[Promise]:
    """The listed values, at the field or at the items of an array; a null that the type allows is the type's to say."""
    if "array" in types and named == at:
        return
    if entry.enum:
        source = result.outline.source(result.outline.line(entry, "enum"))
        yield "enum", {"values": [value for value in entry.enum if value is not None or "null" not in types]}, (source,)


def _format(outlined: Outline, entry: Entry, at: Path, types: tuple[str, ...]) -> Iterator[Promise]:
    name = entry.format if outlined.entries.get(at) is entry else entry.item_format
    if "string" in types and name in FORMATS:
        yield "format", {"format": name}, (outlined.source(outlined.line(entry, "type")),)


def _bounds(outlined: Outline, entry: Entry, types: tuple[str, ...], name: str | None) -> Iterator[Promise]:
    """Ranges, lengths, patterns and counts of the constraint lines, each where its type stands."""
    constraints = dict(entry.constraints)
    fitting = {
        "range": {"integer", "number"},
        "length": {"string"},
        "pattern": {"string"},
        "count": {"array"},
    }
    for kind, keywords in _BOUNDS.items():
        says: dict[str, Json] = {}
        part = next((keyword for keyword in keywords if keyword in constraints), "type")
        if kind == "range" and name in WIDTHS and "integer" in types:
            says = {"format": name, "minimum": -WIDTHS[name], "maximum": WIDTHS[name] - 1}
        says |= {keyword: constraints[keyword] for keyword in keywords if keyword in constraints}
        if says and fitting[kind] & set(types):
            yield kind, says, (outlined.source(outlined.line(entry, part)),)


def misfits(rules: tuple[Rule, ...], example: Json, body: str = SUCCESS) -> Iterator[tuple[Rule, str]]:
    """The rules of a body that an example of it breaks, each with what the example has there."""
    for rule in rules:
        if rule.target == body and rule.level == "violation":
            problem = _misfit(rule, example)
            if problem:
                yield rule, problem


def _misfit(rule: Rule, example: Json) -> str:
    if rule.kind == "required":
        parents = [value for _, value in find(example, rule.at[:-1]) if json_type(value) == "object"]
        return "" if len(list(find(example, rule.at))) == len(parents) else "it is missing there"
    if rule.kind == "condition":
        broken = next(breaches(rule, example), None) is not None
        return f"{dotted(side(rule.says, 'then').path)} is another there" if broken else ""
    if rule.kind not in VALUE_KINDS:
        return ""
    wrong = [value for _, value in find(example, rule.at) if not keeps(rule, value)]
    return f"it is {json_type(wrong[0])} there" if wrong and rule.kind == "type" else "it breaks that" if wrong else ""
