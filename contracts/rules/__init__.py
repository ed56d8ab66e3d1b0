"""The kinds of rules: one table, one module a topic. A rule is data; what its kind means is written here once."""

from __future__ import annotations

from contracts.model.contract import Contract, Field, Rule
from contracts.model.interaction import Interaction
from contracts.model.json import Json, Path
from contracts.rules.asking import AUTHORIZATION, PARAMETER
from contracts.rules.envelope import HEADER, JSON, MEDIA_TYPE, STATUS
from contracts.rules.kind import Break, Kind
from contracts.rules.relations import CONDITION, ECHO
from contracts.rules.shape import CLOSED, REQUIRED, TYPE
from contracts.rules.values import COUNT, ENUM, FORMAT, LENGTH, PATTERN, RANGE

__all__ = ["KINDS", "Break", "Kind", "ordered", "sentence", "spoil"]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        AUTHORIZATION,
        PARAMETER,
        STATUS,
        MEDIA_TYPE,
        JSON,
        HEADER,
        REQUIRED,
        TYPE,
        ENUM,
        FORMAT,
        RANGE,
        LENGTH,
        PATTERN,
        COUNT,
        CONDITION,
        ECHO,
        CLOSED,
    )
}
"""Every kind by its name, in the order in which rules are listed."""

_TARGETS = ("request", "response", "success", "problem")


def sentence(kind: str, at: Path, says: dict[str, Json]) -> str:
    """The promise of a rule in one sentence of ours."""
    return KINDS[kind].sentence(at, says)


def spoil(rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    """The smallest change of a good interaction that breaks this rule alone; None where it has nothing to break."""
    return KINDS[rule.kind].spoil(rule, contract, interaction)


def ordered(rules: tuple[Rule, ...], fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    """Rules in the order of every contract: by target, documented place, kind, id; parameters as they came."""
    position = {(field.target, field.at): index for index, field in enumerate(fields, start=1)}
    kinds = {name: index for index, name in enumerate(KINDS)}
    late = {"condition", "closed"}

    def key(rule: Rule) -> tuple[int, bool, int, int, str]:
        at = position.get((rule.target, rule.at), 0)
        name = "" if rule.kind == "parameter" else rule.id
        return _TARGETS.index(rule.target), rule.kind in late, at, kinds[rule.kind], name

    return tuple(sorted(rules, key=key))
