"""The legal answers as a table, field by sort of branch, and which of them a client survives."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.model.contract import SUCCESS, Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.gate import Case
from contracts.model.json import Path, dotted
from contracts.rules.conditions import side
from contracts.rules.kind import named

NULL, VALUES, ENDS, TEXTS, FORMS, LISTS, OTHER = (
    "Null or absent",
    "Values",
    "Ends of range",
    "Texts",
    "Forms",
    "Lists",
    "Any value",
)
COLUMNS = (NULL, VALUES, ENDS, TEXTS, FORMS, LISTS, OTHER)
_OF_KIND = {"enum": VALUES, "condition": VALUES, "range": ENDS, "length": TEXTS, "format": FORMS, "count": LISTS}
_OF_LABEL = {
    "null": NULL,
    "absent": NULL,
    "true": VALUES,
    "false": VALUES,
    "empty": TEXTS,
    "long": TEXTS,
    "non-latin": TEXTS,
}


@frozen
class CaseResult:
    """What a client did with a case: `passed`, `failed` or `not checked`, and how, in words."""

    outcome: str
    how: str


@frozen
class GateResult:
    """One client's run through the gate: its command, the contract's digest then, and each case's result by name."""

    command: str
    digest: str
    results: dict[str, CaseResult]


@frozen
class Cell:
    """One legal answer: its case's name, a short label, what it is about, and what the client did, if one was asked."""

    name: str
    label: str
    words: str
    result: CaseResult | None


@frozen
class Matrix:
    """`rows` give for each place its cells by column; `columns` are those in use; `whole` are cases of no one place."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]
    whole: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every case once."""
        return (*self.whole, *(cell for _, row in self.rows for column in row for cell in column))


def matrix(contract: Contract, cases: Iterable[Case], survival: GateResult | None) -> Matrix:
    """The legal cases in documented order."""
    rules = {rule.id: rule for rule in contract.rules}
    order = [_place(contract.main, known.at) for known in contract.fields if known.target == contract.main]
    found: dict[str, dict[str, list[Cell]]] = {place: {} for place in order}
    whole: list[Cell] = []
    triggers = _triggers(contract)
    for case in cases:
        rule = rules.get(case.rules[0]) if case.rules else None
        place, label = triggers.get(case.name) or _split(case.name, rule)
        result = survival.results.get(case.name) if survival else None
        cell = Cell(name=case.name, label=label, words=case.description, result=result)
        if rule is None or place not in found:
            whole.append(cell)
        else:
            found[place].setdefault(_column(rule, label), []).append(cell)
    columns = tuple(name for name in COLUMNS if any(name in row for row in found.values()))
    rows = (
        (place, tuple(tuple(row.get(name, ())) for name in columns))
        for place, row in found.items()
        if any(row.values())
    )
    return Matrix(columns=columns, rows=tuple(rows), whole=tuple(whole))


def _triggers(contract: Contract) -> dict[str, tuple[str, str]]:
    """Cases that are named for a condition whose trigger is null: the place that is null, and how."""
    found = {}
    for rule in contract.about(contract.main, "condition"):
        when = side(rule.says, "when")
        place = _place(contract.main, rule.at + when.path)
        found[f"{rule.id.rsplit('.', 1)[0]}.{when.label}"] = place, "null"
    return found


def _place(body: str, at: Path) -> str:
    """A place as cases and branches call it."""
    return dotted(at if body == SUCCESS else (body, *at))


def _split(name: str, rule: Rule | None) -> tuple[str, str]:
    """`email=null` as place and label; the rule's own place is tried first, since a name may hold an equals sign."""
    own = named(rule) if rule else ""
    if own and name.startswith(f"{own}="):
        return own, name[len(own) + 1 :]
    place, _, label = name.partition("=")
    return place, label or name


def _column(rule: Rule, label: str) -> str:
    return _OF_KIND[rule.kind] if rule.kind == "enum" else _OF_LABEL.get(label, _OF_KIND.get(rule.kind, OTHER))
