"""The values and the bounds of a field that its own prose states, where its list is silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.model.contract import SUCCESS, Rule
from contracts.model.json import Json
from contracts.model.page import Entry, Sentence
from contracts.reading.page.limits import Limits
from contracts.reading.page.phrases import Legend, Values
from contracts.reading.page.promising_sentences import readings
from contracts.rules.samples import keeps


def stated(entry: Entry, shown: tuple[Json, ...] = ()) -> Entry:
    """The entry with the values and the bounds that its prose alone states.

    `shown` are the example's values there: what they contradict was not meant as it reads, and is left out.
    """
    for taken, reading in readings(entry.sentences):
        if isinstance(reading, Values | Legend) and not entry.enum:
            values = _as_typed(reading.values, entry.item_types if entry.types == ("array",) else entry.types)
            if values and all(value is None or value in values for value in _elements(shown)):
                entry = replace(entry, enum=values, lines={**entry.lines, "enum": taken[0].line})
        elif isinstance(reading, Limits):
            listed = dict(entry.constraints)
            more = {name: value for name, value in reading.keywords(entry.types).items() if name not in listed}
            if all(_keeps(more, value) for value in shown):
                lines = {**entry.lines, **dict.fromkeys(more, taken[0].line)}
                entry = replace(entry, constraints=(*entry.constraints, *more.items()), lines=lines)
    return entry


def accounted(entry: Entry) -> frozenset[Sentence]:
    """The sentences of a parameter that its values and bounds say already."""
    listed = dict(entry.constraints)
    found: set[Sentence] = set()
    for taken, reading in readings(entry.sentences):
        if isinstance(reading, Values | Legend):
            same = {str(value) for value in entry.enum} == set(map(str, reading.values))
        else:
            bounds = reading.keywords(entry.types).items() if isinstance(reading, Limits) else None
            same = bounds is not None and bounds <= listed.items() and (bool(bounds) or reading == Limits())
        found |= set(taken) if same else set()
    return frozenset(found)


def _as_typed(words: tuple[str | int, ...], types: tuple[str, ...]) -> tuple[Json, ...]:
    """Values from prose for a field of these types; empty where they can't be its."""
    if types == ("string",) and all(isinstance(word, str) for word in words):
        return words
    truths = [isinstance(word, bool) for word in words]
    if any(truths):
        return words if all(truths) and types == ("boolean",) else ()
    if types in {("integer",), ("number",)} and all(isinstance(word, int) or word.isdecimal() for word in words):
        return tuple(int(word) for word in words)
    return ()


def _keeps(bounds: dict[str, Json], value: Json) -> bool:
    kinds = ("range", "length", "count")
    rules = (Rule(id="", kind=kind, target=SUCCESS, says=bounds, summary="", sources=()) for kind in kinds)
    return all(keeps(rule, value) for rule in rules)


def _elements(values: tuple[Json, ...]) -> Iterator[Json]:
    for value in values:
        yield from value if isinstance(value, list) else (value,)
