"""What all failing cases have and no passing one has: the branch at which a client breaks."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.consumer.choices import choices, described
from contracts.consumer.legal_cases import success_bodies
from contracts.model.contract import RESPONSE, Contract, Source
from contracts.model.gate import Case, Cause, Tried
from contracts.rules.branches import branches

_MOST_NAMES = 4


def causes(contract: Contract, tried: Iterable[Tried]) -> tuple[Cause, ...]:
    """The fewest branches that explain every failing legal case and touch no passing one, found greedily.

    One, where one bug is at one branch; empty where nothing failed, nothing passed, or no branch explains it.
    """
    checked = [one for one in tried if one.case.tier == "legal" and one.outcome != "not checked"]
    failing = {one.case.name for one in checked if one.outcome == "failed"}
    if len(failing) == len(checked):
        return ()  # without a passing case to compare with, any branch would do
    takers: dict[str, set[str]] = {}
    for one in checked:
        for trait in one.case.traits:
            takers.setdefault(trait, set()).add(one.case.name)
    guilty = {trait: names for trait, names in takers.items() if names <= failing}
    known = _known(contract, [one.case for one in checked])
    rest, found = set(failing), list[Cause]()
    while rest:
        most = max((len(names & rest) for names in guilty.values()), default=0)
        if not most:
            return ()
        best = [trait for trait, names in guilty.items() if len(names & rest) == most]
        chosen = next((trait for trait in known if trait in best), best[0])
        same = [trait for trait in known if trait in guilty and guilty[trait] == guilty[chosen] and trait != chosen]
        found.append(_cause(contract, known, chosen, same))
        rest -= guilty[chosen]
    return tuple(found)


def _known(contract: Contract, cases: list[Case]) -> dict[str, tuple[str, str]]:
    """Every branch with its words and its rule, the plainest names first: of values, of conditions, of one case."""
    found: dict[str, tuple[str, str]] = {}
    ordered = sorted(branches(contract), key=lambda one: contract.rule(one.rule).kind in {"condition", "status"})
    for branch in ordered:
        rule = contract.rule(branch.rule)
        if rule.target in {RESPONSE, *success_bodies(contract)}:
            found[branch.name] = described(branch.name, rule), rule.id
    for name in success_bodies(contract):
        for offered in choices(contract, name).values():
            for choice in offered:
                found.setdefault(choice.name, (choice.description, choice.rule))
    for case in cases:
        found.setdefault(case.name, (case.description, case.rules[0] if case.rules else ""))
    return found


def _cause(contract: Contract, known: dict[str, tuple[str, str]], chosen: str, same: list[str]) -> Cause:
    said, rule = known.get(chosen, (chosen, ""))
    promised = _promised(contract.rule(rule).sources) if rule else ""
    return Cause(names=(chosen, *same[: _MOST_NAMES - 1]), description=said, rule=rule, promised=promised)


def _promised(sources: tuple[Source, ...]) -> str:
    best = min(sources, key=lambda one: ("documented", "example", "assumed").index(one.kind), default=None)
    return best.where if best else ""
