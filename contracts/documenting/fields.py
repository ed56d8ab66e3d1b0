"""Every body, and every documented place of it in a reader's words: type, null, presence, values, limits, example."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from contracts.model.contract import SUCCESS, Answer, Contract, Field, Rule, Source
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, MAP, Json, Path, dotted
from contracts.rules import KINDS
from contracts.rules.asked_bodies import AskedBody, asked_bodies
from contracts.rules.conditions import side
from contracts.rules.instance import find, same, short
from contracts.rules.json_types import types_of
from contracts.rules.values import listed

_CONDITIONS = frozenset({"condition", "if"})
_OTHERWISE = frozenset({"type", "enum", "required", "closed", "echo"})
"""What a place tells in another way than as a limit."""


@frozen
class AllowedValue:
    """One allowed value as JSON, what the description says of it alone ("" for nothing), and whether it is writable."""

    shown: str
    meaning: str
    writable: bool | None


@frozen
class FieldText:
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
    values: tuple[AllowedValue, ...]
    limits: tuple[str, ...]
    example: str
    description: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def explained(self) -> bool:
        """True where more is known of a value than that it is allowed."""
        return any(value.meaning or value.writable is not None for value in self.values)

    @property
    def promised(self) -> tuple[str, ...]:
        """Where it is written, each place once, page by page."""
        sources = (source for rule in self.rules for source in rule.sources)
        return tuple(dict.fromkeys(map(written, sorted(sources, key=lambda source: (source.page, source.line)))))


@frozen
class BodyText:
    """A body: its name, how headings, sentences and links call it, the keys of its answers, and its fields."""

    name: str
    title: str
    words: str
    anchor: str
    answers: tuple[str, ...]
    fields: tuple[FieldText, ...]


@frozen
class AskedText:
    """A body of requests: its media types, whether a request has to have one, how links call it, and its fields."""

    media: tuple[str, ...]
    required: bool
    anchor: str
    fields: tuple[FieldText, ...]


def asked_of(contract: Contract) -> tuple[AskedText, ...]:
    """Every body that the operation takes, in documented order."""
    return tuple(
        AskedText(
            media=body.media,
            required=body.required,
            anchor="request-body" if number == 1 else f"request-body-{number}",
            fields=_asked_fields(body),
        )
        for number, body in enumerate(asked_bodies(contract), 1)
    )


def _asked_fields(body: AskedBody) -> tuple[FieldText, ...]:
    """Its fields, and before them the body itself where more is said of it than that it is an object."""
    said = [(rule.kind, rule.says) for rule in body.rules if not rule.at]
    plain = body.fields and all(one == ("type", {"types": ["object"]}) for one in said)
    return _told((*([] if plain else [Field(at=(), target=body.target)]), *body.fields), body.rules, whole=True)


def written(source: Source) -> str:
    """Where a promise is written: `page, line 79: documented, written by hand`."""
    line = f", line {source.line}" if source.line else ""
    return f"{source.page}{line}: {source.kind}{', written by hand' if source.hand else ''}"


def bodies_of(contract: Contract) -> tuple[BodyText, ...]:
    """Every body: that of success first, then in documented order."""
    names = sorted(contract.bodies, key=lambda name: name != contract.main)
    good = {name for answer in contract.answers if answer.success for name in answer.bodies.values()}
    refusals = [name for name in names if name not in good]
    return tuple(_shape(contract, name, sole=refusals == [name]) for name in names)


def answers_with(contract: Contract, body: str) -> tuple[str, ...]:
    """The keys of the answers that carry a body."""
    return tuple(answer.key for answer in contract.answers if body in answer.bodies.values())


def _shape(contract: Contract, name: str, *, sole: bool) -> BodyText:
    title, words, anchor = f"Body {name}", f"the body {name}", f"body-{name}"
    if name == SUCCESS:
        title, words, anchor = "Fields", "the fields below", "fields"
    elif sole:
        title, words, anchor = "Error body", "the error body", "errors"
    keys, listed = answers_with(contract, name), fields_of(contract, name)
    return BodyText(name=name, title=title, words=words, anchor=anchor, answers=keys, fields=listed)


def carried(answer: Answer, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """What an answer carries in words; `words` say what each body is called."""
    told = list(dict.fromkeys(words[name] for name in answer.bodies.values() if name in words))
    if not told:
        return "something of no described form" if answer.media and not answer.empty else "nothing"
    return " or ".join(told) + (", or empty" if answer.empty else "")


def fields_of(contract: Contract, target: str) -> tuple[FieldText, ...]:
    """The fields of one body in documented order; the body itself where it has none."""
    fields = tuple(known for known in contract.fields if known.target == target and known.at)
    example = contract.index.examples(contract.bodies[target])[:1]
    prefix = () if target == SUCCESS else (target,)
    fields = fields or (Field(at=(), target=target),)
    return _told(fields, contract.about(target), prefix=prefix, example=example)


def _told(
    fields: tuple[Field, ...],
    rules: tuple[Rule, ...],
    *,
    prefix: Path = (),
    example: tuple[Json, ...] = (),
    whole: bool = False,
) -> tuple[FieldText, ...]:
    """The fields of a body with what its rules say, all of it if `whole`: no list of rules stands beside them."""
    by_place: dict[Path, list[Rule]] = {}
    about: dict[Path, list[Rule]] = {}
    for rule in rules:
        by_place.setdefault(rule.at, []).append(rule)
        if rule.kind == "condition":
            for path in dict.fromkeys(rule.at + side(rule.says, which).path for which in ("when", "then")):
                about.setdefault(path, []).append(rule)
    return tuple(
        _place(known, by_place.get(known.at, []), about.get(known.at, []), prefix=prefix, example=example, whole=whole)
        for known in fields
    )


def _place(  # noqa: PLR0913  what is known of a place
    known: Field,
    rules: list[Rule],
    conditions: list[Rule],
    *,
    prefix: Path,
    example: tuple[Json, ...],
    whole: bool,
) -> FieldText:
    one = {rule.kind: rule for rule in rules}
    types = types_of(one["type"].says) if "type" in one else []
    shown = next((short(value) for body in example for _, value in find(body, known.at)), "")
    own = [rule for rule in rules if whole or rule.kind != "condition"]
    return FieldText(
        dotted=dotted((*prefix, *known.at)),
        name=_name(known.at),
        depth=max(len(known.at) - 1, 0),
        types=tuple(name for name in types if name != "null"),
        null="null" in types,
        when=tuple(_when(known.at, conditions)),
        present=None if _each(known.at) else "required" in one,
        values=tuple(_values(one, known, null="null" in types)),
        limits=tuple(_limits(own, whole=whole)),
        example=shown,
        description=tuple(part.strip() for part in known.description.split("\n\n") if part.strip()),
        rules=(*own, *conditions),
    )


def _limits(rules: list[Rule], *, whole: bool) -> Iterator[str]:
    for rule in rules:
        if rule.kind in _CONDITIONS:
            yield from [rule.summary] if whole else []
        elif rule.kind not in _OTHERWISE:
            yield KINDS[rule.kind].expected(rule.says)


def _each(at: Path) -> bool:
    """True where a place is of many, none of which could be missing."""
    return not at or at[-1][:1] in {"[", "{"}


def _name(at: Path) -> str:
    """What a place is called where its parent is known."""
    if not at:
        return "the whole body"
    named = {ITEM: "each element", MAP: "each value"}.get(at[-1], at[-1])
    return f"element {named[1:-1]}" if re.fullmatch(r"\[[0-9]+\]", named) else named


def _when(at: Path, conditions: list[Rule]) -> Iterator[str]:
    """Where the place is null, and what holds where it is."""
    for rule in conditions:
        when, then = side(rule.says, "when"), side(rule.says, "then")
        if rule.at + then.path == at and then.values == (None,):
            yield f"null wherever {when.text}"
        elif rule.at + when.path == at and when.values == (None,):
            yield f"where it is null, {then.text}"


def _values(one: dict[str, Rule], known: Field, *, null: bool) -> Iterator[AllowedValue]:
    values = listed(one["enum"].says) if "enum" in one else []
    writable = known.annotations.get("writable")
    words = [_word(value) for value in values if value is not None]
    sentences = _sentences(known.description, words)
    for value in values:
        free = any(same(value, other) for other in writable) if isinstance(writable, list) else None
        yield AllowedValue(shown=short(value), meaning=_meaning(value, words, sentences), writable=free)
    if null and values and None not in values:
        yield AllowedValue(shown="null", meaning=_meaning(None, words, sentences), writable=None)


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
