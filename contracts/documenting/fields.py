"""Every documented place of a body in a reader's words: type, null, presence, values, limits, example."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.model.contract import Contract, Field, Rule, Target
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, Json, Path, dotted
from contracts.rules import KINDS
from contracts.rules.places import find, same, short
from contracts.rules.relations import side
from contracts.rules.shape import types_of
from contracts.rules.values import listed

_LIMITS = ("format", "range", "length", "pattern", "count")


@frozen
class Value:
    """One allowed value as JSON, what the description says of it alone ("" for nothing), and whether it is writable."""

    shown: str
    meaning: str
    writable: bool | None


@frozen
class Place:
    """A documented field.

    `name` is its own name, `dotted` the whole one, `depth` 0 for a member of the body. `present` says whether every
    answer has it, None for the elements of a list. `null` says whether it may be null; `when` tells in sentences
    where it is, or what holds then. `rules` are all rules of the place.
    """

    dotted: str
    name: str
    depth: int
    types: tuple[str, ...]
    null: bool
    when: tuple[str, ...]
    present: bool | None
    values: tuple[Value, ...]
    limits: tuple[str, ...]
    example: str
    description: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def told(self) -> bool:
        """Whether there is anything to say of a value beside its being allowed."""
        return any(value.meaning or value.writable is not None for value in self.values)


def places(contract: Contract, target: Target) -> tuple[Place, ...]:
    """The fields of one body in documented order."""
    by_place: dict[Path, list[Rule]] = {}
    for rule in contract.about(target):
        by_place.setdefault(rule.at, []).append(rule)
    about: dict[Path, list[Rule]] = {}
    for rule in contract.about(target, "condition"):
        for path in dict.fromkeys(rule.at + side(rule.says, which).path for which in ("when", "then")):
            about.setdefault(path, []).append(rule)
    example = contract.example if target == "success" else ()
    fields = [known for known in contract.fields if known.target == target and known.at]
    return tuple(_place(known, by_place.get(known.at, []), about.get(known.at, []), example) for known in fields)


def _place(known: Field, rules: list[Rule], conditions: list[Rule], example: tuple[Json, ...]) -> Place:
    one = {rule.kind: rule for rule in rules}
    types = types_of(one["type"].says) if "type" in one else []
    shown = next((short(value) for body in example for _, value in find(body, known.at)), "")
    own = [rule for rule in rules if rule.kind != "condition"]
    return Place(
        dotted=dotted(known.at) if known.target == "success" else dotted(("problem", *known.at)),
        name="each element" if known.at[-1] == ITEM else known.at[-1],
        depth=len(known.at) - 1,
        types=tuple(name for name in types if name != "null"),
        null="null" in types,
        when=tuple(_when(known.at, conditions)),
        present=None if known.at[-1] == ITEM else "required" in one,
        values=tuple(_values(one, known, null="null" in types)),
        limits=tuple(KINDS[name].expected(one[name].says) for name in _LIMITS if name in one),
        example=shown,
        description=tuple(part.strip() for part in known.description.split("\n\n") if part.strip()),
        rules=(*own, *conditions),
    )


def _when(at: Path, conditions: list[Rule]) -> Iterator[str]:
    """Where the place is null, and what holds where it is."""
    for rule in conditions:
        when, then = side(rule.says, "when"), side(rule.says, "then")
        if rule.at + then.path == at and then.values == (None,):
            yield f"null wherever {when.text}"
        elif rule.at + when.path == at and when.values == (None,):
            yield f"where it is null, {then.text}"


def _values(one: dict[str, Rule], known: Field, *, null: bool) -> Iterator[Value]:
    values = listed(one["enum"].says) if "enum" in one else []
    writable = known.annotations.get("writable")
    words = [_word(value) for value in values if value is not None]
    sentences = _sentences(known.description, words)
    for value in values:
        free = any(same(value, other) for other in writable) if isinstance(writable, list) else None
        yield Value(shown=short(value), meaning=_meaning(value, words, sentences), writable=free)
    if null and values and None not in values:
        yield Value(shown="null", meaning=_meaning(None, words, sentences), writable=None)


def _sentences(text: str, words: list[str]) -> list[str]:
    """The sentences of a description, which may begin with a value."""
    begins = "|".join(re.escape(word) for word in (*words, "null"))
    return re.split(rf"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)\s+(?=[A-Z]|(?:{begins})\b)", text)


def _meaning(value: Json, words: list[str], sentences: list[str]) -> str:
    """The sentences that name this value and no other."""
    own = _word(value)
    others = [word for word in (*words, "null") if word != own]
    return " ".join(text for text in sentences if _names(text, own) and not any(_names(text, one) for one in others))


def _names(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _word(value: Json) -> str:
    return value if isinstance(value, str) else short(value)
