"""Bounds and defaults that a sentence states in words: `between 1 and 50`, `(default 25, max 1000)`, `at least one`."""

from __future__ import annotations

import json
import re

from contracts.model.frozen import frozen
from contracts.model.json import Json


@frozen
class Limits:
    """A smallest and a largest amount, and of what: `characters`, `elements`, or "" for whatever the field counts.

    `over` and `under` say that the bound itself is not allowed.
    """

    low: int | float | None = None
    high: int | float | None = None
    over: bool = False
    under: bool = False
    unit: str = ""

    def keywords(self, types: tuple[str, ...]) -> dict[str, Json]:
        """The bounds as JSON Schema keywords for a field of these types; empty where they don't fit."""
        if types in {("integer",), ("number",)} and not self.unit:
            low, high = "exclusiveMinimum" if self.over else "minimum", "exclusiveMaximum" if self.under else "maximum"
        elif types == ("array",) and self.unit != "characters" and not (self.over or self.under):
            low, high = "minItems", "maxItems"
        elif types == ("string",) and self.unit == "characters" and not (self.over or self.under):
            low, high = "minLength", "maxLength"
        else:
            return {}
        bounds = {low: self.low, high: self.high}
        return {keyword: bound for keyword, bound in bounds.items() if bound is not None}


_AMOUNT = r"(?:-?\d{1,3}(?:,\d{3})+(?!\d)|-?\d{1,15}(?:\.\d{1,15})?|zero|one|two|three|five|ten)"
_WORDS = {"zero": 0, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10}
_UNIT = (
    r"(?:\s(?P<unit>characters?|chars|elements?|items?|entries))?(?:\s(?:long|inclusive))?"
    r"(?=\s*(?:$|[.,;)]|and\b))"
)
_MUST = r"(?:(?:must|has to|should|can|may) (?:be|have|contain) |is |are )?"

_PHRASES: tuple[tuple[str, str], ...] = (
    ("both", rf"{_MUST}(?:ranges? )?(?:between|from) (?P<low>{_AMOUNT}) (?:and|to) (?P<high>{_AMOUNT}){_UNIT}"),
    ("both", rf"(?<=\()(?P<low>[01])(?: ?[-–] ?| to )(?P<high>\d{{1,9}}){_UNIT}"),
    ("both", rf"must be (?P<low>\d{{1,9}}) ?(?:[-–]|to) ?(?P<high>\d{{1,9}}){_UNIT}"),
    ("low", rf"{_MUST}(?:at least|no (?:less|fewer) than|greater than or equal to) (?P<low>{_AMOUNT}){_UNIT}"),
    ("low", rf"\bmin(?:imum)?(?: value| length)?(?: is| of|:)? (?P<low>{_AMOUNT}){_UNIT}"),
    ("high", rf"{_MUST}(?:at most|up to|no more than|less than or equal to) (?P<high>{_AMOUNT}){_UNIT}"),
    ("high", rf"\bmax(?:imum)?(?: value| length)?(?: is| of|:)? (?P<high>{_AMOUNT}){_UNIT}"),
    ("over", rf"must be (?:greater|more|higher) than (?P<low>{_AMOUNT}){_UNIT}"),
    ("under", rf"must be (?:less|fewer|lower) than (?P<high>{_AMOUNT}){_UNIT}"),
    ("positive", r"must be (?:a )?positive(?: (?:integer|number))?(?=\s*(?:$|[.,;)]))"),
    ("natural", r"must be (?:a )?non-negative(?: (?:integer|number))?(?=\s*(?:$|[.,;)]))"),
    ("default", r"\b(?:the )?defaults?(?: value)?(?: is| to|:)? [\"'`]?[\w.+-]{1,60}[\"'`]?(?=\s*(?:$|[.,;)]))"),
)  # fmt: skip
_SINGLY = r"\b(?:each|every)\b"
_SUBJECT = r"^(?:the )?(?:max(?:imum)?|min(?:imum)?) (?:number|amount|length|count|size|total) "


def read_limits(text: str) -> tuple[Limits | None, str]:
    """The bounds of a sentence, and the sentence without them; None where it states none, or one of them twice.

    A sentence that states a default alone has bounds that bound nothing; what it says of each element isn't read.
    """
    if re.search(_SINGLY, text, re.IGNORECASE):
        return None, text
    low: int | float | None = None
    high: int | float | None = None
    over = under = False
    units: set[str] = set()
    rest = text
    for kind, pattern in _PHRASES:
        found = re.search(pattern, rest, re.IGNORECASE)
        if found is None:
            continue
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        groups = found.groupdict()
        units |= {_unit(groups["unit"])} if groups.get("unit") else set()
        given_low = 0 if kind in {"positive", "natural"} else _amount(groups.get("low"))
        given_high = _amount(groups.get("high"))
        if (given_low is not None and low is not None) or (given_high is not None and high is not None):
            return None, text
        low, high = low if given_low is None else given_low, high if given_high is None else given_high
        over, under = over or kind in {"over", "positive"}, under or kind == "under"
    if rest == text or len(units) > 1 or (low is not None and high is not None and low > high):
        return None, text
    unit = units.pop() if units else ""
    return Limits(low=low, high=high, over=over, under=under, unit=unit), re.sub(
        _SUBJECT, "", rest, flags=re.IGNORECASE
    )


def _amount(text: str | None) -> int | float | None:
    if text is None:
        return None
    found: int | float = _WORDS.get(text.lower(), 0) if text[-1].isalpha() else json.loads(_plain(text))
    return found


def _plain(number: str) -> str:
    """A number without commas and leading zeros, which JSON doesn't take."""
    return re.sub(r"^(-?)0+(?=\d)", r"\1", number.replace(",", ""))


def _unit(word: str) -> str:
    return "characters" if word.lower().startswith("char") else "elements"
