"""What breaks a body, told by what the fast validator finds wrong: the exact judge worked it out for another body.

The same keywords broken at the same places break the same rules; only what was seen there differs. What goes by more
than that (alternatives, negations, several elements of a list) is left to the exact judge each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from contracts.checking.tally import Met, Tally
from contracts.model.finding import Finding
from contracts.model.json import Json, Path, general, pointer, steps_of_pointer
from contracts.rules.credentials import is_placeholder
from contracts.rules.instance import Steps, seen, short, value_at

MOST_KNOWN = 10_000
OFTEN = 100
"""What nobody documented is expected when it was met so often."""
_ALIKE = frozenset(
    """type enum const required format pattern minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength
    minItems maxItems minProperties maxProperties additionalProperties""".split()
)
"""The keywords of which both validators say the same wherever they are broken."""

Wrong: TypeAlias = tuple[tuple[Any, ...], ...]
"""What is wrong with a body: for each error its way through the schema, its place, what it names, the type there."""
Breaks: TypeAlias = tuple[tuple[str, str, Steps], ...]
"""What that breaks: rule, fingerprint, and place; an element of a list is `*` in places."""


class KnownBreaks:
    """The breaks of one body of a contract in answers of one origin, counted in a tally.

    `unlisted` are texts that nobody listed for a place, with how often one was all that was wrong; `met_at` has the
    finding of each such place, and `often` says of how many so much is known that they may be expected.
    """

    def __init__(self, validator: Any, origin: str, tally: Tally) -> None:
        self._validator, self._origin, self._tally = validator, origin, tally
        self._known: dict[Wrong, Breaks | None] = {}
        self._met: dict[tuple[str, str, Steps], Met] = {}
        self.unlisted: Counter[tuple[Path, str]] = Counter()
        self.met_at: dict[Path, Met] = {}
        self.often = 0
        self._asked: tuple[Wrong, Json] | None = None

    def of(self, body: Json) -> list[tuple[Met, str]] | None:
        """Each finding with what is seen; None where the exact judge has to be asked, and `learn`ed from."""
        wrong, elements = self._wrong(body)
        self._asked = (wrong, body) if wrong else None
        breaks = self._known.get(wrong)
        if breaks is None:
            return None
        found = []
        for one in breaks:
            numbers, (rule, fingerprint, steps) = iter(elements), one
            where = tuple([next(numbers) if step == "*" else step for step in steps]) if elements else steps
            met = self._met.get(one) or self._tally.known(self._origin, rule, fingerprint, general(pointer(where)))
            if met is None:
                return None
            self._met[one] = met
            value = value_at(body, where)
            found.append((met, seen(value)))
            if len(breaks) == len(wrong) == 1 and not elements and wrong[0][0][-1] == "enum" and type(value) is str:
                at = tuple(map(str, steps))
                self.unlisted[at, value], self.met_at[at] = self.unlisted[at, value] + 1, met
                self.often += self.unlisted[at, value] == OFTEN
        return found

    def forget(self) -> None:
        """Learns nothing from what the exact judge says next."""
        self._asked = None

    def learn(self, findings: Iterable[Finding]) -> None:
        """What the exact judge found of the body that was asked about last."""
        if self._asked is None:
            return
        (wrong, body), self._asked = self._asked, None
        if wrong not in self._known and len(self._known) < MOST_KNOWN:
            breaks = tuple(_breaks(findings, body))
            self._known[wrong] = None if None in breaks else tuple(one for one in breaks if one)

    def _wrong(self, body: Json) -> tuple[Wrong, tuple[int, ...]]:
        """What is wrong, and the numbers of the elements where it is; nothing where it can't be told so."""
        found = []
        elements: tuple[int, ...] = ()
        errors = [*self._validator.iter_errors(body)]
        for error in errors:
            kind, place, value = error.kind, error.instance_path, error.instance
            elements = tuple(step for step in place if type(step) is int)
            named = (kind.property,) if kind.name == "required" else tuple(getattr(kind, "unexpected", ()))
            values = [value, *(value[name] for name in named if name in value)] if type(value) is dict else [value]
            if kind.name not in _ALIKE or any(map(is_placeholder, values)) or (elements and len(errors) > 1):
                return (), ()
            where = tuple("*" if type(step) is int else step for step in place)
            found.append((tuple(error.evaluation_path), where, named, type(value)))
        return tuple(found if len(found) == 1 else sorted(found, key=repr)), elements


def _breaks(findings: Iterable[Finding], body: Json) -> Iterator[tuple[str, str, Steps] | None]:
    """Each finding as it may be met again; None for one that isn't about a value of the body as it stands."""
    for finding in findings:
        steps = _steps(finding.pointer, body)
        inside = not finding.pointer.startswith("#") and not finding.rule.startswith("internal.")
        if not inside or finding.seen != short(value_at(body, steps)) or "*" in steps:
            yield None
        else:
            yield finding.rule, finding.fingerprint, tuple("*" if type(step) is int else step for step in steps)


def _steps(text: str, body: Json) -> Steps:
    """The steps of a pointer into a body: numbers where they lead into a list."""
    steps: list[str | int] = []
    value: Any = body
    for step in steps_of_pointer(text):
        steps.append(int(step) if isinstance(value, list) else step)
        value = value_at(value, (steps[-1],))
    return tuple(steps)
