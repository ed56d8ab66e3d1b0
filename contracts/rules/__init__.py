"""The kinds of rules: one table, one module a topic. A rule is data; what its kind means is written here once.

- Rows: `json_types`, `values`, `conditions`, `echoes`, `envelope`, `parameters`, `authorization`, `other_keywords`.
- From a document to its rules: `places` (where a body may have what), `rule_maker`, `examples`; `listing` has it all,
  but for what is asked of a request's body, which `asked_bodies` has.
- From an answer to a rule: `routing`, `parsing`, `exchange`, `validators`, `error_paths`.
- Made up: `samples` of one value, `legal_bodies`, `legal_exchanges`, and `edits` that break one rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts.model.contract import REQUEST, RESPONSE, SUCCESS, Contract, Field, Rule
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.rules.authorization import AUTHORIZATION
from contracts.rules.conditions import CONDITION
from contracts.rules.echoes import ECHO
from contracts.rules.edits import applies, edited, edited_at
from contracts.rules.envelope import HEADER, JSON, MEDIA_TYPE, STATUS
from contracts.rules.json_types import CLOSED, REQUIRED, TYPE, wrong_values
from contracts.rules.kind import Break, Kind
from contracts.rules.other_keywords import plain, spoils
from contracts.rules.parameters import PARAMETER, PARAMETER_RANGE
from contracts.rules.texts import FORMATS
from contracts.rules.values import COUNT, ENUM, FORMAT, LENGTH, PATTERN, RANGE

__all__ = ["KINDS", "Break", "Kind", "kind_of", "ordered", "spoil", "tries"]


class _Kinds(dict[str, Kind]):
    """The rows by name; a keyword that has none gets the plain one."""

    def __missing__(self, name: str) -> Kind:
        return plain(name)


_ROWS = (
    AUTHORIZATION,
    PARAMETER,
    PARAMETER_RANGE,
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
KINDS = _Kinds({row.name: row for row in _ROWS})
"""Every kind by its name, in the order in which rules are listed."""

_KIND_OF = {keyword: row.name for row in _ROWS if row.name not in {"condition", "closed"} for keyword in row.keywords}
_PLAIN = frozenset(
    """multipleOf anyOf oneOf not if contains propertyNames uniqueItems minProperties maxProperties dependentRequired
    dependentSchemas unevaluatedProperties unevaluatedItems""".split()
)
"""The keywords that assert something and have no row; any other says nothing, or is said of what is inside."""


def kind_of(keyword: str, node: Any) -> str:
    """Our name for what a keyword says where it stands in a node; "" where it says nothing by itself."""
    value = node.get(keyword) if isinstance(node, dict) else None
    if keyword in {"items", "additionalProperties"} and value is False:
        return keyword
    if keyword == "format":
        return "format" if value in FORMATS else ""
    if keyword in _KIND_OF:
        return _KIND_OF[keyword]
    return keyword if keyword in _PLAIN else ""


def spoil(rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    """The smallest change of a good interaction that breaks this rule alone; None where it has nothing to break."""
    row = KINDS[rule.kind]
    if row.spoil is not None:
        return row.spoil(rule, contract, interaction)
    if row.spoil_body is None or not applies(rule, contract, interaction):
        return None
    return edited(interaction, partial(row.spoil_body, rule, contract))


def tries(rule: Rule, contract: Contract, body: Json) -> Iterator[Json]:
    """A good body changed in several ways that may break this rule alone, the likeliest first; `ABSENT` is none."""
    row = KINDS[rule.kind]
    if row.spoil_body is not None:
        yield row.spoil_body(rule, contract, body)
    if rule.kind == "type":
        for value in wrong_values(rule)[1:]:
            yield edited_at(rule, contract, body, lambda _, value=value: value, adding=True)  # type: ignore[misc]
    elif rule.kind not in {"required", "closed", "echo", "condition"}:
        yield from spoils(rule, contract, body)


def ordered(rules: tuple[Rule, ...], fields: tuple[Field, ...], bodies: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Rules in the order of every contract: by target, documented place, kind, id; parameters as they came."""
    position = {(field.target, field.at): index for index, field in enumerate(fields, start=1)}
    kinds = {row.name: index for index, row in enumerate(_ROWS)}
    targets = [REQUEST, RESPONSE, SUCCESS, *(name for name in bodies if name != SUCCESS)]
    late = {"condition", "if", "closed"}

    def key(rule: Rule) -> tuple[int, bool, int, int, str]:
        at = position.get((rule.target, rule.at), 0)
        name = "" if rule.kind == "parameter" else rule.id
        target = targets.index(rule.target) if rule.target in targets else len(targets)
        return target, rule.kind in late, at, kinds.get(rule.kind, len(kinds)), name

    return tuple(sorted(rules, key=key))
