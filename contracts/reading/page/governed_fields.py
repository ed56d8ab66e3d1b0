"""Fields that another field's value makes null, absent or required: the conditions that a sentence states of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from contracts.model.contract import Source
from contracts.model.json import Json, Path
from contracts.model.page import Entry
from contracts.model.text import kebab
from contracts.reading.page.outline import Outline
from contracts.reading.page.phrases import ITSELF
from contracts.rules.instance import find, same

Effect = Literal["null", "absent", "required"]

_VALUE = r"(?:\"[^\"]+\"|`[^`]+`|'[^']+'|“[^“”]+”|[\w+-]+)"
_SENTENCE = re.compile(
    rf"(?:[^;:()]+, (?:or )?|[^;:,()]+ or )?(?:(?:{ITSELF} )?(?:is |will be ))?"
    r"(?:(?P<null>`?null`?)|(?P<required>(?:only )?(?:required|mandatory)(?: only)?)"
    r"|(?P<present>only (?:present|included|returned|sent)"
    r"|(?:present|included|returned)(?: only|(?= if and only if)))"
    r"|omitted|absent|missing|not (?:present|included|returned|sent)) "
    r"(?:(?:(?P<word>when|if|if and only if|unless|until)(?: the)?|for [a-z]+ (?:with|whose)) "
    r"[`\"']?(?P<other>[A-Za-z_]\w*)[`\"']?(?: field)?"
    rf" (?:is|=|==|equals|(?:is )?set to) (?P<not>not )?(?P<values>{_VALUE}(?:(?:, or |, | or ){_VALUE})*)"
    rf"|for (?P<kinds>{_VALUE}(?:(?:, (?:or|and) |, | or | and ){_VALUE})*)(?: [a-z]+)?)"
    r"(?:,? (?:optional|ignored) otherwise)?\.?",
    re.IGNORECASE,
)
"""A whole sentence: what the field is, and which value of another field makes it so."""
_LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is asserted below `scope`: a rule of `kind` with what it `says`, and its id's last part, "" for its own."""

    scope: Path
    kind: str
    says: dict[str, Json]
    source: Source
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """Where another field has one of these values, the field is null, absent or required.

    With `unless` that is so where it has none of them. `other` is "" where the sentence has values alone.
    """

    effect: Effect
    other: str
    values: tuple[str, ...]
    unless: bool


def governed(sentence: str) -> Governed | None:
    """What a sentence says of its field by another's value, None where it isn't of that form."""
    text = " ".join(sentence.split())
    found = _SENTENCE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    listed = re.split(r", (?:or|and) |, | or | and ", found["values"] or found["kinds"])
    values, word = tuple(value.strip("\"'`“”") for value in listed), (found["word"] or "").lower()
    if word == "until" and not {value.lower() for value in values} <= {"true", "false"}:
        return None  # what has been that once may be something else by now
    effect: Effect = "null" if found["null"] else "required" if found["required"] else "absent"
    unless = (word in {"unless", "until"}) ^ bool(found["not"]) ^ bool(found["present"])
    return Governed(effect=effect, other=found["other"] or "", values=values, unless=unless)


Listed = dict[tuple[Path, str], list[str]]
"""By the place of an object and the text of a value: the fields there that list it."""


def listed(entries: dict[Path, Entry]) -> Listed:
    """The fields that list each value."""
    found: Listed = {}
    for at, entry in entries.items():
        for text in _texts(entry):
            found.setdefault((at[:-1], text), []).append(at[-1])
    return found


def condition(outlined: Outline, fields: Listed, at: Path, reading: Governed, source: Source) -> Condition | None:
    """The condition of a sentence about the field at a place, if the field and the values that it names are known.

    Without a name, the one field beside it that lists all the values is meant. What the page's own example contradicts
    was not meant as it reads.
    """
    scope, name = at[:-1], at[-1]
    meant = [reading.other] if reading.other else fields.get((scope, reading.values[0]), [])
    known = ((other, outlined.entries.get((*scope, other))) for other in meant if other != name)
    found = ((other, values) for other, entry in known if entry and (values := _values(entry, reading)))
    (other, values), another = next(found, ("", [])), next(found, None)
    if not values or another:
        return None
    effect: Effect = "null" if reading.effect == "absent" and outlined.entries[at].nullable else reading.effect
    shown = (one for example in outlined.example for _, one in find(example, scope))
    if any(_contradicts(effect, name, other, values, one) for one in shown):
        return None
    if effect == "required":
        says: dict[str, Json] = {
            "if": {"properties": {other: {"enum": values}}, "required": [other]},
            "then": {"required": [name]},
        }
        label = f"{'-or-'.join(kebab(str(value)) for value in values)}-has-{kebab(name)}"
        return Condition(scope=scope, kind="if", says=says, source=source, label=label)
    forced: list[Json] = [None] if effect == "null" else []
    says = {"when": {"path": [other], "is": values}, "then": {"path": [name], "is": forced}}
    return Condition(scope=scope, kind="condition", says=says, source=source)


def _values(entry: Entry, reading: Governed) -> list[Json]:
    """The values of the other field where the effect comes; empty where the sentence names one that it doesn't list."""
    if reading.values == ("null",) and reading.other and entry.nullable and not reading.unless:
        return [None]
    texts = _texts(entry)
    if not set(reading.values) <= texts.keys():
        return []
    named = [texts[value] for value in reading.values]
    return [value for value in texts.values() if value not in named] if reading.unless else named


def _texts(entry: Entry) -> dict[str, Json]:
    """The values that a field lists, or both truths, by their text."""
    if entry.types == ("boolean",):
        return {"true": True, "false": False}
    return {str(value): value for value in entry.enum if value is not None}


def _contradicts(effect: Effect, name: str, other: str, values: list[Json], shown: Json) -> bool:
    """True for an object where the other field has one of the values and the effect isn't there."""
    if not isinstance(shown, dict) or not any(same(shown.get(other), value) for value in values):
        return False
    if effect == "null":
        return shown.get(name) is not None
    return (name in shown) != (effect == "required")
