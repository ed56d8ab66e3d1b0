"""How the bodies of contracts are judged where recordings are large: which rules go by types, and why others don't."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from contracts.checking.body_plan import BodyPlan
from contracts.checking.value_types import Others
from contracts.model.contract import Contract
from contracts.model.json import dotted
from contracts.model.text import many
from contracts.rules.branches import watchers
from contracts.rules.routing import plain_path


def plan_lines(contracts: Iterable[Contract]) -> Iterator[str]:
    """Lines for each contract, and one for all of them in the end."""
    typed = every = 0
    for contract in contracts:
        yield contract.operation
        names = tuple(re.findall(r"\{([^{}]+)\}", plain_path(contract.path)))
        for target in dict.fromkeys(name for answer in contract.answers for name in answer.bodies.values()):
            count = len(contract.about(target))
            plan = BodyPlan(contract, target, names, watchers(contract)[target])
            plan.typed(Others())
            places, asked = plan.untyped.places, plan.untyped.asked
            rules = Counter(
                next((at for at in places if rule.at[: len(at)] == at), None) for rule in contract.about(target)
                if rule.kind not in asked.get(rule.at, ())
            )  # fmt: skip
            typed, every = typed + rules[None], every + count
            reasons = [f"; {dotted(at)}: {many(rules[at], 'rule')}, {why}" for at, why in places.items()]
            reasons += [f"; {dotted(at)}: asked for {', '.join(names)}" for at, names in asked.items()]
            yield f"  {target}: {rules[None]} of {many(count, 'rule')} by types{''.join(reasons)}"
    share = f" ({typed / every:.0%})" if every else ""
    yield f"{typed} of {many(every, 'rule')} about bodies go by types{share}, the others one by one"
