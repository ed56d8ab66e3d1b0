"""What a test is run with, once for each: recorded answers, rules at a provider, legal answers; of many contracts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

from contracts.commands.answers_by_contract import Owners
from contracts.commands.documents import LocalContract
from contracts.commands.reference import default_targets
from contracts.commands.vendor_data import asked_at
from contracts.errors import Unusable
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.text import many
from contracts.rules.legal_bodies import NoAnswer
from contracts.sources.cassettes import SUFFIXES, files_below, read_held
from contracts.sources.entries import answered

NOT_OURS = ("schemathesis", "internal")
"""What the ids of findings begin with, up to the dot, that no rule of the contract makes."""
MOST_NAMED = 10

Made: TypeAlias = Iterable[tuple[Any, str]]
"""Values and their names."""


@frozen
class Item:
    """One run of a test: the contract that it is about, its values in the order asked for, and its name."""

    held: LocalContract
    values: tuple[Any, ...]
    name: str


class Maker:
    """Makes the items of tests of these contracts; `targets` are what rules and recordings are asked of, if said."""

    def __init__(self, here: tuple[LocalContract, ...], targets: tuple[str, ...]) -> None:
        self._here = here
        self._targets = targets
        self._kinds: dict[str, Callable[[LocalContract, tuple[LocalContract, ...]], Made]] = {
            "recording": self._recordings,
            "kept_rule": self._rules,
            "legal_answer": _legal_answers,
        }
        self._recorded: dict[int, list[tuple[Interaction, str]]] | None = None

    def items(self, names: tuple[str, ...], held: tuple[LocalContract, ...]) -> tuple[list[Item], str]:
        """What a test that asks for these is run with, contract by contract; and why some contracts have none.

        Of several contracts each item's name begins with its contract's, and one without any is idle; an only one
        without any is refused. Raises Unusable.
        """
        found: list[Item] = []
        idle: dict[str, str] = {}
        for one in held:
            try:
                made = [tuple(self._kinds[name](one, held)) for name in names]
            except (Unusable, NoAnswer) as error:
                if len(held) == 1:
                    raise Unusable(str(error)) from None
                idle[called(one, self._here)] = str(error)
                continue
            prefix = [called(one, self._here)] if len(held) > 1 else []
            for chosen in product(*made):
                name = "-".join([*prefix, *(name for _, name in chosen)])
                found.append(Item(held=one, values=tuple(value for value, _ in chosen), name=name))
        if idle and not found:
            raise Unusable("; ".join(dict.fromkeys(idle.values())))
        return found, _idle(idle, len(held)) if idle else ""

    def _recordings(self, held: LocalContract, _among: tuple[LocalContract, ...]) -> Made:
        if self._targets and "cassettes" not in self._targets:
            return ()
        if held.unchecked:
            raise Unusable(held.unchecked)
        found = self._sorted().get(id(held.contract), [])
        if not found:
            raise Unusable(f"{held.cassettes} holds no recording of {held.contract.operation}")
        return found

    def _sorted(self) -> dict[int, list[tuple[Interaction, str]]]:
        """All recordings here by their contract: an answer is of the operation that was asked, wherever it lies."""
        if self._recorded is None:
            self._recorded = {}
            owners = Owners(one.contract for one in self._here)
            folders = [one.cassettes for one in self._here if one.cassettes.is_dir()]
            for path in (path for folder in folders for path in files_below(folder, SUFFIXES)):
                for each in read_held(path)[1]:
                    owner = owners.of(each)
                    one = answered(each, owner) if owner else None
                    if owner and isinstance(one, Interaction):
                        named = Path(one.place).stem + (f"#{one.index}" if one.index else "")
                        self._recorded.setdefault(id(owner), []).append((one, named))
        return self._recorded

    def _rules(self, held: LocalContract, among: tuple[LocalContract, ...]) -> Iterator[tuple[tuple[str, str], str]]:
        asked = [one for one in self._targets or default_targets(held) if one != "cassettes"]
        targets = [target for target in asked if any(held is one for one in asked_at(among, target))]
        rules = [rule.id for rule in held.contract.rules] + list(NOT_OURS) if targets else []
        return (((target, rule), f"{target}-{rule}") for target, rule in product(targets, rules))


def _legal_answers(held: LocalContract, _among: tuple[LocalContract, ...]) -> Made:
    from contracts.consumer.legal_cases import legal_cases

    return ((case, case.name) for case in legal_cases(held.contract))


def called(held: LocalContract, here: Iterable[LocalContract]) -> str:
    """A contract's name among others: its slug, with its api where two have the same."""
    alike = sum(one.contract.slug == held.contract.slug for one in here)
    return held.contract.slug if alike == 1 else f"{held.vendor}/{held.contract.slug}"


def _idle(idle: dict[str, str], count: int) -> str:
    names = list(idle)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    told = "; ".join(list(dict.fromkeys(idle.values()))[:3])
    return f"nothing of {len(names)} of {many(count, 'contract')}: {', '.join(names[:MOST_NAMED])}{more} ({told})"
