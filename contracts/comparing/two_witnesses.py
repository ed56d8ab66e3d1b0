"""Of a contract with two witnesses, what each of them says: its page, and the vendor's description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.comparing.difference import Difference, place_of
from contracts.model.contract import Contract, Rule, Source
from contracts.model.drift import Witness
from contracts.model.json import starred
from contracts.rules.kind import named


def first_witness(contract: Contract) -> Witness:
    """What a contract was derived from: a page, or a description alone."""
    return "description" if contract.page.lower().endswith((".json", ".yaml", ".yml")) else "page"


def witness_of(sources: Iterable[Source], contract: Contract) -> Witness:
    """Who says what is written at these sources of a contract; what is written by hand is its first witness's.

    A contract that cites nothing of its page has one witness alone.
    """
    first = first_witness(contract)
    cited = any(source.page == contract.page for rule in contract.rules for source in rule.sources)
    own = {source.hand or not cited or source.page == contract.page for source in sources}
    return first if own <= {True} else "description" if own == {False} else "page and description"


def fallen_silent(old: Contract, new: Contract) -> Iterator[Difference]:
    """Where one of two witnesses no longer says what the other still does."""
    by_place: dict[tuple[str, Witness], list[tuple[Rule, Rule]]] = {}
    for rule in old.rules:
        if len(rule.sources) == 1 or witness_of(rule.sources, old) != "page and description":
            continue
        now = _same(new, rule)
        if now is not None and (left := witness_of(now.sources, new)) != "page and description":
            place = place_of(old, rule, starred(rule.at))
            by_place.setdefault((place, left), []).append((rule, now))
    for (place, left), rules in by_place.items():
        name = named(rules[0][0]) or rules[0][0].id
        silent = "page" if left == "description" else "description"
        summary = f"The {silent} says nothing of `{name}` any more; the {left} still does."
        before, after = zip(*rules, strict=True)
        yield Difference("witness.silent", place, old=True, new=None, summary=summary, was=before, now=after)


def _same(contract: Contract, rule: Rule) -> Rule | None:
    """The rule of a contract that says what this one does."""
    beside = contract.placed(rule.target, rule.at)
    return next((known for known in beside if (known.kind, known.says) == (rule.kind, rule.says)), None)
