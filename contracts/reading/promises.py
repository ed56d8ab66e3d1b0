"""What is promised of each place of an answer: list, prose and example together, each with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from contracts.model.contract import Conflict, Source
from contracts.model.json import ITEM, Json, Path, dotted, pointer
from contracts.model.page import Entry, Page, Sentence
from contracts.reading.outline import Outline, outline
from contracts.reading.prose import Flags, Nullable, NullMeans, Present, Reading, Values, Writable, understand
from contracts.rules.shape import json_type
from contracts.rules.texts import FORMATS, WIDTHS

Promise: TypeAlias = tuple[str, dict[str, Json], tuple[Source, ...]]
"""A rule's kind, what it says, and where that is written."""

_BOUNDS = {
    "range": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "length": ("minLength", "maxLength"),
    "pattern": ("pattern",),
    "count": ("minItems", "maxItems"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Below `scope`, where `null` is null, `other` is `value`."""

    scope: Path
    reading: NullMeans
    source: Source


@dataclass(slots=True, kw_only=True)
class Said:
    """What the sentences of the answer's fields say, by place, and which sentences were understood."""

    outline: Outline
    nulls: dict[Path, list[Source]] = field(default_factory=dict)
    present: dict[Path, Source] = field(default_factory=dict)
    values: dict[Path, tuple[tuple[Json, ...], Source]] = field(default_factory=dict)
    writable: dict[Path, tuple[Json, ...]] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    understood: set[Sentence] = field(default_factory=set)


def said(page: Page) -> Said:
    """Read the prose of every listed field; a reading that doesn't fit its field counts as not understood."""
    bare = outline(page)
    readings = [
        (at, sentence, reading)
        for at, entry in bare.entries.items()
        for sentence in entry.sentences
        if (reading := understand(sentence.text))
    ]
    nulls = {at for at, _, reading in readings if isinstance(reading, Nullable)}
    flags = {
        (*at, name): bare.source(sentence.line)
        for at, sentence, reading in readings
        if isinstance(reading, Flags)
        and "object" in bare.entries[at].types
        and (at in nulls or bare.entries[at].nullable)
        for name in reading.names
    }
    result = Said(outline=replace(bare, flags=flags))
    known = set(result.outline.walk())
    for at, sentence, reading in readings:
        if _take(result, at, reading, result.outline.source(sentence.line), known):
            result.understood.add(sentence)
    for at, sources in result.nulls.items():
        _type_conflict(result, at, sources)
    return result


def _take(result: Said, at: Path, reading: Reading, source: Source, known: set[Path]) -> bool:
    """Note one reading; False where it doesn't fit the field."""
    match reading:
        case Nullable():
            result.nulls.setdefault(at, []).append(source)
        case Present():
            result.present[at] = source
        case Flags(names=names):
            return all((*at, name) in result.outline.flags for name in names)
        case NullMeans():
            return _condition(result, at, reading, source, known)
        case Values(values=values):
            return _repeated(result, at, values, source)
        case Writable(values=values):
            return _subset(result, at, values, source)
    return True


def _condition(result: Said, at: Path, reading: NullMeans, source: Source, known: set[Path]) -> bool:
    """Find the object that has both fields: the described one, its items, or the one it stands in."""
    for scope in (at, (*at, ITEM), at[:-1]):
        null, other = (*scope, reading.null), (*scope, reading.other)
        if {null, other} <= known and null != other and "string" in result.outline.solid(other):
            result.nulls.setdefault(null, []).append(source)
            result.conditions.append(Condition(scope=scope, reading=reading, source=source))
            return True
    return False


def _repeated(result: Said, at: Path, words: tuple[str, ...], source: Source) -> bool:
    """Compare a list of values in prose with the options; without options it is the list of values."""
    entry = result.outline.entries[at]
    if entry.enum:
        if {str(value) for value in entry.enum} != set(words):
            problem = f"the options are {_list(entry.enum)}; the prose lists {_list(words)}"
            _conflict(result, at, problem, "the options are followed", source)
        return True
    solid = entry.item_types if entry.types == ("array",) else entry.types
    if solid == ("string",):
        result.values[at] = words, source
    elif solid == ("integer",) and all(word.isdecimal() for word in words):
        result.values[at] = tuple(int(word) for word in words), source
    return at in result.values


def _subset(result: Said, at: Path, words: tuple[str, ...], source: Source) -> bool:
    """Keep the writable values, in the options' order, as an annotation."""
    entry = result.outline.entries[at]
    if not entry.enum:
        return False
    strange = [word for word in words if word not in entry.enum]
    if strange:
        problem = f"the writable values {_list(strange)} are not among the options"
        _conflict(result, at, problem, "the options are followed, and no writable subset is kept", source)
    else:
        result.writable[at] = tuple(value for value in entry.enum if value in words)
    return True


def _list(values: tuple[Json, ...] | list[str]) -> str:
    return ", ".join(str(value) for value in values)


def _conflict(result: Said, at: Path, problem: str, decided: str, source: Source) -> None:
    entry = result.outline.entries[at]
    options = result.outline.source(result.outline.line(entry, "enum"))
    result.conflicts.append(Conflict(field=dotted(at), problem=problem, decided=decided, sources=(options, source)))


def _type_conflict(result: Said, at: Path, sources: list[Source]) -> None:
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


def promises(result: Said, at: Path) -> Iterator[Promise]:
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


def _required(result: Said, at: Path) -> Iterator[Source]:
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
    optional = outlined.generated or (entry is not None and outlined.marked)
    if parents and len(samples) == len(parents) and not optional:
        yield outlined.example_source(samples[0][0])


def _types(result: Said, at: Path) -> tuple[tuple[str, ...], tuple[Source, ...]]:
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
    elif not at and ("whole" in outlined.page.lines or (outlined.entries and not outlined.page.array)):
        sources.append(outlined.root_source())
    else:
        flag = outlined.flags.get(at)
        samples = outlined.samples(at)
        sources += [flag] if flag else []
        sources += [outlined.example_source(samples[0][0] if samples else pointer(()))] if samples or not flag else []
        null = null or (not flag and not outlined.generated and "null" in outlined.seen(at))
    return (*solid, *(["null"] if null else [])), (*sources, *nulls)


def _enum(result: Said, named: Path, entry: Entry, at: Path, types: tuple[str, ...]) -> Iterator[Promise]:
    """The listed values, at the field or at the items of an array; null among them where the type allows it."""
    if "array" in types and named == at:
        return
    values: tuple[Json, ...] = entry.enum
    source = result.outline.source(result.outline.line(entry, "enum"))
    if not values and named in result.values:
        values, source = result.values[named]
    if values:
        null: list[Json] = [None] if "null" in types and None not in values else []
        yield "enum", {"values": [*values, *null]}, (source,)


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
